"""A small console on this machine, page by page as a test writes it, visited as a worker visits one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from checker.browser.launch import Launch, new_context
from checker.console import Bounds, Guard, LiveConsole, Phase, Policy
from checker.flow import Console, Flow, SiteToml
from checker.model import Claim, Site
from checker.testing import found_browser

__all__ = ["Local", "Reply", "as_json", "local_console", "page_of"]

BOUNDS = Bounds(page=8.0, answer=2.0, pause=0.0, site=6.0)

TOML: dict[str, Any] = {
    "flow": {"marketplace": "local", "title": "Local", "version": "1", "contract": 1},
    "hosts": {"start": "console.example"},
    "sites": [],
    "pages": {"home": {"path": "/home"}, "health": {"path": "/health"}},
    "signin": {
        "start": "home",
        "posts": ["/signin"],
        "user": {"box": ["input[name=user]"], "submit": ["button"]},
        "password": {"box": ["input[name=password]"], "submit": ["button"]},
    },
    "states": [{"name": "signed in", "act": "arrived", "markers": ["#shell"]}],
    "reads": [{"path": "/api/.*"}],
    "deny": ["^/deny"],
}


# A page that says nothing at all is taken for one that was never drawn.
SAYS = "<p>What this page is about, in as many words as a page of a console has at least.</p>"


@dataclass
class Reply:
    """What the server answers; held: what must be set before it does."""

    body: str
    media: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    held: threading.Event | None = None
    stays_open: bool = False


@dataclass
class Local:
    """The console and its server."""

    console: LiveConsole
    asked: list[str]
    origin: str

    def times(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(one == path for one in self.asked)


class LocalFlow(Flow):
    """Reads nothing: what is tested is what a flow is given."""

    marketplace = "local"

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__()
        self._data = data

    @property
    def toml(self) -> SiteToml:
        """The data of the test."""
        return SiteToml.model_validate(self._data)

    def sites(self, console: Console) -> Sequence[Site]:
        """Return no site."""
        del console
        return []

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Yield nothing."""
        del console, site
        return iter(())


def page_of(body: str, script: str = "") -> Reply:
    """Return a page of the console, signed in."""
    text = f"<script>{script}</script>" if script else ""
    return Reply(
        f"<!doctype html><html lang=en><body><div id=shell>Shop</div>{SAYS}{body}{text}</body></html>"
    )


def as_json(value: Any, media: str = "application/json", **changed: Any) -> Reply:
    """Return an answer."""
    return Reply(json.dumps(value), media, **changed)


@contextmanager
def local_console(
    browser: Browser,
    replies: Mapping[str, Reply],
    *,
    bounds: Bounds = BOUNDS,
    make: Callable[..., LiveConsole] = LiveConsole,
    **changed: Any,
) -> Iterator[Local]:
    """Serve some pages and open a console on them; what is changed of the data replaces its part."""
    asked: list[str] = []
    ended = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(replies, asked, ended))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    flow = LocalFlow(TOML | changed)
    context = new_context(browser, Launch(found_browser(), (), origin))
    try:
        guard = Guard(Policy(flow.toml, origin), Phase.READ)
        guard.install(context)
        yield Local(make(context.new_page(), flow, "main", guard, bounds), asked, origin)
    finally:
        ended.set()
        context.close()
        server.shutdown()
        server.server_close()


def _handler(
    replies: Mapping[str, Reply], asked: list[str], ended: threading.Event
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            asked.append(path)
            self.rfile.read(int(self.headers.get("content-length", 0)))
            reply = replies.get(path, Reply("<h1>Nothing here</h1>", status=404))
            if reply.held is not None:
                reply.held.wait(10)
            data = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("content-type", reply.media)
            if not reply.stays_open:
                self.send_header("content-length", str(len(data)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            if reply.stays_open:
                self.wfile.flush()
                ended.wait(20)

        do_POST = do_GET  # noqa: N815 - the server's own name for it

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
