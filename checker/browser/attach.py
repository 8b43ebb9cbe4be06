"""A page of our own in a browser that a person runs: nothing of theirs is touched, moved or closed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, BrowserType, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

from checker.errors import CheckerError
from checker.model import Exit

__all__ = ["attached_page", "page_in"]

_SECONDS: Final = 15.0


@contextmanager
def attached_page(cdp_url: str) -> Iterator[Page]:
    """Open a page in the profile of a running browser for the time of the block.

    At the end that page is closed and the connection is dropped; the browser and its other pages stay.

    Raises:
        CheckerError: nothing that can be driven answers there. The address is not in the message: that
            of a profile is as good as a key to it.
    """
    with sync_playwright() as playwright, page_in(playwright.chromium, cdp_url) as page:
        yield page


@contextmanager
def page_in(chromium: BrowserType, cdp_url: str) -> Iterator[Page]:
    """Open a page as `attached_page` does, by a driver that already runs."""
    try:
        browser = chromium.connect_over_cdp(cdp_url, timeout=_SECONDS * 1000, no_defaults=True, is_local=True)
    except BrowserError as error:
        raise CheckerError(
            f"no browser that can be driven answers at cdp_url ({_reason(error)})",
            exit_code=Exit.CONFIG,
            hint="start the profile with its debugging port open, or take cdp_url out of the account",
        ) from None
    try:
        yield from _page_of(browser)
    finally:
        # Of a browser that was connected to, this ends the connection and nothing else.
        with contextlib.suppress(BrowserError):
            browser.close()


def _page_of(browser: Browser) -> Iterator[Page]:
    if not browser.contexts:
        raise CheckerError(
            "the browser at cdp_url has no profile open",
            exit_code=Exit.CONFIG,
            hint="open a window in it, then run again",
        )
    page = browser.contexts[0].new_page()
    try:
        yield page
    finally:
        with contextlib.suppress(BrowserError):
            page.close()


def _reason(error: BrowserError) -> str:
    text = str(error)
    known = ("ECONNREFUSED", "ENOTFOUND", "Timeout", "404", "403", "401")
    return next((word for word in known if word in text), "not a debugging port")
