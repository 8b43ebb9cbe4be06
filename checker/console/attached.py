"""The guard of a page in somebody else's browser, where no launch flag is ours.

What launch flags close is closed in the page: it has no workers, no WebSockets, no windows and no
downloads. The person's own pages are let be: a request is judged if its frame is one of ours or it says
our name, and passed on at once if not. A window that our page opens all the same gets nothing.

A frame of another site is a target of its own, and a frame within that is another: what is said to the page
reaches neither. So each is held before its first line runs, told what the page was told, and only then let
go, however deep it lies; a target that nobody could tell stays held.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from playwright.sync_api import CDPSession, Page
from playwright.sync_api import Error as BrowserError

from checker.console.guard import AGENT, DOCUMENTS, REMOVE, Guard, leave
from checker.errors import CheckerError
from checker.model import Exit

__all__ = ["install_on"]

_ALSO_GONE: Final = """
for (const name of ['Worker', 'WebSocket', 'WebSocketStream', 'ServiceWorkerContainer']) {
  try { delete window[name]; Object.defineProperty(window, name, {value: undefined}); } catch (error) {}
}
try { Object.defineProperty(Navigator.prototype, 'serviceWorker', {value: undefined}); } catch (error) {}
Object.defineProperty(window, 'open', {value: () => null});
"""
_BRANDS: Final = {"Chrome": "Google Chrome", "Edg": "Microsoft Edge"}
_PLATFORMS: Final = {"Windows": "Windows", "Macintosh": "macOS"}


def install_on(guard: Guard, page: Page) -> None:
    """Stand guard over a page of our own, and over no other.

    Raises:
        CheckerError: this browser does not let us stand between it and the world: nothing is opened.
    """
    browser = page.context.browser
    if browser is None:
        raise CheckerError(
            "the browser at cdp_url cannot be guarded from outside: nothing was opened in it",
            exit_code=Exit.CONFIG,
            hint="take cdp_url out of the account and let the checker start a browser of its own",
        )
    outside = browser.new_browser_cdp_session()
    own = page.context.new_cdp_session(page)
    frames = _Frames(_named(outside.send("Browser.getVersion")))
    try:
        frames.take_in(own.send, own.on)
    except BrowserError:
        raise CheckerError(
            "the browser at cdp_url does not let its frames be guarded: nothing was opened in it",
            exit_code=Exit.CONFIG,
            hint="take cdp_url out of the account and let the checker start a browser of its own",
        ) from None
    windows = _windows_of(outside, frames.ids)
    own.send("Page.setDownloadBehavior", {"behavior": "deny"})
    page.add_init_script(REMOVE + _ALSO_GONE)

    def paused(event: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in event["request"]["headers"].items()}
        if event.get("frameId") in windows:
            guard.refuse(outside, event)
        elif event.get("frameId") in frames.ids or AGENT in headers.get("user-agent", ""):
            guard.judge(outside, event)
        else:
            with suppress(BrowserError):
                outside.send("Fetch.continueRequest", {"requestId": event["requestId"]})

    outside.on("Fetch.requestPaused", paused)
    outside.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}, DOCUMENTS]})
    page.on("close", lambda _: leave(outside))


Say = Callable[[str, dict[str, Any]], Any]
"""Sends one command to a target."""
Hear = Callable[[str, Callable[[dict[str, Any]], None]], Any]
"""Has a function called at each event of that name."""


@dataclass
class _Frames:
    """The frames of our page and of every target within it; `ids` grows as they are attached.

    named: how each target is told to say who it is.
    """

    named: dict[str, Any]
    ids: set[str] = field(default_factory=set)

    def take_in(self, say: Say, hear: Hear) -> None:
        """Tell a target all that our page is told, and do so with each target that it will ever hold."""
        branches: dict[str, _Branch] = {}

        def attached(event: dict[str, Any]) -> None:
            target = event["targetInfo"]
            branch = branches[event["sessionId"]] = _Branch(event["sessionId"], say)
            with suppress(BrowserError):  # it may be gone before it was told anything
                if target["type"] == "iframe":
                    self.ids.add(target["targetId"])
                    self.take_in(branch.say, branch.hear)
                # Our page has no workers: one that is there all the same is never let go.
                if target["type"] in ("iframe", "service_worker"):
                    branch.say("Runtime.runIfWaitingForDebugger", {})

        hear("Target.attachedToTarget", attached)
        hear("Target.receivedMessageFromTarget", lambda event: _pass_on(branches, event))
        hear("Page.frameAttached", lambda event: self.ids.add(event["frameId"]))
        say("Page.enable", {})
        say("Network.enable", {})
        say("Emulation.setUserAgentOverride", self.named)
        say("Network.setBypassServiceWorker", {"bypass": True})
        say("Network.setCacheDisabled", {"cacheDisabled": True})
        # Not flattened: the driver hears only of sessions it made itself.
        wishes = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": False}
        say("Target.setAutoAttach", wishes)
        if (answer := say("Page.getFrameTree", {})) is not None:
            self._add(answer["frameTree"])

    def _add(self, tree: dict[str, Any]) -> None:
        self.ids.add(tree["frame"]["id"])
        for child in tree.get("childFrames", []):
            self._add(child)


@dataclass
class _Branch:
    """A target within another one, spoken to through it."""

    session: str
    through: Say
    handlers: dict[str, list[Callable[[dict[str, Any]], None]]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    def say(self, method: str, params: dict[str, Any]) -> None:
        """Send a command; its answer is not waited for, as what is sent in one session arrives in order."""
        message = json.dumps({"id": next(self._numbers), "method": method, "params": params})
        self.through("Target.sendMessageToTarget", {"sessionId": self.session, "message": message})

    def hear(self, name: str, handler: Callable[[dict[str, Any]], None]) -> None:
        """Have a function called at each event of that name."""
        self.handlers.setdefault(name, []).append(handler)


def _pass_on(branches: Mapping[str, _Branch], event: dict[str, Any]) -> None:
    """Hand an event of a target within to who listens to it."""
    branch = branches.get(event["sessionId"])
    told = json.loads(event["message"])
    for handler in branch.handlers.get(told.get("method", ""), []) if branch else []:
        handler(told["params"])


def _windows_of(session: CDPSession, frames: set[str]) -> set[str]:
    """Return the ids of the windows that our page opens, each known before its first request, and closed."""
    windows: set[str] = set()

    def created(event: dict[str, Any]) -> None:
        target = event["targetInfo"]
        if target.get("openerId") in frames or target.get("openerFrameId") in frames:
            windows.add(target["targetId"])
            with suppress(BrowserError):
                session.send("Target.closeTarget", {"targetId": target["targetId"]})

    session.on("Target.targetCreated", created)
    session.send("Target.setDiscoverTargets", {"discover": True})
    return windows


def _named(version: Mapping[str, str]) -> dict[str, Any]:
    """Return what has a target say in each request who sends it, and keeps the client hints true to the browser.

    version: what the browser says of itself; an override leaves every hint out that is not given anew.
    """
    agent = version["userAgent"]
    name, _, number = version["product"].partition("/")
    major = number.partition(".")[0]
    return {
        "userAgent": f"{agent} {AGENT}",
        "userAgentMetadata": {
            "brands": [
                {"brand": brand, "version": major} for brand in ("Chromium", _BRANDS.get(name, name))
            ],
            "fullVersion": number,
            "platform": next((name for mark, name in _PLATFORMS.items() if mark in agent), "Linux"),
            "platformVersion": "",
            "architecture": "",
            "model": "",
            "mobile": False,
        },
    }
