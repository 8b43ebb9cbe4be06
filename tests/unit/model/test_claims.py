"""What `settle` makes of what consoles really say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from checker.model import (
    Claim,
    Comparator,
    DecidedBy,
    Level,
    Origin,
    Presence,
    Rank,
    Reading,
    Reread,
    Says,
    Target,
    TargetOrigin,
    Unit,
    doubted,
    not_observed,
    settle,
    settle_again,
    settle_all,
)
from tests.unit.model.claiming import AT, KEY, at_look, claim, ok, red

FIVE_PERCENT = Target(Decimal("0.05"), Comparator.LTE)


def _rate(value: str, **fields: Any) -> Claim:
    fields.setdefault("unit", Unit.FRACTION)
    return claim(value=Decimal(value), **fields)


def test_a_single_green_is_green() -> None:
    """One source that says ok, and nothing that speaks against it."""
    reading = settle([ok(native="NORMAL")])

    assert (reading.presence, reading.level, reading.decided_by) == (
        Presence.SHOWN,
        Level.OK,
        DecidedBy.NATIVE,
    )
    assert (reading.native, reading.disputed, reading.contradicts) == ("NORMAL", False, "")


def test_a_red_pill_beside_a_green_code_is_a_disputed_red_with_both_sides() -> None:
    """The seed's own morning: pill critical, code NORMAL."""
    reading = settle([ok(native="NORMAL"), red(source="the pill", native="At Risk", rank=Rank.ATTRIBUTE)])

    assert (reading.level, reading.disputed) == (Level.CRITICAL, True)
    assert reading.contradicts == (
        'health: the pill says critical "At Risk"; health: the status answer says ok "NORMAL"'
    )
    assert [(said.source, said.level) for said in reading.claims] == [
        ("health: the status answer", Level.OK),
        ("health: the pill", Level.CRITICAL),
    ]


def test_a_second_look_without_the_banner_does_not_erase_it() -> None:
    """A first look that says deactivated stays, disputed, whatever the second does not draw."""
    banner = claim(level=Level.DEACTIVATED, source="the banner", native="Your account has been deactivated")

    reading = settle([banner, *at_look(1, ok()), *at_look(2, ok())])

    assert (reading.level, reading.disputed, reading.reread) == (
        Level.DEACTIVATED,
        True,
        Reread.DISAGREES,
    )


def test_two_looks_that_say_the_same_agree() -> None:
    """A red that is there again after a fresh load is firm."""
    reading = settle([*at_look(1, red()), *at_look(2, red())])

    assert (reading.level, reading.disputed, reading.reread) == (Level.CRITICAL, False, Reread.AGREES)


def test_a_source_that_the_second_look_could_read_was_read() -> None:
    """A page that had not finished at the first look is no reason for doubt."""
    reading = settle([*at_look(1, claim(Says.UNREADABLE, reason="still loading")), *at_look(2, ok())])

    assert (reading.level, reading.reread) == (Level.OK, Reread.DISAGREES)


def test_an_unreadable_source_that_is_required_keeps_it_from_being_green() -> None:
    """One source says ok, another that must be there could not be read."""
    unread = claim(Says.UNREADABLE, source="the banner", reason="two candidates")

    assert settle([ok(), unread]).presence is Presence.UNREADABLE
    assert settle([ok(), replace(unread, required=False)]).level is Level.OK


def test_an_unknown_word_is_never_outvoted_by_a_target_that_is_met() -> None:
    """1.9 % Elevated: the number is fine, the word is not understood."""
    met = _rate("0.019", target=FIVE_PERCENT)
    word = claim(Says.UNKNOWN, source="the card", native="Elevated", rank=Rank.WORD)

    reading = settle([met, word])

    assert (reading.presence, reading.native) == (Presence.UNREADABLE, "Elevated")
    assert reading.reason == "unknown status word 'Elevated'"


def test_a_green_word_beside_a_missed_limit_is_not_green() -> None:
    """A6: colour green, number over the threshold."""
    reading = settle([_rate("0.09", level=Level.OK, native="GOOD", target=FIVE_PERCENT)])

    assert (reading.level, reading.disputed) == (Level.WARNING, True)
    assert "0.09 against 0.05" in reading.contradicts
    assert "GOOD" in reading.contradicts


def test_a_red_word_beside_a_met_limit_is_red_and_disputed() -> None:
    """A6 the other way round."""
    reading = settle([_rate("0.01", level=Level.CRITICAL, native="BAD", target=FIVE_PERCENT)])

    assert (reading.level, reading.disputed) == (Level.CRITICAL, True)
    assert "its number 0.01 is within its own limit of 0.05" in reading.contradicts


def test_at_low_volume_the_verdict_decides() -> None:
    """One defect of ten orders is 10 %, and the console does not mind."""
    few = _rate(
        "0.1", level=Level.OK, target=FIVE_PERCENT, denominator=Decimal(10), low_volume=100, native="GOOD"
    )

    reading = settle([few])

    assert (reading.level, reading.disputed, reading.meets_target) == (Level.OK, False, False)


def test_a_number_on_the_page_is_held_against_the_limit_in_the_answer() -> None:
    """Two numbers, one of them beyond the limit that only the answer has."""
    reading = settle([_rate("0.01", target=FIVE_PERCENT), _rate("0.2", source="the card", rank=Rank.WORD)])

    assert (reading.level, reading.disputed) == (Level.WARNING, True)


def test_two_numbers_that_differ_leave_the_level_and_no_value() -> None:
    """The level stands, the value is unreadable, and both numbers are kept."""
    reading = settle([_rate("0.01", target=FIVE_PERCENT), _rate("0.02", source="the card", rank=Rank.WORD)])

    assert (reading.level, reading.value) == (Level.OK, None)
    assert reading.contradicts == "two numbers: health: the status answer: 0.01, health: the card: 0.02"


def test_a_rounded_number_is_the_same_number() -> None:
    """The page may round: one unit of the last place it prints is no contradiction."""
    card = _rate("0.012", source="the card", rank=Rank.WORD)

    assert settle([_rate("0.0123", target=FIVE_PERCENT), card]).value == Decimal("0.0123")


def test_numbers_that_only_differ_between_looks_are_the_later_one() -> None:
    """An order may come in between two looks."""
    first, second = _rate("3", unit=Unit.COUNT), _rate("4", unit=Unit.COUNT, look=2)

    assert settle([first, second]).value == Decimal(4)


@pytest.mark.parametrize("value", ["1.5", "-0.1", "NaN", "Infinity"])
def test_a_number_that_cannot_be_is_unreadable(value: str) -> None:
    """Outside of its range a number cannot have been read right, whatever word stands beside it."""
    odd = _rate(value, level=Level.OK, sane=(Decimal(0), Decimal(1)))

    reading = settle([odd])

    assert (reading.presence, reading.value) == (Presence.UNREADABLE, None)


def test_a_red_word_stays_red_beside_a_number_that_cannot_be() -> None:
    """The number is unreadable, the word is not."""
    reading = settle([_rate("70", level=Level.CRITICAL, sane=(Decimal(0), Decimal(1)))])

    assert (reading.level, reading.value, reading.disputed) == (Level.CRITICAL, None, False)


def test_good_of_no_orders_is_not_rated() -> None:
    """Amazon says GOOD with no orders and no rate."""
    none = claim(level=Level.OK, native="GOOD", denominator=Decimal(0), value=Decimal(0))

    assert settle([none]).presence is Presence.NOT_RATED


def test_a_red_of_no_orders_is_disputed() -> None:
    """Law 4: it is told, and that it rests on nothing is told with it."""
    reading = settle([red(native="BAD", denominator=Decimal(0))])

    assert (reading.level, reading.disputed) == (Level.CRITICAL, True)
    assert "it rests on no events" in reading.contradicts


def test_not_rated_beats_a_green_word() -> None:
    """Not rated first: a word beside it is not a rating."""
    assert settle([ok(), claim(Says.NOT_RATED, source="the card")]).presence is Presence.NOT_RATED


def test_a_number_beside_not_enough_data_is_unreadable() -> None:
    """One place says that there is not enough data, another shows a rate."""
    assert settle([_rate("0.03"), claim(Says.NOT_RATED, source="the card")]).presence is Presence.UNREADABLE


def test_no_verdict_of_the_console_is_not_made_green_by_a_limit() -> None:
    """The console's own word for "no verdict" stands, but a missed limit is told."""
    met = _rate("0.01", target=FIVE_PERCENT, native="NONE", no_verdict=True)

    assert settle([met]).level is Level.UNKNOWN
    assert settle([replace(met, value=Decimal("0.2"))]).level is Level.WARNING


def test_what_had_a_verdict_and_has_none_now_is_unreadable() -> None:
    """Law 6: 50 % whose verdict and limit vanish does not go silent."""
    reading = settle([_rate("0.5")], judged_before=True)

    assert reading.presence is Presence.UNREADABLE
    assert "has none now" in reading.reason


def test_a_red_that_may_be_about_something_else_is_disputed() -> None:
    """A red word that no rule claimed stands as a status somewhere on the page."""
    reading = settle([ok(), red(source="not understood", native="Suspended", doubtful=True)])

    assert (reading.level, reading.disputed) == (Level.CRITICAL, True)


def test_two_reds_of_different_degree_are_the_worse_one_and_firm() -> None:
    """They agree that it is red."""
    reading = settle([red(), claim(level=Level.DEACTIVATED, source="the banner")])

    assert (reading.level, reading.disputed) == (Level.DEACTIVATED, False)


def test_values_and_deadline_come_from_the_most_trusted_that_has_them() -> None:
    """The code has no deadline, the banner has one."""
    deadline = AT + timedelta(days=3)
    banner = red(source="the banner", rank=Rank.WORD, deadline=deadline, native="Appeal by Friday")

    reading = settle([banner, red(native="AT_RISK", reason="R7")])

    assert (reading.native, reading.reason, reading.deadline) == ("AT_RISK", "R7", deadline)


def test_a_table_of_ours_says_at_most_a_warning() -> None:
    """Only the console's second step is critical."""
    ours = Target(Decimal("0.02"), Comparator.LTE, TargetOrigin.TABLE, critical=Decimal("0.04"))
    theirs = replace(ours, origin=TargetOrigin.CONSOLE)

    assert settle([_rate("0.5", target=ours)]).level is Level.WARNING
    assert settle([_rate("0.5", target=theirs)]).level is Level.CRITICAL


def test_a_list_is_whole_only_where_nothing_doubts_it() -> None:
    """Only a list that was read whole can prove an item gone."""
    whole = claim(Says.NONE, covers="policy.violations@x", source="the list answer")

    assert settle([whole]).covers == "policy.violations@x"
    assert settle([whole, claim(Says.UNREADABLE, source="page 2")]).covers == ""


def test_claims_of_several_keys_are_settled_each_for_itself() -> None:
    """One reading a key, in the order first named; which had a level is told by written keys."""
    other = replace(KEY, metric="orders.cancel_rate")

    readings = settle_all([_rate("0.5"), replace(ok(), key=other)], judged_before=[str(KEY)])

    assert [(r.key, r.presence) for r in readings] == [
        (KEY, Presence.UNREADABLE),
        (other, Presence.SHOWN),
    ]


def test_claims_of_different_keys_are_not_one_reading() -> None:
    """It would be a fault of ours, and is refused."""
    with pytest.raises(ValueError, match="different keys"):
        settle([ok(), replace(ok(), key=replace(KEY, site="CA"))])
    with pytest.raises(ValueError, match="nothing was claimed"):
        settle([])


def test_only_what_shows_something_has_a_level() -> None:
    """A claim that could not be read cannot be green."""
    with pytest.raises(ValueError, match="has a level"):
        Claim(KEY, Says.UNREADABLE, AT, Level.OK)


def _settled(*claims: Claim) -> Reading:
    return settle(claims)


def test_two_readings_of_one_run_are_settled_together() -> None:
    """A site visited twice in one run: neither reading erases the other."""
    green, bad = _settled(ok(source="one")), _settled(red(source="two"))

    together = settle_again([green, bad])

    assert (together.level, together.disputed) == (Level.CRITICAL, True)
    assert {said.source for said in together.claims} == {"health: one", "health: two"}
    assert settle_again([green]) is green
    assert settle_again([not_observed(KEY, AT, "timeout"), green]).level is Level.OK
    assert settle_again([not_observed(KEY, AT, "timeout")]).presence is Presence.NOT_OBSERVED


def test_a_red_that_something_outside_explains_is_disputed_and_still_red() -> None:
    """The page is built otherwise: the red stays and says so; what is not red is left alone."""
    green, bad = _settled(ok()), _settled(red())

    reading = doubted(bad, "the page is built otherwise", "how the page is built")

    assert (reading.level, reading.disputed) == (Level.CRITICAL, True)
    assert reading.claims[-1].reason == "the page is built otherwise"
    assert doubted(reading, "the page is built otherwise", "how the page is built").claims == reading.claims
    assert doubted(green, "x") is green


def test_origin_names_the_source() -> None:
    """A statement says where it was read."""
    assert replace(ok(), origin=Origin("", "the report")).source == "the report"
