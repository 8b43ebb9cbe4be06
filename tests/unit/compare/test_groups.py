"""What was told as one event across accounts: read again, and told by itself in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from checker.compare import REREADS, Comparison, compare, due_again
from checker.compare.groups import released
from checker.compare.machine import Step
from checker.model import (
    EventKind,
    Incident,
    Key,
    Known,
    Level,
    Outcome,
    Reading,
    Scope,
    Signal,
    Tell,
    Verb,
    Visit,
)
from tests.unit.compare.seen import CRITICAL, OK, PAGE, REPORT, START, at, key, lost, shown, verbs, visit

MINUTE = timedelta(minutes=1)
ACCOUNTS = ("s0", "s1", "s2", "s3")


def _status(account: str, level: Level, **fields: Any) -> Reading:
    return shown(replace(key("account.status"), account=account), level, scope=Scope.ACCOUNT, **fields)


def _all(level: Level, **fields: Any) -> list[Visit]:
    return [replace(visit(_status(account, level, **fields)), account=account) for account in ACCOUNTS]


def _unread() -> list[Visit]:
    return [
        replace(visit(lost(_status(account, OK).key), outcome=Outcome.PARTIAL), account=account)
        for account in ACCOUNTS
    ]


class Story:
    """Runs at the minutes given, each with all that was known before it."""

    def __init__(self, *runs: tuple[int, Sequence[Visit]]) -> None:
        self.known: dict[Key, Known] = {}
        self.came: list[Comparison] = []
        for minute, visits in runs:
            now = START + minute * MINUTE
            self.came.append(compare(self.known, [at(one, now) for one in visits], now))
            self.known |= self.came[-1].known

    @property
    def last(self) -> Comparison:
        """What the last run came to."""
        return self.came[-1]

    def due(self, minute: int) -> int:
        """Return how many findings are to be read again at that minute."""
        return len(due_again(self.known.values(), START + minute * MINUTE))


GROUPED = ((0, _all(OK)), (10, _all(CRITICAL)))


@pytest.mark.parametrize(
    ("minute", "due"), [(10, 0), (39, 0), (40, 4), (70, 4), (130, 4), (250, 4), (251, 0), (9999, 0)]
)
def test_it_is_to_be_read_again_after_half_an_hour(minute: int, due: int) -> None:
    """From then on, for some hours; after that it is left to the ordinary runs."""
    story = Story(*GROUPED)

    assert [event.kind for event in story.last.events] == [EventKind.ACROSS_ACCOUNTS]
    assert story.due(minute) == due


def test_it_is_read_again_at_each_step_and_no_more() -> None:
    """Thirty, sixty minutes after it was told; once it is told by itself nothing is left to read."""
    once, twice = Story(*GROUPED, (40, _all(CRITICAL))), Story(
        *GROUPED, (40, _all(CRITICAL)), (70, _all(CRITICAL))
    )  # fmt: skip

    assert REREADS == (30 * MINUTE, 60 * MINUTE, 120 * MINUTE)
    assert (once.due(40), once.due(69), once.due(70)) == (0, 0, 4)
    assert twice.due(130) == 0


def test_a_finding_of_no_group_is_not_read_again() -> None:
    """One red of its own, told by itself."""
    story = Story((0, _all(OK)[:1]), (10, _all(CRITICAL)[:1]))

    assert verbs(story.last.changes) == [Verb.NEW]
    assert story.due(40) == 0


def _grouped(incident: Incident | None, **good: Reading | None) -> Known:
    red = _status("s0", CRITICAL)
    return Known(red.key, red, good.get("good", red), opened_at=START, incident=incident)


@pytest.mark.parametrize(
    "incident",
    [
        None,
        Incident("i", CRITICAL),
        Incident("i", CRITICAL, grouped_at=START),
        Incident("i", CRITICAL, group="g", grouped_at=START, rereads=3),
    ],
)
def test_what_has_no_group_or_was_read_often_enough_is_not_due(incident: Incident | None) -> None:
    """However long ago it was told."""
    assert due_again([_grouped(incident)], START + 200 * MINUTE) == []


def test_what_was_never_believed_has_no_second_source() -> None:
    """A state of an older version, without the reading it rested on."""
    incident = Incident("i", CRITICAL, group="g", grouped_at=START)
    before = _grouped(incident, good=None)
    made = Step(Verb.UNCHANGED, _grouped(incident))

    assert list(released({before.key: before}, {before.key: made}, {}, START)) == []


class TestReleased:
    """Each account by itself, at once, with the reason."""

    def test_after_two_looks_that_found_it_still_there(self) -> None:
        """The first of them says nothing."""
        story = Story(*GROUPED, (40, _all(CRITICAL)), (70, _all(CRITICAL)), (80, _all(CRITICAL)))
        first, second, after = story.came[2:]

        assert first.changes == after.changes == ()
        assert [(c.verb, c.tell, c.detail) for c in second.changes] == [
            (Verb.RELEASED, Tell.AT_ONCE, "still red after it was read again twice")
        ] * 4
        assert {c.number for c in second.changes} == {2}
        states = [state.incident for state in second.known.values()]
        assert {(one.group, one.grouped_at, one.rereads, one.told_at) for one in states if one} == {
            ("", None, 0, START + 70 * MINUTE)
        }

    def test_two_looks_at_once_are_one(self) -> None:
        """A run by hand a minute later is no second look."""
        story = Story(*GROUPED, (40, _all(CRITICAL)), (41, _all(CRITICAL)), (60, _all(CRITICAL)))

        assert [came.changes for came in story.came[2:]] == [(), (), ()]

    def test_after_two_hours_whatever_was_read_meanwhile(self) -> None:
        """What could not be read again counts for nothing, and is not waited for."""
        story = Story(*GROUPED, (40, _unread()), (70, _unread()), (130, _all(CRITICAL)))

        released = [c for c in story.last.changes if c.verb is Verb.RELEASED]
        assert [c.detail for c in released] == ["still red after the group it was told in"] * 4

    def test_issue11_10_a_clock_that_was_far_ahead_holds_nothing_back(self) -> None:
        """Grouped years from now, and read again at the right time: told by itself."""
        story = Story((0, _all(OK)), (5_000_000, _all(CRITICAL)), (10, _all(CRITICAL)))

        assert [c.verb for c in story.last.changes] == [Verb.RELEASED] * 4

    def test_when_another_source_says_the_same(self) -> None:
        """A report that came in, where pages had said it."""
        story = Story(*GROUPED, (15, _all(CRITICAL, origin=REPORT)))

        assert {(c.verb, c.detail) for c in story.last.changes} == {
            (Verb.RELEASED, "another source says the same")
        }

    def test_not_by_a_source_nobody_can_name(self) -> None:
        """What an older version stored says not where it was read."""
        story = Story(*GROUPED, (15, _all(CRITICAL, origin=replace(PAGE, page="", source="", rule=""))))

        assert story.last.changes == ()

    def test_one_that_is_better_is_not_told(self) -> None:
        """The glitch is over: improving, then resolved, and never told by itself."""
        story = Story(*GROUPED, (40, _all(OK)), (75, _all(OK)))

        assert {v for came in story.came[2:] for v in verbs(came.changes)} == {Verb.IMPROVING, Verb.RESOLVED}


def _site(account: str, notice: str, level: Level) -> Visit:
    return replace(visit(_status(account, level)), account=account, notice=notice)


class TestNotice:
    """S6: the console itself says that something is wrong with it."""

    SAID = "We are aware of an issue with account health"

    def test_it_makes_many_accounts_probably_one_event(self) -> None:
        """One account saw the banner: it is told with the event, the levels stay."""
        red = [_site(account, self.SAID if account == "s2" else "", CRITICAL) for account in ACCOUNTS]
        story = Story((0, _all(OK)), (10, red))

        (event,) = story.last.events
        assert event.signals == (Signal.ACROSS_ACCOUNTS, Signal.INCIDENT_NOTICE)
        assert (event.probable, event.notice, event.level) == (True, self.SAID, CRITICAL)

    def test_it_makes_one_red_suspicious_and_no_less_red(self) -> None:
        """One account: told at once, with the notice beside it."""
        story = Story((0, _all(OK)[:1]), (10, [_site("s0", self.SAID, CRITICAL)]))

        (event,) = story.last.events
        assert (event.kind, event.signals, event.probable) == (
            EventKind.SUSPICIOUS, (Signal.INCIDENT_NOTICE,), False
        )  # fmt: skip
        assert [(c.verb, c.tell, c.level) for c in story.last.changes] == [(Verb.NEW, Tell.AT_ONCE, CRITICAL)]
        assert event.notice == self.SAID

    def test_another_sites_notice_says_nothing_of_this_one(self) -> None:
        """It stands on the page of the account that read it."""
        story = Story((0, _all(OK)[:2]), (10, [_site("s0", "", CRITICAL), _site("s1", self.SAID, OK)]))

        assert story.last.events == ()

    def test_a_notice_alone_changes_nothing(self) -> None:
        """Green beside a banner is green."""
        story = Story((0, _all(OK)), (10, [_site(account, self.SAID, OK) for account in ACCOUNTS]))

        assert (story.last.changes, story.last.events) == ((), ())


@pytest.mark.parametrize(("green", "borne_out"), [(0, True), (3, True), (4, False)])
def test_many_widgets_of_a_site_bear_out_an_event_across_accounts(green: int, *, borne_out: bool) -> None:
    """S2 with S1: five widgets of each account turned, which is most of what its site shows, or is not."""

    def shown_by(account: str, level: Level) -> list[Reading]:
        levels = [level] * 5 + [OK] * green
        return [
            shown(
                replace(key(f"m{n}"), account=account),
                one,
                origin=replace(PAGE, page=f"p{n % 2}"),
                value=Decimal(n + 10 * ACCOUNTS.index(account)),
            )
            for n, one in enumerate(levels)
        ]

    def everything(level: Level) -> list[Visit]:
        return [replace(visit(*shown_by(account, level)), account=account) for account in ACCOUNTS]

    story = Story((0, everything(OK)), (10, everything(CRITICAL)))

    many = (Signal.MANY_WIDGETS,) if borne_out else ()
    assert [event.kind for event in story.last.events] == [EventKind.ACROSS_ACCOUNTS] * 5
    assert story.last.events[0].signals == (Signal.ACROSS_ACCOUNTS, *many)
    assert story.last.events[0].probable is borne_out


@pytest.mark.parametrize(
    ("before", "now", "signals"),
    [
        ({"origin": REPORT}, {}, (Signal.SOURCES_DISAGREE,)),
        ({}, {"native": "undefined"}, (Signal.IMPLAUSIBLE,)),
        ({}, {"native": "{{status}}"}, (Signal.IMPLAUSIBLE,)),
        ({"language": "en"}, {"language": "de"}, (Signal.PAGE_CHANGED,)),
        ({}, {}, ()),
    ],
)
def test_one_red_that_something_speaks_against_is_suspicious(
    before: dict[str, Any], now: dict[str, Any], signals: tuple[Signal, ...]
) -> None:
    """Told at once at its level, as one event that says why to look; without any sign, by itself."""
    story = Story((0, _all(OK, **before)[:1]), (10, _all(CRITICAL, **now)[:1]))

    assert [(event.kind, event.signals) for event in story.last.events] == (
        [(EventKind.SUSPICIOUS, signals)] if signals else []
    )
    assert [(c.verb, c.level, c.tell) for c in story.last.changes] == [(Verb.NEW, CRITICAL, Tell.AT_ONCE)]
