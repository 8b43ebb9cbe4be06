"""The Lazada sample that public material gives, read value by value."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from checker.flow import dig
from checker.model import Comparator, DecidedBy, Kind, Level, Presence, Reading, Site, TargetOrigin, Unit
from flows.lazada import LazadaFlow
from tests.flows.answered import readings_of
from tests.samples import sample

SAMPLE = "lazada-seller-performance-get.json"
SITE = Site("VN", "VN", "Vietnam", locale="vi_VN", host="sellercenter.lazada.vn")


def readings() -> dict[str, Reading]:
    """Return what the flow makes of the sample, by name; what no source speaks of is left out."""
    found = readings_of(LazadaFlow(), SITE, datetime(2026, 3, 1, tzinfo=UTC), sample(SAMPLE))
    return {name: reading for name, reading in found.items() if reading.presence is Presence.SHOWN}


@pytest.mark.parametrize(
    ("name", "kind", "printed", "numbers", "verdict", "days"),
    [
        (
            "feedback.positive_rate",
            "POSITIVE_SELLER_RATING",
            ("Positive seller rating", "92.0"),
            ("0.920", "0.850"),
            ('"true"', Level.OK),
            56,
        ),
        (
            "orders.on_time_shipment_rate",
            "SHIP_ON_TIME",
            ("Ship on time", "80.0"),
            ("0.800", "0.950"),
            ("false", Level.WARNING),
            28,
        ),
    ],
)
def test_each_indicator_is_read(
    name: str,
    kind: str,
    printed: tuple[str, str],
    numbers: tuple[str, str],
    verdict: tuple[str, Level],
    days: int,
) -> None:
    """Score, target, comparator and the console's verdict are those of the sample; percents are fractions."""
    reading = readings()[name]

    assert reading.presence is Presence.SHOWN, reading.reason
    assert reading.target is not None
    assert (reading.value, reading.target.value) == tuple(map(Decimal, numbers))
    assert (reading.unit, reading.kind) == (Unit.FRACTION, Kind.RATE)
    assert (reading.target.comparator, reading.target.origin) == (Comparator.GTE, TargetOrigin.CONSOLE)
    assert ((reading.native, reading.level), reading.decided_by) == (verdict, DecidedBy.NATIVE)
    assert reading.window_days == days
    assert dict(reading.details) == {
        "type": kind,
        "name": printed[0],
        "score": printed[1],
        "main_category": "Home appliances",
    }


def test_nothing_else_is_made_of_it() -> None:
    """Two indicators are in the sample, and no third is invented."""
    assert set(readings()) == {"feedback.positive_rate", "orders.on_time_shipment_rate"}


def test_every_value_of_the_sample_has_a_place_here() -> None:
    """A field that public material names and nothing reads would go unread unnoticed.

    The shop's number is what two answers of one page are held together by: see the scenario `two-shops`.
    """
    body = sample(SAMPLE)
    fields = {"type", "name", "score", "score_format", "target", "target_format", "target_respected"}

    assert set(body) == {"code", "data"}
    assert set(body["data"]) == {"seller_id", "main_category_name", "indicators"}
    assert {field for entry in dig(body, "data.indicators") for field in entry} == fields
