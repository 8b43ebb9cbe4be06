"""Every rating of the summary, by its status and held against the thresholds of its history; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from checker.flow import Measured, Recorder, SiteToml, UnitRow, dig, doubted, number
from checker.model import (
    Comparator,
    DecidedBy,
    Decision,
    Key,
    Kind,
    Level,
    Origin,
    Presence,
    Reading,
    Target,
)
from flows.ozon.tables import Metric, Tables

__all__ = ["codes_in", "error_index_reading", "rating_readings"]

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SUMMARY: Final = "the summary answer"
_DETAILS: Final = ("name", "past_value")
_PERIOD: Final = ("period_from", "period_to", "processing_costs_sum", "currency_code")
_MOST: Final = Decimal(100)


def rating_readings(
    recorder: Recorder, summary: Any, history: Any, toml: SiteToml, tables: Tables
) -> Iterator[Reading]:
    """Yield every rating listed, and what is missing of those that must be."""
    if not isinstance(dig(summary, "groups"), list):
        why = "the summary answer did not come" if summary is None else "not in the summary answer"
        yield from (recorder.unreadable(_key(recorder, code, tables), why) for code in tables.required)
        return
    rows, nameless = _rows(summary)
    if not rows and not nameless and dig(summary, "localization_index") == []:
        # Nothing is rated, and nothing was sold in the last days: the console says both.
        for code in tables.required:
            yield recorder.absent(_key(recorder, code, tables), Presence.NOT_RATED, origin=_origin(code))
        return
    for code, its in rows.items():
        yield _rating(recorder, code, its, history, toml, tables)
    for code in tables.required:
        if code not in rows:
            yield recorder.unreadable(_key(recorder, code, tables), "not in the list", origin=_origin(code))
    if nameless:
        origin = Origin("ratings", _SUMMARY, "groups[].items")
        yield recorder.unreadable(
            recorder.key("policy.list", "ratings"), f"{nameless} ratings without a code", origin=origin
        )


def codes_in(summary: Any) -> frozenset[str]:
    """Return the codes of the ratings a summary lists."""
    return frozenset(_rows(summary)[0])


def _rows(summary: Any) -> tuple[dict[str, list[Any]], int]:
    """Return the ratings of every group by their code, and how much of the list has none."""
    found: dict[str, list[Any]] = {}
    nameless = 0
    groups = dig(summary, "groups")
    for group in groups if isinstance(groups, list) else []:
        items = dig(group, "items")
        nameless += not isinstance(items, list)
        for row in items if isinstance(items, list) else []:
            code = dig(row, "rating")
            if isinstance(code, str) and _CODE.fullmatch(code):
                found.setdefault(code, []).append(row)
            else:
                nameless += 1
    return found, nameless


def _rating(
    recorder: Recorder, code: str, rows: Sequence[Any], history: Any, toml: SiteToml, tables: Tables
) -> Reading:
    key, origin, row = _key(recorder, code, tables), _origin(code), rows[0]
    status, unit = dig(row, "status"), tables.units.get(str(dig(row, "value_type")))
    levels = toml.codes["status"]
    native = status if isinstance(status, str) else ""
    problem = ""
    if len(rows) > 1:
        problem = f"{len(rows)} entries for it"
    elif native not in levels:
        problem = f"unknown status {native[:40]!r}" if native else "it has no status"
    elif unit is None:
        problem = f"unknown kind of value {str(dig(row, 'value_type'))[:40]!r}"
    if problem or unit is None:
        return recorder.unreadable(key, problem, native=native[:80], origin=origin)
    level, value = levels[native], unit.scaled(number(dig(row, "current_value")))
    details = tuple((name, str(dig(row, name))[:200]) for name in _DETAILS if dig(row, name) is not None)
    if value is None and level is Level.UNKNOWN:
        presence = Presence.NOT_RATED
        return recorder.absent(key, presence, kind=unit.kind, native=native, details=details, origin=origin)
    limits = _limits(history, code, unit, toml.conditions.get(str(dig(row, "rating_direction"))))
    known = tables.metrics.get(code)
    reading = recorder.measured(
        key,
        Measured(value, verdict=native, target=limits.target, sane=unit.sane),
        levels,
        kind=unit.kind,
        unit=unit.unit,
        window_days=None if known is None else known.window_days,
        trend=toml.trends["meaning"].get(str(dig(row, "change.meaning"))),
        details=(*details, *limits.details),
        origin=origin,
    )
    return _undoubted(recorder, reading, limits, number(dig(row, "current_value")))


@dataclass(frozen=True, slots=True)
class _Limits:
    """What the history says of a rating. value, red: the last day's number, and whether it was called red."""

    target: Target | None = None
    value: Decimal | None = None
    red: bool = False
    details: tuple[tuple[str, str], ...] = ()


def _limits(history: Any, code: str, unit: UnitRow, comparator: Comparator | None) -> _Limits:
    rows = dig(history, "ratings")
    own = [row for row in rows if dig(row, "rating") == code] if isinstance(rows, list) else []
    if len(own) != 1:
        return _Limits()
    (row,) = own
    warning, danger = (number(dig(row, f"{name}_threshold")) for name in ("warning", "danger"))
    premium = dig(row, "premium_threshold")
    days = dig(row, "values")
    last = (
        max(days, key=lambda day: str(dig(day, "date_to")), default=None) if isinstance(days, list) else None
    )
    red = any(dig(last, f"status.{name}") is True for name in ("warning", "danger"))
    details = () if premium is None else (("premium_threshold", str(premium)[:200]),)
    return _Limits(_target(warning, danger, unit, comparator), number(dig(last, "value")), red, details)


def _target(
    warning: Decimal | None, danger: Decimal | None, unit: UnitRow, comparator: Comparator | None
) -> Target | None:
    """Return both steps of a limit; a rating without one has zeros, or nothing, in their place."""
    first = warning if warning is not None else danger
    if comparator is None or first is None or not (warning or danger):
        return None
    value, critical = unit.scaled(first), unit.scaled(danger)
    return None if value is None else Target(value, comparator, critical=critical)


def _undoubted(recorder: Recorder, reading: Reading, limits: _Limits, value: Decimal | None) -> Reading:
    """Return a reading, unreadable where the console says two things of the same number."""
    if reading.presence is not Presence.SHOWN or reading.level is Level.UNKNOWN:
        return reading
    why = ""
    if reading.level is Level.OK and reading.meets_target is False:
        why = "the console calls it fine, and its own limit is missed"
    elif value is not None and limits.value == value and limits.red is not reading.level.is_open:
        why = "the summary and the history call the same number different things"
    if not why:
        return reading
    return doubted(recorder, reading, why, f"{reading.native}: {value}")


def error_index_reading(recorder: Recorder, body: Any, tables: Tables) -> Reading:
    """Record the error index; whether it is a fraction or a percentage is not known, so both must agree."""
    key = recorder.key("ozon.fbs_error_index")
    origin = Origin("ratings", "the error_index answer", "index")
    value = number(dig(body, "index"))
    if value is None or not 0 <= value <= _MOST:
        why = "its answer did not come" if body is None else f"no index: {str(dig(body, 'index'))[:40]}"
        return recorder.unreadable(key, why, kind=Kind.SCORE, origin=origin)
    decision = Decision(Level.UNKNOWN, DecidedBy.NOTHING)
    if value > tables.error_index_warns:
        decision = Decision(Level.WARNING, DecidedBy.TABLE)
    elif value * 100 <= tables.error_index_warns:
        decision = Decision(Level.OK, DecidedBy.TABLE)
    details = tuple((name, str(dig(body, name))[:80]) for name in _PERIOD if dig(body, name) is not None)
    return recorder.shown(key, decision, kind=Kind.SCORE, value=value, details=details, origin=origin)


def _key(recorder: Recorder, code: str, tables: Tables) -> Key:
    known = tables.metrics.get(code, Metric(metric=f"ozon.{code}"))
    return recorder.key(known.metric, known.variant)


def _origin(code: str) -> Origin:
    return Origin("ratings", _SUMMARY, f"groups[].items[rating={code}]")
