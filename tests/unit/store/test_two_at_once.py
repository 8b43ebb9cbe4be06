"""Two who want the store at once, in one process or on two machines: neither loses what the other did."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from checker.compare import acknowledge
from checker.errors import StoreError
from checker.model import Known, Level, Verb
from checker.store import Act, Store, open_store
from tests.unit.store.story import ACCOUNT, ON_BOTH, contents, day, key, reading, tell, visit

pytestmark = ON_BOTH

RED = visit(reading(key(), Level.CRITICAL))


def _acknowledge(store: Store) -> Known:
    act = Act(day(1), "ack", "ann", "case 7", None, Level.CRITICAL)
    return store.act(key(), act, lambda state: acknowledge(state, "ann", "case 7", day(1)))


def _all_at_once(count: int, work: Callable[[], object]) -> list[object]:
    """Do it in so many threads, none of which begins before all are there."""
    there = threading.Barrier(count)

    def one(_: int) -> object:
        there.wait(60)
        return work()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


def test_an_acknowledgement_given_while_a_run_writes_is_kept(store: Store, url: str) -> None:
    """It waits for the run that has looked the finding up, and is set on what the run made of it."""
    tell(store, RED)
    asked = threading.Event()

    def acknowledge_elsewhere() -> Known:
        with open_store(url) as other:
            asked.set()
            return _acknowledge(other)

    with ThreadPoolExecutor(1) as threads:
        with store.transaction():
            given = threads.submit(acknowledge_elsewhere)
            assert asked.wait(60)
            tell(store, visit(reading(key(), Level.DEACTIVATED, on=1)), on=1)
        after = given.result(60)

    assert after.level is Level.DEACTIVATED
    assert store.known(*ACCOUNT)[key()] == after
    assert after.incident is not None
    assert after.incident.ack is not None
    assert after.incident.ack.level is Level.DEACTIVATED


def test_a_run_that_writes_after_an_acknowledgement_keeps_it(store: Store, url: str) -> None:
    """The run looks up behind whoever is writing, not before."""
    tell(store, RED)
    looked_up = threading.Event()

    def run_elsewhere() -> None:
        with open_store(url) as other, other.transaction():
            looked_up.set()
            tell(other, RED, on=1)

    with ThreadPoolExecutor(1) as threads:
        with store.transaction():
            running = threads.submit(run_elsewhere)
            _acknowledge(store)
            assert not looked_up.is_set()
        running.result(60)

    incident = store.known(*ACCOUNT)[key()].incident
    assert incident is not None
    assert incident.ack is not None


def test_two_runs_of_one_account_tell_a_red_once(store: Store, url: str) -> None:
    """Locks of files keep one machine's runs apart; where two share a database, the second sees the first."""
    numbers = iter(range(1, 5))

    def run_elsewhere() -> list[Verb]:
        with open_store(url) as other, other.transaction():
            run, _ = tell(other, RED, on=next(numbers))
            return [change.verb for change in run.changes]

    tell(store, visit(reading(key())))
    told = _all_at_once(4, run_elsewhere)

    assert sorted(map(str, told)) == sorted(map(str, [[Verb.NEW], [], [], []]))
    assert [one.kind for one in store.untold()].count("new") == 1
    assert len(contents(url)["runs"]) == 5


def test_who_only_looks_sees_one_moment_and_does_not_wait(store: Store, url: str) -> None:
    """While a run writes, the state before it is there."""
    tell(store, RED)
    with open_store(url, patience=0.05) as other:
        with store.transaction():
            tell(store, visit(reading(key(), Level.DEACTIVATED, on=1)), on=1)
            before = other.known(*ACCOUNT)[key()].level
        after = other.known(*ACCOUNT)[key()].level

    assert (before, after) == (Level.CRITICAL, Level.DEACTIVATED)


def test_who_cannot_wait_is_told_who_to_wait_for(store: Store, url: str) -> None:
    """A writer that holds on is named, and nothing is stored beside it."""
    tell(store, RED)
    with open_store(url, patience=0.01) as other:
        with store.transaction():
            try:
                _acknowledge(other)
            except StoreError as refusal:
                told = str(refusal)
        assert _acknowledge(other).incident is not None

    assert "is locked by another program" in told
    assert "Nothing was stored" in told
