"""One hostile replica and one browser for every test of the guard, and what came of the page of vectors."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as DrivenBrowser

from checker.browser import ensure_browser
from checker.browser.launch import Launch, launch_options, new_context
from checker.console import Guard, Phase, Policy
from fixtures.common import Replica, serve
from tests.guard.attempts import (
    TOML,
    Listener,
    Tried,
    arrived_at,
    attempt_all,
    listener,
    toml_of,
    turned_away,
)


@pytest.fixture(scope="package")
def hostile() -> Iterator[Replica]:
    """Run the server of hostile pages."""
    with serve("hostile", "quiet") as served:
        yield served


@pytest.fixture(scope="package")
def udp() -> Iterator[Listener]:
    """Listen for what is not HTTP."""
    with listener() as listening:
        yield listening


@pytest.fixture(scope="package")
def launch(hostile: Replica) -> Launch:
    """Describe the browser of an account that lives on the hostile server."""
    found = ensure_browser(None, lambda _text: None)
    return Launch(found, TOML.allowed_hosts, origin=hostile.url)


@pytest.fixture(scope="package")
def browser(launch: Launch, shared_browser: DrivenBrowser) -> Iterator[DrivenBrowser]:
    """Run that browser, by the one driver there can be."""
    running = shared_browser.browser_type.launch(**launch_options(launch, lambda _text: None))
    yield running
    running.close()


@pytest.fixture(scope="package")
def cdp_url(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a browser as a person would, its debugging port open."""
    profile = tmp_path_factory.mktemp("profile")
    # Each site in a process of its own, as a person's browser has it; a headless one may not.
    words = ["--site-per-process", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
    words += ["--headless"] if launch.browser.headless_only else ["--headless=new"]
    words += ["--no-sandbox"] if os.geteuid() == 0 else []
    argv = [str(launch.browser.path), *map(str, words)]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        assert running.stderr is not None
        said = next(line for line in running.stderr if "DevTools listening on" in line)
        yield said.rpartition(" ")[2].strip()
        os.killpg(running.pid, signal.SIGKILL)


@pytest.fixture(scope="package")
def bare(browser: DrivenBrowser, launch: Launch, hostile: Replica, udp: Listener) -> Tried:
    """Visit the page of vectors in the same browser as it comes, without guard and flags of ours."""
    plain = browser.browser_type.launch(executable_path=launch.browser.path, args=["--no-sandbox"])
    try:
        return attempt_all(plain.new_page(), hostile, udp, lambda: arrived_at(hostile))
    finally:
        plain.close()


@pytest.fixture(scope="package", params=list(Phase))
def guarded(
    request: pytest.FixtureRequest,
    browser: DrivenBrowser,
    launch: Launch,
    hostile: Replica,
    udp: Listener,
) -> Tried:
    """Visit the page of vectors behind the guard, in each phase."""
    guard = Guard(Policy(toml_of(request.param), hostile.url), phase=request.param)
    context = new_context(browser, launch)
    guard.install(context)
    tried = attempt_all(context.new_page(), hostile, udp, lambda: turned_away(guard))
    context.close()
    tried.blocked = tuple(map(str, (*guard.blocked, *guard.noise)))
    tried.turned_away = tuple(turned_away(guard))
    tried.phase = request.param
    return tried
