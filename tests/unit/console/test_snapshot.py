"""A snapshot in a real browser: what a person sees, without what a person typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage

from checker.console import snapshot
from checker.console.snapshot import Changes, TooLargeError, take
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


def test_what_a_frame_shows_says_which_frame_it_is_of(raw: BrowserPage) -> None:
    """A window that offers to talk is known by what the console calls it, and no page can call itself so."""
    _taken(
        raw,
        "<iframe title='Live \"chat\"' id=w srcdoc='<b>Hi there</b>'></iframe>"
        "<iframe srcdoc='<b data-checker-frame=chat>Suspended</b>'></iframe>",
    )
    raw.frame_locator("iframe").last.get_by_text("Suspended").wait_for()
    page = take(raw, "x", 200)

    assert [element.attributes["data-checker-frame"] for element in page.all("[data-checker-frame]")] == [
        'Live "chat"  w',
        "",
    ]


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


def _tones(page: Page, css: str) -> list[str]:
    return [element.tone for element in page.all(css)]


@pytest.mark.parametrize(
    ("style", "tone"),
    [
        ("background:#d13212;color:white", "red"),
        ("background:#fdecea", "red"),
        ("background:#fff3cd", "amber"),
        ("color:#dc2626", "red"),
        ("color:#067d62", "green"),
        ("color:#c45500", "amber"),
        ("border-left:4px solid #cc0c39", "red"),
        ("background:#e7f1ff", "blue"),
        ("color:#0066c0", ""),
        ("background:#f3f3f3;color:#111", ""),
        ("", ""),
    ],
)
def test_distinct_colours_are_marked(raw: BrowserPage, style: str, tone: str) -> None:
    """By background, border or text, as far as a person would call it red, amber, green or blue."""
    assert _tones(_taken(raw, f"<p style='{style}'>Said</p>"), "p") == [tone]


def test_the_colour_of_a_dot_or_an_icon_is_marked(raw: BrowserPage) -> None:
    """Of an empty element, a drawn one, or one that only a style sheet makes."""
    page = _taken(
        raw,
        "<style>.s::before{content:'';background:#dc2626;width:8px;height:8px;display:inline-block}</style>"
        "<i style='display:inline-block;width:8px;height:8px;background:#dc2626'></i>"
        "<svg width=9 height=9><circle r=4 cx=4 cy=4 fill='#dc2626'/></svg><p class=s>Said</p>",
    )

    assert (_tones(page, "i"), _tones(page, "circle"), _tones(page, ".s")) == (["red"], ["red"], ["red"])


def test_boxes_tell_where_text_lies(raw: BrowserPage) -> None:
    """On the page, not in the window: what was scrolled away keeps its place."""
    _taken(
        raw,
        "<p id=a style='position:absolute;left:10px;top:2000px;width:90px;height:20px;margin:0'>Said</p>"
        "<div id=b></div>",
    )
    raw.evaluate("() => window.scrollTo(0, 1500)")
    page = take(raw, "x", 200)

    assert [element.box for element in page.all("#a")] == [(10, 2000, 90, 20)]
    assert [element.box for element in page.all("#b")] == [None]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div style='display:flex'><span>12</span><span>480</span></div>", "12 480"),
        ("<span>12</span><span style='margin-left:8px'>480</span>", "12 480"),
        ("12<span style='padding-left:8px'>480</span>", "12 480"),
        ("<span style='margin-right:8px'>12</span><span>480</span>", "12 480"),
        ("<span style='display:block'>12</span><span style='display:inline-block'>480</span>", "12 480"),
        ("<span>98</span><span>.5</span>%", "98.5%"),
        ("<b>1</b><i>2</i>", "12"),
    ],
)
def test_what_stands_apart_is_not_run_together(raw: BrowserPage, html: str, text: str) -> None:
    """Two numbers beside one another are not one; the parts of one are not two."""
    assert _taken(raw, html).text == text


def test_a_label_and_its_value_are_found_by_where_they_lie(raw: BrowserPage) -> None:
    """Two columns of absolute boxes, which the tree tells nothing of."""
    places = [("Late shipment rate", 10, 10), ("Tracking", 10, 40), ("99%", 300, 40), ("1.2%", 300, 10)]
    html = "".join(
        f"<div style='position:absolute;left:{x}px;top:{y}px'>{text}</div>" for text, x, y in places
    )

    found = _taken(raw, html).beside_label(["Late shipment rate"], language="en", locale="en_US").only

    assert found is not None
    assert (found.text, found.source) == ("1.2%", "box")
    assert raw.locator(found.selector).inner_text() == "1.2%"


def test_pictures_are_found_in_shadow_roots(raw: BrowserPage) -> None:
    """The selector of what stands in a shadow root finds it on the live page."""
    _taken(raw, "<main><x-card></x-card></main>")
    raw.evaluate(
        "() => { const card = document.querySelector('x-card'); card.attachShadow({mode: 'open'}).innerHTML ="
        " '<div><p>Rate</p></div><div><p>1.2%</p></div>'; }"
    )

    found = take(raw, "x", 200).beside_label(["Rate"], language="en", locale="en_US").only

    assert found is not None
    assert raw.locator(found.selector).inner_text() == "1.2%"


def test_large_pages_are_not_marked(raw: BrowserPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many elements their boxes and tones are left out: the text is what counts."""
    monkeypatch.setattr(snapshot, "MAX_MARKED", 10)

    page = _taken(raw, "<p style='color:#dc2626'>x</p>" * 20)

    assert "data-checker-box" not in page.html
    assert _tones(page, "p") == [""] * 20
    assert len(page.all("p")) == 20


def test_a_page_cannot_mark_itself(raw: BrowserPage) -> None:
    """No mark of ours that the page wrote is believed."""
    page = _taken(raw, "<p data-checker-tone=green data-checker-box='1,2,3,4' data-checker-block>Said</p>")

    assert _tones(page, "p") == [""]
    assert page.html.count("data-checker-box") == 1
    assert "data-checker-block" not in page.html


@pytest.mark.parametrize(
    "deed",
    [
        "document.querySelector('p').firstChild.data = 'other'",
        "document.querySelector('p').className = 'red'",
        "document.body.append(document.createElement('hr'))",
        "document.title = 'Other'",
        "history.replaceState(null, '', '#other')",
        "document.head.appendChild(document.createElement('style')).textContent = 'p {color: red}'",
        "scrollTo(0, 500)",
    ],
)
def test_what_changes_a_page_is_noticed_once(raw: BrowserPage, deed: str) -> None:
    """A page that stays as it is needs no new snapshot; whatever is done to it asks for one."""
    _taken(raw, "<p style='height:3000px'>text</p>")
    changes = Changes(raw)
    first = [changes.any(), changes.any()]
    raw.evaluate(deed)

    assert first == [True, False]
    assert [changes.any(), changes.any()] == [True, False]


@pytest.mark.parametrize(
    "body",
    [
        "<iframe srcdoc='<p>Frame</p>'></iframe>",
        "<style>@keyframes turn {to {rotate: 1turn}}</style><p style='animation: turn 1s infinite'>o</p>",
        "<p id=card></p><script>card.attachShadow({mode: 'open'}).innerHTML = '<iframe>'</script>",
    ],
)
def test_what_no_observer_is_told_of_counts_as_changed(raw: BrowserPage, body: str) -> None:
    """A frame, wherever it stands, and something that moves: they are looked at each time."""
    _taken(raw, body)
    changes = Changes(raw)

    assert [changes.any() for _ in range(3)] == [True, True, True]


def test_what_changes_in_a_shadow_root_is_noticed(raw: BrowserPage) -> None:
    """However deep it lies, and whenever it came."""
    _taken(raw, "<x-pill></x-pill>")
    changes = Changes(raw)
    changes.any()
    raw.evaluate(
        "() => { const outer = document.querySelector('x-pill').attachShadow({mode: 'open'});"
        " outer.innerHTML = '<x-dot></x-dot>';"
        " outer.firstChild.attachShadow({mode: 'open'}).innerHTML = '<b>fine</b>'; }"
    )
    drawn = [changes.any(), changes.any()]
    raw.evaluate(
        "document.querySelector('x-pill').shadowRoot.firstChild.shadowRoot.firstChild.textContent = 'red'"
    )

    assert drawn == [True, False]
    assert [changes.any(), changes.any()] == [True, False]


def test_another_document_counts_as_changed(raw: BrowserPage) -> None:
    """What was observed went with the document before it."""
    _taken(raw, "<p>One</p>")
    changes = Changes(raw)
    changes.any()
    raw.goto("about:blank")

    assert [changes.any(), changes.any()] == [True, True]
    assert not changes.any()
