"""The Ozon sample that public material gives, read value by value; and when a status is believed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checker.flow import Recorder, declared_readings
from checker.model import Comparator, Kind, Level, Presence, Reading, Site, Trend, Unit
from checker.testing import name_of
from flows.ozon import OzonFlow
from flows.ozon.ratings import error_index_reading, rating_readings
from flows.ozon.summary import summary_readings
from tests.samples import sample

FLOW = OzonFlow()
SITE = Site("RU", "RU", "Ozon", locale="ru_RU", shop="700101")
RECORDER = Recorder("ozon", "main", SITE, FLOW.version, lambda: datetime(2026, 3, 1, tzinfo=UTC), "ru")


def read(summary: Any, history: Any = None) -> dict[str, Reading]:
    """Return what the flow makes of a summary and a history, by name."""
    found = [
        *declared_readings(RECORDER, FLOW.toml, {"summary": [summary]}, "ratings"),
        *summary_readings(RECORDER, summary),
        *rating_readings(RECORDER, summary, history, FLOW.toml, FLOW.tables),
    ]
    return {name_of(reading.key): reading for reading in found}


def test_every_value_of_the_sample_is_read_or_said_to_be_unreadable() -> None:
    """An unknown code is a metric of its own, an unknown kind of value makes its number unreadable."""
    found = read(sample("ozon-rating-summary-example.json"))

    assert {name: (r.presence, r.level, r.value, r.kind, r.unit) for name, r in found.items()} == {
        "ozon.on_time": (Presence.SHOWN, Level.OK, Decimal("0.975"), Kind.RATE, Unit.FRACTION),
        "ozon.rating_price_index": (Presence.SHOWN, Level.OK, Decimal("1.01"), Kind.SCORE, None),
        "ozon.premium_penalty@rating_on_time": (
            Presence.SHOWN,
            Level.UNKNOWN,
            Decimal(0),
            Kind.POINTS,
            Unit.POINTS,
        ),
        # `value_type: RATING` is none of the documented kinds; the code of the average rating is another.
        "ozon.rating_review_avg_score": (Presence.UNREADABLE, Level.UNKNOWN, None, Kind.STATUS, None),
        "feedback.average_rating": (Presence.UNREADABLE, Level.UNKNOWN, None, Kind.STATUS, None),
        # What the documented answer has and this one lacks.
        "ozon.premium_penalty": (Presence.UNREADABLE, Level.UNKNOWN, None, Kind.STATUS, None),
        "ozon.localization_index": (Presence.UNREADABLE, Level.UNKNOWN, None, Kind.RATE, None),
    }
    assert {name: dict(r.details) for name, r in found.items() if r.details} == {
        "ozon.on_time": {"name": "Процент заказов вовремя"},
        "ozon.rating_price_index": {"name": "Индекс цен"},
        "ozon.premium_penalty@rating_on_time": {"value": "97.5", "scope": "premium_plus"},
    }
    assert (found["ozon.on_time"].native, found["ozon.on_time"].window_days) == ("OK", 30)
    assert "RATING" in found["ozon.rating_review_avg_score"].reason


def rated(status: str = "OK", value: Any = Decimal("0.5"), **more: Any) -> dict[str, Any]:
    """Return a summary with one rating."""
    row = {
        "rating": "rating_order_cancellation",
        "name": "Процент отмен",
        "current_value": value,
        "status": status,
        "value_type": "PERCENT",
        "rating_direction": "LOWER_IS_BETTER",
        "change": {"direction": "DIRECTION_FALL", "meaning": "MEANING_GOOD"},
        **more,
    }
    return {"groups": [{"group_name": "Выполнение заказов", "items": [row]}]}


def past(warning: Any, danger: Any, value: Any = None, *, red: bool = False) -> dict[str, Any]:
    """Return a history with the thresholds of that rating, and what it said last."""
    last = {"date_to": "2026-03-01T00:00:00Z", "value": value, "status": {"danger": False, "warning": red}}
    older = {"date_to": "2026-02-01T00:00:00Z", "value": value, "status": {"danger": not red}}
    row = {
        "rating": "rating_order_cancellation",
        "warning_threshold": warning,
        "danger_threshold": danger,
        "values": [last, older],
    }
    return {"ratings": [row]}


def test_the_thresholds_of_the_history_are_the_target_in_two_steps() -> None:
    """They are scaled as the value is; which way is good, and where it moves, the summary says."""
    reading = read(rated(), past(Decimal("1.5"), 2))["orders.cancellation_rate"]

    assert reading.target is not None
    assert (reading.target.value, reading.target.critical) == (Decimal("0.015"), Decimal("0.02"))
    assert (reading.target.comparator, reading.meets_target) == (Comparator.LTE, True)
    assert (reading.trend, reading.window_days) == (Trend.BETTER, 7)


@pytest.mark.parametrize(
    ("summary", "history", "level"),
    [
        (rated(), None, Level.OK),
        (rated(), past(0, 0), Level.OK),
        (rated(), past(None, None), Level.OK),
        (rated(value=3), past(Decimal("1.5"), 2), None),
        (rated(value=3, rating_direction="NEUTRAL"), past(Decimal("1.5"), 2), Level.OK),
        (rated("CRITICAL", 3), past(Decimal("1.5"), 2, 3, red=True), Level.CRITICAL),
        (rated("WARNING", 1), past(Decimal("1.5"), 2), Level.WARNING),
        (rated(value=1), past(2, 3, 1, red=True), None),
        (rated("CRITICAL", 1), past(2, 3, 1), None),
        (rated("CRITICAL", 1), past(2, 3, 2), Level.CRITICAL),
        (rated("UNKNOWN_STATUS", 3), past(Decimal("1.5"), 2), Level.UNKNOWN),
        (rated("EXCELLENT"), None, None),
        (rated(""), None, None),
        (rated(value=None), None, None),
        (rated(value=777), None, None),
        (rated(value="0.5"), None, None),
        (rated(value_type="UNKNOWN_VALUE"), None, None),
    ],
)
def test_a_status_is_believed_where_nothing_contradicts_it(
    summary: Any, history: Any, level: Level | None
) -> None:
    """Its own thresholds, and what the history called the same number; another number says nothing."""
    reading = read(summary, history)["orders.cancellation_rate"]

    assert (reading.level if reading.presence is Presence.SHOWN else None) == level


@pytest.mark.parametrize(
    ("index", "level"),
    [
        (0, Level.OK),
        (Decimal("0.02"), Level.OK),
        (Decimal("0.021"), Level.UNKNOWN),
        (Decimal("1.2"), Level.UNKNOWN),
        (2, Level.UNKNOWN),
        (Decimal("2.1"), Level.WARNING),
        (100, Level.WARNING),
        (101, None),
        (None, None),
    ],
)
def test_the_error_index_is_judged_where_its_unit_does_not_matter(index: Any, level: Level | None) -> None:
    """Fraction or percentage: only what is past the line, or within it, as both is called so."""
    reading = error_index_reading(RECORDER, {"index": index}, FLOW.tables)

    assert (reading.level if reading.presence is Presence.SHOWN else None) == level


def test_an_empty_summary_is_not_rated_only_where_nothing_was_sold_either() -> None:
    """No ratings and no localization index: the console says both; one alone proves nothing."""
    new = read({"groups": [], "localization_index": []})
    odd = read({"groups": [], "localization_index": [{"localization_percentage": 50}]})

    assert new["ozon.on_time"].presence is Presence.NOT_RATED
    assert odd["ozon.on_time"].presence is Presence.UNREADABLE


def test_a_rating_without_a_code_makes_the_list_unreadable() -> None:
    """What cannot be named is told, and what can is read."""
    summary = rated()
    summary["groups"].append({"group_name": "?", "items": [{"status": "CRITICAL"}]})

    found = read(summary)

    assert found["policy.list@ratings"].presence is Presence.UNREADABLE
    assert found["orders.cancellation_rate"].level is Level.OK
