"""Whether an account's proxy leads out where its seller wants it to, asked before anything else is sent.

A shop that suddenly signs in from another country is a shop that gets locked, and two shops that sign in
from one address are two shops that get linked. What the world sees of a proxy only somebody outside can
say: a page that answers with the caller's own address, asked through the proxy and never without it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Final

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

from checker.browser.launch import AGENT, proxy_settings
from checker.errors import Stop
from checker.model import Outcome

__all__ = ["exit_problem", "heed_exit", "seen_through"]

_SECONDS: Final = 15
_LONGEST: Final = 200


def heed_exit(proxy: str, wanted: str, echo: str, seen: Callable[[str, str], str] | None = None) -> None:
    """Raise Stop unless the proxy's exit is the one wanted.

    wanted: an address, or a network like 203.0.113.0/24. echo: a page that answers with the caller's address.
    seen: asks it, through the proxy.
    """
    problem = exit_problem((seen or seen_through)(proxy, echo), wanted)
    if problem:
        raise Stop(
            Outcome.UNREACHABLE,
            f"the proxy's exit is not the one in the settings ({problem}, proxy_exit is {wanted});"
            " nothing was sent to the console",
        )


def exit_problem(answer: str, wanted: str) -> str:
    """Return what is wrong with what the outside saw of a proxy, nothing if it is the exit wanted."""
    text = answer.strip()
    try:
        seen = ipaddress.ip_address(text)
    except ValueError:
        return f"the page that should tell it said {text[:60]!r}"
    return "" if seen in ipaddress.ip_network(wanted, strict=False) else f"it is {seen}"


def seen_through(proxy: str, echo: str) -> str:
    """Return what a page says when it is asked through a proxy; raise Stop if it says nothing."""
    with sync_playwright() as playwright:
        outside = playwright.request.new_context(proxy=proxy_settings(proxy), user_agent=AGENT)
        try:
            answer = outside.get(echo, timeout=_SECONDS * 1000, max_redirects=0, fail_on_status_code=True)
            return answer.text()[:_LONGEST]
        except BrowserError:
            # Its words hold the address of the proxy, and the address may hold a password.
            raise Stop(
                Outcome.UNREACHABLE,
                f"the proxy's exit could not be found out: {echo} did not answer through it; nothing was sent"
                " to the console",
            ) from None
        finally:
            outside.dispose()
