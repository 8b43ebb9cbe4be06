"""A made-up run with something of everything, as the reports are shown it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from checker.compare import compare
from checker.model import (
    Cause,
    CauseKind,
    Change,
    Comparator,
    DecidedBy,
    Event,
    Key,
    Kind,
    Known,
    Level,
    Origin,
    Outcome,
    Presence,
    Reading,
    Registration,
    Run,
    Scope,
    Site,
    Target,
    TargetOrigin,
    Unit,
    Visit,
)
from checker.report.rollup import Place

DAY_ONE = datetime(2025, 11, 23, 4, 12, tzinfo=UTC)
DAY_TWO = datetime(2025, 11, 24, 4, 12, tzinfo=UTC)
NOW = DAY_TWO + timedelta(minutes=6)

SITES = {
    "US": Site("US", "ATVPDKIKX0DER", "United States", Registration.ACTIVE, "US", zone="America/Los_Angeles"),
    "CA": Site("CA", "A2EUQ1WTGCTBG2", "Canada", Registration.PENDING, "CA", zone="America/Los_Angeles"),
    "MX": Site("MX", "A1AM78C64UM0Y8", "Mexico", Registration.PENDING, "MX", zone="America/Los_Angeles"),
    "JP": Site("JP", "A1VC38T7YXB528", "Japan", Registration.NOT_REGISTERED, "JP", zone="Asia/Tokyo"),
    "DE": Site("DE", "A1PA6795UKMFR9", "Germany", Registration.DORMANT, "DE", zone="Europe/Berlin"),
    "UK": Site("UK", "A1F83G8C2ARO7P", "United Kingdom", Registration.ACTIVE, "UK", zone="Europe/London"),
    "AU": Site("AU", "A39IBJ37TRP1C6", "Australia", Registration.PENDING, "AU", zone="Australia/Sydney"),
    "PL": Site("PL", "A1C3SOZRARQ6R3", "Poland", Registration.ACTIVE, "PL", zone="Europe/Warsaw"),
}


def reading(site: str, metric: str, at: datetime = DAY_TWO, **fields: Any) -> Reading:
    """Return a reading of account `main`, shown and ok unless told otherwise."""
    key = Key("amazon", fields.pop("account", "main"), site, metric, variant=fields.pop("variant", ""),
              item=fields.pop("item", ""))  # fmt: skip
    presence = fields.setdefault("presence", Presence.SHOWN)
    fields.setdefault("level", Level.OK if presence is Presence.SHOWN else Level.UNKNOWN)
    decided = DecidedBy.NATIVE if presence is Presence.SHOWN else DecidedBy.NOTHING
    fields.setdefault("decided_by", decided)
    return Reading(key, observed_at=at, flow="amazon 1.0", **fields)


def status(site: str, at: datetime = DAY_TWO, **fields: Any) -> Reading:
    """Return the account's own status on a site."""
    fields.setdefault("native", "NORMAL")
    return reading(site, "account.status", at, scope=Scope.ACCOUNT, language="en", **fields)


def rating(site: str, value: int, at: datetime = DAY_TWO, **fields: Any) -> Reading:
    """Return the account's health rating on a site."""
    target = Target(Decimal(200), Comparator.GTE)
    return reading(
        site, "account.health_rating", at, scope=Scope.ACCOUNT, kind=Kind.SCORE, unit=Unit.POINTS,
        value=Decimal(value), target=target, window_days=180, **fields)  # fmt: skip


def rate(site: str, metric: str, part: int, whole: int, limit: str, at: datetime, **fields: Any) -> Reading:
    """Return a rate with its counts and its limit."""
    higher = "tracking" in metric or "delivery" in metric
    comparator = Comparator.GT if higher else Comparator.LT
    fields.setdefault("window_days", 30)
    fields.setdefault("native", "GOOD")
    return reading(
        site, metric, at, kind=Kind.RATE, unit=Unit.FRACTION, value=Decimal(part) / Decimal(whole),
        numerator=Decimal(part), denominator=Decimal(whole), target=Target(Decimal(limit), comparator),
        origin=Origin("dashboard", "answer:summary", "orderDefectMetrics.metrics.MFN"), **fields)  # fmt: skip


def count(site: str, metric: str, number: int, at: datetime, **fields: Any) -> Reading:
    """Return a policy counter, whose limit is none at all."""
    fields.setdefault("level", Level.CRITICAL if number else Level.OK)
    fields.setdefault("native", "BAD" if number else "GOOD")
    return reading(
        site, metric, at, kind=Kind.COUNT, unit=Unit.COUNT, value=Decimal(number), window_days=180,
        target=Target(Decimal(0), Comparator.EQ), **fields)  # fmt: skip


def rates(site: str, at: datetime, *, late: int = 9) -> list[Reading]:
    """Return the rates of a site that trades."""
    bad: dict[str, Any] = {"level": Level.WARNING, "native": "AT_RISK"} if late > 40 else {}
    return [
        rate(site, "orders.defect_rate", 7, 2000, "0.01", at, variant="mfn", window_days=60),
        reading(site, "orders.defect_rate", at, variant="afn", presence=Presence.NOT_RATED, kind=Kind.RATE),
        rate(site, "orders.late_shipment_rate", late, 1000, "0.04", at, **bad),
        rate(site, "orders.cancellation_rate", 1, 400, "0.025", at, window_days=7),
        rate(site, "orders.valid_tracking_rate", 985, 1000, "0.95", at),
        reading(
            site, "orders.on_time_delivery_rate", at, kind=Kind.RATE, unit=Unit.FRACTION,
            value=Decimal("0.968"), target=Target(Decimal("0.9"), Comparator.GTE, TargetOrigin.TABLE),
            level=Level.OK, decided_by=DecidedBy.TABLE, window_days=30),
        count(site, "policy.violations.ip", 0, at, variant="received"),
        count(site, "policy.violations.ip", 0, at, variant="suspected"),
        count(site, "policy.violations.authenticity", 0, at),
        count(site, "policy.violations.condition", 0, at),
        count(site, "policy.violations.safety", 0, at, variant="food"),
        count(site, "policy.violations.prohibited", 0, at),
    ]  # fmt: skip


VIOLATION: dict[str, Any] = {
    "native": "Listing removed",
    "language": "en",
    "level": Level.CRITICAL,
    "scope": Scope.ITEM,
    "reason": "Keyword misuse: brand name of another seller in the title",
    "deadline": datetime(2025, 12, 3, 7, 59, tzinfo=UTC),
    "link": "https://sellercentral.amazon.com/performance/account/health/product-policies?t=list",
    "details": (
        ("asin", "B0EXAMPLE1"),
        ("sku", "LAMP-BLK-02"),
        ("title", "Desk lamp with wireless charger, black"),
        ("date", "Nov 22, 2025"),
        ("action", "Listing removed"),
        ("impact", "High, −8 points"),
    ),
    "evidence": ("run2/US/violation-crop.png", "run2/US/page-policies-d2.png"),
}


def first_day() -> list[Visit]:
    """Return a run in which all is well."""
    us = [status("US", DAY_ONE), rating("US", 824, DAY_ONE), *rates("US", DAY_ONE)]
    us += [count("US", "policy.violations.listing", 0, DAY_ONE), *_list("US", DAY_ONE, 0)]
    uk = [status("UK", DAY_ONE), rating("UK", 412, DAY_ONE), *rates("UK", DAY_ONE)]
    pl = [status("PL", DAY_ONE), rating("PL", 260, DAY_ONE), *rates("PL", DAY_ONE, late=58)]
    never = [_never(site, DAY_ONE) for site in ("CA", "MX", "JP", "AU")]
    de = [status("DE", DAY_ONE, presence=Presence.NOT_RATED, native="GOOD")]
    return [visit("US", us), visit("UK", uk), visit("PL", pl), visit("DE", de), *never]


def second_day() -> list[Visit]:
    """Return the run of a day later: three reds on sites never opened, one violation, one site not read."""
    us = [status("US"), rating("US", 812, evidence=("run2/US/page-dashboard-d1.png",)), *rates("US", DAY_TWO)]
    us += [
        count("US", "policy.violations.listing", 1, DAY_TWO, evidence=("run2/US/page-policies-d2.png",)),
        reading("US", "policy.violations.listing", item="V-7741", **VIOLATION),
        *_list("US", DAY_TWO, 1),
    ]
    us[8] = replace(us[8], presence=Presence.UNREADABLE, level=Level.UNKNOWN, value=None,
                    decided_by=DecidedBy.NOTHING, reason="two candidates for .sp-middle-col",
                    evidence=("run2/US/page-dashboard-d1.png",))  # fmt: skip
    red = {
        site: status(
            site, native="Unhealthy", level=Level.CRITICAL,
            reason="Your account is at risk of deactivation", evidence=(f"run2/{site}/status-crop.png",
            f"run2/{site}/page-dashboard-d1.png"), link=f"https://sellercentral.amazon.{host}/performance/dashboard")
        for site, host in (("CA", "ca"), ("MX", "com.mx"), ("JP", "co.jp"))
    }  # fmt: skip
    red["CA"] = replace(
        red["CA"], deadline=datetime(2026, 1, 23, 8, 0, tzinfo=UTC),
        cause=Cause(
            CauseKind.IDENTITY_CHECK, "the banner asks for identity documents within 60 days"))  # fmt: skip
    red["JP"] = replace(red["JP"], native="健全でない", language="ja", reason="")
    pl = [status("PL"), rating("PL", 262), *rates("PL", DAY_TWO, late=58)]
    de = [status("DE", presence=Presence.NOT_RATED, native="GOOD")]
    return [
        visit("US", us),
        visit("PL", pl),
        visit("CA", [red["CA"], rating("CA", 92, level=Level.CRITICAL, native="ahr-status-badge-critical",
                                       evidence=("run2/CA/page-dashboard-d1.png",))]),
        visit("MX", [red["MX"]]),
        visit("JP", [red["JP"]]),
        visit("DE", de),
        visit("UK", [], Outcome.CAPTCHA, "a picture puzzle stood where the dashboard should be"),
        _never("AU", DAY_TWO),
    ]  # fmt: skip


def visit(site: str, readings: list[Reading], outcome: Outcome = Outcome.READ, detail: str = "") -> Visit:
    """Return a visit of account `main`."""
    return Visit("amazon", "main", SITES[site], outcome, detail, tuple(readings))


def _never(site: str, at: datetime) -> Visit:
    absent = [status(site, at, presence=Presence.NOT_REGISTERED, native="pending registration")]
    return Visit("amazon", "main", SITES[site], Outcome.READ, "", tuple(absent))


def _list(site: str, at: datetime, items: int) -> list[Reading]:
    covers = "policy.violations.listing"
    presence = Presence.SHOWN if items else Presence.NONE
    return [reading(site, "policy.list", at, variant="listing", scope=Scope.LIST, presence=presence,
                    level=Level.UNKNOWN, kind=Kind.COUNT, covers=covers,
                    value=Decimal(items) if items else None)]  # fmt: skip


@dataclass(frozen=True)
class Story:
    """What a report is made from."""

    run: Run
    known: Mapping[Key, Known]
    places: tuple[Place, ...]


def story(*days: list[Visit], dry_run: bool = False) -> Story:
    """Return the last of `days` as a run, compared with those before it."""
    known: dict[Key, Known] = {}
    changes: tuple[Change, ...] = ()
    events: tuple[Event, ...] = ()
    for number, visits in enumerate(days, start=1 - len(days)):
        comparison = compare(known, visits, DAY_TWO + timedelta(days=number))
        known |= comparison.known
        changes, events = comparison.changes, comparison.events
    run = Run("20251124T041200Z-7f3a", DAY_TWO, NOW, tuple(days[-1]), changes, 10, dry_run, events)
    return Story(run, known, tuple(Place("amazon", "main", site) for site in SITES.values()))


def two_days() -> Story:
    """Return the story of the demo: all well, then three sites red and one violation."""
    return story(first_day(), second_day())


def quiet() -> Story:
    """Return a run that reads again what was read before."""
    return story(first_day(), second_day(), second_day())


def png(width: int = 4, height: int = 3, shade: int = 128) -> bytes:
    """Return a small real picture."""
    rows = b"".join(b"\x00" + bytes([shade]) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data) for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
