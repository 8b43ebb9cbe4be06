"""The guard of a page in somebody else's browser, where no launch flag is ours.

What launch flags close is closed in the page: it has no workers, no WebSockets, no windows and no
downloads. The person's own pages are let be: a request is judged if its frame is one of ours or it says
our name, and passed on at once if not. A window that our page opens all the same gets nothing.

A frame of another site is a target of its own, and a frame within that is another: what is said to the page
reaches neither. So each is held before its first line runs, told what the page was told, and only then let
go, however deep it lies; a target that nobody could tell stays held. One sort cannot be held: a sandboxed
frame whose text stands in an attribute (`srcdoc`) begins by itself. It is taken out of the page as it comes
in, and a page where one begins all the same is refused. A request of a frame that nobody has heard of waits
until every target of ours has said whether it is one of its frames.
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

from checker.console.guard import AGENT, DOCUMENTS, DROPPED, Guard, leave, removal
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
    frames = _Frames(_named(outside.send("Browser.getVersion")), own, guard)
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
    page.add_init_script(removal(*DROPPED, "iframe[sandbox][srcdoc]") + _ALSO_GONE)

    def pass_on(event: dict[str, Any]) -> None:
        with suppress(BrowserError):
            outside.send("Fetch.continueRequest", {"requestId": event["requestId"]})

    def paused(event: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in event["request"]["headers"].items()}
        frame = event.get("frameId", "")
        if frame in windows:
            guard.refuse(outside, event, "a window that the page opened; nothing allows it")
        elif frame in frames.ids or AGENT in headers.get("user-agent", ""):
            guard.judge(outside, event)
        elif not frame or _is_page(outside, frame):
            pass_on(event)
        else:
            frames.ask_for(frame, lambda: guard.judge(outside, event), lambda: pass_on(event))

    outside.on("Fetch.requestPaused", paused)
    outside.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}, DOCUMENTS]})
    page.on("close", lambda _: leave(outside))


Say = Callable[[str, dict[str, Any]], Any]
"""Sends one command to a target."""
Hear = Callable[[str, Callable[[dict[str, Any]], None]], Any]
"""Has a function called at each event of that name."""


def _is_page(outside: CDPSession, frame: str) -> bool:
    """Tell whether a frame that is none of ours is a page of the person's."""
    try:
        targets = outside.send("Target.getTargets")["targetInfos"]
    except BrowserError:
        return False
    return any(target["targetId"] == frame and target["type"] == "page" for target in targets)


@dataclass
class _Question:
    """Whose frame sent something: asked of every target of ours, until one or all have answered."""

    frame: str
    ours: Callable[[], None]
    theirs: Callable[[], None]
    waiting_for: set[str]


@dataclass
class _Frames:
    """The frames of our page and of every target within it; `ids` grows as they are attached.

    named: how each target is told to say who it is. page: our page's own session.
    """

    named: dict[str, Any]
    page: CDPSession
    guard: Guard
    ids: set[str] = field(default_factory=set)
    _all: dict[str, _Branch] = field(default_factory=dict)
    _asked: list[_Question] = field(default_factory=list)

    def ask_for(self, frame: str, ours: Callable[[], None], theirs: Callable[[], None]) -> None:
        """Find out whose frame it is; nothing is sent for it before that is known."""
        with suppress(BrowserError):
            self._add(self.page.send("Page.getFrameTree")["frameTree"])
        question = _Question(frame, ours, theirs, set(self._all))
        self._asked.append(question)
        for branch in list(self._all.values()):
            try:
                branch.say("Page.getFrameTree", {})
            except BrowserError:
                self._gone(branch.session)
        self._decide()

    def _decide(self) -> None:
        for question in list(self._asked):
            ours = question.frame in self.ids
            if (ours or not question.waiting_for) and question in self._asked:
                self._asked.remove(question)
                (question.ours if ours else question.theirs)()

    def _gone(self, session: str) -> None:
        self._all.pop(session, None)
        for question in self._asked:
            question.waiting_for.discard(session)

    def _answered(self, session: str, result: dict[str, Any]) -> None:
        if "frameTree" in result:
            self._add(result["frameTree"])
            for question in self._asked:
                question.waiting_for.discard(session)
            self._decide()

    def _attached_frame(self, event: dict[str, Any]) -> None:
        self.ids.add(event["frameId"])
        self._decide()

    def take_in(self, say: Say, hear: Hear) -> None:
        """Tell a target all that our page is told, and do so with each target that it will ever hold."""
        branches: dict[str, _Branch] = {}

        def attached(event: dict[str, Any]) -> None:
            target, session = event["targetInfo"], event["sessionId"]
            branch = branches[session] = _Branch(session, say)
            with suppress(BrowserError):  # it may be gone before it was told anything
                if target["type"] == "iframe":
                    if not event["waitingForDebugger"]:
                        self.guard.give_up(
                            "a frame of the page began before anything could be taken out of it"
                        )
                    self._all[session] = branch
                    self.ids.add(target["targetId"])
                    self._decide()
                    self.take_in(branch.say, branch.hear)
                # Our page has no workers: one that is there all the same is never let go.
                if target["type"] in ("iframe", "service_worker"):
                    branch.say("Runtime.runIfWaitingForDebugger", {})

        def detached(event: dict[str, Any]) -> None:
            branches.pop(event["sessionId"], None)
            self._gone(event["sessionId"])
            self._decide()

        def told(event: dict[str, Any]) -> None:
            message = json.loads(event["message"])
            if (branch := branches.get(event["sessionId"])) is not None:
                self._answered(branch.session, message.get("result", {}))
                for handler in branch.handlers.get(message.get("method", ""), []):
                    handler(message["params"])

        hear("Target.attachedToTarget", attached)
        hear("Target.detachedFromTarget", detached)
        hear("Target.receivedMessageFromTarget", told)
        hear("Page.frameAttached", self._attached_frame)
        say("Page.enable", {})
        say("Network.enable", {})
        say("Emulation.setUserAgentOverride", self.named)
        say("Network.setBypassServiceWorker", {"bypass": True})
        say("Network.setCacheDisabled", {"cacheDisabled": True})
        # Not flattened: the driver hears only of sessions it made itself.
        wishes = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": False}
        say("Target.setAutoAttach", wishes)
        answer = say("Page.getFrameTree", {})
        if answer is not None:  # of a target within, it comes later
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
    """Return what has a target say in each request who sends it, and keeps the client hints true.

    version: what the browser says of itself; an override leaves every hint out that is not given anew.
    """
    agent = version["userAgent"]
    name, _, number = version["product"].partition("/")
    major = number.partition(".")[0]
    return {
        "userAgent": f"{agent} {AGENT}",
        "userAgentMetadata": {
            "brands": [{"brand": brand, "version": major} for brand in ("Chromium", _BRANDS.get(name, name))],
            "fullVersion": number,
            "platform": next((name for mark, name in _PLATFORMS.items() if mark in agent), "Linux"),
            "platformVersion": "",
            "architecture": "",
            "model": "",
            "mobile": False,
        },
    }
