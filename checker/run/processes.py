"""Finding and ending every process a worker started, however far each has got away from it.

Playwright's driver starts the browser in a session of its own, so the worker's group is not all of
it. But a child inherits the environment: each worker carries a mark there that is its own.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import psutil

__all__ = ["MARK", "adopt_orphans", "end_all", "new_mark", "started_by"]

MARK: Final = "MARKETPLACE_HEALTH_WORKER"
"""The environment variable a worker and all it starts can be told by."""

_PR_SET_CHILD_SUBREAPER: Final = 36
_PATIENCE: Final = 2.0
_ROUNDS: Final = 5


def new_mark() -> str:
    """Return a mark no other worker carries."""
    return secrets.token_hex(12)


def adopt_orphans() -> None:
    """Become the parent of whatever a dead worker leaves behind, so that it can be waited for.

    Without this, in a container whose first process is ours, they would stay as zombies for ever.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def started_by(mark: str) -> list[psutil.Process]:
    """Return the living processes that carry a mark, with all their descendants; never ourselves."""
    if not mark:
        return []
    marked = [process for process in psutil.process_iter() if _carries(process, mark)]
    family = {process.pid: process for process in marked}
    for process in marked:
        with suppress(psutil.Error):
            family |= {child.pid: child for child in process.children(recursive=True)}
    family.pop(os.getpid(), None)
    return list(family.values())


def end_all(mark: str) -> int:
    """Kill all that carries a mark and wait until it is gone; return how many processes there were."""
    ended: set[int] = set()
    for _ in range(_ROUNDS):
        left = started_by(mark)
        if not left:
            break
        ended |= {process.pid for process in left}
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        _wait(left)
    _bury_orphans()
    return len(ended)


def _bury_orphans() -> None:
    """Take off the table what ended by itself after its parent had, and so became our child.

    Only what is no child of our own making: those are in our session, or lead one, and somebody waits for
    them. A browser's helpers are in the browser's.
    """
    ours = os.getsid(0)
    for process in psutil.Process().children():
        with suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE and os.getsid(process.pid) not in (ours, process.pid):
                os.waitpid(process.pid, os.WNOHANG)


def _wait(processes: Iterable[psutil.Process]) -> None:
    """Wait for processes to be gone; those that became our children are taken off the table."""
    psutil.wait_procs(list(processes), timeout=_PATIENCE)


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark
    except (psutil.Error, OSError):
        return False
