"""The cases that must hold, each under its id (A1 to A16, E5; A17 is test_machine_laws)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest

from checker.compare import (
    Comparison,
    acknowledge,
    active_ack,
    compare,
    is_stale,
    may_show,
)
from checker.model import (
    Change,
    EventKind,
    Exit,
    Key,
    Known,
    Level,
    Origin,
    Outcome,
    Presence,
    Reading,
    Reread,
    Rules,
    Scope,
    Signal,
    Tell,
    Verb,
    Visit,
    exit_code,
)
from tests.unit.compare.seen import (
    CRITICAL,
    DEACTIVATED,
    OK,
    PAGE,
    START,
    alarms,
    at,
    days,
    disputed,
    key,
    lost,
    shown,
    verbs,
    visit,
    whole,
)

RATE = key()
IP = "policy.ip"
RED = visit(shown(RATE, CRITICAL))
DAY = timedelta(days=1)
ACCOUNTS = tuple(f"shop{number:02}" for number in range(16))


def _of(account: str, metric: str, level: Level, **fields: object) -> Reading:
    return shown(replace(key(metric), account=account), level, scope=Scope.ACCOUNT, **fields)


def _everybody(levels: dict[str, Level], **fields: object) -> list[Visit]:
    """Return one visit of the US for each account, all with the same widget."""
    return [
        replace(visit(_of(account, "account.status", level, **fields)), account=account)
        for account, level in levels.items()
    ]


def _told(changes: tuple[Change, ...]) -> list[Change]:
    """Return the changes that have a message of their own."""
    return [change for change in changes if change.tell is not Tell.NOT and not change.event]


def test_a4_a_widget_that_is_gone_is_unreadable_and_keeps_its_level() -> None:
    """The selector is gone, the rest is fine: the last level stays, with a question mark."""
    other = shown(key("orders.late_rate"))
    _, last = days(
        visit(shown(RATE, CRITICAL), other),
        visit(lost(RATE, reason="no match"), other, outcome=Outcome.PARTIAL),
    )

    state = last.known[RATE]
    assert verbs(last.changes) == [Verb.UNREADABLE]
    assert (may_show(state, fresh=True).level, may_show(state, fresh=True).certain) == (CRITICAL, False)


def test_a4_a_green_that_is_gone_is_unknown() -> None:
    """What was ok and cannot be read is not ok."""
    _, last = days(visit(shown(RATE, OK)), visit(lost(RATE), outcome=Outcome.PARTIAL))

    assert may_show(last.known[RATE], fresh=True).level is Level.UNKNOWN


def test_a5_an_unknown_word_changes_nothing() -> None:
    """A status word nobody knows reaches the comparison as unreadable, and is never ok."""
    _, last = days(RED, visit(lost(RATE, native="Wunderbar", reason="unknown status word 'Wunderbar'")))

    assert (last.known[RATE].level, last.known[RATE].is_open) == (CRITICAL, True)
    assert may_show(last.known[RATE], fresh=True).level is CRITICAL


def test_a6_colour_against_number_is_red_and_disputed() -> None:
    """Told at once, with both sides quoted, and shown red with a question mark; it speaks for a fault."""
    _, day = days(visit(shown(RATE, OK), shown(key("m"))), visit(disputed(RATE), shown(key("m"))))

    (change,) = day.changes
    assert (change.verb, change.tell, change.level, change.is_disputed) == (
        Verb.NEW,
        Tell.AT_ONCE,
        CRITICAL,
        True,
    )
    assert change.reading is not None
    assert 'critical "At risk"' in change.reading.contradicts
    assert 'ok "NORMAL"' in change.reading.contradicts
    assert [said.native for said in change.reading.claims] == ["NORMAL", "At risk"]
    shown_as = may_show(day.known[RATE], fresh=True)
    assert (shown_as.level, shown_as.certain) == (CRITICAL, False)
    assert day.events[0].signals == (Signal.IMPLAUSIBLE,)


def test_a6_in_many_accounts_it_supports_the_event() -> None:
    """The same contradiction everywhere: probably one event, and no level lower."""
    calm = _everybody(dict.fromkeys(ACCOUNTS[:4], OK))
    red = _everybody(dict.fromkeys(ACCOUNTS[:4], CRITICAL), contradicts="value meets its target")
    _, day = days(calm, red)

    assert day.events[0].signals == (Signal.ACROSS_ACCOUNTS, Signal.IMPLAUSIBLE)
    assert day.events[0].probable
    assert {state.level for state in day.known.values()} == {CRITICAL}


def test_a7_half_a_list_proves_nothing() -> None:
    """Page two of a list is missing: no item of it is absent, none is resolved."""
    item = key(IP, item="B01")
    half = whole(IP, Presence.UNREADABLE)

    told = days(visit(shown(item, CRITICAL), whole(IP)), *[visit(half, outcome=Outcome.PARTIAL)] * 3)

    assert told[-1].known[item].is_open
    assert told[-1].known[item].absent_streak == 0
    assert {Verb.RESOLVED, Verb.VANISHED} & {verb for day in told for verb in verbs(day.changes)} == set()


class TestA8:
    """Red once, then green, or nothing, when read again."""

    DOUBTED = visit(disputed(RATE))
    GREEN = visit(shown(RATE, OK))
    RED = visit(shown(RATE, CRITICAL))

    def test_is_told_at_once(self) -> None:
        """It waits for no second run: an open finding, marked, shown red with a question mark."""
        _, day = days(self.GREEN, self.DOUBTED)

        (change,) = day.changes
        shown_as = may_show(day.known[RATE], fresh=True)
        assert (change.verb, change.tell, change.level) == (Verb.NEW, Tell.AT_ONCE, CRITICAL)
        assert change.is_disputed
        assert (shown_as.level, shown_as.certain) == (CRITICAL, False)
        assert day.known[RATE].is_open
        assert day.known[RATE].is_disputed

    def test_it_is_not_told_again(self) -> None:
        """Disputed again in the next run: nothing new."""
        *_, day = days(self.GREEN, self.DOUBTED, self.DOUBTED)

        assert day.changes == ()
        assert day.known[RATE].is_disputed

    @pytest.mark.parametrize("reason", ["", "late"])
    def test_a_firm_reading_settles_the_mark_without_an_alarm(self, reason: str) -> None:
        """Nor does a reason that the dispute had hidden make one, or cost the acknowledgement."""
        first = days(self.DOUBTED)[0]
        known = _with_ack(dict(first.known), RATE)
        firm = visit(shown(RATE, CRITICAL, reason=reason))
        day = compare(known, [at(firm, START + DAY)], START + DAY)

        assert day.changes == ()
        assert not day.known[RATE].is_disputed
        assert may_show(day.known[RATE], fresh=True).certain
        assert active_ack(day.known[RATE], START + DAY) is not None

    def test_a_firm_reading_that_is_worse_is_an_alarm(self) -> None:
        """Settling goes no further than the level that was disputed."""
        *_, day = days(self.DOUBTED, visit(shown(RATE, DEACTIVATED)))

        assert [(c.verb, c.is_disputed) for c in day.changes] == [(Verb.WORSENED, False)]

    def test_another_stated_reason_is_an_alarm_all_the_same(self) -> None:
        """Two reasons that the console states are two matters, disputed or not."""
        *_, day = days(visit(disputed(RATE, reason="late")), visit(shown(RATE, CRITICAL, reason="fake")))

        assert verbs(day.changes) == [Verb.WORSENED]

    def test_a_firm_red_that_becomes_disputed_is_no_alarm(self) -> None:
        """It is marked; the finding and its acknowledgement stay."""
        known = _with_ack(dict(days(self.RED)[0].known), RATE)
        day = compare(known, [at(self.DOUBTED, START + DAY)], START + DAY)

        assert day.changes == ()
        assert day.known[RATE].is_disputed
        assert active_ack(day.known[RATE], START + DAY) is not None

    def test_a_firm_green_twice_closes_it(self) -> None:
        """As any finding: once is not enough."""
        *_, once, twice = days(self.GREEN, self.DOUBTED, self.GREEN, self.GREEN)

        assert verbs(once.changes) == [Verb.IMPROVING]
        assert once.known[RATE].is_open
        assert [(c.verb, c.tell) for c in twice.changes] == [(Verb.RESOLVED, Tell.AT_ONCE)]
        assert may_show(twice.known[RATE], fresh=True).level is OK

    def test_a_run_that_failed_decides_nothing(self) -> None:
        """The dispute outlives a captcha, and a drifting visit settles nothing."""
        failed = visit(lost(RATE, Presence.NOT_OBSERVED), outcome=Outcome.CAPTCHA)
        drifting = replace(self.RED, outcome=Outcome.DRIFT)
        *_, between, drifted = days(self.GREEN, self.DOUBTED, failed, drifting)

        assert may_show(between.known[RATE], fresh=True).level is CRITICAL
        assert drifted.known[RATE].is_disputed

    def test_one_that_agrees_is_believed_at_once(self) -> None:
        """A second look that says the same is firm."""
        (day,) = days(visit(shown(RATE, CRITICAL, reread=Reread.AGREES)))

        assert verbs(day.changes) == [Verb.NEW]
        assert not day.known[RATE].is_disputed


def _with_ack(known: dict[Key, Known], of: Key, when: datetime = START) -> dict[Key, Known]:
    return {**known, of: acknowledge(known[of], "ann", "case 7 is open", when)}


def test_a9_an_acknowledged_red_survives_five_unreadable_runs() -> None:
    """No second alarm, and the acknowledgement holds."""
    known = _with_ack(dict(days(RED)[0].known), RATE)
    told: list[Change] = []
    for number in range(1, 7):
        seen = visit(shown(RATE, CRITICAL)) if number == 6 else visit(lost(RATE), outcome=Outcome.PARTIAL)
        now = START + number * DAY
        day = compare(known, [at(seen, now)], now)
        known |= day.known
        told += day.changes
        assert day.reminders == ()

    assert alarms(told) == []
    assert active_ack(known[RATE], START + 6 * DAY) is not None
    assert verbs(told[-1:]) == [Verb.READABLE]


@pytest.mark.parametrize(
    ("worse", "which"),
    [
        (shown(RATE, DEACTIVATED), RATE),
        (shown(RATE, CRITICAL, reason="another"), RATE),
        (shown(RATE, CRITICAL, deadline=START + 3 * DAY), RATE),
    ],
    ids=["level", "reason", "deadline"],
)
def test_a10_an_acknowledgement_dies_when_it_gets_worse(worse: Reading, which: Key) -> None:
    """A worse level, another reason or a new deadline is an alarm, and nobody has acknowledged that."""
    known = _with_ack(dict(days(RED)[0].known), RATE)

    day = compare(known, [at(visit(worse), START + DAY)], START + DAY)

    assert [(c.verb, c.tell) for c in day.changes if c.verb.is_alarm] == [(Verb.WORSENED, Tell.AT_ONCE)]
    assert active_ack(day.known[which], START + DAY) is None


def test_a10_a_new_item_is_an_alarm_beside_an_acknowledged_one() -> None:
    """The count stayed one: the ASIN is another."""
    old, new = key(IP, item="B01"), key(IP, item="B02")
    first = days(visit(shown(old, CRITICAL, scope=Scope.ITEM), whole(IP)))[0]
    known = _with_ack(dict(first.known), old)

    seen = visit(shown(new, CRITICAL, scope=Scope.ITEM), whole(IP))
    day = compare(known, [at(seen, START + DAY)], START + DAY)

    assert [(c.key, c.verb) for c in alarms(day.changes)] == [(new, Verb.NEW)]


def test_a11_red_and_green_in_turn_is_one_alarm_one_summary_a_day_and_one_end() -> None:
    """Twenty runs to and fro, then calm: the first red is told, the end once, and little in between."""
    to_and_fro = [RED, visit(shown(RATE, OK))] * 10
    told = days(*to_and_fro, *[visit(shown(RATE, OK))] * 30, apart=timedelta(hours=6))
    changes = [(number, change) for number, day in enumerate(told) for change in day.changes]

    assert [c.verb for _, c in changes if c.verb.is_alarm] == [Verb.NEW]
    assert [c.verb for _, c in changes].count(Verb.RESOLVED) == 1
    summaries = [number for number, change in changes if change.verb is Verb.FLAPPING]
    assert summaries
    assert all(later - earlier >= 4 for earlier, later in pairwise(summaries))
    assert not told[-1].known[RATE].is_open
    assert all(day.known[RATE].is_open for day in told[:20])


def test_a11_a_flapping_key_that_gets_worse_than_ever_is_told() -> None:
    """Going to and fro excuses no higher red."""
    to_and_fro = [RED, visit(shown(RATE, OK))] * 6
    *_, last = days(*to_and_fro, visit(shown(RATE, DEACTIVATED)))

    assert last.known[RATE].flapping
    assert [(c.verb, c.tell) for c in alarms(last.changes)] == [(Verb.WORSENED, Tell.AT_ONCE)]


def test_a12_a_first_run_with_forty_reds_is_one_message() -> None:
    """Forty incidents, one inventory."""
    reds = [shown(key(f"m.{number}"), CRITICAL) for number in range(40)]

    (day,) = days(visit(*reds))

    (event,) = day.events
    assert (event.kind, event.total, len(event.keys)) == (EventKind.INVENTORY, 40, 40)
    assert len([state for state in day.known.values() if state.incident is not None]) == 40
    assert len({state.incident.id for state in day.known.values() if state.incident}) == 40
    assert _told(day.changes) == []


def test_a12_a_first_run_that_failed_does_not_use_the_inventory_up() -> None:
    """What the first run that reads anything finds is the inventory."""
    coverage = lost(key("coverage"), Presence.NOT_OBSERVED)
    _, day = days(visit(coverage, outcome=Outcome.CAPTCHA), RED)

    assert [event.kind for event in day.events] == [EventKind.INVENTORY]


def test_a12_the_second_run_has_no_inventory() -> None:
    """A red of the second run is told by itself."""
    _, day = days(visit(shown(RATE, OK)), RED)

    assert day.events == ()
    assert [change.key for change in _told(day.changes)] == [RATE]


class TestA13:
    """Fourteen of sixteen accounts turn red on one widget at once."""

    LEVELS: ClassVar = {account: CRITICAL if n < 14 else OK for n, account in enumerate(ACCOUNTS)}

    def _two_days(self, levels: dict[str, Level], **fields: object) -> Comparison:
        return days(_everybody(dict.fromkeys(ACCOUNTS, OK)), _everybody(levels, **fields))[-1]

    def test_is_one_message_and_all_are_red(self) -> None:
        """One event names all fourteen, no copy is sent, no level is lowered, nothing is green."""
        day = self._two_days(self.LEVELS)

        (event,) = day.events
        assert event.kind is EventKind.ACROSS_ACCOUNTS
        assert (len(event.places), event.total, event.probable) == (14, 16, False)
        assert "14 of 16" in event.detail
        assert _told(day.changes) == []
        reds = [state for state in day.known.values() if state.is_open]
        assert [state.level for state in reds] == [CRITICAL] * 14
        assert all(may_show(state, fresh=True).level is CRITICAL for state in reds)

    def test_a_second_signal_makes_it_probable(self) -> None:
        """Where the second look differed the group is probably the platform's."""
        first = _everybody(dict.fromkeys(ACCOUNTS, OK))
        doubted = _everybody(self.LEVELS, reread=Reread.DISAGREES)
        *_, day = days(first, doubted)

        assert day.events[0].signals == (Signal.ACROSS_ACCOUNTS, Signal.SOURCES_DISAGREE)
        assert day.events[0].probable

    def test_two_of_sixteen_are_told_by_themselves(self) -> None:
        """A coincidence is no event."""
        day = self._two_days({account: CRITICAL if n < 2 else OK for n, account in enumerate(ACCOUNTS)})

        assert day.events == ()
        assert len(_told(day.changes)) == 2

    def test_what_outlives_the_group_is_told_by_itself_once(self) -> None:
        """Read again twice it is still red: each account gets its own message, and only one."""
        reds = _everybody(self.LEVELS)
        known = dict(days(_everybody(dict.fromkeys(ACCOUNTS, OK)), reds)[-1].known)
        told = []
        for minutes in (30, 90, 121, 240):
            now = START + DAY + timedelta(minutes=minutes)
            day = compare(known, [at(one, now) for one in reds], now)
            known |= day.known
            told.append([change.verb for change in day.changes])

        assert told == [[], [Verb.RELEASED] * 14, [], []]


def test_a14_one_that_is_deactivated_is_alerted_alone() -> None:
    """It differs in level from the group, so it has a message of its own."""
    levels = {**TestA13.LEVELS, "shop03": DEACTIVATED}
    day = days(_everybody(dict.fromkeys(ACCOUNTS, OK)), _everybody(levels))[-1]

    (alone,) = _told(day.changes)
    assert (alone.key.account, alone.level) == ("shop03", DEACTIVATED)
    assert len(day.events[0].places) == 13


def test_a15_a_changed_page_on_which_all_is_red_is_disputed_and_told() -> None:
    """Found by a fallback rule, everywhere at once: red, marked, one message at once, nothing waited out."""
    fallback = Origin(PAGE.page, PAGE.source, ".rating-old", place=2)
    reds = _everybody(dict.fromkeys(ACCOUNTS, DEACTIVATED), origin=fallback)
    calm = _everybody(dict.fromkeys(ACCOUNTS, OK))
    _, day, again, other = days(calm, reds, reds, reds)

    assert {(c.verb, c.tell, c.is_disputed) for c in day.changes} == {(Verb.NEW, Tell.AT_ONCE, True)}
    (event,) = day.events
    assert (event.kind, event.level, len(event.keys)) == (EventKind.PARSER_FAULT, DEACTIVATED, 16)
    assert "either the account was stopped" in event.detail
    assert len(day.disputed) == 16
    for state in day.known.values():
        assert (state.level, state.is_open, state.is_disputed) == (DEACTIVATED, True, True)
        shown_as = may_show(state, fresh=True)
        assert (shown_as.level, shown_as.certain) == (DEACTIVATED, False)
    # Read twice as it is built now: the mark is gone, and nothing is said again.
    assert (again.changes, again.events, again.disputed) == ((), (), frozenset())
    assert (other.changes, other.events) == ((), ())
    assert not any(state.is_disputed for state in again.known.values())


def test_a15_a_page_built_otherwise_once_more_stays_disputed() -> None:
    """It ends when the same build was read twice, and not before; nothing is told again meanwhile."""
    origins = [replace(PAGE, place=place) for place in (0, 1, 2, 2)]
    levels = [OK, CRITICAL, CRITICAL, CRITICAL]
    runs = [
        _everybody(dict.fromkeys(ACCOUNTS, level), origin=origin)
        for level, origin in zip(levels, origins, strict=True)
    ]
    _, first, second, third = days(*runs)

    assert [len(day.disputed) for day in (first, second, third)] == [16, 16, 0]
    assert (second.changes, third.changes) == ((), ())
    assert {state.is_disputed for state in second.known.values()} == {True}
    assert {state.is_disputed for state in third.known.values()} == {False}


@pytest.mark.parametrize(("bits", "is_fault"), [(15, False), (16, True)])
def test_a15_a_page_of_another_structure_on_which_all_is_red_is_disputed(
    bits: int, *, is_fault: bool
) -> None:
    """The mark of how the page is built moved by more than a list or a banner moves it."""
    built, rebuilt = (replace(PAGE, structure=f"{mark:016x}") for mark in (0, (1 << bits) - 1))
    calm = _everybody(dict.fromkeys(ACCOUNTS, OK), origin=built)
    day = days(calm, _everybody(dict.fromkeys(ACCOUNTS, CRITICAL), origin=rebuilt))[-1]

    kind = EventKind.PARSER_FAULT if is_fault else EventKind.ACROSS_ACCOUNTS
    assert [event.kind for event in day.events] == [kind]
    assert len(day.disputed) == 16 * is_fault
    assert {state.level for state in day.known.values()} == {CRITICAL}
    assert {state.is_disputed for state in day.known.values()} == {is_fault}


def test_a15_the_same_reds_on_the_page_as_it_was_are_firm() -> None:
    """Only a page that changed is a reason to doubt what it says."""
    day = days(_everybody(dict.fromkeys(ACCOUNTS, OK)), _everybody(dict.fromkeys(ACCOUNTS, CRITICAL)))[-1]

    assert {(change.verb, change.is_disputed) for change in day.changes} == {(Verb.NEW, False)}
    assert day.disputed == frozenset()


def test_a15_one_red_on_a_changed_page_is_believed() -> None:
    """A redesign does not swallow a single red."""
    fallback = Origin(PAGE.page, PAGE.source, ".rating-old", place=2)
    _, day = days(
        visit(shown(RATE, OK), shown(key("m"))),
        visit(shown(RATE, CRITICAL, origin=fallback), shown(key("m"))),
    )

    assert verbs(day.changes) == [Verb.NEW]


class TestA16:
    """Clocks that jump, days of 23 and 25 hours, and a 29 February."""

    @pytest.mark.parametrize("jump", [-DAY, timedelta(seconds=-1), timedelta(0)])
    def test_a_clock_set_back_makes_nothing_stale_and_reminds_of_nothing(self, jump: timedelta) -> None:
        """Negative time has not passed."""
        known = dict(days(RED)[0].known)
        now = START + jump
        day = compare(known, [at(RED, now)], now)

        assert day.reminders == ()
        assert not is_stale(known[RATE], now, Rules())
        assert day.changes == ()

    def test_a_clock_set_back_confirms_no_recovery(self) -> None:
        """Two good reads an unknown time apart are one; a third, half an hour on, is the second."""
        known = dict(days(RED)[0].known)
        told = []
        for moment in (START + DAY, START, START + timedelta(minutes=31)):
            day = compare(known, [at(visit(shown(RATE, OK)), moment)], moment)
            known |= day.known
            told.append(verbs(day.changes))

        assert told == [[Verb.IMPROVING], [Verb.IMPROVING], [Verb.RESOLVED]]

    def test_a_clock_set_ahead_and_back_reminds_once(self) -> None:
        """A reminder given at a time that was wrong is not given again until a day after it."""
        known = dict(days(RED)[0].known)
        told = []
        for moment in (START + DAY, START + timedelta(hours=1), START + timedelta(hours=30)):
            day = compare(known, [at(RED, moment)], moment)
            known |= day.known
            told.append(len(day.reminders))

        assert told == [1, 0, 0]

    @pytest.mark.parametrize(
        ("zone", "before"),
        [
            ("America/New_York", datetime(2026, 3, 7, 9)),  # noqa: DTZ001 - the zone is put to it below
            ("America/New_York", datetime(2026, 10, 31, 9)),  # noqa: DTZ001
            ("Europe/London", datetime(2028, 2, 28, 9)),  # noqa: DTZ001
        ],
        ids=["spring", "autumn", "leap day"],
    )
    def test_a_day_is_counted_in_hours_that_passed(self, zone: str, before: datetime) -> None:
        """The same wall time a day later is 23, 24 or 25 hours on: reminders go by what really passed."""
        first = before.replace(tzinfo=ZoneInfo(zone))
        known = dict(compare({}, [at(RED, first)], first).known)
        second = (before + DAY).replace(tzinfo=ZoneInfo(zone))
        passed = second.astimezone(UTC) - first.astimezone(UTC)

        day = compare(known, [at(RED, second.astimezone(UTC))], second.astimezone(UTC))

        assert (len(day.reminders) == 1) == (passed >= DAY)

    def test_a_deadline_is_one_moment_in_every_zone(self) -> None:
        """The deadline told in the site's time and in UTC is the same finding."""
        moment = datetime(2026, 12, 3, 23, 59, tzinfo=ZoneInfo("America/Los_Angeles"))
        here, there = (
            shown(RATE, CRITICAL, deadline=moment),
            shown(RATE, CRITICAL, deadline=moment.astimezone(UTC)),
        )

        _, day = days(visit(here), visit(there))

        assert day.changes == ()


NOT_READ = [outcome for outcome in Outcome if outcome not in (Outcome.READ, Outcome.PARTIAL, Outcome.DRIFT)]


@pytest.mark.parametrize("outcome", NOT_READ)
@pytest.mark.parametrize("before", [RED, visit(shown(RATE, OK))], ids=["red", "green"])
def test_a1_whatever_kept_us_out_changes_nothing(outcome: Outcome, before: Visit) -> None:
    """Sign-in, code, captcha, maintenance, blank page: what is known stays, nothing is green or over."""
    failed = visit(lost(RATE, Presence.NOT_OBSERVED), outcome=outcome)
    first, second = days(before, failed)
    was, now = first.known[RATE], second.known[RATE]

    assert (now.good, now.incident, now.told, now.levels) == (was.good, was.incident, was.told, was.levels)
    assert second.changes == ()
    assert not may_show(now, fresh=False).certain
    code = exit_code([at(failed, START + DAY)], second.changes, [now], Level.WARNING, START + DAY)
    assert code != Exit.OK or outcome in (Outcome.NOT_REACHABLE, Outcome.BUSY)


def test_a2_what_was_read_before_the_session_ended_counts() -> None:
    """Of twelve widgets three were read: they are known, the others are as they were, and the run is 20."""
    keys = [key(f"orders.rate{number}") for number in range(12)]
    whole_day = visit(*(shown(one, OK) for one in keys))
    broken_off = visit(
        *(shown(one, CRITICAL) for one in keys[:3]),
        *(lost(one, Presence.NOT_OBSERVED) for one in keys[3:]),
        outcome=Outcome.PARTIAL,
    )
    _, day = days(whole_day, broken_off)
    reds = [of for of in keys if day.known[of].is_open]

    assert reds == keys[:3]
    assert [day.known[of].level for of in keys[3:]] == [OK] * 9
    assert not any(may_show(day.known[of], fresh=True).certain for of in keys[3:])
    alone = exit_code([at(broken_off, START + DAY)], (), [], Level.WARNING, START + DAY)
    assert alone == Exit.INCOMPLETE


def test_a3_another_account_is_a_safety_stop_and_nothing_of_it_counts() -> None:
    """24, and what was known of this account is what is known; that its session goes is test_sessions."""
    other = visit(lost(RATE, Presence.NOT_OBSERVED), outcome=Outcome.WRONG_PLACE)
    first, second = days(RED, other)

    assert second.known[RATE].good == first.known[RATE].good
    code = exit_code(
        [at(other, START + DAY)], second.changes, [second.known[RATE]], Level.WARNING, START + DAY
    )
    assert code == Exit.SAFETY


class TestE5:
    """Runs that were missed."""

    def test_e5_what_was_green_is_not_shown_green(self) -> None:
        """Two periods and the grace later nobody says of it that it is well."""
        known = days(visit(shown(RATE, OK)))[0].known[RATE]
        now = START + Rules().stale_after + timedelta(seconds=1)

        assert may_show(known, fresh=True).certain
        assert is_stale(known, now, Rules())
        assert not may_show(known, fresh=False).certain

    @pytest.mark.parametrize(("late", "stale"), [(timedelta(0), False), (timedelta(seconds=1), True)])
    def test_e5_a_run_that_left_it_out_is_incomplete(self, late: timedelta, stale: bool) -> None:
        """What is open, or said of the account, and was not read for too long makes the next run 20."""
        from checker.run.execute import Request, _stale

        known = dict(days(RED)[0].known)

        codes = _stale(known, Request(), START + Rules().stale_after + late)

        assert codes == ([Exit.INCOMPLETE] if stale else [])
