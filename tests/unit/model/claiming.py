"""Arbitrary claims, and one with everything else given, for the tests of `settle`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
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


def _whole(says: Says, level: Level, number: tuple[Any, ...], fields: dict[str, Any]) -> Claim:
    if says is not Says.SHOWN:
        return claim(says, **fields)
    value, target, base, sane, low, no_verdict = number
    return claim(
        says,
        level,
        value=value,
        target=target,
        denominator=base,
        sane=sane,
        low_volume=low,
        unit=Unit.FRACTION,
        no_verdict=no_verdict and level is Level.UNKNOWN,
        **fields,
    )


_numbers = st.sampled_from([None, *map(Decimal, ("0", "0.005", "0.02", "0.5", "7", "NaN"))])
_targets = st.none() | st.builds(
    Target,
    value=st.sampled_from([Decimal("0.01"), Decimal("0.05")]),
    comparator=st.sampled_from([Comparator.LT, Comparator.GTE]),
    origin=st.sampled_from(TargetOrigin),
    critical=st.none() | st.just(Decimal("0.1")),
)
claims = st.builds(
    _whole,
    # Most sources show something.
    st.sampled_from([*Says, Says.SHOWN, Says.SHOWN, Says.SHOWN]),
    st.sampled_from(Level),
    st.tuples(
        _numbers,
        _targets,
        st.sampled_from([None, Decimal(0), Decimal(10), Decimal(1000)]),
        st.none() | st.just((Decimal(0), Decimal(1))),
        st.sampled_from([0, 100]),
        st.booleans(),
    ),
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(SOURCES),
            "rank": st.sampled_from(Rank),
            "look": st.sampled_from([1, 2]),
            "required": st.booleans(),
            "doubtful": st.booleans(),
            "native": st.sampled_from(["", "NORMAL", "At risk", "?"]),
            "reason": st.sampled_from(["", "R1", "not on the page"]),
        }
    ),
)
several = st.lists(claims, min_size=1, max_size=6)


def at_look(look: int, *given: Claim) -> list[Claim]:
    """Return claims as if they had been made in that look."""
    return [replace(each, look=look) for each in given]
