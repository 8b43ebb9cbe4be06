"""What a page says beside a label, as claims: numbers, counts, status words, dashes; pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from checker.flow.declared import Quantity
from checker.flow.page import Ambiguous, Beside, Page
from checker.flow.recorder import Fields, Measured, Recorder, adding
from checker.flow.site_toml import SiteToml
from checker.model import Claim, Key, Kind, Origin, Rank, Says, Unit
from checker.model.numbers import Amount, as_fraction, parse_number, parse_ratio
from checker.model.words import fold_word

__all__ = ["card_claims"]

_NO_DATA: Final = frozenset(
    {"-", "--", "–", "—", "n/a", "na", "not available", "no data", "暂无数据", "暂无"}
)
_LONGEST: Final = 200


def card_claims(
    recorder: Recorder, toml: SiteToml, page: Page, key: Key, row: Any, *, name: str = ""
) -> Iterator[Claim]:
    """Claim what stands beside one of a row's labels.

    Args:
        recorder: Writes the claims of the page.
        toml: The flow's data.
        page: The page as it was seen.
        key: What the row speaks of.
        row: The declared row, with its labels.
        name: The page's name in site.toml.

    Yields:
        A claim for each number and word that stands there; none where the label is not on the page.
    """
    found = page.beside(row.cards)
    origin = Origin(name or page.name, "document", f"beside {min(row.cards)!r}", 1, row.picture)
    quantity = row if isinstance(row, Quantity) or hasattr(row, "unit") else None
    fields: Fields = {
        "scope": row.scope,
        "rank": Rank.WORD,
        "origin": origin,
        "kind": quantity.kind if quantity is not None else Kind.STATUS,
    }
    if isinstance(found, Ambiguous):
        yield recorder.unreadable(key, found.reason, **fields)
        return
    if not isinstance(found, Beside):
        return
    texts = _leaves(found)
    yield from _word_claims(recorder, toml, key, row, texts, fields)
    if quantity is not None:
        yield from _number_claims(recorder, key, quantity, texts, fields)


def _leaves(found: Beside) -> list[str]:
    texts = []
    for element in found.elements:
        inner = [part.text for part in element.inside("*") if not part.inside("*")]
        texts += [text for text in (inner or [element.text]) if text]
    return texts


def _word_claims(
    recorder: Recorder, toml: SiteToml, key: Key, row: Any, texts: list[str], fields: Fields
) -> Iterator[Claim]:
    if not row.words:
        return
    for text in texts:
        level = toml.level_in_text(row.words, text, recorder.language or "en")
        if level is not None:
            yield recorder.word(key, text[:_LONGEST], level, **fields)
        elif fold_word(text) in _NO_DATA:
            yield recorder.absent(key, Says.NOT_RATED, **adding(fields, native=text))


def _number_claims(
    recorder: Recorder, key: Key, quantity: Any, texts: list[str], fields: Fields
) -> Iterator[Claim]:
    amounts = [a for text in texts if (a := parse_number(text, recorder.locale)) is not None]
    wanted = [a for a in amounts if a.bound == "exact" and a.percent is (quantity.unit is Unit.FRACTION)]
    ratios = [r for text in texts if (r := parse_ratio(text, recorder.locale)) is not None]
    counted = ratios[0] if len(ratios) == 1 else (None, None)
    for amount in dict.fromkeys(wanted):
        measured = Measured(
            _value(amount),
            numerator=counted[0],
            base=counted[1],
            target=quantity.fallback,
            sane=quantity.sane,
            low_volume=quantity.low_volume,
        )
        yield from recorder.measured(key, measured, {}, **adding(fields, unit=quantity.unit))
    if not amounts and any(fold_word(text) in _NO_DATA for text in texts):
        yield recorder.absent(key, Says.NOT_RATED, **adding(fields, native=texts[0]))


def _value(amount: Amount) -> Decimal:
    return as_fraction(amount) if amount.percent else amount.value
