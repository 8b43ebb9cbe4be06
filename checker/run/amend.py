"""What a reading that was mended afterwards means for what is known; pure.

What nobody has read since is news of today: it goes through the ordinary comparison, at its own time.
What something later was read of already fills a gap in the past, and never touches what is known now:

    red, and the key was red before it or after it for the same reason      known: nothing to tell
    red, nothing of it before or after                                      came and went: told once
    red, and the open finding was thought to begin later                    it began then
    not red                                                                 the history shows it

What is told is told once: a mended reading is never mended again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from checker.compare import PAGE_MARK, Comparison, cause_of, compare, incident_id
from checker.model import Change, Key, Known, Level, Presence, Reading, Tell, Verb, Visit

__all__ = ["Amended", "amend", "is_read", "mended"]

History = Callable[[Key], Sequence[Reading]]
"""The readings of a key, of any presence, in any order."""


@dataclass
class Amended:
    """What came of the mended visits: what to tell, and the new state of every key they touched."""

    changes: list[Change] = field(default_factory=list)
    known: dict[Key, Known] = field(default_factory=dict)


def is_read(reading: Reading | None) -> bool:
    """Tell whether a reading is one: not something that could not be read, or was never come to."""
    return reading is not None and reading.presence not in (Presence.UNREADABLE, Presence.NOT_OBSERVED)


def mended(then: Visit, now: Visit, run_id: str) -> tuple[Reading, ...]:
    """Return the readings that today's flow has and the visit had not, marked with the run they mend.

    What was read then stays as it was read, whatever today's flow says of it.
    """
    before = {reading.key: reading for reading in then.readings}
    if then.readings and all(is_read(reading) for reading in then.readings):
        return ()
    return tuple(
        _marked(reading, before.get(reading.key), run_id)
        for reading in now.readings
        if is_read(reading) and not is_read(before.get(reading.key))
    )


def amend(
    known: Mapping[Key, Known], visits: Iterable[tuple[Visit, Collection[Key]]], history: History
) -> Amended:
    """Return what mended visits, each with the keys that were mended in it, change in what is known.

    The visits are whole: what they read then beside what was mended, the oldest visit first.
    """
    amended, states = Amended(), dict(known)
    added: dict[Key, list[Reading]] = defaultdict(list)

    def past(key: Key) -> Sequence[Reading]:
        return (*history(key), *added[key])

    for visit, keys in visits:
        readings = [reading for reading in visit.readings if reading.key in keys]
        current = {reading.key for reading in readings if _is_news(reading, states, past)}
        comparison = _compared(states, visit)
        allowed = current | _unlisted(comparison, visit, states)
        for key, state in comparison.known.items():
            if key in allowed:
                amended.known[key] = states[key] = _in_place(states.get(key), state)
        amended.changes += [change for change in comparison.changes if _tells(change, allowed)]
        for reading in readings:
            if reading.key not in current:
                _fill(amended, states, reading, visit, past(reading.key))
            # The next day's reading must know of it: what was told of the one is not told of the other.
            added[reading.key].append(reading)
    return amended


def _compared(known: Mapping[Key, Known], visit: Visit) -> Comparison:
    """Compare one visit at its own time: the one place that calls the ordinary comparison.

    A mended day is told key by key: what it would have been told as, together with others, is past.
    """
    moments = [reading.observed_at for reading in visit.readings]
    at = visit.finished_at or max(moments, default=visit.started_at)
    if at is None:
        return Comparison()
    made = compare(known, [visit], at)
    return replace(made, changes=tuple(replace(change, event="") for change in made.changes), events=())


def _tells(change: Change, allowed: Collection[Key]) -> bool:
    silent = change.tell is Tell.NOT or change.verb in (Verb.UNREADABLE, Verb.DRIFT)
    return change.key in allowed and not silent


def _is_news(reading: Reading, known: Mapping[Key, Known], history: History) -> bool:
    """Tell whether nothing was read later of the key, or of the list that would name it."""
    if any(is_read(other) and other.observed_at > reading.observed_at for other in history(reading.key)):
        return False
    key = reading.key
    covers = f"{key.metric}@{key.variant}" if key.variant else key.metric
    proofs = (covers, f"{PAGE_MARK}{reading.origin.page}")
    return not key.item or not any(
        last.observed_at > reading.observed_at and is_read(last) and last.covers in proofs
        for state in known.values()
        if state.key.head != key.head or not state.key.item
        for last in (state.last,)
        if state.key.place == key.place
    )


def _unlisted(comparison: Comparison, visit: Visit, known: Mapping[Key, Known]) -> set[Key]:
    """Return the open items that a mended list no longer names, and nothing later was read of."""
    named = {reading.key for reading in visit.readings}
    at = min((reading.observed_at for reading in visit.readings), default=None)
    return {
        key
        for key in comparison.known
        if key not in named and key in known and at is not None and known[key].last.observed_at <= at
    }


def _in_place(before: Known | None, after: Known) -> Known:
    """Return the new state with the last look as it was: what was not seen since is still not seen."""
    if before is None or before.last.observed_at <= after.last.observed_at:
        return after
    return replace(after, last=before.last, unreadable_streak=before.unreadable_streak)


def _fill(
    amended: Amended,
    states: dict[Key, Known],
    reading: Reading,
    visit: Visit,
    history: Sequence[Reading],
) -> None:
    """Put a red into the past: tell it if it came and went unseen, or let the open finding begin with it."""
    if not reading.level.is_open:
        return
    real = sorted((one for one in history if is_read(one)), key=lambda one: one.observed_at)
    before = [one for one in real if one.observed_at <= reading.observed_at]
    after = [one for one in real if one.observed_at > reading.observed_at]
    state = states.get(reading.key)
    if state is not None and state.opened_at is not None and state.opened_at > reading.observed_at:
        until = [one for one in after if one.observed_at <= state.opened_at]
        if all(one.level.is_open for one in until):
            since = min(state.opened_at, reading.observed_at)
            amended.known[reading.key] = states[reading.key] = replace(state, opened_at=since)
    if any(_same(one, reading) for one in (*before[-1:], *after[:1])):
        return
    if any(one.level.is_open and not reading.level.worse_than(one.level) for one in after[:1]):
        # The next look was as bad or worse, and was told: this is how it began.
        return
    state = states.get(reading.key) or Known(reading.key, last=reading, was_read=True)
    told = [*_came_and_went(reading, visit, before[-1:], after[:1])]
    # A message of its own, with a number no other message of the key has.
    incident = incident_id(state)
    amended.changes += [
        replace(change, incident=incident, number=state.number + place)
        for place, change in enumerate(told, start=1)
    ]
    seen = replace(state, had_incident=True, number=state.number + len(told))
    amended.known[reading.key] = states[reading.key] = seen


def _same(one: Reading, other: Reading) -> bool:
    return one.level.is_open and one.fingerprint == other.fingerprint


def _came_and_went(
    reading: Reading, visit: Visit, before: Sequence[Reading], after: Sequence[Reading]
) -> Iterable[Change]:
    was_open = any(one.level.is_open for one in before)
    yield Change(
        Verb.WORSENED if was_open else Verb.NEW,
        reading.key,
        reading.level,
        level_before=before[0].level if before and before[0].level is not Level.UNKNOWN else None,
        cause=cause_of(reading, visit.site, visit.readings),
        detail=reading.native,
        since=reading.observed_at,
        reading=reading,
    )
    if not any(one.level.is_open for one in after):
        yield Change(
            Verb.RESOLVED,
            reading.key,
            Level.OK,
            reading.level,
            detail=_over(after),
            since=reading.observed_at,
            reading=after[0] if after else None,
        )


def _over(after: Sequence[Reading]) -> str:
    when: datetime | None = after[0].observed_at if after else None
    return (
        "over by the next reading"
        if when is None
        else f"over when it was next read, {when:%Y-%m-%d %H:%M} UTC"
    )


def _marked(reading: Reading, before: Reading | None, run_id: str) -> Reading:
    """Return a reading as the mended one of that run: seen when the other was, with the same pictures."""
    if before is None:
        return replace(reading, repaired=run_id)
    return replace(reading, repaired=run_id, observed_at=before.observed_at, evidence=before.evidence)
