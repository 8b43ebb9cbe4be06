"""Penalty points, the tier they lead to, and the lists of punishments, records, listings and orders; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from checker.flow import Measured, Recorder, SiteToml, dig, item_readings, number, there
from checker.model import Comparator, Kind, Origin, Reading, Scope, Target, TargetOrigin, Unit
from checker.model.dates import moment
from flows.shopee.tables import Tables

__all__ = ["list_readings", "penalty_readings", "quarter_began"]

_POINTS: Final = "account.penalty_points"
_TIER: Final = "account.penalty_tier"
_ONGOING: Final = "response.ongoing_punishment"
_TIERS: Final = ("1", "2", "3", "4", "5")
_MOST: Final = (Decimal(0), Decimal(1000))
_MONTHS: Final = (10, 7, 4, 1)


def penalty_readings(
    recorder: Recorder, bodies: Mapping[str, Sequence[Any]], toml: SiteToml, tables: Tables
) -> Iterator[Reading]:
    """Yield the quarter's points, the points by what they were given for, and the tier."""
    new, old = _last(bodies["penalty"]), _last(bodies["old_points"])
    yield _points(recorder, recorder.key(_POINTS), new, old, tables)
    for variant, paths in tables.points.items():
        value = there(new, paths) if variant else None
        if value is not None:
            origin = Origin("health", "the penalty answer", paths[0])
            measured = Measured(number(value), target=None, sane=_MOST)
            yield recorder.measured(
                recorder.key(_POINTS, variant),
                measured,
                {},
                kind=Kind.POINTS,
                unit=Unit.POINTS,
                origin=origin,
            )
    yield _tier(recorder, new, bodies["punishments"], toml)


def _points(recorder: Recorder, key: Any, new: Any, old: Any, tables: Tables) -> Reading:
    """Record the points of the quarter; two answers that both state them must agree."""
    origin = Origin("health", "the penalty answer", tables.points[""][0])
    stated = [there(body, tables.points[""]) for body in (new, old) if body is not None]
    values = {value for one in stated if (value := number(one)) is not None}
    if len(values) != 1 or None in stated:
        why = (
            "no points in an answer" if not values or None in stated else "two answers contradict each other"
        )
        return recorder.unreadable(key, why, kind=Kind.POINTS, scope=Scope.ACCOUNT, origin=origin)
    target = Target(tables.tier_starts, Comparator.LT, TargetOrigin.TABLE)
    return recorder.measured(
        key,
        Measured(values.pop(), target=target, sane=_MOST),
        {},
        kind=Kind.POINTS,
        unit=Unit.POINTS,
        scope=Scope.ACCOUNT,
        origin=origin,
    )


def _tier(recorder: Recorder, body: Any, punishments: Sequence[Any], toml: SiteToml) -> Reading:
    """Record the highest tier of the punishments that run; the list of punishments must say the same."""
    key, origin = recorder.key(_TIER), Origin("health", "the penalty answer", _ONGOING)
    rows = dig(body, _ONGOING)
    if not isinstance(rows, list):
        why = "the penalty answer did not come" if body is None else "not in the penalty answer"
        return recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)
    tiers = {str(dig(row, "punishment_tier")) for row in rows}
    if strange := sorted(tiers - set(_TIERS)):
        why = f"unknown tier {strange[0][:40]!r}"
        return recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)
    tier = max(tiers, default="0")
    listed = {
        str(dig(row, "reason"))
        for page in punishments
        for row in _rows(page, "punishment_list")
        if _running(row, recorder.now()) is not False
    }
    other = max(listed & set(_TIERS), default="0")
    if any(punishments) and other != tier:
        why = f"tier {tier} runs, and the punishments say tier {other}"
        return recorder.unreadable(key, why, scope=Scope.ACCOUNT, contradicts=why, origin=origin)
    level = toml.codes["tier"].get(tier)
    return recorder.word(key, tier, level, scope=Scope.ACCOUNT, origin=origin)


def list_readings(
    recorder: Recorder, bodies: Mapping[str, Sequence[Any]], toml: SiteToml
) -> Iterator[Reading]:
    """Yield every punishment, penalty record, listing with an issue and late order, and each list."""
    now = recorder.now()
    quarter = quarter_began(now, recorder.site.zone)
    states: dict[str, tuple[str, Callable[[Any], str]]] = {
        "punishments": ("punishment_list", lambda row: _punishment_state(row, now)),
        "records": ("penalty_point_list", lambda row: _record_state(row, quarter)),
        "listings": ("listing_list", lambda row: str(dig(row, "reason"))),
        "late_orders": ("late_order_list", lambda _: "late"),
    }
    for rows in toml.items:
        name, state = states[rows.answer]
        pages = [_stated(page, name, state) for page in bodies[rows.answer]]
        yield from item_readings(recorder, rows, pages, toml, "health")


def quarter_began(now: datetime, zone: str) -> datetime:
    """Return when the points were last reset: the first Monday of January, April, July or October."""
    here = now.astimezone(ZoneInfo(zone))
    for year in (here.year, here.year - 1):
        for month in _MONTHS:
            first = datetime(year, month, 1, tzinfo=here.tzinfo)
            monday = first + timedelta(days=-first.weekday() % 7)
            if monday <= here:
                return monday.astimezone(UTC)
    raise AssertionError("a year has a first Monday")  # pragma: no cover


def _punishment_state(row: Any, now: datetime) -> str:
    """Return the punishment's own code while it runs, `ended` after, nothing where its dates say neither."""
    running = _running(row, now)
    if running is None:
        return ""
    return str(dig(row, "punishment_type")) if running else "ended"


def _running(row: Any, now: datetime) -> bool | None:
    """Tell whether a punishment has not ended; none where its dates cannot be believed."""
    start, end = moment(dig(row, "start_time")), moment(dig(row, "end_time"))
    if start is None or end is None or end <= start:
        return None
    return end > now


def _record_state(row: Any, quarter: datetime) -> str:
    """Return whether a record's points still count: not those taken back, nor of a quarter that is over."""
    issued, points = moment(dig(row, "issue_time")), number(dig(row, "latest_point_num"))
    if issued is None or points is None or points < 0:
        return ""
    if points == 0:
        return "taken back"
    return "counts" if issued >= quarter else "expired"


def _stated(page: Any, name: str, state: Callable[[Any], str]) -> Any:
    """Return an answer whose entries say how they stand, their times as text a person can read."""
    entries = dig(page, f"response.{name}")
    if not isinstance(entries, list):
        return page
    rows = [{**_readable(row), "state": state(row)} if isinstance(row, dict) else row for row in entries]
    return {"response": {**page["response"], name: rows}}


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    times = {
        name: when.isoformat()
        for name, value in row.items()
        if name.endswith(("_time", "_deadline")) and (when := moment(value)) is not None
    }
    return {**row, **times}


def _rows(page: Any, name: str) -> list[Any]:
    rows = dig(page, f"response.{name}")
    return rows if isinstance(rows, list) else []


def _last(bodies: Sequence[Any]) -> Any:
    return bodies[-1] if bodies else None
