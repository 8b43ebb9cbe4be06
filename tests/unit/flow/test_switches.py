"""What a console offers to switch to, and which links lead to a page, as the page itself says."""

from __future__ import annotations

import pytest

from checker.flow import Link, Page, Switch, links_named, shops_offered, switches
from checker.flow.page import HIDDEN

NAMES = {"shop_region"}


def page_of(body: str) -> Page:
    """Return a page."""
    return Page("home", "/home", 200, f"<html><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            "<a href='/home?shop_region=MY&x=1'>Malaysia</a>",
            [Switch("Malaysia", "MY", "/home?shop_region=MY&x=1")],
        ),
        ("<a href='/home?region=MY'>Malaysia</a>", []),
        ("<a href='/home?shop_region='>Malaysia</a>", []),
        ("<div data-shop-region='SG'>Singapore</div>", [Switch("Singapore", "SG")]),
        (
            "<select name='shopRegion'><option value=MY selected>Malaysia<option value=SG>Singapore</select>",
            [Switch("Malaysia", "MY", current=True), Switch("Singapore", "SG")],
        ),
        ("<select name=language><option value=en>English</select>", []),
        (
            "<select><option value='/home?shop_region=MY'>Malaysia</select>",
            [Switch("Malaysia", "MY", "/home?shop_region=MY")],
        ),
        (
            f"<ul {HIDDEN}=''><li><a href='?shop_region=MY' aria-current=page><img alt=''></a></li></ul>",
            [Switch("", "MY", "?shop_region=MY", current=True)],
        ),
        (
            "<a href='?shop_region=MY' data-shop-region=MY aria-label=Malaysia></a>",
            [Switch("Malaysia", "MY", "?shop_region=MY")],
        ),
        ("<a href='javascript:go(\"?shop_region=MY\")'>Malaysia</a>", []),
        ("<a href='http://[broken?shop_region=MY'>Malaysia</a>", []),
    ],
)
def test_a_switch_is_found_by_its_name(body: str, found: list[Switch]) -> None:
    """In the query of a link, the value of a selector, a data attribute; in a closed menu too."""
    assert list(switches(page_of(body), NAMES)) == found


def test_a_switch_may_be_the_host() -> None:
    """Only hosts of the console count."""
    body = "<a href='https://my.shop.example/x'>Malaysia</a><a href='https://evil.example/'>Prize</a>"

    assert switches(page_of(body), (), ("my.shop.example",)) == (
        Switch("Malaysia", "my.shop.example", "https://my.shop.example/x"),
    )


def test_links_are_found_by_what_they_say() -> None:
    """The very words go first, then those in sight; a name for screen readers counts as words."""
    body = (
        "<a href='/help'>Help on account health</a>"
        f"<a href='/menu' {HIDDEN}=''>Account  Health</a>"
        "<a href='/health'>ACCOUNT HEALTH</a>"
        "<a href='/icon' aria-label='Account Health'></a>"
        "<a href='#top'>Account Health</a><a href='/other'>Orders</a>"
        "<a href='/health'>Account health page</a>"
    )

    assert links_named(page_of(body), ["Account health"]) == (
        Link("ACCOUNT HEALTH", "/health"),
        Link("Account Health", "/icon"),
        Link("Account Health", "/menu", visible=False),
        Link("Help on account health", "/help"),
    )


def test_no_words_lead_nowhere() -> None:
    """An empty word is in every text, and names no link."""
    assert links_named(page_of("<a href='/x'>X</a>"), ["", " "]) == ()


@pytest.mark.parametrize(
    "entry",
    [
        '<select aria-label="partnerId"><option value=10002>Borealis</option></select>',
        '<select aria-label="Partner"><option value=10002>Borealis (Partner ID 10002)</option></select>',
        "<select><option value=b>Borealis, partner id: 10002</option></select>",
        '<a href="/switch/b">Borealis Trade (Partner ID 10002)</a>',
        '<a href="/switch?partnerId=10002">Borealis</a>',
    ],
)
def test_what_a_switch_is_set_to_may_stand_in_its_words(entry: str) -> None:
    """Its address or value may be anything."""
    assert {switch.value for switch in switches(page_of(entry), ("partnerId",))} == {"10002"}


@pytest.mark.parametrize(
    "entry",
    [
        "<option>Partners 10001 and 10002</option>",
        "<a href=/x>Partner ID 10001 is now Partner ID 10002</a>",
        "<p>Partner ID 10002</p>",
        "<a href=/x>Partner identity 10002</a>",
    ],
)
def test_words_that_name_none_or_several_are_no_switch(entry: str) -> None:
    """Nor is what cannot be pressed."""
    assert switches(page_of(entry), ("partnerId",)) == ()


@pytest.mark.parametrize(
    "menu",
    [
        "<a href='/app/switch?c={}'>{}</a>",
        "<a href='/home?store_id={}&x=1'>{}</a>",
        "<li><a href='/account/select-company?id={}'>{}</a></li>",
        "<option value='/partner/switch?partnerId={}'>{}</option>",
    ],
)
def test_a_menu_of_shops_is_told_by_where_its_entries_lead(menu: str) -> None:
    """One address, another value for each; one entry alone is no menu."""
    entries = menu.format(1, "Alpine") + menu.format(2, "Beach")

    assert [(one.value, one.label) for one in shops_offered(page_of(entries))] == [
        ("1", "Alpine"),
        ("2", "Beach"),
    ]
    assert shops_offered(page_of(menu.format(1, "Alpine"))) == ()


@pytest.mark.parametrize(
    "menu",
    [
        "<a href='/switch?lang=en'>English</a><a href='/switch?lang=ru'>Русский</a>",
        "<a href='/orders?page=1'>1</a><a href='/orders?page=2'>2</a>",
        "<a href='/orders?order_id=1'>1</a><a href='/orders?order_id=2'>2</a>",
        "<a href='/a?t=1'>A</a><a href='/b?t=2'>B</a>",
    ],
)
def test_other_menus_offer_no_shops(menu: str) -> None:
    """Languages, pages, orders, parts of a console."""
    assert shops_offered(page_of(menu)) == ()
