"""The TikTok Shop samples that public material gives, read value by value; and how a unit is proven."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from checker.flow import Page, whole_page_claims
from checker.model import Kind, Level, Presence, Reading, Site, Unit, settle_all
from flows.tiktok_shop import TiktokShopFlow
from tests.flows.shown import NOW, readings_of
from tests.samples import sample

VN = Site("VN", "VN", "Vietnam", locale="en_US")
US = Site("US", "US", "United States", locale="en_US")


def readings(bodies: dict[str, Any], text: str = "", site: Site = VN) -> dict[str, Reading]:
    """Return what the flow makes of these answers and this page."""
    return readings_of(TiktokShopFlow(), site, bodies, text)


def of_sample(name: str, site: Site) -> dict[str, Reading]:
    """Return what the flow makes of a sample, each of its answers at its own address."""
    bodies = sample(name)
    return readings(
        {address.partition(".com")[2].partition("?")[0]: body for address, body in bodies.items()},
        site=site,
    )


def test_every_indicator_of_the_sample_is_read_or_said_to_be_unproven() -> None:
    """96 can only be a percentage and 7 is hours; 0.2, 0.1 and 0.94 may be either, so they are not read."""
    found = of_sample("tiktok-health-xhr-vn.json", VN)

    names = (
        "feedback.negative_rate",
        "tiktok_shop.refund_return_rate",
        "orders.fast_dispatch_rate",
        "tiktok_shop.after_sales_handling_time",
        "service.response_rate@12h",
    )
    assert [(r.presence, r.value, r.unit, r.window_days) for r in (found[name] for name in names)] == [
        (Presence.UNREADABLE, None, Unit.FRACTION, 60),
        (Presence.UNREADABLE, None, Unit.FRACTION, 60),
        (Presence.SHOWN, Decimal("0.96"), Unit.FRACTION, 30),
        (Presence.SHOWN, Decimal(7), Unit.HOURS, 60),
        (Presence.UNREADABLE, None, Unit.FRACTION, 30),
    ]
    assert [found[names[0]].native, found[names[4]].native] == ["0.2", "0.94"]
    assert dict(found["orders.fast_dispatch_rate"].details) == {
        "name": "fast_dispatch_rate_30d",
        "title": "Fast dispatch rate",
        "explanation": "30-day fast shipping rate",
        "value": "96",
    }


def test_the_violation_overview_of_the_sample_is_read() -> None:
    """The score by the band it falls in; entries with a key nobody knows keep their count and their words."""
    found = of_sample("tiktok-health-xhr-vn.json", VN)

    points = found["account.penalty_points"]
    assert (points.value, points.level, points.native) == (Decimal("4.8"), Level.OK, "Low risk")
    late = found["tiktok_shop.violation_count_late_ship"]
    assert (late.value, late.level) == (Decimal(2), Level.UNKNOWN)
    assert dict(late.details) == {"title": "Late shipment warning", "appeal_status": "Chua khieu nai"}
    quality = found["tiktok_shop.violation_count_listing_quality"]
    assert (quality.value, dict(quality.details)["violation_type"]) == (Decimal(0), "Listing quality issue")


def test_the_capture_of_the_home_page_is_read() -> None:
    """A rating below where a shop starts warns; points without bands and counts are judged by nobody."""
    found = of_sample("tiktok-homepage-xhr.json", US)

    rating, points = found["account.health_rating"], found["account.penalty_points"]
    assert (rating.value, rating.level) == (Decimal(189), Level.WARNING)
    assert (points.presence, points.value, points.level) == (Presence.SHOWN, Decimal(0), Level.UNKNOWN)
    counts = {
        name.removeprefix("tiktok_shop.violations."): r.value
        for name, r in found.items()
        if name.startswith("tiktok_shop.violations.")
    }
    assert counts == {
        "order_fulfillment@count": 2,
        "service_metrics@count": 0,
        "policy_compliance@count": 1,
        "risk_fraud@count": 2,
    }


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
        (True, "", None),
    ],
)
def test_a_unit_is_proven_or_the_number_is_not_read(value: Any, shown: str, expected: str | None) -> None:
    """By its sign, by its range, or by the page, where exactly one way to read it fits."""
    entry = {"name": "liable_cancel_rate_s30d", "title": "Cancellations of ours", "value": value}
    card = f"<div><h3>Cancellations of ours</h3><span>{shown}</span></div>"

    found = readings({"/x": {"data": {"indicators": [entry]}}}, card if shown else "")

    reading = found["orders.cancellation_rate"]
    assert (reading.presence is Presence.SHOWN) == (expected is not None)
    assert expected is None or reading.value == Decimal(expected)


@pytest.mark.parametrize(
    ("score", "bands", "level", "disputed"),
    [
        (4, [(0, 12, "Low risk"), (12, 24, "High risk")], Level.OK, False),
        (12, [(0, 12, "Low risk"), (12, 24, "High risk")], Level.CRITICAL, True),
        (12, [(0, 12, "High risk"), (12, 24, "Low risk")], Level.CRITICAL, True),
        (12, [(0, 12, "Low risk"), (12, 24, "Shimmering")], None, False),
        (24, [(0, 12, "Low risk"), (12, 24, "High risk")], Level.CRITICAL, False),
        (25, [(0, 12, "Low risk"), (12, 24, "High risk")], None, False),
        (4, [(0, 12, "Low risk"), (3, 24, "High risk")], Level.CRITICAL, True),
        (4, [(0, None, "Low risk")], Level.OK, False),
        (4, [("x", 12, "Low risk")], None, False),
        (4, [], Level.UNKNOWN, False),
    ],
)
def test_every_band_that_holds_the_score_speaks(
    score: int, bands: list[tuple[Any, Any, str]], level: Level | None, disputed: bool
) -> None:
    """At an edge two do; outside of all nothing is read; without bands nobody judges it."""
    infos = [{"left_node": left, "right_node": right, "risk_level": word} for left, right, word in bands]
    body = {"data": {"violation_score": score, "section_infos": infos, "violation_points_v2": []}}

    reading = readings({"/x": body})["account.penalty_points"]

    assert (reading.level if reading.presence is Presence.SHOWN else None) == level
    assert reading.disputed is disputed


@pytest.mark.parametrize(
    ("score", "level", "status"),
    [
        (480, Level.OK, None),
        (200, Level.OK, None),
        (199, Level.WARNING, None),
        (151, Level.WARNING, None),
        (150, Level.CRITICAL, None),
        (1, Level.CRITICAL, None),
        (0, Level.DEACTIVATED, Level.DEACTIVATED),
        (-1, None, None),
        (1001, None, None),
    ],
)
def test_the_lines_of_the_rating_decide(score: int, level: Level | None, status: Level | None) -> None:
    """At 150 the platform blocks new listings; 0 is its own word for deactivated, whoever says it."""
    card = f"<div><h3>Account Health Rating</h3><b>{score}</b></div>"
    for found in (
        readings({"/ahr/score": {"data": {"score": score}}}, site=US),
        readings({}, card, site=US),
    ):
        rating = found["account.health_rating"]
        assert (rating.level if rating.presence is Presence.SHOWN else None) == level
        assert (found["account.status"].level if "account.status" in found else None) == status


def test_a_market_that_has_ratings_must_show_one() -> None:
    """Elsewhere there may be none."""
    assert readings({}, site=US)["account.health_rating"].presence is Presence.UNREADABLE
    assert "account.health_rating" not in readings({}, site=VN)


@pytest.mark.parametrize(
    ("limited", "level"),
    [
        (True, Level.CRITICAL),
        (False, Level.OK),
        ("true", Level.CRITICAL),
        ("false", None),
        (0, None),
        (None, None),
    ],
)
def test_a_limit_is_a_truth_value(limited: Any, level: Level | None) -> None:
    """A text is none, and a number is none; only what it says of trouble is believed."""
    reading = readings({"/x": {"data": {"shop_limited": limited}}})["account.restrictions"]

    assert (reading.level if reading.presence is Presence.SHOWN else None) == level


def test_an_indicator_nobody_knows_is_kept_and_judged_by_nobody() -> None:
    """Its name and its value stay as the console wrote them."""
    entry = {"name": "brand_new", "title": "Brand new", "value": "0.5"}
    reading = readings({"/x": {"data": {"indicators": [entry]}}})["tiktok_shop.indicator_brand_new"]

    assert (reading.presence, reading.level, reading.value) == (Presence.SHOWN, Level.UNKNOWN, Decimal("0.5"))


def test_a_market_with_neither_dispatch_rate_says_that_it_is_missing() -> None:
    """An answer that came and names neither is no green."""
    assert readings({"/x": {"data": {"indicators": []}}})["orders.late_shipment_rate"].presence is (
        Presence.UNREADABLE
    )


@pytest.mark.parametrize(
    ("html", "records", "whole"),
    [
        ("<tr><td>Late ID: 7300001</td><td>Why</td><td>1 Mar</td><td>Not appealed</td></tr>", 1, True),
        ("<ul><li><b>Late</b> <i>ID: 7300001</i><p>Why</p><p>Expired</p></li></ul>", 0, True),
        ("<ul><li>Late<p>ID: 7300001</p><p>Shimmering</p></li></ul>", 1, True),
        (
            "<ul><li>Late<p>ID: 7300001</p><p>In effect</p></li></ul><a rel=next href='?p=2'>Next</a>",
            1,
            False,
        ),
        ("<h2>Violation records</h2><p>No violations</p>", 0, True),
        ("<h2>Violation records</h2>", 0, False),
    ],
)
def test_records_are_rows_with_a_number_whatever_they_are_built_of(
    html: str, records: int, whole: bool
) -> None:
    """A state nobody knows is no closed one; a list that goes on, or is not there, is not whole."""
    rows = f"<table><tbody>{html}</tbody></table>" if html.startswith("<tr") else html
    found = readings({}, rows)

    assert sum(name.startswith("policy.violations.other:") for name in found) == records
    assert (found["policy.list@records"].presence is not Presence.UNREADABLE) is whole


@pytest.mark.parametrize(
    ("text", "level"),
    [("Account deactivated", Level.DEACTIVATED), ("Fees fell", None), ("Deactivate a listing", None)],
)
def test_a_banner_speaks_of_the_account(text: str, level: Level | None) -> None:
    """In the words that are declared, at their level; what says nothing of the account is no status."""
    html = f"<html lang=en><body><main><div role=alert>{text}</div></main></body></html>"
    flow, page = TiktokShopFlow(), Page("health", "https://seller-us.tiktok.com/", 200, html)
    recorder = flow.recorder("main", US, page, lambda: NOW)
    found = settle_all(whole_page_claims(recorder, flow.toml, page, []))

    told = [said.source for reading in found for said in reading.claims if said.level is Level.DEACTIVATED]
    assert told == (["health: the page's banner"] if level else [])
    open_levels = {reading.level for reading in found if reading.level.is_open}
    assert open_levels == ({level} if level else set())


def test_a_duration_is_no_percentage() -> None:
    """A number with a sign that cannot be its own is not read."""
    entry = {"name": "IMART_hour_60d", "title": "Handling", "value": "7%"}
    reading = readings({"/x": {"data": {"indicators": [entry]}}})["tiktok_shop.after_sales_handling_time"]

    assert (reading.presence, reading.kind) == (Presence.UNREADABLE, Kind.DURATION)
