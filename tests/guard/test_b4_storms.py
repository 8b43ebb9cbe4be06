"""B4, D9: pages that storm, print, download and never end are read past, and leave nothing behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser as DrivenBrowser

from checker.browser.launch import Launch
from fixtures.common import Replica
from fixtures.hostile.pages import PAGES
from tests.guard.visiting import visiting

STORMS = [name for name in PAGES if name not in ("quiet", "vectors")]


@pytest.mark.parametrize("scenario", STORMS)
def test_d9_the_page_is_read_all_the_same(
    browser: DrivenBrowser, launch: Launch, hostile: Replica, scenario: str
) -> None:
    """Dialogs are answered, windows closed, downloads refused; the page says what it says."""
    hostile.use(scenario)
    with visiting(browser, launch) as console:
        first = console.open("home")
        again = console.open("home")

        assert [page.all("#status")[0].text for page in (first, again)] == ["Healthy", "Healthy"]
        while len(console.raw.context.pages) > 1:
            console.wait(0.05)  # a test that hangs fails
        assert console.raw.context.pages == [console.raw]
