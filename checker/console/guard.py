"""Never a hand on the account: every request of the browser is judged before it leaves.

Judged where the whole browser passes through and not page by page: routes of a page or a context never
see the hops of a redirect, shared and service workers, `fetchLater`, or what a page sends as it goes.

way out                                     closed by
every request and every hop of a redirect   the browser's own interception, judged by `Policy`
WebSocket, also in workers                  a proxy that is not there (launch flags); counted here
WebRTC, WebTransport                        nothing resolves but the console's own port; gone from windows
speculation rules                           taken out of page and headers before the browser reads them
reports the browser writes by itself        switched off (launch flags), their addresses taken out
what a browser asks on a page's behalf      forbidden to documents by a header, or off (launch flags):
                                            signing in by another site, payment, auctions of advertisements
service workers                             the context refuses them
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, CDPSession, Page, WebSocket
from playwright.sync_api import Error as BrowserError
from pydantic import SecretStr

from checker.console.acting import says_telemetry
from checker.console.policy import Judgement, Phase, Policy, Verdict, is_loopback
from checker.console.typed import Typed
from checker.errors import CheckerError, Stop
from checker.model import Outcome

__all__ = [
    "AGENT",
    "DOCUMENTS",
    "DROPPED",
    "REMOVE",
    "Blocked",
    "Guard",
    "Phase",
    "Policy",
    "Verdict",
    "is_loopback",
    "leave",
    "removal",
]

AGENT: Final = "Agent/marketplace-health-checker"
"""How every request says that a program sent it."""

DROPPED: Final = ('script[type="speculationrules" i]',)
"""Elements that send by themselves, past all interception."""


def removal(*dropped: str) -> str:
    """Return a script that takes out of a page what no interception sees, before the page can use it.

    dropped: selectors of elements taken out as they come in, also in shadow roots.
    """
    return _REMOVAL.replace("DROPPED", json.dumps(", ".join(dropped)))


# Speculation rules are data, not a constructor.
_REMOVAL: Final = r"""
(() => {
  const gone = ['SharedWorker', 'fetchLater', 'WebTransport', 'RTCPeerConnection', 'webkitRTCPeerConnection'];
  for (const name of gone) {
    try { delete window[name]; Object.defineProperty(window, name, {value: undefined}); } catch (error) {}
  }
  const drop = root => root.querySelectorAll(DROPPED).forEach(element => element.remove());
  const all = {childList: true, subtree: true, attributes: true, attributeFilter: ['sandbox', 'srcdoc']};
  const watch = root => new MutationObserver(() => drop(root)).observe(root, all);
  watch(document);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    watch(root);
    return root;
  };
})();
"""

REMOVE: Final = removal(*DROPPED)


DOCUMENTS: Final[dict[str, str]] = {"urlPattern": "*", "resourceType": "Document", "requestStage": "Response"}
"""The pattern by which documents are looked at again as they come in."""

# What a document may ask of the browser in its headers that is sent past all interception.
_WISHES: Final = frozenset({"speculation-rules", "reporting-endpoints", "report-to", "nel"})


# What a page may have the browser itself ask for, past all interception: no document has leave to. The last
# that is said of a name counts, so that what a console says of these is overruled.
_WITHOUT_LEAVE: Final = {
    "name": "Permissions-Policy",
    "value": ", ".join(
        f"{feature}=()"
        for feature in (
            "identity-credentials-get",
            "digital-credentials-get",
            "payment",
            "attribution-reporting",
            "join-ad-interest-group",
            "run-ad-auction",
            "shared-storage",
        )
    ),
}


_SENDS_ON: Final = range(300, 400)

_WITHHELD: Final = "/(withheld)"
"""Stands for a path that holds a secret."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """One request that was turned away; of its query the keys alone are kept.

    why: what was wrong with it, and the line of an override that would allow it where one would.
    """

    method: str
    url_without_query_values: str
    path: str
    resource_type: str
    why: str

    def __str__(self) -> str:
        """Return the request in a few words: method, host, path."""
        return f"{self.method} {urlsplit(self.url_without_query_values).hostname or ''}{self.path}"


@dataclass
class Guard:
    """Stands between the browser and the world, and counts what it turned away.

    visited: told the method and address of everything let through. blocked: what was turned away since the
    page was opened; noise: likewise, of what only reports how the page is doing, and that nobody misses.
    asked_to_wait: the longest time, in seconds, that the console asked to be left alone for.
    """

    policy: Policy
    phase: Phase = Phase.SIGN_IN
    visited: Callable[[str, str], None] = lambda _method, _url: None
    blocked: list[Blocked] = field(default_factory=list)
    noise: list[Blocked] = field(default_factory=list)
    total: int = 0
    asked_to_wait: float = 0.0
    _typed: Typed = field(default_factory=Typed, repr=False)
    _diverted: str = ""
    _given_up: str = ""

    def install(self, context: BrowserContext) -> None:
        """Stand guard over everything a browser sends until the context closes.

        Raises:
            CheckerError: the browser cannot be guarded; nothing may be opened in it.
        """
        browser = context.browser
        if browser is None:
            raise CheckerError("this browser cannot be guarded from outside: nothing was opened")
        session = browser.new_browser_cdp_session()
        session.on("Fetch.requestPaused", lambda event: self.judge(session, event))
        session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}, DOCUMENTS]})
        context.add_init_script(REMOVE)
        context.on("page", self._watch)
        for page in context.pages:
            self._watch(page)
        context.on("close", lambda _: leave(session))

    def forget(self) -> None:
        """Begin counting afresh for the next page."""
        self.blocked.clear()
        self.noise.clear()

    def blocked_for(self, pattern: str) -> list[Blocked]:
        """Return what was turned away whose whole path a pattern fits, as an answer of site.toml has one."""
        return [one for one in self.blocked if re.fullmatch(pattern, one.path)]

    def watch_secret(self, secret: SecretStr) -> None:
        """Look for a secret, from before it is typed, in everything that leaves.

        Whatever carries it to anywhere but a sign-in origin, or in an address, is turned away and ends the
        visit. Not for user names: a console has them in its own addresses.
        """
        self._typed.add(secret)

    def heed(self) -> None:
        """Raise Stop if what was typed into a sign-in form was on its way to somebody else.

        By a script, by a redirect that keeps the body, or by a form that was changed at the last moment: it
        was turned away, and a page that tries it is not to be given anything more.

        Raises:
            Stop: that was so, or the page cannot be guarded.
        """
        if self._given_up:
            raise Stop(Outcome.UNSAFE_PAGE, self._given_up)
        if self._diverted:
            raise Stop(Outcome.UNSAFE_PAGE, f"what was typed to sign in {self._diverted}; it was turned away")

    def give_up(self, why: str) -> None:
        """Have the visit end at the next look: this page cannot be guarded."""
        self._given_up = why

    def _watch(self, page: Page) -> None:
        page.on("websocket", self._note_socket)
        try:
            # What is read comes from the console, not from what it said on an earlier page.
            page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        except BrowserError:
            return  # a window that has already gone

    def _note_socket(self, socket: WebSocket) -> None:
        self._turn_away("WEBSOCKET", socket.url, "WebSocket", "no console needs a socket to be read")

    def judge(self, session: CDPSession, event: dict[str, Any]) -> None:
        """Let a paused request go, send it home, or turn it away; let a document in."""
        request = event["request"]
        method, url = request["method"], request["url"]
        try:
            if "responseStatusCode" in event:
                session.send("Fetch.continueResponse", _let_in(event))
                return
            if why := self._carries_secret(request):
                self._diverted = why
                self.refuse(session, event, f"a secret that was typed {why}; nothing allows it")
                return
            body = _body(request)
            judged = self.policy.examine(
                self.phase,
                method,
                url,
                body,
                headers=request["headers"],
                resource_type=event["resourceType"],
            )
            if judged.verdict is Verdict.ALLOW and self._hides_what_it_sends(request, body):
                judged = Judgement(
                    Verdict.BLOCK, "the browser does not show what it sends; nothing allows it"
                )
            match judged.verdict:
                case Verdict.ALLOW:
                    self.visited(method, url)
                    session.send("Fetch.continueRequest", _identified(event))
                case Verdict.REROUTE:
                    home = {"name": "Location", "value": self.policy.rerouted(url)}
                    answer = {
                        "requestId": event["requestId"],
                        "responseCode": HTTPStatus.FOUND.value,
                        "responseHeaders": [home],
                    }
                    session.send("Fetch.fulfillRequest", answer)
                case Verdict.BLOCK:
                    self._note_diversion(event)
                    self.refuse(session, event, judged.why)
        except BrowserError:
            # The page went away while its request was being judged: nothing was sent.
            return

    def refuse(self, session: CDPSession, event: dict[str, Any], why: str) -> None:
        """Turn a paused request away, whatever it is."""
        request = event["request"]
        self._turn_away(request["method"], request["url"], event["resourceType"], why)
        with suppress(BrowserError):
            session.send(
                "Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "BlockedByClient"}
            )

    def _carries_secret(self, request: dict[str, Any]) -> str:
        """Return where a request would carry a secret that it must not go to, nothing if it carries none."""
        url: str = request["url"]
        parts = urlsplit(url)
        if not self._typed or parts.scheme in ("data", "blob", "about"):
            return ""
        where = f"to {parts.hostname or ''}{_WITHHELD if self._typed.is_in(parts.path) else parts.path}"
        referrers = [value for name, value in request["headers"].items() if name.lower() == "referer"]
        # Addresses end up in logs, also in those of the right host.
        if self._typed.is_in(url, *referrers):
            return f"was written into an address {where}"
        if self.policy.is_sign_in_origin(url):
            return ""
        sent = (_shown(request), *(f"{name}: {value}" for name, value in request["headers"].items()))
        return f"was sent on {where}" if self._typed.is_in(*sent) else ""

    def _hides_what_it_sends(self, request: dict[str, Any], body: str | None) -> bool:
        """Tell whether a request could carry a secret unseen to where none may go."""
        if body is not None or not self._typed or self.phase is not Phase.SIGN_IN:
            return False
        sends = bool(request.get("hasPostData") or request.get("postDataEntries"))
        return sends and not self.policy.is_sign_in_origin(request["url"])

    def _note_diversion(self, event: dict[str, Any]) -> None:
        method, url = event["request"]["method"], event["request"]["url"]
        if self.phase is Phase.SIGN_IN and method == "POST" and event["resourceType"] == "Document":
            parts = urlsplit(url)
            hop = event.get("redirectedRequestId") is not None
            if hop or not self.policy.is_sign_in_origin(url):
                self._diverted = f"was sent on to {parts.hostname or ''}{parts.path}"

    def _turn_away(self, method: str, url: str, resource_type: str, why: str) -> None:
        parts = urlsplit(url)
        # What stands alone is a value as much as a key.
        keys = "&".join(pair.partition("=")[0] for pair in parts.query.split("&") if "=" in pair)
        path = _WITHHELD if self._typed.is_in(parts.path) else parts.path
        bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"
        told = f"{bare}?{keys}" if keys and not self._typed.is_in(keys) else bare
        blocked = Blocked(method, told, path, resource_type, why)
        self.total += 1
        writes = method not in ("GET", "HEAD", "WEBSOCKET")
        heard = self.noise if writes and says_telemetry(parts.path, resource_type) else self.blocked
        heard.append(blocked)


def _identified(event: dict[str, Any]) -> dict[str, Any]:
    """Return what lets a request go on: as it is, or with our name where the browser left it out.

    It does for what no page sends any more: a service worker, a beacon of a page that is gone.
    """
    headers: dict[str, str] = event["request"]["headers"]
    agent = next((value for name, value in headers.items() if name.lower() == "user-agent"), "")
    if AGENT in agent:
        return {"requestId": event["requestId"]}
    named = {name: value for name, value in headers.items() if name.lower() != "user-agent"}
    named["User-Agent"] = f"{agent} {AGENT}".strip()
    whole = [{"name": name, "value": value} for name, value in named.items()]
    return {"requestId": event["requestId"], "headers": whole}


def _let_in(event: dict[str, Any]) -> dict[str, Any]:
    """Return what lets a document come in, without headers that act by themselves and without leave."""
    headers: list[dict[str, str]] = event.get("responseHeaders", [])
    kept = [header for header in headers if header["name"].lower() not in _WISHES]
    # What only sends on is no document yet.
    if event["responseStatusCode"] not in _SENDS_ON:
        kept.append(_WITHOUT_LEAVE)
    if kept == headers:
        return {"requestId": event["requestId"]}
    changed = {"responseCode": event["responseStatusCode"], "responseHeaders": kept}
    return {"requestId": event["requestId"], **changed}


def _body(request: dict[str, Any]) -> str | None:
    """Return what a request sends, or none where the browser does not show all of it."""
    entries = request.get("postDataEntries")
    if not entries:
        text = request.get("postData")
        return text if isinstance(text, str) else None
    if any("bytes" not in entry for entry in entries):
        return None
    return _shown(request)


def _shown(request: dict[str, Any]) -> str:
    """Return as much of what a request sends as the browser shows."""
    entries = request.get("postDataEntries") or []
    sent = b"".join(base64.b64decode(entry.get("bytes", "")) for entry in entries)
    text = request.get("postData")
    return sent.decode("utf-8", "replace") if sent else (text if isinstance(text, str) else "")


def leave(session: CDPSession) -> None:
    """Stand aside; whatever is still paused goes on as if nobody had been there."""
    with suppress(BrowserError):  # the browser may have gone before us
        session.detach()
