"""Starting a worker for one account, listening to it, and ending it when its time is up.

The wall clock is here and not in the worker: a page that hangs its renderer hangs the worker too. The
worker's standard input stays open until it has ended: if we die, it hears that, and ends all it started.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from checker.model import Outcome, Reading, Site, Visit
from checker.model.wire import WireError, load_reading, load_site, load_visit
from checker.run.job import EVENT, Ended, Event, Job, SitesListed, Took, Visited
from checker.run.processes import MARK, adopt_orphans, end_all, new_mark

__all__ = ["GRACE", "WORKER", "AccountRun", "run_account"]

WORKER: Final = (sys.executable, "-m", "checker.run.worker")
GRACE: Final = 5.0
"""Seconds a worker has to end by itself once it was asked to."""

_LISTEN: Final = 0.25
# What would make Playwright's driver write down all it is told to type.
_TALKATIVE: Final = ("DEBUG", "DEBUG_FILE", "PWDEBUG", "NODE_DEBUG", "NODE_OPTIONS", "PLAYWRIGHT_DEBUG")


@dataclass
class AccountRun:
    """What came of one account, as far as it came.

    taken: the readings of the visit under way, which are all there is of it should it not end by itself.
    is_unstored: whether something of it that must not be forgotten could not be stored.
    """

    alias: str
    visits: list[Visit] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    taken: list[Reading] = field(default_factory=list)
    ended: Ended | None = None
    is_unstored: bool = False


def run_account(
    job: Job,
    seconds: float,
    on_event: Callable[[Event], None],
    interrupted: Callable[[], bool] = lambda: False,
    command: Sequence[str] = WORKER,
    scratch: Path | None = None,
    *,
    called_off: Callable[[], Ended | None] = lambda: None,
) -> AccountRun:
    """Run a worker for at most `seconds`; a worker that died or hung is an outcome, never an exception.

    command: what to start; the number of the descriptor it tells its events on is added to it.
    scratch: where it and its browser may put what they need while they run.
    called_off: why this account alone is to end now, and as what; asked as often as `interrupted`.
    """
    adopt_orphans()
    run = AccountRun(job.alias)
    mark = new_mark()
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [*command, str(write_end)],
        stdin=subprocess.PIPE,
        # Our standard output is for documents: what a flow prints has no place in it. Nor has what a
        # driver in trouble prints a place among our words: nobody could take the secrets out of it.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(write_end,),
        start_new_session=True,
        env=_environment(mark, scratch),
        text=True,
    )
    os.close(write_end)
    listener = _Listener(run, read_end, on_event, interrupted, called_off)
    try:
        _hand_over(process, job)
        listener.listen(time.monotonic() + seconds)
        if not listener.fell_silent:
            listener.asked_to_end = True
            process.terminate()
            listener.listen(time.monotonic() + GRACE)
    finally:
        os.close(read_end)
        _reap(process, mark, patient=listener.fell_silent and not listener.unintelligible)
    verdict = _verdict(process.returncode, seconds, run, listener)
    run.ended = verdict
    _salvage(run, verdict, asked=listener.asked_to_end)
    return run


class _Listener:
    """Takes in what a worker says."""

    def __init__(
        self,
        run: AccountRun,
        read_end: int,
        on_event: Callable[[Event], None],
        interrupted: Callable[[], bool],
        called_off: Callable[[], Ended | None],
    ) -> None:
        self.fell_silent = False
        self.unintelligible = False
        self.asked_to_end = False
        self.ended_as: Ended | None = None
        self._run = run
        self._read_end = read_end
        self._on_event = on_event
        self._interrupted = interrupted
        self._called_off = called_off
        self._rest = b""

    @property
    def was_interrupted(self) -> bool:
        """Whether the run as a whole is to end."""
        return self._interrupted()

    def listen(self, deadline: float) -> None:
        """Listen until the worker has said its last, its time is up, or it is to end before that."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._read_end, selectors.EVENT_READ)
            while time.monotonic() < deadline and (self.asked_to_end or not self._is_to_end()):
                if selector.select(_LISTEN) and self._hears_the_end():
                    self.fell_silent = True
                    return

    def _is_to_end(self) -> bool:
        if self._interrupted():
            return True
        self.ended_as = self._called_off()
        return self.ended_as is not None

    def _hears_the_end(self) -> bool:
        chunk = os.read(self._read_end, 1 << 16)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            self._take(line)
            if self._run.ended is not None:
                # Its last word is its last: nothing after it may make a failed run a good one.
                return True
        return not chunk

    def _take(self, line: bytes) -> None:
        run = self._run
        try:
            event = EVENT.validate_json(line)
            match event:
                case Visited():
                    run.visits.append(load_visit(event.visit))
                    run.taken.clear()
                case Took():
                    run.taken.append(load_reading(event.reading))
                case SitesListed():
                    run.sites = [load_site(text) for text in event.sites]
                case Ended():
                    run.ended = event
                case _:
                    pass
        except (ValidationError, WireError) as error:
            self._does_not_understand(str(error))
            return
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            # Whatever a worker may say costs its own account, never the others.
            self._does_not_understand(type(error).__name__)
            return
        self._on_event(event)

    def _does_not_understand(self, why: str) -> None:
        self.unintelligible = True
        detail = f"the worker said something unintelligible: {why}"[:300]
        self._run.ended = Ended(outcome=Outcome.CRASHED, detail=detail)


def _environment(mark: str, scratch: Path | None) -> dict[str, str]:
    """Return a worker's environment: marked, silent, and with a place of its own for what is temporary."""
    ours = {name: value for name, value in os.environ.items() if name not in _TALKATIVE}
    place = {} if scratch is None else {"TMPDIR": str(scratch)}
    return {**ours, **place, MARK: mark}


def _hand_over(process: subprocess.Popen[str], job: Job) -> None:
    if process.stdin is not None:
        # One that died before it read its job says nothing either: its verdict names how it went.
        with suppress(BrokenPipeError):
            process.stdin.write(job.model_dump_json() + "\n")
            process.stdin.flush()


def _reap(process: subprocess.Popen[str], mark: str, *, patient: bool) -> None:
    """Wait for a worker that has said its last, if that made sense, then leave nothing of all it started."""
    try:
        if patient:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        end_all(mark)
        if process.stdin is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()


def _verdict(code: int, seconds: float, run: AccountRun, listener: _Listener) -> Ended:
    """Name how it went: as the worker says, unless it was we who ended it."""
    missed = 0 if run.ended is None else run.ended.pictures_missed
    if listener.was_interrupted and listener.asked_to_end:
        return Ended(outcome=Outcome.STOPPED, detail="the run was interrupted", pictures_missed=missed)
    if listener.asked_to_end and listener.ended_as is not None:
        return listener.ended_as.model_copy(update={"pictures_missed": missed})
    if listener.asked_to_end:
        detail = f"the account took longer than {seconds:.0f} s"
        return Ended(outcome=Outcome.TIMEOUT, detail=detail, pictures_missed=missed)
    if run.ended is not None:
        return run.ended
    return Ended(outcome=Outcome.CRASHED, detail=f"the worker ended by itself, with code {code}")


def _salvage(run: AccountRun, ended: Ended, *, asked: bool) -> None:
    """Make a visit of what was read when it broke off, and call what we broke off by its name."""
    if asked:
        run.visits = [
            replace(visit, outcome=ended.outcome, detail=_partial(ended, len(visit.readings)))
            if visit.outcome in (Outcome.STOPPED, Outcome.CRASHED)
            else visit
            for visit in run.visits
        ]
    if not run.taken or ended.outcome in (Outcome.READ, Outcome.WRONG_PLACE):
        return
    first = run.taken[0]
    place = first.key.place
    site = next((site for site in run.sites if (site.code, site.shop) == (place.site, place.shop)), None)
    if site is not None:
        # Each is what its key had come to by then.
        latest = {reading.key: reading for reading in run.taken}
        readings = tuple(reading for key, reading in latest.items() if key.place == place)
        detail = _partial(ended, len(readings))
        run.visits.append(
            Visit(
                first.key.marketplace,
                first.key.account,
                site,
                ended.outcome,
                detail,
                readings=readings,
                started_at=first.observed_at,
                finished_at=run.taken[-1].observed_at,
            )
        )
    run.taken.clear()


def _partial(ended: Ended, count: int) -> str:
    return f"{ended.detail}; partial: {count} readings until then" if count else ended.detail
