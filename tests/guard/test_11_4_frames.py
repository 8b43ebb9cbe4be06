"""11.4: frames within frames of other sites, in a browser that a person runs, are guarded like the page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import Page

from checker.browser.attach import page_in
from checker.console import Guard, Phase, Policy
from checker.console.attached import install_on
from checker.console.guard import AGENT
from checker.errors import Stop
from checker.model import Outcome
from tests.guard.attempts import SIGN_IN_TOML

_DEEDS: Final = (
    "<script>"
    "fetch('/deed/{name}', {{method: 'POST', mode: 'no-cors'}}).catch(() => 0);"
    "fetch('/deny/{name}', {{mode: 'no-cors'}}).catch(() => 0);"
    "new Image().src = '/deny/{name}';"
    "try {{ navigator.sendBeacon('/deed/beacon-{name}', 'x') }} catch (error) {{}}"
    "try {{ new Worker(URL.createObjectURL(new Blob(['fetch(\"' + location.origin + '/deed/worker-{name}\", "
    '{{method: "POST", mode: "no-cors"}})\']))) }} catch (error) {{}}'
    "document.write('<form method=post target=_blank action=/deed/window-{name}></form>');"
    "document.forms[0].submit();"
    "fetch('/reached/{name}', {{mode: 'no-cors'}});"
    "</script>"
)
_NESTED: Final = {
    # Four sites, each within the one before, and a frame of the same site in the innermost.
    "/": ("top", "http://localhost:{port}/one"),
    "/one": ("one", "http://127.0.0.2:{port}/two"),
    "/two": ("two", "http://127.0.0.3:{port}/three"),
    "/three": ("three", "/four"),
    "/four": ("four", ""),
}
_SANDBOXED: Final = (
    "<iframe sandbox='allow-scripts' srcdoc=\"<iframe sandbox='allow-scripts' srcdoc='"
    "<script>fetch(&amp;quot;http://127.0.0.1:{port}/deed/srcdoc&amp;quot;, "
    "{{method: &amp;quot;POST&amp;quot;, mode: &amp;quot;no-cors&amp;quot;}})</script>'></iframe>\"></iframe>"
)
_TRIES: Final = 3
_NAMES: Final = ("one", "two", "three", "four")


class Sites:
    """One server that is four sites, and what it was asked."""

    def __init__(self) -> None:
        self.log: list[tuple[str, str, str]] = []
        sites = self

        class Answering(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Say nothing on stderr."""

            def answer(self) -> None:
                path = urlsplit(self.path).path
                sites.log.append((self.command, path, self.headers.get("User-Agent", "")))
                body = sites.page(path).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = answer  # noqa: N815 - the library's name
            do_POST = answer  # noqa: N815 - the library's name

        self.server = ThreadingHTTPServer(("0.0.0.0", 0), Answering)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def page(self, path: str) -> str:
        """Return a page that tries to act, and holds a frame of another site."""
        if path not in _NESTED:
            return "done"
        name, frame = _NESTED[path]
        sandboxed = _SANDBOXED.format(port=self.port) if path == "/" else ""
        inner = f"<iframe src='{frame.format(port=self.port)}'></iframe>" if frame else ""
        return f"<!doctype html>{inner}{sandboxed}<body>{_DEEDS.format(name=name)}"

    def reached(self) -> set[str]:
        """Return the frames whose reads came through."""
        return {path.rpartition("/")[2] for _, path, _ in self.log if path.startswith("/reached/")}


class AllSites(Policy):
    """A console that is at home on each of the four sites, as one with an accounts host is."""

    def at_home(self, url: str) -> bool:
        """Every site of this server is the console's."""
        return urlsplit(url).port == urlsplit(self.origin).port


@pytest.fixture
def sites() -> Iterator[Sites]:
    """Run the server."""
    running = Sites()
    thread = threading.Thread(target=running.server.serve_forever, daemon=True)
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


def _visit(page: Page, sites: Sites) -> None:
    page.goto(f"http://127.0.0.1:{sites.port}/")
    while not sites.reached().issuperset(_NAMES):
        page.wait_for_timeout(50)  # a test that hangs fails
    page.goto(f"http://127.0.0.1:{sites.port}/after")


def test_11_4_without_the_guard_the_frames_act(browser: DrivenBrowser, cdp_url: str, sites: Sites) -> None:
    """Each frame's deeds arrive, so that silence behind the guard means something."""
    with page_in(browser.browser_type, cdp_url) as page:
        _visit(page, sites)

    arrived = {path for method, path, _ in sites.log if method == "POST"}
    assert arrived >= {f"/deed/{name}" for name in _NAMES}


@pytest.mark.parametrize("phase", list(Phase))
def test_11_4_a_frame_within_a_frame_of_another_site_is_guarded(
    browser: DrivenBrowser, cdp_url: str, sites: Sites, phase: Phase
) -> None:
    """No POST and no denied GET of any frame arrives; what does arrive says who sent it.

    A sandboxed frame now and then begins before it can be taken out: then the page is refused, and nothing of
    it may arrive all the same. A page that is refused each time would be no page that can be read.
    """
    for _ in range(_TRIES):
        refused = _visit_guarded(browser, cdp_url, sites, phase)
        assert [(method, path) for method, path, _ in sites.log if path.startswith(("/deed", "/deny"))] == []
        assert [path for _, path, agent in sites.log if AGENT not in agent] == []
        assert sites.reached() >= set(_NAMES)
        if not refused:
            return
        sites.log.clear()
    pytest.fail("the page was refused each time")


def _visit_guarded(browser: DrivenBrowser, cdp_url: str, sites: Sites, phase: Phase) -> bool:
    """Visit the page behind the guard; return whether the guard gave it up."""
    guard = Guard(AllSites(SIGN_IN_TOML, f"http://127.0.0.1:{sites.port}"), phase)
    with page_in(browser.browser_type, cdp_url) as page:
        install_on(guard, page)
        before = len(page.context.pages)
        _visit(page, sites)
        while len(page.context.pages) > before:
            page.wait_for_timeout(50)  # a window that stays open fails
        try:
            guard.heed()
        except Stop as stop:
            return stop.outcome is Outcome.UNSAFE_PAGE
    return False
