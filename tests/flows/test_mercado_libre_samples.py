"""The public Mercado Libre sample read value by value, and the table of limits held against its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checker.flow import Recorder
from checker.flow.page import Page
from checker.model import Level, Presence, Reading, Site, TargetOrigin
from checker.testing import name_of
from flows.mercado_libre import MercadoLibreFlow
from flows.mercado_libre.block import Printed
from flows.mercado_libre.level import badge_readings, level_reading, protected_reading
from flows.mercado_libre.rates import Seller, rate_readings, sales_readings
from flows.mercado_libre.standing import infraction_readings, status_of
from flows.mercado_libre.thermometer import Thermometer
from tests.samples import sample

FLOW = MercadoLibreFlow()
SITE = Site("BR", "MLB", "Brazil", locale="pt_BR")
RECORDER = Recorder(
    "mercado_libre", "main", SITE, FLOW.version, lambda: datetime(2026, 3, 1, tzinfo=UTC), "pt"
)
EMPTY = Page("reputation", "", 200, "<html lang=pt-BR><body><main></main></body></html>")


def read(body: Any, recorder: Recorder = RECORDER) -> dict[str, Reading]:
    """Return what an answer on the seller comes to, on a page that says nothing itself."""
    level = level_reading(recorder, body, Thermometer(), FLOW.toml, came=True)
    seller = Seller(body, came=True, not_rated=level.presence is Presence.NOT_RATED)
    found = [
        level,
        protected_reading(recorder, body, level, FLOW.toml),
        *badge_readings(recorder, EMPTY, body, FLOW.toml, FLOW.tables, came=True),
        *sales_readings(recorder, seller),
    ]
    for block in FLOW.tables.blocks:
        found += rate_readings(recorder, block, seller, Printed(), FLOW.tables)
    return {name_of(reading.key): reading for reading in found}


def test_a_protected_seller_is_read_value_by_value() -> None:
    """The level shown is green, the one behind the protection red with its last day as deadline."""
    found = read(sample("mercadolibre-users-seller-reputation.json"))

    real = found["account.level@protected"]
    said: dict[str, Any] = {
        name: (reading.level, reading.value, reading.numerator) for name, reading in found.items()
    }
    none = Presence.UNREADABLE
    assert (found["account.level"].level, found["account.level"].native) == (Level.OK, "5_green")
    assert (real.level, real.native) == (Level.CRITICAL, "red")
    assert real.deadline == datetime(2019, 12, 27, 4, tzinfo=UTC)
    assert (found["account.badge"].level, found["account.badge"].native) == (Level.OK, "platinum")
    assert said["orders.claim_rate"] == (Level.OK, 0, 0)
    assert said["orders.claim_rate@real"] == (Level.WARNING, Decimal("0.0912"), 24)
    assert said["orders.late_shipment_rate"] == (Level.OK, 0, 0)
    assert said["orders.late_shipment_rate@real"] == (Level.WARNING, Decimal("0.723"), 47)
    assert said["orders.cancellation_rate"] == (Level.OK, 0, 0)
    assert said["orders.cancellation_rate@real"] == (Level.WARNING, Decimal("0.0228"), 6)
    assert found["orders.claim_rate"].window_days == 60
    assert said["orders.total"] == (Level.UNKNOWN, 244, None)
    assert said["orders.total@historic"] == (Level.UNKNOWN, 6211, None)
    assert {name for name, reading in found.items() if reading.presence is none} == {
        "mercado_libre.mediation_rate"
    }


def test_without_a_protection_nothing_is_hidden() -> None:
    """The two fields are there only while the platform protects; half of them is not believed."""
    body = sample("mercadolibre-users-seller-reputation.json")
    del body["seller_reputation"]["real_level"]
    half = read(body)["account.level@protected"]
    del body["seller_reputation"]["protection_end_date"]

    assert half.presence is Presence.UNREADABLE
    assert read(body)["account.level@protected"].level is Level.OK


def test_the_table_of_limits_is_the_public_one() -> None:
    """Every country, variable and edge of our copy is that of its source."""
    public = sample("mercadolibre-limits-by-site.json")["limits"]

    own = {
        site: {field: list(edges) for field, edges in fields.items()}
        for site, fields in FLOW.tables.limits.items()
    }
    assert own == public


@pytest.mark.parametrize("code", [row.native_id for row in FLOW.toml.sites])
def test_our_own_limit_is_never_more_than_a_warning(code: str) -> None:
    """Far beyond the last edge, and still only a warning: red is what the console colours red."""
    recorder = replace(RECORDER, site=replace(SITE, native_id=code))
    metrics = {
        name: {"period": "60 days", "rate": Decimal("0.9"), "value": 9}
        for name in ("claims", "cancellations", "delayed_handling_time")
    }
    sales = {"period": "60 days", "completed": 10}
    body = {"seller_reputation": {"level_id": "5_green", "metrics": {**metrics, "sales": sales}}}

    found = read(body, recorder)

    for name in ("orders.claim_rate", "orders.cancellation_rate", "orders.late_shipment_rate"):
        target = found[name].target
        assert target is not None
        assert (found[name].level, target.origin) == (Level.WARNING, TargetOrigin.TABLE)


@pytest.mark.parametrize(
    ("status", "level"),
    [
        ({"site_status": "active", "list": {"allow": True}, "sell": {"allow": True}}, Level.OK),
        ({"site_status": "active", "list": {"allow": False}, "sell": {"allow": True}}, Level.DEACTIVATED),
        ({"site_status": "active", "list": {"allow": False}}, Level.DEACTIVATED),
        ({"site_status": "active", "list": {"allow": True}, "sell": {"allow": False}}, Level.CRITICAL),
        ({"site_status": "active", "sell": {"allow": False}}, Level.CRITICAL),
        ({"site_status": "active", "list": {"allow": True}}, Level.UNKNOWN),
        ({"site_status": "active", "list": {"allow": "true"}, "sell": {"allow": True}}, Level.UNKNOWN),
        ({"site_status": "odd", "list": {"allow": True}, "sell": {"allow": True}}, Level.UNKNOWN),
        ({"list": {"allow": True}, "sell": {"allow": True}}, Level.UNKNOWN),
        (None, Level.UNKNOWN),
    ],
)
def test_only_a_status_that_is_whole_is_ok(status: Any, level: Level) -> None:
    """What forbids listing or selling counts by itself; ok needs both permissions and a known word."""
    assert status_of(RECORDER, {"status": status}, FLOW.toml).level is level


def test_an_infraction_is_told_in_words() -> None:
    """Its reason and remedy lose their HTML, its date, kind and listing are kept."""
    row = {
        "id": "MOD-1",
        "date_created": "2026-02-11T10:00:00.000-03:00",
        "element_type": "REV",
        "element_id": "R1",
        "site_id": "MLB",
        "reason": "<p>It <b>breaks</b> &amp; bends</p><style>p {}</style>",
        "remedy": "<ul><li>Mend it</li></ul>",
    }

    item, whole = infraction_readings(RECORDER, [{"infractions": [row], "paging": {"total": 1}}], FLOW.toml)

    assert (item.key.item, item.native) == ("MOD-1", "It breaks & bends")
    assert dict(item.details) == {
        "remedy": "Mend it",
        "date_created": "2026-02-11T10:00:00.000-03:00",
        "element_type": "REV",
        "element_id": "R1",
        "site_id": "MLB",
    }
    assert whole.presence is Presence.SHOWN
