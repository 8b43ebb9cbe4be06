"""Every row of the state machine, with the whole state it leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from checker.compare.machine import Step, step
from checker.compare.observations import Observation, Sort, sort_of
from checker.compare.overlays import key_id
from checker.model import (
    Ack,
    Incident,
    Known,
    Level,
    Pending,
    Presence,
    Reading,
    Reread,
    Rules,
    Tell,
    Verb,
)
from tests.unit.compare.seen import CRITICAL, DEACTIVATED, OK, START, WARNING, key, lost, shown

RATE = key()
RULES = Rules()
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ID = f"{key_id(RATE)}-1"
LATER = START + DAY


def red(level: Level = CRITICAL, **fields: object) -> Reading:
    """Return a red as the page shows it."""
    return shown(RATE, level, **fields)


def opened(level: Level = CRITICAL, **fields: Any) -> Known:
    """Return the state after the first red, changed where asked."""
    reading = red(level)
    state = Known(
        RATE,
        reading,
        reading,
        opened_at=START,
        had_incident=True,
        levels=str(level.rank),
        told=level,
        number=1,
        incident=Incident(ID, level, level, told_at=START),
        was_read=True,
    )
    return replace(state, **fields)


def make(state: Known | None, reading: Reading, *, after: timedelta = DAY, **how: Any) -> Step:
    """Return what a run that saw this makes of the state."""
    return step(state, Observation(reading, **how), START + after, RULES)


NOTHING = timedelta(0)
LOST: dict[str, Any] = {
    "unreadable_streak": 2,
    "absent_streak": 1,
    "not_observed_streak": 3,
    "absent_since": START,
    "unreadable_told": START,
}


class TestRead:
    """Rows 1 to 9, 14 and 15."""

    def test_appeared(self) -> None:
        """Row 1: ok where nothing was known; nobody is told."""
        reading = shown(RATE, OK)

        assert make(None, reading) == Step(
            Verb.APPEARED, Known(RATE, reading, reading, levels="0", told=OK, was_read=True)
        )

    def test_appeared_after_only_failures(self) -> None:
        """The streaks of what could not be read end with it."""
        before = Known(RATE, lost(RATE), **LOST)
        reading = shown(RATE, OK)

        assert make(before, reading).state == Known(
            RATE, reading, reading, levels="0", told=OK, was_read=True
        )

    @pytest.mark.parametrize("level", [WARNING, CRITICAL, DEACTIVATED])
    @pytest.mark.parametrize("reread", [Reread.NONE, Reread.AGREES])
    def test_new(self, level: Level, reread: Reread) -> None:
        """Row 2: red where nothing was known; told at once, since it was seen."""
        reading = red(level, reread=reread)
        expected = opened(level, last=reading, good=reading)

        assert make(None, reading, after=NOTHING) == Step(Verb.NEW, expected, Tell.AT_ONCE)

    def test_new_after_ok(self) -> None:
        """The levels read before stay."""
        ok = Known(RATE, shown(RATE, OK), shown(RATE, OK), levels="0", told=OK)

        made = make(ok, red(), after=NOTHING)

        assert made == Step(Verb.NEW, opened(levels="02"), Tell.AT_ONCE)

    def test_regressed(self) -> None:
        """Row 3: a red after an earlier finding is another finding, with another name."""
        closed = Known(
            RATE, shown(RATE, OK), shown(RATE, OK), had_incident=True, levels="20", told=OK, number=4
        )
        incident = Incident(f"{key_id(RATE)}-5", CRITICAL, CRITICAL, told_at=START)

        made = make(closed, red(), after=NOTHING)

        assert made == Step(Verb.REGRESSED, opened(levels="202", number=5, incident=incident), Tell.AT_ONCE)

    def test_worsened(self) -> None:
        """Row 4: the acknowledgement and the snooze end, the rest of the finding stays."""
        ack = Ack("ann", "why", START, WARNING, "f")
        incident = Incident(ID, WARNING, WARNING, ack, LATER + DAY, START, 2, "group", START)
        before = opened(WARNING, incident=incident, pending_down=Pending(shown(RATE, OK), 1, START), **LOST)

        made = make(before, red())

        expected = Incident(ID, CRITICAL, CRITICAL, told_at=LATER)
        assert made == Step(Verb.WORSENED, opened(levels="12", number=2, incident=expected), Tell.AT_ONCE)

    def test_worsened_at_a_lower_level_than_ever(self) -> None:
        """The worst it was, and the worst that was told, are kept."""
        incident = Incident(ID, DEACTIVATED, DEACTIVATED, told_at=START)

        made = make(opened(WARNING, incident=incident), red())

        assert made.verb is Verb.WORSENED
        assert made.state.incident == Incident(ID, DEACTIVATED, DEACTIVATED, told_at=LATER)

    def test_worsened_with_a_deadline_tells_its_steps(self) -> None:
        """What is told with the alarm is not announced again."""
        made = make(opened(), red(deadline=LATER + 30 * HOUR))

        assert made.verb is Verb.WORSENED
        assert made.state.incident is not None
        assert made.state.incident.deadline_steps == 2

    @pytest.mark.parametrize("level", [CRITICAL, DEACTIVATED])
    def test_new_and_disputed(self, level: Level) -> None:
        """Row 5: contradicted: as row 2, told at once, and marked; nothing waits for a second run."""
        doubted = red(level, disputed=True)

        made = make(None, doubted, after=NOTHING)

        assert made == Step(Verb.NEW, opened(level, last=doubted, good=doubted), Tell.AT_ONCE)
        assert made.state.is_disputed

    def test_worse_and_disputed(self) -> None:
        """As row 4: the acknowledgement ends, a recovery begins anew."""
        ack = Ack("ann", "why", START, WARNING, "f")
        incident = Incident(ID, WARNING, WARNING, ack, told_at=START)
        before = opened(WARNING, incident=incident, pending_down=Pending(shown(RATE, OK), 1, START))
        doubted = red(disputed=True)

        made = make(before, doubted)

        assert (made.verb, made.tell) == (Verb.WORSENED, Tell.AT_ONCE)
        assert (made.state.good, made.state.pending_down) == (doubted, None)
        assert made.state.incident == Incident(ID, CRITICAL, CRITICAL, told_at=LATER)

    @pytest.mark.parametrize(("first", "then"), [(True, False), (False, True), (True, True)])
    @pytest.mark.parametrize("reason", ["", "late"])
    def test_the_same_level_disputed_or_not_is_no_news(self, first: bool, then: bool, reason: str) -> None:
        """The mark comes and goes with what was read; a reason that one side lacks is not another."""
        doubted = red(disputed=first)

        made = make(opened(last=doubted, good=doubted), red(disputed=then, reason=reason), after=HOUR)

        assert (made.verb, made.tell) == (Verb.UNCHANGED, Tell.NOT)
        assert made.state.is_disputed is then

    def test_two_stated_reasons_are_two_matters(self) -> None:
        """Also where one of them is disputed."""
        before = opened(good=red(reason="fake", disputed=True))

        assert make(before, red(reason="late")).verb is Verb.WORSENED

    def test_a_firm_reason_that_comes_or_goes_is_another_matter(self) -> None:
        """Where nothing is disputed, the reason is the console's own."""
        assert make(opened(), red(reason="late")).verb is Verb.WORSENED
        assert make(opened(good=red(reason="late")), red()).verb is Verb.WORSENED

    DEADLINE = LATER + 9 * DAY

    @pytest.mark.parametrize(
        ("drawn", "verb"),
        [
            (None, Verb.UNCHANGED),
            (DEADLINE, Verb.UNCHANGED),
            (DEADLINE + 24 * HOUR - MINUTE, Verb.UNCHANGED),
            (DEADLINE - 24 * HOUR + MINUTE, Verb.UNCHANGED),
            (DEADLINE + 24 * HOUR, Verb.WORSENED),
            (DEADLINE - 24 * HOUR, Verb.WORSENED),
        ],
    )
    def test_issue11_7_only_another_deadline_is_news(self, drawn: datetime | None, verb: Verb) -> None:
        """One that is not drawn, or is rounded otherwise, costs neither acknowledgement nor deadline."""
        ack = Ack("ann", "why", START, CRITICAL, "f")
        incident = Incident(ID, CRITICAL, CRITICAL, ack, told_at=LATER, deadline=self.DEADLINE)
        dated = red(deadline=self.DEADLINE)

        made = make(opened(last=dated, good=dated, incident=incident), red(deadline=drawn))

        assert made.verb is verb
        assert made.state.incident is not None
        assert (made.state.incident.ack is ack) is (verb is Verb.UNCHANGED)
        assert made.state.deadline == (self.DEADLINE if drawn is None else drawn)

    def test_issue11_7_a_deadline_that_creeps_is_measured_from_the_one_told(self) -> None:
        """Half a day a run is rounding once, and another deadline the second time."""
        made = make(None, red(deadline=self.DEADLINE), after=NOTHING)
        verbs = []
        for halves in (1, 2):
            made = make(made.state, red(deadline=self.DEADLINE + halves * 12 * HOUR), after=HOUR)
            verbs.append(made.verb)

        assert verbs == [Verb.UNCHANGED, Verb.WORSENED]

    def test_issue11_7_a_deadline_not_drawn_run_after_run_is_kept(self) -> None:
        """As an older version stored it, in the reading alone; and it is no news when it is back."""
        dated = red(deadline=self.DEADLINE)
        state = opened(last=dated, good=dated)
        for _ in range(3):
            made = make(state, red(), after=HOUR)
            assert (made.verb, made.state.deadline) == (Verb.UNCHANGED, self.DEADLINE)
            state = made.state

        assert make(state, dated, after=HOUR).verb is Verb.UNCHANGED

    def test_a_worse_level_without_a_deadline_keeps_it(self) -> None:
        """What was promised at the lower level still ends then."""
        dated = red(WARNING, deadline=self.DEADLINE)

        made = make(opened(WARNING, last=dated, good=dated), red())

        assert (made.verb, made.state.deadline) == (Verb.WORSENED, self.DEADLINE)

    def test_another_finding_has_no_deadline_of_the_one_before(self) -> None:
        """What closed took its deadline with it."""
        dated = red(deadline=self.DEADLINE)
        closed = replace(opened(last=dated, good=dated), opened_at=None, incident=None)

        assert make(closed, red()).state.deadline is None

    def test_unchanged(self) -> None:
        """Row 6: pendings end, the reading is fresh, nobody is told."""
        again = red(observed_at=START + HOUR)
        pending = Pending(red(), 1, START)
        before = opened(pending_down=pending, absent_since=START, absent_streak=1)

        made = make(before, again, after=HOUR)

        assert made == Step(Verb.UNCHANGED, opened(last=again, good=again, levels="22"))

    def test_unchanged_and_gone_before(self) -> None:
        """What vanished and is back is no longer vanished."""
        assert make(opened(vanished=True), red(), after=HOUR).state == opened(levels="22")

    def test_reminded(self) -> None:
        """A day after it was told last; the state remembers."""
        made = make(opened(), red())

        expected = opened(levels="22", incident=Incident(ID, CRITICAL, CRITICAL, told_at=LATER))
        assert made == Step(Verb.UNCHANGED, expected, remind=True)

    def test_readable_again(self) -> None:
        """Unreadable before: said in the digest, under a number of its own."""
        before = opened(unreadable_streak=2, unreadable_told=START, not_observed_streak=1)

        made = make(before, red(), after=HOUR)

        assert made == Step(Verb.READABLE, opened(levels="22", number=2), Tell.DIGEST)

    def test_improving(self) -> None:
        """Row 7: read well once; the red stays."""
        ok = shown(RATE, OK)

        made = make(opened(**LOST), ok)

        assert made == Step(Verb.IMPROVING, opened(last=ok, levels="20", pending_down=Pending(ok, 1, LATER)))

    @pytest.mark.parametrize(("apart", "reads"), [(29 * MINUTE, 1), (30 * MINUTE, 2)])
    def test_reads_too_close_count_once(self, apart: timedelta, reads: int) -> None:
        """Twenty-nine minutes are one read, thirty are two."""
        pending = Pending(shown(RATE, WARNING), 1, START)

        made = make(opened(DEACTIVATED, pending_down=pending), red(CRITICAL), after=apart)

        if reads == 1:
            assert made.state.pending_down == Pending(red(CRITICAL), 1, START)
        assert made.verb is (Verb.IMPROVING if reads == 1 else Verb.IMPROVED)

    def test_a_clock_set_back_begins_to_count_from_there(self) -> None:
        """The time between is unknown."""
        pending = Pending(shown(RATE, OK), 1, LATER)

        made = make(opened(pending_down=pending), shown(RATE, OK), after=HOUR)

        assert made.verb is Verb.IMPROVING
        assert made.state.pending_down == Pending(shown(RATE, OK), 1, START + HOUR)

    def test_improved_to_the_worst_of_the_reads(self) -> None:
        """Row 8: what is better still begins to count; told in the digest; the acknowledgement stays."""
        ack = Ack("ann", "why", START, DEACTIVATED, "f")
        incident = Incident(ID, DEACTIVATED, DEACTIVATED, ack, told_at=START, deadline_steps=3)
        warned, ok = red(WARNING), shown(RATE, OK)
        before = opened(DEACTIVATED, incident=incident, pending_down=Pending(warned, 1, START))

        made = make(before, ok)

        expected = opened(
            DEACTIVATED,
            last=ok,
            good=warned,
            levels="30",
            told=WARNING,
            number=2,
            pending_down=Pending(ok, 1, LATER),
            incident=replace(incident, told_at=LATER),
        )
        assert made == Step(Verb.IMPROVED, expected, Tell.DIGEST)

    def test_improved_to_what_was_read_last(self) -> None:
        """Nothing is pending after it."""
        before = opened(DEACTIVATED, pending_down=Pending(shown(RATE, OK), 1, START))

        made = make(before, red(WARNING))

        assert made.verb is Verb.IMPROVED
        assert (made.state.good, made.state.pending_down) == (red(WARNING), None)

    def test_improved_with_another_deadline_has_announced_none_of_it(self) -> None:
        """The steps counted for the old one."""
        incident = Incident(ID, CRITICAL, CRITICAL, told_at=START, deadline_steps=3)
        warned = red(WARNING, deadline=LATER + DAY)
        before = opened(incident=incident, pending_down=Pending(warned, 1, START))

        made = make(before, warned)

        assert made.state.incident is not None
        assert made.state.incident.deadline_steps == 0

    def test_resolved(self) -> None:
        """Row 9: read well twice; closed, told once, with a past."""
        ok = shown(RATE, OK)
        before = opened(pending_down=Pending(ok, 1, START), flap_told=None)

        made = make(before, ok)

        expected = Known(RATE, ok, ok, had_incident=True, levels="20", told=OK, number=2, was_read=True)
        assert made == Step(Verb.RESOLVED, expected, Tell.AT_ONCE)

    @pytest.mark.parametrize("reads", [1, 5])
    def test_flapping_is_not_resolved(self, reads: int) -> None:
        """Row 14: however often it was read well."""
        before = opened(
            levels="0202020",
            flapping=True,
            flap_told=START,
            pending_down=Pending(shown(RATE, OK), reads, START),
        )

        made = make(before, shown(RATE, OK), after=HOUR)

        assert (made.verb, made.flap_summary) == (Verb.IMPROVING, False)
        assert made.state.is_open
        assert made.state.pending_down == Pending(shown(RATE, OK), reads + 1, START + HOUR)

    def test_flapping_is_said_once_a_day(self) -> None:
        """When it begins, and a day later; not of what somebody knows."""
        before = opened(levels="020202", incident=Incident(ID, CRITICAL, CRITICAL, told_at=START))
        begins = make(before, shown(RATE, OK), after=HOUR)
        same_day = make(begins.state, red(), after=2 * HOUR)
        next_day = make(same_day.state, shown(RATE, OK), after=25 * HOUR)
        muted = replace(before, incident=Incident(ID, CRITICAL, CRITICAL, snoozed_until=START + 9 * DAY))

        assert [made.flap_summary for made in (begins, same_day, next_day)] == [True, False, True]
        assert (begins.state.flap_told, begins.state.number) == (START + HOUR, 2)
        assert (next_day.state.flap_told, next_day.state.number) == (START + 25 * HOUR, 3)
        assert make(muted, shown(RATE, OK), after=HOUR).flap_summary is False

    def test_flapping_that_ended_is_forgotten(self) -> None:
        """The next time is told anew."""
        made = make(opened(levels="2" * 20, flap_told=START), red(), after=HOUR)

        assert made.state.flap_told is None

    def test_flapping_reminds_of_nothing(self) -> None:
        """It has its own summary."""
        before = opened(levels="0202020", flapping=True, flap_told=LATER)

        assert not make(before, red(), after=2 * DAY).remind

    def test_a_red_told_before_is_muted_while_flapping(self) -> None:
        """It is confirmed all the same; the higher one is told."""
        incident = Incident(ID, CRITICAL, CRITICAL, told_at=START, deadline_steps=2)
        before = opened(WARNING, levels="0202020", flapping=True, flap_told=START, incident=incident)

        muted, told = make(before, red(), after=HOUR), make(before, red(DEACTIVATED), after=HOUR)

        assert (muted.verb, muted.tell, muted.state.level) == (Verb.WORSENED, Tell.NOT, CRITICAL)
        assert (muted.state.told, muted.state.number) == (WARNING, 2)
        assert muted.state.incident == replace(incident, deadline_steps=0)
        assert (told.verb, told.tell) == (Verb.WORSENED, Tell.AT_ONCE)

    def test_sync(self) -> None:
        """Row 15: calm, and something else was told last."""
        ok = shown(RATE, OK)
        before = Known(RATE, ok, ok, levels="0", told=CRITICAL, number=3)

        made = make(before, ok)

        expected = Known(RATE, ok, ok, levels="00", told=OK, number=4, was_read=True)
        assert made == Step(Verb.SYNC, expected, Tell.DIGEST)

    def test_sync_of_a_red(self) -> None:
        """It counts as told now."""
        made = make(opened(told=WARNING), red(), after=HOUR)

        incident = Incident(ID, CRITICAL, CRITICAL, told_at=START + HOUR)
        assert made == Step(Verb.SYNC, opened(levels="22", number=2, incident=incident), Tell.DIGEST)

    def test_what_was_never_told_is_not_corrected(self) -> None:
        """As in a store of an older version."""
        ok = shown(RATE, OK)

        assert make(Known(RATE, ok, ok), ok).verb is Verb.UNCHANGED


class TestDrift:
    """A visit in which nothing may recover."""

    def test_a_better_level_counts_for_nothing(self) -> None:
        """It was read, and the red stays as it was."""
        ok = shown(RATE, OK)

        assert make(opened(**LOST), ok, recovers=False) == Step(Verb.UNCHANGED, opened(last=ok, levels="20"))

    def test_it_settles_no_dispute(self) -> None:
        """What settles it is a page read as it should be."""
        doubted = red(disputed=True)
        before = opened(last=doubted, good=doubted)

        made = make(before, red(), after=HOUR, recovers=False)

        assert made == Step(Verb.UNCHANGED, replace(before, last=red(), levels="22"))

    def test_a_red_of_it_takes_back_a_recovery(self) -> None:
        """Once well, then red again, then once well: it was never well twice."""
        doubted, pending = red(disputed=True), Pending(shown(RATE, OK), 1, START)
        before = opened(last=shown(RATE, OK), good=doubted, pending_down=pending)

        again = make(before, red(), after=HOUR, recovers=False)

        assert again.state.pending_down is None

    def test_what_speaks_against_a_recovery_is_kept(self) -> None:
        """The worst that was seen meanwhile."""
        pending = Pending(shown(RATE, OK), 1, START)

        worse = make(opened(pending_down=pending), red(WARNING), recovers=False)
        same = make(opened(pending_down=pending), shown(RATE, OK), recovers=False)

        assert worse.state.pending_down == Pending(red(WARNING), 1, START)
        assert same.state.pending_down == pending

    def test_the_same_level_is_the_same(self) -> None:
        """Nothing recovers by it."""
        assert make(opened(), red(), after=HOUR, recovers=False) == Step(Verb.UNCHANGED, opened(levels="22"))


class TestAbsent:
    """Rows 10, 11 and 11b."""

    GONE = lost(RATE, Presence.NONE)

    def test_vanishing(self) -> None:
        """Row 10: not there once."""
        before = opened(unreadable_streak=2, not_observed_streak=1, unreadable_told=START)

        made = make(before, self.GONE)

        assert made == Step(Verb.VANISHING, opened(last=self.GONE, absent_streak=1, absent_since=LATER))

    def test_vanished(self) -> None:
        """Row 11: not there twice; still open at its level, told once."""
        before = opened(absent_streak=1, absent_since=START)

        made = make(before, self.GONE)
        again = make(made.state, self.GONE, after=2 * DAY)

        expected = opened(last=self.GONE, absent_streak=2, absent_since=START, vanished=True, number=2)
        assert made == Step(Verb.VANISHED, expected, Tell.AT_ONCE)
        assert again == Step(Verb.UNCHANGED, replace(expected, absent_streak=3))

    def test_resolved_by_its_list(self) -> None:
        """Row 11b: twice not on a list that was read whole."""
        before = opened(absent_streak=1, absent_since=START, flapping=True, flap_told=START)

        made = make(before, self.GONE, resolves=True)

        expected = Known(
            RATE, self.GONE, red(), had_incident=True, absent_streak=2, absent_since=START, levels="2",
            told=OK, number=2, flapping=True, was_read=True,
        )  # fmt: skip
        assert made == Step(Verb.RESOLVED, expected, Tell.AT_ONCE)

    @pytest.mark.parametrize(
        ("after", "verb"),
        [(29 * MINUTE, Verb.VANISHING), (30 * MINUTE, Verb.RESOLVED), (-HOUR, Verb.VANISHING)],
    )
    def test_two_looks_too_close_resolve_nothing(self, after: timedelta, verb: Verb) -> None:
        """Half an hour lies between them at least."""
        before = opened(absent_streak=1, absent_since=START)

        assert make(before, self.GONE, after=after, resolves=True).verb is verb

    def test_a_drifting_visit_resolves_nothing(self) -> None:
        """It vanishes at most."""
        before = opened(absent_streak=1, absent_since=START)

        assert make(before, self.GONE, resolves=True, recovers=False).verb is Verb.VANISHED

    def test_where_nothing_is_open(self) -> None:
        """Nothing happens, and it is counted."""
        ok = shown(RATE, OK)
        before = Known(RATE, ok, ok, levels="0", told=OK, unreadable_streak=1)

        made = make(before, self.GONE)

        expected = replace(
            before, last=self.GONE, unreadable_streak=0, absent_streak=1, absent_since=LATER, was_read=True
        )
        assert made == Step(Verb.UNCHANGED, expected)


class TestLost:
    """Rows 12 and 13, and what nobody judges."""

    def test_unreadable_with_something_open(self) -> None:
        """At once; nothing but the streak changes."""
        gone = lost(RATE)

        made = make(opened(), gone)

        expected = opened(last=gone, unreadable_streak=1, unreadable_told=LATER, number=2)
        assert made == Step(Verb.UNREADABLE, expected, Tell.AT_ONCE)

    def test_unreadable_where_all_was_well(self) -> None:
        """With the digest."""
        ok = Known(RATE, shown(RATE, OK), shown(RATE, OK), levels="0", told=OK)

        assert make(ok, lost(RATE)).tell is Tell.DIGEST

    @pytest.mark.parametrize(("after", "told"), [(23 * HOUR, False), (24 * HOUR, True)])
    def test_unreadable_again(self, after: timedelta, told: bool) -> None:
        """Once a day."""
        gone = lost(RATE)
        before = opened(unreadable_streak=1, unreadable_told=START)

        made = make(before, gone, after=after)

        expected = opened(last=gone, unreadable_streak=2, unreadable_told=START)
        if told:
            expected = replace(expected, unreadable_told=START + after, number=2)
        assert made == Step(Verb.UNREADABLE, expected, Tell.AT_ONCE if told else Tell.NOT)

    def test_not_observed(self) -> None:
        """Told by the run, not by the key."""
        gone = lost(RATE, Presence.NOT_OBSERVED)

        made = make(opened(not_observed_streak=1), gone)

        assert made == Step(Verb.NOT_OBSERVED, opened(last=gone, not_observed_streak=2))

    def test_a_number_nobody_judges(self) -> None:
        """It is readable, and neither better nor worse."""
        number = shown(RATE, Level.UNKNOWN)

        calm = make(opened(not_observed_streak=1), number)
        back = make(opened(unreadable_streak=1, unreadable_told=START), number)

        assert calm == Step(Verb.UNCHANGED, opened(last=number))
        assert back == Step(Verb.READABLE, opened(last=number, number=2), Tell.DIGEST)


@pytest.mark.parametrize(
    ("reading", "sort"),
    [
        (shown(RATE, OK), Sort.READ),
        (shown(RATE, Level.UNKNOWN), Sort.UNJUDGED),
        (lost(RATE), Sort.UNREADABLE),
        (lost(RATE, Presence.NOT_OBSERVED), Sort.NOT_OBSERVED),
        (lost(RATE, Presence.NONE), Sort.ABSENT),
        (lost(RATE, Presence.NOT_RATED), Sort.ABSENT),
        (lost(RATE, Presence.NOT_REGISTERED), Sort.ABSENT),
    ],
)
def test_the_sort_of_a_reading(reading: Reading, sort: Sort) -> None:
    """Each presence is one sort of observation."""
    assert sort_of(reading) is sort
    assert Observation(reading).sort is sort
