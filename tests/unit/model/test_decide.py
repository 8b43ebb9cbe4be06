"""The ladder by which a level is decided; not-rated-first is tested where numbers are recorded (flow)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Comparator, DecidedBy, Decision, Level, Target, TargetOrigin, decide, from_limits

WORDS = {"GOOD": Level.OK, "AT_RISK": Level.WARNING, "BAD": Level.CRITICAL, "NONE": Level.UNKNOWN}
UNDECIDED = Decision(Level.UNKNOWN, DecidedBy.NOTHING)
LIMIT = Target(Decimal("0.01"), Comparator.LT)
TWO_STEPS = Target(Decimal("0.01"), Comparator.LT, critical=Decimal("0.04"))
OURS = Target(Decimal("0.01"), Comparator.LT, TargetOrigin.TABLE, critical=Decimal("0.04"))

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4)
targets = st.builds(
    Target,
    value=numbers,
    comparator=st.sampled_from(Comparator),
    origin=st.sampled_from(TargetOrigin),
    critical=st.none() | numbers,
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
def test_our_own_table_is_never_critical(value: Decimal, target: Target) -> None:
    """Only a console may say critical; our public numbers warn at most."""
    decision = decide(None, {}, value, target)

    if target.origin is TargetOrigin.TABLE:
        assert decision.level in (Level.OK, Level.WARNING)
        assert DecidedBy.TABLE is decision.by
    else:
        assert DecidedBy.PAYLOAD is decision.by


@pytest.mark.parametrize(
    ("native", "value", "target", "expected"),
    [
        ("GOOD", None, None, Decision(Level.OK, DecidedBy.NATIVE)),
        ("BAD", Decimal(0), LIMIT, Decision(Level.CRITICAL, DecidedBy.NATIVE)),
        ("GOOD", Decimal(1), TWO_STEPS, Decision(Level.OK, DecidedBy.NATIVE)),
        ("NONE", Decimal(0), LIMIT, Decision(Level.UNKNOWN, DecidedBy.NATIVE)),
        (None, Decimal(0), LIMIT, Decision(Level.OK, DecidedBy.PAYLOAD)),
        ("", Decimal(1), LIMIT, Decision(Level.WARNING, DecidedBy.PAYLOAD)),
        (None, Decimal(1), TWO_STEPS, Decision(Level.CRITICAL, DecidedBy.PAYLOAD)),
        (None, Decimal(1), OURS, Decision(Level.WARNING, DecidedBy.TABLE)),
        (None, Decimal(0), None, UNDECIDED),
        (None, None, LIMIT, UNDECIDED),
        (None, None, None, UNDECIDED),
        ("good", Decimal(0), LIMIT, UNDECIDED),
        (" ", Decimal(0), LIMIT, UNDECIDED),
    ],
)
def test_the_ladder(
    native: str | None, value: Decimal | None, target: Target | None, expected: Decision
) -> None:
    """The console's word first, then the limits of the payload, then our table, else unknown."""
    assert expected == decide(native, WORDS, value, target)


@given(native=st.text(min_size=1), value=numbers, target=targets)
def test_an_unknown_word_is_never_decided_by_the_number(native: str, value: Decimal, target: Target) -> None:
    """A word nobody knows beside a good number stays unknown."""
    assert decide(native, {}, value, target) == UNDECIDED
