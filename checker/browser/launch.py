"""A browser for one account: identified, without a way out to hosts that are not the console's."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import BrowserContext, ProxySettings, sync_playwright
from playwright.sync_api import Error as BrowserError

from checker.browser.find import Browser
from checker.errors import CheckerError
from checker.model import Exit

__all__ = [
    "AGENT",
    "Launch",
    "browser_context",
    "context_options",
    "launch_options",
    "new_context",
    "own_user_agent",
    "resolver_rules",
    "running_browser",
    "unstartable",
]

AGENT: Final = "Agent/marketplace-health-checker"
"""How every request says that a program sent it."""

_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-pings",
)


@dataclass(frozen=True, slots=True)
class Launch:
    """What one account's browser is like.

    hosts: the only hosts whose names resolve; origin: where an account on a replica lives instead.
    state: cookies and local storage to begin with. arguments: more words of the browser's command line.
    attended: a person sits before it, and a challenge may come from any host.
    """

    browser: Browser
    hosts: Collection[str]
    origin: str = ""
    locale: str = "en-US"
    zone: str = "UTC"
    proxy: str = ""
    headless: bool = True
    state: Mapping[str, Any] | None = field(default=None, repr=False)
    arguments: tuple[str, ...] = ()
    attended: bool = False


def resolver_rules(hosts: Collection[str], origin: str) -> str:
    """Return Chromium's host rules: nothing resolves but the console, so not even a redirect leaves."""
    there = [urlsplit(origin).hostname or ""] if origin else sorted(hosts)
    return ",".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {host.strip('[]')}" for host in there)])


@contextmanager
def browser_context(launch: Launch, warn: Callable[[str], None]) -> Iterator[BrowserContext]:
    """Open a context for the time of the block; raise CheckerError if the browser does not start."""
    with running_browser(launch, warn) as driven:
        yield new_context(driven, launch)


@contextmanager
def running_browser(launch: Launch, warn: Callable[[str], None]) -> Iterator[DrivenBrowser]:
    """Run a browser for the time of the block; raise CheckerError if it does not start."""
    with sync_playwright() as playwright:
        try:
            driven = playwright.chromium.launch(**launch_options(launch, warn))
        except BrowserError as error:
            raise unstartable(launch, error) from None
        try:
            yield driven
        finally:
            driven.close()


def launch_options(launch: Launch, warn: Callable[[str], None]) -> dict[str, Any]:
    """Return how the browser is started, whichever sort of profile it is started with."""
    return {
        "executable_path": launch.browser.path,
        "headless": launch.headless,
        "args": [*_arguments(launch, warn), *launch.arguments],
        "env": _clean_environment(),
        "proxy": _proxy(launch.proxy),
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }


def unstartable(launch: Launch, error: BrowserError) -> CheckerError:
    """Return what to tell of a browser that does not start."""
    return CheckerError(
        f"{launch.browser.path} did not start: {str(error).splitlines()[0][:300]}",
        exit_code=Exit.CONFIG,
        hint="try it by hand with --version, or set browser.path to another one",
    )


def new_context(driven: DrivenBrowser, launch: Launch) -> BrowserContext:
    """Return a fresh profile of a running browser: identified, silent in the background, without rights."""
    state: Any = launch.state
    context = driven.new_context(**context_options(launch, own_user_agent(driven)), storage_state=state)
    context.set_default_timeout(30_000)
    return context


def context_options(launch: Launch, agent: str) -> dict[str, Any]:
    """Return what a profile is like; agent: how the browser names itself."""
    return {
        "user_agent": f"{agent} {AGENT}",
        "locale": launch.locale.replace("_", "-"),
        "timezone_id": launch.zone,
        "viewport": {"width": 1440, "height": 1000},
        "service_workers": "block",
        "accept_downloads": False,
        "permissions": [],
    }


def own_user_agent(driven: DrivenBrowser) -> str:
    """Return how a running browser names itself."""
    page = driven.new_page()
    try:
        return str(page.evaluate("navigator.userAgent"))
    finally:
        page.close()


def _arguments(launch: Launch, warn: Callable[[str], None]) -> list[str]:
    arguments = [*_QUIET]
    if not launch.proxy and not launch.attended:
        # With a proxy the proxy resolves names; without one, only the console's names exist.
        arguments.append(f"--host-resolver-rules={resolver_rules(launch.hosts, launch.origin)}")
    if sys.platform == "linux" and os.geteuid() == 0:
        warn("running as root: the browser's own sandbox is off; run as an ordinary user to keep it on")
        arguments.append("--no-sandbox")
    return arguments


def _clean_environment() -> dict[str, str | float | bool]:
    """Return our environment without what only we need, passwords above all."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CHECKER_")}


def _proxy(url: str) -> ProxySettings | None:
    if not url:
        return None
    parts = urlsplit(url)
    server = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    settings: ProxySettings = {"server": server}
    if parts.username:
        settings["username"] = parts.username
        settings["password"] = parts.password or ""
    return settings
