"""A small seller's life in records, for the tests of the store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from checker.compare import compare
from checker.model import (
    Key,
    Known,
    Level,
    Outcome,
    Presence,
    Reading,
    Registration,
    Run,
    Scope,
    Site,
    Visit,
)
from checker.store import Store, open_store

START = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
US = Site("US", "ATVPDKIKX0DER", "United States", Registration.ACTIVE, handles=(("mons", "1"),))
CA = Site("CA", "A2EUQ1WTGCTBG2", "Canada", Registration.DORMANT, sources=("picker",))
ACCOUNT = ("amazon", "main")
TABLES = (
    "runs", "visits", "readings", "known", "changes", "sites", "incidents", "events", "outbox", "journal"
)  # fmt: skip


def day(number: int) -> datetime:
    """Return the moment of the run of that day."""
    return START + timedelta(days=number)


def key(metric: str = "orders.defect_rate", *, site: str = "US", item: str = "") -> Key:
    """Return a key of the account."""
    return Key(*ACCOUNT, site, metric, item=item)


def reading(of: Key, level: Level | None = Level.OK, on: int = 0, **fields: Any) -> Reading:
    """Return what was shown at a level, or, without one, what could not be read."""
    if level is None:
        return Reading(of, Presence.UNREADABLE, day(on), reason="no_match", **fields)
    return Reading(of, Presence.SHOWN, day(on), level, native=level.value.title(), **fields)


def whole_list(metric: str = "policy.violations", on: int = 0) -> Reading:
    """Return the reading of a list that proves which items there are."""
    return reading(key(metric), on=on, scope=Scope.LIST, covers=metric, value=Decimal(0))


def visit(*readings: Reading, site: Site = US, outcome: Outcome = Outcome.READ, on: int = 0) -> Visit:
    """Return a visit of a site."""
    return Visit(
        *ACCOUNT,
        site,
        outcome,
        readings=readings,
        started_at=day(on),
        finished_at=day(on) + timedelta(minutes=1),
    )


def run_of(*visits: Visit, on: int = 0) -> Run:
    """Return the run of a day, nothing compared yet."""
    return Run(f"run-{on}", day(on), day(on) + timedelta(minutes=5), visits, (), 0)


def tell(store: Store, *visits: Visit, on: int = 0) -> tuple[Run, dict[Key, Known]]:
    """Do what a run does: look up, compare, record; return the run and what is known after it."""
    codes = {one.site.code for one in visits}
    comparison = compare(store.known(*ACCOUNT, codes), visits, day(on))
    run = replace(
        run_of(*visits, on=on),
        changes=comparison.changes,
        events=comparison.events,
        reminders=comparison.reminders,
    )
    store.record(run, comparison.known, {ACCOUNT: [one.site for one in visits]})
    return run, dict(comparison.known)


def contents(path: Path) -> dict[str, list[Any]]:
    """Return every row of every table, after a check that the file is sound."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608


def fill(url: str) -> None:
    """Make a store of several pages, closed, so that all of it is in the one file."""
    with open_store(url) as store:
        tell(store, visit(*(reading(key(f"m{n}"), Level.CRITICAL) for n in range(60))))
