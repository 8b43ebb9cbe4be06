"""The penalty points of a shop and of its four groups: the page alone has them, beside their labels; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from checker.flow import Beside, Measured, Missing, Page, Recorder, doubted
from checker.model import Comparator, Kind, Origin, Presence, Reading, Scope, Target, TargetOrigin, Unit
from checker.model.numbers import parse_number, parse_ratio
from flows.lazada.tables import Points

__all__ = ["points_readings"]

_TOTAL: Final = "account.penalty_points"
_GROUP: Final = "lazada.points."
_SANE: Final = (Decimal(0), Decimal(1000))


@dataclass(frozen=True, slots=True)
class _Stated:
    """What stands beside a label: points, the limit if it is printed, or why neither can be believed."""

    points: Decimal | None = None
    limit: Decimal | None = None
    problem: str = ""


def points_readings(recorder: Recorder, page: Page, points: Points, *, required: bool) -> Iterator[Reading]:
    """Yield the points in all, then those of each group; nothing where they may be missing, and are."""
    if not required and isinstance(page.beside(points.labels), Missing):
        return
    stated = {name: _stated(page, labels, recorder.site.locale) for name, labels in points.groups.items()}
    yield _total(recorder, _stated(page, points.labels, recorder.site.locale), stated)
    yield from (_one(recorder, _GROUP + name, group, None) for name, group in stated.items())


def _total(recorder: Recorder, total: _Stated, groups: Mapping[str, _Stated]) -> Reading:
    """Record the points in all: any point warns, and the limit the page prints is critical."""
    origin = TargetOrigin.TABLE if total.limit is None else TargetOrigin.CONSOLE
    target = Target(Decimal(1), Comparator.LT, origin, critical=total.limit)
    reading = _one(recorder, _TOTAL, total, target)
    if reading.presence is not Presence.SHOWN or reading.value is None:
        return reading
    value = reading.value
    more = [f"{name} {group.points}" for name, group in groups.items() if (group.points or 0) > value]
    if more:
        why = f"{value} points in all, and in a group more than that"
        return doubted(recorder, reading, why, f"{value}; {', '.join(more)}")
    return reading


def _one(recorder: Recorder, metric: str, stated: _Stated, target: Target | None) -> Reading:
    key, origin = recorder.key(metric), Origin("health", "document", "beside its label")
    scope = Scope.ACCOUNT if metric == _TOTAL else Scope.METRIC
    if stated.problem:
        return recorder.unreadable(key, stated.problem, scope=scope, kind=Kind.POINTS, origin=origin)
    measured = Measured(stated.points, target=target, sane=_SANE)
    return recorder.measured(
        key, measured, {}, scope=scope, kind=Kind.POINTS, unit=Unit.POINTS, origin=origin
    )


def _stated(page: Page, labels: Collection[str], locale: str) -> _Stated:
    """Return the one number beside a label (`3`), or the two of a sentence (`3 / 10`)."""
    found = page.beside(labels)
    if not isinstance(found, Beside):
        return _Stated(problem=found.reason)
    ratio, amount = parse_ratio(found.text, locale), parse_number(found.text, locale)
    if ratio is not None and ratio[1] > 0:
        return _Stated(*ratio)
    if amount is None or amount.percent or amount.bound != "exact":
        return _Stated(problem=f"no points beside its label, but {found.text[:40]!r}")
    return _Stated(amount.value)
