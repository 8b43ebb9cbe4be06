"""A seller's store with something of everything, sealed pictures beside it, and a browserless visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from checker.compare import compare
from checker.evidence.manifest import Subject
from checker.evidence.sealing import Sealer
from checker.model import (
    Comparator,
    Key,
    Kind,
    Known,
    Level,
    Outcome,
    Presence,
    Rank,
    Reading,
    Registration,
    Run,
    Scope,
    Site,
    Target,
    Unit,
    Visit,
)
from checker.model.records import Statement
from checker.report.lists import short_id
from checker.serve.app import make_app
from checker.serve.desk import Desk
from checker.serve.gate import Door
from checker.serve.listening import door_of
from checker.settings import Settings, load
from checker.store import open_store
from tests.unit.report.samples import png

NOW = datetime.now(UTC).replace(microsecond=0)
HOSTILE = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>\u202e{{7*7}}"
DEADLINE = NOW + timedelta(days=8, hours=21, minutes=30)
FOLDER = Path("20261201T100000Z-abc123/main/CA")

STATUS = Key("amazon", "main", "CA", "account.status")
RATE = Key("amazon", "main", "US", "orders.late_shipment_rate")
ITEM = Key("amazon", "main", "US", "policy.violations.listing", item="PV-1")
LOST = Key("ebay", "bay", "PROGRAM_UK", "account.level")

SITES = {
    "US": Site("US", "US", "United States", Registration.ACTIVE, zone="America/Los_Angeles"),
    "CA": Site("CA", "CA", "Canada", Registration.PENDING, zone="America/Los_Angeles"),
    "PROGRAM_UK": Site("PROGRAM_UK", "UK", "United Kingdom", Registration.ACTIVE, zone="Europe/London"),
}
SETTINGS = """
[paths]
data_dir = "data"

[accounts.main]
marketplace = "amazon"
username = "a"
password = "x"
name = "极光户外"
owner = "Li Na"

[accounts.bay]
marketplace = "ebay"
username = "b"
password = "y"
owner = "Tom"
"""


def shown(key: Key, level: Level, **fields: Any) -> Reading:
    """Return a reading that was shown at a level."""
    fields.setdefault("native", level.value.upper())
    return Reading(key, Presence.SHOWN, NOW, level, **fields)


def visited(marketplace: str, account: str, site: str, *readings: Reading) -> Visit:
    """Return a visit of a site."""
    unread = any(reading.presence is Presence.UNREADABLE for reading in readings)
    outcome = Outcome.PARTIAL if unread else Outcome.READ
    return Visit(marketplace, account, SITES[site], outcome, readings=readings)


def _rate(value: str, level: Level) -> Reading:
    target = Target(Decimal("0.04"), Comparator.LT)
    return shown(RATE, level, kind=Kind.RATE, value=Decimal(value), unit=Unit.FRACTION, target=target)


def _story() -> Iterator[tuple[timedelta, list[Visit]]]:
    """Yield three mornings: well, a rate beyond its limit, then a disputed red with a violation beside it."""
    fine = shown(STATUS, Level.OK, scope=Scope.ACCOUNT)
    us = replace(fine, key=replace(STATUS, site="US"))
    bay = shown(LOST, Level.OK, native="TOP_RATED")
    ebay = visited("ebay", "bay", "PROGRAM_UK", bay)
    yield (
        timedelta(days=2),
        [
            visited("amazon", "main", "CA", fine),
            visited("amazon", "main", "US", us, _rate("0.01", Level.OK)),
            ebay,
        ],
    )
    bad = _rate("0.055", Level.WARNING)
    yield (
        timedelta(days=1),
        [visited("amazon", "main", "CA", fine), visited("amazon", "main", "US", us, bad), ebay],
    )
    red = shown(
        STATUS,
        Level.CRITICAL,
        scope=Scope.ACCOUNT,
        native="At risk of deactivation",
        disputed=True,
        contradicts="the pill says critical; the code says NORMAL",
        claims=(
            Statement("health: the pill", ".pill", Rank.ATTRIBUTE, level=Level.CRITICAL, native=HOSTILE),
            Statement("health: the status answer", "status", level=Level.OK, native="NORMAL"),
        ),
        link="https://console.example/health",
        evidence=tuple(f"{FOLDER}/{name}" for name in ("account.status-1.png", "page-health-2.png")),
    )
    item = shown(
        ITEM,
        Level.CRITICAL,
        scope=Scope.ITEM,
        deadline=DEADLINE,
        native=HOSTILE,
        details=(("title", HOSTILE), ("asin", "B0EXAMPLE1")),
        link="javascript:alert(3)",
    )
    lost = Reading(LOST, Presence.UNREADABLE, NOW, reason=f"two candidates for {HOSTILE}")
    yield (
        timedelta(hours=1),
        [
            visited("amazon", "main", "CA", red),
            visited("amazon", "main", "US", us, bad, item),
            visited("ebay", "bay", "PROGRAM_UK", lost),
        ],
    )


def record(settings: Settings, days: Sequence[tuple[timedelta, list[Visit]]], first: int = 0) -> None:
    """Record runs that ended so long ago, as the program records them, numbered from `first`."""
    with open_store(settings.store.url) as store:
        for number, (ago, visits) in enumerate(days, first):
            at = NOW - ago
            seen = tuple(
                replace(one, readings=tuple(replace(reading, observed_at=at) for reading in one.readings))
                for one in visits
            )
            with store.transaction():
                known: dict[Key, Known] = {}
                listed: dict[tuple[str, str], list[Site]] = {}
                for one in seen:
                    known |= store.known(one.marketplace, one.account)
                    listed.setdefault((one.marketplace, one.account), []).append(one.site)
                made = compare(known, seen, at)
                run = Run(f"run-{number}", at, at, seen, made.changes, 10, events=made.events)
                store.record(run, made.known, listed)


@dataclass
class Seller:
    """A seller's settings, store and evidence."""

    home: Path
    extra: str = ""
    visitors: list[TestClient] = field(default_factory=list)

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.home / "checker.toml"

    @property
    def settings(self) -> Settings:
        """The settings as loaded."""
        return load(self.config)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.home / "data"

    def made(self) -> Seller:
        """Write settings, store and evidence."""
        self.config.write_text(SETTINGS + self.extra, encoding="utf-8")
        self.data.mkdir(mode=0o700)
        record(self.settings, list(_story()))
        self.seal()
        return self

    def seal(self) -> None:
        """Seal the pictures of the red account."""
        root = self.data / "evidence"
        folder = root / FOLDER
        folder.mkdir(parents=True, mode=0o700)
        (folder / "account.status-1.png").write_bytes(png(60, 20, 40))
        (folder / "page-health-2.png").write_bytes(png(90, 200, 200))
        (folder / "page-health-2.html").write_text("<script>alert(4)</script>", encoding="utf-8")
        sealer = Sealer(root, self.data / "keys", lambda: NOW)
        sealer.seal(FOLDER, "20261201T100000Z-abc123", Subject("amazon", "main", "CA"))

    def desk(self) -> Desk:
        """Return what the pages are drawn from."""
        return Desk(self.settings, lambda: NOW)

    @contextmanager
    def visitor(
        self, host: str = "127.0.0.1", door: Door | None = None, address: str = ""
    ) -> Iterator[TestClient]:
        """Give a visitor of the pages."""
        settings, desk = self.settings, self.desk()
        app = make_app(desk, door or door_of(settings, host, lambda _: None, {}), address)
        try:
            with TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=False) as visitor:
                yield visitor
        finally:
            desk.close()


def csrf(page: str) -> str:
    """Return the token a page's form holds."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def act(visitor: TestClient, key: Key, what: str, **fields: str) -> Any:
    """Send the form of a finding's page, as a browser does."""
    address = f"/finding/{short_id(key)}"
    given = {"csrf": csrf(visitor.get(address).text), "act": what, "by": "Ann", "reason": "seen", "until": ""}
    return visitor.post(address, data=given | fields, headers={"origin": "http://127.0.0.1:8765"})
