"""How a worker ends when it is asked to, and when nobody is left to ask it.

asked (SIGTERM)      at the next page, or the next look at the one that is open; a browser that keeps
                     it from looking is ended after a while
supervisor gone      its end of our standard input closes, whatever killed it: all we started is
                     ended at once, and we with it
browser gone         the driver says so, and we end of that; one that goes on waiting for a browser
                     that is dead is ended as well
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

import psutil

from checker.errors import Stop
from checker.model import Outcome
from checker.run.processes import MARK, end_all

__all__ = ["Interruption", "watch_browser", "watch_supervisor"]

_PATIENCE: Final = 2.5
_BROWSER_LOOKS: Final = 1.0
_BROWSER_GRACE: Final = 5.0
_TERMINATED: Final = 128 + signal.SIGTERM


class Interruption:
    """Whether this worker was asked to end."""

    def __init__(self) -> None:
        self._asked = False
        self._excused = False

    def install(self) -> None:
        """Take SIGTERM as a wish; a terminal's Ctrl-C is for the supervisor to hear."""
        signal.signal(signal.SIGTERM, self._note)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def heed(self) -> None:
        """Raise Stop if we were asked to end, unless what is being done is the last that must be done."""
        if self._asked and not self._excused:
            raise Stop(Outcome.STOPPED, "the run was interrupted")

    def excuse(self) -> None:
        """Let what is done from now on be done to its end: putting the seller's selection back."""
        self._excused = True

    @property
    def was_asked(self) -> bool:
        """Whether SIGTERM came."""
        return self._asked

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        if not self._asked:
            self._asked = True
            # A page that never comes keeps us from looking: without its browser we hear at once.
            timer = threading.Timer(_PATIENCE, _end_what_we_started)
            timer.daemon = True
            timer.start()


def watch_supervisor(descriptor: int) -> threading.Thread:
    """End this process, and all it started, once the other end of `descriptor` is closed."""
    closed = threading.Event()
    thread = threading.Thread(target=_wait_for_end, args=(descriptor, closed), name="supervisor", daemon=True)
    thread.start()
    # What we started dies first, and we might end of that before everything is put away.
    atexit.register(lambda: thread.join() if closed.is_set() else None)
    return thread


@contextmanager
def watch_browser(
    looks: float = _BROWSER_LOOKS, grace: float = _BROWSER_GRACE, end: Callable[[], object] | None = None
) -> Iterator[None]:
    """End all we started if our browser dies in the block and its driver has not said so `grace` seconds on.

    A driver may wait for the pipes of a dead browser for as long as one of its children holds them open.
    """
    left = threading.Event()
    browsers = _our_browsers()

    def watch() -> None:
        while not left.wait(looks):
            if browsers and not any(_lives(browser) for browser in browsers):
                if not left.wait(grace):
                    (end or _end_what_we_started)()
                return

    threading.Thread(target=watch, name="browser", daemon=True).start()
    try:
        yield
    finally:
        left.set()


def _our_browsers() -> list[psutil.Process]:
    """Return the browsers we started: their children carry the same words, and may outlive them."""
    found = {}
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            words = child.cmdline()
            if "--remote-debugging-pipe" in words and not any(w.startswith("--type=") for w in words):
                found[child.pid] = (child, child.ppid())
    return [process for process, parent in found.values() if parent not in found]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _wait_for_end(descriptor: int, closed: threading.Event) -> None:
    with suppress(OSError):
        while os.read(descriptor, 4096):
            pass
    closed.set()
    _die()


def _end_what_we_started() -> None:
    end_all(os.environ.get(MARK, ""))


def _die() -> None:
    """Nobody listens any more, so nobody can clean up after us."""
    _end_what_we_started()
    scratch = os.environ.get("TMPDIR", "")
    if os.path.basename(scratch).startswith("checker-"):  # noqa: PTH119 - only the name matters
        shutil.rmtree(scratch, ignore_errors=True)
    os._exit(_TERMINATED)
