"""The state machine of one key: what was known and what one run saw of it → one verb and the new state.

The rows are those of the specification (`n` is how many good reads are wanted):

    before        seen                              verb
    nothing       ok                                appeared                                          1
    nothing, ok   warning or worse                  new, regressed after an earlier finding          2, 3
    open          worse, or another matter          worsened; acknowledgement and snooze end          4
    any           worse, disputed                   as in rows 2 to 4, and marked                     5
    any           the same                          unchanged; firm, it settles the mark              6
    open          better, fewer than n times        improving                                         7
    open          better, n times                   improved to the worst of them, or resolved     8, 9
    open          absent                            vanishing, then vanished: still open           10, 11
    open          not on a list read whole          vanishing, then resolved                         11b
    any           unreadable, not observed          nothing changes but the streak                12, 13
    any           flapping                          nothing improves or resolves                     14
    any           calm, and something else was told sync                                             15

Pure: the moment comes in, and a clock that was set back measures nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checker.compare.deadlines import is_other_deadline, steps_passed
from checker.compare.flapping import flaps, with_level
from checker.compare.observations import Observation, Sort
from checker.compare.overlays import elapsed, incident_id, incident_of, is_accepted, is_due, is_muted
from checker.model import Incident, Known, Level, Pending, Reading, Rules, Tell, Verb

__all__ = ["Step", "step"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """What one run made of one key.

    verb: what happened. state: what is known now. tell: how it is told.
    remind: an open finding nobody acknowledged may be mentioned again.
    flap_summary: that it goes to and fro may be said, at most once a day.
    """

    verb: Verb
    state: Known
    tell: Tell = Tell.NOT
    remind: bool = False
    flap_summary: bool = False


def step(state: Known | None, seen: Observation, now: datetime, rules: Rules) -> Step:
    """Return what a run that saw this makes of what was known."""
    before = Known(seen.reading.key, last=seen.reading) if state is None else state
    match seen.sort:
        case Sort.READ:
            return _flapping(_read(before, seen, now, rules), now)
        case Sort.UNJUDGED:
            return _unjudged(before, seen.reading)
        case Sort.ABSENT:
            return _absent(before, seen, now, rules)
        case Sort.UNREADABLE:
            return _unreadable(before, seen.reading, now)
        case Sort.NOT_OBSERVED:
            after = replace(before, last=seen.reading, not_observed_streak=before.not_observed_streak + 1)
            return Step(Verb.NOT_OBSERVED, after)


# A level was read...


def _read(before: Known, seen: Observation, now: datetime, rules: Rules) -> Step:
    reading = seen.reading
    levels = with_level(before.levels, reading.level)
    state = replace(_answered(before, reading), levels=levels, flapping=flaps(levels, before.flapping))
    if not before.is_open:
        # What was believed before a finding was closed is over: only what is read now counts.
        if reading.level.is_open:
            return _worse(before, state, seen, now)
        return _same(before, state, seen, now, rules) if before.good else _appeared(state, reading)
    if before.good is None or _is_worse(before, before.good, seen):
        return _worse(before, state, seen, now)
    if before.level.worse_than(reading.level):
        return _better(state, seen, now, rules)
    return _same(before, state, seen, now, rules)


def _answered(before: Known, reading: Reading) -> Known:
    """Return the state after the console answered: no streak goes on, and nothing is gone."""
    return replace(
        before,
        last=reading,
        vanished=False,
        unreadable_streak=0,
        absent_streak=0,
        not_observed_streak=0,
        absent_since=None,
        unreadable_told=None,
        was_read=True,
        accepted=None,
    )


def _is_worse(before: Known, good: Reading, seen: Observation) -> bool:
    reading = seen.reading
    if reading.level.worse_than(good.level):
        return True
    if reading.level is not good.level or not reading.level.is_open:
        return False
    more = (
        seen.counts_alone
        and good.value is not None
        and reading.value is not None
        and reading.value > good.value
    )
    return (
        more or _is_other_reason(good, reading) or is_other_deadline(_told_deadline(before), reading.deadline)
    )


def _is_other_reason(good: Reading, reading: Reading) -> bool:
    """Tell whether the same level has another reason; a dispute may have hidden either's."""
    if good.disputed or reading.disputed:
        return reading.reason != good.reason and "" not in (reading.reason, good.reason)
    return reading.reason != good.reason


def _told_deadline(before: Known) -> datetime | None:
    """Return the deadline that was told, from which one that creeps is measured; else the one last drawn."""
    told = None if before.incident is None else before.incident.deadline
    return before.deadline if told is None else told


def _appeared(state: Known, reading: Reading) -> Step:
    return Step(Verb.APPEARED, replace(state, good=reading, told=reading.level))


def _worse(before: Known, state: Known, seen: Observation, now: datetime) -> Step:
    reading = seen.reading
    if before.is_open:
        verb, incident = Verb.WORSENED, replace(incident_of(before), ack=None, snoozed_until=None)
    else:
        verb = Verb.REGRESSED if before.had_incident else Verb.NEW
        incident = Incident(incident_id(before), reading.level)
        state = replace(state, opened_at=reading.observed_at)
    higher = incident.notified_max is Level.UNKNOWN or reading.level.worse_than(incident.notified_max)
    tell = Tell.AT_ONCE if higher or not state.flapping else Tell.NOT
    incident = replace(
        incident,
        max_level=_worst(incident.max_level, reading.level),
        deadline_steps=0,
        deadline=reading.deadline or state.deadline if before.is_open else reading.deadline,
    )
    confirmed = replace(state, good=reading, pending_down=None, had_incident=True, incident=incident)
    if tell is Tell.NOT:
        return Step(verb, replace(confirmed, number=confirmed.number + 1))
    return Step(verb, _told_alarm(confirmed, now), tell)


def _same(before: Known, state: Known, seen: Observation, now: datetime, rules: Rules) -> Step:
    reading = seen.reading
    if not seen.recovers and before.is_disputed:
        # What is read in a visit that drifts was read: it settles no dispute, and a recovery begins anew.
        return Step(Verb.UNCHANGED, replace(state, pending_down=None))
    calm = replace(_with_deadline(state), good=reading, pending_down=None)
    if before.told is not None and before.told is not reading.level and not state.flapping:
        return Step(Verb.SYNC, _told(calm, reading.level, now), Tell.DIGEST)
    remind = _wants_reminder(calm, now, rules)
    if remind:
        calm = replace(calm, incident=replace(incident_of(calm), told_at=now))
    return replace(_as_before(before, calm), remind=remind)


def _with_deadline(state: Known) -> Known:
    """Return the state with its deadline kept in the finding, for a look that does not draw it."""
    if not state.is_open or state.deadline is None or incident_of(state).deadline is not None:
        return state
    return replace(state, incident=replace(incident_of(state), deadline=state.deadline))


def _as_before(before: Known, state: Known) -> Step:
    """Return that nothing changed, but perhaps that it can be read again."""
    if not before.unreadable_streak:
        return Step(Verb.UNCHANGED, state)
    return Step(Verb.READABLE, replace(state, number=state.number + 1), Tell.DIGEST)


def _wants_reminder(state: Known, now: datetime, rules: Rules) -> bool:
    if not state.is_open or state.flapping or is_muted(state, now):
        return False
    return is_due(incident_of(state).told_at, rules.reminder, now)


def _better(state: Known, seen: Observation, now: datetime, rules: Rules) -> Step:
    if not seen.recovers:
        # It counts for nothing, but what speaks against a recovery is not forgotten.
        return Step(Verb.UNCHANGED, replace(state, pending_down=_doubted(state.pending_down, seen.reading)))
    pending = _lower(state.pending_down, seen.reading, now, rules)
    state = replace(state, pending_down=pending)
    if pending.reads < rules.good_reads or state.flapping:
        return Step(Verb.IMPROVING, state)
    if pending.level is Level.OK:
        return Step(Verb.RESOLVED, _closed(state, pending.reading), Tell.AT_ONCE)
    # What is better still begins to count anew.
    still_better = pending.level.worse_than(seen.reading.level)
    rest = Pending(seen.reading, 1, now) if still_better else None
    incident = _with_deadline_of(incident_of(state), state.good, pending.reading)
    improved = replace(state, good=pending.reading, pending_down=rest, incident=incident)
    return Step(Verb.IMPROVED, _told(improved, pending.level, now), Tell.DIGEST)


def _with_deadline_of(incident: Incident, before: Reading | None, now: Reading) -> Incident:
    """Return the incident with no step announced, if what is believed now has another deadline."""
    if now.deadline is None:
        return replace(incident, deadline=incident.deadline or (None if before is None else before.deadline))
    same = before is not None and before.deadline == now.deadline
    return replace(incident, deadline=now.deadline, deadline_steps=incident.deadline_steps if same else 0)


def _doubted(pending: Pending | None, reading: Reading) -> Pending | None:
    if pending is None or not reading.level.worse_than(pending.level):
        return pending
    return replace(pending, reading=reading)


def _lower(before: Pending | None, reading: Reading, now: datetime, rules: Rules) -> Pending:
    """Return what is pending after one more better read; reads too close to each other count once."""
    if before is None:
        return Pending(reading, 1, now)
    worst = before.reading if before.level.worse_than(reading.level) else reading
    if now < before.at:  # the clock was set back: the time between cannot be known
        return Pending(worst, before.reads, now)
    if now - before.at < rules.good_apart:
        return Pending(worst, before.reads, before.at)
    return Pending(worst, before.reads + 1, now)


def _closed(state: Known, good: Reading | None) -> Known:
    closed = replace(
        state,
        good=state.good if good is None else good,
        opened_at=None,
        vanished=False,
        pending_down=None,
        incident=None,
        flap_told=None,
    )
    return replace(closed, told=Level.OK, number=closed.number + 1)


# ... or not.


def _unjudged(before: Known, reading: Reading) -> Step:
    """Read, and nobody judged it: it is readable again, and neither better nor worse."""
    after = replace(
        before,
        last=reading,
        unreadable_streak=0,
        not_observed_streak=0,
        unreadable_told=None,
        was_read=True,
        accepted=None,
    )
    return _as_before(before, after)


def _absent(before: Known, seen: Observation, now: datetime, rules: Rules) -> Step:
    since = before.absent_since or now
    state = replace(
        _answered(before, seen.reading),
        vanished=before.vanished,
        absent_streak=before.absent_streak + 1,
        absent_since=min(since, now),
    )
    if not before.is_open:
        return Step(Verb.UNCHANGED, state)
    if state.absent_streak < rules.absent_reads:
        return Step(Verb.VANISHING, state)
    if seen.resolves and seen.recovers:
        if elapsed(state.absent_since, now) < rules.good_apart:
            return Step(Verb.VANISHING, state)
        return Step(Verb.RESOLVED, _closed(state, None), Tell.AT_ONCE)
    if before.vanished:
        return Step(Verb.UNCHANGED, state)
    gone = replace(state, vanished=True, number=state.number + 1)
    return Step(Verb.VANISHED, gone, Tell.AT_ONCE)


def _unreadable(before: Known, reading: Reading, now: datetime) -> Step:
    state = replace(before, last=reading, unreadable_streak=before.unreadable_streak + 1)
    if is_accepted(before, now) or not _tells_unreadable(before, now):
        return Step(Verb.UNREADABLE, state)
    told = replace(state, unreadable_told=now, number=state.number + 1)
    return Step(Verb.UNREADABLE, told, Tell.AT_ONCE if before.is_open else Tell.DIGEST)


def _tells_unreadable(before: Known, now: datetime) -> bool:
    """Tell whether it is to be said: the first time, then daily; of what never could be read, once."""
    if not before.unreadable_streak:
        return True
    if not before.was_read and not before.is_open:
        return before.unreadable_told is None
    return is_due(before.unreadable_told, _DAY, now)


# What is noted beside the verb...


def _flapping(made: Step, now: datetime) -> Step:
    """Add that a key began to go to and fro, and a summary for every further day of it."""
    state = made.state
    if not state.flapping:
        return replace(made, state=replace(state, flap_told=None)) if state.flap_told else made
    if not is_due(state.flap_told, _DAY, now) or is_muted(state, now):
        return made
    return replace(made, state=replace(state, flap_told=now, number=state.number + 1), flap_summary=True)


def _told(state: Known, level: Level, now: datetime | None = None) -> Known:
    incident = state.incident
    if incident is not None and now is not None:
        incident = replace(incident, told_at=now)
    return replace(state, told=level, number=state.number + 1, incident=incident)


def _told_alarm(state: Known, now: datetime) -> Known:
    """Return the state after its red was told: with it, its deadline was."""
    incident, level = incident_of(state), state.level
    deadline = state.deadline
    told = replace(
        incident,
        notified_max=_worst(incident.notified_max, level),
        told_at=now,
        deadline_steps=steps_passed(deadline, now),
        group="",
        grouped_at=None,
        rereads=0,
    )
    return replace(state, told=level, number=state.number + 1, incident=told)


def _worst(one: Level, other: Level) -> Level:
    return other if one is Level.UNKNOWN or other.worse_than(one) else one
