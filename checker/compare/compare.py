"""Compare what a run read with what was known before it; pure, and linear in what is known.

    visits → one observation of each key → the reds of a page that was rebuilt are disputed → one step of the
    state machine each → deadlines → the events that make one message of many changes

What could not be read changes nothing but that it could not; nothing but a reading closes a finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from checker.compare.causes import cause_of
from checker.compare.deadlines import step_name, steps_passed
from checker.compare.drift import drift_change, is_drift
from checker.compare.events import group
from checker.compare.faults import doubt_rebuilt
from checker.compare.groups import released, remember_groups
from checker.compare.machine import Step, step
from checker.compare.observations import Observation, observations
from checker.compare.overlays import incident_of, key_id
from checker.compare.places import by_site
from checker.model import Change, Event, Key, Known, Level, Place, Reading, Rules, Tell, Verb, Visit

__all__ = ["Comparison", "compare"]

_DEFAULT: Final = Rules()
# What clocks slip by without having been wrong: what was announced meanwhile is not announced again.
_SLIP: Final = timedelta(days=1)
_SILENT: Final = (Verb.APPEARED, Verb.UNCHANGED, Verb.NOT_OBSERVED)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a run changed.

    changes: every difference, told or not. known: the new state of every key the run touched.
    events: what many changes are told as. reminders: the open findings that may be mentioned again.
    disputed: the reds that a changed page speaks against; their states hold the readings with both sides.
    """

    changes: tuple[Change, ...] = ()
    known: Mapping[Key, Known] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    reminders: tuple[Key, ...] = ()
    disputed: frozenset[Key] = frozenset()


def compare(
    known: Mapping[Key, Known], visits: Sequence[Visit], now: datetime, rules: Rules = _DEFAULT
) -> Comparison:
    """Compare a run with `known`: everything known of the accounts it visited."""
    sites = by_site(known, visits)
    seen, faults = doubt_rebuilt(known, observations(sites, visits))
    steps = {key: step(known.get(key), entry, now, rules) for key, entry in seen.items()}
    after = {key: made.state for key, made in steps.items()}
    beside = _reds_by_site(seen.values())
    changes = [c for key, made in steps.items() for c in _changes(known, seen[key], made, beside)]
    changes += [drift_change(v) for v in visits if v.readings and is_drift(sites[v.place], v)]
    changes += _released(known, steps, after, now)
    changes += _deadlines(known, after, now)
    told, events = group(known, visits, changes, faults, now)
    remember_groups(after, told, events, now)
    reminders = tuple(key for key, made in steps.items() if made.remind)
    return Comparison(tuple(told), after, tuple(events), reminders, faults)


def _reds_by_site(seen: Iterable[Observation]) -> Mapping[Place, list[Reading]]:
    reds: dict[Place, list[Reading]] = defaultdict(list)
    for entry in seen:
        if entry.reading.level.is_open:
            reds[entry.reading.key.place].append(entry.reading)
    return reds


def _changes(
    known: Mapping[Key, Known],
    seen: Observation,
    made: Step,
    beside: Mapping[Place, list[Reading]],
) -> Iterable[Change]:
    if made.verb not in _SILENT and not (made.verb is Verb.UNREADABLE and made.tell is Tell.NOT):
        yield _change(known.get(made.state.key), seen, made, beside.get(made.state.key.place, ()))
    if made.flap_summary:
        yield _beside(made.state, Verb.FLAPPING, Tell.DIGEST, "goes to and fro between levels")


def _change(before: Known | None, seen: Observation, made: Step, beside: Sequence[Reading]) -> Change:
    state, reading, level = made.state, seen.reading, _level(seen, made)
    incident = state.incident or (before.incident if before else None)
    return Change(
        made.verb,
        state.key,
        level,
        level_before=None if before is None or before.good is None else before.level,
        cause=cause_of(reading, seen.site, beside) if reading.level.is_open else None,
        detail=_detail(seen, made),
        since=state.opened_at or (before.opened_at if before is not None else None),
        reading=reading,
        tell=made.tell,
        incident=key_id(state.key) if incident is None else incident.id,
        number=state.number,
    )


def _level(seen: Observation, made: Step) -> Level:
    """Return the level a change tells of."""
    match made.verb:
        case Verb.RESOLVED:
            return Level.OK
        case Verb.UNREADABLE:
            return Level.UNKNOWN
        case Verb.READABLE:
            return seen.reading.level
        case _:
            return made.state.level


def _detail(seen: Observation, made: Step) -> str:
    reading = seen.reading
    match made.verb:
        case Verb.UNREADABLE:
            return reading.reason
        case Verb.VANISHED:
            return f"gone ({reading.presence.value}), not known to be fixed"
        case Verb.VANISHING | Verb.RESOLVED if seen.resolves:
            return "no longer on the list, which was read whole"
        case Verb.VANISHING:
            return f"gone ({reading.presence.value}) for the first time"
        case _:
            return reading.native


def _beside(state: Known, verb: Verb, tell: Tell, detail: str) -> Change:
    """Return a change that tells something beside what the state machine said."""
    return Change(
        verb,
        state.key,
        state.level,
        detail=detail,
        since=state.opened_at,
        reading=state.good,
        tell=tell,
        incident=key_id(state.key) if state.incident is None else state.incident.id,
        number=state.number,
    )


def _deadlines(known: Mapping[Key, Known], after: dict[Key, Known], now: datetime) -> Iterable[Change]:
    """Yield each step towards a deadline that was not announced yet, read in this run or not."""
    for key in {**known, **after}:
        state = after.get(key) or known[key]
        if state.opened_at is None or state.deadline is None:
            continue
        incident, passed = incident_of(state), steps_passed(state.deadline, now)
        if steps_passed(state.deadline, now + _SLIP) < incident.deadline_steps:
            # A clock that was far ahead announced steps that have not come yet: they will be, in their time.
            after[key] = replace(state, incident=replace(incident, deadline_steps=passed))
        elif passed > incident.deadline_steps:
            told = replace(incident, deadline_steps=passed)
            after[key] = replace(state, incident=told, number=state.number + 1)
            yield _beside(after[key], Verb.DEADLINE, Tell.AT_ONCE, step_name(passed))


def _released(
    known: Mapping[Key, Known], steps: Mapping[Key, Step], after: dict[Key, Known], now: datetime
) -> Iterable[Change]:
    """Yield what was told only as part of a group, and is now told by itself."""
    for key, own, why in released(known, steps, after, now):
        after[key] = replace(after[key], incident=own, number=after[key].number + 1)
        yield _beside(after[key], Verb.RELEASED, Tell.AT_ONCE, why)
