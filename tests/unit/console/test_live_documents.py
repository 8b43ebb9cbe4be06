"""What a page is given is caught, whatever brings it, and found by what it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from checker.errors import Stop
from checker.model import Outcome
from tests.unit.console.local import Reply, as_json, local_console, page_of

LEVEL = {"standardsLevel": "TOP_RATED", "program": "PROGRAM_US"}
ANSWERS: dict[str, Any] = {"level": {"shape": ["standardsLevel", "program"], "path": "/documented"}}
PAGES: dict[str, Any] = {
    "home": {"path": "/home"},
    "health": {"path": "/health", "answers": ["level"]},
}

GET = "fetch('/api/any').then(answer => answer.text())"
AS_JSON = "{method: 'POST', headers: {'content-type': 'application/json'}, body: '{}'}"
POST = f"fetch('/api/any', {AS_JSON}).then(answer => answer.text())"
XHR = "const x = new XMLHttpRequest(); x.open('GET', '/api/any'); x.send()"


@pytest.mark.parametrize("script", [GET, POST, XHR])
@pytest.mark.parametrize(
    "reply",
    [
        as_json(LEVEL),
        as_json({"data": {"list": [{"other": 1}, LEVEL]}}),
        as_json({"data": {"PROGRAM_US": LEVEL}}, "text/plain"),
        as_json({"data": json.dumps(LEVEL)}, "application/vnd.shop+json"),
        Reply(")]}'\n" + json.dumps(LEVEL), "text/plain"),
        Reply("for(;;);" + json.dumps([{"data": {"node": LEVEL}}]), "application/x-javascript"),
        as_json(LEVEL, "text/html"),
        as_json(LEVEL, status=500),
    ],
)
def test_an_answer_is_found_whatever_it_is_called(shared_browser: Browser, script: str, reply: Reply) -> None:
    """By GET or POST, at any address, under any wrapper and content type, with its status."""
    replies = {"/health": page_of("<p>Health</p>", script), "/api/any": reply}
    with local_console(shared_browser, replies, answers=ANSWERS, pages=PAGES) as local:
        local.console.open("health")
        (document,) = local.console.documents("level")

        assert (document.value, document.status, document.path) == (LEVEL, reply.status, "/api/any")
        assert document.url == f"{local.origin}/api/any"
        assert not document.asked


@pytest.mark.parametrize(
    "tag",
    [
        '<script type="application/json" id="state">{}</script>',
        '<script id="__NEXT_DATA__" type="application/json">{}</script>',
        '<script type="application/ld+json">{}</script>',
        "<script>window.__PRELOADED_STATE__ = {};</script>",
        "<script>(() => { 'use strict'; window['__INITIAL_STATE__']={}; window.b = {a: 1} })()</script>",
        "<script type=module>const state = {}\nexport default state</script>",
        '<script>var a = [1, {"b": "}]\\""}], c = 2; self.state={};</script>',
    ],
)
def test_json_in_the_document_counts_as_the_pages_own(shared_browser: Browser, tag: str) -> None:
    """No call is made for it; its address is the page's."""
    body = tag.replace("{}", json.dumps({"props": {"pageProps": LEVEL}}))
    with local_console(shared_browser, {"/health": page_of(body)}, answers=ANSWERS, pages=PAGES) as local:
        local.console.open("health", region="US")
        (document,) = local.console.documents("level")

        assert (document.value, document.path, document.query) == (LEVEL, "/health", {"region": "US"})


def test_json_that_a_script_parses_counts_as_well(shared_browser: Browser) -> None:
    """Servers write it as a text, with whatever must be escaped in one."""
    state = json.dumps(json.dumps({"a": 'quoted " and } and \\', "state": LEVEL})).replace("<", "\\u003c")
    body = f"<script>window.__STATE__ = JSON.parse({state});</script>"
    with local_console(shared_browser, {"/health": page_of(body)}, answers=ANSWERS, pages=PAGES) as local:
        local.console.open("health")
        (document,) = local.console.documents("level")

        assert document.value == LEVEL


@pytest.mark.parametrize(
    "script",
    [
        "window.state = {level: 'GOOD'}",
        'window.state = {"level": undefined}',
        'window.state = JSON.parse("{}" + rest)',
        'window.state = {"level": ' * 3000,
        'window.state = {"level": "' + "x" * 100_000,
        "// window.state == {} \n let it = [",
    ],
)
def test_what_a_script_says_that_is_no_json_is_passed_over(shared_browser: Browser, script: str) -> None:
    """A program is not run to find out what it would say."""
    body = f"<script>{script}</script>"
    with local_console(shared_browser, {"/health": page_of(body)}, answers=ANSWERS, pages=PAGES) as local:
        local.console.open("health")

        assert local.console.documents("level") == ()


def test_what_another_page_was_given_is_forgotten(shared_browser: Browser) -> None:
    """Documents are those of the page that is open."""
    replies = {"/health": page_of("", GET), "/api/any": as_json(LEVEL), "/home": page_of("")}
    with local_console(shared_browser, replies, answers=ANSWERS, pages=PAGES) as local:
        local.console.open("health")
        local.console.open("home")

        assert local.console.documents("level") == ()


def test_answers_by_address_fall_back_to_the_shape(shared_browser: Browser) -> None:
    """A flow that asks by name alone is given what fits, where nothing came from the address."""
    replies = {"/health": page_of("", GET), "/api/any": as_json({"data": LEVEL})}
    with local_console(shared_browser, replies, answers=ANSWERS, pages=PAGES) as local:
        local.console.open("health")
        answer = local.console.answer("level")

        assert answer is not None
        assert (answer.body, answer.url, answer.status) == (LEVEL, "/api/any", 200)


def test_a_page_without_a_word_that_was_told_to_wait_ends_the_visit_so(shared_browser: Browser) -> None:
    """A page stays blank where its calls were answered 429: that is no page nobody knows."""
    blank = Reply(
        f"<!doctype html><html lang=en><body><div id=shell></div><script>{GET}</script></body></html>"
    )
    replies = {"/health": blank, "/api/any": as_json({"error": "slow"}, status=429)}
    with (
        local_console(shared_browser, replies, answers=ANSWERS, pages=PAGES) as local,
        pytest.raises(Stop) as stopped,
    ):
        local.console.open("health")

    assert stopped.value.outcome is Outcome.RATE_LIMITED


def test_a_page_that_is_told_to_wait_ends_the_visit(shared_browser: Browser) -> None:
    """Where nothing fits and a call was answered 429, nothing is claimed to be missing."""
    replies = {"/health": page_of("", GET), "/api/any": as_json({"error": "slow"}, status=429)}
    with local_console(shared_browser, replies, answers=ANSWERS, pages=PAGES) as local:
        local.console.open("health")
        with pytest.raises(Stop) as stopped:
            local.console.documents("level")

    assert stopped.value.outcome is Outcome.RATE_LIMITED


def test_a_blocked_request_concerns_its_own_answer(shared_browser: Browser) -> None:
    """Telemetry that is turned away is nobody's answer; the call for one is."""
    answers = ANSWERS | {"score": {"path": "/deny/score/?", "shape": ["score"]}}
    script = "navigator.sendBeacon('/tell', 'x'); fetch('/deny/score/').catch(() => 0); " + GET
    replies = {"/health": page_of("", script), "/api/any": as_json(LEVEL)}
    with local_console(shared_browser, replies, answers=answers, pages=PAGES) as local:
        local.console.open("health")

        assert local.console.blocked_for("level") == ()
        assert [entry.rpartition("/deny")[2] for entry in local.console.blocked_for("score")] == ["/score/"]


@pytest.mark.parametrize("given", [True, False])
def test_the_pages_own_answer_is_not_asked_for_again(shared_browser: Browser, given: bool) -> None:
    """We ask only for what the page was not given, and say of a document that it was asked for."""
    answers = {"level": ANSWERS["level"] | {"ask": "/documented"}}
    replies = {
        "/health": page_of("", GET if given else ""),
        "/api/any": as_json(LEVEL),
        "/documented": as_json(LEVEL),
    }
    with local_console(shared_browser, replies, answers=answers, pages=PAGES) as local:
        local.console.open("health")
        answer = local.console.ask("level")
        (document,) = local.console.documents("level")

        assert answer is not None
        assert answer.body == LEVEL
        assert document.asked is not given
        assert local.times("/documented") == (0 if given else 1)


def test_what_is_asked_for_with_a_query_is_not_answered_by_another(shared_browser: Browser) -> None:
    """An answer for one account is none for another."""
    answers = {"level": {"path": "/documented", "ask": "/documented"}}
    script = "fetch('/documented?id=1')"
    replies = {"/health": page_of("", script), "/documented": as_json(LEVEL)}
    with local_console(shared_browser, replies, answers=answers, pages=PAGES) as local:
        local.console.open("health")
        local.console.ask("level", id="1")
        assert local.times("/documented") == 1
        local.console.ask("level", id="2")
        assert local.times("/documented") == 2


def test_a_flood_of_answers_is_bounded(shared_browser: Browser) -> None:
    """A page that fetches without end costs no memory without end, and what was there first is read."""
    script = GET + "; for (let i = 0; i < 700; i++) fetch('/api/flood?n=' + i)"
    replies = {
        "/health": page_of("", script),
        "/api/any": as_json(LEVEL),
        "/api/flood": as_json({"n": 1}),
    }
    with local_console(shared_browser, replies, answers=ANSWERS, pages=PAGES) as local:
        local.console.open("health")

        assert [one.value for one in local.console.documents("level")] == [LEVEL]
        assert len(local.console.given.everything()) <= 600
