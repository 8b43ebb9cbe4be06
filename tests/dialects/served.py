"""The public samples that a console could have sent, and what each must be read as."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import Any, Final

import simplejson

from checker.model import Level, Presence, Reading
from tests.samples import sample

__all__ = ["SERVED", "Served"]

Said = Level | Presence | Decimal


@dataclass(frozen=True)
class Served:
    """A sample in place of one answer of a console.

    entry: the sample's entry that is the answer, where it holds several. of_account: what makes it this
    account's own, by path: a sample is somebody else's. says: what must be read of it.
    """

    file: str
    console: str
    answer: str
    place: str
    says: Mapping[str, Said | tuple[Said, ...]]
    entry: str = ""
    of_account: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file.removesuffix('.json')}-{self.answer}"

    def body(self) -> Any:
        """Return the answer; skip the test where the samples are not there."""
        whole = json.loads(simplejson.dumps(sample(self.file), use_decimal=True))
        body = whole[self.entry] if self.entry else whole
        for path, value in self.of_account.items():
            *way, last = path.split(".")
            reduce(lambda held, part: held[part], way, body)[last] = value
        return body

    def misread(self, readings: Mapping[str, Reading]) -> list[str]:
        """Return what is read otherwise than the sample says."""
        return [
            f"{name} is {_told(readings.get(name))}, not {said}"
            for name, wanted in self.says.items()
            for said in (wanted if isinstance(wanted, tuple) else (wanted,))
            if not _says(readings.get(name), said)
        ]

    def wrong(self, readings: Mapping[str, Reading]) -> list[str]:
        """Return what is read as something else, and not said to be unreadable."""
        unread = {n for n, r in readings.items() if r.presence is Presence.UNREADABLE}
        return [line for line in self.misread(readings) if line.partition(" ")[0] in set(readings) - unread]


def _says(reading: Reading | None, said: Said) -> bool:
    if reading is None:
        return False
    match said:
        case Level():
            return reading.presence is Presence.SHOWN and reading.level is said
        case Presence():
            return reading.presence is said
        case _:
            return reading.value == said


def _told(reading: Reading | None) -> str:
    if reading is None:
        return "not recorded"
    return f"{reading.presence}/{reading.level} {reading.value} {reading.reason}".strip()


_US: Final = "GET https://seller-us.tiktok.com/api/v1"
_VN: Final = "GET https://seller-vn.tiktok.com/api/seller/growth_center"
_SHOP: Final = "MY/20001"

SERVED: Final = (
    Served(
        "ebay-seller-standards-profile-us-current.json",
        "ebay",
        "current",
        "US",
        {
            "account.level": Level.OK,
            "orders.total": (Level.OK, Decimal(720)),
            "ebay.transaction_defect_rate": (Level.OK, Decimal("0.0014")),
            "orders.late_shipment_rate": (Level.OK, Decimal("0.0091")),
        },
    ),
    Served(
        "shopee-get-shop-performance.json",
        "shopee",
        "performance",
        _SHOP,
        {
            "orders.late_shipment_rate": Presence.NOT_RATED,
            "service.response_rate": (Level.WARNING, Decimal("0.57")),
            "policy.violations.ip": (Level.OK, Decimal(0)),
            "shopee.missed_targets@service": (Level.WARNING, Decimal(1)),
        },
    ),
    Served(
        "shopee-get-listings-with-issues.json",
        "shopee",
        "listings",
        _SHOP,
        {
            "policy.violations.prohibited:100963774": Level.CRITICAL,
            "policy.violations.ip:100920076": Level.CRITICAL,
            "policy.violations.listing:100816023": Level.WARNING,
            "policy.list@listings.listing": Decimal(4),
        },
    ),
    Served(
        "shopee-get-late-orders.json",
        "shopee",
        "late_orders",
        _SHOP,
        {
            "shopee.late_orders:220809NFFEFF12": Level.WARNING,
            "shopee.late_orders:220728M3ARD35J": Level.WARNING,
            # Ten rows of nineteen are not the list.
            "policy.list@late-orders": Presence.UNREADABLE,
        },
    ),
    Served(
        "lazada-seller-performance-get.json",
        "lazada",
        "performance",
        "MY",
        {"feedback.positive_rate": Level.OK, "orders.on_time_shipment_rate": Level.WARNING},
        of_account={"data.seller_id": "4200"},
    ),
    Served(
        "mercadolibre-users-seller-reputation.json",
        "mercado_libre",
        "user",
        "BR",
        {
            "account.level@protected": Level.CRITICAL,
            "orders.claim_rate@real": (Level.WARNING, Decimal("0.0912")),
            "orders.total@historic": Decimal(6211),
        },
        of_account={"id": 700100200, "site_id": "MLB"},
    ),
    Served(
        "ozon-rating-summary-example.json",
        "ozon",
        "summary",
        "RU/700101",
        # A third party's mock: a kind of value nobody documents is not read.
        {"ozon.rating_review_avg_score": Presence.UNREADABLE, "ozon.rating_price_index": Decimal("1.01")},
    ),
    Served(
        "tiktok-homepage-xhr.json",
        "tiktok_shop",
        "ahr",
        "US",
        {"account.health_rating": Decimal(189)},
        entry=f"{_US}/account/ahr/score?account_type=2",
    ),
    Served(
        "tiktok-homepage-xhr.json",
        "tiktok_shop",
        "overview",
        "US",
        {
            # Without risk bands nobody judges the points.
            "account.penalty_points": (Level.UNKNOWN, Decimal(0)),
            "tiktok_shop.violations.order_fulfillment@count": Decimal(2),
            "tiktok_shop.violations.risk_fraud@count": Decimal(2),
        },
        entry=f"{_US}/seller/growth_center/violation/overview/get",
    ),
    Served(
        "tiktok-health-xhr-vn.json",
        "tiktok_shop",
        "performance",
        "US",
        {"orders.fast_dispatch_rate": Decimal("0.96"), "service.response_rate@12h": Presence.UNREADABLE},
        entry=f"{_VN}/performance/list",
    ),
    Served(
        "tiktok-health-xhr-vn.json",
        "tiktok_shop",
        "overview",
        "US",
        {"account.penalty_points": (Level.OK, Decimal("4.8"))},
        entry=f"{_VN}/violation/overview/get",
    ),
)
