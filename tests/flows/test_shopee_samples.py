"""The official Shopee samples, read value by value."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checker.model import Comparator, Kind, Level, Presence, Reading, Site, Unit
from flows.shopee import ShopeeFlow
from flows.shopee.flow import quarter_began
from tests.flows.answered import readings_of
from tests.samples import sample

FLOW = ShopeeFlow()
SITE = Site("MY", "MY", "Malaysia", locale="en_MY", zone="Asia/Kuala_Lumpur", shop="20001")
NOW = datetime(2024, 10, 15, tzinfo=UTC)
"""A day on which the samples' punishments run and its points count."""


def read(body: Any, now: datetime = NOW) -> dict[str, Reading]:
    """Return what the flow reads of one answer; what no source speaks of is left out."""
    found = readings_of(FLOW, SITE, now, body)
    return {name: reading for name, reading in found.items() if "did not come" not in reading.reason}


def performance() -> dict[str, Reading]:
    """Return what the flow reads of the performance sample."""
    return read(sample("shopee-get-shop-performance.json"))


@pytest.mark.parametrize(
    ("name", "metric_id", "value", "level", "limit"),
    [
        ("shopee.non_fulfilment_rate", "3", None, None, None),
        ("orders.cancellation_rate", "42", None, None, None),
        ("orders.refund_rate", "43", None, None, None),
        ("orders.late_shipment_rate", "1", None, None, None),
        ("shopee.preparation_time", "4", None, None, None),
        ("orders.fast_dispatch_rate", "25", None, None, None),
        ("shopee.severe_listing_violations", "52", "0", Level.OK, ("0", Comparator.LTE)),
        ("policy.violations.spam_listing", "56", "0", Level.OK, ("0", Comparator.LTE)),
        ("policy.violations.ip", "55", "0", Level.OK, ("0", Comparator.LTE)),
        ("policy.violations.prohibited", "54", "0", Level.OK, ("0", Comparator.LTE)),
        ("shopee.pre_order_listing_rate", "12", "0", Level.OK, ("0.05", Comparator.LTE)),
        ("shopee.pre_order_violation_days", "15", "0", Level.OK, ("6", Comparator.LT)),
        ("policy.violations.listing", "53", "0", Level.OK, ("0", Comparator.LTE)),
        ("service.response_rate", "11", "0.57", Level.WARNING, ("0.70", Comparator.GTE)),
        ("service.response_time", "21", None, None, None),
        ("feedback.average_rating", "22", None, None, None),
    ],
)
def test_every_metric_is_read(
    name: str, metric_id: str, value: str | None, level: Level | None, limit: tuple[str, Comparator] | None
) -> None:
    """The number against the target beside it; a null is a metric that is not rated yet."""
    reading = performance()[name]

    assert dict(reading.details)["metric_id"] == metric_id
    if value is None or limit is None:
        assert (reading.presence, reading.value) == (Presence.NOT_RATED, None)
        return
    assert reading.target is not None
    assert (reading.value, reading.level) == (Decimal(value), level)
    assert (reading.target.value, reading.target.comparator) == (Decimal(limit[0]), limit[1])


def test_the_rating_and_the_missed_targets_are_read() -> None:
    """Rating 3 is good; one target of the customer service is missed; nothing else was in the sample."""
    found = performance()

    assert (found["account.level"].native, found["account.level"].level) == ("3", Level.OK)
    missed = {
        variant: found[f"shopee.missed_targets@{variant}"] for variant in ("fulfilment", "listing", "service")
    }
    assert {variant: (r.value, r.level) for variant, r in missed.items()} == {
        "fulfilment": (Decimal(0), Level.OK),
        "listing": (Decimal(0), Level.OK),
        "service": (Decimal(1), Level.WARNING),
    }
    assert len(found) == 16 + 1 + 3


def test_every_penalty_record_is_read_with_its_points() -> None:
    """Each record of this quarter is an item with its points, its kind and the moment it was given."""
    found = read(sample("shopee-get-penalty-point-history.json"))
    items = {r.key.item: r for r in found.values() if r.key.item}

    assert {item: (r.value, r.reason) for item, r in items.items()} == {
        "764883879797459200": (Decimal(1), "12"),
        "764881498321979300": (Decimal(1), "3064"),
        "764880677236639200": (Decimal(1), "13"),
        "764540236400165600": (Decimal(1), "3072"),
        "764539404640322300": (Decimal(1), "23"),
        "764538765474529400": (Decimal(3), "13"),
        "17286145180003722": (Decimal(1), "24"),
        "17286145690002512": (Decimal(1), "24"),
    }
    assert dict(items["764538765474529400"].details) == {
        "violation": "13",
        "issued": "2024-10-10T09:24:06+00:00",
        "issued_points": "3",
    }
    assert (found["policy.list@penalty-records.other"].value, items["17286145180003722"].unit) == (
        Decimal(8),
        Unit.POINTS,
    )


def test_records_of_a_quarter_that_is_over_are_closed() -> None:
    """Points are reset on the first Monday of a quarter: what was given before counts no more."""
    found = read(sample("shopee-get-penalty-point-history.json"), datetime(2025, 1, 10, tzinfo=UTC))

    assert [own for own in found if ":" in own] == []
    assert found["policy.list@penalty-records.other"].presence is Presence.NONE


@pytest.mark.parametrize(
    ("now", "began"),
    [
        (datetime(2024, 10, 15, tzinfo=UTC), datetime(2024, 10, 6, 16, tzinfo=UTC)),
        (datetime(2024, 10, 3, tzinfo=UTC), datetime(2024, 6, 30, 16, tzinfo=UTC)),
        (datetime(2025, 1, 2, tzinfo=UTC), datetime(2024, 10, 6, 16, tzinfo=UTC)),
        (datetime(2025, 1, 6, tzinfo=UTC), datetime(2025, 1, 5, 16, tzinfo=UTC)),
    ],
)
def test_a_quarter_begins_with_its_first_monday(now: datetime, began: datetime) -> None:
    """Midnight of the shop's own zone, of this year or the last."""
    assert quarter_began(now, "Asia/Kuala_Lumpur") == began


def test_every_punishment_is_read_with_its_end() -> None:
    """Each punishment is an item of its own, however many one decision has."""
    found = read(sample("shopee-get-punishment-history.json"))
    items = {r.key.item: r for r in found.values() if r.key.item}

    assert {item: (r.level, r.reason, dict(r.details)["ends"]) for item, r in items.items()} == {
        "764883890656512300-1110": (Level.WARNING, "1110", "2024-11-08T08:15:30+00:00"),
        "764881502478534500-602": (Level.CRITICAL, "3", "2024-11-08T08:06:01+00:00"),
        "764881502478534500-108": (Level.WARNING, "3", "2024-11-08T08:06:01+00:00"),
        "764881502478534500-107": (Level.WARNING, "3", "2024-11-08T08:06:01+00:00"),
        "764538790430638700-1109": (Level.WARNING, "1109", "2024-11-07T09:24:12+00:00"),
    }
    assert found["policy.list@punishments"].value == 5


def test_punishments_that_have_ended_are_closed() -> None:
    """After its end a punishment is none, and the list says that there is none."""
    found = read(sample("shopee-get-punishment-history.json"), datetime(2024, 11, 9, tzinfo=UTC))

    assert list(found) == ["policy.list@punishments"]
    assert found["policy.list@punishments"].presence is Presence.NONE


def test_every_listing_with_an_issue_is_read() -> None:
    """Its number, and what is wrong with it."""
    found = read(sample("shopee-get-listings-with-issues.json"))
    items = {r.key.item: (r.key.metric, r.level, r.reason) for r in found.values() if r.key.item}

    assert items == {
        "100963774": ("policy.violations.prohibited", Level.CRITICAL, "1"),
        "100920076": ("policy.violations.ip", Level.CRITICAL, "2"),
        "100920056": ("policy.violations.spam_listing", Level.CRITICAL, "3"),
        "100920055": ("policy.violations.listing", Level.WARNING, "4"),
        "100902880": ("policy.violations.listing", Level.WARNING, "5"),
        "100816024": ("policy.violations.listing", Level.WARNING, "6"),
        "100816023": ("policy.violations.listing", Level.WARNING, "7"),
    }


def test_late_orders_are_read_and_the_cut_list_is_told() -> None:
    """Ten orders are there and nineteen are counted: what is there is read, and the list is not whole."""
    body = sample("shopee-get-late-orders.json")
    found = read(body)
    items = {r.key.item: dict(r.details) for r in found.values() if r.key.item}

    assert items == {
        row["order_sn"]: {
            "order": row["order_sn"],
            "ship_by": datetime.fromtimestamp(row["shipping_deadline"], UTC).isoformat(),
            "late_by_days": "1",
        }
        for row in body["response"]["late_order_list"]
    }
    assert len(items) == 10
    assert found["policy.list@late-orders"].presence is Presence.UNREADABLE


def test_points_and_tier_are_read_from_the_older_shape_of_the_api() -> None:
    """The points by what they were given for, and the highest tier that runs."""
    body = {
        "response": {
            "penalty_points": {
                "overall_penalty_points": 7,
                "non_fulfillment_rate": 1,
                "late_shipment_rate": 2,
                "listing_violations": 3,
                "opfr_violations": 0,
                "others": 1,
            },
            "ongoing_punishment": [{"punishment_tier": 1}, {"punishment_tier": 2}],
        }
    }
    found = read(body)

    values = {own: r.value for own, r in found.items() if r.kind is Kind.POINTS}
    assert values == {
        "account.penalty_points": 7,
        "account.penalty_points@non_fulfilment": 1,
        "account.penalty_points@late_shipment": 2,
        "account.penalty_points@listing": 3,
        "account.penalty_points@opfr": 0,
        "account.penalty_points@others": 1,
    }
    tier = found["account.penalty_tier"]
    assert (tier.native, tier.level) == ("2", Level.WARNING)
