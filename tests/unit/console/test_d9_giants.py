"""D9: pages made to be too much, in a real browser: read as a person sees it, or refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage

from checker.console.snapshot import MAX_CHARACTERS, TooLargeError, take

_STATUS = "<h1>Account status</h1><p id=status>At risk</p>"


@pytest.fixture
def raw(shared_browser: Browser) -> Iterator[BrowserPage]:
    """Open an empty page."""
    context = shared_browser.new_context()
    yield context.new_page()
    context.close()


def test_d9_sixty_thousand_pixels_are_one_page(raw: BrowserPage) -> None:
    """What stands at the very end is read, and where it stands is known."""
    raw.set_content(f"<body><div style='height:60000px'></div>{_STATUS}</body>")

    (status,) = take(raw, "x", 200).all("#status")

    assert status.text == "At risk"
    assert status.box is not None
    assert status.box.y > 60_000


# Each frame costs a sixtieth of a second, up to the thousandth: Chromium makes no more.
@pytest.mark.parametrize("count", [250, pytest.param(5000, marks=pytest.mark.thorough)])
def test_d9_many_frames_hide_nothing(raw: BrowserPage, count: int) -> None:
    """Each is a part of the page like any other; the status beside them is what it was."""
    raw.set_content(f"<body>{_STATUS}</body>")
    # In one detached piece: each by itself would be laid out by itself.
    raw.evaluate(
        "count => document.body.insertAdjacentHTML('beforeend', '<iframe hidden></iframe>'.repeat(count))",
        count,
    )

    page = take(raw, "x", 200)

    assert page.html.count("<iframe") == count
    assert [element.text for element in page.all("#status")] == ["At risk"]


def test_d9_a_list_that_grows_while_it_is_read_has_an_end(raw: BrowserPage) -> None:
    """The snapshot is of one moment: what a page adds for ever is not waited for."""
    raw.set_content(
        f"<body>{_STATUS}<ul></ul><script>const list = document.querySelector('ul'); let n = 0;"
        "const grow = () => { for (let i = 0; i < 20; i++) { const row = document.createElement('li');"
        "row.textContent = `row ${n++}`; list.append(row); } requestAnimationFrame(grow); }; grow();</script>"
    )

    page = take(raw, "x", 200)

    assert [element.text for element in page.all("#status")] == ["At risk"]
    assert page.all("li")


def test_d9_more_text_than_any_console_has_is_refused(raw: BrowserPage) -> None:
    """It is not even brought over from the browser."""
    raw.set_content(f"<body>{_STATUS}<p id=much hidden></p></body>")
    raw.evaluate(
        "most => { document.getElementById('much').textContent = 'x'.repeat(most); }", MAX_CHARACTERS
    )

    with pytest.raises(TooLargeError):
        take(raw, "x", 200)
