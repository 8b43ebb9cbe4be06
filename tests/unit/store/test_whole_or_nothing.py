"""A run is stored wholly or not at all, whatever happens on the way, and what is stored stays (B1, B6)."""

from __future__ import annotations

import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError

from checker.errors import StoreError
from checker.model import Level, Scope
from checker.model.wire import dump_visit
from checker.store import Store, open_store
from checker.store.transactions import writing
from tests.unit.store.story import ACCOUNT, CA, ON_BOTH, contents, key, reading, tell, visit, whole_list

FIRST = (
    visit(
        whole_list(),
        reading(key(), Level.WARNING),
        reading(key("policy.violations", item="a"), Level.CRITICAL, scope=Scope.ITEM),
    ),
    visit(reading(key(site="CA")), site=CA),
)
# Reads, changes, loses an item, repeats a key, keeps a good reading behind an unreadable one.
SECOND = visit(
    whole_list(on=1),
    reading(key(), None, on=1),
    reading(key("other"), Level.CRITICAL, on=1),
    reading(key("other"), Level.CRITICAL, on=1),
    on=1,
)
# Run, visits, look-up, readings twice, look-back, the lost item, changes, incidents, messages, known, sites
# twice; before them a file is told to BEGIN, a server how it is to be read, how long to wait, and to wait.
STATEMENTS = {"sqlite": 1 + 13, "postgresql": 3 + 13}
EACH = pytest.mark.parametrize(
    ("url", "number"),
    [(kind, number) for kind, last in STATEMENTS.items() for number in range(1, last + 1)],
    indirect=["url"],
)

# Runs in a process of its own, which ends itself the hard way just before its n-th statement, or its commit.
_VICTIM = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from checker.compare import compare
from checker.model import Run
from checker.model.wire import load_visit
from checker.store import open_store

url, text, last = sys.argv[1], Path(sys.argv[2]).read_text(), int(sys.argv[3])
visit = load_visit(text)
store = open_store(url)
comparison = compare(store.known("amazon", "main"), [visit], visit.started_at)
seen = []

def count(*_):
    seen.append(1)
    if len(seen) == last:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(store.engine, "before_cursor_execute", count)
event.listen(store.engine, "commit", lambda _: os.kill(os.getpid(), signal.SIGKILL))
run = Run("run-1", visit.started_at, visit.finished_at, (visit,), comparison.changes, 0)
store.record(run, comparison.known, {("amazon", "main"): [visit.site]})
"""


class _PulledPlugError(Exception):
    """What no code expects."""


@contextmanager
def _failing_at(store: Store, number: int, error: Exception) -> Iterator[list[str]]:
    """Raise `error` in place of the n-th statement, and give the statements as they come."""
    statements: list[str] = []

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)
        if len(statements) == number:
            raise error

    event.listen(store.engine, "before_cursor_execute", fail)
    yield statements
    event.remove(store.engine, "before_cursor_execute", fail)


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store that knows of one run."""
    tell(store, *FIRST)
    return store


@contextmanager
def _full_disk(free: int, path: Path) -> Iterator[None]:
    """Let no file grow beyond the size of the store and `free` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + free, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _refusal(url: str) -> Exception:
    """Return what a driver raises when its database will not."""
    if url.startswith("sqlite"):
        return sqlite3.OperationalError("unforeseen")
    return DBAPIError("INSERT", {}, psycopg.errors.CheckViolation("unforeseen"))


def _record_second(store: Store) -> Callable[[], object]:
    """Return the recording of the second run, ready but for the writing."""
    prepared: list[Any] = []
    original = store.record
    store.record = lambda *arguments: prepared.extend(arguments)  # type: ignore[method-assign]
    tell(store, SECOND, on=1)
    store.record = original  # type: ignore[method-assign]
    return lambda: store.record(*prepared)


@ON_BOTH
def test_the_number_of_statements_is_known(filled: Store, url: str) -> None:
    """The two tests below fail at every statement there is."""
    record = _record_second(filled)

    with _failing_at(filled, 0, _PulledPlugError()) as statements:
        record()

    assert len(statements) == STATEMENTS[url.partition(":")[0]], statements


@EACH
def test_a_failure_in_the_middle_stores_nothing(filled: Store, number: int, url: str) -> None:
    """Whichever statement fails, the store is as before, and the same run can be stored afterwards."""
    before = contents(url)
    record = _record_second(filled)

    with _failing_at(filled, number, _PulledPlugError()), pytest.raises(_PulledPlugError):
        record()

    assert contents(url) == before
    record()
    assert filled.history(key())[-1].run_id == "run-1"


@EACH
def test_a_refusal_of_the_database_is_told(filled: Store, path: Path, number: int, url: str) -> None:
    """Whichever statement the database refuses, it ends as a StoreError with a next step."""
    before = contents(url)
    record = _record_second(filled)

    with (
        _failing_at(filled, number, _refusal(url)),
        pytest.raises(
            StoreError, match=r"(?s)the store .* refused \(unforeseen\).*Nothing was stored"
        ) as told,
    ):
        record()

    assert filled.place.name in str(told.value)

    assert contents(url) == before


@ON_BOTH
@pytest.mark.parametrize("last", [2, 5, 9, 14, 0])
def test_a_killed_run_leaves_the_state_before_it(filled: Store, path: Path, url: str, last: int) -> None:
    """After kill -9 within a recording, or just before its commit, the store is sound and as it was."""
    before = contents(url)
    known = filled.known(*ACCOUNT)
    script = path.with_name("visit.json")
    script.write_text(dump_visit(SECOND))

    ended = subprocess.run(
        [sys.executable, "-c", _VICTIM, url, str(script), str(last)],
        check=False,
        capture_output=True,
        timeout=300,
    )

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with open_store(url) as store:
        assert store.known(*ACCOUNT) == known
        tell(store, SECOND, on=1)
    assert len(contents(url)["runs"]) == len(before["runs"]) + 1


@pytest.mark.parametrize("free", [0, 20_000, 60_000])
def test_a_full_disk_stores_nothing(filled: Store, path: Path, url: str, free: int) -> None:
    """A disk that fills up within a recording costs that recording, never what was there."""
    before = contents(url)
    many = visit(*(reading(key(f"m{n}"), Level.CRITICAL, on=1) for n in range(300)), on=1)

    with _full_disk(free, path), pytest.raises(StoreError, match="Nothing was stored"):
        tell(filled, many, on=1)

    assert contents(url) == before
    with open_store(url) as store:
        tell(store, many, on=1)
        assert len(store.known(*ACCOUNT, {"US"})) == 303


@ON_BOTH
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE readings SET level = 'ok'",
        "DELETE FROM readings",
        "UPDATE readings SET previous_id = 1 WHERE id = 2",
    ],
)
def test_a_reading_is_never_altered(filled: Store, url: str, statement: str) -> None:
    """The store itself refuses to change or delete what was read, whoever asks."""
    before = contents(url)

    with pytest.raises(IntegrityError, match="append-only"), writing(filled.engine) as connection:
        connection.exec_driver_sql(statement)

    assert contents(url) == before


def test_b8_a_backup_made_during_a_recording_is_the_state_before_it(
    filled: Store, path: Path, url: str
) -> None:
    """A copy shows one committed moment, however far the run beside it has come (B8)."""
    before = contents(url)
    record = _record_second(filled)
    copies: list[Path] = []

    def copy(*_: object) -> None:
        copies.append(path.with_name(f"copy-{len(copies)}.db"))
        filled.backup(copies[-1])

    event.listen(filled.engine, "before_cursor_execute", copy)
    record()
    event.remove(filled.engine, "before_cursor_execute", copy)

    assert len(copies) == STATEMENTS["sqlite"]
    assert all(contents(f"sqlite:///{one}") == before for one in copies)
    assert contents(url) != before
