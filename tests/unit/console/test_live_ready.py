"""A page is read once it is there: late, in pieces, while it polls; and what never comes costs little."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import Browser

from checker.console import Bounds
from checker.flow import Found
from tests.unit.console.local import Reply, as_json, local_console, page_of

PAGES: dict[str, Any] = {"home": {"path": "/home"}, "health": {"path": "/health"}}
WIDGETS = {"status": {"page": "health", "chain": ["#status"]}, "rate": {"page": "health", "chain": ["#rate"]}}
LATE = """setTimeout(() => {{
  const p = document.createElement('p');
  p.id = '{id}';
  p.textContent = 'Good {id}';
  document.body.append(p);
}}, {after});"""
BOUNDS = Bounds(page=20.0, answer=8.0, pause=0.0, site=20.0)


def late(name: str, after: int) -> str:
    """Return script that draws a widget after so many milliseconds, without fetching anything."""
    return LATE.format(id=name, after=after)


@pytest.mark.parametrize("after", [0, 600, 4000])
def test_what_is_drawn_late_is_found(shared_browser: Browser, after: int) -> None:
    """By a timer alone, while nothing is fetched, on a page that looks finished."""
    widgets = {"status": WIDGETS["status"]}
    replies = {"/health": page_of("<h1>Health</h1>", late("status", after))}
    with local_console(shared_browser, replies, bounds=BOUNDS, pages=PAGES, widgets=widgets) as local:
        page = local.console.open("health")

        assert isinstance(page.find(local.console.toml.widgets["status"].chain), Found)
        assert page.ready


def test_what_is_drawn_in_pieces_is_found_whole(shared_browser: Browser) -> None:
    """That something is there already does not mean that everything is."""
    replies = {"/health": page_of("", late("status", 0) + late("rate", 2000))}
    with local_console(shared_browser, replies, bounds=BOUNDS, pages=PAGES, widgets=WIDGETS) as local:
        page = local.console.open("health")

        assert page.has("#status")
        assert page.has("#rate")


def test_a_page_without_anything_wanted_is_read_once_it_is_still(shared_browser: Browser) -> None:
    """What an unfinished call brings is waited for, though nobody asked for it."""
    held = threading.Event()
    script = "fetch('/api/x').then(a => a.json()).then(a => document.body.append(a.text))"
    replies = {"/health": page_of("", script), "/api/x": as_json({"text": "Drawn at last"}, held=held)}
    with local_console(shared_browser, replies, pages=PAGES) as local:
        threading.Timer(0.8, held.set).start()

        assert "Drawn at last" in local.console.open("health").text


@pytest.mark.parametrize(
    "script",
    [
        # A rule of style that begins to hold, and a page that keeps its changes from observers.
        "setTimeout(() => document.styleSheets[0].deleteRule(0), 150);",
        (
            "window.MutationObserver = class { observe() {} takeRecords() { return []; } };"
            " setTimeout(() => document.querySelector('#late').style.display = 'block', 150);"
        ),
    ],
)
def test_what_changes_unnoticed_is_seen_before_the_page_is_read(shared_browser: Browser, script: str) -> None:
    """A page is glanced at while it is waited for; what is read of it is what stands there at the end."""
    body = "<style>#late {display: none}</style><p id=late>Your account is at risk</p>"
    with local_console(
        shared_browser, {"/health": page_of(body, script)}, bounds=BOUNDS, pages=PAGES
    ) as local:
        assert "Your account is at risk" in local.console.open("health").text


POLLS = "const poll = () => fetch('/api/poll?t=' + Date.now()).then(() => setTimeout(poll, 20)); poll();"
STREAM = "new EventSource('/stream');"
BEACON = "setInterval(() => navigator.sendBeacon('/api/beacon', 'x'), 30);"
LONG_POLL = "fetch('/api/hang').catch(() => 0);"


@pytest.mark.parametrize("script", [POLLS, STREAM, BEACON, LONG_POLL])
def test_a_page_that_polls_is_read(shared_browser: Browser, script: str) -> None:
    """Neither a repeated call, a stream of events, a beacon nor a call that stays open keeps it from it."""
    replies = {
        "/health": page_of("<p id=status>Good</p>", script),
        "/api/poll": as_json({"n": 1}),
        "/api/beacon": Reply("", status=204),
        "/api/hang": as_json({}, held=threading.Event()),
        "/stream": Reply("data: 1\n\n", "text/event-stream", stays_open=True),
    }
    bounds = Bounds(page=30.0, answer=1.5, pause=0.0, site=20.0)
    with local_console(shared_browser, replies, bounds=bounds, pages=PAGES) as local:
        page = local.console.open("health")

        assert page.ready
        assert local.console.spent == 0.0


SPINNERS = [
    "<div id=wait aria-busy=true>x</div>",
    "<div id=wait role=progressbar>x</div>",
    "<div id=wait class='MuiSkeleton-root'>x</div>",
    "<div id=wait class='core-spin-spinner'>x</div>",
    "<div id=wait class='page--loading'>Loading…</div>",
]


@pytest.mark.parametrize("spinner", SPINNERS)
def test_a_spinner_is_waited_for(shared_browser: Browser, spinner: str) -> None:
    """As long as a page says that it is not done, it is not."""
    script = "setTimeout(() => document.getElementById('wait').remove(), 2500);"
    with local_console(
        shared_browser, {"/health": page_of(spinner, script)}, bounds=BOUNDS, pages=PAGES
    ) as local:
        page = local.console.open("health")

        assert page.ready
        assert not page.has("#wait")


def test_a_spinner_that_stays_leaves_the_page_unfinished(shared_browser: Browser) -> None:
    """It is read as it is, and nothing that is missing is taken for absent."""
    replies = {"/health": page_of("<div class=spinner>x</div>")}
    bounds = Bounds(page=2.0, answer=1.0, pause=0.0, site=20.0)
    with local_console(shared_browser, replies, bounds=bounds, pages=PAGES) as local:
        assert not local.console.open("health").ready
        assert local.console.spent >= bounds.page / 2
        local.console.begin_site()
        assert not local.console.open("health").ready
        assert local.console.spent == 0.0


def test_what_never_came_is_not_waited_for_again(shared_browser: Browser) -> None:
    """At the next site it is looked for and not waited for."""
    bounds = Bounds(page=12.0, answer=2.0, pause=0.0, site=20.0)
    answers = {"level": {"shape": ["level"]}}
    pages = PAGES | {"health": {"path": "/health", "answers": ["level"]}}
    replies = {"/health": page_of("<p>Health</p>")}
    with local_console(shared_browser, replies, bounds=bounds, pages=pages, answers=answers) as local:
        local.console.open("health")
        assert local.console.spent >= bounds.answer
        local.console.begin_site()
        local.console.open("health")

        assert local.console.answer("level") is None
        assert local.console.spent == 0.0


def test_what_was_seen_again_is_waited_for_again(shared_browser: Browser) -> None:
    """That it once did not come is forgotten when it does."""
    bounds = Bounds(page=12.0, answer=1.0, pause=0.0, site=20.0)
    answers = {"level": {"shape": ["level"]}}
    pages = PAGES | {"health": {"path": "/health", "answers": ["level"]}}
    replies = {"/health": page_of("<p>Health</p>")}
    with local_console(shared_browser, replies, bounds=bounds, pages=pages, answers=answers) as local:
        local.console.open("health")
        replies["/health"] = page_of("<script type='application/json'>{\"level\": 1}</script>")
        local.console.reopen("health")
        local.console.begin_site()
        replies["/health"] = page_of("<p>Health</p>")
        local.console.open("health")

        assert local.console.spent >= bounds.answer


def test_an_unknown_console_costs_so_much_a_site_and_no_more(shared_browser: Browser) -> None:
    """However much is missing, the patience of a site is spent once."""
    pages = {f"p{n}": {"path": f"/p{n}", "answers": [f"a{n}"]} for n in range(8)} | PAGES
    answers = {f"a{n}": {"shape": [f"field{n}"]} for n in range(8)}
    bounds = Bounds(page=12.0, answer=2.0, pause=0.0, site=3.0)
    replies = {f"/p{n}": page_of("<p>Something</p>") for n in range(8)}
    with local_console(shared_browser, replies, bounds=bounds, pages=pages, answers=answers) as local:
        for n in range(8):
            local.console.open(f"p{n}")
            local.console.answer(f"a{n}")

        assert bounds.site <= local.console.spent < 8 * bounds.answer
