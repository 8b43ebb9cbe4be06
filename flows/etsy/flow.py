"""Etsy Shop Manager: the customer service statistics of the shop of a login; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from checker.flow import Console, Flow, Page, Recorder
from checker.model import Claim, Level, Origin, Rank, Says, Scope, Site
from checker.model.words import fold_word

__all__ = ["EtsyFlow"]

_OVERVIEW: Final = "etsy.service_standards"
_ORIGIN: Final = Origin("stats", "the page", "its sentence", 1)
_LONGEST: Final = 200
# How a sentence begins that says how the shop stands, in whatever words.
_OF_THE_SHOP: Final = "your shop "


class EtsyFlow(Flow):
    """Reads the monthly overview and every card of the one shop a login has."""

    marketplace = "etsy"
    proofs = (
        _OVERVIEW,
        "service.response_rate",
        "orders.on_time_shipment_rate",
        "feedback.positive_rate",
        "etsy.case_rate",
    )

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read everything while the statistics are open.

        That there is no shop, or nothing to rate yet, only counts where the page shows no card at all. The
        monthly overview is what only a sentence tells: where cards are read, a page may have none.
        """
        page = console.open("stats")
        recorder = console.recorder(site, page)
        sentences = _sentences(page)
        said = list(self._overview(recorder, sentences))
        claims = list(console.claims(site, page))
        if not any(claim.says is not Says.UNREADABLE for claim in (*said, *claims)):
            if self._says("no_shop", sentences):
                yield recorder.absent(
                    recorder.key(_OVERVIEW), Says.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=_ORIGIN
                )
                return
            if self._not_rated(page, sentences):
                claims = [
                    recorder.absent(
                        recorder.key(card.metric, card.variant),
                        Says.NOT_RATED,
                        kind=card.kind,
                        origin=_ORIGIN,
                    )
                    for card in self.toml.cards
                ]
                key = recorder.key(_OVERVIEW)
                said = [recorder.absent(key, Says.NOT_RATED, scope=Scope.ACCOUNT, origin=_ORIGIN)]
        about = [text for text in sentences if fold_word(text).startswith(_OF_THE_SHOP)]
        is_judged = any(claim.key.metric in self.proofs for claim in claims if claim.says is Says.SHOWN)
        if not said and (about or not is_judged):
            why = "; ".join(["no sentence that is known", *map(repr, about)])[:_LONGEST]
            said = [recorder.unreadable(recorder.key(_OVERVIEW), why, scope=Scope.ACCOUNT, origin=_ORIGIN)]
        yield from said
        yield from claims
        yield from self._badge(recorder, sentences)

    def _overview(self, recorder: Recorder, sentences: Sequence[str]) -> Iterator[Claim]:
        """Claim whether the shop meets the standards every shop must meet: a sentence, beside no label."""
        for text in sentences:
            level = self.toml.level_of_word("overview", text, recorder.language)
            if level is not None:
                yield recorder.word(
                    recorder.key(_OVERVIEW), text, level, scope=Scope.ACCOUNT, rank=Rank.WORD, origin=_ORIGIN
                )

    def _badge(self, recorder: Recorder, sentences: Sequence[str]) -> Iterator[Claim]:
        """Claim whether the badge is held, where the page says so: losing it is information, and no red."""
        key = recorder.key("account.badge", "star_seller")
        for text in self._says("badge", sentences):
            yield recorder.word(key, text, Level.OK, rank=Rank.WORD, origin=_ORIGIN)
        for text in self._says("no_badge", sentences):
            yield recorder.absent(key, Says.NONE, native=text, origin=_ORIGIN)

    def _not_rated(self, page: Page, sentences: Sequence[str]) -> bool:
        """Tell whether a page says that there is nothing to rate yet, and shows no rate of anything."""
        told = " ".join(map(fold_word, sentences))
        too_few = any(fold_word(text) in told for text in self.toml.data["too_few"])
        return bool(self._says("not_enough", sentences)) or (too_few and "%" not in page.text)

    def _says(self, name: str, sentences: Sequence[str]) -> list[str]:
        known = {fold_word(text) for text in self.toml.data[name]}
        return [text for text in sentences if fold_word(text) in known]


def _sentences(page: Page) -> list[str]:
    """Return what stands on the page by itself: whole elements, no part of running text."""
    outline = page.outline
    short = (part for part in outline.parts if not part.is_text and not part.chrome)
    lines = (outline.lines(part) for part in short if outline.is_short(part, _LONGEST))
    return list(dict.fromkeys(text.rstrip(" .!") for text in lines if "\n" not in text))
