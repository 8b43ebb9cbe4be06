"""Recognising what a page is before reading anything from it; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from checker.errors import Stop
from checker.flow import Page, SiteToml
from checker.flow.site_toml import Marker, State
from checker.model import Outcome

__all__ = ["led_elsewhere", "recognise", "stop_for"]


def recognise(page: Page, states: Sequence[State]) -> State | None:
    """Return the first state one of whose markers holds and none of whose exceptions does."""
    for state in states:
        if any(_holds(marker, page) for marker in state.markers) and not any(
            _holds(marker, page) for marker in state.unless
        ):
            return state
    return None


def stop_for(state: State, page: str) -> Stop | None:
    """Return what ends a visit when `page` turns out to be in `state`; none where it is the page itself."""
    if state.act == "arrived":
        return None
    if state.act in ("user", "credentials", "open"):
        return Stop(Outcome.SESSION_EXPIRED, f"the sign-in form stood where {page} should be")
    if state.act in ("password", "code"):
        # It knows who we are and asks for the secret alone: the session lives, and a person must act.
        return Stop(Outcome.STEP_UP, f"the console asks for the {state.name} again before {page}")
    if state.act == "press":
        # A step of the sign-in, which the next run takes.
        return Stop(Outcome.SESSION_EXPIRED, f"the sign-in ({state.name}) stood where {page} should be")
    return Stop(state.outcome or Outcome.UNKNOWN_PAGE, state.detail or state.name)


def led_elsewhere(url: str, meant: str, toml: SiteToml) -> Stop | None:
    """Return what ends a visit where one site's host led to another site's; none where it did not."""
    stands = urlsplit(url).hostname or ""
    others = {row.host for row in toml.sites} - {meant, ""}
    if not meant or stands not in others:
        return None
    return Stop(Outcome.WRONG_PLACE, f"asked for {meant}, the console led to {stands}")


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
