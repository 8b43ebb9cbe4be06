"""What a page was given is kept, and a replay finds in it what the visit found."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser

from checker.console.keeping import KeepingConsole, Stretch
from checker.console.kept import KeptPart, dump_part, load_part
from checker.console.recorded import RecordedConsole
from checker.model import Outcome, Site, Visit
from checker.model.wire import dump_visit
from tests.unit.console.local import BOUNDS, TOML, LocalFlow, as_json, local_console, page_of

AT = datetime(2026, 12, 1, tzinfo=UTC)
ANSWERS = {
    "level": {"shape": ["standardsLevel"]},
    "who": {"shape": ["sellerId"], "ask": "/api/who"},
    "plain": {"path": "/api/plain/?"},
}
PAGES: dict[str, Any] = {
    "home": {"path": "/home"},
    "health": {"path": "/health", "answers": ["level", "plain"]},
    "extra": {"path": "/extra", "optional": True},
}
STATE = json.dumps({"props": {"standardsLevel": "FROM_THE_DOCUMENT"}})
HEALTH = page_of(
    f"<script type='application/json'>{STATE}</script>",
    "fetch('/api/odd', {method: 'POST', headers: {'content-type': 'application/json'}, body: '{}'});"
    "fetch('/api/plain/'); fetch('/api/other')",
)
REPLIES = {
    "/health": HEALTH,
    "/home": page_of("<p>Home</p>"),
    "/api/odd": as_json({"data": json.dumps([{"standardsLevel": "FROM_A_CALL"}])}, "text/plain"),
    "/api/plain/": as_json({"n": 1}),
    "/api/other": as_json({"nobody": "asked"}),
    "/api/who": as_json({"sellerId": "S1"}),
}


def part_of(stretch: Stretch) -> KeptPart:
    """Return what was kept as a file of it would be read."""
    visit = Visit("local", "main", Site("MY", "MY", "Malaysia"), Outcome.READ, started_at=AT, finished_at=AT)
    part = KeptPart(
        program="0",
        flow="local 1",
        marketplace="local",
        account="main",
        run_id="run",
        number=1,
        part="visit",
        visit=dump_visit(visit),
        started_at=AT,
        finished_at=AT,
        displays=tuple(stretch.displays),
        documents=tuple(stretch.documents),
        answers=tuple(stretch.answers),
    )
    return load_part(dump_part(part))


def test_a_replay_finds_what_the_visit_found(shared_browser: Browser) -> None:
    """By shape, by address, in the document, asked for, and what is not offered."""
    with local_console(shared_browser, REPLIES, answers=ANSWERS, pages=PAGES) as local:
        kept = KeepingConsole(local.console, lambda: AT)
        live = said(kept)
        stretch = kept.take()
    flow = LocalFlow(TOML | {"answers": ANSWERS, "pages": PAGES})

    assert said(RecordedConsole(flow, "main", part_of(stretch))) == live
    assert [value for value, *_ in live["level"]] == ["FROM_A_CALL", "FROM_THE_DOCUMENT"]
    assert [asked for *_, asked in live["who"]] == [True]
    assert live["extra"] is None


def test_what_is_drawn_after_a_page_was_read_is_seen_before_it_is_left(shared_browser: Browser) -> None:
    """In the pause between two pages; a replay sees it on the same page, and not on the one after it."""
    late = "setTimeout(() => document.body.append('Drawn late'), 1200)"
    replies = REPLIES | {"/health": page_of("<h1>Account health</h1>", late)}
    told: dict[str, list[str]] = {}
    bounds = replace(BOUNDS, pause=2.0)
    with local_console(shared_browser, replies, bounds=bounds, answers=ANSWERS, pages=PAGES) as local:
        kept = KeepingConsole(local.console, lambda: AT)
        told["live"] = left(kept)
        stretch = kept.take()
    flow = LocalFlow(TOML | {"answers": ANSWERS, "pages": PAGES})
    told["replayed"] = left(RecordedConsole(flow, "main", part_of(stretch)))

    assert told["replayed"] == told["live"]
    assert ["Drawn late" in text for text in told["live"]] == [False, True, False, False]


def left(console: Any) -> list[str]:
    """Return what each of two pages said when it was opened and when it was left."""
    texts: list[str] = []
    console.seen.leaving = lambda _page: texts.append(console.page().text)
    texts.append(console.open("health").text)
    # The first is left while the second is opened.
    texts.append(console.open("home").text)
    console.leave()
    return texts


def said(console: Any) -> dict[str, Any]:
    """Return what a flow would be given."""
    console.open("health")
    console.open("health")
    told: dict[str, Any] = {
        "level": sorted(
            (one.value["standardsLevel"], one.keys, one.path, one.asked) for one in console.documents("level")
        )
    }
    plain = console.answer("plain")
    told["plain"] = plain and plain.body
    asked = console.ask("who")
    told["asked"] = asked and asked.body
    told["who"] = [(one.value["sellerId"], one.asked) for one in console.documents("who")]
    told["extra"] = console.offered("extra")
    told["home"] = console.open("home").text
    return told
