"""A page in a browser that a person runs: guarded like one of our own, and nothing of theirs touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import Page

from checker.browser.attach import page_in
from checker.console import Guard, LiveConsole, Phase, Policy
from checker.console.attached import install_on
from checker.console.guard import AGENT
from checker.errors import CheckerError, Stop
from checker.model import Exit, Outcome
from fixtures.common import Replica
from tests.guard.attempts import ALLOWED, TOML, Listener, attempt_all, toml_of
from tests.guard.visiting import BOUNDS, HostileFlow

_WRITE = "async () => (await fetch('/deed/by-the-person', {method: 'POST'})).status"


@pytest.fixture
def theirs(browser: DrivenBrowser, cdp_url: str, hostile: Replica) -> Iterator[Page]:
    """Open a page that the person looks at."""
    hostile.use("quiet")
    person = browser.browser_type.connect_over_cdp(cdp_url)
    page = person.contexts[0].new_page()
    page.goto(hostile.url)
    yield page
    page.close()
    person.close()


@pytest.mark.parametrize("phase", list(Phase))
def test_the_guard_holds_without_launch_flags_of_ours(
    browser: DrivenBrowser, cdp_url: str, hostile: Replica, udp: Listener, phase: Phase
) -> None:
    """Of all vectors none arrives; workers, which nothing here could watch, are not there at all.

    But for a sandboxed frame that a script makes and does not let go of before it began: what such a frame
    sends past all interception is out before anybody knows of it, and ends the visit.
    """
    guard = Guard(Policy(toml_of(phase), hostile.url), phase)
    with page_in(browser.browser_type, cdp_url) as page:
        install_on(guard, page)
        tried = attempt_all(page, hostile, udp)

    sign_in = {"ok-sign-in"} if phase is Phase.SIGN_IN else set()
    unheld = {"websocket-in-sandbox", "webrtc-in-sandbox"}
    assert tried.arrived - unheld == (ALLOWED - {"ok-worker"}) | sign_in
    with pytest.raises(Stop) as refused:
        guard.heed()
    assert refused.value.outcome is Outcome.UNSAFE_PAGE
    nameless = {path.rpartition("/")[2] for path, agent in tried.agents if AGENT not in agent}
    assert nameless <= unheld


def test_a_page_is_read(browser: DrivenBrowser, cdp_url: str, hostile: Replica) -> None:
    """The console in their profile reads like one in ours, popups and dialogs included."""
    with page_in(browser.browser_type, cdp_url) as page:
        guard = Guard(Policy(TOML, hostile.url), Phase.READ)
        install_on(guard, page)
        before = list(page.context.pages)
        console = LiveConsole(page, HostileFlow(), "main", guard, BOUNDS)
        for scenario in ("quiet", "popups", "dialogs", "print"):
            hostile.use(scenario)
            assert console.open("home").all("#status")[0].text == "Healthy"
        assert page.context.pages == before


def test_the_hints_a_page_may_ask_for_stay_true(
    browser: DrivenBrowser, cdp_url: str, theirs: Page, hostile: Replica
) -> None:
    """Saying who we are leaves the browser's own name, version and platform as they are."""
    asked = (
        "[navigator.userAgent, navigator.userAgentData.platform,"
        " navigator.userAgentData.brands.map(b => b.version).join()]"
    )
    own, platform, versions = theirs.evaluate(asked)
    with page_in(browser.browser_type, cdp_url) as page:
        install_on(Guard(Policy(TOML, hostile.url), Phase.READ), page)
        page.goto(hostile.url)
        ours = page.evaluate(asked)

    assert ours[:2] == [f"{own} {AGENT}", platform]
    assert set(ours[2].split(",")) <= set(versions.split(","))


def test_the_persons_own_pages_are_let_be(
    browser: DrivenBrowser, cdp_url: str, theirs: Page, hostile: Replica
) -> None:
    """While we read, what they send is sent under their own name; when we go, their page is still there."""
    guard = Guard(Policy(TOML, hostile.url), Phase.READ)
    hostile.log.clear()
    with page_in(browser.browser_type, cdp_url) as page:
        install_on(guard, page)
        page.goto(hostile.url)
        theirs.reload()
        assert theirs.evaluate(_WRITE) == 200

    assert theirs.evaluate("document.title") == "Home"
    assert guard.blocked == []
    written = [record for record in hostile.log if record.path == "/deed/by-the-person"]
    assert [AGENT in record.headers["user-agent"] for record in written] == [False]


def test_nobody_there_is_said_with_what_to_do(browser: DrivenBrowser, tmp_path: Path) -> None:
    """The message names the setting, not the address, which is a key to the profile."""
    with (
        pytest.raises(CheckerError) as refused,
        page_in(browser.browser_type, "http://127.0.0.1:9/secret-token"),
    ):
        pass

    assert refused.value.exit_code == Exit.CONFIG
    assert "cdp_url" in str(refused.value)
    assert "secret-token" not in str(refused.value)
