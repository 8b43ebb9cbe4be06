"""A small seller's life in records, for the tests of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from sqlalchemy import make_url

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
from checker.store.engine import place_of
from checker.store.transactions import open_database, open_file

ON_BOTH: Final = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
"""Has a test use its store twice: in a file, and on a PostgreSQL server."""

START = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
US = Site("US", "ATVPDKIKX0DER", "United States", Registration.ACTIVE, handles=(("mons", "1"),))
CA = Site("CA", "A2EUQ1WTGCTBG2", "Canada", Registration.DORMANT, sources=("picker",))
ACCOUNT = ("amazon", "main")
TABLES: Final = (
    "runs", "visits", "readings", "known", "changes", "sites", "incidents", "events", "outbox", "journal"
)  # fmt: skip
_NUMBERED: Final = ("runs", "visits", "readings", "changes", "outbox", "journal")
_ROWS: Final = "SELECT * FROM {} ORDER BY 1, 2, 3"
# Which table a column of row ids refers to.
_REFERS: Final = {
    "visit_id": "visits", "previous_id": "readings", "reading_id": "readings", "last_id": "readings",
    "good_id": "readings", "head_id": "readings", "up_id": "readings", "down_id": "readings",
}  # fmt: skip


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


def contents(url: str) -> dict[str, list[Any]]:
    """Return every row of every table as it stands, times as text, after a check that a file is sound.

    Rows are numbered from one: where a run was undone, a server leaves the numbers out that it had taken.
    """
    path = place_of(url).path
    engine = open_database(make_url(url), patience=10) if path is None else open_file(path, patience=10)
    with engine.connect() as connection:
        if path is not None:
            assert connection.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        found = {
            table: [dict(row) for row in connection.exec_driver_sql(_ROWS.format(table)).mappings()]
            for table in TABLES
        }
    engine.dispose()
    numbers = {
        table: {row["id"]: number for number, row in enumerate(found[table], start=1)} for table in _NUMBERED
    }
    return {table: [_plain(row, table, numbers) for row in rows] for table, rows in found.items()}


def _plain(row: dict[str, Any], table: str, numbers: dict[str, dict[int, int]]) -> tuple[Any, ...]:
    plain: list[Any] = []
    for column, value in row.items():
        refers = table if column == "id" else _REFERS.get(column, "")
        if refers in numbers and value is not None:
            plain.append(numbers[refers][value])
        elif isinstance(value, datetime):
            plain.append(value.astimezone(UTC).isoformat(timespec="microseconds"))
        else:
            plain.append(value)
    return tuple(plain)


def fill(url: str) -> None:
    """Make a store of several pages, closed, so that all of it is in the one file."""
    with open_store(url) as store:
        tell(store, visit(*(reading(key(f"m{n}"), Level.CRITICAL) for n in range(60))))
