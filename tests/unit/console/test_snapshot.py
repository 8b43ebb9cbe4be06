"""A snapshot in a real browser: what a person sees, without what a person typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage

from checker.console import snapshot
from checker.console.snapshot import TooLargeError, take
from checker.flow import Page


@pytest.fixture
def raw(shared_browser: Browser) -> Iterator[BrowserPage]:
    """Open an empty page."""
    context = shared_browser.new_context()
    yield context.new_page()
    context.close()


def _taken(raw: BrowserPage, body: str) -> Page:
    raw.set_content(f"<!doctype html><html lang=de><title>T</title><body>{body}</body></html>")
    return take(raw, "x", 200)


@pytest.mark.parametrize(
    "unseen",
    [
        "<p style='display:none'>Healthy</p>",
        "<p style='visibility:hidden'>Healthy</p>",
        "<p style='opacity:0'>Healthy</p>",
        "<p style='position:absolute;left:-9999px'>Healthy</p>",
        "<p style='position:absolute;width:1px;height:1px;overflow:hidden'>Healthy</p>",
        "<div hidden><p>Healthy</p></div>",
        "<div style='display:contents;visibility:hidden'>Healthy</div>",
        "<div style='display:none'><p style='display:contents'>Healthy</p></div>",
        "<script>'Healthy'</script><template>Healthy</template><noscript>Healthy</noscript>",
    ],
)
def test_what_nobody_sees_is_no_text(raw: BrowserPage, unseen: str) -> None:
    """Hidden in any of the ways pages hide things, it is not read."""
    assert _taken(raw, f"<b>seen</b>{unseen}").text == "seen"


def test_shadow_roots_are_read_where_they_stand(raw: BrowserPage) -> None:
    """An open shadow root is inlined, with what was slotted into it."""
    _taken(raw, "<x-pill>word</x-pill>")
    raw.evaluate(
        "() => { const pill = document.querySelector('x-pill');"
        " pill.attachShadow({mode: 'open'}).innerHTML = '<i class=in>before <slot></slot> after</i>'; }"
    )
    page = take(raw, "x", 200)

    assert page.text == "before word after"
    assert page.has("i.in")


def test_what_was_typed_is_blank(raw: BrowserPage) -> None:
    """Neither the value of a box nor the attribute it began with is in the snapshot."""
    _taken(raw, "<input id=a type=password value=secret-a><textarea>secret-b</textarea>")
    raw.locator("#a").fill("secret-c")

    assert "secret" not in take(raw, "x", 200).html


def test_handlers_and_foreign_marks_are_left_out(raw: BrowserPage) -> None:
    """A page cannot mark its own elements as hidden, and no handler survives."""
    page = _taken(raw, "<p data-checker-hidden onclick='x()'>seen &lt;b&gt;</p>")

    assert page.text == "seen <b>"
    assert "onclick" not in page.html


def test_language_title_and_place_are_kept(raw: BrowserPage) -> None:
    """What tells the page apart comes with it."""
    page = _taken(raw, "x")

    assert (page.language, page.title, page.status, page.ready) == ("de", "T", 200, True)


def test_a_page_of_any_depth_is_walked(raw: BrowserPage) -> None:
    """A thousand boxes in one another overflow nothing."""
    raw.set_content("<body></body>")
    raw.evaluate(
        "() => { let at = document.body; for (let i = 0; i < 1000; i++)"
        " { const box = document.createElement('div'); at.append(box); at = box; } at.textContent = 'deep'; }"
    )

    assert "deep" in take(raw, "x", 200).html


def test_a_page_without_end_is_refused(raw: BrowserPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than any console page holds is not taken at all."""
    monkeypatch.setattr(snapshot, "MAX_NODES", 50)

    with pytest.raises(TooLargeError):
        _taken(raw, "<p>x</p>" * 60)
