"""Cards of the Etsy statistics in every layout: the right number for the right program, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from checker.flow import Page, Recorder, page_claims
from checker.model import DecidedBy, Kind, Level, Presence, Reading, Site, settle_all
from checker.testing import name_of
from flows.etsy import EtsyFlow

FLOW = EtsyFlow()
STANDARD, STAR = "service.response_rate@minimum", "service.response_rate@star_seller"
STAR_VALUE = (Level.UNKNOWN, Decimal("0.96"))
"""What only costs a badge is told with its value: neither red nor green."""
CASES = "etsy.case_rate"
TITLE = "<h3>Message response rate</h3>"


def read(body: str, locale: str = "en_US") -> dict[str, Reading]:
    """Return what a page says, by name."""
    page = Page("stats", "/your/shops/me/customer-service-stats", 200, f"<html><body>{body}</body></html>")
    site = Site("ETSY", "etsy", "Etsy", locale=locale)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    recorder = Recorder("etsy", "main", site, FLOW.version, lambda: now, "en", locale, locale)
    claims = page_claims(recorder, FLOW.toml, page, lambda _name: ())
    return {name_of(reading.key): reading for reading in settle_all(claims)}


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
            STAR_VALUE,
        ),
        # Names wrapped, rows nested, a table.
        (
            (
                "<div><div><p><span>Star Seller</span></p><p>96%</p></div>"
                "<div><p><i>Customer service standard</i></p><p><b>70%</b></p></div></div>"
            ),
            (Level.WARNING, Decimal("0.7")),
            STAR_VALUE,
        ),
        (
            (
                "<table><tr><th>Star Seller</th><td>96%</td></tr>"
                "<tr><th>Customer service standard</th><td>81%</td></tr></table>"
            ),
            (Level.OK, Decimal("0.81")),
            STAR_VALUE,
        ),
        # One number, and no program named: it is the one of the badge, and the standard was not read.
        ("<b>96%</b>", LOST, STAR_VALUE),
        ("<b>60%</b>", LOST, (Level.UNKNOWN, Decimal("0.6"))),
        ("<b>60%</b><b>80%</b>", LOST, LOST),
        ("<b>soon</b>", LOST, LOST),
        # A sentence names the program, with a limit of its own.
        (
            "<b>72%</b><p>Minimum standard: 80% of first messages answered within 48 hours</p>",
            (Level.WARNING, Decimal("0.72")),
            LOST,
        ),
        (
            "<b>72%</b><p>of first messages answered within 48 hours</p>",
            (Level.WARNING, Decimal("0.72")),
            LOST,
        ),
        (
            "<b>97%</b><p>of first messages answered within 24 hours</p>",
            LOST,
            (Level.UNKNOWN, Decimal("0.97")),
        ),
        # Both are spoken of, and nothing says whose number it is.
        ("<b>72%</b><p>80% within 48 hours, or 95% within 24 hours for Star Seller</p>", LOST, LOST),
        # What stands beside the programs may be their limits, where the title has a number of its own.
        (
            "<b>72%</b><p>Customer service standard: 80%</p><p>Star Seller: 95%</p>",
            (Level.WARNING, None),
            LOST,
        ),
        # Rows without a box of their own.
        (
            "<span>Star Seller</span><b>96%</b><span>Customer service standard</span><b>70%</b>",
            (Level.WARNING, Decimal("0.7")),
            STAR_VALUE,
        ),
        # The number stands before its program.
        (
            "<b>70%</b><span>Customer service standard</span><b>96%</b><span>Star Seller</span>",
            (Level.WARNING, Decimal("0.7")),
            STAR_VALUE,
        ),
        # A program without a row, or with two, which say the same.
        (row("Star Seller", "96%"), LOST, STAR_VALUE),
        (row("Star Seller", "96%") * 2, LOST, STAR_VALUE),
        (row("Star Seller", "96%") + row("Star Seller", "60%"), LOST, LOST),
        (
            row("Star Seller (new)", "96%") + row("Customer service standard", "85%"),
            (Level.OK, Decimal("0.85")),
            STAR_VALUE,
        ),
        # What does not fit together, or is not known.
        (
            row("Customer service standard", "40%", "Met") + row("Star Seller", "96%"),
            (Level.WARNING, Decimal("0.4")),
            STAR_VALUE,
        ),
        (
            row("Customer service standard", "85%", "Not met") + row("Star Seller", "96%"),
            (Level.CRITICAL, Decimal("0.85")),
            STAR_VALUE,
        ),
        (
            row("Customer service standard", "85%", "Splendid") + row("Star Seller", "96%"),
            LOST,
            STAR_VALUE,
        ),
        (
            row("Customer service standard", "85%", "Met", "Not met") + row("Star Seller", "96%"),
            (Level.CRITICAL, Decimal("0.85")),
            STAR_VALUE,
        ),
        (
            row("Customer service standard", "777%", "Met") + row("Star Seller", "&lt;96%"),
            LOST,
            (Level.UNKNOWN, None),
        ),
        (row("Customer service standard", "85") + row("Star Seller", ""), LOST, LOST),
    ],
)
def test_each_program_has_its_own_number_or_none(
    body: str,
    standard: tuple[Level, Decimal] | Presence | None,
    star: tuple[Level, Decimal | None] | Presence | None,
) -> None:
    """By the row that names it; what costs a badge only is neither red nor green."""
    readings = read(f"<section>{TITLE}{body}</section>")

    assert (told(readings, STANDARD), told(readings, STAR)) == (standard, star)


RESPONSE = "<h3>Message response</h3><div>72%</div>"
MINIMUM = "<p>Minimum standard: 80% of first messages answered within 48 hours</p>"
BAD = "<span>Not met</span>"


def badge(rate: str) -> str:
    """Return the part of a page that shows a badge's numbers."""
    return f"<section><h2>Star Seller</h2><dl><dt>Message response rate</dt><dd>{rate}</dd></dl></section>"


@pytest.mark.parametrize(
    ("body", "standard", "disputed", "star"),
    [
        # A card of the standards, and the badge's number elsewhere under another title.
        (
            f"<ul><li>{RESPONSE}{MINIMUM}{BAD}</li></ul>{badge('72%')}",
            (Level.CRITICAL, Decimal("0.72")),
            False,
            (Level.UNKNOWN, Decimal("0.72")),
        ),
        (
            f"<ul><li>{RESPONSE}{MINIMUM}{BAD}</li></ul>{badge('70%')}",
            (Level.CRITICAL, Decimal("0.72")),
            False,
            (Level.UNKNOWN, Decimal("0.7")),
        ),
        (f"<ul><li>{RESPONSE}{MINIMUM}{BAD}</li></ul>", (Level.CRITICAL, Decimal("0.72")), False, LOST),
        # The heading over the cards names the program.
        (
            f"<section><h2>Minimum standards</h2><ul><li>{RESPONSE}{BAD}</li></ul></section>{badge('96%')}",
            (Level.CRITICAL, Decimal("0.72")),
            False,
            STAR_VALUE,
        ),
        (
            (
                f"<h2>Star Seller</h2><article><h3>Message response rate</h3><b>96%</b>{BAD}</article>"
                f"<h2>Customer service standards</h2><h3>This month</h3><article>{RESPONSE}</article>"
            ),
            (Level.WARNING, Decimal("0.72")),
            False,
            STAR_VALUE,
        ),
        # Nothing does: what is bad there may be the badge's, and is told all the same.
        (
            f"<section>{RESPONSE}{BAD}</section>",
            (Level.CRITICAL, None),
            True,
            (Level.UNKNOWN, Decimal("0.72")),
        ),
        (
            f"<section>{RESPONSE}<p>See Star Seller</p>{BAD}</section>",
            (Level.CRITICAL, None),
            True,
            (Level.UNKNOWN, Decimal("0.72")),
        ),
        # "Met" is no proof that it is the standard which is met.
        (f"<section>{RESPONSE}<span>Met</span></section>", LOST, False, (Level.UNKNOWN, Decimal("0.72"))),
        # A card of the badge alone that says so itself.
        (
            f"<section>{TITLE}{row('Star Seller', '90%', 'Not met')}</section>",
            LOST,
            False,
            (Level.UNKNOWN, Decimal("0.9")),
        ),
    ],
)
def test_a_card_of_the_standard_never_goes_to_the_badge_alone(
    body: str,
    standard: tuple[Level, Decimal | None] | Presence,
    disputed: bool,
    star: tuple[Level, Decimal | None] | Presence,
) -> None:
    """What no part of a page says of the standard is unreadable, and a bad word is a red of the standard."""
    readings = read(f"<h1>Customer service stats</h1>{body}")

    assert (told(readings, STANDARD), told(readings, STAR)) == (standard, star)
    assert readings[STANDARD].disputed is disputed


@pytest.mark.parametrize(
    ("parts", "expected", "kind", "by"),
    [
        (("3 of 299 orders",), (Level.OK, 3), Kind.COUNT, DecidedBy.TABLE),
        (("4 of 299 orders",), (Level.WARNING, 4), Kind.COUNT, DecidedBy.TABLE),
        (("4 of 299 orders", "Not met"), (Level.CRITICAL, 4), Kind.COUNT, DecidedBy.NATIVE),
        (("4 of 299 orders", "Met"), (Level.WARNING, 4), Kind.COUNT, DecidedBy.TABLE),
        (("3 of 120 orders", "2.5%"), (Level.OK, Decimal("0.025")), Kind.RATE, DecidedBy.NATIVE),
        (("4 of 120 orders", "0.5%"), (Level.WARNING, Decimal("0.005")), Kind.RATE, DecidedBy.NATIVE),
        (("3 of 300 orders", "1%"), (Level.WARNING, Decimal("0.01")), Kind.RATE, DecidedBy.TABLE),
        (("2 of 300 orders", "0.7%"), (Level.OK, Decimal("0.007")), Kind.RATE, DecidedBy.TABLE),
        # Of a rate that the page does not give nothing is computed.
        (("9 of 300 orders",), (Level.UNKNOWN, 9), Kind.COUNT, DecidedBy.NOTHING),
        (("0 of 0 orders",), Presence.NOT_RATED, Kind.COUNT, DecidedBy.NOTHING),
        (("0 of 0 orders", "Not met"), (Level.CRITICAL, 0), Kind.COUNT, DecidedBy.NATIVE),
        # A count is never taken for a rate.
        (
            ("2.5%", "10 of 400 orders", "Not met"),
            (Level.CRITICAL, Decimal("0.025")),
            Kind.RATE,
            DecidedBy.NATIVE,
        ),
    ],
)
def test_cases_are_a_count_at_low_volume_and_a_rate_above_it(
    parts: tuple[str, ...], expected: object, kind: Kind, by: DecidedBy
) -> None:
    """The public rule says at most a warning; a mark that it contradicts makes no green."""
    readings = read(
        "<section><h3>Case rate</h3>" + "".join(f"<p>{part}</p>" for part in parts) + "</section>"
    )

    assert told(readings, CASES) == expected
    assert (readings[CASES].kind, readings[CASES].decided_by) == (kind, by)


def test_numbers_are_read_in_the_language_of_the_page() -> None:
    """A comma is no thousands separator where it is none."""
    body = f"<section>{TITLE}<b>96,5 %</b></section>"

    assert told(read(body, "de_DE"), STAR) == (Level.UNKNOWN, Decimal("0.965"))
    assert told(read(body, "en_US"), STAR) is LOST


def test_a_card_that_is_missing_is_unreadable_unless_it_may_be() -> None:
    """What may be missing is not told at all; a title with two numbers is believed nowhere."""
    twice = f"<section>{TITLE}<b>96%</b></section><section>{TITLE}<b>91%</b></section>"

    assert told(read(""), STANDARD) is LOST
    assert told(read(""), "etsy.order_dissatisfaction_rate") is None
    assert told(read(twice), STAR) is LOST


@pytest.mark.parametrize(
    "form",
    [
        "<p>{label}: {value}</p><p><small>{rest} {mark}</small></p>",
        "<dl><dt>{label}</dt><dd>{value} <i>{rest}</i> <i>{mark}</i></dd></dl>",
        "<div><div>{value}</div><div>{label}</div><div><span>{rest}</span> <span>{mark}</span></div></div>",
    ],
)
def test_a_mark_is_found_in_every_form(form: str) -> None:
    """A count that keeps to its rule is no green where the page itself says that the standard is not met."""
    label = "Customer service standard"
    body = form.format(
        label=label, value="0.2%", rest="<span>1 of 500 orders</span>", mark="<em>Not met</em>"
    )

    cases = read(f"<section><h3>Case rate</h3>{body}</section>")[CASES]

    assert (cases.level, cases.value, cases.disputed) == (Level.CRITICAL, Decimal("0.002"), True)


def test_half_a_page_is_no_card() -> None:
    """A label whose neighbours are a thousand boxes is unreadable at a cost that does not grow with them."""
    body = f"<section>{TITLE}" + row("Star Seller", "96%", "Met") * 1000 + "</section>"

    readings = read(body)

    assert (told(readings, STANDARD), readings[STAR].level) == (LOST, Level.UNKNOWN)


def test_a_mark_built_like_the_label_is_no_label() -> None:
    """Value, name and mark one under the other: the mark is this card's, whatever the boxes are called."""
    body = "<div class=v><b>1.8%</b></div><div>Customer service standard</div><div><span>{}</span></div>"
    cards = f"<section><h3>Order dissatisfaction rate</h3><div><div>{body}</div></div></section>"

    marked = {
        mark: read(cards.format(mark))["etsy.order_dissatisfaction_rate"] for mark in ("Met", "Not met")
    }

    assert {mark: (said.value, said.level) for mark, said in marked.items()} == {
        "Met": (Decimal("0.018"), Level.OK),
        "Not met": (Decimal("0.018"), Level.CRITICAL),
    }


def placed(text: str, x: int, y: int) -> str:
    """Return a text that lies where it is put, and nowhere else in the document."""
    return f"<div><span data-checker-box='{x},{y},{8 * len(text)},16'>{text}</span></div>"


@pytest.mark.parametrize(
    "body",
    [
        (
            "<p>Customer service standard: 94.3%</p><p><small><span>2 of 35 reviews</span> <span>Met</span>"
            "</small></p><p>Star Seller: 4.9</p><p><small><span>Met</span></small></p>"
        ),
        "<div>{}{}{}{}{}{}</div>".format(
            placed("Customer service standard", 16, 39),
            placed("Star Seller", 16, 69),
            placed("94.3%", 356, 39),
            placed("4.9", 356, 69),
            placed("2 of 35 reviews", 486, 39),
            placed("Met", 486, 69),
        ),
    ],
    ids=["lines", "places"],
)
def test_reviews_that_are_counted_are_no_stars(body: str) -> None:
    """Two of thirty-five is no average of two; and a title with "Average" in it makes no average of all."""
    readings = read(
        f"<section><h3 data-checker-box='16,3,1200,19'>Average review rating</h3>{body}</section>"
    )

    assert told(readings, "feedback.average_rating") == (Level.UNKNOWN, Decimal("4.9"))
    assert told(readings, "feedback.positive_rate") == (Level.OK, Decimal("0.943"))
