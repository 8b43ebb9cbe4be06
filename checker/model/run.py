"""One run: every visit it made, what that changed, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from checker.model.changes import Change, Event
from checker.model.exits import Exit, gravest
from checker.model.findings import Known
from checker.model.levels import Level, Registration
from checker.model.outcomes import FACTS, Outcome
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


def visit_exit(visit: Visit) -> int:
    """Return the exit code a visit asks for by the way it ended.

    A site the console only names, or that was never opened, may be out of reach without anything
    being amiss; a site the account trades on may not.
    """
    if visit.outcome is Outcome.NOT_REACHABLE:
        unopened = visit.site.registration in (Registration.PENDING, Registration.NOT_REGISTERED)
        return Exit.OK if unopened else Exit.INCOMPLETE
    return FACTS[visit.outcome].exit


def exit_code(
    visits: Iterable[Visit],
    changes: Iterable[Change],
    known: Iterable[Known],
    fail_on: Level = Level.WARNING,
) -> int:
    """Return the gravest exit code of a run; findings below `fail_on` do not count."""
    codes = [visit_exit(visit) for visit in visits]
    codes += [Exit.NEW for change in changes if change.is_told_alarm and _counts(change.level, fail_on)]
    for state in known:
        if state.is_open and _counts(state.level, fail_on):
            codes.append(_open_exit(state))
        if state.pending_up is not None and _counts(state.pending_up.level, fail_on):
            # Red once and not the second time: neither known to be red nor in order.
            codes.append(Exit.INCOMPLETE)
    return gravest(codes)


def _counts(level: Level, fail_on: Level) -> bool:
    return not fail_on.worse_than(level)


def _open_exit(state: Known) -> Exit:
    return Exit.CRITICAL if state.level.is_red else Exit.WARNING
