"""The guard of a page in somebody else's browser, where no launch flag is ours.

What launch flags close is closed in the page: it has no workers, no WebSockets, no windows and no
downloads. The person's own pages are let be: a request is judged if its frame is one of ours or it says
our name, and passed on at once if not. A window that our page opens all the same gets nothing.
"""

from __future__ import annotations

from contextlib import suppress
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
    frames = _own_frames(own)
    _name_ourselves(own, outside.send("Browser.getVersion"))
    windows = _windows_of(outside, frames)
    own.send("Page.setDownloadBehavior", {"behavior": "deny"})
    own.send("Network.setBypassServiceWorker", {"bypass": True})
    own.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.add_init_script(REMOVE + _ALSO_GONE)

    def paused(event: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in event["request"]["headers"].items()}
        if event.get("frameId") in windows:
            guard.refuse(outside, event)
        elif event.get("frameId") in frames or AGENT in headers.get("user-agent", ""):
            guard.judge(outside, event)
        else:
            with suppress(BrowserError):
                outside.send("Fetch.continueRequest", {"requestId": event["requestId"]})

    outside.on("Fetch.requestPaused", paused)
    outside.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}, DOCUMENTS]})
    page.on("close", lambda _: leave(outside))


def _own_frames(session: CDPSession) -> set[str]:
    """Return the ids of a page's frames, which grows as frames are attached."""
    session.send("Page.enable")
    frames: set[str] = set()

    def add(tree: dict[str, Any]) -> None:
        frames.add(tree["frame"]["id"])
        for child in tree.get("childFrames", []):
            add(child)

    session.on("Page.frameAttached", lambda event: frames.add(event["frameId"]))
    add(session.send("Page.getFrameTree")["frameTree"])
    return frames


def _windows_of(session: CDPSession, frames: set[str]) -> set[str]:
    """Return the ids of the windows that our page opens, each known before its first request, and closed."""
    windows: set[str] = set()

    def created(event: dict[str, Any]) -> None:
        target = event["targetInfo"]
        if target.get("openerId") in frames:
            windows.add(target["targetId"])
            with suppress(BrowserError):
                session.send("Target.closeTarget", {"targetId": target["targetId"]})

    session.on("Target.targetCreated", created)
    session.send("Target.setDiscoverTargets", {"discover": True})
    return windows


def _name_ourselves(session: CDPSession, version: dict[str, str]) -> None:
    """Say in each request of the page who sends it, and keep the client hints true to the browser.

    version: what the browser says of itself; an override leaves every hint out that is not given anew.
    """
    agent = version["userAgent"]
    name, _, number = version["product"].partition("/")
    major = number.partition(".")[0]
    brands = [{"brand": brand, "version": major} for brand in ("Chromium", _BRANDS.get(name, name))]
    session.send("Network.enable")
    session.send(
        "Emulation.setUserAgentOverride",
        {
            "userAgent": f"{agent} {AGENT}",
            "userAgentMetadata": {
                "brands": brands,
                "fullVersion": number,
                "platform": next((name for mark, name in _PLATFORMS.items() if mark in agent), "Linux"),
                "platformVersion": "",
                "architecture": "",
                "model": "",
                "mobile": False,
            },
        },
    )
