"""A run costs what it read, not what the history holds: counted in the database's own steps, not in time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from checker.model import Level
from checker.store import Store
from tests.unit.store.story import ACCOUNT, CA, key, reading, tell, visit

WIDGETS = 40
_GRAIN = 10


class _Meter:
    """Counts the virtual-machine steps SQLite takes for a store."""

    def __init__(self, store: Store) -> None:
        self.steps = 0
        event.listen(store.engine, "connect", self._attach)

    def _attach(self, connection: sqlite3.Connection, _: object) -> None:
        connection.set_progress_handler(self._tick, _GRAIN)

    def _tick(self) -> int:
        self.steps += _GRAIN
        return 0

    def of(self, work: Callable[[], object]) -> int:
        """Return the steps that `work` takes."""
        before = self.steps
        work()
        return self.steps - before


def _one_run(store: Store, on: int) -> None:
    tell(store, visit(*(reading(key(f"m{n}"), Level.CRITICAL, on=on) for n in range(WIDGETS)), on=on), on=on)


def _plans(store: Store, work: Callable[[], object]) -> list[str]:
    """Return the plan of every SELECT that `work` makes, as SQLite explains it."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    work()
    event.remove(store.engine, "before_cursor_execute", note)
    with store.engine.connect() as connection:
        return [line for one in asked for line in _explain(connection, *one)]


def _explain(connection: Connection, statement: str, parameters: Any) -> list[str]:
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


QUESTIONS: dict[str, Callable[[Store], object]] = {
    "known": lambda store: store.known(*ACCOUNT),
    "known of a site": lambda store: store.known(*ACCOUNT, {"US", "CA"}),
    "history": lambda store: store.history(key("m1")),
    "run": lambda store: store.run("run-1"),
    "last run": lambda store: store.last_run(),
    "sites": lambda store: store.sites(*ACCOUNT),
    "record": lambda store: _one_run(store, 9),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_searched_through(store: Store, question: str) -> None:
    """Every question a run asks is answered over an index; only walking a found chain needs none."""
    _one_run(store, 0)
    _one_run(store, 1)

    plans = _plans(store, lambda: QUESTIONS[question](store))

    assert plans
    assert any("USING" in line for line in plans)
    scans = [line for line in plans if "SCAN" in line and not line.startswith("SCAN chain")]
    assert [line for line in scans if "CONSTANT ROW" not in line] == (
        [] if question != "last run" else ["SCAN runs"]
    )


@pytest.mark.parametrize("question", ["known", "history", "record"])
def test_a_run_costs_the_same_after_many_runs(store: Store, question: str) -> None:
    """The steps of a look-up, a history of fixed length and a recording do not grow with the runs stored."""
    meter = _Meter(store)
    work: dict[str, Callable[[int], object]] = {
        "known": lambda _: store.known(*ACCOUNT, {"US"}),
        "history": lambda _: store.history(key("m1"), limit=2),
        "record": lambda on: _one_run(store, on),
    }
    for on in range(3):
        _one_run(store, on)
    early = meter.of(lambda: work[question](3))

    for on in range(4, 40):
        _one_run(store, on)
    late = meter.of(lambda: work[question](40))

    assert 0 < late <= early * 1.1


@pytest.mark.parametrize("question", ["known", "record"])
def test_a_run_costs_the_same_beside_many_other_sites(store: Store, question: str) -> None:
    """What other sites and accounts hold does not make a site's run dearer."""
    meter = _Meter(store)
    work: dict[str, Callable[[int], object]] = {
        "known": lambda _: store.known(*ACCOUNT, {"US"}),
        "record": lambda on: _one_run(store, on),
    }
    for on in range(3):
        _one_run(store, on)
    early = meter.of(lambda: work[question](3))

    crowd = visit(*(reading(key(f"m{n}", site="CA"), on=4) for n in range(50 * WIDGETS)), site=CA, on=4)
    tell(store, crowd, on=4)
    late = meter.of(lambda: work[question](5))

    assert 0 < late <= early * 1.1


def test_the_statements_of_a_recording_do_not_grow_with_what_was_read(store: Store) -> None:
    """A hundred readings are written in as many statements as one is."""
    counts = []
    tell(store, visit(reading(key("first"))))
    for on, widgets in enumerate((1, 100), start=1):
        statements: list[str] = []
        listen = statements.append
        event.listen(store.engine, "before_cursor_execute", lambda _c, _k, text, *_, to=listen: to(text))
        tell(
            store,
            visit(*(reading(key(f"x{on}-{n}"), Level.CRITICAL, on=on) for n in range(widgets)), on=on),
            on=on,
        )
        counts.append(len(statements))

    assert counts[0] == counts[1]
