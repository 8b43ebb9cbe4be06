"""What the guard turned away, a widget did not get: it is unreadable, and never ok."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser as DrivenBrowser

from checker.console import Bounds
from checker.model import Outcome, Presence
from checker.testing import Driver
from checker.testing.login import Login
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common import serve
from flows.amazon import AmazonFlow

_VIOLATIONS = "/performance/api/product/policy/defects/pagination"
_BRIEF = Bounds(page=6.0, answer=0.4, pause=0.0)
"""What never comes is not waited for long."""


def _login() -> Login:
    return Login(DEMO_ACCOUNT.username, DEMO_ACCOUNT.password, DEMO_ACCOUNT.totp_secret)


def test_a_widget_whose_request_was_blocked_is_unreadable(
    shared_browser: DrivenBrowser, tmp_path: Path
) -> None:
    """Without its listed POSTs the pages of violations cannot be read: the visit says so and counts it."""
    override = tmp_path / "amazon.toml"
    override.write_text(f"[remove]\nreads = ['{_VIOLATIONS}']\n", encoding="utf-8")
    with serve("amazon") as replica:
        replica.set_latency(5)
        driver = Driver(shared_browser, lambda: AmazonFlow(override), replica, _login(), tmp_path, _BRIEF)
        (visit,) = driver.play("many-violations", {"US"}).visits

    assert visit.outcome is Outcome.PARTIAL
    assert visit.blocked > 0
    assert Presence.UNREADABLE in {reading.presence for reading in visit.readings}
