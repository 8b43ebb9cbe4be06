"""What an overview asks for: all that must be looked at, and the rest counted; it comes to the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from checker.compare import acknowledge, compare
from checker.model import (
    DecidedBy,
    Key,
    Known,
    Level,
    Presence,
    Reading,
    Run,
    Scope,
    Site,
    Visit,
)
from checker.model.outcomes import Outcome
from checker.report.confirmed import confirmed_by_place, count_confirmed
from checker.report.findings import open_findings
from checker.report.rollup import Place, roll_up_state
from checker.report.status import status_of
from checker.report.unread import unread_known
from checker.store import Act, Store
from tests.unit.store.story import ON_BOTH, START, day, key, reading, tell, visit
from tests.unit.store.year import RUNS, do_run

_STALE = timedelta(hours=50)
_ACCOUNTS = ("a", "b", "c")
_SITES = (Site("US", "1", "US"), Site("MY", "2", "MY", shop="s 1/ü"), Site("MY", "2", "MY", shop="s-2"))


def _any_reading(dice: random.Random, of: Key, at: datetime) -> Reading:
    """Return a reading of any presence, level and scope."""
    presence = dice.choice([Presence.SHOWN] * 4 + list(Presence))
    level = dice.choice(list(Level)) if presence is Presence.SHOWN else Level.UNKNOWN
    scope = Scope.ITEM if of.item else dice.choice([Scope.METRIC, Scope.ACCOUNT, Scope.LIST])
    decided = dice.choice([DecidedBy.NATIVE, DecidedBy.NOTHING])
    return Reading(of, presence, at, level, scope=scope, native=dice.choice(["", "Fine"]), decided_by=decided)


def _any_visits(dice: random.Random, at: datetime) -> tuple[Visit, ...]:
    metrics = ("account.status", "account.health_rating", "coverage", "m.a", "m.b")
    visits = []
    for alias in _ACCOUNTS:
        for site in dice.sample(_SITES, 2):
            keys = [Key("amazon", alias, site.code, metric, site.shop) for metric in metrics]
            keys += [Key("amazon", alias, site.code, "m.list", site.shop, item=str(n)) for n in range(2)]
            read = [_any_reading(dice, of, at) for of in dice.sample(keys, 5)]
            visits.append(Visit("amazon", alias, site, Outcome.READ, readings=tuple(read), started_at=at))
    return tuple(visits)


def _live(store: Store, dice: random.Random) -> datetime:
    """Record some runs, one of which compares nothing, and have a person acknowledge something."""
    for number in range(6):
        at = START + number * timedelta(hours=30)
        visits = _any_visits(dice, at)
        with store.transaction():
            found = compare(store.all_known(), visits, at)
            known, changes = ({}, ()) if number == 4 else (dict(found.known), found.changes)
            store.record(Run(f"run-{number}", at, at, visits, changes, 0), known, {})
            for of in sorted(store.findings(or_unread=True))[:2]:
                store.act(of, Act(at, "ack", "ann"), partial(_acknowledged, at=at))
    return at + timedelta(hours=1)


def _acknowledged(state: Known, at: datetime) -> Known:
    return acknowledge(state, "ann", "x", at)


def _places(known: dict[Key, Known]) -> list[Place]:
    found = {of.place for of in known}
    return [Place(p.marketplace, p.account, Site(p.site, p.site, p.site, shop=p.shop)) for p in sorted(found)]


@ON_BOTH
@pytest.mark.parametrize("seed", range(5))
def test_every_overview_comes_to_what_it_would_of_all_states(store: Store, seed: int) -> None:
    """Standings, findings, causes, ages and confirmations: of any history, at any age."""
    now = _live(store, random.Random(seed))  # noqa: S311 - a story, not a secret
    for moment in (now, now + timedelta(hours=30), now + timedelta(days=9)):
        known = store.all_known()
        loud, quiet = store.gist(moment - _STALE)
        places = _places(known)

        assert len(loud) + sum(group.count for group in quiet) == len(known)
        assert sum(group.count for group in quiet) > 0
        assert roll_up_state(loud, places, moment, _STALE, quiet) == roll_up_state(
            known, places, moment, _STALE
        )
        assert open_findings(loud, places, moment) == open_findings(known, places, moment)
        assert unread_known(loud, places) == unread_known(known, places)
        whole = status_of(known, places, _ACCOUNTS, (), moment, _STALE)
        assert status_of(loud, places, _ACCOUNTS, (), moment, _STALE, quiet) == whole
        counted = confirmed_by_place(loud.values(), quiet, (), {})
        for place in places:
            here = [state for of, state in known.items() if of.place == place.id]
            assert counted[place.id] == count_confirmed(here, {})


@ON_BOTH
def test_a_year_is_counted_as_it_is_known(store: Store) -> None:
    """What is open, not read or doubted is never among what is counted, run after run."""
    for number in range(RUNS // 4):
        do_run(store, number)
        known = store.all_known()
        loud, quiet = store.gist(START)

        assert store.findings().keys() <= loud.keys()
        assert store.findings(or_unread=True).keys() == {
            of for of, state in known.items() if state.is_open or state.is_unread
        }
        assert sum(group.count for group in quiet) == len(known.keys() - loud.keys())


def test_what_was_read_and_not_judged_is_looked_at(store: Store) -> None:
    """Its state may be worse than its last reading: nobody compared the two."""
    tell(store, visit(reading(key("a"), Level.CRITICAL), reading(key("b"))))
    unjudged = Run(
        "run-9", day(9), day(9), (visit(reading(key("a"), on=9), reading(key("b"), on=9), on=9),), (), 0
    )
    store.record(unjudged, {}, {})

    loud, quiet = store.gist(START)

    assert loud.keys() == {key("a"), key("b")}
    assert quiet == []


ASKED: dict[str, Callable[[Store], Any]] = {
    "show": lambda store: (store.gist(START, ["main"]), store.all_sites(["main"]), store.places(["main"])),
    "show --json": lambda store: store.all_known(["main"]),
    "findings": lambda store: store.changed_last(store.findings(["main"])),
    "history": lambda store: (store.history(key("m1")), store.changes(key("m1")), store.acts(key("m1"))),
    "one site": lambda store: store.known("amazon", "main", ["US"]),
    "known of": lambda store: store.known_of([key("m1"), key("m2")]),
}


def _crowd(store: Store, accounts: int, on: int) -> None:
    visits = []
    for number in range(accounts):
        alias = f"other{on}-{number}"
        of = [Key("amazon", alias, "US", f"m{n}") for n in range(20)]
        read = tuple(reading(one, (Level.OK, Level.CRITICAL, None)[n % 3], on=on) for n, one in enumerate(of))
        visits.append(replace(visit(*read, on=on), account=alias))
    found = compare({}, visits, day(on))
    listed = {("amazon", one.account): [one.site] for one in visits}
    store.record(Run(f"run-{on}", day(on), day(on), tuple(visits), found.changes, 0), found.known, listed)


@pytest.mark.parametrize("question", ASKED)
def test_an_account_costs_the_same_beside_any_number_of_others(
    store: Store, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more statements, and no more steps of the database, for the accounts that were not asked for."""
    for on in range(3):
        tell(store, visit(*(reading(key(f"m{n}"), Level.CRITICAL, on=on) for n in range(20)), on=on), on=on)
    _crowd(store, 2, on=5)
    few = _cost(store, ASKED[question])

    _crowd(store, 60, on=6)
    many = _cost(store, ASKED[question])

    assert many[0] == few[0]
    assert 0 < many[1] <= few[1] * 1.2


def test_an_overview_of_all_reads_no_more_records_for_what_is_in_order(store: Store) -> None:
    """The records it parses are those of what must be looked at, however much else there is."""
    tell(store, visit(reading(key("bad"), Level.CRITICAL), *(reading(key(f"m{n}")) for n in range(5))))
    few = _cost(store, lambda store: store.gist(START))
    loud, _ = store.gist(START)
    tell(store, visit(*(reading(key(f"x{n}"), on=1) for n in range(500)), on=1), on=1)
    many = _cost(store, lambda store: store.gist(START))

    again, quiet = store.gist(START)

    assert many[0] == few[0]
    assert again.keys() == loud.keys() == {key("bad")}
    assert [group.count for group in quiet] == [505]


def _cost(store: Store, ask: Callable[[Store], Any]) -> tuple[int, int]:
    """Return how many statements a question takes, and how many steps of SQLite's machine."""
    statements, steps = [], 0

    def tick() -> int:
        nonlocal steps
        steps += 10
        return 0

    def attach(connection: Any, _: object) -> None:
        connection.set_progress_handler(tick, 10)

    def note(_c: object, _k: object, text: str, *_: object) -> None:
        statements.append(text)

    event.listen(store.engine, "connect", attach)
    event.listen(store.engine, "before_cursor_execute", note)
    ask(store)
    event.remove(store.engine, "connect", attach)
    event.remove(store.engine, "before_cursor_execute", note)
    return len(statements), steps
