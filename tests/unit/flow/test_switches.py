"""What a console offers to switch to, and which links lead to a page, as the page itself says."""

from __future__ import annotations

import pytest

from checker.flow import Link, Page, Switch, links_named, switches
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
