"""The performance indicators: fractions and percents mixed, so a unit is proven or nothing is read; pure.

A percent sign proves it, a number above one does (no fraction is), zero needs none, and the percentage the
page prints beside the title does where exactly one of the two ways to read the number fits it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from checker.flow import Ambiguous, Beside, Measured, Page, Recorder, amounts_in, dig
from checker.model import DecidedBy, Decision, Kind, Level, Origin, Presence, Reading
from checker.model.numbers import Amount, as_fraction, parse_number
from flows.tiktok_shop.tables import Indicator, Tables

__all__ = ["indicator_readings"]

_WINDOW: Final = re.compile(r"_s?(\d{1,3})d(?![a-z0-9])", re.IGNORECASE)
_FRACTION: Final = (Decimal(0), Decimal(1))
_ANY: Final = (Decimal(0), Decimal(10**6))
_HUNDRED: Final = Decimal(100)


def indicator_readings(recorder: Recorder, page: Page, body: Any, tables: Tables) -> Iterator[Reading]:
    """Yield every indicator of the answer, and as unreadable what must be there and is not."""
    rows = dig(body, "data.indicators")
    found: dict[str, list[Reading]] = {}
    for entry in rows if isinstance(rows, list) else []:
        reading = _indicator(recorder, page, entry, tables)
        found.setdefault(str(reading.key), []).append(reading)
    for readings in found.values():
        first = readings[0]
        if len(readings) == 1:
            yield first
        else:
            why = f"{len(readings)} entries for it in the performance answer"
            yield recorder.unreadable(first.key, why, kind=first.kind, origin=first.origin)
    known = {row.contains for entry in rows or () if isinstance(rows, list) and (row := _row(entry, tables))}
    why = "no entry for it" if isinstance(rows, list) else "the performance answer did not come"
    for row in tables.indicators:
        there = row.contains in known or row.instead in known
        key = recorder.key(row.metric, row.variant)
        if row.required and not there and str(key) not in found:
            yield recorder.unreadable(key, why, kind=row.kind, origin=_origin(row.contains))


def _origin(name: str) -> Origin:
    return Origin("health", "the performance answer", f"data.indicators[{name}]")


def _row(entry: Any, tables: Tables) -> Indicator | None:
    """Return the row of an indicator: after its words only more words and a window."""
    name = str(dig(entry, "name")).casefold()
    ends = r"[a-z_]*(_s?\d{1,3}d)?\Z"
    return next((row for row in tables.indicators if re.search(re.escape(row.contains) + ends, name)), None)


def _indicator(recorder: Recorder, page: Page, entry: Any, tables: Tables) -> Reading:
    name = dig(entry, "name")
    native = name[:80] if isinstance(name, str) else ""
    row = _row(entry, tables)
    raw = dig(entry, "value")
    text = str(raw) if isinstance(raw, (str, int, Decimal)) and not isinstance(raw, bool) else ""
    window = _WINDOW.search(native)
    days = int(window.group(1)) if window else None
    title, meaning = dig(entry, "title"), dig(entry, "explanation")
    details = tuple(
        (label, said[:200])
        for label, said in (("name", native), ("title", title), ("explanation", meaning), ("value", text))
        if isinstance(said, str) and said
    )
    if row is None:
        # A number nobody knows the meaning of is kept as the console wrote it, and judged by nobody.
        key = recorder.key("tiktok_shop.indicator", native or "unnamed")
        if not native or not text:
            return recorder.unreadable(key, "an indicator without a name or a value", kind=Kind.RATE)
        undecided = Decision(Level.UNKNOWN, DecidedBy.NOTHING)
        return recorder.shown(key, undecided, native=text[:80], details=details, origin=_origin(native))
    key, origin = recorder.key(row.metric, row.variant), _origin(native)
    if text.strip().casefold() in tables.not_rated:
        return recorder.absent(
            key, Presence.NOT_RATED, kind=row.kind, native=text, details=details, origin=origin
        )
    value, why = _value(text, row, page, title, recorder.site.locale)
    if value is None:
        return recorder.unreadable(
            key, why, kind=row.kind, native=text[:80], details=details, window_days=days, origin=origin
        )
    return recorder.measured(
        key,
        Measured(value, target=row.target, sane=_ANY if row.scale == "bare" else _FRACTION),
        {},
        kind=row.kind,
        unit=row.unit,
        window_days=days,
        details=details,
        origin=origin,
    )


def _value(text: str, row: Indicator, page: Page, title: Any, locale: str) -> tuple[Decimal | None, str]:
    """Return a number in the unit of its row, or none and why it cannot be known."""
    # Answers are written the English way whatever the page speaks.
    printed = parse_number(text, "en_US")
    if printed is None or printed.bound != "exact":
        return None, "its value is no number"
    if row.scale == "bare":
        return (None, "a percentage, where there is a duration") if printed.percent else (printed.value, "")
    shown = _shown(page, title, locale)
    if isinstance(shown, str):
        return None, shown
    ways = _ways(printed, row)
    if shown is not None:
        fitting = {way for way in ways if _fits(way, shown)}
        if not fitting:
            return None, f"the answer says {text[:40]}, the page {shown.value}%"
        ways = fitting
    if len(ways) == 1:
        return ways.pop(), ""
    return None, f"{text[:40]} may be a fraction or a percentage, and nothing proves which"


def _ways(printed: Amount, row: Indicator) -> set[Decimal]:
    """Return every fraction a number can mean."""
    as_percent = as_fraction(Amount(printed.value, percent=True, bound="exact"))
    if printed.percent or row.scale == "percent" or printed.value > 1:
        return {as_percent}
    return {printed.value} if row.scale == "fraction" else {as_percent, printed.value}


def _shown(page: Page, title: Any, locale: str) -> Amount | str | None:
    """Return the one percentage the page prints beside an indicator's title; none where it prints none."""
    if not isinstance(title, str) or not title:
        return None
    found = page.beside([title.casefold()])
    if isinstance(found, Ambiguous):
        return found.reason
    if not isinstance(found, Beside):
        return None
    amounts = [amount for amount in amounts_in(found, locale) if amount.percent]
    return amounts[0] if len(amounts) == 1 else "several percentages beside its title" if amounts else None


def _fits(way: Decimal, shown: Amount) -> bool:
    seen = as_fraction(shown)
    exponent = int(seen.as_tuple().exponent)
    return abs(seen - way) < (Decimal((0, (1,), exponent)) if exponent < 0 else Decimal(1) / _HUNDRED)
