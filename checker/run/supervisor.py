"""Starting a worker for one account, listening to it, and ending it when its time is up.

The wall clock is here and not in the worker: a page that hangs its renderer hangs the worker too.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from checker.model import Outcome, Site, Visit
from checker.model.wire import WireError, load_site, load_visit
from checker.run.job import EVENT, Ended, Event, Examined, Job, Said, SitesListed, UsedStep, Visited, Warned

__all__ = ["WORKER", "AccountRun", "run_account"]

WORKER: Final = (sys.executable, "-m", "checker.run.worker")
_GRACE: Final = 10.0
_LISTEN: Final = 0.25


@dataclass
class AccountRun:
    """What came of one account, as far as it came."""

    alias: str
    visits: list[Visit] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    ended: Ended | None = None


def run_account(
    job: Job,
    seconds: float,
    on_event: Callable[[Event], None],
    interrupted: Callable[[], bool] = lambda: False,
    command: Sequence[str] = WORKER,
) -> AccountRun:
    """Run a worker for at most `seconds`; a worker that died or hung is an outcome, never an exception.

    command: what to start; the number of the descriptor it tells its events on is added to it.
    """
    run = AccountRun(job.alias)
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [*command, str(write_end)],
        stdin=subprocess.PIPE,
        # Our standard output is for documents: what a flow prints has no place in it.
        stdout=subprocess.DEVNULL,
        pass_fds=(write_end,),
        start_new_session=True,
        text=True,
    )
    os.close(write_end)
    fell_silent = False
    try:
        _hand_over(process, job)
        fell_silent = _listen(run, read_end, time.monotonic() + seconds, on_event, interrupted)
    finally:
        os.close(read_end)
        _reap(process, run, seconds, fell_silent, interrupted())
    return run


def _hand_over(process: subprocess.Popen[str], job: Job) -> None:
    if process.stdin is not None:
        # One that died before it read its job says nothing either: `_reap` names how it went.
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(job.model_dump_json())


def _listen(
    run: AccountRun,
    read_end: int,
    deadline: float,
    on_event: Callable[[Event], None],
    interrupted: Callable[[], bool],
) -> bool:
    """Take in what the worker says; tell whether it fell silent by itself, before its time was up."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(read_end, selectors.EVENT_READ)
        while time.monotonic() < deadline and not interrupted():
            if not selector.select(_LISTEN):
                continue
            chunk = os.read(read_end, 1 << 16)
            if not chunk:
                return True
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                _take(run, line, on_event)
                if run.ended is not None:
                    # Its last word is its last: nothing after it may make a failed run a good one.
                    return True
    return False


def _take(run: AccountRun, line: bytes, on_event: Callable[[Event], None]) -> None:
    try:
        event = EVENT.validate_json(line)
        match event:
            case Visited():
                run.visits.append(load_visit(event.visit))
            case SitesListed():
                run.sites = [load_site(text) for text in event.sites]
            case Ended():
                run.ended = event
            case Said() | Warned() | UsedStep() | Examined():
                pass
    except (ValidationError, WireError) as error:
        run.ended = Ended(
            outcome=Outcome.CRASHED, detail=f"the worker said something unintelligible: {error}"[:300]
        )
        return
    on_event(event)


def _reap(
    process: subprocess.Popen[str], run: AccountRun, seconds: float, fell_silent: bool, stopped: bool
) -> None:
    """Wait for the worker, end it if it does not end, and name how it went if it did not say so itself."""
    try:
        if not fell_silent:
            process.terminate()
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _kill_group(process)
        process.wait()
    if run.ended is None:
        run.ended = _verdict(process.returncode, seconds, fell_silent, stopped)


def _kill_group(process: subprocess.Popen[str]) -> None:
    """Leave nothing of the worker's session behind: driver and browser are in it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _verdict(code: int, seconds: float, fell_silent: bool, stopped: bool) -> Ended:
    if stopped:
        return Ended(outcome=Outcome.STOPPED, detail="the run was interrupted")
    if not fell_silent:
        return Ended(outcome=Outcome.TIMEOUT, detail=f"the account took longer than {seconds:.0f} s")
    return Ended(outcome=Outcome.CRASHED, detail=f"the worker ended with code {code}; see the log")
