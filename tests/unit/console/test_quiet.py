"""When a page has come to rest: what it fetches, what changes, and what says that it is not done."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from playwright.sync_api import Page as BrowserPage

from checker.console import Bounds
from checker.console.quiet import Network, Sight, Waiting, is_busy
from checker.console.wanted import Readiness, Wanted
from checker.flow import Page
from checker.flow.page import HIDDEN
from tests.unit.console.local import TOML, LocalFlow


@dataclass(eq=False)
class Call:
    """A request, as the browser tells of it."""

    url: str
    resource_type: str = "fetch"
    method: str = "GET"
    post_data: str | None = None


@dataclass
class Wire:
    """A page whose requests a test makes, and its clock."""

    heard: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    seconds: float = 0.0

    def on(self, event: str, hear: Callable[[Any], None]) -> None:
        """Listen to an event."""
        self.heard[event] = hear

    def begin(self, call: Call) -> Call:
        """Send a request."""
        self.heard["request"](call)
        return call

    def end(self, call: Call) -> None:
        """Answer a request in full."""
        self.heard["requestfinished"](call)


@pytest.fixture
def wire() -> Wire:
    """Return a page without requests."""
    return Wire()


@pytest.fixture
def network(wire: Wire) -> Network:
    """Follow the requests of that page."""
    return Network(cast("BrowserPage", wire), lambda: wire.seconds)


def test_a_call_is_unrest_until_it_is_answered(wire: Wire, network: Network) -> None:
    """Or until it has failed."""
    assert network.is_quiet(5)
    call = wire.begin(Call("https://shop.example/api"))
    assert not network.is_quiet(5)
    wire.end(call)
    assert network.is_quiet(5)
    wire.begin(call)
    wire.heard["requestfailed"](call)
    assert network.is_quiet(5)


@pytest.mark.parametrize("kind", ["websocket", "eventsource", "ping", "image", "font", "media"])
def test_what_brings_nothing_to_read_is_no_unrest(wire: Wire, network: Network, kind: str) -> None:
    """However long it stays open."""
    wire.begin(Call("https://shop.example/x", kind))

    assert network.is_quiet(5)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Call("https://a.example/p?t=1764547200000"), Call("https://a.example/p?t=1764547201000")),
        (
            Call("https://a.example/p", "xhr", "POST", '{"q": 1}'),
            Call("https://a.example/p", "xhr", "POST", '{"q": 1}'),
        ),
    ],
)
def test_a_call_made_again_after_its_answer_polls(
    wire: Wire, network: Network, first: Call, second: Call
) -> None:
    """It is the same call whatever the time it carries."""
    wire.end(wire.begin(first))
    wire.begin(second)

    assert network.is_quiet(5)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Call("https://a.example/p?page=1"), Call("https://a.example/p?page=2")),
        (
            Call("https://a.example/q", "fetch", "POST", "{a}"),
            Call("https://a.example/q", "fetch", "POST", "{b}"),
        ),
    ],
)
def test_another_call_of_the_same_address_is_unrest(
    wire: Wire, network: Network, first: Call, second: Call
) -> None:
    """The next page of a list, another query of GraphQL."""
    wire.end(wire.begin(first))
    wire.begin(second)

    assert not network.is_quiet(5)


def test_calls_at_the_same_time_are_no_polling(wire: Wire, network: Network) -> None:
    """Two alike that were made before either was answered are both waited for."""
    first, second = (wire.begin(Call("https://a.example/p")) for _ in range(2))
    wire.end(first)
    assert not network.is_quiet(5)
    wire.end(second)
    assert network.is_quiet(5)


def test_a_call_that_stays_open_is_known_from_then_on(wire: Wire, network: Network) -> None:
    """Longer than anybody waits for an answer, it is a poll; on the next page it is one at once."""
    wire.begin(Call("https://a.example/hang"))
    assert not network.is_quiet(5)
    wire.seconds = 5.1
    assert network.is_quiet(5)
    network.forget()
    wire.begin(Call("https://a.example/hang?again=1"))
    assert network.is_quiet(5)


def a_page(body: str) -> Page:
    """Return a page."""
    return Page("health", "/health", 200, f"<html><body>{body}</body></html>")


def test_a_page_is_still_when_its_words_stay() -> None:
    """What only moves is still; what came in and may be drawn next is not."""
    now = [0.0]
    sight = Sight(lambda: now[0])
    for seconds, body in ((0.0, "<p>1</p>"), (0.1, "<p>2</p>"), (0.2, "<p class=x>2</p>")):
        now[0] = seconds
        sight.look(a_page(body))
    assert sight.is_still(0.1, 2)
    assert not sight.is_still(0.2, 2)
    sight.stir()
    assert not sight.is_still(0.1, 2)
    now[0] = 0.5
    sight.look(a_page("<p>2</p>"))
    assert sight.is_still(0.1, 2)


@pytest.mark.parametrize(
    ("body", "busy"),
    [
        ("<div aria-busy=true>x</div>", True),
        ("<div role=progressbar>x</div>", True),
        ("<div class=MuiSkeleton-root></div>", True),
        ("<i class=spinner></i>", True),
        ("<div class='page--loading'>Loading…</div>", True),
        ("<div aria-busy=false>x</div>", False),
        (f"<i class=spinner {HIDDEN}=''></i>", False),
        ("<div role=progressbar aria-valuenow=40>x</div>", False),
        (f"<div class=is-loading>{'A page says far more than a spinner. ' * 3}</div>", False),
        ("<img class=lazy-loading>", False),
        ("<p class=uploader>x</p>", False),
    ],
)
def test_what_says_that_a_page_is_not_done(body: str, busy: bool) -> None:
    """A spinner or skeleton in sight; not a bar that measures something, and not the page itself."""
    assert is_busy(a_page(body)) is busy


@pytest.mark.parametrize(
    ("body", "ready"),
    [
        ("<nav><a href=/a>A menu of many words that lead elsewhere</a></nav><main><i>…</i></main>", None),
        ("<main>Cargando…</main>", None),
        ("<main>Your shop has been suspended since Monday of this week.</main>", True),
        ("<main>您的店铺已被冻结，暂时无法经营</main>", True),
    ],
)
def test_a_page_whose_answers_came_is_ready_once_it_says_something(
    network: Network, body: str, ready: bool | None
) -> None:
    """What the page alone says, a banner, is drawn after them; one that stays blank costs once."""
    answers = {"standing": {"path": "/api/standing"}}
    pages = {"home": {"path": "/home"}, "health": {"path": "/health", "answers": ["standing"]}}
    toml = LocalFlow(TOML | {"pages": pages, "answers": answers}).toml
    wanted = Wanted(toml, lambda _name: True)
    judged = Readiness(wanted, network, Bounds(page=9.0, answer=2.0))
    waiting, spec = Waiting(), toml.pages["health"]
    for _ in range(3):
        waiting.look(a_page(body), None)
        time.sleep(0.2)

    assert judged.judge(waiting, a_page(body), spec, reading=True) is ready
    time.sleep(1.3)
    assert judged.judge(waiting, a_page(body), spec, reading=True) is True
    assert not wanted.is_vain("health", "text")
    judged.end()
    assert wanted.is_vain("health", "text") is (ready is None)
