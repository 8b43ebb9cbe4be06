"""What the whole suite needs: a browser, found or installed before the first test."""

from __future__ import annotations

import sys

import pytest

from checker.browser import ensure_browser


def pytest_sessionstart(session: pytest.Session) -> None:
    """Find a browser, or install one, so that a clean clone needs no step before `pytest`."""
    if session.config.option.collectonly:
        return
    ensure_browser(None, _say)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
