"""How a number becomes a reading: not rated first, then the verdict, then the limits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.flow import Measured, Recorder, target
from checker.model import (
    Comparator,
    Cycle,
    DecidedBy,
    Decision,
    Key,
    Kind,
    Level,
    Presence,
    Site,
    Target,
    TargetOrigin,
)

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
SITE = Site("MY", "MY", "Malaysia", shop="77")
RECORDER = Recorder("shopee", "main", SITE, "shopee 1.0", lambda: AT, "en")
KEY = RECORDER.key("orders.late_rate")
VERDICTS = {"GOOD": Level.OK, "BAD": Level.CRITICAL, "NONE": Level.UNKNOWN}
LIMIT = Target(Decimal("0.04"), Comparator.LT)
OURS = Target(Decimal("0.04"), Comparator.LT, TargetOrigin.TABLE)
SANE = (Decimal(0), Decimal(1))
ONE, ZERO = Decimal(1), Decimal(0)

LOST, NOT_RATED, SHOWN = Presence.UNREADABLE, Presence.NOT_RATED, Presence.SHOWN


@pytest.mark.parametrize(
    ("number", "presence", "level", "by"),
    [
        (Measured(None, "GOOD", base=ZERO), NOT_RATED, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(None, base=ZERO), NOT_RATED, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(ZERO, "GOOD", base=ZERO), NOT_RATED, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(ZERO, base=ZERO, target=LIMIT), NOT_RATED, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(ZERO, "NEVER SEEN", base=ZERO), NOT_RATED, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(None, "BAD", base=ZERO), LOST, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(ZERO, "BAD", base=ZERO), LOST, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(ONE, "GOOD", base=ZERO), LOST, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(None, "GOOD", base=Decimal(9)), LOST, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(None, "GOOD"), LOST, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(Decimal(2), "GOOD", sane=SANE), LOST, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(Decimal("-0.1"), "GOOD", sane=SANE), LOST, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(ONE, "GOOD", sane=SANE), SHOWN, Level.OK, DecidedBy.NATIVE),
        (Measured(ZERO, "GOOD", base=Decimal(9)), SHOWN, Level.OK, DecidedBy.NATIVE),
        (Measured(ONE, "GOOD", target=LIMIT), SHOWN, Level.OK, DecidedBy.NATIVE),
        (Measured(ZERO, "BAD", target=LIMIT), SHOWN, Level.CRITICAL, DecidedBy.NATIVE),
        (Measured(ZERO, "GREAT", target=LIMIT), LOST, Level.UNKNOWN, DecidedBy.NOTHING),
        (Measured(ZERO, "NONE", target=LIMIT), SHOWN, Level.UNKNOWN, DecidedBy.NATIVE),
        (Measured(ZERO, target=LIMIT), SHOWN, Level.OK, DecidedBy.PAYLOAD),
        (Measured(ONE, target=LIMIT), SHOWN, Level.WARNING, DecidedBy.PAYLOAD),
        (Measured(ONE, "", target=OURS), SHOWN, Level.WARNING, DecidedBy.TABLE),
        (Measured(ONE), SHOWN, Level.UNKNOWN, DecidedBy.NOTHING),
    ],
)
def test_a_number(number: Measured, presence: Presence, level: Level, by: DecidedBy) -> None:
    """Nothing to rate is neither ok nor red; an unknown verdict is unreadable whatever the number says."""
    reading = RECORDER.measured(KEY, number, VERDICTS)

    assert (presence, level, by) == (reading.presence, reading.level, reading.decided_by)


@given(
    value=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
    verdict=st.none() | st.sampled_from(["", "GOOD", "BAD", "NONE", "GREAT"]),
    base=st.none() | st.integers(0, 3).map(Decimal),
    limit=st.none() | st.just(LIMIT) | st.just(OURS),
)
def test_green_is_never_read_into_a_number(
    value: Decimal | None, verdict: str | None, base: Decimal | None, limit: Target | None
) -> None:
    """Ok needs a value, something it rests on, and a word or a limit that says so."""
    reading = RECORDER.measured(KEY, Measured(value, verdict, None, base, limit), VERDICTS)

    if reading.level is Level.OK:
        assert value is not None
        assert base != 0
        assert verdict == "GOOD" or (not verdict and limit is not None and limit.met_by(value))


def test_what_was_read_is_kept_beside_the_verdict() -> None:
    """At low volume verdict and target disagree: both stand in the record."""
    number = Measured(ONE, "GOOD", numerator=ONE, base=ONE, target=LIMIT)

    reading = RECORDER.measured(KEY, number, VERDICTS, kind=Kind.RATE)

    assert (reading.level, reading.meets_target) == (Level.OK, False)
    assert (
        reading.value,
        reading.numerator,
        reading.denominator,
        reading.target,
        reading.native,
    ) == (ONE, ONE, ONE, LIMIT, "GOOD")


def test_what_cannot_be_is_not_kept_as_a_value() -> None:
    """A rate of 200 % is named in the reason and is nobody's number."""
    reading = RECORDER.measured(KEY, Measured(Decimal(2), "GOOD", sane=SANE), VERDICTS)

    assert (reading.value, reading.reason) == (None, "2 is outside of what it can be")


@pytest.mark.parametrize(
    ("native", "level", "presence", "reason"),
    [
        ("Healthy", Level.OK, SHOWN, ""),
        ("At risk", Level.CRITICAL, SHOWN, ""),
        ("Wunderbar", None, LOST, "unknown status word 'Wunderbar'"),
        ("", None, LOST, "the status word is empty"),
    ],
)
def test_a_word(native: str, level: Level | None, presence: Presence, reason: str) -> None:
    """A word nobody knows is unreadable, and kept."""
    reading = RECORDER.word(KEY, native, level)

    assert (presence, native, reason) == (reading.presence, reading.native, reading.reason)
    assert (level or Level.UNKNOWN) is reading.level


def test_a_key_is_that_of_the_site_and_its_shop() -> None:
    """A flow states the metric; the rest is known."""
    key = RECORDER.key("points", "10d", "B01", Cycle.PROJECTED)

    assert Key("shopee", "main", "MY", "points", "77", "10d", Cycle.PROJECTED, "B01") == key


def test_the_rest_is_the_same_for_every_reading() -> None:
    """The clock, the flow and the language come from the recorder; a reading may name its own language."""
    mine = RECORDER.shown(KEY, Decision(Level.OK, DecidedBy.NATIVE), language="zh")
    other = RECORDER.absent(KEY, Presence.NONE)

    assert (mine.observed_at, mine.flow, mine.language) == (AT, "shopee 1.0", "zh")
    assert (other.language, other.presence, other.level) == ("en", Presence.NONE, Level.UNKNOWN)


@pytest.mark.parametrize(
    ("value", "condition", "expected"),
    [
        (ONE, "LESS_THAN", Target(ONE, Comparator.LT)),
        (ZERO, "EQUALS", Target(ZERO, Comparator.EQ)),
        (ONE, "AROUND", None),
        (ONE, None, None),
        (None, "LESS_THAN", None),
    ],
)
def test_a_target_of_a_payload(value: Decimal | None, condition: str | None, expected: Target | None) -> None:
    """What cannot be understood is no target; zero is one."""
    conditions = {"LESS_THAN": Comparator.LT, "EQUALS": Comparator.EQ}

    assert expected == target(value, condition, conditions)
