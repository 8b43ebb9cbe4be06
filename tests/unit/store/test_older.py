"""A store of every schema that ever existed is taken over, whole, by this version (E6)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import select

from checker.compare import compare, may_show
from checker.model import Cause, CauseKind, Key, Level, Place, Presence, Tell, Verb
from checker.store import Store, migrate, open_store
from checker.store.tables import incidents
from checker.store.transactions import reading as db_reading
from checker.store.transactions import writing
from tests.postgresql import Server
from tests.unit.store.older import GREEN, ITEM, LOST, OLDER, OWN, RED, WAITING, WORSE, make_older, named
from tests.unit.store.story import ON_BOTH, contents, day, reading, run_of, tell, visit

RENAMED, OWN_RENAMED = (text.replace("mercadolibre", "mercado_libre") for text in (ITEM, OWN))
OWN_METRIC = OWN_RENAMED.rpartition("/")[2]
SHOP = ("mercado_libre", "tienda")

each = pytest.mark.parametrize("revision", OLDER)


def _taken_over(revisions: Sequence[str]) -> pytest.MarkDecorator:
    """Have a test look at a store of each of these schemas, in a file and on a server, as it is today."""
    both = [(database, revision) for database in ("sqlite", "postgresql") for revision in revisions]
    return pytest.mark.parametrize("taken_over", both, indirect=True, ids="-".join)


@dataclass(frozen=True)
class TakenOver:
    """A store of an older schema that was opened by this version; nothing is written to it."""

    store: Store
    url: str
    revision: str


@pytest.fixture(scope="module")
def taken_over(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TakenOver]:
    """Make one such store for all that only look at it: to take it over costs most of such a test."""
    database, revision = request.param
    with ExitStack() as stack:
        if database == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('older')}/checker.db"
        else:
            server: Server = request.getfixturevalue("server")
            url = server.store()
            stack.callback(server.drop, url)
        make_older(url, revision)
        yield TakenOver(stack.enter_context(open_store(url)), url, revision)


def _key(text: str) -> Key:
    return Key.parse(text)


def test_e6_every_schema_before_this_one_is_there() -> None:
    """Whoever adds a step adds a store of the schema before it."""
    assert f"{int(OLDER[-1]) + 1:04}" == migrate.HEAD


@ON_BOTH
@each
def test_e6_what_was_known_is_known(url: str, path: Path, revision: str) -> None:
    """Levels, findings and their names; no red is told again; what was never read is known as such."""
    make_older(url, revision)

    with open_store(url) as store:
        known = store.all_known()
        run, _ = tell(store, visit(reading(_key(RED), Level.CRITICAL, 2, reason="late")), on=2)

    red, green, lost = (known[_key(text)] for text in (RED, GREEN, LOST))
    assert (red.is_open, red.level, red.was_read) == (True, Level.CRITICAL, True)
    assert red.incident is not None
    assert red.incident.notified_max is Level.CRITICAL
    assert red.good is not None
    assert red.good.cause == Cause(CauseKind.PERFORMANCE, "late")
    assert (red.good.disputed, red.good.claims) == (False, ())
    assert (green.level, green.was_read) == (Level.OK, True)
    assert (lost.never_readable, lost.accepted) == (True, None)
    assert run.changes == ()
    assert path.with_name(f"checker.db.before-{migrate.HEAD}.bak").exists() is url.startswith("sqlite")


@_taken_over(OLDER)
def test_mercado_libre_is_called_by_its_name_everywhere(taken_over: TakenOver) -> None:
    """In keys, columns and bodies: nothing of the old name is left but in what names a message for good."""
    store, revision = taken_over.store, taken_over.revision
    state = store.known(*SHOP)[_key(RENAMED)]
    (entry,) = store.history(_key(RENAMED))
    assert state.good == entry.reading
    assert entry.reading.key == _key(RENAMED)
    assert entry.reading.cause == Cause(CauseKind.UNKNOWN, "a_kind_of_today: x")
    assert store.run("run-0").visits[0].marketplace == "mercado_libre"
    assert [str(one) for one in store.find_keys("V1")] == [RENAMED]
    own = store.known(*SHOP)[_key(OWN_RENAMED)]
    assert (own.is_open, own.level) == (True, Level.CRITICAL)
    assert own.good is not None
    assert own.good.key == own.key
    if revision >= "0002":
        assert store.latch(*SHOP) is not None
        assert store.unanswered(*SHOP) == 2
    if revision >= "0003":
        for text in (RENAMED, OWN_RENAMED):
            assert [act.by for act in store.acts(_key(text))] == ["ann"]
        assert Place(*SHOP, "MLB", "s-1") in store.run("run-0").events[0].places
        assert [one.keys for one in store.untold() if one.kind == "inventory"] == [
            (_key(RENAMED), _key(OWN_RENAMED))
        ]
        assert store.untold_damaged() == []
    rows = contents(taken_over.url)
    assert "mercadolibre" not in str(rows)


@_taken_over(OLDER)
def test_a_cause_that_nobody_knows_keeps_its_words(taken_over: TakenOver) -> None:
    """Of a version that knew other kinds, or an override that wrote one."""
    (change,) = taken_over.store.run("run-0").changes

    assert change.cause == Cause(CauseKind.UNKNOWN, "a_kind_of_today: x")


@ON_BOTH
@each
def test_sites_are_told_apart_by_shop(url: str, revision: str) -> None:
    """A shop the older version listed has its own row, and another one can stand beside it."""
    make_older(url, revision)

    with open_store(url) as store:
        before = store.sites(*SHOP)
        (one,) = before.values()
        two = type(one)("MLB", "A1", "two", shop="s-2")
        store.record(run_of(on=3), {}, {SHOP: [one, two]})
        both = store.sites(*SHOP)
        store.record(run_of(on=4), {}, {SHOP: [two]})

        assert list(before) == [Place(*SHOP, "MLB", "s-1")]
        assert [place.shop for place in both] == ["s-1", "s-2"]
        assert [place.shop for place in store.sites(*SHOP)] == ["s-2"]
        assert store.vanished_sites(*SHOP) == {Place(*SHOP, "MLB", "s-1"): one}


@_taken_over(OLDER)
def test_what_an_older_version_knew_is_looked_at(taken_over: TakenOver) -> None:
    """Nothing is counted unseen that no version of today recorded; every place is found as before."""
    store = taken_over.store
    known = store.all_known()

    assert store.gist(day(0)) == (known, [])
    assert store.places() == {key.place for key in known}
    assert store.known_of(known) == known


@ON_BOTH
def test_what_an_older_version_knew_is_looked_at_until_it_is_read_again(url: str) -> None:
    """A key is counted from the next run of its account on; the shop of each is known."""
    make_older(url, OLDER[-1])

    with open_store(url) as store:
        known = store.all_known()
        loud, quiet = store.gist(day(0))
        run, _ = tell(store, visit(reading(_key(GREEN), on=2)), on=2)
        after, counted = store.gist(day(0))

        assert (loud, quiet) == (known, [])
        assert store.places() == {key.place for key in known}
        assert Place("shopee", "main", "MY", "a b") in store.places()
        assert loud.keys() - after.keys() == {_key(GREEN)}
        assert [(group.place, group.count, group.seen_at) for group in counted] == [
            (_key(GREEN).place, 1, run.started_at)
        ]


@_taken_over(OLDER[2:4])
def test_a_red_that_waited_for_a_second_run_is_open_and_disputed(taken_over: TakenOver) -> None:
    """The older version held it back: today it would have been told, so it is told, and shown as red."""
    store = taken_over.store
    states = {text: store.known("amazon", "main")[_key(text)] for text in (WAITING, WORSE)}
    told = [one for one in store.untold() if one.kind == "new"]
    history = [entry.reading for entry in store.history(_key(WAITING))]

    new, worse = states[WAITING], states[WORSE]
    assert (new.is_open, new.level, new.is_disputed) == (True, Level.CRITICAL, True)
    assert new.opened_at == day(1).astimezone(UTC)
    assert new.incident is not None
    assert new.incident.notified_max is Level.CRITICAL
    assert (worse.level, worse.is_disputed, worse.opened_at) == (Level.DEACTIVATED, True, day(0))
    assert worse.incident is not None
    assert (worse.incident.id, worse.incident.max_level) == ("ghi-1", Level.DEACTIVATED)
    assert may_show(new, fresh=True).level is Level.CRITICAL
    assert [(one.tell, change.verb) for one in told for change in one.changes] == [
        (Tell.AT_ONCE, Verb.NEW),
        (Tell.AT_ONCE, Verb.WORSENED),
    ]
    assert [(one.level, one.disputed) for one in history] == [
        (Level.OK, False),
        (Level.CRITICAL, False),
        (Level.CRITICAL, True),
    ]


@_taken_over(OLDER[2:4])
def test_a_red_that_waited_goes_on_as_any_other(taken_over: TakenOver) -> None:
    """Firm in the next run: no alarm; its incident is one that can close."""
    before = taken_over.store.known("amazon", "main")
    firm = reading(_key(WAITING), Level.CRITICAL, 2)
    day_after = compare(before, [visit(firm)], day(2))

    assert [c for c in day_after.changes if c.key == _key(WAITING)] == []
    assert not day_after.known[_key(WAITING)].is_disputed


@_taken_over(OLDER)
def test_e6_readings_are_append_only_again(taken_over: TakenOver) -> None:
    """What was lifted to write another name is back in its place."""
    for statement in ("UPDATE readings SET level = 'ok'", "DELETE FROM readings"):
        assert _is_refused(taken_over.store, statement)


def _is_refused(store: Store, statement: str) -> bool:
    try:
        with writing(store.engine) as connection:
            connection.exec_driver_sql(statement)
    except Exception as error:  # noqa: BLE001 - each database has its own
        return "append-only" in str(error)
    return False


@each
def test_e6_a_damaged_record_does_not_keep_the_others_back(url: str, path: Path, revision: str) -> None:
    """What cannot be read is left as it is by the step, and found where it is read."""
    make_older(url, revision)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER readings_no_update")
        damaged = connection.execute("UPDATE readings SET body = '{' WHERE key = ?", [named(ITEM, revision)])
        assert damaged.rowcount == 1

    with open_store(url) as store:
        assert store.known("amazon", "main")[_key(RED)].level is Level.CRITICAL
        assert store.known("amazon", "main")[_key(LOST)].last.presence is Presence.UNREADABLE


@ON_BOTH
@pytest.mark.parametrize(
    ("own", "today", "stands", "open_incidents"),
    [
        ("critical", "ok", Level.CRITICAL, ["own-1"]),
        ("critical", "critical", Level.CRITICAL, ["today-1"]),
        ("ok", "critical", Level.CRITICAL, ["today-1"]),
        ("ok", "ok", Level.OK, []),
    ],
)
def test_a_metric_known_by_two_names_is_one(
    url: str, own: str, today: str, stands: Level, open_incidents: list[str]
) -> None:
    """What is open goes on; of two alike the one that was read under the name of today."""
    make_older(url, "0005", own=own, today=today)

    with open_store(url) as store:
        (state,) = [state for key, state in store.known(*SHOP).items() if key.metric == OWN_METRIC]
        with db_reading(store.engine) as connection:
            rows = connection.execute(
                select(incidents.c.id).where(incidents.c.key == OWN_RENAMED, incidents.c.closed_at.is_(None))
            )
            still = sorted(rows.scalars())

    assert (state.level, state.is_open) == (stands, stands.is_red)
    assert still == open_incidents
    assert state.incident is None or [state.incident.id] == open_incidents
