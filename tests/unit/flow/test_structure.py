"""How a page is built, as a mark: another design moves it far, more or redder of the same hardly."""

from __future__ import annotations

import pytest

from checker.compare.signals import is_rebuilt
from checker.flow import Page

ROW = (
    '<tr><td><span role="status" class="pill-{colour}" id="row-{n}">{colour}</span></td>'
    "<td><a>open</a></td></tr>"
)


def _page(body: str) -> Page:
    return Page("p", "/p", 200, f"<!doctype html><html><body>{body}</body></html>")


def _health(rows: int = 3, colour: str = "green", extra: str = "", words: str = "Account health") -> Page:
    table = "".join(ROW.format(colour=colour, n=number) for number in range(rows))
    return _page(
        f'<header role="banner"><nav><ul><li><a>Home</a></li></ul></nav></header>{extra}'
        f'<main id="health"><section data-testid="rating"><h1>{words}</h1><h3><b>900</b></h3></section>'
        f'<section data-testid="policies"><h2>Policies</h2><table><tbody>{table}</tbody></table></section>'
        '<section data-testid="shipping"><h2>Shipping</h2><dl><dt>Late</dt><dd><em>1 %</em></dd></dl>'
        "</section><footer><p>© 2026</p></footer></main>"
    )


_REDESIGN = _page(
    '<app-root><div role="grid"><app-tile id="t1"><svg><path></path></svg><app-value>900</app-value>'
    '</app-tile><app-tile id="t2"><app-list><app-line><app-badge>red</app-badge></app-line></app-list>'
    "</app-tile></div><app-footer><small>x</small></app-footer></app-root>"
)


@pytest.mark.parametrize(
    "again",
    [
        _health(colour="red"),
        _health(rows=40),
        _health(words="Kontozustand"),
        _health(extra='<div role="alert"><p>We are aware of an issue</p></div>'),
    ],
    ids=["redder", "longer", "another language", "a banner"],
)
def test_the_same_design_is_known_again(again: Page) -> None:
    """Classes, numbers, words and lengths say nothing of it, and a banner says little."""
    assert not is_rebuilt(_health().structure, again.structure)


def test_another_design_is_another() -> None:
    """Other elements in other places."""
    assert is_rebuilt(_health().structure, _REDESIGN.structure)


def test_the_mark_is_the_same_in_every_process() -> None:
    """Sixteen digits that are stored and compared months later."""
    assert _health().structure == _health().structure
    assert _page("<p>a</p>").structure == "120271c2900ae8c8"


def test_what_tools_make_up_anew_is_left_out() -> None:
    """Ids of a build or of one display."""
    one, other = (_page(f'<div id="{made}"><p>a</p></div>') for made in ("css-1a2b3c4d5e", "css-9f8e7d6c5b"))

    assert one.structure == other.structure


@pytest.mark.parametrize("html", ["", "<!doctype html><html><head></head></html>"])
def test_a_page_of_nothing_has_at_most_an_empty_mark(html: str) -> None:
    """And is never called rebuilt for it."""
    assert not is_rebuilt(Page("p", "/p", 200, html).structure, "")


def test_a_page_of_a_hundred_thousand_boxes_has_a_mark() -> None:
    """Deep or wide, at a cost that is bounded."""
    deep = _page("<div>" * 20_000 + "</div>" * 20_000)
    wide = _page("<p><i>x</i></p>" * 60_000)

    assert len(deep.structure) == len(wide.structure) == 16
