"""Never a hand on the account: what the browser may send, decided outside of the flow.

phase     allowed
SIGN_IN   GET HEAD OPTIONS; the form posts that site.toml lists, to the console's own hosts
READ      GET HEAD OPTIONS; the POSTs the console itself makes in order to read, as listed
both      never a denied path, whatever the method; never a host that is not listed
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Route, WebSocketRoute
from playwright.sync_api import Error as BrowserError

from checker.flow import SiteToml

__all__ = ["Guard", "Phase", "Policy", "Verdict", "is_loopback"]

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_OPERATION = re.compile(r"^\s*(?:query\b|\{)")


class Phase(StrEnum):
    """What the browser is doing."""

    SIGN_IN = "sign_in"
    READ = "read"


class Verdict(StrEnum):
    """What happens to a request."""

    ALLOW = "allow"
    BLOCK = "block"
    REROUTE = "reroute"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a flow's data and an account's origin allow; pure.

    attended: a person is there, and what only a person may answer may be sent.
    """

    toml: SiteToml
    origin: str = ""
    attended: bool = False

    def judge(self, phase: Phase, method: str, url: str, body: str | None = None) -> Verdict:
        """Decide about one request."""
        parts = urlsplit(url)
        if parts.scheme in ("data", "blob", "about"):
            return Verdict.ALLOW
        if parts.scheme not in ("http", "https") or self._denied(parts.path):
            return Verdict.BLOCK
        if not self.at_home(url):
            reroute = self.origin and parts.hostname in self.toml.allowed_hosts and method in _READS
            return Verdict.REROUTE if reroute else Verdict.BLOCK
        if method in _READS or self._listed(phase, method, parts.path, body):
            return Verdict.ALLOW
        return Verdict.BLOCK

    def at_home(self, url: str) -> bool:
        """Tell whether an address belongs to the console: the account's origin, or a listed host by HTTPS."""
        parts = urlsplit(url)
        if self.origin:
            home = urlsplit(self.origin)
            return (parts.scheme, parts.netloc) == (home.scheme, home.netloc)
        return (
            parts.scheme == "https"
            and parts.port in (None, 443)
            and parts.hostname in self.toml.allowed_hosts
        )

    def rerouted(self, url: str) -> str:
        """Return where an address of one of the flow's hosts lies at the account's origin."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.origin}{parts.path}{query}"

    def may_post_secret(self, url: str) -> bool:
        """Tell whether a sign-in form may send to `url`: the console's own, and a listed path."""
        path = urlsplit(url).path
        return self.at_home(url) and any(re.fullmatch(pattern, path) for pattern in self._sign_in_posts)

    @property
    def _sign_in_posts(self) -> tuple[str, ...]:
        signin = self.toml.signin
        return (*signin.posts, *signin.person_posts) if self.attended else signin.posts

    def _denied(self, path: str) -> bool:
        if self.attended and any(re.fullmatch(pattern, path) for pattern in self.toml.signin.person_posts):
            return False
        return any(re.search(pattern, path) for pattern in self.toml.deny)

    def _listed(self, phase: Phase, method: str, path: str, body: str | None) -> bool:
        if method != "POST":
            return False
        if phase is Phase.SIGN_IN and any(re.fullmatch(pattern, path) for pattern in self._sign_in_posts):
            return True
        return any(
            re.fullmatch(read.path, path) and (not read.operation or _only_operation(body, read.operation))
            for read in self.toml.reads
        )


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _only_operation(body: str | None, operation: str) -> bool:
    """Tell whether a GraphQL body holds nothing but queries of that name; a batch goes all or nothing."""
    try:
        parsed = json.loads(body or "")
    except (ValueError, RecursionError):
        return False
    calls = parsed if isinstance(parsed, list) else [parsed]
    return bool(calls) and all(_is_query(call, operation) for call in calls)


def _is_query(call: Any, operation: str) -> bool:
    if not isinstance(call, dict) or call.get("operationName") != operation:
        return False
    text = call.get("query")
    return isinstance(text, str) and _OPERATION.match(text) is not None and "mutation" not in text


# What a context's routing does not see: gone before any page can use it.
_REMOVE = """
const unseen = ['SharedWorker', 'fetchLater', 'WebTransport', 'RTCPeerConnection', 'webkitRTCPeerConnection'];
for (const name of unseen) {
  try { delete window[name]; Object.defineProperty(window, name, {value: undefined}); } catch (error) {}
}
"""


@dataclass
class Guard:
    """Stands between the browser and the world, and counts what it turned away."""

    policy: Policy
    phase: Phase = Phase.SIGN_IN
    visited: Callable[[str, str], None] = lambda _method, _url: None
    blocked: list[str] = field(default_factory=list)
    total: int = 0

    def install(self, context: BrowserContext) -> None:
        """Stand guard over every page, popup and frame of a context."""
        context.route("**/*", self._route)
        context.route_web_socket("**/*", self._web_socket)
        context.add_init_script(_REMOVE)

    def forget(self) -> None:
        """Begin counting afresh for the next page."""
        self.blocked.clear()

    def _route(self, route: Route) -> None:
        request = route.request
        verdict = self.policy.judge(self.phase, request.method, request.url, request.post_data)
        try:
            match verdict:
                case Verdict.ALLOW:
                    self.visited(request.method, request.url)
                    route.continue_()
                case Verdict.REROUTE:
                    home = self.policy.rerouted(request.url)
                    route.fulfill(status=302, headers={"location": home})
                case Verdict.BLOCK:
                    self._turn_away(request.method, request.url)
                    route.abort("blockedbyclient")
        except BrowserError:
            # The page went away while its request was being judged: nothing was sent.
            return

    def _web_socket(self, socket: WebSocketRoute) -> None:
        self._turn_away("WEBSOCKET", socket.url)
        socket.close()

    def _turn_away(self, method: str, url: str) -> None:
        parts = urlsplit(url)
        self.total += 1
        self.blocked.append(f"{method} {parts.hostname or ''}{parts.path}")
