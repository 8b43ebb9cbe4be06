"""Findings told as a group across accounts: when they are read again, and when each is told by itself.

A group says "most of your accounts, unconfirmed". It is read again after 30, 60 and 120 minutes; a finding
leaves it with a message of its own once another sort of source says the same, once it was read again twice
and is still there, or after two hours. One that gets worse meanwhile is told at once anyhow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from checker.compare.machine import Step
from checker.compare.overlays import elapsed
from checker.model import Change, Event, Incident, Key, Known, Origin, Verb

__all__ = ["REREADS", "Released", "due_again", "released", "remember_groups"]

REREADS: Final = (timedelta(minutes=30), timedelta(minutes=60), timedelta(minutes=120))
"""How long after a group was told it is read again."""

_ENOUGH: Final = 2
_LIFE: Final = REREADS[-1]
_LATEST: Final = 2 * _LIFE
_STILL_THERE: Final = (Verb.UNCHANGED, Verb.READABLE)

Released = tuple[Key, Incident, str]
"""A finding that leaves its group: its key, itself without one, and why."""


def due_again(states: Iterable[Known], now: datetime) -> list[Key]:
    """Return what was told in a group and is to be read again by now."""
    return sorted(state.key for state in states if _is_due(state.incident, now))


def _is_due(incident: Incident | None, now: datetime) -> bool:
    if incident is None or not incident.group or incident.rereads >= len(REREADS):
        return False
    # What could not be read again for hours is left to the ordinary runs.
    return REREADS[incident.rereads] <= elapsed(incident.grouped_at, now) <= _LATEST


def released(
    known: Mapping[Key, Known], steps: Mapping[Key, Step], after: dict[Key, Known], now: datetime
) -> Iterator[Released]:
    """Count what was read again in `after`, and yield each finding that is to be told by itself."""
    for key, made in steps.items():
        incident, before = made.state.incident, known.get(key)
        if incident is None or not incident.group or before is None or made.verb not in _STILL_THERE:
            continue
        if _is_due(incident, now):
            incident = replace(incident, rereads=incident.rereads + 1)
            after[key] = replace(after[key], incident=incident)
        why = _why(incident, before, made.state, now)
        if why:
            own = replace(incident, group="", grouped_at=None, rereads=0, told_at=now)
            yield key, own, why


def _why(incident: Incident, before: Known, state: Known, now: datetime) -> str:
    """Return why a finding that is still there leaves its group, nothing if it does not yet."""
    if _is_another_source(before, state):
        return "another source says the same"
    if incident.rereads >= _ENOUGH:
        return "still red after it was read again twice"
    grouped_at = incident.grouped_at
    if elapsed(grouped_at, now) >= _LIFE or (grouped_at is not None and grouped_at - now > _LIFE):
        return "still red after the group it was told in"
    return ""


def _is_another_source(before: Known, state: Known) -> bool:
    if before.good is None or state.good is None:
        return False
    one, other = before.good.origin, state.good.origin
    return Origin() not in (one, other) and bool(one.page) is not bool(other.page)


def remember_groups(
    after: dict[Key, Known], told: Iterable[Change], events: Iterable[Event], now: datetime
) -> None:
    """Note in each finding told by a group across accounts that it had no message of its own."""
    shared = {event.id for event in events if event.inhibits}
    for change in told:
        state = after.get(change.key)
        if change.event in shared and state is not None and state.incident is not None:
            own = replace(state.incident, group=change.event, grouped_at=now, rereads=0)
            after[change.key] = replace(state, incident=own)
