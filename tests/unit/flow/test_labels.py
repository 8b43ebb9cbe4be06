"""The value beside a label, in the layouts consoles have: one label, many pages."""

# ruff: noqa: E501 - a page is easier to read in one line

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from checker.flow import Page
from checker.flow.labels import LabelledValues

LABEL = "Late shipment rate"
HID = 'data-checker-hidden=""'


def page(html: str, language: str = "en") -> Page:
    """Return a page of that body."""
    return Page("p", "/p", 200, f"<!doctype html><html lang={language}><body>{html}</body></html>")


def at(x: int, y: int, width: int = 90, height: int = 16) -> str:
    """Return the mark of where an element lies."""
    return f'data-checker-box="{x},{y},{width},{height}"'


def beside(
    html: str, *labels: str, language: str = "en", locale: str = "en_US", **how: object
) -> LabelledValues:
    """Return what stands beside the label."""
    found: LabelledValues = page(html, language).beside_label(
        labels or (LABEL,),
        language=language,
        locale=locale,
        **how,  # type: ignore[arg-type]
    )
    return found


def texts(found: LabelledValues) -> list[str]:
    """Return the values as printed."""
    return [value.text for value in found.values]


# Each says 1.2 % of the late shipment rate, and nothing else of it.
LAYOUTS = {
    "row header": f"<table><tr><th>{LABEL}</th><td>1.2%</td></tr><tr><th>Tracking</th><td>99%</td></tr></table>",
    "row of cells": f"<table><tr><td>{LABEL}</td><td>1.2%</td></tr><tr><td>Tracking</td><td>99%</td></tr></table>",
    "column header": f"<table><tr><th>{LABEL}</th><th>Tracking</th></tr><tr><td>1.2%</td><td>99%</td></tr></table>",
    "column of cells": f"<table><tr><td>{LABEL}</td><td>Tracking</td></tr><tr><td>1.2%</td><td>99%</td></tr></table>",
    "pairs in one row": (
        f"<table><tr><th>{LABEL}</th><td>1.2%</td><th>Tracking</th><td>99%</td></tr></table>"
    ),
    "label in a deeper cell": (
        f"<table><tr><td><div><a href=x>{LABEL}</a><i>?</i></div></td><td><div><b>1.2</b> %</div></td></tr></table>"
    ),
    "a card in a cell": (
        f"<table><tr><td><div>{LABEL}</div><div>1.2%</div></td><td><div>Tracking</div><div>99%</div></td></tr></table>"
    ),
    "roles": (
        f"<div role=table><div role=row><span role=cell>{LABEL}</span><span role=cell>1.2%</span></div>"
        "<div role=row><span role=cell>Tracking</span><span role=cell>99%</span></div></div>"
    ),
    "custom elements": (
        f"<kat-table><kat-table-row><kat-table-cell>{LABEL}</kat-table-cell><kat-table-cell>1.2%</kat-table-cell>"
        "</kat-table-row></kat-table>"
    ),
    "definition list": f"<dl><dt>{LABEL}</dt><dd>1.2%</dd><dt>Tracking</dt><dd>99%</dd></dl>",
    "definition groups": f"<dl><div><dt>{LABEL}</dt><dd>1.2%</dd></div><div><dt>Tracking</dt><dd>99%</dd></div></dl>",
    "cards": f"<div><p>{LABEL}</p><p>1.2%</p></div><div><p>Tracking</p><p>99%</p></div>",
    "cards, value first": f"<div><p>1.2%</p><p>{LABEL}</p></div><div><p>99%</p><p>Tracking</p></div>",
    "deep cards": (
        f"<section><header><h3>{LABEL}</h3></header><div><div><b>1.2%</b></div></div></section>"
        "<section><header><h3>Tracking</h3></header><div><div><b>99%</b></div></div></section>"
    ),
    "grid": f"<div><p>{LABEL}</p><p>1.2%</p><p>Tracking</p><p>99%</p></div>",
    "grid, value first": f"<div><p>99%</p><p>Tracking</p><p>1.2%</p><p>{LABEL}</p></div>",
    "grid under a heading": f"<div><p>Shipping</p><p>Tracking</p><p>99%</p><p>{LABEL}</p><p>1.2%</p></div>",
    "list items": f"<ul><li>{LABEL} <b>1.2%</b></li><li>Tracking <b>99%</b></li></ul>",
    "spans": f"<ul><li><span>{LABEL}</span><span>1.2%</span></li><li><span>Tracking</span><span>99%</span></li></ul>",
    "one text": f"<p>{LABEL}: 1.2%</p><p>Tracking: 99%</p>",
    "one text, full width": f"<p>{LABEL}：1.2%</p>",
    "one text, dash": f"<p>{LABEL} – 1.2%</p>",
    "help icon": f"<div><p>{LABEL} <i class=help-icon>?</i></p><p>1.2%</p></div>",
    "glyph": f"<div><p>{LABEL} <i class=material-icons>help_outline</i></p><p>1.2%</p></div>",
    "tooltip": f"<div><p>{LABEL} <span role=tooltip>4% or less</span></p><p>1.2%</p></div>",
    "footnotes": f"<div><p>{LABEL}<sup>1</sup></p><p>1.2%<sup>2</sup></p></div>",
    "window": f"<div><p>{LABEL} (30 days)</p><p>1.2%</p></div>",
    "window after": f"<div><p>{LABEL} in the last 30 days</p><p>1.2%</p></div>",
    "window between": f"<div><p>{LABEL}</p><p>Last 30 days</p><p>1.2%</p></div>",
    "split value": f"<div><p>{LABEL}</p><p><span>1</span><span>.2</span><span>%</span></p></div>",
    "accessible name": f"<div aria-label='{LABEL}'>1.2%</div><div aria-label=Tracking>99%</div>",
    "accessible name of a box": f"<section aria-label='{LABEL}'><p><b>1.2%</b></p></section>",
    "named by another": f"<p id=l>{LABEL}</p><hr><div><div aria-labelledby=l>1.2%</div></div><div>7%</div>",
    "title": f"<div><abbr title='{LABEL}'>LSR</abbr><b>1.2%</b></div>",
    "other case and marks": "<div><p>LATE-SHIPMENT  RATE&nbsp;:</p><p>1.2%</p></div>",
    "menu": f"<nav><a>{LABEL}</a><b>5%</b></nav><div><p>{LABEL}</p><p>1.2%</p></div>",
    "tabs": f"<div role=tablist><a role=tab>{LABEL}</a><b>5%</b></div><div><p>{LABEL}</p><p>1.2%</p></div>",
    "footer": f"<footer><p>{LABEL}</p><p>5%</p></footer><div><p>{LABEL}</p><p>1.2%</p></div>",
    "help": (
        f"<div class=faq><h4>{LABEL}</h4><p>5%</p></div><div><p>{LABEL}</p><p>1.2%</p></div>"
        "<div><p>Other numbers of this page stand here</p><p>So that help is less than half of it</p></div>"
    ),
    "hidden twin": f"<div><p>{LABEL}</p><p {HID}>0%</p><p>1.2%</p></div>",
    "longer label beside": f"<div><p>Valid {LABEL}</p><p>5%</p></div><div><p>{LABEL}</p><p>1.2%</p></div>",
    "label of another thing": f"<div><p>{LABEL} policy</p><p>5%</p></div><div><p>{LABEL}</p><p>1.2%</p></div>",
    "prose with a number": (
        f"<div><h3>{LABEL}</h3><p>1.2%</p><p>The share of your orders that were shipped late. Sellers must keep it "
        "under <b>4%</b> at all times, or their account will be reviewed by our team.</p></div>"
    ),
    "link": f"<div><a href=x>{LABEL}</a><p>1.2%</p></div>",
    "right, by boxes": (
        f"<div><p {at(10, 10)}>{LABEL}</p><p {at(10, 40)}>Tracking</p></div>"
        f"<div><p {at(200, 10)}>1.2%</p><p {at(200, 40)}>99%</p></div>"
    ),
    "under, by boxes": (
        f"<div><p {at(10, 10)}>{LABEL}</p><p {at(200, 10)}>Tracking</p></div>"
        f"<div><p {at(10, 40)}>1.2%</p><p {at(200, 40)}>99%</p></div>"
    ),
    "absolute, in any order": (
        f"<p {at(200, 40)}>99%</p><p {at(10, 40)}>Tracking</p><p {at(200, 10)}>1.2%</p><p {at(10, 10)}>{LABEL}</p>"
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_the_value_is_found_in_any_layout(layout: str) -> None:
    """It is 1.2 %, exactly once, however the page is built."""
    found = beside(LAYOUTS[layout])

    assert [value.replace(" ", "") for value in texts(found)] == ["1.2%"], found
    assert found.only is not None
    assert found.only.quantity is not None
    assert found.only.quantity.fraction == Decimal("0.012")


# None of them says what the late shipment rate is.
NOTHING = {
    "no label": "<p>Tracking</p><p>99%</p>",
    "empty card": f"<section><h3>{LABEL}</h3></section><section><h3>Tracking</h3><b>99%</b></section>",
    "empty grid place": f"<div><p>{LABEL}</p><p>Tracking</p><p>99%</p></div>",
    "empty cell": f"<table><tr><td>{LABEL}</td><td></td></tr><tr><td>Tracking</td><td>99%</td></tr></table>",
    "unread cell": f"<table><tr><td>{LABEL}</td><td>?!</td></tr><tr><td>Tracking</td><td>99%</td></tr></table>",
    "empty definition": f"<dl><dt>{LABEL}</dt><dd></dd><dt>Tracking</dt><dd>99%</dd></dl>",
    "hidden value": f"<div><p>{LABEL}</p><p {HID}>1.2%</p></div>",
    "hidden label": f"<div><p {HID}>{LABEL}</p><p>1.2%</p></div>",
    "two columns without boxes": f"<div><p>{LABEL}</p><p>Tracking</p></div><div><p>1.2%</p><p>99%</p></div>",
    "another label on the way": (
        f"<div><p {at(10, 10)}>{LABEL}</p></div><div><p {at(120, 10)}>Tracking</p></div>"
        f"<div><p {at(300, 10)}>99%</p></div>"
    ),
    "only in a menu": f"<nav><a>{LABEL}</a><b>5%</b></nav>",
    "another format": f"<div><p>{LABEL}</p><p>1.234,5 %</p></div>",
}


@pytest.mark.parametrize("layout", NOTHING, ids=str)
def test_what_is_not_there_is_not_taken_from_elsewhere(layout: str) -> None:
    """A neighbour's value, a hidden one or one in another format is none: it says why instead."""
    found = beside(NOTHING[layout])

    assert (texts(found), found.only) == ([], None)
    assert found.reason


def test_two_candidates_are_two_values() -> None:
    """Nothing is chosen between them: in one card, at two places, in two columns of the same kind."""
    assert texts(beside(f"<div><p>{LABEL}</p><p>1.2%</p><p>3%</p></div>")) == ["1.2%", "3%"]
    twice = beside(f"<div><p>{LABEL}</p><p>1.2%</p></div><div><p>{LABEL}</p><p>3%</p></div>")
    assert (texts(twice), twice.labels, twice.only) == (["1.2%", "3%"], 2, None)
    columns = beside(
        f"<table><tr><th>Metric</th><th>10 days</th><th>30 days</th></tr><tr><td>{LABEL}</td><td>1%</td><td>2%</td>"
        "</tr></table>"
    )
    assert [(value.text, value.header) for value in columns.values] == [("1%", "10 days"), ("2%", "30 days")]


PARTS = [
    (
        "en",
        (
            f"<table><thead><tr><th>Metric</th><th>Your rate</th><th>Target</th><th>Previous period</th><th>Average</th>"
            f"<th>Orders</th></tr></thead><tbody><tr><td>{LABEL}</td><td>1.2%</td><td>4%</td><td>0.7%</td><td>2%</td>"
            "<td>480</td></tr></tbody></table>"
        ),
        {"target": "4%", "previous": "0.7%", "average": "2%", "count": "480"},
    ),
    (
        "zh",
        (
            f"<table><tr><th>指标</th><th>我的店铺</th><th>目标</th><th>上期</th><th>罚分</th></tr>"
            f"<tr><td>{LABEL}</td><td>1.2%</td><td>&lt;4%</td><td>0.7%</td><td>2</td></tr></table>"
        ),
        {"target": "<4%", "previous": "0.7%", "count": "2"},
    ),
    (
        "de",
        (
            f"<table><tr><th>Kennzahl</th><th>Aktuell</th><th>Zielwert</th><th>Vormonat</th></tr>"
            f"<tr><td>{LABEL}</td><td>1.2%</td><td>4%</td><td>0.7%</td></tr></table>"
        ),
        {"target": "4%", "previous": "0.7%"},
    ),
    ("es", f"<div><p>{LABEL}</p><p>1.2%</p><p>Por debajo del 4% permitido</p></div>", {"target": "4%"}),
    ("en", f"<div><p>{LABEL}</p><p>1.2%</p><p>Target: under 4%</p></div>", {"target": "4%"}),
    ("en", f"<div><p>{LABEL}</p><p>1.2%</p><p><span>Goal</span> <span>4%</span></p></div>", {"target": "4%"}),
    ("en", f"<div><p>{LABEL}</p><p>Standard: ≤ 4%</p><p>1.2%</p></div>", {"target": "≤ 4%"}),
    ("en", f"<p>{LABEL}: 1.2% (target: under 4%)</p>", {"target": "4%"}),
    ("en", f"<div><p>{LABEL}</p><p>1.2%</p><p>12 of 480 orders</p></div>", {"count": "12 of 480 orders"}),
    ("en", f"<div><p>{LABEL}</p><p>1.2%</p><p>Previous period: 0.7%</p></div>", {"previous": "0.7%"}),
]


@pytest.mark.parametrize(
    "html",
    [
        f"<div><div><h4>{LABEL}</h4><span>Cel: pod 4%</span></div><div><b>1.2%</b></div></div>",
        f"<table><tr><td>{LABEL}<div>Kynnys: 4%</div></td><td>1.2%</td></tr><tr><td>Tracking</td><td>99%</td></tr></table>",
    ],
)
def test_a_number_behind_words_nobody_knows_is_not_chosen_before_one_that_stands_alone(html: str) -> None:
    """It may be the target, which is nearer to the label than the value is."""
    found = beside(html, language="fi")

    assert "1.2%" in texts(found)
    assert found.only is None or found.only.text == "1.2%"


def test_words_nobody_knows_before_the_only_number_do_no_harm() -> None:
    """Where nothing else stands there it is the value."""
    found = beside(f"<div><h4>{LABEL}</h4><span>Nyt: 1.2%</span></div><p>Muuta</p>", language="fi")

    assert [value.quantity.value for value in found.values if value.quantity] == [Decimal("1.2")]


@pytest.mark.parametrize(("language", "html", "others"), PARTS)
def test_targets_and_earlier_values_are_told_from_the_value(
    language: str, html: str, others: dict[str, str]
) -> None:
    """By their column, or by the words beside them, in the page's language."""
    found = beside(html, language=language)

    assert texts(found) == ["1.2%"]
    assert {value.role: value.text for value in found.others} == others


def test_what_lies_behind_a_value_says_what_it_is_held_against() -> None:
    """On its line, up to the next thing that has a name; another value ends it."""
    line = f"<p {at(0, 0)}>{LABEL}</p><p {at(100, 0)}>3%</p><p {at(200, 0)}>{{}}</p>"
    target = f"<b {at(200, 0)}>12 of 400 orders</b> <b {at(300, 0)}>Target: under 2%</b>"

    assert texts(beside(line.format(target))) == ["3%"]
    assert [value.role for value in beside(line.format(target)).others] == ["count", "target"]
    assert not beside(line.format("Tracking") + f"<p {at(300, 0)}>Target: 95%</p>").others
    assert not beside(line.format("9%") + f"<p {at(300, 0)}>Target: 95%</p>").others


def test_words_of_another_language_are_not_looked_up() -> None:
    """On a German page "objetivo" is no target: two candidates are two."""
    assert texts(beside(f"<div><p>{LABEL}</p><p>1.2%</p><p>Objetivo: 4%</p></div>", language="de")) == [
        "1.2%",
        "4%",
    ]


@pytest.mark.parametrize(
    ("html", "value", "count", "of"),
    [
        ("<p>3 %(1)</p>", "3", "1", None),
        ("<p>2.5 %</p>", "2.5", None, None),
        ("<p><b>2.5 %</b> <i>(12 of 480)</i></p>", "2.5", "12", "480"),
        ("<p>12 / 480</p>", "12", "12", "480"),
        ("<p>3 issues</p>", "3", None, None),
        ("<p>—</p>", None, None, None),
        ("<p>0</p>", "0", None, None),
    ],
)
def test_values_as_consoles_print_them(
    html: str, value: str | None, count: str | None, of: str | None
) -> None:
    """With their count, or as the statement that there is none."""
    found = beside(f"<div><p>{LABEL}</p>{html}</div>").only

    assert found is not None
    assert found.quantity is not None
    said = (found.quantity.value, found.quantity.count, found.quantity.of)
    assert said == tuple(None if each is None else Decimal(each) for each in (value, count, of))


@pytest.mark.parametrize(
    ("html", "value", "of"),
    [
        ("<div role=progressbar aria-valuenow=1.2 aria-valuemax=100></div>", "1.2", "100"),
        ("<meter value=0.012 max=1></meter>", "0.012", "1"),
        ("<progress value=12 max=480></progress>", "12", "480"),
    ],
)
def test_gauges_say_it_in_attributes(html: str, value: str, of: str) -> None:
    """A meter's value is a source of its own, with what it is out of."""
    (found,) = beside(f"<div><span>{LABEL}</span>{html}</div>").values

    assert found.quantity is not None
    assert (found.source, found.quantity.value, found.quantity.of) == (
        "attribute",
        Decimal(value),
        Decimal(of),
    )


def test_a_count_out_of_its_limit_is_not_passed_by_for_what_lies_further_out() -> None:
    """What "10 / 10" says is all there is in its card, and the value; the parts of it stand in the next one."""
    parts = (
        "<ul><li><span>Of these late</span> <b>6</b></li><li><span>Of these lost</span> <b>4</b></li></ul>"
    )

    found = beside(f"<section><div><h2>{LABEL}</h2><p><b>10</b><span> / 10</span></p></div>{parts}</section>")

    assert [value.text for value in found.values] == ["10 / 10"]


def test_a_gauge_that_only_its_name_labels_says_what_it_says() -> None:
    """It has no text at all, and stands beside one that has: neither is lost, and nothing breaks."""
    gauge = f"<div role=meter aria-label='{LABEL}' aria-valuetext='3 %'></div>"

    found = beside(f"<section><h3>{LABEL}</h3><b>1.2%</b>{gauge}</section>")
    words = beside(f"<section><p>At risk</p>{gauge}</section>", kind="word")

    assert {value.text for value in found.values} == {"1.2%", "3 %"}
    assert {value.text for value in words.values} == {"At risk"}


def test_a_gauge_beside_a_text_is_a_second_source() -> None:
    """Both are told, each with where it is from."""
    found = beside(f"<div><span>{LABEL}</span><b>1.2%</b><meter value=5 max=100></meter></div>")

    assert [(value.text, value.source) for value in found.values] == [("1.2%", "text"), ("5", "attribute")]


def test_where_the_screen_decides_it_says_so() -> None:
    """A value by boxes alone is marked as such."""
    found = beside(LAYOUTS["right, by boxes"]).only

    assert found is not None
    assert found.source == "box"


WORDS = [
    f"<div><span>{LABEL}</span><b>1.9%</b><em>Elevated</em></div>",
    f"<div><span>{LABEL}</span><span>1.9%</span><span>Elevated</span></div>",
    f"<table><tr><td>{LABEL}</td><td>1.9%</td><td>Elevated</td></tr><tr><td>x</td><td>1%</td><td>Low</td></tr></table>",
    f"<table><tr><td>{LABEL}</td><td>1.9% <span>Elevated</span></td></tr></table>",
    (
        f"<div><div><span>{LABEL}</span></div><div><span>1.9%</span></div><div><span>Elevated</span></div></div>"
        "<div><div><span>Tracking</span></div><div><span>99%</span></div><div><span>Fine</span></div></div>"
    ),
    f"<dl><dt>{LABEL}</dt><dd>1.9%</dd><dd>Elevated</dd><dt>Tracking</dt><dd>99%</dd><dd>Fine</dd></dl>",
]


@pytest.mark.parametrize("html", WORDS)
def test_a_word_beside_a_number_is_not_lost(html: str) -> None:
    """Unknown or not, it is told with the number, and it is not a neighbour's."""
    found = beside(html)

    assert texts(found)[0].startswith("1.9%")
    assert [word.text for word in found.words] == ["Elevated"]


LEVELS = {
    "dl": "<dl><dt>Seller level</dt><dd>Top Rated</dd><dt>Region</dt><dd>US</dd></dl>",
    "row": "<table><tr><th>Seller level</th><td>Top Rated</td></tr></table>",
    "card": "<div><p>Seller level</p><p>Top Rated</p></div>",
    "one text": "<p>Seller level: Top Rated</p>",
    "pill": "<section><h3>Seller level</h3><div><span class=pill>Top Rated</span></div></section>",
    "with a window": "<div><p>Seller level</p><p>Last 30 days</p><p>Top Rated</p></div>",
}


@pytest.mark.parametrize("layout", LEVELS, ids=str)
def test_a_word_may_be_the_value(layout: str) -> None:
    """A level or a status stands beside its label as a number does."""
    assert texts(beside(LEVELS[layout], "Seller level", kind="word")) == ["Top Rated"]


def test_what_is_nearer_to_another_label_is_not_ours() -> None:
    """The other labels of a console part what the tree does not."""
    html = f"<div><h4>{LABEL}</h4><div><span>On time</span><b>99%</b></div></div>"

    assert texts(beside(html, rivals=["On time"])) == []


def test_the_place_to_look_may_be_given() -> None:
    """Within one part of the page; one that is not there says so."""
    html = f"<div id=a><p>{LABEL}</p><p>1%</p></div><div id=b><p>{LABEL}</p><p>2%</p></div>"

    assert texts(beside(html, within="#b")) == ["2%"]
    assert beside(html, within="#c").reason == "the part it stands in is not on the page"


def test_its_picture_can_be_taken() -> None:
    """The selector finds the element on the page; the tone is that of its pill."""
    html = f"<main><div><p>x</p></div><div><p>{LABEL}</p><p data-checker-tone=red>1.2%</p></div></main>"
    value = beside(html).only

    assert value is not None
    assert value.tone == "red"
    assert [element.text for element in page(html).all(value.selector)] == ["1.2%"]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (f"<main><p>x</p><p><span>{LABEL}</span> <b>1.2%</b></p></main>", f"{LABEL} 1.2%"),
        (f"<main><p>x</p><p>{LABEL}: 1.2%</p><p>1.2% of all</p></main>", f"{LABEL}: 1.2%"),
        (
            f"<table><tr><td>{LABEL}</td><td>1.2%</td></tr><tr><td>y</td><td>3</td></tr></table>",
            f"{LABEL}1.2%",
        ),
        (f"<main><p>{LABEL}</p><p>{'y ' * 600}</p><p>1.2%</p></main>", LABEL),
        (f"<main><p>{LABEL}</p></main>", LABEL),
    ],
)
def test_the_close_up_shows_the_label_with_its_value(html: str, shown: str) -> None:
    """A picture of the label alone proves nothing; one of half the page is no close-up."""
    found = beside(html)

    assert ["".join(e.text.split()) for e in page(html).all(found.selector)] == ["".join(shown.split())]


HOSTILE = {
    "labels": f"<p>{LABEL}</p>" * 20_000,
    "values": f"<div><p>{LABEL}</p>" + "<p>1.2%</p>" * 20_000 + "</div>",
    "empties": f"<div><p>{LABEL}</p>" + "<i></i>" * 50_000 + "<p>1%</p></div>",
    "deep": "<div>" * 10_000 + f"<p>{LABEL}</p>" + "</div>" * 5_000 + "<p>1%</p>",
    "rows": f"<table>{f'<tr><td>{LABEL}</td><td>1%</td></tr>' * 20_000}</table>",
    "columns": f"<table><tr><td>{LABEL}</td>{'<td>x</td>' * 30_000}</tr></table>",
    "spans": f"<table><tr><td rowspan=9999999 colspan=9999999>{LABEL}</td><td>1%</td></tr></table>",
    "boxes": f"<p {at(0, 0)}>{LABEL}</p>" + f"<p {at(99, 0)}>x</p>" * 20_000,
    "words": "<p>" + "late shipment " * 50_000 + "</p>",
    "names": f"<p aria-label='{LABEL * 5_000}'>x</p>" * 20,
}


@pytest.mark.parametrize("shape", HOSTILE, ids=str)
def test_d9_hostile_pages_are_bounded(shape: str) -> None:
    """However many labels, values, cells or levels there are, it takes seconds at most."""
    made = page(HOSTILE[shape])
    before = time.process_time()
    found = made.beside_label([LABEL], language="en", locale="en_US")

    assert time.process_time() - before < 20
    assert len(found.values) <= 12


@pytest.mark.parametrize("word", ["Below Standard", "Above Standard", "Top Rated"])
def test_a_known_status_word_is_no_target(word: str) -> None:
    """A word of the flow that sounds like a target stands beside its label, and hides nobody else."""
    rows = "".join(f"<div><span>{label}</span> <b>{word}</b></div>" for label in ("Current level", "Today"))

    found = beside(rows, "Current level", kind="word", known=("below standard", "above standard"))

    assert texts(found) == [word]


def test_a_label_over_a_column_is_read_beneath_and_never_by_its_place() -> None:
    """What lies right under it on the screen may be another column's, where nobody drew the table as one."""
    html = (
        f"<div role=table><div role=row><span role=columnheader {at(0, 0)}>Mine</span>"
        f"<span role=columnheader {at(100, 0)}>{LABEL}</span></div>"
        f"<div role=row><span role=cell {at(100, 20)}>9%</span><span role=cell {at(300, 20)}>1%</span></div>"
        f"<div role=row><span role=cell {at(100, 40)}>8%</span><span role=cell {at(300, 40)}>1%</span></div></div>"
    )
    found = beside(html)

    assert (texts(found), found.of_rows, found.only) == (["1%", "1%"], True, None)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<div><h3>{}</h3><p>2%</p></div><h3>Error index</h3><p>soon</p>", []),
        ("<div><h3>{}</h3><p>2%</p><p>Elevated</p></div><h3>Error index</h3><p>soon</p>", ["Elevated"]),
        # What judges, what nothing comes after, and what is another kind of heading may be the status.
        ("<div><h3>{}</h3><p>2%</p></div><h3>Critical</h3><p>soon</p>", ["Critical", "soon"]),
        ("<div><h3>{}</h3><p>2%</p></div><h3>Elevated</h3>", ["Elevated"]),
        ("<div><h3>{}</h3><p>2%</p></div><h4>Elevated</h4><p>soon</p>", ["Elevated", "soon"]),
    ],
)
def test_the_next_heading_is_no_status_word(html: str, words: list[str]) -> None:
    """Where the label is a heading itself, the next one like it begins something else."""
    found = beside(f"<section>{html.format(LABEL)}</section>", rivals=["Something else"])

    assert [value.text for value in found.values] == ["2%"]
    assert [word.text for word in found.words] == words
