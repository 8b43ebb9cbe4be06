"""One run: every visit it made, what that changed, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from checker.model.changes import Change, Event, Tell, Verb
from checker.model.exits import Exit, gravest
from checker.model.findings import Known
from checker.model.levels import Level, Presence, Registration
from checker.model.outcomes import CLOSED_TO_US, FACTS, Outcome
from checker.model.records import Key, Reading, Visit

__all__ = ["Run", "exit_code", "visit_exit"]


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run; `dry_run` means it was neither stored nor told.

    events: what many changes are told as. reminders: the open findings mentioned again.
    """

    run_id: str
    started_at: datetime
    finished_at: datetime
    visits: tuple[Visit, ...]
    changes: tuple[Change, ...]
    exit_code: int
    dry_run: bool = False
    events: tuple[Event, ...] = ()
    reminders: tuple[Key, ...] = field(default=(), compare=False)

    @property
    def readings(self) -> Iterator[Reading]:
        """Every reading of every visit, in the order read."""
        return (reading for visit in self.visits for reading in visit.readings)


def visit_exit(visit: Visit, *, was_read: bool = False) -> int:
    """Return the exit code a visit asks for by the way it ended.

    Args:
        visit: The visit.
        was_read: Whether anything of the site was ever read. Only a site the console names, and that was
            never opened, may be out of reach without anything being amiss.

    Returns:
        The exit code.
    """
    if visit.outcome is Outcome.NOT_REACHABLE:
        unopened = visit.site.registration in (Registration.PENDING, Registration.NOT_REGISTERED)
        return Exit.OK if unopened and not was_read else Exit.INCOMPLETE
    return FACTS[visit.outcome].exit


def exit_code(
    visits: Iterable[Visit],
    changes: Iterable[Change],
    known: Iterable[Known],
    fail_on: Level = Level.WARNING,
    now: datetime | None = None,
) -> int:
    """Return the gravest exit code of a run.

    Args:
        visits: The visits of the run.
        changes: What the run has to tell.
        known: What is known after it.
        fail_on: Findings below this level do not count.
        now: The moment of the run, by which it is known what somebody accepted as unreadable.

    Returns:
        The exit code.
    """
    known = list(known)
    states = {state.key: state for state in known}
    read = {state.key.place for state in known if state.was_read}
    codes = [
        visit_exit(visit, was_read=visit.place in read)
        for visit in visits
        if now is None or not _is_accepted(visit, states, now)
    ]
    codes += [Exit.NEW for change in changes if _is_news(change, fail_on)]
    codes += [_open_exit(state) for state in known if state.is_open and _counts(state.level, fail_on)]
    return gravest(codes)


def _is_accepted(visit: Visit, states: Mapping[Key, Known], now: datetime) -> bool:
    """Tell whether somebody accepted all that a visit could not read: each widget, or the site as a whole."""
    if visit.outcome is Outcome.PARTIAL:
        lost = [reading.key for reading in visit.readings if reading.presence is Presence.UNREADABLE]
    elif visit.outcome in CLOSED_TO_US:
        lost = [visit.place.key("coverage")]
    else:
        return False
    return bool(lost) and all(key in states and states[key].is_accepted(now) for key in lost)


def _is_news(change: Change, fail_on: Level) -> bool:
    """Tell whether a run must not end well for it: a red that is new or worse, or a site that was lost."""
    if change.verb is Verb.REGISTRATION_CHANGED:
        return change.tell is Tell.AT_ONCE
    return change.is_told_alarm and _counts(change.level, fail_on)


def _counts(level: Level, fail_on: Level) -> bool:
    return not fail_on.worse_than(level)


def _open_exit(state: Known) -> Exit:
    return Exit.CRITICAL if state.level.is_red else Exit.WARNING
