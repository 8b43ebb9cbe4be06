"""A browser for one account: identified, without a way out to hosts that are not the console's."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import BrowserContext, ProxySettings, sync_playwright
from playwright.sync_api import Error as BrowserError

from checker.browser.find import Browser
from checker.console.guard import AGENT
from checker.errors import CheckerError
from checker.model import Exit

__all__ = ["AGENT", "Launch", "browser_context", "new_context", "resolver_rules", "running_browser"]

_QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-pings",
    # What the guard does not see, or is better off without: see `checker.console.guard`.
    "--disable-shared-workers",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # Addresses of this machine go where all others go.
    "--proxy-bypass-list=<-loopback>",
)
# Playwright's own list, which ours takes the place of, and the reports a browser writes by itself.
_FEATURES_OFF: Final = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "Reporting",
    "NetworkErrorLogging",
)
# A WebSocket goes to the SOCKS proxy where one is set, past those for http and https. No name under
# `.invalid` exists (RFC 6761), so none is ever opened, by no window and no worker.
_NO_SOCKETS: Final = "socks=socks5://closed.invalid:1"


@dataclass(frozen=True, slots=True)
class Launch:
    """What one account's browser is like.

    hosts: the only hosts whose names resolve; origin: where an account on a replica lives instead.
    """

    browser: Browser
    hosts: Collection[str]
    origin: str = ""
    locale: str = "en-US"
    zone: str = "UTC"
    proxy: str = ""
    headless: bool = True


def resolver_rules(hosts: Collection[str], origin: str, proxy: str = "") -> str:
    """Return Chromium's host rules: nothing resolves but the console, so not even a redirect leaves.

    Each host on its own port only, so that what speaks another protocol finds nothing either. With a
    proxy, which resolves the console's names itself, nothing resolves but the proxy.
    """
    only = proxy or origin
    there = [_address(only)] if only else sorted(f"{host}:443" for host in hosts)
    return ",".join([*(f"MAP {address} {address}" for address in there), "MAP * ~NOTFOUND"])


def _address(url: str) -> str:
    """Return host and port of an address, the port of its scheme where it names none."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port or (80 if parts.scheme == 'http' else 443)}"


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
            driven = playwright.chromium.launch(
                executable_path=launch.browser.path,
                headless=launch.headless,
                args=_arguments(launch, warn),
                env=_clean_environment(),
                proxy=_proxy(launch.proxy),
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except BrowserError as error:
            raise CheckerError(
                f"{launch.browser.path} did not start: {str(error).splitlines()[0][:300]}",
                exit_code=Exit.CONFIG,
                hint="try it by hand with --version, or set browser.path to another one",
            ) from None
        try:
            yield driven
        finally:
            driven.close()


def new_context(driven: DrivenBrowser, launch: Launch) -> BrowserContext:
    """Return a fresh profile of a running browser: identified, silent in the background, without rights."""
    context = driven.new_context(
        user_agent=f"{_own_user_agent(driven)} {AGENT}",
        locale=launch.locale.replace("_", "-"),
        timezone_id=launch.zone,
        viewport={"width": 1440, "height": 1000},
        service_workers="block",
        accept_downloads=False,
        permissions=[],
    )
    context.set_default_timeout(30_000)
    return context


def _own_user_agent(driven: DrivenBrowser) -> str:
    page = driven.new_page()
    try:
        return str(page.evaluate("navigator.userAgent"))
    finally:
        page.close()


def _arguments(launch: Launch, warn: Callable[[str], None]) -> list[str]:
    server = _server(launch.proxy) if launch.proxy else "direct://"
    arguments = [
        *_QUIET,
        f"--disable-features={','.join(_FEATURES_OFF)}",
        f"--host-resolver-rules={resolver_rules(launch.hosts, launch.origin, launch.proxy)}",
        f"--proxy-server=http={server};https={server};{_NO_SOCKETS}",
    ]
    if sys.platform == "linux" and os.geteuid() == 0:
        warn("running as root: the browser's own sandbox is off; run as an ordinary user to keep it on")
        arguments.append("--no-sandbox")
    return arguments


def _clean_environment() -> dict[str, str | float | bool]:
    """Return our environment without what only we need, passwords above all."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CHECKER_")}


def _proxy(url: str) -> ProxySettings | None:
    """Return the proxy's credentials for Playwright to answer with: in no argument, and asked for only."""
    parts = urlsplit(url)
    if not parts.username:
        return None
    return {
        "server": _server(url),
        "username": unquote(parts.username),
        "password": unquote(parts.password or ""),
    }


def _server(url: str) -> str:
    """Return the address of a proxy without its credentials."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
