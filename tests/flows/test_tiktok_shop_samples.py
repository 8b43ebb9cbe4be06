"""The TikTok Shop sample that public material gives, read value by value; and how a unit is proven."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checker.model import Level, Presence, Reading, Site, Unit
from flows.tiktok_shop import TiktokShopFlow
from tests.flows.answered import BLANK, readings_of
from tests.samples import sample

FLOW = TiktokShopFlow()
SITE = Site("VN", "VN", "Vietnam", locale="en_US")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOST = "GET https://seller-vn.tiktok.com/api/seller/growth_center"


def read(body: Any, html: str = BLANK) -> dict[str, Reading]:
    """Return what the flow reads of one answer and the page; what no source speaks of is left out."""
    found = readings_of(FLOW, SITE, NOW, body, html=html)
    return {name: reading for name, reading in found.items() if "did not come" not in reading.reason}


def rates(body: Any) -> dict[str, Reading]:
    """Return what the flow reads of one answer, but for the list of records, which is of the page alone."""
    return {name: reading for name, reading in read(body).items() if name != "policy.list@records"}


def test_every_indicator_of_the_sample_is_read_or_said_to_be_unproven() -> None:
    """96 can only be a percentage and 7 is hours; 0.2, 0.1 and 0.94 may be either, so they are not read."""
    found = rates(sample("tiktok-health-xhr-vn.json")[f"{HOST}/performance/list"])

    assert {name: (r.presence, r.value, r.unit, r.window_days) for name, r in found.items()} == {
        "feedback.negative_rate": (Presence.UNREADABLE, None, Unit.FRACTION, 60),
        "tiktok_shop.refund_return_rate": (Presence.UNREADABLE, None, Unit.FRACTION, 60),
        "orders.fast_dispatch_rate": (Presence.SHOWN, Decimal("0.96"), Unit.FRACTION, 30),
        "tiktok_shop.after_sales_handling_time": (Presence.SHOWN, Decimal(7), Unit.HOURS, 60),
        "service.response_rate@12h": (Presence.UNREADABLE, None, Unit.FRACTION, 30),
    }
    assert [found[name].native for name in ("feedback.negative_rate", "service.response_rate@12h")] == [
        "0.2",
        "0.94",
    ]
    assert dict(found["orders.fast_dispatch_rate"].details) == {
        "name": "fast_dispatch_rate_30d",
        "title": "Fast dispatch rate",
        "explanation": "30-day fast shipping rate",
        "value": "96",
    }


def test_the_violation_overview_of_the_sample_is_read() -> None:
    """The score by the band it falls in; entries with a key nobody knows keep their count and their words."""
    found = rates(sample("tiktok-health-xhr-vn.json")[f"{HOST}/violation/overview/get"])

    points = found["account.penalty_points"]
    assert (points.value, points.level, points.native) == (Decimal("4.8"), Level.OK, "Low risk")
    late = found["tiktok_shop.violation_count_late_ship"]
    assert (late.presence, late.value, late.level) == (Presence.SHOWN, Decimal(2), Level.UNKNOWN)
    assert dict(late.details) == {"title": "Late shipment warning", "appeal_status": "Chua khieu nai"}
    quality = found["tiktok_shop.violation_count_listing_quality"]
    assert (quality.value, dict(quality.details)["violation_type"]) == (Decimal(0), "Listing quality issue")
    assert len(found) == 3


@pytest.mark.parametrize(
    ("value", "shown", "expected"),
    [
        ("2.1", "", "0.021"),
        ("2.1%", "", "0.021"),
        ("0.2%", "", "0.002"),
        ("0", "", "0"),
        ("0.94", "94%", "0.94"),
        ("0.94", "0.94%", "0.0094"),
        ("0.94", "", None),
        ("1", "", None),
        ("0.94", "50%", None),
        ("2.1", "37%", None),
        ("96", "96%", "0.96"),
        ("777", "", None),
        ("many", "", None),
        ("", "", None),
    ],
)
def test_a_unit_is_proven_or_the_number_is_not_read(value: str, shown: str, expected: str | None) -> None:
    """By its sign, by its range, or by the page, where exactly one way to read it fits."""
    entry = {"name": "liable_cancel_rate_s30d", "title": "Cancellation rate", "value": value}
    card = f"<div><h3>Cancellation rate</h3><span>{shown}</span></div>"
    body = {"data": {"indicators": [entry]}}

    html = f"<html lang='en'><body><main>{card if shown else ''}</main></body></html>"
    (reading,) = [r for r in read(body, html).values() if r.key.metric == "orders.cancellation_rate"]

    is_shown = reading.presence is Presence.SHOWN
    assert (reading.value if is_shown else None) == (None if expected is None else Decimal(expected))
    assert is_shown or reading.presence is Presence.UNREADABLE


@pytest.mark.parametrize(
    ("score", "bands", "expected"),
    [
        (4, [(0, 12, "Low risk"), (12, 24, "High risk")], (Level.OK, False)),
        (12, [(0, 12, "Low risk"), (12, 24, "High risk")], (Level.CRITICAL, True)),
        (12, [(0, 12, "High risk"), (12, 24, "Low risk")], (Level.CRITICAL, True)),
        (12, [(0, 12, "Low risk"), (12, 24, "Shimmering")], None),
        (24, [(0, 12, "Low risk"), (12, 24, "High risk")], (Level.CRITICAL, False)),
        (25, [(0, 12, "Low risk"), (12, 24, "High risk")], None),
        (4, [(0, 12, "Low risk"), (0, 12, "Low risk")], (Level.OK, False)),
        (4, [(0, 12, "Low risk"), (3, 24, "High risk")], (Level.CRITICAL, True)),
        (4, [(0, None, "Low risk")], (Level.OK, False)),
        (4, [("x", 12, "Low risk")], None),
        (4, [], (Level.UNKNOWN, False)),
    ],
)
def test_the_bands_a_score_falls_in_speak(
    score: int, bands: list[tuple[Any, Any, str]], expected: tuple[Level, bool] | None
) -> None:
    """At an edge both bands count, and a red of one is disputed; outside of all nothing is read.

    Without bands nobody judges the points.
    """
    infos = [{"left_node": left, "right_node": right, "risk_level": word} for left, right, word in bands]
    body = {"data": {"violation_score": score, "section_infos": infos, "violation_points_v2": []}}

    reading = read(body)["account.penalty_points"]

    if expected is None:
        assert (reading.presence, reading.level) == (Presence.UNREADABLE, Level.UNKNOWN)
    else:
        assert (reading.presence, reading.value) == (Presence.SHOWN, Decimal(score))
        assert (reading.level, reading.disputed) == expected


def test_an_indicator_nobody_knows_is_kept_and_judged_by_nobody() -> None:
    """Its name and its value stay as the console wrote them."""
    body = {"data": {"indicators": [{"name": "brand_new", "title": "Brand new", "value": "0.5"}]}}

    reading = read(body)["tiktok_shop.indicator_brand_new"]

    assert (reading.presence, reading.level, reading.value) == (
        Presence.SHOWN,
        Level.UNKNOWN,
        Decimal("0.5"),
    )
    assert dict(reading.details) == {"name": "brand_new", "title": "Brand new", "value": "0.5"}


def test_a_market_with_neither_dispatch_rate_says_that_it_is_missing() -> None:
    """An answer that came and names neither is no green."""
    found = read({"data": {"indicators": []}})

    assert found["orders.late_shipment_rate"].presence is Presence.UNREADABLE
