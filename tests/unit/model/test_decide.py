"""What a number comes to against its limit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Comparator, Level, Target, TargetOrigin, from_limits

LIMIT = Target(Decimal("0.01"), Comparator.LT)
TWO_STEPS = Target(Decimal("0.01"), Comparator.LT, critical=Decimal("0.04"))
OURS = Target(Decimal("0.01"), Comparator.LT, TargetOrigin.TABLE, critical=Decimal("0.04"))
ENFORCED = Target(Decimal("0.01"), Comparator.LT, TargetOrigin.TABLE, critical=Decimal("0.04"), enforced=True)

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4)
targets = st.builds(
    Target,
    value=numbers,
    comparator=st.sampled_from(Comparator),
    origin=st.sampled_from(TargetOrigin),
    critical=st.none() | numbers,
    enforced=st.booleans(),
)


@pytest.mark.parametrize(
    ("target", "value", "level"),
    [
        (LIMIT, "0", Level.OK),
        (LIMIT, "0.0099", Level.OK),
        (LIMIT, "0.01", Level.WARNING),
        (LIMIT, "0.99", Level.WARNING),
        (TWO_STEPS, "0.0099", Level.OK),
        (TWO_STEPS, "0.01", Level.WARNING),
        (TWO_STEPS, "0.0399", Level.WARNING),
        (TWO_STEPS, "0.04", Level.CRITICAL),
        (TWO_STEPS, "1", Level.CRITICAL),
        (OURS, "0.0099", Level.OK),
        (OURS, "0.01", Level.WARNING),
        (OURS, "1", Level.WARNING),
        (ENFORCED, "0.0099", Level.OK),
        (ENFORCED, "0.01", Level.WARNING),
        (ENFORCED, "0.0399", Level.WARNING),
        (ENFORCED, "0.04", Level.CRITICAL),
        (Target(Decimal(200), Comparator.GTE, critical=Decimal(100)), "200", Level.OK),
        (Target(Decimal(200), Comparator.GTE, critical=Decimal(100)), "199", Level.WARNING),
        (Target(Decimal(200), Comparator.GTE, critical=Decimal(100)), "100", Level.WARNING),
        (Target(Decimal(200), Comparator.GTE, critical=Decimal(100)), "99", Level.CRITICAL),
        (Target(Decimal(0), Comparator.EQ), "0", Level.OK),
        (Target(Decimal(0), Comparator.EQ), "1", Level.WARNING),
        (Target(Decimal(0), Comparator.LTE), "0", Level.OK),
        (Target(Decimal(90), Comparator.GT), "90", Level.WARNING),
    ],
)
def test_limits(target: Target, value: str, level: Level) -> None:
    """One step warns, a console's second step is critical, and both are exact at the line."""
    assert level is from_limits(Decimal(value), target)


@given(value=numbers, target=targets)
def test_limits_say_ok_only_of_what_meets_them(value: Decimal, target: Target) -> None:
    """Green needs the target met; everything else is a warning or worse, never unknown."""
    level = from_limits(value, target)

    assert target.met_by(value) is (level is Level.OK)
    assert level is not Level.UNKNOWN


@given(value=numbers, target=targets)
def test_our_own_table_is_critical_only_where_the_platform_itself_acts(
    value: Decimal, target: Target
) -> None:
    """Only a console may say critical by itself; our public numbers warn at most."""
    level = from_limits(value, target)

    if level is Level.CRITICAL:
        assert target.critical is not None
        assert target.origin is TargetOrigin.CONSOLE or target.enforced
    assert level is not Level.DEACTIVATED
