"""A worker whose browser is gone is ended, even if its driver does not notice."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from checker.run import lifeline
from checker.run.lifeline import watch_browser

# A process that is started as a driver starts a browser, and lives until it is killed.
_BROWSER = (sys.executable, "-c", "import sys; sys.stdin.read()", "--remote-debugging-pipe")
_PATIENCE = 30.0


def test_b5_a_driver_that_does_not_notice_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser dies, the block goes on: what was started is ended."""
    ended = threading.Event()
    found = lifeline._our_browsers
    with subprocess.Popen(_BROWSER, stdin=subprocess.PIPE) as browser:
        # The suite's own browser is one this process started, too, and it lives on.
        monkeypatch.setattr(
            lifeline, "_our_browsers", lambda: [one for one in found() if one.pid == browser.pid]
        )
        with watch_browser(looks=0.02, grace=0.02, end=ended.set):
            browser.kill()
            assert ended.wait(_PATIENCE)


def test_a_browser_that_is_closed_at_the_end_is_nothing_to_end() -> None:
    """The block is left before its browser is: nobody is ended."""
    ended = threading.Event()
    with subprocess.Popen(_BROWSER, stdin=subprocess.PIPE) as browser:
        with watch_browser(looks=0.02, grace=60.0, end=ended.set):
            pass
        browser.kill()
        browser.wait()
        watchers = [thread for thread in threading.enumerate() if thread.name == "browser"]
        for watcher in watchers:
            watcher.join(_PATIENCE)

    assert not ended.is_set()
