"""A store that a story filled, and the command line over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checker.compare import compare
from checker.model import Key, Level, Outcome, Presence, Reading, Rules, Run, Scope, Site, Visit, exit_code
from checker.run.execute import Finished
from checker.settings import Settings, load
from checker.store import open_store

TODAY = datetime.now(UTC).replace(microsecond=0)
SITE = {
    code: Site(code, code, label, zone="America/Los_Angeles")
    for code, label in (("US", "United States"), ("CA", "Canada"), ("MX", "Mexico"))
}


def shown(account: str, site: str, metric: str, level: Level, **fields: Any) -> Reading:
    """Return a reading that was shown at a level."""
    key = Key("amazon", account, site, metric, item=fields.pop("item", ""))
    fields.setdefault("native", level.value.upper())
    return Reading(key, Presence.SHOWN, TODAY, level, **fields)


def status(account: str, site: str, level: Level, **fields: Any) -> Reading:
    """Return an account's own status on a site."""
    return shown(account, site, "account.status", level, scope=Scope.ACCOUNT, **fields)


def lost(account: str, site: str, metric: str, reason: str) -> Reading:
    """Return a reading of a widget that could not be read."""
    return Reading(Key("amazon", account, site, metric), Presence.UNREADABLE, TODAY, reason=reason)


def visit(account: str, site: str, *readings: Reading, outcome: Outcome = Outcome.READ) -> Visit:
    """Return one visit."""
    unread = any(reading.presence is Presence.UNREADABLE for reading in readings)
    outcome = Outcome.PARTIAL if unread and outcome is Outcome.READ else outcome
    return Visit("amazon", account, SITE[site], outcome, readings=readings)


@dataclass
class Shop:
    """A seller's settings and store; runs are recorded as the program records them."""

    config: Path
    rules: Rules = field(default_factory=Rules)

    @property
    def settings(self) -> Settings:
        """The settings as loaded."""
        return load(self.config)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.config.parent / "data"

    def record(self, visits: Sequence[Visit], ago: timedelta, fail_on: Level = Level.WARNING) -> Finished:
        """Record a run that ended so long ago, and return what the command line is given of it."""
        at = TODAY - ago
        seen = tuple(
            replace(one, readings=tuple(replace(r, observed_at=at) for r in one.readings)) for one in visits
        )
        accounts = sorted({(one.marketplace, one.account) for one in seen})
        with open_store(self.settings.store.url) as store:
            with store.transaction():
                known: dict[Key, Any] = {}
                for account in accounts:
                    known |= store.known(*account)
                made = compare(known, seen, at, self.rules)
                after = known | dict(made.known)
                code = exit_code(seen, made.changes, after.values(), fail_on)
                run = Run(
                    f"{at:%Y%m%dT%H%M%SZ}-abc123", at, at, seen, made.changes, code, False, made.events,
                    made.reminders,
                )  # fmt: skip
                listed = {
                    account: [one.site for one in seen if (one.marketplace, one.account) == account]
                    for account in accounts
                }
                store.record(run, made.known, listed)
            messages = [one.message for one in store.untold()]
        return Finished(run, after, listed, messages)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Two Amazon accounts and one on eBay, and an empty store."""
    path = tmp_path / "checker.toml"
    accounts = "".join(
        f'[accounts.{alias}]\nmarketplace = "{name}"\nusername = "a"\npassword = "x"\n'
        for alias, name in (("main", "amazon"), ("second", "amazon"), ("bay", "ebay"))
    )
    path.write_text(f'[paths]\ndata_dir = "data"\n{accounts}', encoding="utf-8")
    (tmp_path / "data").mkdir(mode=0o700)
    return Shop(path)


@pytest.fixture
def run_checker(shop: Shop) -> Callable[..., int]:
    """Run one command with the shop's settings, and return its exit code."""
    from checker.cli.main import main

    return lambda *arguments: main([*arguments, "--config", str(shop.config)])
