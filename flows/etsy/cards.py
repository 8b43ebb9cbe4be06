"""A card of the statistics page: one number for each program it names, found by label; pure.

The page's own mark decides. The public rule must not contradict it, and without one says at most a warning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from checker.flow import Ambiguous, Element, Missing, Page, Recorder, SiteToml, doubted
from checker.model import DecidedBy, Decision, Key, Kind, Level, Origin, Presence, Reading, Unit
from checker.model.numbers import as_fraction, parse_number, parse_ratio
from flows.etsy.tables import Card, Row, Tables

__all__ = ["card_readings"]

_PARTS: Final = 200
"""More parts than this and it is no card, but half a page."""


def card_readings(
    recorder: Recorder, page: Page, card: Card, toml: SiteToml, tables: Tables, *, not_rated: bool
) -> Iterator[Reading]:
    """Yield what a card says; nothing where it may be missing, not rated where the page says so."""
    found = page.beside(card.labels)
    origin = Origin("stats", "document", f"beside {min(card.labels)!r}")
    if isinstance(found, Missing) and not_rated:
        for row in card.rows.values():
            yield recorder.absent(_key(recorder, row), Presence.NOT_RATED, kind=row.kind, origin=origin)
    elif isinstance(found, Missing | Ambiguous):
        if card.required or isinstance(found, Ambiguous):
            yield from _unreadable(recorder, card.rows.values(), found.reason, origin)
    else:
        yield from _of_card(recorder, card, _parts(found.elements), toml, tables, origin)


def _of_card(
    recorder: Recorder, card: Card, parts: Sequence[Element], toml: SiteToml, tables: Tables, origin: Origin
) -> Iterator[Reading]:
    """Yield a row for each program where the card names any; else its one number, if it has one."""
    if len(parts) > _PARTS:
        why = "what stands beside its title is half a page"
        yield from _unreadable(recorder, card.rows.values(), why, origin)
        return
    if named := _named(parts, tables):
        for program, row in card.rows.items():
            own = named.get(program, [])
            yield _row(recorder, row, own, toml, tables, origin, badge=program == "star_seller")
        return
    badge = card.alone == "star_seller"
    reading = _row(recorder, card.rows[card.alone], parts, toml, tables, origin, badge=badge)
    yield reading
    if reading.presence is Presence.UNREADABLE:
        others = [row for program, row in card.rows.items() if program != card.alone]
        yield from _unreadable(recorder, others, reading.reason, origin)


def _unreadable(recorder: Recorder, rows: Iterable[Row], why: str, origin: Origin) -> Iterator[Reading]:
    for row in rows:
        yield recorder.unreadable(_key(recorder, row), why, kind=row.kind, origin=origin)


def _parts(elements: Sequence[Element]) -> list[Element]:
    return [part for element in elements for part in (element, *element.inside("*"))]


def _named(parts: Sequence[Element], tables: Tables) -> Mapping[str, list[Element]]:
    """Return the parts of the row each program has, by program; nothing where none is named.

    A row is the smallest box that holds a program's name and more. Two rows of one are as none.
    """
    rows: dict[str, list[Element]] = {}
    for program, labels in tables.programs.items():
        if not any(_says(part, labels) for part in parts):
            continue
        boxes = [p for p in parts if not _says(p, labels) and any(_says(q, labels) for q in p.inside("*"))]
        inner = [b for b in boxes if not any(_holds(p, labels) for p in b.inside("*"))]
        rows[program] = _parts(inner) if len(inner) == 1 else []
    return rows


def _holds(box: Element, labels: Collection[str]) -> bool:
    return not _says(box, labels) and any(_says(part, labels) for part in box.inside("*"))


def _says(part: Element, labels: Collection[str]) -> bool:
    return part.text.casefold().rstrip(":").strip() in labels


@dataclass(frozen=True, slots=True)
class _Printed:
    """What a row prints. counts: how many of how many; marks: words that are known; other: the rest."""

    values: Sequence[Decimal]
    counts: Sequence[tuple[Decimal, Decimal]]
    marks: Sequence[tuple[str, Level]]
    other: Sequence[str]


def _printed(
    recorder: Recorder, row: Row, parts: Sequence[Element], toml: SiteToml, tables: Tables
) -> _Printed:
    labels = frozenset().union(*tables.programs.values())
    texts = [part.text for part in parts if part.text and not part.inside("*") and not _says(part, labels)]
    locale = recorder.site.locale
    values: list[Decimal] = []
    counts: list[tuple[Decimal, Decimal]] = []
    marks: list[tuple[str, Level]] = []
    other: list[str] = []
    for text in texts:
        amount, ratio = parse_number(text, locale), parse_ratio(text, locale)
        level = toml.level_of_word("mark", text, recorder.language)
        if amount is not None and amount.bound == "exact" and amount.percent == (row.kind is Kind.RATE):
            values.append(as_fraction(amount))
        elif ratio is not None:
            counts.append(ratio)
        elif level is not None:
            marks.append((text, level))
        else:
            other.append(text)
    return _Printed(values, counts, marks, other)


def _row(
    recorder: Recorder,
    row: Row,
    parts: Sequence[Element],
    toml: SiteToml,
    tables: Tables,
    origin: Origin,
    *,
    badge: bool,
) -> Reading:
    """Record one number: by the page's own mark, else by the public rule, which says at most a warning."""
    key, printed = _key(recorder, row), _printed(recorder, row, parts, toml, tables)
    problem = _problem(printed)
    if problem:
        return recorder.unreadable(key, problem, kind=row.kind, origin=origin)
    counted = printed.counts[0] if printed.counts else (None, None)
    value = printed.values[0] if printed.values else counted[0]
    word, level = printed.marks[0] if printed.marks else ("", None)
    if printed.values and not row.sane[0] <= printed.values[0] <= row.sane[1]:
        why = f"{value} is outside of what it can be"
        return recorder.unreadable(key, why, kind=row.kind, native=word, origin=origin)
    kept = _kept(row, value if printed.values else None, counted)
    if counted[1] == 0 and (level is None or level is Level.OK):
        return recorder.absent(key, Presence.NOT_RATED, kind=row.kind, native=word, origin=origin)
    reading = recorder.shown(
        key,
        _decided(level, kept, badge=badge),
        kind=row.kind if printed.values else Kind.COUNT,
        value=value,
        unit=row.unit if printed.values else Unit.COUNT,
        native=word,
        numerator=counted[0],
        denominator=counted[1],
        target=row.target if printed.values else None,
        window_days=90,
        origin=origin,
    )
    if level is not None and kept is not None and kept is not (level is Level.OK):
        return doubted(recorder, reading, "its mark and the public rule disagree", f"{word}: {value}")
    return reading


def _problem(printed: _Printed) -> str:
    if len(printed.values) > 1 or len(printed.counts) > 1 or len(printed.marks) > 1:
        return "its row says more than one thing"
    if not printed.values and not printed.counts:
        return "no value in its row"
    if printed.other and not printed.marks:
        return f"unknown words {printed.other[0][:60]!r}"
    return ""


def _kept(row: Row, value: Decimal | None, counted: tuple[Decimal | None, Decimal | None]) -> bool | None:
    """Return whether the public rule is kept, none where it cannot be told."""
    bad, volume = counted
    if row.few is not None and bad is not None and volume is not None and volume < row.few.under:
        return bad <= row.few.most
    if value is None or row.target is None:
        return None
    return row.target.met_by(value)


def _decided(level: Level | None, kept: bool | None, *, badge: bool) -> Decision:
    """Decide: what only costs a badge is no red, and no green either."""
    if level is None and kept is None:
        return Decision(Level.UNKNOWN, DecidedBy.NOTHING)
    by = DecidedBy.TABLE if level is None else DecidedBy.NATIVE
    judged = level or (Level.OK if kept else Level.WARNING)
    return Decision(Level.UNKNOWN if badge and judged is not Level.OK else judged, by)


def _key(recorder: Recorder, row: Row) -> Key:
    return recorder.key(row.metric, row.variant)
