"""Pages are found, by their paths or by the console's own links, and loaded once."""

from __future__ import annotations

import html
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser

from checker.console import LiveConsole, Policy
from checker.console.finding import NotHereError, PageFinder
from checker.errors import NotOffered, Stop
from checker.flow import Page
from checker.model import Outcome
from tests.unit.console.local import SAYS, TOML, LocalFlow, Reply, local_console, page_of
from tests.unit.flow.declaring import toml_of

GONE = Reply("<div id=shell>Shop</div><h1>Not found</h1>", status=404)
HEALTH = page_of("<h1>Account health</h1>")
HOME = page_of("<nav><a href='/x/9?tab=2'>Account Health</a> <a href='/deny/y'>Health</a></nav>")
CLOSED_MENU = page_of("<div hidden><a href='/x/9' aria-label='Kontostatus'>·</a></div>")


def pages(**health: Any) -> dict[str, Any]:
    """Return the pages of a console, one of them as the test wants it."""
    return {"home": {"path": "/home"}, "health": {"path": "/health"} | health}


@pytest.mark.parametrize(
    ("replies", "health", "found"),
    [
        ({"/health": HEALTH}, {}, "/health"),
        ({"/health/": HEALTH, "/health": GONE}, {}, "/health/"),
        ({"/center": HEALTH}, {"paths": ["/other", "/center"]}, "/center"),
        ({"/center/": HEALTH}, {"paths": ["/center"]}, "/center/"),
        ({"/x/9": HEALTH, "/home": HOME}, {"links": ["account health"]}, "/x/9?tab=2"),
        ({"/x/9": HEALTH, "/home": HOME}, {"links": ["Health"]}, "/x/9?tab=2"),
        (
            {
                "/health": Reply("", status=302, headers={"location": "/home"}),
                "/home": HOME,
                "/x/9": HEALTH,
            },
            {"links": ["Account Health"]},
            "/x/9?tab=2",
        ),
        (
            {
                "/x/9": HEALTH,
                "/home": page_of("<div hidden><a href='/x/9' aria-label='Kontostatus'>·</a></div>"),
            },
            {"links": ["kontostatus"]},
            "/x/9",
        ),
    ],
)
def test_a_page_is_found(
    shared_browser: Browser, replies: dict[str, Reply], health: dict[str, Any], found: str
) -> None:
    """Path by path, with a slash more or less, then by a link that is named so; and it is said where."""
    with local_console(shared_browser, replies, pages=pages(**health)) as local:
        page = local.console.open("health", region="MY")

        assert (page.name, page.status, "Account health" in page.text) == ("health", 200, True)
        if found == "/health":
            assert (local.console.found_pages, local.console.notes) == ({}, ())
        else:
            assert local.console.found_pages == {"health": found}
            assert found.partition("?")[0] in local.console.notes[0]
        assert "region=MY" in page.url
        assert not any(path.startswith("/deny") for path in local.asked)


def test_what_was_found_is_gone_to_at_once(shared_browser: Browser) -> None:
    """The second time neither the paths nor the links are gone through."""
    replies = {"/x/9": HEALTH, "/home": HOME}
    with local_console(shared_browser, replies, pages=pages(links=["Account Health"])) as local:
        local.console.open("health")
        before = len(local.asked)
        local.console.reopen("health", region="SG")

        assert local.asked[before:] == ["/x/9"]


@pytest.mark.parametrize(
    ("there", "asked", "found"),
    [
        (page_of("<p id=mark>Account health</p>"), ["/y/1"], {"health": "/y/1"}),
        (page_of("<p>Something else that stands there now</p>"), ["/y/1", "/health"], {}),
    ],
)
def test_where_an_earlier_run_found_it_is_looked_first_and_proven(
    shared_browser: Browser, there: Reply, asked: list[str], found: dict[str, str]
) -> None:
    """What has nothing of the page is not the page, wherever it once was; back at its place it is there."""
    replies = {"/y/1": there, "/health": page_of("<p id=mark>Account health</p>")}
    with local_console(
        shared_browser,
        replies,
        pages=pages(ready=["#mark"]),
        make=partial(LiveConsole, found_pages={"health": "/y/1"}),
    ) as local:
        page = local.console.open("health")

        assert "Account health" in page.text
        assert [path for path in local.asked if path != "/favicon.ico"] == asked
        assert local.console.found_pages == found


@pytest.mark.parametrize(
    ("body", "is_there"), [("您的账户状况良好，没有违规。", True), ("账户状况", False), ("All fine", False)]
)
def test_a_page_that_says_enough_may_be_the_page(shared_browser: Browser, body: str, is_there: bool) -> None:
    """A page of another address with nothing of what is wanted; a dozen signs of Chinese say much."""
    shown = Reply(f"<!doctype html><html><body><div id=shell></div><p>{body}</p></body></html>")
    with local_console(
        shared_browser, {"/y": shown}, pages=pages(paths=["/y"], ready=["#mark"], optional=True)
    ) as local:
        assert (local.console.offered("health") is not None) is is_there


@pytest.mark.parametrize(
    ("page", "link", "path", "is_there"),
    [
        ("home", "Health", "/x", True),
        ("home", "บัญชี", "/health", True),
        ("home", "บัญชี", "https://[", False),
        ("home", "Orders", "/x", False),
        ("health", "Health", "/x", False),
    ],
)
def test_a_first_page_may_be_menus_alone(
    shared_browser: Browser, page: str, link: str, path: str, is_there: bool
) -> None:
    """What leads to another page of the flow, by name or path, is not blank; others are to say something."""
    menu = f"<a href='{path}'>{link}</a> <a href='/o'>Returns, refunds</a>"
    tiles = Reply(f"<!doctype html><html><body><div id=shell></div><main>{menu}</main></body></html>")
    there = pages(paths=["/y"], ready=["#mark"], links=["health"], optional=True)
    there["home"] |= {"paths": ["/y"], "ready": ["#mark"], "optional": True}
    with local_console(shared_browser, {"/y": tiles}, pages=there) as local:
        assert (local.console.offered(page) is not None) is is_there


@pytest.mark.parametrize(
    ("begun", "page", "is_there"),
    [("/x/9", "home", True), ("/x/9", "health", False), ("/health", "home", False), ("/gone", "home", False)],
)
def test_the_page_a_session_begins_with_is_where_the_sign_in_ended(
    shared_browser: Browser, begun: str, page: str, is_there: bool
) -> None:
    """Where none of its own paths opens; no other page is, nor is it where another page stands."""
    replies = {"/x/9": HEALTH, "/gone": GONE} | ({"/health": HEALTH} if page == "home" else {})
    with local_console(shared_browser, replies, pages=pages(optional=True)) as local:
        console = local.console
        console.go_to("home", begun)
        console.finder.begun_at(console.settle()[1])
        if is_there:
            assert console.open(page).url == begun
            assert console.found_pages == {"home": begun}
        else:
            with pytest.raises(Stop):
                console.open(page)


def test_a_page_that_is_nowhere_ends_the_visit(shared_browser: Browser) -> None:
    """What the declared path said is what is told, not what the search met last."""
    with local_console(shared_browser, {"/home": page_of("")}, pages=pages(links=["Health"])) as local:
        with pytest.raises(Stop) as stopped:
            local.console.open("health")

        assert stopped.value.outcome is Outcome.UNKNOWN_PAGE
        assert not isinstance(stopped.value, NotOffered)


def test_a_page_a_console_need_not_have_is_not_offered(shared_browser: Browser) -> None:
    """It is said once, and not looked for again."""
    with local_console(shared_browser, {"/home": page_of("")}, pages=pages(optional=True)) as local:
        assert local.console.offered("health") is None
        before = len(local.asked)
        assert local.console.offered("health", region="SG") is None
        with pytest.raises(NotOffered):
            local.console.open("health")

        assert len(local.asked) == before
        assert len([note for note in local.console.notes if "not offered" in note]) == 1


def test_what_is_there_is_offered(shared_browser: Browser) -> None:
    """An optional page that opens is a page like any other."""
    with local_console(shared_browser, {"/health": HEALTH}, pages=pages(optional=True)) as local:
        page = local.console.offered("health")

        assert page is not None
        assert "Account health" in page.text


def test_a_page_is_loaded_once(shared_browser: Browser) -> None:
    """The same page with the same query is looked at again and not loaded again."""
    with local_console(shared_browser, {"/health": HEALTH, "/home": HOME}, pages=pages()) as local:
        local.console.open("health", region="MY")
        local.console.open("health", region="MY")
        assert local.times("/health") == 1
        local.console.open("health", region="SG")
        assert local.times("/health") == 2


@pytest.mark.parametrize("between", ["afresh", "look", "site", "press", "moved"])
def test_a_page_is_loaded_anew_where_it_may_be_another(shared_browser: Browser, between: str) -> None:
    """For a second look, another site, after a press, or where the page went elsewhere by itself."""
    replies = {"/health": page_of("<button id=b>More</button>")}
    with local_console(shared_browser, replies, pages=pages(), controls={"more": ["#b"]}) as local:
        console = local.console
        console.open("health")
        if between == "look":
            console.begin_look()
        if between == "site":
            console.begin_site()
        if between == "press":
            console.press("more")
        if between == "moved":
            console.raw.evaluate("history.pushState({}, '', '/elsewhere')")
        (console.reopen if between == "afresh" else console.open)("health")

        assert local.times("/health") == 2


@pytest.mark.parametrize(
    ("body", "is_there"),
    [
        (f"<h1>Account Health</h1>{SAYS}", True),
        (f"<h1>Zustand Ihres Kontos</h1>{SAYS}", False),
        ("<h1>Account Health</h1>", False),
    ],
)
def test_a_page_that_a_link_names_and_that_is_headed_so_is_the_page(body: str, is_there: bool) -> None:
    """Nothing of it is known, and it is read all the same: what is missing is told, a stopped account too."""
    toml = LocalFlow(TOML | {"pages": pages(links=["Account health"])}).toml
    home = "https://console.example/home"

    def opened(name: str, url: str) -> Page:
        shown = {"/home": HOME.body, "/x/9?tab=2": body}.get(url.removeprefix("https://console.example"))
        if shown is None:
            raise NotHereError(Stop(Outcome.UNKNOWN_PAGE, name), gone=True)
        return Page(name, url, 200, f"<html><body>{shown}</body></html>")

    finder = PageFinder(
        toml,
        Policy(toml),
        opened,
        lambda path, _: f"https://console.example{path}",
        {},
        lambda name, _: name == "home",
    )
    finder.arrived(home, opened("home", home))

    if is_there:
        assert "Account Health" in finder.find("health", {}, "").text
        assert finder.found == {"health": "/x/9?tab=2"}
    else:
        with pytest.raises(Stop):
            finder.find("health", {}, "")


@pytest.mark.parametrize(
    ("link", "is_known", "found"),
    [
        ("Состояние магазина", True, "/x"),
        ("账号健康", True, "/x"),
        ("Account health", True, "/x"),
        ("Account health", False, ""),
        ("Orders", True, ""),
    ],
)
def test_a_page_is_found_by_what_all_consoles_call_it(link: str, is_known: bool, found: str) -> None:
    """Where neither its paths nor this console's words lead to it, and what is there shows what is wanted."""
    toml = toml_of(
        '[pages.rates]\npath = "/rates"\nanswers = ["kpi"]\n[answers.kpi]\nshape = ["kpi"]\n'
        '[[metrics]]\nmetric = "orders.late"\nanswer = "kpi"\nvalue = ["kpi"]\n'
    )
    origin = "http://127.0.0.1:9"

    def open_at(name: str, url: str) -> Page:
        path = url.removeprefix(origin)
        if path == "/rates":
            raise NotHereError(Stop(Outcome.UNKNOWN_PAGE, name), gone=True)
        return Page(name, path, 200, f"<body><nav><a href='/x'>{link}</a></nav></body>")

    finder = PageFinder(
        *(toml, Policy(toml, origin), open_at, lambda path, _: origin + path, {}),
        lambda name, page: name == "health" or (is_known and page.url == "/x"),
    )
    finder.arrived(f"{origin}/health", open_at("health", f"{origin}/health"))

    if found:
        assert finder.find("rates", {}, "").url == found
    else:
        with pytest.raises(Stop):
            finder.find("rates", {}, "")


NO_ADDRESSES = [
    "data:text/html,<div id=shell>Shop</div><h1>Account health</h1>Everything is fine with your account",
    "javascript:document.write('<div id=shell>Shop</div>')",
    "blob:http://127.0.0.1/0",
    "about:blank",
    "file:///etc/hostname",
    "view-source:/x/9",
    "/account/close",
    "/%2561ccount/%2563lose",
    "/x?op=acknowledge",
]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_a_console_leads_to_its_own_addresses_that_read_and_to_nothing_else(
    shared_browser: Browser, address: str
) -> None:
    """What leads elsewhere, to a page made of the link itself, or to a deed, is not opened."""
    menu = page_of(f'<nav><a href="{html.escape(address)}">Account Health</a></nav>')
    replies = {"/home": menu, "/x/9": HEALTH, "/account/close": HEALTH, "/x": HEALTH}
    with local_console(shared_browser, replies, pages=pages(links=["Account Health"])) as local:
        local.console.open("home")
        with pytest.raises(Stop) as followed:
            local.console.follow("health", address)
        with pytest.raises(Stop) as found:
            local.console.open("health")
        url = local.console.raw.url

    assert followed.value.outcome is found.value.outcome is Outcome.UNKNOWN_PAGE
    assert url.startswith(local.origin)
    assert {"/x", "/x/9", "/account/close"}.isdisjoint(local.asked)


@pytest.mark.parametrize("stands", ["/x/9?tab=2", "/health"])
def test_a_page_that_is_gone_when_it_is_opened_again_is_not_there(stands: str) -> None:
    """The session may end between two looks: that is what the page came to, and no fault of ours."""
    toml = LocalFlow(TOML | {"pages": pages(links=["Account health"])}).toml
    origin, opened = "https://console.example", list[str]()

    def open_at(name: str, url: str) -> Page:
        path = url.removeprefix(origin)
        opened.append(path)
        if path not in {"/home", stands} or opened.count(stands) > 1:
            raise NotHereError(Stop(Outcome.UNKNOWN_PAGE, f"{name}: blank"), gone=path != stands)
        shown = HOME.body if path == "/home" else f"<h1>Account Health</h1>{SAYS}"
        return Page(name, url, 200, f"<html><body>{shown}</body></html>")

    finder = PageFinder(
        *(toml, Policy(toml), open_at, lambda path, _: f"{origin}{path}", {}), lambda name, _: name == "home"
    )
    finder.arrived(f"{origin}/home", open_at("home", f"{origin}/home"))

    with pytest.raises(Stop, match="health: blank"):
        finder.find("health", {}, "")
    assert opened.count(stands) == 2


def test_a_pages_own_word_for_a_parameter_is_no_argument_of_ours(shared_browser: Browser) -> None:
    """A flow passes on what a console calls its switch, which may be anything."""
    with local_console(shared_browser, {"/health": HEALTH}, pages=pages()) as local:
        shown = local.console.open("health", page="2", self="1")

    assert shown.url.endswith("/health?page=2&self=1")
