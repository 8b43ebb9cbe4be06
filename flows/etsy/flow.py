"""Etsy Shop Manager: the customer service statistics of the shop of a login; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from checker.flow import Console, Flow, Recorder
from checker.model import Level, Origin, Presence, Reading, Registration, Scope, Site
from checker.model.numbers import known_locale
from flows.etsy.cards import card_readings
from flows.etsy.tables import Tables, tables_of

__all__ = ["EtsyFlow"]

_OVERVIEW: Final = "etsy.service_standards"
_ORIGIN: Final = Origin("stats", "document", "its sentence")
_SENTENCES: Final = "h1, h2, h3, h4, p, li, span, strong"


class EtsyFlow(Flow):
    """Reads the monthly overview and every card of the one shop a login has."""

    marketplace = "etsy"

    @cached_property
    def tables(self) -> Tables:
        """The tables of site.toml."""
        return tables_of(self.toml)

    def sites(self, console: Console) -> Sequence[Site]:
        """List the shop: `me` in an address is always that of whoever is signed in."""
        console.open("home")
        return [row.site() for row in self.toml.sites]

    def read(self, console: Console, site: Site) -> Iterator[Reading]:
        """Read everything while the statistics are open."""
        page = console.open("stats")
        locale = known_locale(page.language.replace("-", "_"), site.locale)
        recorder = console.recorder(replace(site, locale=locale), page.language)
        text = page.text.casefold()
        if any(phrase in text for phrase in self.tables.no_shop):
            yield recorder.absent(
                recorder.key(_OVERVIEW), Presence.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=_ORIGIN
            )
            return
        not_rated = any(phrase in text for phrase in self.tables.not_enough)
        sentences = [part.text for part in page.all(_SENTENCES) if not part.inside("*")]
        yield self._overview(recorder, sentences, not_rated=not_rated)
        yield from self._badge(recorder, sentences)
        for card in self.tables.cards:
            yield from card_readings(recorder, page, card, self.toml, self.tables, not_rated=not_rated)

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A shop whose standards are judged is one that sells."""
        judged = any(r.key.metric == _OVERVIEW and r.presence is Presence.SHOWN for r in readings)
        return replace(site, registration=Registration.ACTIVE) if judged else site

    def _overview(self, recorder: Recorder, sentences: Sequence[str], *, not_rated: bool) -> Reading:
        """Return whether the shop meets the standards every shop must meet."""
        key, language = recorder.key(_OVERVIEW), recorder.language
        known = [(text, self.toml.level_of_word("overview", text, language)) for text in sentences]
        said = [(text, level) for text, level in known if level is not None]
        if len(said) == 1:
            return recorder.word(key, *said[0], scope=Scope.ACCOUNT, origin=_ORIGIN)
        if not said and not_rated:
            return recorder.absent(key, Presence.NOT_RATED, scope=Scope.ACCOUNT, origin=_ORIGIN)
        why = f"{len(said)} sentences say it" if said else "no sentence that is known"
        return recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=_ORIGIN)

    def _badge(self, recorder: Recorder, sentences: Sequence[str]) -> Iterator[Reading]:
        """Yield whether the badge is held, where the page says so: losing it is information, and no red."""
        held = [text for text in sentences if text.casefold() in self.tables.badge]
        lost = [text for text in sentences if text.casefold() in self.tables.no_badge]
        key = recorder.key("account.badge", "star_seller")
        if len(held) + len(lost) > 1:
            yield recorder.unreadable(key, "more than one sentence says it", origin=_ORIGIN)
        elif held:
            yield recorder.word(key, held[0], Level.OK, origin=_ORIGIN)
        elif lost:
            yield recorder.absent(key, Presence.NONE, native=lost[0], origin=_ORIGIN)
