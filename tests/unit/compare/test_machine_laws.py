"""The invariants of the state machine, for any order of events and any clock (case A17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from checker.compare import acknowledge, active_ack, may_show, snooze
from checker.compare.machine import Step, step
from checker.compare.observations import Observation
from checker.model import Key, Known, Level, Presence, Reading, Rules, Tell, Verb
from tests.unit.compare.seen import PAGE, START

RULES = Rules()
KEY = Key("amazon", "main", "US", "policy.ip", item="B01")
LEVELS = (Level.OK, Level.WARNING, Level.CRITICAL, Level.DEACTIVATED)
# What may lie between two runs; a clock may be set back by a day, or jump ahead by one.
GAPS = tuple(timedelta(minutes=m) for m in (1, 29, 31, 60, 720, 1440, 1500, -1440))
ABSENT = (Presence.NONE, Presence.NOT_RATED, Presence.NOT_REGISTERED)
CALM = (Verb.UNCHANGED, Verb.READABLE, Verb.SYNC)

gaps = st.sampled_from(GAPS)


class Finding(RuleBasedStateMachine):
    """One key, read, lost, absent, acknowledged and snoozed in any order."""

    @initialize()
    def begin(self) -> None:
        """Know nothing."""
        self.now = START
        self.state: Known | None = None
        self.told: set[str] = set()
        self.good_reads: list[datetime] = []
        self.absences: list[datetime] = []

    def _run(self, seen: Observation, gap: timedelta) -> tuple[Known | None, Step]:
        self.now += gap
        before = self.state
        seen = replace(seen, reading=replace(seen.reading, observed_at=self.now))
        made = step(before, seen, self.now, RULES)
        self.state = made.state
        self._one_name_for_each_message(before, made)
        self._an_open_red_is_red(made.state)
        self._reminders_are_wanted(before, made)
        return before, made

    # What a run may see...

    @rule(
        level=st.sampled_from(LEVELS),
        reason=st.sampled_from(["", "late"]),
        disputed=st.booleans(),
        gap=gaps,
        recovers=st.sampled_from([True, True, True, False]),
    )
    def read(self, level: Level, reason: str, disputed: bool, gap: timedelta, recovers: bool) -> None:
        """A level, a red one perhaps disputed, perhaps in a visit that drifts."""
        disputed = disputed and level.is_red
        reading = Reading(KEY, Presence.SHOWN, START, level, reason=reason, disputed=disputed, origin=PAGE)
        before, made = self._run(Observation(reading, recovers=recovers), gap)
        state, verb = made.state, made.verb
        self._count(level, recovers)
        was_open = before is not None and before.is_open
        told_max = before.incident.notified_max if before is not None and before.incident else Level.UNKNOWN

        if level.is_open and (not was_open or level.worse_than(told_max)):
            assert made.tell is Tell.AT_ONCE
            assert verb.is_alarm
        if level.is_red:
            assert state.is_open
            shown_red = may_show(state, fresh=True)
            assert shown_red.level is not None
            assert shown_red.level.is_red
            if disputed and state.good is reading:
                assert not shown_red.certain
        if was_open and before is not None and before.is_disputed and before.level is level and not reason:
            assert not verb.is_alarm
        if verb is Verb.WORSENED:
            assert state.incident is not None
            assert (state.incident.ack, state.incident.snoozed_until) == (None, None)
        if verb is Verb.RESOLVED:
            assert self._read_well_twice()
            assert not state.flapping
        if verb in (Verb.RESOLVED, Verb.IMPROVED):
            assert recovers
        if was_open and not level.worse_than(before.level if before else level) and verb is not Verb.WORSENED:
            self._acknowledgement_stays(before, state, verb)
        if verb in CALM and recovers and state.pending_down is None and not state.flapping:
            assert state.told is state.level
        shown = may_show(state, fresh=True)
        if shown.level is Level.OK:
            assert level is Level.OK
            assert not state.is_open

    @rule(presence=st.sampled_from(ABSENT), resolves=st.booleans(), gap=gaps)
    def absent(self, presence: Presence, resolves: bool, gap: timedelta) -> None:
        """The console says it is not there, or a list read whole does not name it."""
        reading = Reading(KEY, presence, START, origin=PAGE)
        before, made = self._run(Observation(reading, resolves=resolves), gap)
        self.absences.append(self.now)

        if made.verb is Verb.RESOLVED:
            assert resolves
            assert len(self.absences) >= RULES.absent_reads
        elif before is not None and before.is_open:
            assert made.state.is_open
            assert made.state.level is before.level
        assert may_show(made.state, fresh=True).level is not Level.OK

    @rule(presence=st.sampled_from([Presence.UNREADABLE, Presence.NOT_OBSERVED]), gap=gaps)
    def lost(self, presence: Presence, gap: timedelta) -> None:
        """Nothing could be read: nothing that was known changes, and nothing is green."""
        before, made = self._run(Observation(Reading(KEY, presence, START)), gap)
        state = made.state

        assert made.verb in (Verb.UNREADABLE, Verb.NOT_OBSERVED)
        assert may_show(state, fresh=True).level is not Level.OK
        if before is not None:
            neutral = ("good", "opened_at", "pending_down", "levels", "told", "incident")
            streaks = ("absent_streak", "absent_since", "vanished", "flapping", "had_incident")
            for name in (*neutral, *streaks):
                assert getattr(state, name) == getattr(before, name)

    # ... and what people may do.

    @precondition(lambda self: self.state is not None and self.state.is_open)
    @rule(days=st.sampled_from([None, 1, 9]))
    def acknowledged(self, days: int | None) -> None:
        """Somebody knows of it, perhaps for some days only."""
        assert self.state is not None
        until = None if days is None else self.now + timedelta(days=days)
        self.state = acknowledge(self.state, "ann", "seen", self.now, until)

    @precondition(lambda self: self.state is not None and self.state.is_open)
    @rule(days=st.sampled_from([1, 9]))
    def snoozed(self, days: int) -> None:
        """Somebody wants no reminders for some days."""
        assert self.state is not None
        self.state = snooze(self.state, self.now + timedelta(days=days))

    # What must hold after each of them.

    def _count(self, level: Level, recovers: bool) -> None:
        """Keep the good reads since the last one that was not, as the specification counts them."""
        self.absences.clear()
        if level is not Level.OK:
            self.good_reads.clear()
        elif recovers:
            self.good_reads.append(self.now)

    def _read_well_twice(self) -> bool:
        """Tell whether two good reads lie far enough apart."""
        return any(
            later - earlier >= RULES.good_apart
            for place, earlier in enumerate(self.good_reads)
            for later in self.good_reads[place + 1 :]
        )

    def _one_name_for_each_message(self, before: Known | None, made: Step) -> None:
        number = 0 if before is None else before.number
        assert made.state.number >= number
        if made.tell is not Tell.NOT:
            incident = made.state.incident or (before.incident if before is not None else None)
            name = f"{incident.id if incident else ''}/{made.state.number}/{made.verb}"
            assert name not in self.told
            self.told.add(name)

    def _an_open_red_is_red(self, state: Known) -> None:
        if state.is_open:
            assert state.level.is_open
            assert state.had_incident
            assert state.incident is not None
        if state.is_open and state.level.is_red:
            for fresh in (True, False):
                shown = may_show(state, fresh=fresh).level
                assert shown is not None
                assert not state.level.worse_than(shown)
                assert shown.is_red

    def _reminders_are_wanted(self, before: Known | None, made: Step) -> None:
        if made.remind:
            assert before is not None
            assert active_ack(before, self.now) is None
            assert before.incident is not None
            told = before.incident.told_at
            # One that was told further in the future than that was told by a clock that was wrong.
            assert told is None or abs(self.now - told) >= RULES.reminder

    def _acknowledgement_stays(self, before: Known | None, state: Known, verb: Verb) -> None:
        if before is not None and before.incident is not None and verb is not Verb.RESOLVED:
            assert state.incident is not None
            assert state.incident.ack == before.incident.ack


Finding.TestCase.settings = settings(
    max_examples=1000,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestA17AnyOrderOfEvents = Finding.TestCase
TestA17AnyOrderOfEvents.__doc__ = "Case A17: whatever happens in whatever order, the invariants hold."
