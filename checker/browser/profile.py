"""A browser profile of an account's own, which remembers it as a person's browser would."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, sync_playwright
from playwright.sync_api import Error as BrowserError

from checker.browser.launch import (
    Launch,
    context_options,
    launch_options,
    own_user_agent,
    running_browser,
    unstartable,
)

__all__ = ["profile_context"]

# What a browser that was killed leaves behind, and a later one takes for a sign that it still runs.
_LOCKS: Final = ("SingletonLock", "SingletonCookie", "SingletonSocket")


@contextmanager
def profile_context(launch: Launch, folder: Path, warn: Callable[[str], None]) -> Iterator[BrowserContext]:
    """Open the profile in `folder` for the time of the block; the account's lock must be held.

    Raises CheckerError if the browser does not start.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name in _LOCKS:
        with contextlib.suppress(OSError):
            (folder / name).unlink()
    # A profile states its user agent when it is opened, and ours begins with the browser's own.
    with running_browser(launch, warn) as driven:
        agent = own_user_agent(driven)
    with sync_playwright() as playwright:
        try:
            context = playwright.chromium.launch_persistent_context(
                folder, **launch_options(launch, lambda _text: None), **context_options(launch, agent)
            )
        except BrowserError as error:
            raise unstartable(launch, error) from None
        try:
            context.set_default_timeout(30_000)
            yield context
        finally:
            context.close()
