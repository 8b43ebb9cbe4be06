"""What stands beside a label, and what two places of a console may differ in."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from checker.flow import (
    Ambiguous,
    Beside,
    Missing,
    Page,
    Recorder,
    amounts_in,
    cross_checked,
    cross_checked_word,
)
from checker.model import DecidedBy, Decision, Kind, Level, Presence, Reading, Site
from checker.model.numbers import Amount

RECORDER = Recorder(
    "shop", "main", Site("US", "US", "US"), "shop 1", lambda: datetime(2026, 3, 1, tzinfo=UTC)
)
KEY = RECORDER.key("orders.late_shipment_rate")
LABELS = {"late shipment rate"}
PAGE = Amount(Decimal("0.91"), True, "exact")


def page(body: str) -> Page:
    """Return a page of that body."""
    return Page("p", "/p", 200, f"<!doctype html><html><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<div><span>Late shipment rate</span><b>0.91%</b></div>", "0.91%"),
        ("<div><span>Late shipment rate:</span> <b>0.91%</b><i>3 of 329</i></div>", "0.91% 3 of 329"),
        (
            "<table><tr><td>LATE SHIPMENT RATE</td><td>0.91%</td></tr><tr><td>X</td></tr></table>",
            "0.91%",
        ),
        ("<section><h3><span>Late shipment rate</span></h3><div><p>0.91%</p></div></section>", "0.91%"),
        ("<div><p>Late shipment rate</p><p data-checker-hidden>9%</p><p>0.91%</p></div>", "0.91%"),
        ("<p data-checker-hidden>Late shipment rate</p><div><p>Late shipment rate</p><p>1%</p></div>", "1%"),
    ],
)
def test_what_stands_beside_a_label(body: str, text: str) -> None:
    """The smallest box that holds more than the label says what belongs to it."""
    found = page(body).beside(LABELS)

    assert isinstance(found, Beside)
    assert found.text == text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<p>Late shipments</p><p>3%</p>", Missing),
        ("<p>Late shipment rate (new)</p><p>3%</p>", Missing),
        ("<div><p>Late shipment rate</p></div>", Missing),
        (
            "<div><p>Late shipment rate</p><p>1%</p></div><div><p>Late shipment rate</p><p>9%</p></div>",
            Ambiguous,
        ),
    ],
)
def test_a_label_that_is_gone_or_doubled_gives_nothing(body: str, kind: type) -> None:
    """Neither is guessed around."""
    assert isinstance(page(body).beside(LABELS), kind)


def test_a_label_is_looked_for_within_a_part_of_the_page() -> None:
    """What the header repeats does not make the part ambiguous."""
    body = "<header><b>Late shipment rate</b></header><main><p>Late shipment rate</p><p>2%</p></main>"

    found = page(body).beside(LABELS, "main")

    assert isinstance(found, Beside)
    assert found.text == "2%"


@pytest.mark.parametrize(
    ("beside", "locale", "values"),
    [
        ("<b>0.91%</b><i>3 of 329</i>", "en_US", ["0.91"]),
        ("<div><b>0,91 %</b> <i>of all</i></div>", "de_DE", ["0.91"]),
        ("<b>0.91%</b>", "de_DE", []),
        ("<b>&lt;1%</b>", "en_US", []),
        ("<b>0.91%</b><b>5%</b>", "en_US", ["0.91", "5"]),
        ("<b>N/A</b>", "en_US", []),
    ],
)
def test_the_numbers_beside_a_label(beside: str, locale: str, values: list[str]) -> None:
    """Only what a part wholly is, in the page's own format."""
    found = page(f"<div><span>Late shipment rate</span>{beside}</div>").beside(LABELS)

    assert isinstance(found, Beside)
    assert [amount.value for amount in amounts_in(found, locale)] == [Decimal(value) for value in values]


def reading(value: str, level: Level = Level.OK) -> Reading:
    """Return a rate that was read."""
    decision = Decision(level, DecidedBy.NATIVE)
    return RECORDER.shown(KEY, decision, kind=Kind.RATE, value=Decimal(value), native=level.value)


@pytest.mark.parametrize(
    ("value", "shown", "presence"),
    [
        ("0.0091", PAGE, Presence.SHOWN),
        ("0.00912", PAGE, Presence.SHOWN),
        ("0.0093", PAGE, Presence.UNREADABLE),
        ("0.0091", Amount(Decimal(37), True, "exact"), Presence.UNREADABLE),
        ("0.0091", None, Presence.SHOWN),
        ("3", Amount(Decimal(3), False, "exact"), Presence.SHOWN),
        ("3", Amount(Decimal(4), False, "exact"), Presence.UNREADABLE),
    ],
)
def test_a_page_may_round_and_nothing_else(value: str, shown: Amount | None, presence: Presence) -> None:
    """What differs by more than the last place printed is a contradiction, with both kept."""
    checked = cross_checked(RECORDER, reading(value), shown, "page")

    assert checked.presence is presence
    assert bool(checked.contradicts) == (presence is Presence.UNREADABLE)


def test_two_words_for_one_thing_must_mean_the_same() -> None:
    """A word the other place does not have, or another level, makes the reading unreadable."""
    good, bad = reading("1"), reading("1", Level.CRITICAL)
    lost = RECORDER.unreadable(KEY, "unknown word")

    assert cross_checked_word(RECORDER, good, good) is good
    assert cross_checked_word(RECORDER, good, None) is good
    assert cross_checked_word(RECORDER, good, bad).presence is Presence.UNREADABLE
    assert cross_checked_word(RECORDER, good, lost).presence is Presence.UNREADABLE
