"""Rules, facts and counts as a browser draws them: in boxes of any make, coloured by their style sheet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from checker.flow.coverage import alerts, red_statuses, unclaimed
from tests.unit.console.local import local_console, page_of

STYLE = (
    "<style>.msg {background: #fdd; width: 700px; padding: 9px} .row {display: flex} .row span {flex: 1}"
    " .hot {color: #c00}</style>"
)
RULE = "If your order defect rate is above 1%, <b>your account may be suspended</b>."
FACT = "Your account was suspended <i>when we found</i> items that are not allowed."
COUNTED = "<div class=row><span>Suspended listings</span><span{}>3</span></div>"


@pytest.mark.parametrize(
    ("body", "is_red"),
    [
        (f"<div class=msg>{RULE}</div>", False),
        (f"<div class=msg><p>{RULE}</p><p>{FACT}</p></div>", True),
        (f"<div class=msg>{FACT}</div>", True),
        (f"<p>{FACT}</p>", True),
        (f"<p>{RULE}</p>", False),
        (COUNTED.format(""), False),
        (COUNTED.format(" class=hot"), True),
        ("<div class=row><span>Shop status</span><span>Suspended</span></div>", True),
    ],
)
def test_what_is_drawn_is_red_where_it_says_what_is(
    shared_browser: Browser, body: str, *, is_red: bool
) -> None:
    """Whatever box it stands in; what is no red is told all the same, but for running text."""
    with local_console(shared_browser, {"/health": page_of(STYLE + body)}) as local:
        page = local.console.open("health")

    red = red_statuses(page, (), "en", locale="en_US")
    told = alerts(page, "en") or unclaimed(page, (), "en", locale="en_US")
    assert bool(red) is is_red
    assert red or told or body.startswith("<p>")
