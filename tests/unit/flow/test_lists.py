"""Lists: their rows, the words that say there are none, and whether they go on (A7)."""

# ruff: noqa: E501 - a page is easier to read in one line

from __future__ import annotations

import pytest

from checker.flow import Page
from checker.flow.lists import has_pager, list_rows, says_empty


def page(html: str, language: str = "en") -> Page:
    """Return a page of that body."""
    return Page("p", "/p", 200, f"<!doctype html><html lang={language}><body>{html}</body></html>")


def table(rows: str, after: str = "") -> str:
    """Return a section with a list of violations."""
    head = "<thead><tr><th>ASIN</th></tr></thead>"
    return f"<section><h2>Violations (2)</h2><table>{head}<tbody>{rows}</tbody></table>{after}</section>"


TWO = "<tr><td>a</td></tr><tr><td>b</td></tr>"


@pytest.mark.parametrize(
    ("html", "rows", "empty", "more"),
    [
        (table(TWO), ["a", "b"], False, False),
        (table("<tr><td colspan=4>No data</td></tr>"), [], True, False),
        (table("", "<p>Nothing to show</p>"), [], True, False),
        (table(TWO, "<button>Load more</button>"), ["a", "b"], False, True),
        (table(TWO, "<button disabled>Next</button>"), ["a", "b"], False, False),
        (table(TWO, "<a aria-disabled=true>Next</a><span>Page 1 of 1</span>"), ["a", "b"], False, False),
        (table(TWO, "<span>1–2 of 80</span>"), ["a", "b"], False, True),
        (table(TWO, "<span>1–2 of 2</span>"), ["a", "b"], False, False),
        (table(TWO, "<ul class=pagination><li><a aria-label=Next>›</a></li></ul>"), ["a", "b"], False, True),
        ("<h2>Violations</h2><ul><li>a</li><li>b</li></ul>", ["a", "b"], False, False),
        ("<h2>Violations</h2><div role=list><p role=listitem>a</p></div>", ["a"], False, False),
        (
            "<h2>Violations</h2><div class=empty>There are no violations in the last 180 days</div>",
            [],
            True,
            False,
        ),
    ],
)
def test_the_list_under_a_heading(html: str, rows: list[str], empty: bool, more: bool) -> None:
    """Its rows without the head; empty in words; going on if the page says so. It is whole if it does not."""
    found = list_rows(page(html), ["violations"], "en")

    assert ([row.text for row in found.rows], found.empty, found.more) == (rows, empty, more)
    assert found.whole is (not more)


@pytest.mark.parametrize(
    "html",
    [
        table(""),
        "<section><h2>Violations</h2></section><section><h2>Other</h2><ul><li>z</li></ul></section>",
        "<nav><p>Violations</p></nav><ul><li>z</li></ul>",
        "",
    ],
)
def test_a_list_that_shows_nothing_is_not_empty(html: str) -> None:
    """A head alone, or another list: nobody said that there are none."""
    found = list_rows(page(html), ["Violations"], "en")

    assert (found.rows, found.empty, found.whole) == ((), False, False)
    assert found.reason


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No violations"), ("en", "Nothing to show"), ("en", "No data available."), ("de", "Keine Verstöße"),
        ("es", "Sin infracciones"), ("pt", "Nenhum resultado"), ("fr", "Aucune donnée"), ("it", "Nessun risultato"),
        ("ja", "データがありません"), ("ko", "데이터가 없습니다"), ("zh", "暂无数据"), ("zh", "暂无违规记录"), ("tr", "Kayıt yok"),
        ("ru", "Нет данных"), ("vi", "Không có dữ liệu"), ("th", "ไม่มีข้อมูล"), ("ar", "لا توجد بيانات"), ("pt", "No data"),
    ],
)  # fmt: skip
def test_empty_is_said_in_words(language: str, text: str) -> None:
    """In the page's language, or in English."""
    assert says_empty(page(f"<div><p>{text}</p></div>", language), language)
    assert says_empty(page(f"<div id=a><p>{text}</p></div>", language), language, within="#a")


@pytest.mark.parametrize(
    ("language", "html"),
    [
        ("en", "<p>Violations</p>"),
        ("en", "<p>None of your listings were removed</p>"),
        ("fr", "<p>Keine Verstöße</p>"),
        ("en", "<p data-checker-hidden>No data</p>"),
        ("en", "<select><option>None</option></select>"),
        ("zh", "<p>违规记录</p>"),
    ],
)
def test_other_words_say_no_such_thing(language: str, html: str) -> None:
    """Labels, other languages, hidden words, choices."""
    assert not says_empty(page(html, language), language)


@pytest.mark.parametrize(
    ("html", "more"),
    [
        ("<a>Next</a>", True),
        ("<a rel=next href=x>2</a>", True),
        ("<span>Page 2 of 3</span>", True),
        ("<span>Page 3 of 3</span>", False),
        ("<span>12 of 480</span>", False),
        ("<div class=pagination>1 / 4</div>", True),
        ("<nav><a>More</a></nav>", False),
        ("<span>第 1 页，共 3 页</span>", True),
        ("<button class='is-disabled'>下一页</button>", False),
        ("<button>下一页</button>", True),
        ("<button>Next steps for your account</button>", False),
    ],
)
def test_a_pager_says_that_there_is_more(html: str, more: bool) -> None:
    """A link that can be pressed, or a count that has not come to its end."""
    assert has_pager(page(html), "zh") is more
    assert has_pager(page(f"<div id=a>{html}</div>"), "zh", within="#a") is more
