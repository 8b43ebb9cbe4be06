"""What a reading of the Amazon flow carries beside its level, and the table of its marketplaces."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from checker.model import Comparator, Outcome, Unit
from checker.testing import Driver, Profile, Story
from fixtures.common import Replica
from flows.amazon import AmazonFlow

FACTS: Final = Path(__file__).resolve().parents[3] / "shared/facts/amazon.md"
_ROW: Final = re.compile(
    r"^\| ([A-Z]{2}) \| (A\w+) \| ([a-z.]+) \| (NA|EU|FE) \| ([A-Z]{3}) \| (\w+) \| (\S+) \|$", re.MULTILINE
)


@pytest.fixture(scope="module")
def healthy(amazon: Driver, profile: Profile) -> Story:
    """Play the healthy scenario once."""
    return amazon.play("healthy", {"US"}, profile=profile)


@pytest.mark.parametrize(
    ("name", "counts", "target", "days"),
    [
        ("orders.defect_rate@mfn", (2, 412), (Comparator.LT, "0.01"), 60),
        ("orders.defect_rate@afn", (3, 1860), (Comparator.LT, "0.01"), 60),
        ("orders.late_shipment_rate", (4, 236), (Comparator.LT, "0.04"), 30),
        ("orders.cancellation_rate", (1, 241), (Comparator.LT, "0.025"), 30),
        ("orders.valid_tracking_rate", (228, 231), (Comparator.GT, "0.95"), 30),
        ("orders.on_time_delivery_rate", (221, 228), (Comparator.GT, "0.9"), 30),
    ],
)
def test_a_rate_carries_its_counts_target_and_window(
    healthy: Story, name: str, counts: tuple[int, int], target: tuple[Comparator, str], days: int
) -> None:
    """A fraction, with what it was counted from, the console's own target, and how far it looks back."""
    reading = healthy.reading("US", name)

    assert [reading.numerator, reading.denominator] == [Decimal(count) for count in counts]
    assert reading.value is not None
    assert abs(reading.value - Decimal(counts[0]) / counts[1]) < Decimal("0.000001")
    assert reading.target is not None
    assert (reading.target.comparator, reading.target.value) == (target[0], Decimal(target[1]))
    assert (reading.window_days, reading.unit) == (days, Unit.FRACTION)


def test_a_violation_carries_all_that_is_listed_of_it(amazon: Driver, profile: Profile) -> None:
    """Reason, article, date, money, action, impact and the day the console's patience ends."""
    story = amazon.play("demo-day-2", {"US"}, profile=profile)
    (reading,) = story.items("US").values()
    details = dict(reading.details)

    assert reading.native == "Variation family mixes different products"
    assert (details["asin"], details["sku"]) == ("B0DEMOLMP2", "LAMP-2C")
    assert set(details) >= {"reason", "date", "title", "at_risk_sales", "action", "impact", "next_steps"}
    assert reading.deadline is not None
    assert 8 <= (reading.deadline - reading.observed_at).days <= 10


@pytest.mark.parametrize("scenario", ["demo-day-2-german", "demo-day-2-chinese", "defects-shape"])
def test_a_deadline_is_read_in_every_language_and_shape(
    amazon: Driver, profile: Profile, scenario: str
) -> None:
    """However its day is written, it is the same day."""
    story = amazon.play(scenario, {"US"}, profile=profile)
    (reading,) = story.items("US").values()

    assert reading.deadline is not None
    assert 8 <= (reading.deadline - reading.observed_at).days <= 10


def test_the_sellers_own_selection_is_put_back(amazon: Driver, amazon_replica: Replica) -> None:
    """After visits to other stores the profile has the store it began with."""
    amazon.play("trading-na", {"CA", "MX"})

    assert set(amazon_replica.state.selections.values()) <= {"US", None}


def test_a_session_that_ends_between_two_sites(amazon: Driver, amazon_replica: Replica) -> None:
    """The next site is not read, nobody signs in again, and the password was sent once."""
    story = amazon.play(
        "session-short",
        {"US", "CA"},
        after_visit=lambda _console, _number: amazon_replica.clock.advance(600, keep_totp=True),
    )

    assert story.outcomes == {"US": Outcome.READ, "CA": Outcome.SESSION_EXPIRED}
    assert sum(request.posted_password for request in story.requests) == 1


@pytest.mark.skipif(not FACTS.is_file(), reason=f"the collected facts are not beside this checkout: {FACTS}")
def test_the_marketplaces_are_those_of_the_facts() -> None:
    """Id, host, currency, locale and zone of all 23, as collected."""
    rows = {
        row.code: (row.native_id, row.host, row.currency, row.locale, row.zone)
        for row in AmazonFlow().toml.sites
    }
    collected = {
        code: (native, f"sellercentral.amazon.{host}", currency, locale, zone)
        for code, native, host, _region, currency, locale, zone in _ROW.findall(FACTS.read_text("utf-8"))
    }

    assert len(collected) == 23
    assert rows == collected
