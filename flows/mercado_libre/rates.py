"""The variables behind the colour: from the answer and from their block on the page, held together; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from checker.flow import Measured, Recorder, cross_checked, dig, number
from checker.model import DecidedBy, Decision, Kind, Level, Origin, Presence, Reading, Target, Unit
from checker.model.numbers import as_fraction
from flows.mercado_libre.block import Printed
from flows.mercado_libre.tables import Block, Tables

__all__ = ["Seller", "rate_readings", "sales_readings"]

_REAL: Final = "real"
_SANE: Final = (Decimal(0), Decimal(1))
_PERIOD: Final = re.compile(r"(\d{1,4}) days?")


@dataclass(frozen=True, slots=True)
class Seller:
    """The answer on the seller; came: whether there was one at all; not_rated: whether there is no colour."""

    body: Any
    came: bool
    not_rated: bool

    def metric(self, field: str) -> Any:
        """Return what the answer holds of one variable."""
        return dig(self.body, f"seller_reputation.metrics.{field}")


def rate_readings(
    recorder: Recorder, block: Block, seller: Seller, printed: Printed, tables: Tables
) -> Iterator[Reading]:
    """Yield a variable, and what it would be without what the platform left out of it."""
    if not block.field or not seller.came:
        yield from _by_page(recorder, block, seller, printed, tables)
        return
    key = recorder.key(block.metric)
    origin = Origin("reputation", "the user answer", f"seller_reputation.metrics.{block.field}")
    entry = seller.metric(block.field)
    if not isinstance(entry, dict):
        why = "the user answer did not come whole" if seller.body is None else "not in the user answer"
        for unread in (key, recorder.key(block.metric, _REAL)):
            yield recorder.unreadable(unread, why, kind=Kind.RATE, origin=origin)
        return
    table = tables.limit(recorder.site.native_id, block.field)
    reading = _measured(
        recorder, block, seller, _Given(entry, "rate", "value"), printed.limit or table, origin
    )
    yield _checked(recorder, reading, printed)
    excluded = entry.get("excluded")
    if isinstance(excluded, dict):
        given = _Given({**excluded, "period": entry.get("period")}, "real_rate", "real_value")
        real = _measured(
            recorder, block, seller, given, table, replace(origin, rule=f"{origin.rule}.excluded")
        )
        yield real


@dataclass(frozen=True, slots=True)
class _Given:
    """A rate with its count, by the names the answer has for them."""

    entry: Mapping[str, Any]
    rate: str
    count: str


def _measured(
    recorder: Recorder, block: Block, seller: Seller, given: _Given, target: Target | None, origin: Origin
) -> Reading:
    key = recorder.key(block.metric, _REAL if given.rate == "real_rate" else "")
    rate, count = number(given.entry.get(given.rate)), number(given.entry.get(given.count))
    if rate is not None and count is not None and (rate == 0) != (count == 0):
        why = f"a rate of {rate} and a count of {count} contradict each other"
        return recorder.unreadable(key, why, kind=Kind.RATE, value=rate, unit=Unit.FRACTION, origin=origin)
    sales = number(dig(seller.metric("sales"), "completed"))
    nothing = sales == 0 or (seller.not_rated and rate == 0)
    return recorder.measured(
        key,
        Measured(
            rate,
            numerator=count,
            base=Decimal(0) if nothing and rate == 0 else None,
            target=target,
            sane=_SANE,
        ),
        {},
        kind=Kind.RATE,
        unit=Unit.FRACTION,
        window_days=_days(given.entry.get("period")),
        origin=origin,
    )


def _checked(recorder: Recorder, reading: Reading, printed: Printed) -> Reading:
    """Return a reading, unreadable where its block on the page says something else."""
    if not printed.there or reading.presence is not Presence.SHOWN:
        return reading
    if printed.problem:
        return _doubted(recorder, reading, printed.problem)
    if None not in (printed.count, reading.numerator) and printed.count != reading.numerator:
        return _doubted(
            recorder, reading, f"its block counts {printed.count}, the answer {reading.numerator}"
        )
    return cross_checked(recorder, reading, printed.amount, "its block")


def _doubted(recorder: Recorder, reading: Reading, why: str) -> Reading:
    return recorder.unreadable(
        reading.key, why, kind=reading.kind, value=reading.value, unit=reading.unit, origin=reading.origin
    )


def _by_page(
    recorder: Recorder, block: Block, seller: Seller, printed: Printed, tables: Tables
) -> Iterator[Reading]:
    key = recorder.key(block.metric)
    origin = Origin("reputation", "document", f"beside {min(block.labels)!r}", 1)
    if not printed.there:
        if block.required and seller.not_rated:
            yield recorder.absent(key, Presence.NOT_RATED, kind=Kind.RATE, origin=origin)
        elif block.required:
            yield recorder.unreadable(key, "its block is not on the page", kind=Kind.RATE, origin=origin)
        return
    if printed.problem or printed.amount is None:
        yield recorder.unreadable(key, printed.problem or "no value", kind=Kind.RATE, origin=origin)
        return
    rate = as_fraction(printed.amount)
    nothing = seller.not_rated and rate == 0
    target = printed.limit or tables.limit(recorder.site.native_id, block.field)
    yield recorder.measured(
        key,
        Measured(
            rate,
            numerator=printed.count,
            base=Decimal(0) if nothing else None,
            target=target,
            sane=_SANE,
        ),
        {},
        kind=Kind.RATE,
        unit=Unit.FRACTION,
        origin=origin,
    )


def sales_readings(recorder: Recorder, seller: Seller) -> Iterator[Reading]:
    """Yield how many sales were completed in the window, and ever; numbers without a level."""
    if not seller.came:
        return
    places = (("", "metrics.sales"), ("historic", "transactions"))
    for variant, path in places:
        entry = dig(seller.body, f"seller_reputation.{path}")
        origin = Origin("reputation", "the user answer", f"seller_reputation.{path}.completed")
        key = recorder.key("orders.total", variant)
        completed = number(dig(entry, "completed"))
        if completed is not None and completed >= 0:
            yield recorder.shown(
                key,
                Decision(Level.UNKNOWN, DecidedBy.NOTHING),
                kind=Kind.COUNT,
                unit=Unit.COUNT,
                value=completed,
                window_days=_days(dig(entry, "period")),
                origin=origin,
            )
        elif not variant:
            yield recorder.unreadable(key, "not in the user answer", kind=Kind.COUNT, origin=origin)


def _days(period: Any) -> int | None:
    said = _PERIOD.fullmatch(period) if isinstance(period, str) else None
    return None if said is None else int(said[1])
