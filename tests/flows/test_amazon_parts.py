"""The parts of Amazon's order defect rate: what the dashboard calls them is known, and nothing besides."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from checker.flow import Document, Page, Recorder, page_claims, whole_page_claims
from checker.model import Claim, Presence, Reading, settle_all
from checker.testing import name_of
from flows.amazon import AmazonFlow

FLOW = AmazonFlow()
NOW = datetime(2026, 11, 20, tzinfo=UTC)
INDIA = next(row.site() for row in FLOW.toml.sites if row.code == "IN")
HEADS = "<div class=row><div></div><div>Seller Fulfilled</div><div>Fulfilled by Amazon</div></div>"
REST = "<p>" + "Here you see how your account is doing on this marketplace. " * 12 + "</p>"
PARTS = {
    "orders.negative_feedback_part": "Negative feedback",
    "orders.claims_part": "A-to-z Guarantee claims",
    "orders.chargebacks_part": "Chargeback claims",
}


def row(*cells: str) -> str:
    """Return a row of the card."""
    return f"<div class=row>{''.join(f'<div>{cell}</div>' for cell in cells)}</div>"


def seen(*rows: str) -> tuple[dict[str, Reading], str]:
    """Return what the dashboard says, and all of it that nobody understands."""
    body = f"<div class=card><h2>Customer Service Performance</h2>{HEADS}{''.join(rows)}</div>{REST}"
    page = Page("dashboard", "/d", 200, f"<html lang=en><body><main>{body}</main></body></html>", ready=True)
    recorder = Recorder("amazon", "main", INDIA, FLOW.version, lambda: NOW, "en", "en_IN", "en_IN")

    def documents(_name: str) -> tuple[Document, ...]:
        return ()

    claims: list[Claim] = list(page_claims(recorder, FLOW.toml, page, documents, name="dashboard"))
    claims += whole_page_claims(recorder, FLOW.toml, page, claims)
    readings = {name_of(reading.key): reading for reading in settle_all(claims)}
    unread = (reading for name, reading in readings.items() if name.startswith("coverage.not_understood"))
    return readings, " | ".join(text for reading in unread for _, text in reading.details)


@pytest.mark.parametrize(("metric", "label"), PARTS.items())
def test_a_part_is_read_in_its_column(metric: str, label: str) -> None:
    """How many there are in each of the two columns, where no answer says so."""
    readings, unread = seen(row(label, "1", "2 of 1,860"))

    assert readings[f"{metric}@mfn"].value == Decimal(1)
    assert readings[f"{metric}@afn"].value == Decimal(2)
    assert label not in unread


@pytest.mark.parametrize("label", PARTS.values())
def test_a_part_in_one_column_is_understood_and_not_guessed(label: str) -> None:
    """Whose number it is nobody says: the answer has it, and without that it is missed."""
    readings, unread = seen(row(label, "1"))

    assert label not in unread
    assert {readings[f"{metric}@mfn"].presence for metric in PARTS} == {Presence.UNREADABLE}


def test_what_is_no_part_is_told_all_the_same() -> None:
    """Beside them in the same card."""
    _, unread = seen(row("Negative feedback", "1", "0"), row("Lost parcels", "4", "0"))

    assert "Lost parcels" in unread
    assert "Negative feedback" not in unread
