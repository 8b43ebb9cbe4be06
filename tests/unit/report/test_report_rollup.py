"""How a site stands as a whole: never green for what was not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from checker.model import DecidedBy, Level, Outcome, Presence, Reading, Scope, Visit
from checker.report.rollup import Standing, merged, roll_up_run, roll_up_state
from tests.unit.report.samples import (
    DAY_ONE,
    DAY_TWO,
    NOW,
    SITES,
    VIOLATION,
    Story,
    count,
    quiet,
    rates,
    rating,
    reading,
    status,
    story,
    two_days,
    visit,
)

ITEM: dict[str, Any] = VIOLATION


def stands(told: Story, site: str = "US") -> Standing:
    """Return how a site stands after the story's run."""
    lines = roll_up_run(told.run, told.known, told.places)
    return next(line.standing for line in lines if line.place.site.code == site)


def day(*readings: Reading, outcome: Outcome = Outcome.READ) -> list[Visit]:
    """Return a run that visits the US only."""
    return [visit("US", list(readings), outcome)]


class TestOneSite:
    """The order of the standings."""

    @pytest.mark.parametrize(
        ("readings", "standing"),
        [
            ([status("US"), rating("US", 812)], Standing.OK),
            ([status("US", level=Level.DEACTIVATED)], Standing.DEACTIVATED),
            (
                [status("US", level=Level.CRITICAL), rating("US", 0, level=Level.DEACTIVATED)],
                Standing.DEACTIVATED,
            ),
            ([status("US"), rating("US", 50, level=Level.CRITICAL)], Standing.CRITICAL),
            ([status("US", level=Level.WARNING)], Standing.WARNING),
            ([status("US"), count("US", "policy.violations.listing", 1, DAY_TWO)], Standing.CRITICAL),
            (
                [status("US"), reading("US", "policy.violations.listing", item="V1", **ITEM)],
                Standing.CRITICAL,
            ),
            ([status("US"), reading("US", "x", level=Level.WARNING)], Standing.WARNING),
            ([status("US", presence=Presence.NOT_RATED)], Standing.NO_RATING),
            ([status("US", presence=Presence.NONE), reading("US", "x")], Standing.NO_RATING),
            ([status("US", presence=Presence.NOT_REGISTERED)], Standing.NO_RATING),
            ([reading("US", "x")], Standing.OK),
        ],
    )
    def test_a_site_stands_as_its_worst_open_level(self, readings: list[Reading], standing: Standing) -> None:
        """Whether it is said of the account, of a metric or of an item."""
        assert stands(story(day(*readings))) is standing

    @pytest.mark.parametrize("presence", [Presence.UNREADABLE, Presence.NOT_OBSERVED])
    @pytest.mark.parametrize("which", ["account.status", "orders.defect_rate"])
    def test_what_was_not_read_is_never_green(self, presence: Presence, which: str) -> None:
        """One widget that could not be read makes the site unknown, though it was green yesterday."""
        scope = Scope.ACCOUNT if which == "account.status" else Scope.METRIC
        good = reading("US", which, DAY_ONE, scope=scope)
        lost = reading("US", which, scope=scope, presence=presence)

        told = story(day(rating("US", 812, DAY_ONE), good), day(rating("US", 812), lost))

        assert stands(told) is Standing.UNKNOWN

    def test_12_4_a_site_is_its_worst_open_level_whatever_else_is_unread(self) -> None:
        """A known warning stays a warning; that something was not read is counted beside it."""
        warned = status("US", level=Level.WARNING)
        lost = reading("US", "x", presence=Presence.UNREADABLE)

        told = story(day(warned, lost))
        (line,) = roll_up_run(told.run, told.known, told.places[:1])
        assert (line.standing, line.read, line.expected) == (Standing.WARNING, 1, 2)

    def test_a_shown_word_nobody_knows_is_never_green(self) -> None:
        """An unknown status is unknown, whatever else is fine."""
        odd = status("US", level=Level.UNKNOWN, decided_by=DecidedBy.NOTHING, native="SPARKLING")

        assert stands(story(day(odd, rating("US", 812)))) is Standing.UNKNOWN

    def test_a_number_nobody_judges_does_not_spoil_a_site(self) -> None:
        """A metric without limit, colour or word is information."""
        total = reading("US", "orders.total", level=Level.UNKNOWN, decided_by=DecidedBy.NOTHING)

        assert stands(story(day(status("US"), total))) is Standing.OK

    @pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.READ])
    def test_a_visit_that_did_not_end_well_is_never_green(self, outcome: Outcome) -> None:
        """What was green yesterday is unknown today if the visit failed, even if it read something."""
        told = story(day(status("US", DAY_ONE)), day(status("US"), outcome=outcome))

        assert stands(told) is Standing.UNKNOWN

    def test_a_red_that_was_not_read_again_stays_red(self) -> None:
        """A failed visit does not turn red into unknown."""
        red = status("US", DAY_ONE, level=Level.CRITICAL)

        assert stands(story(day(red), day(outcome=Outcome.CAPTCHA))) is Standing.CRITICAL

    def test_a_site_never_read_is_unknown(self) -> None:
        """A place nobody visited is not green."""
        assert stands(story(day(status("US"))), "PL") is Standing.UNKNOWN

    def test_a_site_out_of_reach_that_was_never_opened_has_no_rating(self) -> None:
        """Nothing is amiss with a site the console only names."""
        told = story([visit("AU", [], Outcome.NOT_REACHABLE)])

        assert stands(told, "AU") is Standing.NO_RATING
        assert stands(story([visit("UK", [], Outcome.NOT_REACHABLE)]), "UK") is Standing.UNKNOWN

    def test_an_item_that_is_gone_no_longer_counts(self) -> None:
        """A violation resolved by its list leaves the site green again."""
        listed: dict[str, Any] = {
            "scope": Scope.LIST,
            "covers": "policy.violations.listing",
            "level": Level.UNKNOWN,
        }
        first = day(
            status("US", DAY_ONE),
            reading("US", "policy.violations.listing", DAY_ONE, item="V1", **ITEM),
            reading("US", "policy.list", DAY_ONE, **listed),
        )
        second = day(status("US"), reading("US", "policy.list", presence=Presence.NONE, **listed))

        assert stands(story(first, second, second)) is Standing.OK

    def test_a_new_red_shows_even_if_the_state_is_old(self) -> None:
        """A dry run over a stored green is red, not green."""
        before = story(day(status("US", DAY_ONE)))
        after = story(day(status("US", level=Level.CRITICAL)))

        stale = Story(after.run, before.known, after.places)

        assert stands(stale) is Standing.CRITICAL
        assert merged(before.known, after.run)[status("US").key].is_open


class TestTheWholeRun:
    """Every line of the sample."""

    def test_the_sample_stands_as_it_should(self) -> None:
        """Four reds, one unknown, one warning, two unrated, nothing green."""
        lines = roll_up_run(two_days().run, two_days().known, two_days().places)

        assert {line.place.site.code: line.standing.value for line in lines} == {
            "US": "critical",
            "CA": "critical",
            "MX": "critical",
            "JP": "critical",
            "DE": "no_rating",
            "UK": "unknown",
            "AU": "no_rating",
            "PL": "warning",
        }

    def test_breaches_items_and_coverage_are_counted_apart(self) -> None:
        """A counter and its one item are one open thing; one of sixteen widgets was not read."""
        lines = roll_up_run(two_days().run, two_days().known, two_days().places)
        us = next(line for line in lines if line.place.site.code == "US")

        assert (us.breaches, us.open, us.read, us.expected) == (1, 1, 15, 16)
        assert us.worst is not None
        assert us.worst.key.metric == "policy.violations.listing"

    def test_a_quiet_run_stands_as_the_one_before(self) -> None:
        """Reading the same again changes no standing."""
        first, second = two_days(), quiet()

        assert [stands(second, code) for code in SITES] == [stands(first, code) for code in SITES]


class TestStored:
    """What `show` says."""

    @pytest.mark.parametrize(
        ("age", "standing"), [(timedelta(hours=1), Standing.OK), (timedelta(hours=49), Standing.UNKNOWN)]
    )
    def test_a_stored_green_grows_old(self, age: timedelta, standing: Standing) -> None:
        """Past the limit it is unknown."""
        told = story(day(status("US"), *rates("US", DAY_TWO)))

        lines = roll_up_state(told.known, told.places, DAY_TWO + age, timedelta(hours=48))

        assert next(line.standing for line in lines if line.place.site.code == "US") is standing

    def test_a_stored_red_does_not_grow_old(self) -> None:
        """Red stays red until something shown says otherwise."""
        told = story(day(status("US", level=Level.CRITICAL)))
        later: datetime = NOW + timedelta(days=90)

        lines = roll_up_state(told.known, told.places, later, timedelta(hours=48))

        assert lines[0].standing is Standing.CRITICAL

    def test_a_red_at_a_green_word_warns(self) -> None:
        """A finding still open while its last word is green is not green."""
        told = story(day(status("US")))
        key = status("US").key
        known = {**told.known, key: replace(told.known[key], opened_at=DAY_ONE)}

        lines = roll_up_state(known, told.places, NOW, timedelta(hours=48))

        assert lines[0].standing is Standing.WARNING
