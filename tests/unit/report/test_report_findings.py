"""What a report shows, in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from checker.model import Change, Key, Level, Outcome, Presence, Verb
from checker.report.findings import newly_red, open_findings, sections
from tests.unit.report.samples import (
    DAY_ONE,
    VIOLATION,
    Story,
    count,
    first_day,
    quiet,
    rate,
    reading,
    status,
    story,
    two_days,
    visit,
)

KEY = Key("amazon", "main", "US", "account.status")


def sorted_out(told: Story) -> dict[str, list[str]]:
    """Return the section names with the sites and metrics in them."""
    found = sections(told.run, told.known, told.places)
    names = ("red", "worsened", "warnings", "vanished", "better", "sites", "still_open")
    return {name: [f"{f.key.site} {f.key.metric}" for f in getattr(found, name)] for name in names}


class TestNewlyRed:
    """What a seller must hear first."""

    @pytest.mark.parametrize(
        ("verb", "level", "before", "red"),
        [
            (Verb.NEW, Level.CRITICAL, None, True),
            (Verb.REGRESSED, Level.DEACTIVATED, Level.OK, True),
            (Verb.WORSENED, Level.CRITICAL, Level.WARNING, True),
            (Verb.WORSENED, Level.DEACTIVATED, Level.CRITICAL, False),
            (Verb.NEW, Level.WARNING, None, False),
            (Verb.IMPROVED, Level.CRITICAL, Level.DEACTIVATED, False),
            (Verb.UNREADABLE, Level.UNKNOWN, Level.OK, False),
        ],
    )
    def test_red_now_and_not_before(self, verb: Verb, level: Level, before: Level | None, red: bool) -> None:
        """From warning to critical is newly red; from critical to deactivated is worse."""
        assert newly_red(Change(verb, KEY, level, before)) is red


class TestSections:
    """The sample, sorted."""

    def test_the_second_day_opens_with_its_reds(self) -> None:
        """The account's own reds first, the nearest deadline in front, then the violation."""
        assert sorted_out(two_days()) == {
            "red": [
                "CA account.status",
                "JP account.status",
                "MX account.status",
                "US policy.violations.listing",
            ],
            "worsened": [],
            "warnings": [],
            "vanished": [],
            "better": [],
            "sites": [],
            "still_open": ["PL orders.late_shipment_rate"],
        }

    def test_what_is_said_of_one_account_is_one_finding(self) -> None:
        """Status and rating of Canada come together, the status in front."""
        told = two_days()
        canada = sections(told.run, told.known, told.places).red[0]

        assert [item.key.metric for item in canada.items] == ["account.health_rating"]
        assert canada.evidence == ("run2/CA/status-crop.png", "run2/CA/page-dashboard-d1.png")

    def test_a_counter_and_its_items_are_one_finding(self) -> None:
        """The violation stands under its counter and lends it its deadline."""
        told = two_days()
        violations = sections(told.run, told.known, told.places).red[-1]

        assert [item.key.item for item in violations.items] == ["V-7741"]
        assert violations.deadline == VIOLATION["deadline"]

    def test_a_violation_that_took_the_place_of_another_is_newly_red(self) -> None:
        """The count stayed the same; the item did not."""
        one = count("US", "policy.violations.listing", 1, DAY_ONE)
        old = reading("US", "policy.violations.listing", DAY_ONE, item="V1", **VIOLATION)
        new = reading("US", "policy.violations.listing", item="V2", **VIOLATION)

        told = story([visit("US", [one, old])], [visit("US", [one, new])])
        found = sections(told.run, told.known, told.places)

        assert [finding.key.item for finding in found.red] == ["V2"]

    def test_the_same_red_is_not_told_again(self) -> None:
        """A third run has no news; what is open is listed as known."""
        told = sorted_out(quiet())

        assert told["red"] == told["worsened"] == told["warnings"] == []
        assert len(told["still_open"]) == 5

    def test_recovery_and_deterioration_have_their_sections(self) -> None:
        """Better, worse and newly warning go where they belong."""
        before = [
            status("US", DAY_ONE, level=Level.CRITICAL),
            rate("US", "a", 5, 100, "0.04", DAY_ONE, level=Level.CRITICAL),
            rate("US", "b", 1, 100, "0.04", DAY_ONE),
        ]
        after = [
            status("US", level=Level.DEACTIVATED),
            rate("US", "a", 1, 100, "0.04", DAY_ONE),
            rate("US", "b", 5, 100, "0.04", DAY_ONE, level=Level.WARNING),
        ]

        recovered = replace(after[1], observed_at=DAY_ONE + timedelta(hours=2))
        between = [before[0], recovered, before[2]]
        told = sorted_out(story([visit("US", before)], [visit("US", between)], [visit("US", after)]))

        assert (told["worsened"], told["better"], told["warnings"]) == (
            ["US account.status"],
            ["US a"],
            ["US b"],
        )

    def test_an_open_finding_that_is_gone_is_vanished_and_stays_open(self) -> None:
        """Not rated any more is not fixed; a later run lists it as open."""
        red = rate("US", "a", 5, 100, "0.04", DAY_ONE, level=Level.CRITICAL)
        gone = replace(red, presence=Presence.NOT_RATED, level=Level.UNKNOWN)
        days = [[visit("US", [red])], *[[visit("US", [gone])]] * 3]

        assert sorted_out(story(*days[:3]))["vanished"] == ["US a"]
        assert sorted_out(story(*days))["still_open"] == ["US a"]


class TestUnread:
    """What could not be read is loud in every run."""

    def test_each_site_not_read_in_full_is_named(self) -> None:
        """One widget in the US, the whole of the UK."""
        told = two_days()
        unread = sections(told.run, told.known, told.places).unread

        assert [(entry.place.site.code, entry.outcome.value) for entry in unread] == [
            ("US", "read"),
            ("UK", "captcha"),
        ]
        assert [state.key.variant for state in unread[0].named] == ["received"]
        assert (len(unread[1].named), len(unread[1].rest)) == (0, 14)

    def test_it_is_said_again_in_every_run(self) -> None:
        """The comparison is silent the second time; the report is not."""
        told = quiet()

        assert len(sections(told.run, told.known, told.places).unread) == 2

    def test_an_open_red_on_an_unread_site_is_named(self) -> None:
        """What was red and was not looked at is told one by one."""
        red = status("US", DAY_ONE, level=Level.CRITICAL)
        told = story([visit("US", [red])], [visit("US", [], Outcome.TIMEOUT)])
        entry = sections(told.run, told.known, told.places).unread[0]

        assert [state.key.metric for state in entry.named] == ["account.status"]

    def test_a_page_that_changed_is_told(self) -> None:
        """Drift makes a site unread though it was visited."""
        shown = [reading("US", f"m{n}", DAY_ONE) for n in range(4)]
        lost = [reading("US", f"m{n}", presence=Presence.UNREADABLE) for n in range(4)]
        told = story([visit("US", shown)], [visit("US", lost)])
        entry = sections(told.run, told.known, told.places).unread[0]

        assert entry.drift

    def test_a_site_that_was_never_opened_and_is_out_of_reach_is_no_trouble(self) -> None:
        """Only named by the console, not open to this login: nothing to shout about."""
        told = story([visit("AU", [], Outcome.NOT_REACHABLE)])

        assert sections(told.run, told.known, told.places).unread == ()


def test_open_findings_are_everything_open_the_worst_first() -> None:
    """`show` lists what is open whatever the last run did."""
    told = two_days()
    found = open_findings(told.known, told.places)

    assert [finding.level for finding in found] == [Level.CRITICAL] * 4 + [Level.WARNING]
    assert open_findings(story(first_day()[:2]).known) == ()


def test_late_deadlines_come_after_near_ones() -> None:
    """Among equals the one that ends first is told first."""
    near, far = datetime(2025, 12, 1, tzinfo=UTC), datetime(2025, 12, 9, tzinfo=UTC)
    items = [
        reading("US", "policy.violations.listing", item=name, **{**VIOLATION, "deadline": deadline})
        for name, deadline in (("far", far), ("near", near))
    ]
    told = story([visit("US", items)])
    group = sections(told.run, told.known, told.places).red[0]

    assert [item.key.item for item in group.items] == ["near", "far"]
