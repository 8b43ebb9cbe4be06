"""What the whole suite needs: a browser, found or installed before the first test."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from checker.browser import ensure_browser
from checker.testing import contract_browser

# How long an example takes says how busy the machine is; and what fails by chance says nothing of a change:
# the same examples every time. `pytest --hypothesis-profile=search` looks for others.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", parent=settings.get_profile("search"), derandomize=True)
settings.load_profile("same")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Find a browser, or install one, so that a clean clone needs no step before `pytest`."""
    if session.config.option.collectonly:
        return
    ensure_browser(None, _say)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of what the garbage collector goes through: it stays."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """Return two workers a core: half of their time they wait for what a console withholds."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def shared_browser() -> Iterator[Browser]:
    """Run one browser for every test of this process: a second driver beside it cannot start."""
    with contract_browser() as browser:
        yield browser


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
