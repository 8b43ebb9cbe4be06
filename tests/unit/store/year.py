"""Sixty runs of a made-up year, each through the real store; run as a process that may be killed anywhere.

`python -m tests.unit.store.year URL TOLD KILL_AT`: does the runs not recorded yet, tells their messages by
adding a line to TOLD, and ends itself the hard way just before its KILL_AT-th step (0: never).
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event

from checker.compare import acknowledge, compare, snooze
from checker.model import Known, Level, Outcome, Presence, Reading, Reread, Run, Scope, Visit
from checker.store import Act, Store, open_store
from tests.unit.store.story import ACCOUNT, CA, START, US, key

RUNS = 60
_GAP = timedelta(days=6, hours=2)
_WIDGETS = ("account.status", "orders.defect_rate", "orders.late_rate", "policy.ip", "m.flapping")
_LEVELS = (Level.OK, Level.OK, Level.OK, Level.WARNING, Level.CRITICAL, Level.DEACTIVATED)


def run_of_year(number: int) -> Run:
    """Return the run of that number before anything was compared: always the same."""
    dice = random.Random(number * 7919)  # noqa: S311 - a story, not a secret
    at = START + number * _GAP
    visits = tuple(_visit(dice, site_code, number) for site_code in ("US", "CA"))
    return Run(f"run-{number:03}", at, at + timedelta(minutes=9), visits, (), 0)


def _visit(dice: random.Random, code: str, number: int) -> Visit:
    site, at = (US if code == "US" else CA), START + number * _GAP
    if dice.random() < 0.1:
        lost = (Reading(key(name, site=code), Presence.NOT_OBSERVED, at) for name in _WIDGETS)
        return Visit(*ACCOUNT, site, Outcome.CAPTCHA, readings=tuple(lost), started_at=at)
    readings = [_reading(dice, name, code, number) for name in _WIDGETS]
    items = [item for item in range(4) if dice.random() < 0.5]
    readings += [
        Reading(key("policy.list", site=code, item=f"B0{item}"), Presence.SHOWN, at, Level.CRITICAL,
                scope=Scope.ITEM, deadline=at.replace(hour=0) + timedelta(days=5 * item))
        for item in items
    ]  # fmt: skip
    readings.append(
        Reading(key("policy.whole", site=code), Presence.SHOWN, at, scope=Scope.LIST, covers="policy.list")
    )
    return Visit(*ACCOUNT, site, Outcome.READ, readings=tuple(readings), started_at=at)


def _reading(dice: random.Random, name: str, code: str, number: int) -> Reading:
    of, at = key(name, site=code), START + number * _GAP
    if name == "m.flapping":
        return Reading(of, Presence.SHOWN, at, (Level.OK, Level.CRITICAL)[number % 2])
    match dice.randrange(10):
        case 0:
            return Reading(of, Presence.UNREADABLE, at, reason="no match")
        case 1:
            return Reading(of, Presence.NOT_RATED, at)
        case _:
            reread = dice.choice([Reread.NONE, Reread.AGREES, Reread.DISAGREES])
            level = dice.choice(_LEVELS)
            disputed = level.is_red and reread is Reread.DISAGREES
            return Reading(of, Presence.SHOWN, at, level, reread=reread, disputed=disputed)


def do_run(store: Store, number: int) -> None:
    """Look up, compare and record one run, and what people did that day, in one transaction."""
    run = run_of_year(number)
    with store.transaction():
        comparison = compare(store.known(*ACCOUNT), run.visits, run.started_at)
        done = Run(
            run.run_id, run.started_at, run.finished_at, run.visits, comparison.changes, 0, False,
            comparison.events, comparison.reminders,
        )  # fmt: skip
        store.record(done, comparison.known, {ACCOUNT: [US, CA]})
        for of, state in sorted(store.findings().items())[: number % 3]:
            if state.is_open:
                store.act(of, Act(run.finished_at, "ack", "ann"), _doing(run, number))


def _doing(run: Run, number: int) -> Callable[[Known], Known]:
    until = run.finished_at + timedelta(days=20)
    if number % 2:
        return lambda state: snooze(state, until)
    return lambda state: acknowledge(state, "ann", "seen", run.finished_at, until)


def live(url: str, told: Path, step: Callable[[], None]) -> None:
    """Do every run that is not recorded yet, and tell whatever was not told; `step` comes before each act."""
    with open_store(url) as store:
        event.listen(store.engine, "before_cursor_execute", lambda *_: step())
        event.listen(store.engine, "commit", lambda _: step())
        _tell(store, told, step)
        for number in range(len(store.runs(RUNS + 1)), RUNS):
            do_run(store, number)
            _tell(store, told, step)


def _tell(store: Store, told: Path, step: Callable[[], None]) -> None:
    waiting = [one.message for one in store.untold()]
    if not waiting:
        return
    for message in waiting:
        step()
        with told.open("a", encoding="utf-8") as out:
            out.write(message + "\n")
    step()
    store.mark_told(waiting, START, "file")


def main() -> None:
    """Live until done or killed."""
    url, told, kill_at = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1
        if taken == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    live(url, told, step)


if __name__ == "__main__":
    main()
