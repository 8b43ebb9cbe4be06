"""A browser for one account: identified, without a way out to hosts that are not the console's."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import BrowserContext, ProxySettings, sync_playwright
from playwright.sync_api import Error as BrowserError

from checker.browser.find import Browser
from checker.browser.sandbox import NO_SANDBOX_HERE, as_root, without_sandbox
from checker.console.guard import AGENT
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
    "proxy_settings",
    "resolver_rules",
    "running_browser",
    "unstartable",
]

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
    # What the browser asks by itself where a page wants it to: signing in by another site, a session's keys.
    "FedCm",
    "DeviceBoundSessions",
    # A sandboxed frame whose text is an attribute would begin in a process of its own before anything
    # could be taken out of it.
    "IsolateSandboxedIframes",
)
# A WebSocket goes to the SOCKS proxy where one is set, past those for http and https. No name under
# `.invalid` exists (RFC 6761), so none is ever opened, by no window and no worker.
_NO_SOCKETS: Final = "socks=socks5://closed.invalid:1"


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


def resolver_rules(hosts: Collection[str], origin: str, proxy: str = "") -> str:
    """Return Chromium's host rules: nothing resolves but the console, so not even a redirect leaves.

    Each host on its own port only, so that what speaks another protocol finds nothing either. With a
    proxy, which resolves the console's names itself, nothing resolves but the proxy.
    """
    only = urlsplit(proxy or origin)
    there = [only.netloc.rpartition("@")[2]] if only.netloc else sorted(f"{host}:443" for host in hosts)
    return ",".join([*(f"MAP {address} {address}" for address in there), "MAP * ~NOTFOUND"])


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
        # Left out, it would be off for everybody.
        "chromium_sandbox": not as_root(),
        "args": [*_arguments(launch, warn), *launch.arguments],
        "env": _clean_environment(),
        "proxy": _proxy(launch.proxy),
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }


def unstartable(launch: Launch, error: BrowserError) -> CheckerError:
    """Return what to tell of a browser that does not start."""
    said = str(error)
    no_sandbox = without_sandbox(said)
    why = "it finds nothing to build its sandbox of" if no_sandbox else said.splitlines()[0][:300]
    by_hand = "try it by hand with --version, or set browser.path to another one"
    return CheckerError(
        f"{launch.browser.path} did not start: {why}",
        exit_code=Exit.CONFIG,
        hint=NO_SANDBOX_HERE if no_sandbox else by_hand,
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
    session = driven.new_browser_cdp_session()
    try:
        return str(session.send("Browser.getVersion")["userAgent"])
    finally:
        session.detach()


def _arguments(launch: Launch, warn: Callable[[str], None]) -> list[str]:
    server = _server(launch.proxy) if launch.proxy else "direct://"
    arguments = [
        *_QUIET,
        f"--disable-features={','.join(_FEATURES_OFF)}",
        f"--proxy-server=http={server};https={server};{_NO_SOCKETS}",
    ]
    if not launch.attended:
        arguments.append(f"--host-resolver-rules={resolver_rules(launch.hosts, launch.origin, launch.proxy)}")
    if as_root():
        warn("running as root: the browser's own sandbox is off; run as an ordinary user to keep it on")
    return arguments


def _clean_environment() -> dict[str, str | float | bool]:
    """Return our environment without what only we need, passwords above all."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CHECKER_")}


def proxy_settings(url: str) -> ProxySettings:
    """Return a proxy as Playwright wants it: its credentials apart from its address."""
    parts = urlsplit(url)
    settings: ProxySettings = {"server": _server(url)}
    if parts.username:
        settings["username"] = unquote(parts.username)
        settings["password"] = unquote(parts.password or "")
    return settings


def _proxy(url: str) -> ProxySettings | None:
    """Return the proxy's credentials for Playwright to answer with: in no argument, and asked for only."""
    return proxy_settings(url) if urlsplit(url).username else None


def _server(url: str) -> str:
    """Return the address of a proxy without its credentials."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
