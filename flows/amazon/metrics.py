"""Rates and policy counters, as the console's summary and the SP-API report give them; pure.

Amazon says `GOOD` of a rate that rests on no orders: that is "not rated", not ok. At low volume its
verdict and value-against-target disagree: both are kept, the verdict decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from checker.flow import Measured, Recorder, target
from checker.model import Kind, Level, Origin, Presence, Reading, Unit
from flows.amazon.tables import Rate, Tables, dig, number

__all__ = [
    "UNKNOWN_CATEGORY",
    "Counts",
    "MetricReader",
    "Shape",
    "dates_window",
    "missing_parts",
    "not_rated",
    "summary_readings",
]

UNKNOWN_CATEGORY: Final = "amazon.policy_violations"
_SANE_RATE: Final = (Decimal(0), Decimal(1))
_SANE_COUNT: Final = (Decimal(0), Decimal(10**9))
_POLICY_WINDOW: Final = 180
_LONGEST_WINDOW: Final = 3660


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a document keeps what every metric of it has."""

    verdict: tuple[str, ...]
    value: tuple[str, ...]
    target: tuple[str, ...]
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Where a document keeps the two counts of one rate."""

    numerator: tuple[str, ...]
    base: tuple[str, ...]


_SUMMARY_RATE: Final = Shape(
    ("metricSummary", "overallStatus"), ("rate",), ("target", "value"), ("target", "conditionType")
)
_SUMMARY_COUNTER: Final = Shape(
    ("defects", "status"), ("defects", "count"), ("target", "value"), ("target", "conditionType")
)


@dataclass(frozen=True, slots=True)
class MetricReader:
    """Turns one document's metrics into readings."""

    recorder: Recorder
    tables: Tables
    verdicts: Mapping[str, Level]

    def rate(
        self,
        row: Rate,
        body: Mapping[str, Any],
        shape: Shape,
        counts: Counts,
        window: int | None,
        origin: Origin,
    ) -> Iterator[Reading]:
        """Yield a rate, then the parts the console splits it into."""
        base = _count_at(body, counts.base)
        if base is None and shape.value[0] in body and body[shape.value[0]] is None:
            # A rate that is there and null is the console's way of saying "no orders".
            base = Decimal(0)
        measured = self._measured(body, shape, _SANE_RATE)
        # A rate of nothing is no rate, whatever number or verdict stands there.
        value = None if base == 0 else measured.value
        numerator = _count_at(body, counts.numerator)
        whole = replace(measured, value=value, numerator=numerator, base=base)
        key = self.recorder.key(row.metric, row.variant)
        yield self.recorder.measured(
            key,
            whole,
            self.verdicts,
            kind=Kind.RATE,
            unit=Unit.FRACTION,
            window_days=window,
            origin=origin,
        )
        for name, metric in row.parts:
            if isinstance(part := body.get(name), dict):
                yield self._part(metric, row.variant, part, whole.base, window, origin)

    def counter(
        self,
        metric: str,
        variant: str,
        body: Mapping[str, Any],
        shape: Shape,
        window: int | None,
        origin: Origin,
    ) -> Reading:
        """Record a policy counter."""
        return self._count(metric, variant, self._measured(body, shape, _SANE_COUNT), window, origin)

    def missing(self, metric: str, variant: str, kind: Kind, origin: Origin) -> Reading:
        """Record that a metric the document always has is not there."""
        key = self.recorder.key(metric, variant)
        return self.recorder.unreadable(key, f"missing from {origin.source}", kind=kind, origin=origin)

    def _part(
        self,
        metric: str,
        variant: str,
        part: Mapping[str, Any],
        base: Decimal | None,
        window: int | None,
        origin: Origin,
    ) -> Reading:
        # With no orders a part's "0, GOOD" is as empty as the rate it belongs to.
        value = None if base == 0 else number(part.get("count"))
        measured = Measured(value, _text(part.get("status")), base=base, sane=_SANE_COUNT)
        return self._count(metric, variant, measured, window, origin)

    def _count(
        self, metric: str, variant: str, measured: Measured, window: int | None, origin: Origin
    ) -> Reading:
        return self.recorder.measured(
            self.recorder.key(metric, variant),
            measured,
            self.verdicts,
            kind=Kind.COUNT,
            unit=Unit.COUNT,
            window_days=window,
            origin=origin,
        )

    def _measured(self, body: Mapping[str, Any], shape: Shape, sane: tuple[Decimal, Decimal]) -> Measured:
        limit = target(number(dig(body, shape.target)), dig(body, shape.condition), self.tables.conditions)
        return Measured(
            number(dig(body, shape.value)), _text(dig(body, shape.verdict)), target=limit, sane=sane
        )


def summary_readings(reader: MetricReader, body: Any) -> Iterator[Reading]:
    """Yield every rate and counter of the console's summary answer, those nobody knows too."""
    doubtful: set[tuple[str, str]] = set()
    for reading in _summary(reader, body):
        judged = _doubted(reader.recorder, reading, reader.tables.low_volume)
        place = (reading.key.metric, reading.key.variant)
        if judged is not reading:
            doubtful |= _parts_of(reader.tables, place)
        elif place in doubtful and reading.level is Level.OK:
            why = "the rate it is a part of contradicts itself"
            judged = reader.recorder.unreadable(
                reading.key, why, kind=reading.kind, native=reading.native, origin=reading.origin
            )
        yield judged


def _parts_of(tables: Tables, place: tuple[str, str]) -> set[tuple[str, str]]:
    """Return the parts of a rate: they have no target of their own that could contradict their verdict."""
    rows = [row for row in tables.rates if (row.metric, row.variant) == place]
    return {(metric, row.variant) for row in rows for _, metric in row.parts}


def _doubted(recorder: Recorder, reading: Reading, low_volume: Decimal) -> Reading:
    """Refuse a verdict its own number contradicts, but for rates of so few events that Amazon waives them."""
    meets = reading.meets_target
    few = reading.kind is Kind.RATE and (reading.denominator or Decimal(0)) < low_volume
    judged = reading.level is Level.OK or reading.level.is_open
    if meets is None or few or not judged or meets is (reading.level is Level.OK):
        return reading
    return recorder.unreadable(
        reading.key,
        "the console's verdict and its own number contradict each other",
        kind=reading.kind,
        native=reading.native,
        value=reading.value,
        unit=reading.unit,
        numerator=reading.numerator,
        denominator=reading.denominator,
        target=reading.target,
        window_days=reading.window_days,
        origin=reading.origin,
        contradicts=f"{reading.native}, with {reading.value} {'within' if meets else 'beyond'} its target",
    )


def _summary(reader: MetricReader, body: Any) -> Iterator[Reading]:
    for row in reader.tables.rates:
        if row.summary:
            yield from _summary_rate(reader, row, dig(body, row.summary))
    metrics = dig(body, ("listingLevelMetrics",))
    metrics = metrics if isinstance(metrics, dict) else {}
    known = {row.summary: row for row in reader.tables.policies if row.summary}
    for name, policy in known.items():
        origin = _origin(f"listingLevelMetrics.{name}", policy.picture)
        entry = metrics.get(name)
        if isinstance(entry, dict):
            days = _window(entry) or _POLICY_WINDOW
            yield reader.counter(policy.metric, policy.variant, entry, _SUMMARY_COUNTER, days, origin)
        else:
            yield reader.missing(policy.metric, policy.variant, Kind.COUNT, origin)
    for name in sorted(set(metrics) - set(known)):
        yield _unknown_category(reader, name, metrics[name])


def _summary_rate(reader: MetricReader, row: Rate, body: Any) -> Iterator[Reading]:
    origin = _origin(".".join(row.summary), row.picture)
    if isinstance(body, dict):
        counts = Counts(row.summary_numerator, row.summary_base)
        yield from reader.rate(row, body, _SUMMARY_RATE, counts, _window(body), origin)
    elif not row.optional:
        yield reader.missing(row.metric, row.variant, Kind.RATE, origin)
        yield from missing_parts(reader.recorder, row, f"missing from {origin.source}")


def missing_parts(recorder: Recorder, row: Rate, why: str) -> Iterator[Reading]:
    """Yield that the parts a rate is split into could not be read: known parts never just disappear."""
    for _, metric in row.parts:
        yield recorder.unreadable(recorder.key(metric, row.variant), why, kind=Kind.COUNT)


def _unknown_category(reader: MetricReader, name: str, body: Any) -> Reading:
    """Record a category nobody described: its red is believed, anything else of it is not."""
    entry = body if isinstance(body, dict) else {}
    origin = _origin(f"listingLevelMetrics.{name[:80]}")
    metric, variant = UNKNOWN_CATEGORY, name[:80]
    reading = reader.counter(metric, variant, entry, _SUMMARY_COUNTER, _window(entry), origin)
    if reading.level.is_open:
        return reading
    return reader.recorder.unreadable(
        reading.key,
        "a category this version does not know; look at it in the console",
        kind=Kind.COUNT,
        native=reading.native,
        origin=origin,
    )


def _count_at(body: Mapping[str, Any], path: tuple[str, ...]) -> Decimal | None:
    """Return a count that a document gives either bare or as `{count, status}`."""
    found = dig(body, path)
    return number(found.get("count")) if isinstance(found, dict) else number(found)


def _origin(rule: str, picture: str = "") -> Origin:
    return Origin("policies", "the summary answer", rule, 0, picture)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _window(metric: Any) -> int | None:
    days = number(dig(metric, ("timeFrame", "dateOffset", "duration")))
    return int(days) if days is not None and 0 < days <= _LONGEST_WINDOW else None


def dates_window(start: Any, end: Any) -> int | None:
    """Return how many days a report's date range spans; none for one that runs backwards."""
    try:
        first, last = datetime.fromisoformat(str(start)), datetime.fromisoformat(str(end))
        # A range ends a minute before midnight of its last day.
        days = (last - first + timedelta(minutes=1)) // timedelta(days=1)
    except (ValueError, TypeError):
        return None
    return days if days > 0 else None


def not_rated(readings: Iterable[Reading]) -> bool:
    """Tell whether there are rates, and every one of them rests on nothing."""
    rates = [reading.presence for reading in readings if reading.kind is Kind.RATE]
    return bool(rates) and all(presence is Presence.NOT_RATED for presence in rates)
