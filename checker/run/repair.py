"""Mending the days a redesign made unreadable: kept visits are read again, and what is known is re-derived.

What was stored stays. Corrected readings are added beside it, at the time they were seen, each marked
with the run it mends; they are a run of their own, so that what they tell is told like any other news.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from checker.errors import UsageError
from checker.flow import Flow
from checker.model import Exit, Key, Known, Level, Outcome, Reading, Run, Visit, exit_code, gravest
from checker.run.amend import amend, is_read, mended
from checker.run.execute import Finished
from checker.run.locks import hold
from checker.run.replay import KeptRun, Replayed, kept_runs, opened, replay
from checker.run.run_ids import new_run_id, run_moment
from checker.settings import Settings
from checker.store import Store

__all__ = ["Repaired", "repair"]

_DEEP = 100_000
"""How many readings of a key are looked at: more than any key will ever have."""


@dataclass
class Repaired:
    """What a repair came to.

    finished: the run that holds what was mended, none where nothing was. read: the visits read again.
    left: how many readings of them still cannot be read. busy, unknown: accounts and runs left out.
    """

    finished: Finished | None = None
    read: list[Replayed] = field(default_factory=list)
    left: int = 0
    busy: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """10 where something is newly red, 20 while something is still unread, 75 where nobody could look."""
        codes = [Exit.INCOMPLETE] if self.left else []
        codes += [Exit.BUSY] if self.busy else []
        return gravest([*codes, *([self.finished.run.exit_code] if self.finished else [])])


@dataclass
class _Mended:
    """One visit with what was mended in it: whole for the comparison, and by itself for the store."""

    run_id: str
    whole: Visit
    readings: tuple[Reading, ...]

    @property
    def keys(self) -> Collection[Key]:
        return {reading.key for reading in self.readings}

    @property
    def part(self) -> Visit:
        return replace(
            self.whole, readings=self.readings, detail=f"read again from the visit of run {self.run_id}"
        )


def repair(
    settings: Settings,
    store: Store,
    flow_for: Callable[[str], Flow],
    since: datetime | None = None,
    say: Callable[[str], None] = lambda _text: None,
    *,
    dry_run: bool = False,
) -> Repaired:
    """Read every kept visit again that has something unread, and store what can be read now.

    flow_for: today's flow of a marketplace, new for each account. since: leave older runs alone.
    """
    repaired = Repaired()
    found: list[_Mended] = []
    started = datetime.now(UTC)
    with ExitStack() as held:
        locks: dict[str, bool] = {}

        def free(alias: str) -> bool:
            if alias not in locks:
                locks[alias] = held.enter_context(hold(settings.paths.sessions_dir, alias))
                if not locks[alias]:
                    repaired.busy.append(alias)
            return locks[alias]

        for run_id in kept_runs(settings.paths.visits_dir):
            moment = run_moment(run_id)
            if since is not None and (moment is None or moment < since):
                continue
            run = _recorded(store, run_id)
            if run is None:
                repaired.unknown.append(run_id)
                continue
            say(f"reading the visits of {run_id} again")
            for kept in opened(settings.paths.visits_dir / run_id):
                found += _of_account(store, run, kept, flow_for, free, repaired)
        if found:
            repaired.finished = _stored(store, found, started, dry_run=dry_run)
    return repaired


def _recorded(store: Store, run_id: str) -> Run | None:
    try:
        return store.run(run_id)
    except UsageError:
        # It was kept and then never stored: a crash, or a store that was put back from a backup.
        return None


def _of_account(
    store: Store,
    run: Run,
    kept: KeptRun,
    flow_for: Callable[[str], Flow],
    free: Callable[[str], bool],
    repaired: Repaired,
) -> Iterator[_Mended]:
    parts = kept.parts()
    first = parts[0]
    visits = {
        (visit.site.code, visit.site.shop): _with_repairs(store, visit, run.run_id)
        for visit in run.visits
        if (visit.marketplace, visit.account) == (first.marketplace, first.account)
    }
    unread = [visit for visit in visits.values() if not _is_whole(visit)]
    if not unread or not free(first.account):
        return
    for again in replay(parts, flow_for(first.marketplace)):
        then = visits.get((again.then.site.code, again.then.site.shop))
        if then is None or _is_whole(then) or Outcome.WRONG_PLACE in (then.outcome, again.now.outcome):
            continue
        repaired.read.append(again)
        readings = tuple(
            reading
            for reading in mended(then, again.now, run.run_id)
            if not any(other.repaired == run.run_id for other in _readings(store, reading.key))
        )
        whole = _whole(then, readings)
        repaired.left += sum(not is_read(reading) for reading in whole.readings)
        if readings:
            yield _Mended(run.run_id, whole, readings)


def _is_whole(visit: Visit) -> bool:
    return bool(visit.readings) and all(is_read(reading) for reading in visit.readings)


def _with_repairs(store: Store, visit: Visit, run_id: str) -> Visit:
    """Return a visit as it stands after the repairs before this one."""
    return replace(visit, readings=tuple(_now(store, reading, run_id) for reading in visit.readings))


def _now(store: Store, reading: Reading, run_id: str) -> Reading:
    if is_read(reading):
        return reading
    repairs = [one for one in _readings(store, reading.key) if one.repaired == run_id]
    return repairs[-1] if repairs else reading


def _whole(then: Visit, readings: Sequence[Reading]) -> Visit:
    by_key = {reading.key: reading for reading in then.readings}
    by_key |= {reading.key: reading for reading in readings}
    unread = any(not is_read(reading) for reading in by_key.values())
    return replace(then, readings=tuple(by_key.values()), outcome=Outcome.PARTIAL if unread else Outcome.READ)


def _stored(store: Store, found: Sequence[_Mended], started: datetime, *, dry_run: bool) -> Finished:
    if dry_run:
        return _amended(store, found, started, dry_run=True)
    # One transaction from the look-up to the writing: an acknowledgement given meanwhile is not lost.
    with store.transaction():
        return _amended(store, found, started, dry_run=False)


def _amended(store: Store, found: Sequence[_Mended], started: datetime, *, dry_run: bool) -> Finished:
    before: dict[Key, Known] = {}
    for marketplace, alias in sorted({(one.whole.marketplace, one.whole.account) for one in found}):
        before |= store.known(marketplace, alias)
    amended = amend(
        before,
        ((one.whole, one.keys) for one in found),
        lambda key: _readings(store, key),
    )
    known = before | amended.known
    visits = tuple(one.part for one in found)
    changes = tuple(amended.changes)
    # The visits say what was read then: that it was incomplete was told then.
    code = exit_code((), changes, known.values(), Level.WARNING)
    run = Run(new_run_id(started), started, datetime.now(UTC), visits, changes, code, dry_run)
    if dry_run:
        return Finished(run, known, {})
    store.record(run, amended.known, {})
    # What earlier runs could not tell is left to the next run: this tells of the mended days alone.
    mine = [one.message for one in store.untold() if one.run_id == run.run_id]
    return Finished(run, known, {}, mine)


def _readings(store: Store, key: Key) -> list[Reading]:
    return [entry.reading for entry in store.history(key, _DEEP)]
