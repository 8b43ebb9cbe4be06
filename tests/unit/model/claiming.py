"""Arbitrary claims, and one with everything else given, for the tests of `settle`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import strategies as st

from checker.model import Claim, Comparator, Key, Level, Origin, Rank, Says, Target, TargetOrigin, Unit

AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
KEY = Key("shop", "main", "US", "orders.defect_rate")
SOURCES = ("the status answer", "pill", "banner", "report")


def claim(says: Says = Says.SHOWN, level: Level = Level.UNKNOWN, **fields: Any) -> Claim:
    """Return a claim of one source, `status` of the health page unless told otherwise."""
    fields.setdefault("origin", Origin("health", fields.pop("source", "the status answer"), "status"))
    return Claim(KEY, says, AT, level, **fields)


def ok(**fields: Any) -> Claim:
    """Return a claim that all is well."""
    return claim(Says.SHOWN, Level.OK, **fields)


def red(**fields: Any) -> Claim:
    """Return a claim that the account is in danger."""
    return claim(Says.SHOWN, Level.CRITICAL, **fields)


def _whole(says: Says, level: Level, number: dict[str, Any], fields: dict[str, Any]) -> Claim:
    if says is not Says.SHOWN:
        return claim(says, **fields)
    no_verdict = number["no_verdict"] and level is Level.UNKNOWN
    return claim(says, level, unit=Unit.FRACTION, **{**number, "no_verdict": no_verdict}, **fields)


def _any(**values: Sequence[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return any combination of these values in one draw: to draw each by itself costs more than the test."""
    return st.sampled_from([dict(zip(values, each, strict=True)) for each in product(*values.values())])


_limits = [
    Target(value=Decimal(value), comparator=comparator, origin=origin, critical=critical)
    for value in ("0.01", "0.05")
    for comparator in (Comparator.LT, Comparator.GTE)
    for origin in TargetOrigin
    for critical in (None, Decimal("0.1"))
]
claims = st.builds(
    _whole,
    # Most sources show something.
    st.sampled_from([*Says, Says.SHOWN, Says.SHOWN, Says.SHOWN]),
    st.sampled_from(Level),
    _any(
        value=[None, *map(Decimal, ("0", "0.005", "0.02", "0.5", "7", "NaN"))],
        # Every other has none.
        target=[*[None] * len(_limits), *_limits],
        denominator=[None, Decimal(0), Decimal(10), Decimal(1000)],
        sane=[None, (Decimal(0), Decimal(1))],
        low_volume=[0, 100],
        no_verdict=[False, True],
    ),
    _any(
        source=SOURCES,
        rank=list(Rank),
        look=[1, 2],
        required=[False, True],
        doubtful=[False, True],
        native=["", "NORMAL", "At risk", "?"],
        reason=["", "R1", "not on the page"],
    ),
)
several = st.lists(claims, min_size=1, max_size=6)


def at_look(look: int, *given: Claim) -> list[Claim]:
    """Return claims as if they had been made in that look."""
    return [replace(each, look=look) for each in given]
