"""What a change, an event and a reading nobody took say of themselves, to the last field."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checker.compare import cause_of, compare, compare_sites, key_id, with_drift
from checker.model import (
    Cause,
    CauseKind,
    Change,
    Event,
    EventKind,
    Key,
    Kind,
    Known,
    Level,
    Origin,
    Outcome,
    Place,
    Presence,
    Reading,
    Registration,
    Reread,
    Says,
    Scope,
    Signal,
    Site,
    Tell,
    Verb,
)
from tests.unit.compare.seen import (
    CA,
    CRITICAL,
    DEACTIVATED,
    OK,
    PAGE,
    START,
    US,
    WARNING,
    days,
    disputed,
    key,
    lost,
    shown,
    visit,
    whole,
)

RATE = key()
DAY = timedelta(days=1)
DRIFT = "a third of what was shown last time is gone at once; nothing recovers from this visit"


class TestChange:
    """The whole of what is told."""

    def test_a_new_red(self) -> None:
        """Where, from what to what, why, since when, under which name."""
        red = shown(RATE, CRITICAL, native="Bad", observed_at=START + DAY)
        _, day = days(visit(shown(RATE, OK)), visit(red))

        assert day.changes == (
            Change(
                Verb.NEW, RATE, CRITICAL, OK, Cause(CauseKind.UNKNOWN), "Bad", START + DAY, red,
                incident=f"{key_id(RATE)}-1", number=1,
            ),
        )  # fmt: skip

    def test_a_resolved_one(self) -> None:
        """The level before, since when it was open, and the name it had."""
        ok = shown(RATE, OK, native="Good", observed_at=START + 2 * DAY)
        *_, day = days(visit(shown(RATE, CRITICAL)), visit(ok), visit(ok))

        assert day.changes == (
            Change(
                Verb.RESOLVED, RATE, OK, CRITICAL, None, "Good", START, ok,
                incident=f"{key_id(RATE)}-1", number=2,
            ),
        )  # fmt: skip

    def test_one_that_is_gone_from_its_list(self) -> None:
        """Its last reading is ours: when the list was read, what it was of, that it is not listed."""
        item = shown(
            key("policy.ip", item="B01"), CRITICAL, scope=Scope.ITEM, kind=Kind.COUNT, flow="amazon 1.0",
            details=(("asin", "B0"),), origin=PAGE, native="Fake",
        )  # fmt: skip
        *_, first, second = days(visit(item), visit(whole("policy.ip")), visit(whole("policy.ip")))

        for number, (day, verb) in enumerate([(first, Verb.VANISHING), (second, Verb.RESOLVED)], start=1):
            (change,) = day.changes
            assert (change.verb, change.detail) == (verb, "no longer on the list, which was read whole")
            assert change.reading is not None
            assert [said.says for said in change.reading.claims] == [Says.NONE]
            assert replace(change.reading, claims=()) == Reading(
                item.key, Presence.NONE, START + number * DAY, scope=Scope.ITEM, kind=Kind.COUNT,
                reason="no longer listed", origin=PAGE, details=(("asin", "B0"),), flow="amazon 1.0",
            )  # fmt: skip
            assert day.known[item.key].last == change.reading

    def test_one_that_vanishes(self) -> None:
        """The first time, and when it is told."""
        gone = visit(lost(RATE, Presence.NOT_RATED))
        _, first, second = days(visit(shown(RATE, CRITICAL)), gone, gone)

        (once,), (told,) = first.changes, second.changes
        assert (once.verb, once.tell, once.detail) == (
            Verb.VANISHING,
            Tell.NOT,
            "gone (not_rated) for the first time",
        )
        assert (told.verb, told.tell, told.level, told.level_before) == (
            Verb.VANISHED,
            Tell.AT_ONCE,
            CRITICAL,
            CRITICAL,
        )
        assert told.detail == "gone (not_rated), not known to be fixed"

    def test_one_that_is_disputed(self) -> None:
        """The level, the console's word, and the reading with both sides."""
        doubted = disputed(RATE)
        _, day = days(visit(shown(RATE, OK)), visit(doubted))

        (change,) = day.changes
        assert (change.level, change.level_before, change.detail) == (CRITICAL, OK, "At risk")
        assert (change.since, change.number, change.is_disputed) == (START + DAY, 1, True)
        assert change.reading == replace(doubted, observed_at=START + DAY)
        assert not replace(change, reading=None).is_disputed

    def test_one_that_cannot_be_read(self) -> None:
        """No level now, the one before, and why."""
        _, day = days(visit(shown(RATE, OK)), visit(lost(RATE, reason="two candidates")))

        (change,) = day.changes
        assert (change.level, change.level_before, change.detail) == (Level.UNKNOWN, OK, "two candidates")

    def test_a_summary_and_a_deadline_beside_the_verb(self) -> None:
        """With the finding's name, the number of the message, and the reading that is believed."""
        red = visit(shown(RATE, CRITICAL, deadline=START + 8 * DAY))
        told = days(red, *[red, visit(shown(RATE, OK))] * 5, apart=DAY)
        beside = [c for day in told for c in day.changes if c.verb in (Verb.FLAPPING, Verb.DEADLINE)]
        numbers = [c.number for day in told for c in day.changes if c.tell is not Tell.NOT]

        assert {c.verb for c in beside} == {Verb.FLAPPING, Verb.DEADLINE}
        assert {c.incident for c in beside} == {f"{key_id(RATE)}-1"}
        assert {c.level for c in beside} == {CRITICAL}
        assert {c.since for c in beside} == {START}
        assert all(c.reading is not None and c.reading.level is CRITICAL for c in beside)
        assert numbers == sorted(set(numbers))
        summaries = [(c.tell, c.detail) for c in beside if c.verb is Verb.FLAPPING]
        assert set(summaries) == {(Tell.DIGEST, "goes to and fro between levels")}

    def test_a_deadline_of_a_finding_without_a_name(self) -> None:
        """As an older version stored it: it gets one, and keeps it."""
        red = shown(RATE, CRITICAL, deadline=START + DAY)
        known = {RATE: Known(RATE, red, red, opened_at=START)}

        day = compare(known, [visit(shown(key("m")))], START)

        assert [(c.verb, c.incident) for c in day.changes] == [(Verb.DEADLINE, f"{key_id(RATE)}-1")]
        incident = day.known[RATE].incident
        assert incident is not None
        assert incident.id == f"{key_id(RATE)}-1"


class TestEvent:
    """The whole of an event."""

    def test_an_inventory(self) -> None:
        """Worst level, marketplace, keys in order, places once each."""
        reds = [shown(key("b"), WARNING), shown(key("a"), DEACTIVATED), shown(key("c"), CRITICAL)]

        (day,) = days(visit(*reds))

        (event,) = day.events
        assert replace(event, id="x") == Event(
            "x", EventKind.INVENTORY, "amazon", (key("a"), key("b"), key("c")),
            (Place("amazon", "main", "US"),),
            DEACTIVATED, "the first look at this account found 3 findings", total=3,
        )  # fmt: skip
        name, _, digest = event.id.partition("-")
        assert (name, len(digest)) == ("inventory", 10)

    @pytest.mark.parametrize(
        ("levels", "worst"),
        [((WARNING, CRITICAL), CRITICAL), ((WARNING,), WARNING), ((CRITICAL, WARNING), CRITICAL)],
    )
    def test_its_level_is_the_worst(self, levels: tuple[Level, ...], worst: Level) -> None:
        """By rank, not by name."""
        (day,) = days(visit(*(shown(key(f"m{n}"), level) for n, level in enumerate(levels))))

        assert day.events[0].level is worst

    def test_a_digest_stays_a_digest_in_an_event(self) -> None:
        """Only what could not be read in masses is louder in an event than by itself."""
        readings = [lost(key(f"m{n}")) for n in range(3)]
        _, day = days(visit(*(shown(reading.key) for reading in readings)), visit(*readings))

        assert {c.tell for c in day.changes if c.verb is Verb.UNREADABLE} == {Tell.AT_ONCE}
        assert day.events[0].level is Level.UNKNOWN
        assert (
            day.events[0].detail
            == "half of US or more can no longer be read: the site changed or the flow broke"
        )

    def test_two_sites_are_joined_with_and(self) -> None:
        """Three with commas before it."""
        sites = [Site(code, code, code) for code in ("CA", "MX", "US")]
        first = [visit(*(shown(key(f"m{n}", site=s)) for n in range(3)), site=s) for s in sites]
        second = [visit(*(lost(key(f"m{n}", site=s)) for n in range(3)), site=s) for s in sites]

        assert days(first, second)[-1].events[0].detail.startswith("half of CA, MX and US or more")
        assert days(first[:2], second[:2])[-1].events[0].detail.startswith("half of CA and MX or more")

    def test_a_fault_of_one_widget_that_is_implausible(self) -> None:
        """S4 with S3: found by another rule, and two sources contradict each other."""
        moved = shown(RATE, CRITICAL, origin=replace(PAGE, place=1), contradicts="badge green")
        _, day = days(visit(shown(RATE, OK)), visit(moved))

        (event,) = day.events
        assert (event.kind, event.signals, event.probable) == (
            EventKind.PARSER_FAULT,
            (Signal.PAGE_CHANGED, Signal.IMPLAUSIBLE),
            True,
        )
        assert event.detail.startswith("the page is built otherwise and all of it is red")
        assert day.disputed == {RATE}
        last = day.known[RATE].last
        assert (last.level, last.disputed, last.contradicts) == (CRITICAL, True, "badge green")
        assert last.claims[-1].reason == event.detail
        assert last.claims[-1].source == "the build of the page"

    def test_items_of_a_changed_page_are_believed(self) -> None:
        """A violation is read from a list, and stands for itself."""
        item = key("policy.ip", item="B01")
        moved = shown(item, CRITICAL, origin=replace(PAGE, place=1), contradicts="x")
        _, day = days(visit(shown(item, OK)), visit(moved))

        assert day.disputed == frozenset()

    def test_half_of_the_reds_moved_are_enough(self) -> None:
        """Two of four, in four accounts; one of four is not."""

        def everybody(level: Level, moved: int) -> list[object]:
            origins = [replace(PAGE, place=int(n < moved)) for n in range(4)]
            return [
                replace(visit(shown(replace(RATE, account=f"s{n}"), level, origin=origin)), account=f"s{n}")
                for n, origin in enumerate(origins)
            ]

        two = days(everybody(OK, 0), everybody(CRITICAL, 2))[-1]  # type: ignore[arg-type]
        one = days(everybody(OK, 0), everybody(CRITICAL, 1))[-1]  # type: ignore[arg-type]

        assert (len(two.disputed), len(one.disputed)) == (4, 0)


class TestDriftingVisits:
    """Which visits are told apart before anything is compared."""

    KEYS = tuple(key(f"m.{number}") for number in range(6))

    def _known(self) -> dict[Key, Known]:
        return dict(days(visit(*(shown(of) for of in self.KEYS)))[0].known)

    def test_a_visit_that_lost_a_third_says_so(self) -> None:
        """Its outcome is drift, with the reason; one that has words of its own keeps them."""
        third = [*(lost(of) for of in self.KEYS[:3]), *(shown(of) for of in self.KEYS[3:])]
        plain, wordy = visit(*third), replace(visit(*third), detail="own words")

        found = with_drift(self._known(), [plain, wordy])

        assert [(one.outcome, one.detail) for one in found] == [
            (Outcome.DRIFT, DRIFT),
            (Outcome.DRIFT, "own words"),
        ]
        assert [one.readings for one in found] == [tuple(third)] * 2

    @pytest.mark.parametrize("outcome", [Outcome.READ, Outcome.PARTIAL, Outcome.CAPTCHA])
    def test_any_other_visit_stays_as_it_is(self, outcome: Outcome) -> None:
        """Whole, in part, or failed."""
        seen = visit(*(shown(of) for of in self.KEYS), outcome=outcome)
        failed = visit(outcome=Outcome.CAPTCHA)

        assert with_drift(self._known(), [seen, failed]) == [seen, failed]
        assert with_drift({}, [seen]) == [seen]

    def test_the_change_names_the_site(self) -> None:
        """And nothing else."""
        third = [*(lost(of) for of in self.KEYS[:3]), *(shown(of) for of in self.KEYS[3:])]

        changes = compare(self._known(), [visit(*third)], START + DAY).changes

        assert changes[-1] == Change(
            Verb.DRIFT, Key("amazon", "main", "US", "coverage"), Level.UNKNOWN, detail=DRIFT
        )


def test_sites_that_came_and_went_to_the_last_field() -> None:
    """Each is a change of its own, with a sentence."""
    us, ca = (Place("ebay", "two", code) for code in ("US", "CA"))
    assert compare_sites({us: US}, {ca: CA}) == (
        Change(
            Verb.SITE_APPEARED, Key("ebay", "two", "CA", "coverage"), Level.UNKNOWN,
            detail="the console lists a site it did not list before",
        ),
        Change(
            Verb.SITE_GONE, Key("ebay", "two", "US", "coverage"), Level.UNKNOWN,
            detail="the console no longer lists this site; what was known of it stays",
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "registration", "cause"),
    [
        (shown(RATE, CRITICAL), Registration.PENDING,
         Cause(CauseKind.NEVER_OPENED, "the console lists this site as never opened by this account")),
        (shown(RATE, CRITICAL), Registration.DORMANT,
         Cause(CauseKind.DORMANT, "the site is registered, and nothing was sold there in the window")),
        (shown(key("account.health_rating"), CRITICAL), Registration.ACTIVE,
         Cause(CauseKind.POLICY, "the rating counts policy violations")),
        (shown(RATE, CRITICAL, reason="late"), Registration.ACTIVE, Cause(CauseKind.UNKNOWN)),
        (shown(RATE, CRITICAL, scope=Scope.ACCOUNT), Registration.ACTIVE, Cause(CauseKind.UNKNOWN)),
        (shown(RATE, CRITICAL, kind=Kind.RATE, native="x"), Registration.ACTIVE,
         Cause(CauseKind.PERFORMANCE, "x")),
        (shown(RATE, CRITICAL, kind=Kind.RATE, value=3), Registration.ACTIVE,
         Cause(CauseKind.PERFORMANCE, "3")),
    ],
)  # fmt: skip
def test_a_cause_with_what_supports_it(reading: Reading, registration: Registration, cause: Cause) -> None:
    """Word by word."""
    assert cause_of(reading, replace(US, registration=registration)) == cause


def test_two_results_of_one_key_are_one_disputed_red() -> None:
    """What decided, and both sides; neither is chosen, and no red is lost."""
    (day,) = days(visit(shown(RATE, OK), shown(RATE, CRITICAL, origin=Origin("p"))))

    last = day.known[RATE].last
    assert (last.presence, last.level, last.disputed) == (Presence.SHOWN, CRITICAL, True)
    assert last.contradicts == "p says critical; dashboard: document says ok"


def test_what_proves_a_settled_red_stays_with_it() -> None:
    """Of several readings, the bundle and the pictures of the one that is red."""
    red = shown(RATE, CRITICAL, bundle="sha256:1", evidence=("a.png",), reread=Reread.AGREES)
    (day,) = days([visit(red), visit(shown(RATE, OK, bundle="sha256:2", evidence=("b.png",)))])

    last = day.known[RATE].last
    assert (last.level, last.bundle, last.evidence[0], last.reread) == (
        CRITICAL,
        "sha256:1",
        "a.png",
        Reread.AGREES,
    )
