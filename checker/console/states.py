"""Recognising what a page is before reading anything from it; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from checker.flow import Page
from checker.flow.site_toml import Marker, State

__all__ = ["recognise"]


def recognise(page: Page, states: Sequence[State]) -> State | None:
    """Return the first state one of whose markers holds and none of whose exceptions does."""
    for state in states:
        if any(_holds(marker, page) for marker in state.markers) and not any(
            _holds(marker, page) for marker in state.unless
        ):
            return state
    return None


def _holds(marker: Marker, page: Page) -> bool:
    if marker.status is not None and page.status != marker.status:
        return False
    if marker.url and re.search(marker.url, page.url) is None:
        return False
    if marker.title and marker.title.casefold() not in page.title.casefold():
        return False
    if marker.css and not page.has(marker.css, visible=marker.visible):
        return False
    return not marker.text or marker.text.casefold() in page.text.casefold()
