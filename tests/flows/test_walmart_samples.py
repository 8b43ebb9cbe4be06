"""The Walmart answers of which public material gives the shape: every field filled in, and found again."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checker.flow import Answer, Recorder
from checker.model import Comparator, Level, Presence, Reading, Site, Trend
from checker.testing import name_of
from flows.walmart import WalmartFlow
from flows.walmart.card import Card
from flows.walmart.metrics import Sources, kpi_readings
from tests.samples import sample

FLOW = WalmartFlow()
SITE = Site("US", "US", "United States", locale="en_US")
RECORDER = Recorder("walmart", "main", SITE, FLOW.version, lambda: datetime(2026, 3, 1, tzinfo=UTC), "en")
FILLED: dict[str, Any] = {
    "cumulativeRate": Decimal("96.4"),
    "cumulativeRateTrend": "GREEN_UP",
    "overallRate": Decimal("1.9"),
    "overallTrend": "RED_UP",
    "sellerAccountableRate": Decimal("1.2"),
    "sellerAccountableTrend": "RED_DOWN",
    "riskLevel": "GOOD",
    "performanceRiskLevel": "GOOD",
    "standard": "2% or less",
    "impactedCustomerCount": 7,
    "ordersImpacted": 9,
    "gmvLoss": Decimal("120.50"),
    "reportDuration": 60,
    "updatedTimestamp": "2026-03-01T00:00:00Z",
}
"""A value of our own for every field of the shape that holds one."""


def read(name: str, sources: Sources) -> dict[str, Reading]:
    """Return the readings of one metric from the places given."""
    (kpi,) = [kpi for kpi in FLOW.tables.kpis if kpi.summary == name]
    return {name_of(r.key): r for r in kpi_readings(RECORDER, kpi, sources, FLOW.toml, FLOW.tables)}


def summary(fields: dict[str, Any]) -> Sources:
    """Return a summary of those fields, in the envelope of the shape."""
    return Sources(Answer("s", "/s", 200, {}, {"status": "OK", "payload": fields}), None, False, Card())


def test_every_field_of_the_shape_has_a_place_here() -> None:
    """A field that public material names and this test does not fill in would go unread unnoticed."""
    lists = {"sellerAccountableDrivers", "nonAccountableDrivers", "recommendations"}

    assert set(sample("walmart-insights-summary.shape.json")["payload"]) == {*FILLED, *lists}


def test_a_metric_with_one_rate_is_read_from_its_summary() -> None:
    """Rate, trend, risk, window and what was impacted; a standard that is met."""
    fields = {name: value for name, value in FILLED.items() if not name.startswith(("overall", "sellerAcc"))}
    fields |= {"standard": "90% or more", "recommendations": [{"recommendation": "Ship on time."}]}

    reading = read("otd", summary(fields))["orders.on_time_delivery_rate"]

    assert reading.target is not None
    assert (reading.value, reading.level, reading.native) == (Decimal("0.964"), Level.OK, "GOOD")
    assert (reading.trend, reading.window_days) == (Trend.BETTER, 60)
    assert (reading.target.value, reading.target.comparator) == (Decimal("0.9"), Comparator.GTE)
    assert dict(reading.details) == {
        "ordersImpacted": "9",
        "impactedCustomerCount": "7",
        "gmvLoss": "120.50",
        "updatedTimestamp": "2026-03-01T00:00:00Z",
        "standard": "90% or more",
        "recommendation": "Ship on time.",
    }


def test_a_metric_with_two_rates_keeps_the_sellers_fault_apart() -> None:
    """What the seller is accountable for, and everything, each with its own trend."""
    fields = {name: value for name, value in FILLED.items() if not name.startswith("cumulative")}

    found = read("cancellations", summary(fields))

    own, overall = found["orders.cancellation_rate"], found["walmart.cancellation_rate_overall"]
    assert (own.value, own.trend) == (Decimal("0.012"), Trend.WORSE)
    assert (overall.value, overall.trend) == (Decimal("0.019"), Trend.WORSE)


def test_no_content_is_not_enough_data() -> None:
    """204 is a state of its own, not a failure and not a zero."""
    reading = read("otd", Sources(Answer("s", "/s", 204, {}, None, "empty"), None, False, Card()))

    assert reading["orders.on_time_delivery_rate"].presence is Presence.NOT_RATED


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("otd", "orders.on_time_delivery_rate"),
        ("vtr", "orders.valid_tracking_rate"),
        ("srr", "service.response_rate"),
        ("refunds", "orders.refund_rate"),
        ("cancellations", "walmart.cancellation_rate_overall"),
    ],
)
def test_the_kpi_answer_is_read_by_the_fields_of_its_shape(name: str, metric: str) -> None:
    """Each null of the shape, filled in, is the value of one metric."""
    shape = sample("walmart-kpi-graphql.shape.json")
    response = shape["response"]
    for holder in response["data"]["performance_getKpiSummary"].values():
        for entry in holder:
            entry.update(dict.fromkeys(entry, Decimal("91.5")))

    reading = read(name, Sources(None, response, True, Card()))[metric]

    assert reading.value == Decimal("0.915")


def test_the_one_post_that_is_declared_is_the_one_of_the_shape() -> None:
    """Its path and operation are those public material names."""
    request = sample("walmart-kpi-graphql.shape.json")["request"]
    (declared,) = FLOW.toml.reads

    assert request["url"].endswith(declared.path)
    assert request["operationName"] == declared.operation
