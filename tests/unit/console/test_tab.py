"""The browser's own page: which document is awaited, however many were asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage

from checker.console import Bounds, Guard, Policy
from checker.console.tab import Tab
from checker.errors import Stop
from checker.model import Outcome
from tests.guard.attempts import TOML
from tests.unit.console.local import Reply, local_console, page_of

SECONDS = 2.0


@dataclass(eq=False)
class Document:
    """A request for a document of the page, as the browser tells of it."""

    frame: object
    failure: str = ""

    def is_navigation_request(self) -> bool:
        """Return that it is one."""
        return True


@dataclass
class Answer:
    """What a document that was asked for comes to."""

    request: Document
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Raw:
    """A page whose documents a test asks for and answers, in the order it wants."""

    main_frame: object = field(default_factory=object)
    heard: dict[str, Callable[[Any], None]] = field(default_factory=dict)

    def on(self, event: str, hear: Callable[[Any], None]) -> None:
        """Listen to an event."""
        self.heard[event] = hear

    def set_default_timeout(self, _milliseconds: float) -> None:
        """Do nothing: nothing takes time here."""

    def asks(self) -> Document:
        """Ask for a document."""
        request = Document(self.main_frame)
        self.heard["request"](request)
        return request

    def answers(self, request: Document, status: int = 200) -> None:
        """Answer one."""
        self.heard["response"](Answer(request, status))

    def fails(self, request: Document, why: str) -> None:
        """Break one off."""
        request.failure = why
        self.heard["requestfailed"](request)


@dataclass
class Awaited:
    """A tab, its page, and how long was waited."""

    raw: Raw
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the tab."""
        guard = Guard(Policy(TOML))
        page = cast(BrowserPage, self.raw)
        self.tab = Tab(page, guard, SECONDS, lambda: datetime.now(UTC), self.waits.append)

    def is_awaited(self) -> bool:
        """Tell whether a document is still awaited."""
        try:
            self.tab.arrive("home")
        except Stop as stop:
            assert stop.outcome is Outcome.TIMEOUT  # noqa: PT017 - the other end of what is asked
            return True
        return False


@pytest.fixture
def awaited() -> Awaited:
    """Return a tab that awaits nothing."""
    return Awaited(Raw())


def test_a_document_is_awaited_until_it_answers(awaited: Awaited) -> None:
    """Its status is that of the page."""
    asked = awaited.raw.asks()
    assert awaited.is_awaited()

    awaited.raw.answers(asked, 503)

    assert not awaited.is_awaited()
    assert awaited.tab.status == 503


@pytest.mark.parametrize("late", ["answers", "fails"])
def test_an_earlier_document_that_comes_late_ends_no_wait(awaited: Awaited, late: str) -> None:
    """What was asked for last is awaited still: asked about its page, the browser answers nothing."""
    first = awaited.raw.asks()
    last = awaited.raw.asks()

    if late == "answers":
        awaited.raw.answers(first, 500)
    else:
        awaited.raw.fails(first, "net::ERR_ABORTED")

    assert awaited.is_awaited()
    assert awaited.tab.status == 0
    awaited.raw.answers(last)
    assert not awaited.is_awaited()
    assert awaited.tab.status == 200


def test_each_hop_of_a_redirect_is_awaited_in_its_turn(awaited: Awaited) -> None:
    """The address that was sent on answers with where to; the page is what comes at the end."""
    first = awaited.raw.asks()
    awaited.raw.answers(first, 302)
    last = awaited.raw.asks()

    assert awaited.is_awaited()
    awaited.raw.answers(last)
    assert not awaited.is_awaited()


def test_a_document_that_breaks_off_is_awaited_no_more(awaited: Awaited) -> None:
    """Nothing comes in its place."""
    asked = awaited.raw.asks()
    awaited.raw.fails(asked, "net::ERR_CONNECTION_RESET")

    assert not awaited.is_awaited()


def test_a_page_that_goes_elsewhere_twice_is_awaited_where_it_goes_last(shared_browser: Browser) -> None:
    """The browser breaks the first off when the second is asked for: that one still has to come."""
    first, last = threading.Event(), threading.Event()
    away = "['/one', '/two'].forEach((to, n) => setTimeout(() => { location.href = to; }, 50 + 99 * n))"
    replies = {
        "/home": page_of("<h1>Home</h1>", away),
        "/one": Reply("never", held=first),
        "/two": replace(page_of("<h1>Two</h1>"), held=last),
    }
    with local_console(shared_browser, replies, bounds=Bounds(page=1.0, answer=1.0, pause=0.0)) as local:
        local.console.go("home")
        while not local.times("/two"):
            local.console.wait(0.05)  # a test that hangs fails
        with pytest.raises(Stop) as stopped:
            local.console.arrive()
        last.set()
        local.console.arrive()
        local.console.raw.wait_for_url("**/two")
        first.set()

    assert stopped.value.outcome is Outcome.TIMEOUT
