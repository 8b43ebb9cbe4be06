"""The values of several columns beside one label, each a metric of its own; pure.

    Order Defect Rate    0.49 % (2 of 412)    0.16 % (3 of 1,860)

Which column is whose is told by their heads; on a page without heads, by the order they are known to have.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from checker.flow.page import Page
from checker.flow.page_words import as_label
from checker.flow.printed import Piece, pieces
from checker.flow.recorder import Fields, Measured, Recorder, adding
from checker.model import Claim, Key, Origin, Rank, Says, Unit
from checker.model.quantities import says_nothing

__all__ = ["column_claims"]

_LONGEST_LABEL = 80
_MOST_LINES = 12


def column_claims(recorder: Recorder, page: Page, key: Key, row: Any, name: str = "") -> Iterator[Claim]:
    """Claim what stands in a row's own column beside its label: a rate, or how many of what is counted.

    Args:
        recorder: Writes the claims of the page.
        page: The page as it was seen.
        key: What the row speaks of.
        row: The declared row, with its labels, all `columns` and its own `column`.
        name: The page's name in site.toml.

    Yields:
        A claim for the rate or the count, or that there is no rate; nothing where the label or one of the
        columns is missing.
    """
    is_own = _is_whole if row.unit is Unit.COUNT else _is_rate
    found = _columns(recorder, page, {as_label(label) for label in row.labels}, is_own)
    if len(found) != len(row.columns):
        return
    own = found[_place(page.text, row.columns, row.column)]
    origin = Origin(name or page.name, "the page", "its column", 1, row.picture)
    fields: Fields = {
        "scope": row.scope,
        "kind": row.kind,
        "unit": row.unit,
        "rank": Rank.WORD,
        "origin": origin,
    }
    if row.unit is Unit.COUNT:
        yield from _count(recorder, key, [piece for piece in own if _is_whole(piece)], fields)
        return
    rates = [piece for piece in own if _is_rate(piece)]
    pair = next((p.quantity for p in own if p.quantity is not None and p.quantity.of is not None), None)
    if len(rates) > 1:
        yield recorder.unreadable(key, f"{len(rates)} values in its column", **fields)
    elif not rates or rates[0].quantity is None:
        yield recorder.absent(key, Says.NOT_RATED, **fields)
    else:
        measured = Measured(
            rates[0].quantity.fraction,
            numerator=None if pair is None else pair.count,
            base=None if pair is None else pair.of,
            target=row.fallback,
            sane=row.sane,
            low_volume=row.low_volume,
        )
        yield from recorder.measured(key, measured, {}, **adding(fields, native=rates[0].text))


def _count(recorder: Recorder, key: Key, own: Sequence[Piece], fields: Fields) -> Iterator[Claim]:
    """Claim how many there are, where a column says so once; that there is no number says nothing of them."""
    if len(own) == 1 and own[0].quantity is not None:
        quantity = own[0].quantity
        value = quantity.value if quantity.of is None else quantity.count
        yield recorder.shown(key, **adding(fields, value=value, native=own[0].text))


def _place(text: str, columns: Sequence[Sequence[str]], own: int) -> int:
    """Return where a column stands among the others on this page."""
    at = [min((place for head in heads if (place := text.find(head)) >= 0), default=-1) for heads in columns]
    return own if -1 in at else sorted(at).index(at[own])


def _columns(
    recorder: Recorder, page: Page, labels: Collection[str], is_own: Callable[[Piece], bool]
) -> Sequence[Sequence[Piece]]:
    """Return what the boxes beside the label say: those of the smallest part around it that holds any."""
    outline, numbers, language = page.outline, recorder.numbers, recorder.language or "en"
    for label in outline.parts:
        if label.is_text or not outline.is_short(label, _LONGEST_LABEL):
            continue
        if as_label(outline.text(label)) not in labels:
            continue
        for around in outline.around(label):
            boxes = [part for part in outline.children(around) if not part.has(label) and part is not label]
            lines = [outline.lines(part).splitlines()[:_MOST_LINES] for part in boxes]
            said = [[piece for line in its for piece in pieces(line, numbers, language)] for its in lines]
            if columns := [its for its in said if any(is_own(p) or says_nothing(p.text) for p in its)]:
                return columns
    return ()


def _is_rate(piece: Piece) -> bool:
    return piece.role == "value" and piece.quantity is not None and piece.quantity.percent


def _is_whole(piece: Piece) -> bool:
    quantity = piece.quantity
    if quantity is None or quantity.percent:
        return False
    number = quantity.value if quantity.of is None else quantity.count
    return number is not None and not number % 1
