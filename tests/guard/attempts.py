"""A hostile page visited, with the guard or without, and what its server's own log says arrived."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

from playwright.sync_api import Page

from checker.console import Guard, Phase
from checker.flow import SiteToml
from fixtures.common import Replica

__all__ = [
    "ALLOWED",
    "JUDGED",
    "TOML",
    "VECTORS",
    "Listener",
    "Tried",
    "arrived_at",
    "attempt_all",
    "listener",
    "toml_of",
    "turned_away",
]

ALLOWED: Final = frozenset({"ok-get", "ok-listed-post", "ok-graphql", "ok-graphql-batch", "ok-worker"})
"""What a guard that is any use lets through while it reads."""

VECTORS: Final = tuple(
    re.findall(
        r'^  "([a-z0-9-]+)": ', (files("fixtures.hostile") / "static/vectors.js").read_text(), re.MULTILINE
    )
)
"""Every vector the page tries, in its order."""

_UNJUDGED = ("webrtc", "webtransport", "service-worker", "rules-", "shared-worker", "fetch-later", "identity")
JUDGED: Final = tuple(name for name in VECTORS if not name.startswith((*_UNJUDGED, "ok-")))
"""What has a request that a guard can turn away; the others are not there, or have nowhere to go."""

_ON_LEAVING: Final = frozenset({"beacon-on-leaving", "fetch-on-leaving", "leaving-on-unload"})
_PATIENCE: Final = 15.0

TOML: Final = SiteToml.model_validate(
    {
        "flow": {"marketplace": "hostile", "title": "Hostile", "version": "1", "contract": 1},
        "hosts": {"start": "console.example"},
        "sites": [],
        "pages": {"home": {"path": "/"}},
        "signin": {
            "start": "home",
            "posts": ["/signin(?:/[a-z-]+)?"],
            "user": {"box": ["input[name=user]"], "submit": ["button"]},
            "password": {"box": ["input[name=password]"], "submit": ["button"]},
        },
        "states": [
            {"name": "signed in", "act": "arrived", "markers": ["#home"]},
            {"name": "sign-in", "act": "password", "markers": ["h1"]},
        ],
        "reads": [
            {"path": "/read/listed", "content": "text/plain"},
            # A listed address whose server sends what it was sent on to another.
            {"path": "/hop/30[78]/.*", "content": ""},
            {"path": "/graphql/[a-z-]+", "operation": "Health", "content": "text/plain"},
        ],
        "deny": ["^/deny"],
    }
)
"""The data of a console whose pages are hostile."""

SIGN_IN_TOML: Final = TOML.model_copy(update={"deny": (*TOML.deny, "^/deed")})
"""Likewise, for the phase in which the console's own origin may be sent forms on any path not denied."""


def toml_of(phase: Phase) -> SiteToml:
    """Return the data by which a phase is held to what must not arrive in it."""
    return SIGN_IN_TOML if phase is Phase.SIGN_IN else TOML


_DEED: Final = re.compile(r"^/+(?:[^/]+/\.\./)?(?:deed|deny[^/]*|%64eny)/+([a-z0-9-]+)$")
_PAST_HTTP: Final = tuple(name for name in VECTORS if name.startswith(("webrtc", "webtransport")))


@dataclass
class Tried:
    """What became of every vector: which were tried, which the server saw, what the guard turned away.

    blocked: the guard's lines; turned_away: the vectors they are of.
    """

    names: frozenset[str]
    arrived: frozenset[str] = frozenset()
    agents: frozenset[tuple[str, str]] = frozenset()
    blocked: tuple[str, ...] = ()
    turned_away: tuple[str, ...] = ()
    phase: Phase | None = None


def turned_away(guard: Guard) -> list[str]:
    """Return the vector of each request that the guard turned away."""
    lines = (str(one).replace("/graphql/", "/graphql-") for one in (*guard.blocked, *guard.noise))
    return [line.rpartition("/")[2] for line in lines]


@dataclass
class Listener:
    """UDP ports that answer nothing and remember who called; each is called by one vector."""

    ports: dict[str, int] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)

    @property
    def query(self) -> str:
        """The ports as the hostile page takes them."""
        return "&".join(f"{name}={port}" for name, port in self.ports.items())


@contextmanager
def listener() -> Iterator[Listener]:
    """Listen for what leaves a browser past HTTP."""
    listening = Listener()
    with ExitStack() as stack:
        for name in _PAST_HTTP:
            port = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            port.bind(("127.0.0.1", 0))
            listening.ports[name] = port.getsockname()[1]
            thread = threading.Thread(target=_listen, args=(listening, name, port), daemon=True)
            thread.start()
            stack.callback(_end, thread, listening.ports[name])
        yield listening


def _listen(listening: Listener, name: str, port: socket.socket) -> None:
    while port.recv(65535):
        listening.heard.add(name)


def _end(thread: threading.Thread, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
        last.sendto(b"", ("127.0.0.1", port))
    thread.join()


def attempt_all(
    page: Page, replica: Replica, udp: Listener, seen: Callable[[], Collection[str]] = lambda: JUDGED
) -> Tried:
    """Open the page that tries everything, leave it, close it, and collect what arrived.

    The same steps with and without the guard: what arrives without it had the time to arrive with it.

    Args:
        page: A page that has shown nothing yet.
        replica: The hostile server.
        udp: What is not HTTP arrives here.
        seen: Returns the vectors that have arrived or were turned away. The page is left when each has come
            to one of the two: frames and workers begin late on a busy machine, and a socket of a page that
            is gone is told to nobody.
    """
    replica.use("vectors")
    replica.log.clear()
    udp.heard.clear()
    page.goto(f"{replica.url}/?{udp.query}", wait_until="commit")
    page.wait_for_function("window.tried", timeout=20_000)
    tried = Tried(frozenset(page.evaluate("tried")))
    end = time.monotonic() + _PATIENCE
    while not _ON_LEAVING.union(seen()).issuperset(JUDGED) and time.monotonic() < end:
        page.wait_for_timeout(50)
    # Some are sent by pages that are gone: leave it, and ask the server again and again after it.
    page.goto(f"{replica.url}/ok/after")
    page.evaluate("async () => { for (let n = 0; n < 200; n++) await fetch('/ok/after'); }")
    page.close()
    tried.arrived = arrived_at(replica) | frozenset(udp.heard)
    tried.agents = frozenset((record.path, record.headers.get("user-agent", "")) for record in replica.log)
    return tried


def arrived_at(replica: Replica) -> frozenset[str]:
    """Return the vectors that the server has heard, and the reads."""
    found: set[str] = set()
    for record in replica.log:
        path = record.path.lower().replace("\\", "/")
        if (match := _DEED.match(path)) is not None:
            found.add(match[1])
        elif path.startswith("/graphql/"):
            found.add(
                _GRAPHQL.get(path.removeprefix("/graphql/"), "graphql-" + path.removeprefix("/graphql/"))
            )
        elif path in _FINE:
            found.add(_FINE[path])
    return frozenset(found)


_GRAPHQL: Final = {"ok-query": "ok-graphql", "ok-batch": "ok-graphql-batch"}
_FINE: Final = {
    "/ok/get": "ok-get",
    "/ok/worker": "ok-worker",
    "/read/listed": "ok-listed-post",
    "/signin/listed": "ok-sign-in",
}
