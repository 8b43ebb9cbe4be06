"""Consoles nobody here wrote are signed in to: a form is known by what it is, in whatever shape it comes.

Each variant is a small console of its own: its sign-in pages, and one page behind them. Its server takes user
name, password and code from whatever the page sends, by form or by script, and counts what it was given.
"""

from __future__ import annotations

import json
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser
from pydantic import SecretStr

from checker.browser.launch import Launch, new_context
from checker.console import Bounds, Guard, LiveConsole, Policy, sign_in
from checker.errors import Stop
from checker.flow import Flow, Page, SiteToml, load_site_toml
from checker.model import Claim, Site
from checker.testing import found_browser

USER, PASSWORD, CODE = "seller@shop.example", "Correct-Horse-7", "314159"

FLOW_TOML = """
deny = ["/appeal"]
[flow]
marketplace = "unknown"
title = "Unknown"
version = "1"
contract = 1
[hosts]
start = "seller.unknown.example"
[[sites]]
code = "MAIN"
native_id = "MAIN"
label = "Main"
[pages.home]
path = "/home"
[signin]
start = "home"
posts = ["/[a-z/-]*"]
"""

INSIDE = (
    "<header>Seller Center <a href='/orders'>Orders</a></header><main><h1>Overview</h1>"
    "<p>Orders of today: 12. Everything is shipped.</p><input type=search placeholder='Search orders'></main>"
)

CASES = tomllib.loads((Path(__file__).parent / "signin_forms.toml").read_text(encoding="utf-8"))
VARIANTS: dict[str, dict[str, str]] = CASES["variants"]
ENDS: dict[str, dict[str, Any]] = CASES["ends"]
OVER: dict[str, dict[str, Any]] = CASES["overlays"]
PLAIN = VARIANTS["both boxes, plain"]["/login"]


@dataclass
class Given:
    """What a console was given, and what it does with it."""

    pages: dict[str, str]
    refused: str = ""
    users: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)
    inside: bool = False
    asked: list[str] = field(default_factory=list)

    @property
    def wants_code(self) -> bool:
        """Whether a code follows the password."""
        return "/code" in self.pages

    def take(self, given: dict[str, str]) -> str:
        """Take what was sent; return where it leads, or `!` and what is wrong with it."""
        for text in given.values():
            kept = {USER: self.users, PASSWORD: self.passwords, CODE: self.codes}.get(text)
            if kept is not None:
                kept.append(text)
        self.others |= {key: text for key, text in given.items() if text not in (USER, PASSWORD, CODE)}
        digits = "".join(text for _, text in sorted(given.items()) if len(text) == 1 and text.isdigit())
        if digits == CODE:
            self.codes.append(digits)
        if self.codes or (self.passwords and self.users and not self.wants_code):
            if self.refused:
                return f"!{self.refused}"
            self.inside = True
            return "/home"
        if self.passwords and self.users:
            return "/code"
        return "/password" if self.users and "/password" in self.pages else "!Something is missing"


def _handler(given: Given) -> type[BaseHTTPRequestHandler]:
    class Console(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given.asked.append(f"GET {parts.path}")
            sent = dict(parse_qsl(parts.query))
            if {USER, PASSWORD} & set(sent.values()):
                self._led(given.take(sent))
            elif parts.path == "/home" and not given.inside:
                self._moved("/login" if "/login" in given.pages else "/landing")
            elif parts.path == "/home":
                self._page(INSIDE)
            elif parts.path in given.pages:
                self._page(given.pages[parts.path])
            else:
                self._page("<p>no such page</p>", 404)

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            given.asked.append(f"POST {parts.path}")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            led = given.take({key: values[-1] for key, values in parse_qs(body).items()})
            if parts.path == "/give":
                said = {"error": led[1:]} if led.startswith("!") else {"go": led}
                self._send(json.dumps(said), "application/json")
            else:
                self._led(led)

        def _led(self, to: str) -> None:
            if to.startswith("!"):
                page = given.pages.get("/password") or given.pages.get("/login", "")
                self._page(f"<div role=alert>{to[1:]}</div>{page}")
            else:
                self._moved(to)

        def _moved(self, to: str) -> None:
            self.send_response(303)
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _page(self, body: str, status: int = 200) -> None:
            self._send(f"<!doctype html><html><body>{body}</body></html>", "text/html; charset=utf-8", status)

        def _send(self, text: str, kind: str, status: int = 200) -> None:
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Console


class Seller:
    """The secrets of the account."""

    username = USER

    def __init__(self, seed: bool = True) -> None:
        self.passwords = 0
        self._seed = seed

    def password(self) -> SecretStr:
        """Hand the password over."""
        self.passwords += 1
        return SecretStr(PASSWORD)

    def code(self, wait: Callable[[float], None]) -> SecretStr | None:  # noqa: ARG002 - never asked twice
        """Hand the code over."""
        return SecretStr(CODE) if self._seed else None


class UnknownFlow(Flow):
    """A flow that knows nothing of the console but where it begins."""

    marketplace = "unknown"

    def sites(self, console: object) -> list[Site]:  # noqa: ARG002 - none is listed
        """List nothing."""
        return []

    def read(self, console: object, site: Site) -> Iterator[Claim]:  # noqa: ARG002 - nothing is read
        """Read nothing."""
        yield from ()


@pytest.fixture(scope="module")
def toml(tmp_path_factory: pytest.TempPathFactory) -> SiteToml:
    """Return the data of a flow that names no box, no button and no state."""
    path = tmp_path_factory.mktemp("unknown") / "site.toml"
    path.write_text(FLOW_TOML, encoding="utf-8")
    return load_site_toml(path)


@contextmanager
def serving(given: Given) -> Iterator[str]:
    """Serve a console; return its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(given))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def console_of(browser: Browser, toml: SiteToml, url: str) -> Iterator[LiveConsole]:
    """Open a guarded console at an address."""
    context = new_context(browser, Launch(found_browser(), (), url))
    try:
        guard = Guard(Policy(toml, url))
        guard.install(context)
        flow = UnknownFlow()
        vars(flow)["toml"] = toml
        yield LiveConsole(context.new_page(), flow, "main", guard, Bounds(page=8.0, answer=1.0))
    finally:
        context.close()


def signed_in(browser: Browser, toml: SiteToml, given: Given, seller: Seller | None = None) -> Page:
    """Sign in to a console, and return the page arrived at; raise Stop if that fails."""
    with serving(given) as url, console_of(browser, toml, url) as console:
        return sign_in(console, seller or Seller())


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_form_is_known_by_what_it_is(shared_browser: Browser, toml: SiteToml, variant: str) -> None:
    """A person with these secrets would be in; so are we, having sent each of them once and nothing else."""
    given = Given(VARIANTS[variant])

    page = signed_in(shared_browser, toml, given)

    assert "Overview" in page.text
    assert given.passwords == [PASSWORD]
    assert len(given.users) in (1, 2)
    assert given.codes == ([CODE] if given.wants_code else [])
    assert "remember" not in given.others


@pytest.mark.parametrize("case", ENDS)
def test_what_no_person_could_pass_ends_in_its_outcome(
    shared_browser: Browser, toml: SiteToml, case: str
) -> None:
    """Said by visible words near the form, and never a second time tried."""
    ends = ENDS[case]
    given = Given(ends["pages"], ends["says"])

    with pytest.raises(Stop) as stop:
        signed_in(shared_browser, toml, given)

    assert stop.value.outcome == ends["outcome"]
    assert len(given.passwords) == ends["sent"]
    assert PASSWORD not in stop.value.detail
    assert USER not in stop.value.detail
    assert len(stop.value.detail) <= 400


def test_a_stop_explains_itself(shared_browser: Browser, toml: SiteToml) -> None:
    """What was met, in the page's own words, and the words nobody knew."""
    given = Given({"/login": f"<title>Welcome back</title>{PLAIN}"}, "Vexation 1207 occurred.")

    with pytest.raises(Stop) as stop:
        signed_in(shared_browser, toml, given)

    assert "'Vexation 1207 occurred.'" in stop.value.detail
    assert "met /login (title 'Welcome back')" in stop.value.detail


def test_words_elsewhere_refuse_nothing(shared_browser: Browser, toml: SiteToml) -> None:
    """A footer that speaks of wrong passwords is no answer to ours."""
    footer = "<footer><div class=alert>What to do when it says: incorrect password</div></footer>"

    page = signed_in(shared_browser, toml, Given({"/login": PLAIN + footer}))

    assert "Overview" in page.text


@pytest.mark.parametrize("refusal", ["Not now", "暂不", "Позже", "Plus tard"])
def test_an_offer_is_refused_in_any_language(shared_browser: Browser, toml: SiteToml, refusal: str) -> None:
    """By the whole name of its one refusal; what it offers is never taken up."""
    offer = (
        "<h1>Create a passkey</h1><form method=post action=/taken><button>Create a passkey</button></form>"
        f"<form method=post action=/refused><button name=a value='{USER}'>{refusal}</button></form>"
    )
    given = Given({"/login": offer, "/password": PLAIN})

    signed_in(shared_browser, toml, given)

    assert "POST /refused" in given.asked
    assert "POST /taken" not in given.asked


def test_an_offer_is_refused_though_what_lies_over_it_has_such_a_button_too(
    shared_browser: Browser, toml: SiteToml
) -> None:
    """What lies over it first, by its own refusal, and then the only one that is left."""
    tour = (
        "<div role=dialog style='position:fixed;bottom:0'>New in your console <button>Next</button>"
        "<button onclick='this.parentElement.remove()'>Not now</button></div>"
    )
    offer = (
        "<h1>Create a passkey</h1>"
        f"<form method=post action=/refused><button name=a value='{USER}'>Not now</button></form>"
    )
    given = Given({"/login": offer + tour, "/password": PLAIN})

    signed_in(shared_browser, toml, given)

    assert "POST /refused" in given.asked


@pytest.mark.parametrize(
    "name",
    ["Skip waiting period and close account", "Not now, delete my shop", "Skip and accept", "Close account"],
)
def test_what_acts_on_the_account_is_never_pressed(
    shared_browser: Browser, toml: SiteToml, name: str
) -> None:
    """Though it stands where a refusal should."""
    offer = f"<h1>Create a passkey</h1><form method=post action=/deed><button>{name}</button></form>"
    given = Given({"/login": offer})

    with suppress(Stop):
        signed_in(shared_browser, toml, given)

    assert "POST /deed" not in given.asked


@pytest.mark.parametrize("case", OVER)
def test_a_refusal_is_pressed_inside_what_it_refuses(
    shared_browser: Browser, toml: SiteToml, case: str
) -> None:
    """The only one of its name, in the overlay itself; nothing of what informs about the account."""
    body, allowed = OVER[case]["body"], set(OVER[case]["pressed"])
    given = Given(
        {"/login": PLAIN, "/tour/closed": INSIDE, "/d": "x", "/e": "x", "/banner/dismiss": "x"}, inside=True
    )
    known = {"GET /home", *allowed}

    with serving(given) as url, console_of(shared_browser, toml, url) as console:
        console.raw.route(
            "**/home",
            lambda route: route.fulfill(
                body=f"<body>{body}{INSIDE}", content_type="text/html; charset=utf-8"
            ),
        )
        console.open("home")

    assert {asked for asked in given.asked if asked != "GET /favicon.ico"} <= known
    assert allowed <= set(given.asked)
