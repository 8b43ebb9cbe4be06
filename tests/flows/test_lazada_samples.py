"""The Lazada sample that public material gives, read value by value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from checker.flow import dig
from checker.model import Comparator, DecidedBy, Kind, Level, Presence, Reading, Site, TargetOrigin, Unit
from flows.lazada import LazadaFlow
from tests.flows.shown import readings_of
from tests.samples import sample

SAMPLE = "lazada-seller-performance-get.json"
SITE = Site("VN", "VN", "Vietnam", locale="vi_VN")


def readings(body: Any, text: str = "") -> dict[str, Reading]:
    """Return what the flow makes of a performance answer."""
    return readings_of(LazadaFlow(), SITE, {"/gateway/api": body}, text)


@pytest.mark.parametrize(
    ("name", "kind", "label", "numbers", "verdict", "days"),
    [
        (
            "feedback.positive_rate",
            "POSITIVE_SELLER_RATING",
            "Positive seller rating",
            ("0.920", "0.850"),
            ('"true"', Level.OK),
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
    reading = readings(sample(SAMPLE))[name]

    assert reading.presence is Presence.SHOWN, reading.reason
    assert reading.target is not None
    assert (reading.value, reading.target.value) == tuple(map(Decimal, numbers))
    assert (reading.unit, reading.kind) == (Unit.FRACTION, Kind.RATE)
    assert (reading.target.comparator, reading.target.origin) == (Comparator.GTE, TargetOrigin.CONSOLE)
    assert ((reading.native, reading.level), reading.decided_by) == (verdict, DecidedBy.NATIVE)
    assert reading.window_days == days
    details = dict(reading.details)
    assert (details["type"], details["name"]) == (kind, label)
    assert details["main_category"] == "Home appliances"


def test_nothing_else_is_made_of_it() -> None:
    """Two indicators are in the sample, no third is invented, and what must be there besides is missing."""
    shown = {name for name, one in readings(sample(SAMPLE)).items() if one.presence is Presence.SHOWN}

    assert shown == {"feedback.positive_rate", "orders.on_time_shipment_rate"}


def test_every_value_of_the_sample_has_a_place_here() -> None:
    """A field that public material names and nothing reads would go unread unnoticed.

    The shop's number is what two answers of one page are held together by: see the scenario `two-shops`.
    """
    body = sample(SAMPLE)
    fields = {"type", "name", "score", "score_format", "target", "target_format", "target_respected"}

    assert set(body) == {"code", "data"}
    assert set(body["data"]) == {"seller_id", "main_category_name", "indicators"}
    assert {field for entry in dig(body, "data.indicators") for field in entry} == fields


def entry(**fields: Any) -> dict[str, Any]:
    """Return an answer with one indicator: 92 percent against at least 85."""
    own = {
        "type": "POSITIVE_SELLER_RATING",
        "name": "Positive seller rating",
        "score": "92.0",
        "score_format": "PERCENTAGE",
        "target": "85.0",
        "target_format": "GREATER_THAN_PERCENTAGE",
        "target_respected": "true",
    }
    return {"data": {"indicators": [own | fields]}}


@pytest.mark.parametrize(
    ("fields", "presence", "level", "value"),
    [
        ({}, Presence.SHOWN, Level.OK, "0.920"),
        ({"score": "84.997", "formatted_score": "85%"}, Presence.SHOWN, Level.OK, "0.85"),
        ({"score": "84.997", "formatted_score": "84.9%"}, Presence.SHOWN, Level.WARNING, "0.849"),
        ({"formatted_score": "71%"}, Presence.SHOWN, Level.WARNING, None),
        ({"formatted_score": "-"}, Presence.UNREADABLE, Level.UNKNOWN, None),
        ({"score": None, "formatted_score": "-", "target_respected": None}, Presence.NOT_RATED, None, None),
        ({"score_format": "PERMILLE"}, Presence.UNREADABLE, Level.UNKNOWN, None),
        (
            {"score_format": "MINUTES", "target_format": "GREATER_THAN_MINUTES"},
            Presence.UNREADABLE,
            None,
            None,
        ),
        ({"target_format": "GREATER_THAN_MINUTES"}, Presence.UNREADABLE, Level.UNKNOWN, None),
        ({"target_format": "ABOUT_PERCENTAGE"}, Presence.UNREADABLE, Level.UNKNOWN, None),
        ({"target_format": "LOWER_THAN_PERCENTAGE"}, Presence.UNREADABLE, Level.UNKNOWN, None),
        ({"target_respected": "perhaps"}, Presence.UNREADABLE, Level.UNKNOWN, None),
        ({"target_respected": "false"}, Presence.SHOWN, Level.WARNING, "0.920"),
    ],
)
def test_what_an_entry_says_of_itself(
    fields: dict[str, Any], presence: Presence, level: Level | None, value: str | None
) -> None:
    """What is printed counts; formats, units and sides that cannot be are never fine."""
    reading = readings(entry(**fields))["feedback.positive_rate"]

    assert reading.presence is presence, reading.reason
    assert level is None or reading.level is level
    assert value is None or reading.value == Decimal(value)


@pytest.mark.parametrize(
    ("score", "verdict", "level"), [("12", "false", Level.WARNING), ("92", "true", Level.UNKNOWN)]
)
def test_of_an_indicator_nobody_has_described_a_red_is_told(score: str, verdict: str, level: Level) -> None:
    """Its type names it; that it is fine is not believed."""
    found = readings(entry(type="GLITTER_RATE", name="Glitter", target_respected=verdict, score=score))

    assert found["lazada.indicator_glitter_rate"].level is level


def points(total: str, *groups: str) -> str:
    """Return a page with penalty points in all and in groups."""
    names = ("Fulfilment", "Listing", "Service Standards", "Others")
    rows = "".join(
        f"<tr><td>{name}</td><td>{group}</td></tr>" for name, group in zip(names, groups, strict=True)
    )
    return f"<div><h2>Penalty points</h2><p><b>{total}</b></p></div><table>{rows}</table>"


@pytest.mark.parametrize(
    ("page", "level", "disputed"),
    [
        (points("0 / 10", "0", "0", "0", "0"), Level.OK, False),
        (points("3 / 10", "3", "0", "0", "0"), Level.WARNING, False),
        (points("10 / 10", "6", "4", "0", "0"), Level.CRITICAL, False),
        (points("12", "12", "0", "0", "0"), Level.WARNING, False),
        (points("0 / 10", "0", "4", "0", "0"), Level.WARNING, True),
        (points("", "0", "0", "0", "0"), Level.UNKNOWN, False),
    ],
)
def test_points_count_up_to_the_limit_that_is_printed(page: str, level: Level, disputed: bool) -> None:
    """Our own table warns; the groups are a second source of the points in all."""
    reading = readings(sample(SAMPLE), page)["account.penalty_points"]

    assert (reading.level, reading.disputed) == (level, disputed)


@pytest.mark.parametrize("status", ["ACTIVE", "INACTIVE", "DELETED", "SHIMMERING"])
def test_a_status_says_how_the_account_stands(status: str) -> None:
    """INACTIVE may be either of two things, and says both."""
    body = {"data": {"short_code": "VN1015W", "status": status}}
    reading = readings_of(LazadaFlow(), SITE, {"/seller/get": body})["account.status"]

    wanted = {"ACTIVE": Level.OK, "SHIMMERING": Level.UNKNOWN}.get(status, Level.DEACTIVATED)
    assert reading.level is wanted
    assert ("the shop's own pause" in str(reading.cause)) is (status == "INACTIVE")
