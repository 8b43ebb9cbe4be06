"""What a page was given is kept, and a replay finds in it what the visit found."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser

from checker.console.keeping import KeepingConsole
from checker.console.kept import KeptPart, dump_part, load_part
from checker.console.recorded import RecordedConsole
from checker.model import Outcome, Site, Visit
from checker.model.wire import dump_visit
from tests.unit.console.local import TOML, LocalFlow, as_json, local_console, page_of

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


def test_a_replay_finds_what_the_visit_found(shared_browser: Browser) -> None:
    """By shape, by address, in the document, asked for, and what is not offered."""
    with local_console(shared_browser, REPLIES, answers=ANSWERS, pages=PAGES) as local:
        kept = KeepingConsole(local.console, lambda: AT)
        live = said(kept)
        stretch = kept.take()
    flow = LocalFlow(TOML | {"answers": ANSWERS, "pages": PAGES})
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

    assert said(RecordedConsole(flow, "main", load_part(dump_part(part)))) == live
    assert [value for value, *_ in live["level"]] == ["FROM_A_CALL", "FROM_THE_DOCUMENT"]
    assert [asked for *_, asked in live["who"]] == [True]
    assert live["extra"] is None


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
