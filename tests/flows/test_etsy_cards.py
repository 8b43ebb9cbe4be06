"""Cards of the Etsy statistics in every layout: the right number for the right program, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from checker.flow import Page, Recorder
from checker.model import DecidedBy, Kind, Level, Presence, Reading, Site
from checker.testing import name_of
from flows.etsy import EtsyFlow
from flows.etsy.cards import card_readings

FLOW = EtsyFlow()
STANDARD, STAR = "service.response_rate@minimum", "service.response_rate@star_seller"
GOOD_STAR = (Level.OK, Decimal("0.96"))
CASES = "etsy.case_rate"
TITLE = "<h3>Message response rate</h3>"


def read(body: str, locale: str = "en_US", *, not_rated: bool = False) -> dict[str, Reading]:
    """Return what a page says, by name."""
    page = Page("stats", "/your/shops/me/customer-service-stats", 200, f"<html><body>{body}</body></html>")
    site = Site("ETSY", "etsy", "Etsy", locale=locale)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    recorder = Recorder("etsy", "main", site, FLOW.version, lambda: now, "en")
    found = [
        reading
        for card in FLOW.tables.cards
        for reading in card_readings(recorder, page, card, FLOW.toml, FLOW.tables, not_rated=not_rated)
    ]
    return {name_of(reading.key): reading for reading in found}


def told(readings: dict[str, Reading], name: str) -> tuple[Level, Decimal | None] | Presence | None:
    """Return level and value of what was shown, the presence of what was not, none of what is not there."""
    reading = readings.get(name)
    if reading is None:
        return None
    return (reading.level, reading.value) if reading.presence is Presence.SHOWN else reading.presence


def row(program: str, *parts: str) -> str:
    """Return one row of a card."""
    return f"<div><span>{program}</span>" + "".join(f"<b>{part}</b>" for part in parts) + "</div>"


LOST = Presence.UNREADABLE


@pytest.mark.parametrize(
    ("body", "standard", "star"),
    [
        # A row for each program.
        (
            row("Customer service standard", "85%", "Met") + row("Star Seller", "90%", "Not met"),
            (Level.OK, Decimal("0.85")),
            (Level.UNKNOWN, Decimal("0.9")),
        ),
        (
            row("Star Seller:", "96%", "Met") + row("Customer service standards:", "70%", "Not met"),
            (Level.CRITICAL, Decimal("0.7")),
            GOOD_STAR,
        ),
        # Names wrapped, rows nested, a table.
        (
            (
                "<div><div><p><span>Star Seller</span></p><p>96%</p></div>"
                "<div><p><i>Customer service standard</i></p><p><b>70%</b></p></div></div>"
            ),
            (Level.WARNING, Decimal("0.7")),
            GOOD_STAR,
        ),
        (
            (
                "<table><tr><th>Star Seller</th><td>96%</td></tr>"
                "<tr><th>Customer service standard</th><td>81%</td></tr></table>"
            ),
            (Level.OK, Decimal("0.81")),
            GOOD_STAR,
        ),
        # One number, and no program named: it is the one of the badge.
        ("<b>96%</b>", None, GOOD_STAR),
        ("<b>60%</b>", None, (Level.UNKNOWN, Decimal("0.6"))),
        ("<b>60%</b><b>80%</b>", LOST, LOST),
        ("<b>soon</b>", LOST, LOST),
        # A program without a row of its own, or with two.
        ("<span>Star Seller</span><b>96%</b><span>Customer service standard</span><b>70%</b>", LOST, LOST),
        (row("Star Seller", "96%"), LOST, GOOD_STAR),
        (row("Star Seller", "96%") * 2, LOST, LOST),
        (
            row("Star Seller (new)", "96%") + row("Customer service standard", "85%"),
            (Level.OK, Decimal("0.85")),
            LOST,
        ),
        # What does not fit together, or is not known.
        (
            row("Customer service standard", "40%", "Met") + row("Star Seller", "96%"),
            LOST,
            GOOD_STAR,
        ),
        (
            row("Customer service standard", "85%", "Not met") + row("Star Seller", "96%"),
            LOST,
            GOOD_STAR,
        ),
        (
            row("Customer service standard", "85%", "Splendid") + row("Star Seller", "96%"),
            LOST,
            GOOD_STAR,
        ),
        (
            row("Customer service standard", "85%", "Met", "Not met") + row("Star Seller", "96%"),
            LOST,
            GOOD_STAR,
        ),
        (
            row("Customer service standard", "777%", "Met") + row("Star Seller", "&lt;96%"),
            LOST,
            LOST,
        ),
        (row("Customer service standard", "85") + row("Star Seller", ""), LOST, LOST),
    ],
)
def test_each_program_has_its_own_number_or_none(
    body: str,
    standard: tuple[Level, Decimal] | Presence | None,
    star: tuple[Level, Decimal] | Presence | None,
) -> None:
    """By the row that names it; what costs a badge only is neither red nor green."""
    readings = read(f"<section>{TITLE}{body}</section>")

    assert (told(readings, STANDARD), told(readings, STAR)) == (standard, star)


@pytest.mark.parametrize(
    ("parts", "expected", "kind", "by"),
    [
        (("3 of 299 orders",), (Level.OK, 3), Kind.COUNT, DecidedBy.TABLE),
        (("4 of 299 orders",), (Level.WARNING, 4), Kind.COUNT, DecidedBy.TABLE),
        (("4 of 299 orders", "Not met"), (Level.CRITICAL, 4), Kind.COUNT, DecidedBy.NATIVE),
        (("4 of 299 orders", "Met"), LOST, Kind.COUNT, DecidedBy.NOTHING),
        (("3 of 120 orders", "2.5%"), (Level.OK, Decimal("0.025")), Kind.RATE, DecidedBy.TABLE),
        (("3 of 300 orders", "1%"), (Level.WARNING, Decimal("0.01")), Kind.RATE, DecidedBy.TABLE),
        (("2 of 300 orders", "0.7%"), (Level.OK, Decimal("0.007")), Kind.RATE, DecidedBy.TABLE),
        # Of a rate that the page does not give nothing is computed.
        (("9 of 300 orders",), (Level.UNKNOWN, 9), Kind.COUNT, DecidedBy.NOTHING),
        (("0 of 0 orders",), Presence.NOT_RATED, Kind.RATE, DecidedBy.NOTHING),
        (("0 of 0 orders", "Not met"), LOST, Kind.COUNT, DecidedBy.NOTHING),
    ],
)
def test_cases_are_a_count_at_low_volume_and_a_rate_above_it(
    parts: tuple[str, ...], expected: object, kind: Kind, by: DecidedBy
) -> None:
    """The public rule says at most a warning; a mark it contradicts is not believed."""
    readings = read(
        "<section><h3>Case rate</h3>" + "".join(f"<p>{part}</p>" for part in parts) + "</section>"
    )

    assert told(readings, CASES) == expected
    assert (readings[CASES].kind, readings[CASES].decided_by) == (kind, by)


def test_numbers_are_read_in_the_language_of_the_page() -> None:
    """A comma is no thousands separator where it is none."""
    body = f"<section>{TITLE}<b>96,5 %</b></section>"

    assert told(read(body, "de_DE"), STAR) == (Level.OK, Decimal("0.965"))
    assert told(read(body, "en_US"), STAR) is LOST


def test_a_card_that_is_missing_is_not_rated_only_where_the_page_says_so() -> None:
    """What may be missing is not told at all; a title that stands twice is believed nowhere."""
    twice = f"<section>{TITLE}<b>96%</b></section>" * 2

    assert told(read(""), STANDARD) is LOST
    assert told(read(""), "etsy.order_dissatisfaction_rate") is None
    assert told(read("", not_rated=True), STANDARD) is Presence.NOT_RATED
    assert told(read(twice, not_rated=True), STAR) is LOST


def test_half_a_page_is_no_card() -> None:
    """A label whose neighbours are a thousand boxes is unreadable at a cost that does not grow with them."""
    body = f"<section>{TITLE}" + row("Star Seller", "96%", "Met") * 1000 + "</section>"

    assert (told(read(body), STANDARD), told(read(body), STAR)) == (LOST, LOST)
