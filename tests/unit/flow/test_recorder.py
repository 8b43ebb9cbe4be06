"""How a flow writes claims, and what they come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.flow import Measured, Recorder
from checker.flow.recorder import adding
from checker.model import (
    Comparator,
    Cycle,
    DecidedBy,
    Key,
    Kind,
    Level,
    Origin,
    Presence,
    Rank,
    Reading,
    Says,
    Site,
    Target,
    TargetOrigin,
    settle,
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
NOTHING, NATIVE, PAYLOAD, TABLE = DecidedBy.NOTHING, DecidedBy.NATIVE, DecidedBy.PAYLOAD, DecidedBy.TABLE


def measured(number: Measured) -> Reading:
    """Return what the claims of a number come to."""
    return settle(RECORDER.measured(KEY, number, VERDICTS))


@pytest.mark.parametrize(
    ("number", "presence", "level", "by"),
    [
        (Measured(None, "GOOD", base=ZERO), NOT_RATED, Level.UNKNOWN, NOTHING),
        (Measured(None, base=ZERO), NOT_RATED, Level.UNKNOWN, NOTHING),
        (Measured(ZERO, "GOOD", base=ZERO), NOT_RATED, Level.UNKNOWN, NOTHING),
        (Measured(ZERO, base=ZERO, target=LIMIT), NOT_RATED, Level.UNKNOWN, NOTHING),
        (Measured(ZERO, "NEVER SEEN", base=ZERO), LOST, Level.UNKNOWN, NOTHING),
        (Measured(None, "BAD", base=ZERO), SHOWN, Level.CRITICAL, NATIVE),
        (Measured(ZERO, "BAD", base=ZERO), SHOWN, Level.CRITICAL, NATIVE),
        (Measured(ONE, "GOOD", base=ZERO), LOST, Level.UNKNOWN, NOTHING),
        (Measured(None, "GOOD", base=Decimal(9)), LOST, Level.UNKNOWN, NOTHING),
        (Measured(None, "GOOD"), LOST, Level.UNKNOWN, NOTHING),
        (Measured(None, "BAD"), SHOWN, Level.CRITICAL, NATIVE),
        (Measured(Decimal(2), "GOOD", sane=SANE), LOST, Level.UNKNOWN, NOTHING),
        (Measured(Decimal("-0.1"), "GOOD", sane=SANE), LOST, Level.UNKNOWN, NOTHING),
        (Measured(ONE, "GOOD", sane=SANE), SHOWN, Level.OK, NATIVE),
        (Measured(ZERO, "GOOD", base=Decimal(9)), SHOWN, Level.OK, NATIVE),
        (Measured(ONE, "GOOD", target=LIMIT), SHOWN, Level.WARNING, PAYLOAD),
        (Measured(ONE, "GOOD", base=ONE, target=LIMIT, low_volume=9), SHOWN, Level.OK, NATIVE),
        (Measured(ZERO, "BAD", target=LIMIT), SHOWN, Level.CRITICAL, NATIVE),
        (Measured(ZERO, "GREAT", target=LIMIT), LOST, Level.UNKNOWN, NOTHING),
        (Measured(ONE, "GREAT", target=LIMIT), SHOWN, Level.WARNING, PAYLOAD),
        (Measured(ZERO, "NONE", target=LIMIT), SHOWN, Level.UNKNOWN, NOTHING),
        (Measured(ONE, "NONE", target=LIMIT), SHOWN, Level.WARNING, PAYLOAD),
        (Measured(ZERO, target=LIMIT), SHOWN, Level.OK, PAYLOAD),
        (Measured(ONE, target=LIMIT), SHOWN, Level.WARNING, PAYLOAD),
        (Measured(ONE, "", target=OURS), SHOWN, Level.WARNING, TABLE),
        (Measured(ONE), SHOWN, Level.UNKNOWN, NOTHING),
    ],
)
def test_a_number(number: Measured, presence: Presence, level: Level, by: DecidedBy) -> None:
    """Nothing to rate is not ok; a word nobody knows is never outvoted by its number; a red stays."""
    reading = measured(number)

    assert (reading.presence, reading.level, reading.decided_by) == (presence, level, by)


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
    reading = measured(Measured(value, verdict, None, base, limit))

    if reading.level is Level.OK:
        assert value is not None
        assert base != 0
        assert verdict in ("GOOD", "", None)
        assert verdict or limit is not None
        assert limit is None or limit.met_by(value)
    if verdict == "BAD":
        assert reading.level is Level.CRITICAL


def test_a_word_that_nobody_knows_is_a_claim_of_its_own() -> None:
    """Beside what its number says, which is kept."""
    unknown, number = RECORDER.measured(KEY, Measured(ONE, "GREAT", target=LIMIT), VERDICTS)

    assert (unknown.says, unknown.native, unknown.value, unknown.target) == (
        Says.UNKNOWN,
        "GREAT",
        None,
        None,
    )
    assert unknown.reason == "unknown verdict 'GREAT'"
    assert (number.says, number.value, number.target, number.level) == (Says.SHOWN, ONE, LIMIT, Level.UNKNOWN)


def test_what_was_read_is_kept_beside_the_verdict() -> None:
    """At low volume verdict and target disagree: both stand in the record."""
    number = Measured(ONE, "GOOD", numerator=ONE, base=ONE, target=LIMIT, low_volume=100)

    reading = settle(RECORDER.measured(KEY, number, VERDICTS, kind=Kind.RATE))

    assert (reading.level, reading.meets_target, reading.kind) == (Level.OK, False, Kind.RATE)
    assert (reading.value, reading.numerator, reading.denominator) == (ONE, ONE, ONE)
    assert (reading.target, reading.native) == (LIMIT, "GOOD")


def test_what_cannot_be_is_not_kept_as_a_value() -> None:
    """A rate of 200 % is named in the reason and is nobody's number."""
    reading = measured(Measured(Decimal(2), "GOOD", sane=SANE))

    assert (reading.value, reading.reason) == (None, "2 is outside of what it can be")


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (Measured(None, "GOOD"), "no value"),
        (Measured(None, "GOOD", base=Decimal(9)), "no value, though it rests on 9"),
    ],
)
def test_a_number_that_is_not_there_says_what_it_would_rest_on(number: Measured, reason: str) -> None:
    """A verdict alone makes no rate fine."""
    (claim,) = RECORDER.measured(KEY, number, VERDICTS)

    assert (claim.says, claim.reason, claim.native) == (Says.UNREADABLE, reason, "GOOD")


@pytest.mark.parametrize(
    ("native", "level", "says", "reason"),
    [
        ("Healthy", Level.OK, Says.SHOWN, ""),
        ("At risk", Level.CRITICAL, Says.SHOWN, ""),
        ("Wunderbar", None, Says.UNKNOWN, "unknown status word 'Wunderbar'"),
        ("", None, Says.UNREADABLE, "the status word is empty"),
    ],
)
def test_a_word(native: str, level: Level | None, says: Says, reason: str) -> None:
    """A word nobody knows is kept, and is never fine."""
    claim = RECORDER.word(KEY, native, level)

    assert (claim.says, claim.native, claim.reason) == (says, native, reason)
    assert claim.level is (level or Level.UNKNOWN)
    assert settle([claim]).presence is (LOST if level is None else SHOWN)


def test_a_key_is_that_of_the_site_and_its_shop() -> None:
    """A flow states the metric; the rest is known."""
    key = RECORDER.key("points", "10d", "B01", Cycle.PROJECTED)

    assert Key("shopee", "main", "MY", "points", "77", "10d", Cycle.PROJECTED, "B01") == key


def test_the_rest_is_the_same_for_every_claim() -> None:
    """The clock, the flow and the language come from the recorder; a claim may name its own language."""
    mine = RECORDER.shown(KEY, Level.OK, language="zh", rank=Rank.WORD)
    other = RECORDER.absent(KEY, Says.NONE)

    assert (mine.observed_at, mine.flow, mine.language, mine.rank) == (AT, "shopee 1.0", "zh", Rank.WORD)
    assert (other.language, other.says, other.level) == ("en", Says.NONE, Level.UNKNOWN)


def test_an_origin_says_how_its_page_is_built() -> None:
    """Unless it says so itself, or names no page."""
    recorder = replace(RECORDER, structure_of=lambda page: f"built as {page}")

    def structure(origin: Origin) -> str:
        return recorder.shown(KEY, Level.OK, origin=origin).origin.structure

    assert structure(Origin("health", "document")) == "built as health"
    assert structure(Origin("health", "document", structure="own")) == "own"
    assert structure(Origin("", "report")) == ""


def test_what_is_doubted_as_a_whole_is_unreadable() -> None:
    """Whatever a source says while nothing can be believed, the reason is that."""
    doubting = replace(RECORDER, doubt=lambda: "another account is shown")

    for claim in (
        doubting.shown(KEY, Level.OK),
        doubting.absent(KEY, Says.NONE),
        doubting.word(KEY, "Wunderbar", None),
        *doubting.measured(KEY, Measured(ONE, "GOOD"), VERDICTS),
    ):
        assert (claim.says, claim.level) == (Says.UNREADABLE, Level.UNKNOWN)
        assert claim.reason == "another account is shown"


def test_adding_leaves_the_given_fields_as_they_are() -> None:
    """They are shared by the claims of one card."""
    fields = {"native": "x"}

    assert adding(fields, native="y", reason="z") == {"native": "y", "reason": "z"}  # type: ignore[arg-type]
    assert fields == {"native": "x"}
