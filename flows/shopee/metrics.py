"""The performance metrics of a shop, each held against the target its own entry states; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from checker.flow import Measured, Recorder, SiteToml, dig, number
from checker.flow import target as target_of
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
    TargetOrigin,
    Unit,
)
from checker.model.dates import moment
from flows.shopee.tables import Metric, Tables

__all__ = ["performance_readings"]

_ROWS: Final = "response.metric_list"
_FAILED: Final = "response.overall_performance"
_LOWER: Final = (Comparator.LT, Comparator.LTE, Comparator.EQ)
_STARS: Final = (Decimal(0), Decimal(5))
_ORIGIN: Final = "the performance answer"


def performance_readings(recorder: Recorder, body: Any, toml: SiteToml, tables: Tables) -> Iterator[Reading]:
    """Yield every metric listed, what is missing of those that must be, and the missed targets counted."""
    rows = dig(body, _ROWS)
    if not isinstance(rows, list):
        why = "the performance answer did not come" if body is None else "not in the performance answer"
        for ids in tables.required:
            yield recorder.unreadable(_key(recorder, ids[0], tables), why, origin=_origin(ids[0]))
        yield from _missed(recorder, body, None, tables)
        return
    found: dict[int, list[Any]] = {}
    nameless = 0
    for row in rows:
        metric_id = dig(row, "metric_id")
        if not isinstance(metric_id, int) or isinstance(metric_id, bool):
            nameless += 1
        elif metric_id >= 0:  # a negative id is the headline of a group
            found.setdefault(metric_id, []).append(row)
    readings = [_one(recorder, number_, its, toml, tables) for number_, its in found.items()]
    yield from readings
    for ids in tables.required:
        if not any(metric_id in found for metric_id in ids):
            yield recorder.unreadable(
                _key(recorder, ids[0], tables), "not in the list", origin=_origin(ids[0])
            )
    if nameless:
        key = recorder.key("policy.list", "metrics")
        yield recorder.unreadable(
            key, f"{nameless} metrics without an id", origin=Origin("health", _ORIGIN, _ROWS)
        )
    whole = not nameless and all(r.presence is not Presence.UNREADABLE for r in readings)
    yield from _missed(
        recorder, body, list(zip(found.values(), readings, strict=True)) if whole else None, tables
    )


def _one(recorder: Recorder, metric_id: int, rows: Sequence[Any], toml: SiteToml, tables: Tables) -> Reading:
    """Record one metric: not rated first, then its number against the target beside it."""
    key, known = _key(recorder, metric_id, tables), tables.metrics.get(str(metric_id))
    origin = _origin(metric_id)
    if len(rows) > 1:
        return recorder.unreadable(key, f"{len(rows)} entries for it", origin=origin)
    (row,) = rows
    unit = tables.units.get(str(dig(row, "unit")))
    if "current_period" not in row:
        return recorder.unreadable(key, "its entry has no value", origin=origin)
    if unit is None:
        return recorder.unreadable(key, f"unknown unit {str(dig(row, 'unit'))[:40]!r}", origin=origin)
    current = row["current_period"]
    details = _details(row)
    if current is None:
        return recorder.absent(key, Presence.NOT_RATED, kind=unit.kind, details=details, origin=origin)
    condition = dig(row, "target.comparator")
    target = target_of(
        unit.scaled(number(dig(row, "target.value"))),
        condition if isinstance(condition, str) else None,
        toml.conditions,
    )
    stars = known is not None and known.stars
    kind = Kind.SCORE if stars else unit.kind
    value = unit.scaled(number(current))
    if known is not None and target is not None and _turned(known, target):
        why = f"its target is the wrong way round: {condition} {target.value}"
        return recorder.unreadable(key, why, kind=kind, value=value, origin=origin)
    reading = recorder.measured(
        key,
        Measured(value, target=target, sane=_STARS if stars else unit.sane),
        {},
        kind=kind,
        unit=Unit.STARS if stars else unit.unit,
        details=details,
        origin=origin,
    )
    exempt = moment(dig(row, "exemption_end_date"))
    if reading.presence is not Presence.SHOWN or exempt is None or exempt <= recorder.now():
        return reading
    # The console does not hold the shop to it yet, so neither red nor green is said.
    return recorder.shown(
        key,
        Decision(Level.UNKNOWN, DecidedBy.NOTHING),
        kind=kind,
        value=value,
        unit=reading.unit,
        target=target,
        details=(*details, ("exempt until", exempt.isoformat())),
        origin=origin,
    )


def _turned(known: Metric, target: Target) -> bool:
    return (known.better == "lower") != (target.comparator in _LOWER)


def _missed(
    recorder: Recorder, body: Any, read: Sequence[tuple[Sequence[Any], Reading]] | None, tables: Tables
) -> Iterator[Reading]:
    """Yield how many targets of each type the console counts as missed; what it lists must fit to that."""
    for metric_type, (field, word) in tables.groups.items():
        key = recorder.key("shopee.missed_targets", word)
        origin = Origin("health", _ORIGIN, f"{_FAILED}.{field}")
        count = number(dig(body, f"{_FAILED}.{field}"))
        if count is None:
            yield recorder.unreadable(key, "no count", kind=Kind.COUNT, origin=origin)
            continue
        own = [(rows[0], r) for rows, r in read or () if str(dig(rows[0], "metric_type")) == metric_type]
        missed = [row for row, r in own if r.meets_target is False]
        main = [row for row in missed if not dig(row, "parent_metric_id")]
        if read is not None and ((count == 0 and main) or (count > 0 and not missed)):
            said = f"{count} missed targets are counted, {len(missed)} are listed"
            yield recorder.unreadable(
                key, said, kind=Kind.COUNT, value=count, contradicts=said, origin=origin
            )
            continue
        yield recorder.measured(
            key,
            Measured(
                count,
                target=Target(Decimal(0), Comparator.EQ, TargetOrigin.TABLE),
                sane=(Decimal(0), Decimal(100)),
            ),
            {},
            kind=Kind.COUNT,
            unit=Unit.COUNT,
            origin=origin,
        )


def _key(recorder: Recorder, metric_id: int, tables: Tables) -> Key:
    known = tables.metrics.get(str(metric_id))
    if known is None:
        return recorder.key(f"shopee.metric_{metric_id}")
    return recorder.key(known.metric, known.variant)


def _origin(metric_id: int) -> Origin:
    return Origin("health", _ORIGIN, f"{_ROWS}[metric_id={metric_id}]")


def _details(row: Any) -> tuple[tuple[str, str], ...]:
    names = ("metric_id", "metric_name", "parent_metric_id", "last_period")
    found = ((name, dig(row, name)) for name in names)
    return tuple(
        (name, str(value)[:200])
        for name, value in found
        if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool) and value != ""
    )
