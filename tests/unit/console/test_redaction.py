"""A seller is taken out of texts, numbers, pages and answers; what a flow compares still agrees."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.console.redaction import NUMBER, Redactor, is_identifying, significant
from checker.flow import Page
from checker.flow.vocabulary import Vocabulary, vocabulary_of
from flows.amazon import AmazonFlow

WORDS = Vocabulary(
    frozenset({"healthy", "less_than", "account health rating"}),
    ("Account Health Rating", "amzn1.mp.o."),
    frozenset({"healthy", "december", "of", "atvpdkikx0der"}),
    frozenset({Decimal("0.01"), Decimal("0.025"), Decimal(200), Decimal("0.95")}),
)


@pytest.fixture
def redactor() -> Redactor:
    """Return one with a fixed key."""
    return Redactor(WORDS, b"key")


@pytest.mark.parametrize(
    "text",
    [
        "Healthy",
        " healthy ",
        "LESS_THAN",
        "12",
        "0.35 %",
        "2026",
        "2026-11-24",
        "December 3, 2026",
        "amzn1.mp.o.ATVPDKIKX0DER",
        "30d",
        "–",
        "",
    ],
)
def test_what_is_public_or_says_nothing_of_anybody_stays(redactor: Redactor, text: str) -> None:
    """Known words and phrases, short numbers, years and days."""
    assert text == redactor.text(text)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Harbour Lane Trading", r"[A-Z][a-z]{6} [A-Z][a-z]{3} [A-Z][a-z]{6}"),
        ("seller@harbour.example", r"seller-[0-9a-f]{6}@example\.invalid"),
        ("B0ABCDEF12", r"B0CASE[0-9A-F]{4}"),
        ("113-1234567-7654321", r"\d{3}-\d{7}-\d{7}"),
        ("A0REPLICA0SELLER", r"[A-Z0-9]{16}"),
        ("20,457 of 31,002", r"\d\d,\d{3} of \d\d,\d{3}"),
        ("1.234,5 %", r"1\.\d{3},\d %"),
        ("١٬٢٣٤", r"١٬\d{3}"),
        ("2026-11-24T13:45:12.345Z", r"2026-11-24T00:00:00\.000Z"),
        ("1764000123456", r"1763942400000"),
        ("海港贸易", "[\u4e00-\u9fff]{4}"),
        ("Account Health Rating of Harbour", r"Account Health Rating of [A-Z][a-z]{6}"),
    ],
)
def test_the_rest_becomes_a_placeholder_of_the_same_shape(redactor: Redactor, text: str, shape: str) -> None:
    """Names, addresses, ids and long numbers are others, in a form that still parses."""
    replaced = redactor.text(text)

    assert replaced != text
    assert re.fullmatch(shape, replaced), replaced


def test_the_same_value_is_the_same_everywhere(redactor: Redactor) -> None:
    """A fraction in an answer and its percentage on the page stay one number; so do names."""
    fraction = redactor.number(Decimal("0.0125"))
    page = redactor.html('<b class="x">1.25%</b>')

    assert f">{fraction * 100:f}".rstrip("0") in page
    assert redactor.json({"name": "Harbour"}) == {"name": redactor.text("Harbour")}
    assert Redactor(WORDS, b"other").text("Harbour") != redactor.text("Harbour")


@given(
    st.decimals(min_value="0.0001", max_value="0.9999", places=4), st.sampled_from(["0.01", "0.025", "0.95"])
)
def test_a_number_stays_on_its_side_of_every_threshold(value: Decimal, limit: str) -> None:
    """What met its target still does, what missed it still does."""
    replaced = Redactor(WORDS, b"key").number(value)

    assert (value < Decimal(limit)) is (replaced < Decimal(limit))


@given(st.text(max_size=60))
def test_no_long_number_survives_and_nothing_raises(text: str) -> None:
    """Whatever a page says, no number of three digits or more in it is one that stood there."""
    originals = {significant(found) for found in NUMBER.findall(text) if is_identifying(found)}
    redactor = Redactor(Vocabulary(frozenset(), (), frozenset(), frozenset()), b"key", avoid=originals)
    replaced = redactor.text(text)

    kept = {significant(found) for found in NUMBER.findall(replaced) if is_identifying(found)}
    assert originals & kept == set()


def test_the_structure_of_a_page_stays(redactor: Redactor) -> None:
    """Tags, classes and roles can still be found; texts, titles and links are others; styles are gone."""
    page = redactor.html(
        '<!doctype html><html lang="en"><body><a class="row big" data-testid="x" title="Harbour Lane"'
        ' href="/shop/harbour" style="background:url(/harbour.png)">Harbour &amp; Lane</a></body></html>'
    )

    assert Page("home", "/", 200, page).has("a.row.big[data-testid=x]")
    assert "arbour" not in page
    assert "&amp;" in page


def test_a_metric_that_was_told_to_be_kept_keeps_its_values() -> None:
    """Its number stays to the last digit, its word stays; everything else is replaced."""
    redactor = Redactor(WORDS, b"key", keep=["0.029032", "Harbour word"])

    assert redactor.number(Decimal("0.029032")) == Decimal("0.029032")
    assert redactor.text("Harbour word") == "Harbour word"
    assert redactor.text("20,457") != "20,457"


def test_a_flow_knows_its_own_words_and_constants_and_no_explanation() -> None:
    """Its tables, what its code compares with, months and countries in the sites' languages; no docstring."""
    words = vocabulary_of(AmazonFlow())

    assert {"healthy", "atvpdkikx0der", "dezember", "a1pa6795ukmfr9"} <= words.tokens
    assert {"less_than", "deutschland", "global_accounts"} <= words.whole
    assert "amazon seller central: its sites, the switch between them" not in " ".join(words.whole)


def test_11_13_a_class_or_id_named_after_the_seller_is_not_left() -> None:
    """Words of the seller go from classes, ids and keys, joined or in camel case; the console's stay."""
    redactor = Redactor(WORDS, b"key", avoid={"harbour", "lane", "trading", "healthy"})
    page = redactor.html(
        '<p class="card shop-harbour-lane healthy" id="harbourlaneTrading" data-testid="row-Harbour">x</p>'
    )
    answer = redactor.json({"harbourLane": {"status": "x"}, "cardTitle": "y"})

    assert not re.search("harbour|lane|trading", page + str(answer), re.IGNORECASE)
    assert re.search('class="card shop-[a-z]{7}-[a-z]{4} healthy"', page)
    assert "cardTitle" in answer
    again = redactor.html('<i class="shop-harbour-lane"></i>')
    assert re.search("shop-[a-z]{7}-[a-z]{4}", again)[0] in page  # type: ignore[index]
