"""The Ozon sample that public material gives, read value by value; and what two sources make of a status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checker.flow import Document, Heard, Page, Recorder, documents_of, page_claims
from checker.model import Comparator, Kind, Level, Presence, Reading, Site, Trend, Unit, settle, settle_all
from checker.testing import name_of
from flows.ozon import OzonFlow
from flows.ozon.flow import error_index_claims, ratings_documents
from tests.samples import sample

FLOW = OzonFlow()
SITE = Site("RU", "RU", "Ozon", locale="ru_RU", shop="700101")
RECORDER = Recorder(
    "ozon", "main", SITE, FLOW.version, lambda: datetime(2026, 3, 1, tzinfo=UTC), "ru", numbers="ru_RU"
)


def read(*bodies: Any) -> dict[str, Reading]:
    """Return what the flow makes of these answers, whatever they are called and wrapped in, by name."""
    heard = [Heard("/x", {}, 200, "/x", {"result": body}) for body in bodies if body is not None]
    page = Page("ratings", "/app/rating", 200, "<html lang=ru><body></body></html>")

    def documents(name: str) -> Sequence[Document]:
        return documents_of(name, FLOW.toml.answers[name].form, heard)

    found = settle_all(page_claims(RECORDER, FLOW.toml, page, ratings_documents(documents)))
    return {name_of(reading.key): reading for reading in found}


def test_every_value_of_the_sample_is_read_or_said_to_be_unreadable() -> None:
    """An unknown code is a metric of its own, an unknown kind of value makes its number unreadable."""
    found = read(sample("ozon-rating-summary-example.json"))

    assert {name: (r.presence, r.level, r.value, r.kind, r.unit) for name, r in found.items()} == {
        "ozon.on_time": (Presence.SHOWN, Level.OK, Decimal("0.975"), Kind.RATE, Unit.FRACTION),
        "ozon.rating_price_index": (Presence.SHOWN, Level.UNKNOWN, Decimal("1.01"), Kind.SCORE, None),
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
        "ozon.rating_review_avg_score": {"name": "Средняя оценка"},
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
    ("summary", "history", "level", "disputed"),
    [
        (rated(), None, Level.OK, False),
        (rated(), past(0, 0), Level.OK, False),
        (rated(), past(None, None), Level.OK, False),
        (rated(value="0.5"), None, Level.OK, False),
        # Its own thresholds are missed, in two steps: past the second one sales are blocked.
        (rated(value=3), past(Decimal("1.5"), 2), Level.CRITICAL, True),
        (rated(value=Decimal("1.7")), past(Decimal("1.5"), 2), Level.WARNING, True),
        (rated(value=3, rating_direction="NEUTRAL"), past(Decimal("1.5"), 2), Level.OK, False),
        (rated("CRITICAL", 3), past(Decimal("1.5"), 2, 3, red=True), Level.CRITICAL, True),
        (rated("CRITICAL", 3), past(Decimal("1.5"), 2), Level.CRITICAL, False),
        # What the history called the same number; another number says nothing.
        (rated(value=1), past(2, 3, 1, red=True), Level.WARNING, True),
        (rated("CRITICAL", 1), past(2, 3, 1), Level.CRITICAL, True),
        (rated("CRITICAL", 4), past(2, 3, 2), Level.CRITICAL, False),
        # The console gives no verdict: its limit can make it worse, never well.
        (rated("UNKNOWN_STATUS", 3), past(Decimal("1.5"), 2), Level.CRITICAL, False),
        (rated("UNKNOWN_STATUS", 1), past(Decimal("1.5"), 2), Level.UNKNOWN, False),
        (rated("CRITICAL", value_type="UNKNOWN_VALUE"), None, Level.CRITICAL, False),
        (rated("EXCELLENT"), None, None, False),
        (rated(""), None, Level.UNKNOWN, False),
        (rated(value=None), None, None, False),
        (rated(value=777), None, None, False),
        (rated(value_type="UNKNOWN_VALUE"), None, None, False),
        (rated(rating_direction="SIDEWAYS"), past(2, 3), None, False),
    ],
)
def test_a_status_counts_beside_its_thresholds_and_its_history(
    summary: Any, history: Any, level: Level | None, disputed: bool
) -> None:
    """Each source speaks; a red is never swallowed, and what nobody understands is never fine."""
    reading = read(summary, history)["orders.cancellation_rate"]

    assert (reading.level if reading.presence is Presence.SHOWN else None) == level
    assert reading.disputed is disputed


def test_a_rating_that_is_in_the_history_alone_is_told_if_it_is_red() -> None:
    """What the summary leaves out may still be past its line."""
    other = {"rating": "rating_shipment_delay_fbs", "danger_threshold": 5}
    day = {"date_to": "2026-03-01T00:00:00Z", "value": 7, "status": {"danger": True, "warning": True}}

    found = read(rated(), {"ratings": [{**other, "values": [day]}]})

    assert found["orders.late_shipment_rate@fbs"].level is Level.CRITICAL


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
    doc = Document("error_index", {"index": index}, (), "/x", {}, 200, "/x")
    reading = settle(error_index_claims(RECORDER, [doc], FLOW.toml.data["error_index_warns"]))

    assert (reading.level if reading.presence is Presence.SHOWN else None) == level


def test_an_empty_summary_is_not_rated() -> None:
    """No ratings are a statement of the console's; what they lack is not rated, and never green."""
    new = read({"groups": [], "localization_index": [], "premium": False})

    assert new["ozon.on_time"].presence is Presence.NOT_RATED
    assert new["ozon.localization_index"].presence is Presence.NOT_RATED
    assert new["account.badge@premium"].presence is Presence.NONE


def test_a_rating_without_a_code_makes_the_list_unreadable() -> None:
    """What cannot be named is told, and what can is read."""
    summary = rated()
    summary["groups"].append({"group_name": "?", "items": [{"status": "CRITICAL"}]})

    found = read(summary)

    assert found["policy.list@summary"].presence is Presence.UNREADABLE
    assert found["orders.cancellation_rate"].level is Level.OK


def test_an_answer_that_merely_has_errors_is_no_list_of_orders() -> None:
    """Many calls have a list of errors of their own."""
    assert "policy.list@error-orders" not in read(rated(), {"errors": [], "data": {}})
