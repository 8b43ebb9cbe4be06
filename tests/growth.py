"""Does a run cost more the longer the history is? `python -m tests.growth [READINGS] [RUNS] [FOLDER]`.

A measurement, no test. One store has one run of history, the other a thousand; both then look up, compare
and record runs of 100,000 readings. Told are processor time and the steps of SQLite's machine, the least of
three tries. Each run of the long history reads a few hundred of the keys in turn: a thousand runs of a
hundred thousand readings would be seventy gigabytes.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event

from checker.compare import compare
from checker.model import Key, Known, Level, Outcome, Presence, Reading, Run, Visit
from checker.store import Store, open_store
from tests.unit.store.story import ACCOUNT, START, US

_TRIES, _GRAIN, _FEW, _BATCH = 3, 1000, 300, 100
_DAY = timedelta(days=1)


@dataclass
class Meter:
    """Counts the steps SQLite's machine takes."""

    steps: int = 0

    def attach(self, connection: sqlite3.Connection, _: object) -> None:
        """Count on this connection."""
        connection.set_progress_handler(self._tick, _GRAIN)

    def _tick(self) -> int:
        self.steps += _GRAIN
        return 0


def _readings(count: int, number: int, first: int = 0) -> tuple[Reading, ...]:
    at = START + number * _DAY
    levels = (Level.OK, Level.OK, Level.OK, Level.WARNING, Level.CRITICAL)
    return tuple(
        Reading(Key(*ACCOUNT, "US", f"m.{of}"), Presence.SHOWN, at, levels[of % 5], native="Word")
        for of in range(first, first + count)
    )


def _do(store: Store, readings: tuple[Reading, ...], number: int) -> dict[Key, Known]:
    at = START + number * _DAY
    visit = Visit(*ACCOUNT, US, Outcome.READ, readings=readings, started_at=at)
    with store.transaction():
        found = compare(store.known(*ACCOUNT), [visit], at)
        store.record(
            Run(f"run-{number}", at, at, (visit,), found.changes, 0, False, found.events, found.reminders),
            found.known,
            {},
        )
    return dict(found.known)


def _history(store: Store, count: int, runs: int) -> None:
    _do(store, _readings(count, 0), 0)
    few = min(_FEW, count)
    for start in range(1, runs, _BATCH):
        # One transaction for many runs: the history is laid down here, not measured.
        with store.transaction():
            for number in range(start, min(start + _BATCH, runs)):
                at = START + number * _DAY
                read = _readings(few, number, number * few % (count - few + 1))
                visit = Visit(*ACCOUNT, US, Outcome.READ, readings=read, started_at=at)
                store.record(Run(f"run-{number}", at, at, (visit,), (), 0), {}, {})


def _measured(folder: Path, count: int, runs: int) -> tuple[float, int]:
    """Return the least processor seconds and steps of three runs after so many of history."""
    with open_store(f"sqlite:///{folder / f'{runs}.db'}") as store:
        _history(store, count, runs)
        meter = Meter()
        event.listen(store.engine, "connect", meter.attach)
        tries = []
        for attempt in range(_TRIES):
            meter.steps, before = 0, time.process_time()
            _do(store, _readings(count, runs + attempt), runs + attempt)
            tries.append((time.process_time() - before, meter.steps))
    return min(seconds for seconds, _ in tries), min(steps for _, steps in tries)


def main() -> None:
    """Measure, and print the two costs and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with tempfile.TemporaryDirectory(dir=sys.argv[3] if len(sys.argv) > 3 else None) as name:
        few, many = (_measured(Path(name), count, n) for n in (1, runs))
    sys.stdout.write(
        f"{count} readings after 1 run: {few[0]:.1f} s, {few[1]} steps\n"
        f"{count} readings after {runs} runs: {many[0]:.1f} s, {many[1]} steps\n"
        f"ratio: time {many[0] / few[0]:.3f}, steps {many[1] / few[1]:.3f}\n"
    )


if __name__ == "__main__":
    main()
