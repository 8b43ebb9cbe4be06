"""Which of a login's shops a page shows, and which of several answers speaks of now."""

from __future__ import annotations

from typing import Any

import pytest

from checker.flow import Document, Page, load_site_toml, site_documents
from checker.flow.shown_place import shown_shop
from checker.flow.specs import AnswerSpec
from checker.model import Site

ONE = Site("GLOBAL", "GLOBAL", "Harbour Lane", shop="244001")
TWO = Site("GLOBAL", "GLOBAL", "Harbour Outlet", shop="244002")


def page_of(body: str) -> Page:
    """Return a page."""
    return Page("home", "/home", 200, f"<html><body>{body}</body></html>")


@pytest.mark.parametrize(
    "body",
    [
        "<a aria-current=true href='/'>Harbour Lane</a> <a href='/x'>Harbour Outlet</a>",
        "<option selected value=244001>Shop one</option>",
        "<h1>Harbour Lane</h1>",
        "<a class=active href='/scores?channelId=244001'>Scores</a> <a href='/scores?channelId=244002'>2</a>",
    ],
)
def test_a_page_shows_the_shop_it_marks_or_names(body: str) -> None:
    """What is marked as chosen counts, by its words or its address, and else a heading."""
    page = page_of(body)

    assert shown_shop(page, (ONE, TWO), ONE).is_ours
    assert shown_shop(page, (ONE, TWO), TWO).others == ("Harbour Lane",)


@pytest.mark.parametrize(
    "body",
    [
        "<a href='/?channelId=244001'>Harbour Lane</a> <a href='/?channelId=244002'>Harbour Outlet</a>",
        "<h1>Scores</h1>",
        "<h1>Harbour Lane</h1><h2>Harbour Outlet</h2>",
    ],
)
def test_a_page_that_marks_none_or_both_shows_neither(body: str) -> None:
    """Links to both prove nothing, and two names contradict each other."""
    page = page_of(body)

    assert not shown_shop(page, (ONE, TWO), ONE).is_ours
    assert not shown_shop(page, (ONE, TWO), TWO).is_ours


def told(spec: AnswerSpec, *documents: Document, tmp_path: Any) -> list[Any]:
    """Return the values of those documents that speak of the site now."""
    file = tmp_path / "site.toml"
    file.write_text(
        "[flow]\nmarketplace = 'shop'\ntitle = 'Shop'\nversion = '1'\ncontract = 2\n"
        "[hosts]\nstart = 'shop.example'\n[signin]\nstart = 'home'\n[pages.home]\npath = '/'\n"
        "[[sites]]\ncode = 'X'\nnative_id = 'X'\nlabel = 'X'\n"
    )
    toml = load_site_toml(file).model_copy(update={"answers": {"day": spec}})
    chosen, _ = site_documents("day", toml, Site("X", "X", "X"), lambda _: documents)
    return [document.value for document in chosen]


def document(value: Any, *keys: str | int) -> Document:
    """Return an answer of one address."""
    return Document("day", value, keys, "/api/x", {}, 200, "https://shop.example/api/x")


def test_of_several_days_the_last_one_counts(tmp_path: Any) -> None:
    """However they are ordered; one that does not say its day is not thrown away for that."""
    spec = AnswerSpec(shape=("day",), latest="day")
    days = [{"day": "2026-03-02", "grade": 1}, {"day": "2026-03-10", "grade": 2}, {"day": None, "grade": 3}]
    documents = [document(day, place) for place, day in enumerate(days)]

    assert told(spec, *documents, tmp_path=tmp_path) == days[1:]
    assert told(spec, *reversed(documents), tmp_path=tmp_path) == [days[2], days[1]]


def test_a_call_made_again_is_replaced_and_another_post_is_not(tmp_path: Any) -> None:
    """A GET of one address asks for one thing; two POSTs may ask for two pages of a list."""
    first, second = document({"rows": [1]}), document({"rows": [2]})

    assert told(AnswerSpec(shape=("rows",)), first, second, tmp_path=tmp_path) == [{"rows": [2]}]
    both = told(AnswerSpec(shape=("rows",), method="POST"), first, second, tmp_path=tmp_path)
    assert both == [{"rows": [1]}, {"rows": [2]}]
