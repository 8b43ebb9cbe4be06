"""C5: with a proxy everything goes through it, to the console alone; if it fails, nothing goes at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser as DrivenBrowser

from checker.browser.launch import Launch, launch_options
from checker.console import LiveConsole
from checker.errors import Stop
from checker.model import Outcome
from fixtures.common import Replica
from tests.guard.attempts import ALLOWED, Listener, attempt_all
from tests.guard.proxying import proxy
from tests.guard.visiting import visiting

_PASSWORD = "proxy-canary-3e7"


@contextmanager
def _through(browser: DrivenBrowser, launch: Launch) -> Iterator[LiveConsole]:
    """Open a console in a browser of its own, started as a run starts it."""
    own = browser.browser_type.launch(**launch_options(launch, lambda _text: None))
    try:
        with visiting(own, launch) as console:
            yield console
    finally:
        own.close()


def _free_port() -> int:
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        number: int = port.getsockname()[1]
    return number


def test_every_request_goes_through_it_and_to_the_console_only(
    browser: DrivenBrowser, launch: Launch, hostile: Replica, udp: Listener
) -> None:
    """Frames, workers, hops of redirects: what the server heard came through, and nothing went elsewhere."""
    with proxy() as between:
        account = replace(launch, proxy=between.url)
        with _through(browser, account) as console:
            tried = attempt_all(console.raw, hostile, udp)

    assert tried.arrived == ALLOWED
    assert between.hosts() == {f"127.0.0.1:{hostile.port}"}
    assert len(between.asked) >= len(hostile.log)


def test_its_password_is_given_to_it_alone(browser: DrivenBrowser, launch: Launch, hostile: Replica) -> None:
    """The proxy is satisfied, and no command line on this machine holds what satisfied it."""
    hostile.use("quiet")
    with proxy(f"seller:{_PASSWORD}") as between:
        account = replace(launch, proxy=between.url)
        with _through(browser, account) as console:
            console.open("home")
            lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]

    assert between.asked != []
    assert any(b"--proxy-server=" in line for line in lines)
    assert [line for line in lines if _PASSWORD.encode() in line] == []


@pytest.mark.parametrize("fault", ["down", "refuses the password"])
def test_one_that_fails_ends_the_visit(
    browser: DrivenBrowser, launch: Launch, hostile: Replica, fault: str
) -> None:
    """The reason names the proxy and neither its password nor its address, and the console hears nothing."""
    hostile.use("quiet")
    hostile.log.clear()
    with proxy(f"seller:{_PASSWORD}") as between:
        port = between.port if fault != "down" else _free_port()
        account = replace(launch, proxy=f"http://seller:wrong-{_PASSWORD}@127.0.0.1:{port}")
        with _through(browser, account) as console, pytest.raises(Stop) as stopped:
            console.open("home")

    assert stopped.value.outcome is Outcome.UNREACHABLE
    assert "proxy" in stopped.value.detail
    assert _PASSWORD not in stopped.value.detail
    assert list(hostile.log) == []
