"""One hostile replica and one browser for every test of the guard, and what came of the page of vectors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import BrowserContext, sync_playwright

from checker.browser import Browser, ensure_browser
from checker.browser.launch import Launch, new_context, running_browser
from checker.console import Guard, Phase, Policy
from fixtures.common import Replica, serve
from tests.guard.attempts import ALLOWED, TOML, Listener, Tried, attempt_all, listener
from tests.guard.visiting import Hostile


@pytest.fixture(scope="session")
def hostile() -> Iterator[Replica]:
    """Run the server of hostile pages."""
    with serve("hostile", "quiet") as served:
        yield served


@pytest.fixture(scope="session")
def udp() -> Iterator[Listener]:
    """Listen for what is not HTTP."""
    with listener() as listening:
        yield listening


@pytest.fixture(scope="session")
def found() -> Browser:
    """Find the browser of this machine."""
    return ensure_browser(None, lambda _text: None)


@pytest.fixture(scope="session")
def bare(found: Browser, hostile: Replica, udp: Listener) -> Tried:
    """Visit the page of vectors in the same browser as it comes: no guard, no flags of ours."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"]
        running = playwright.chromium.launch(executable_path=found.path, args=arguments)
        try:
            everything = frozenset[str]()
            return attempt_all(running.new_context(), hostile, udp, lambda seen: everything < seen - seen)
        finally:
            running.close()
