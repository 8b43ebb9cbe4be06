"""What counts as right, unreadable and wrong, a false green, a missed red, and a seller who was shut out."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from checker.model import Level, Outcome, Presence, Reading
from checker.testing import Story
from checker.testing.dialects import Tally, Truth, Truths, scenarios_of, tally, truths_of
from tests.unit.compare.seen import START, US, key, lost, shown, visit

NAME = "orders.defect_rate"
OK, RED, DOUBT = Truth(Level.OK, Decimal("0.01")), Truth(Level.CRITICAL, Decimal("0.03")), Truth("doubt")
BADGE, WORD = Truth(Level.UNKNOWN, Decimal(4)), Truth(Level.OK)


def told(*readings: Reading, outcome: Outcome = Outcome.READ, ended: Outcome = Outcome.READ) -> Story:
    """Return the story of one visit of one site."""
    story = Story("red", START, Path("nowhere"), ended, sites=[US])
    story.visits = [visit(*readings, outcome=outcome)]
    return story


def counts(tally_: Tally) -> tuple[int, int, int, int, int]:
    """Return right, unreadable, wrong, false greens, missed reds."""
    return (tally_.right, tally_.unreadable, tally_.wrong, tally_.false_greens, tally_.missed_reds)


RIGHT, UNREADABLE, WRONG = (1, 0, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0)
FALSE_GREEN, MISSED = (0, 0, 1, 1, 0), (0, 0, 1, 0, 1)


@pytest.mark.parametrize(
    ("truth", "reading", "counted"),
    [
        (OK, shown(key(), value=Decimal("0.01")), RIGHT),
        (OK, shown(key(), value=Decimal("0.02")), WRONG),
        (OK, shown(key(), Level.WARNING, value=Decimal("0.01")), WRONG),
        # Nobody judged it, and it is as it is.
        (OK, shown(key(), Level.UNKNOWN, value=Decimal("0.01")), RIGHT),
        (WORD, shown(key(), Level.UNKNOWN), UNREADABLE),
        (OK, lost(key()), UNREADABLE),
        (OK, lost(key(), Presence.NONE), WRONG),
        (RED, shown(key(), Level.CRITICAL, value=Decimal("0.03")), RIGHT),
        # How red it is may be judged by a table of ours.
        (RED, shown(key(), Level.WARNING, value=Decimal("0.03")), RIGHT),
        (RED, shown(key(), Level.OK, value=Decimal("0.03")), FALSE_GREEN),
        (RED, shown(key(), Level.OK, value=Decimal("0.01")), FALSE_GREEN),
        (RED, shown(key(), Level.UNKNOWN, value=Decimal("0.03")), MISSED),
        (RED, lost(key(), Presence.NOT_RATED), MISSED),
        (RED, lost(key()), UNREADABLE),
        (DOUBT, shown(key(), Level.OK), FALSE_GREEN),
        (DOUBT, shown(key(), Level.CRITICAL), RIGHT),
        (DOUBT, lost(key()), RIGHT),
        (BADGE, shown(key(), Level.OK, value=Decimal(4)), FALSE_GREEN),
        (BADGE, shown(key(), Level.WARNING, value=Decimal(4)), WRONG),
        (BADGE, shown(key(), Level.UNKNOWN, value=Decimal(4)), RIGHT),
        (Truth(Presence.NOT_RATED), lost(key(), Presence.NOT_RATED), RIGHT),
        (Truth(Presence.NOT_RATED), shown(key(), Level.OK), FALSE_GREEN),
    ],
)
def test_one_reading_is_held_against_what_is_true(
    truth: Truth, reading: Reading, counted: tuple[int, ...]
) -> None:
    """Each way a reading can differ from the truth counts as what it would do to a seller."""
    assert counts(tally(told(reading), Truths({"US": {NAME: truth}}))) == counted


@pytest.mark.parametrize(
    ("story", "counted"),
    [
        (told(), MISSED),
        (told(outcome=Outcome.PARTIAL), UNREADABLE),
        (told(outcome=Outcome.UNKNOWN_PAGE), UNREADABLE),
        (Story("red", START, Path("nowhere"), Outcome.CAPTCHA), UNREADABLE),
        # An account that calls itself read, and never named the site that is red.
        (Story("red", START, Path("nowhere")), MISSED),
    ],
)
def test_a_red_that_nobody_recorded_is_missed_where_all_was_called_read(
    story: Story, counted: tuple[int, ...]
) -> None:
    """Where the visit says that it is not whole, somebody looks: that is unreadable, and no miss."""
    assert counts(tally(story, Truths({"US": {NAME: RED}}))) == counted


def test_only_a_sign_in_that_could_be_made_counts_as_shut_out() -> None:
    """Who is refused by the console itself is not shut out; who is let in all the same is a danger."""
    stopped = Story("red", START, Path("nowhere"), Outcome.UNKNOWN_PAGE)

    assert tally(stopped, Truths({"US": {NAME: RED}})).shut_out == 1
    assert tally(stopped, Truths({}, signs_in=False)) == Tally()
    assert tally(told(), Truths({}, signs_in=False)).dangers == 1


def test_where_only_pages_can_be_read_only_what_they_draw_is_asked() -> None:
    """What an answer alone says cannot be read where there is none."""
    truths = Truths({"US": {NAME: OK, "orders.total": OK}}, drawn=("orders.*_rate",))

    counted = tally(told(lost(key())), truths, pages_only=True)
    none = Truths({"US": {NAME: Truth(Presence.NONE)}}, drawn=truths.drawn)

    assert counts(counted) == UNREADABLE
    assert counts(tally(told(), none, pages_only=True)) == (0, 0, 0, 0, 0)
    assert counts(tally(told(), none)) == UNREADABLE
    assert counted.told == [f"US/{NAME}: unreadable: unreadable/unknown None ''"]


def test_a_console_that_lists_no_shops_may_still_show_the_only_one() -> None:
    """A site with a shop is found under its code alone; two of them are not the same."""
    truths = Truths({"US/10001": {NAME: OK}})

    assert counts(tally(told(shown(key(), value=Decimal("0.01"))), truths)) == RIGHT
    assert (
        counts(tally(told(shown(key(), value=Decimal("0.01"))), Truths({"CA/1": {NAME: OK}}))) == UNREADABLE
    )


def test_a_truth_file_is_read_with_what_it_takes_over(tmp_path: Path) -> None:
    """Scenarios and sites may be like others; a word is a level, a presence or doubt."""
    file = tmp_path / "truth.toml"
    file.write_text(
        """
drawn = ["a*"]
[healthy.US]
"a" = "ok"
"b" = { says = "warning", value = "0.5" }
[red.US]
like = "healthy"
"a" = "deactivated"
[red.UK]
"a" = "not_rated"
[odd]
like = "red"
[odd.UK]
"c" = "doubt"
[wrong-password]
stopped = true
""",
        "utf-8",
    )
    told_ = truths_of(file)

    assert told_["red"].sites["US"] == {
        "a": Truth(Level.DEACTIVATED),
        "b": Truth(Level.WARNING, Decimal("0.5")),
    }
    assert set(told_["odd"].sites) == {"US", "UK"}
    assert told_["odd"].sites["UK"] == {"c": Truth("doubt")}
    assert (told_["healthy"].is_red, told_["wrong-password"].signs_in) == (True, False)
    assert scenarios_of(told_, 3, others_every=2) == [["healthy", "red", "odd"][3 % 3]]


def test_one_listing_stands_for_no_two_shops() -> None:
    """Of two shops of one country, a console that lists only the country leaves both unmentioned."""
    well = told(shown(key(), value=Decimal("0.01")))

    counted = tally(well, Truths({"US/1": {NAME: OK}, "US/2": {NAME: RED}}))

    assert counts(counted) == (0, 1, 1, 0, 1)
