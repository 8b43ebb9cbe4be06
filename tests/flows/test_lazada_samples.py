"""The Lazada sample that public material gives, read value by value."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flows.lazada.indicators import indicator_readings

from checker.flow import Page, Recorder, dig
from checker.model import Comparator, DecidedBy, Kind, Level, Presence, Reading, Site, TargetOrigin, Unit
from checker.testing import name_of
from flows.lazada import LazadaFlow
from tests.samples import sample

SAMPLE = "lazada-seller-performance-get.json"
BLANK = Page("health", "/health", 200, "<html><body><main></main></body></html>")


def readings() -> dict[str, Reading]:
    """Return what the flow makes of the sample, by name."""
    flow = LazadaFlow()
    site = Site("VN", "VN", "Vietnam", locale="vi_VN")
    recorder = Recorder("lazada", "main", site, flow.version, lambda: datetime(2026, 3, 1, tzinfo=UTC), "en")
    found = indicator_readings(recorder, BLANK, sample(SAMPLE), flow.toml, flow.tables)
    return {name_of(reading.key): reading for reading in found}


@pytest.mark.parametrize(
    ("name", "kind", "label", "numbers", "verdict", "days"),
    [
        (
            "feedback.positive_rate",
            "POSITIVE_SELLER_RATING",
            "Positive seller rating",
            ("0.920", "0.850"),
            ("true", Level.OK),
            56,
        ),
        (
            "orders.on_time_shipment_rate",
            "SHIP_ON_TIME",
            "Ship on time",
            ("0.800", "0.950"),
            ("false", Level.WARNING),
            28,
        ),
    ],
)
def test_each_indicator_is_read(
    name: str, kind: str, label: str, numbers: tuple[str, str], verdict: tuple[str, Level], days: int
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
    assert dict(reading.details) == {"type": kind, "name": label, "main_category": "Home appliances"}


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
