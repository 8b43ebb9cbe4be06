"""Writing a run into the store: everything, or nothing, in one transaction.

The cost is that of what the run read. No statement here looks at more of the history than the one row
before each key it touches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from checker import __version__
from checker.compare import quiet
from checker.model import Change, Key, Known, Pending, Presence, Reading, Run, Site, Verb, Visit
from checker.model.wire import dump_ack, dump_event, dump_incident, dump_reading, dump_site, load_reading
from checker.store.outbox import write_messages
from checker.store.tables import changes, events, incidents, known, readings, runs, sites, visits
from checker.store.transactions import insert_or_update

__all__ = ["record"]

# Few enough for every database's limit on parameters, many enough that round trips do not count.
_CHUNK: Final = 500

# What of a known row follows each reading of its key.
_MOVING: Final = frozenset({"last_id", "head_id", "quiet", "seen_at"})

_UNREAD: Final = (Presence.UNREADABLE, Presence.NOT_OBSERVED)

T = TypeVar("T")
_Row = dict[str, Any]
_Account = tuple[str, str]


def record(
    connection: Connection,
    run: Run,
    known_after: Mapping[Key, Known],
    listed: Mapping[_Account, Sequence[Site]],
) -> None:
    """Write the run, what it read and changed, what is known after it, and the sites listed."""
    connection.execute(insert(runs), [_run_row(run)])
    visit_ids = _insert(connection, visits, [_visit_row(run, *entry) for entry in enumerate(run.visits)])
    shelf = _Shelf(connection, run, known_after.values())
    shelf.append(
        (reading, visit_id)
        for visit, visit_id in zip(run.visits, visit_ids, strict=True)
        for reading in visit.readings
    )
    shelf.adopt(_mentioned(run.changes, known_after.values()))
    if run.changes:
        rows = [_change_row(run, seq, change, shelf) for seq, change in enumerate(run.changes)]
        connection.execute(insert(changes), rows)
    _write_incidents(connection, run)
    _write_events(connection, run)
    write_messages(connection, run)
    _write_known(connection, run, known_after, shelf)
    for account, account_sites in listed.items():
        _write_sites(connection, run, account, account_sites)


def _mentioned(told: Iterable[Change], states: Iterable[Known]) -> Iterator[Reading]:
    """Yield the readings the rows to come refer to, the older of one key before the newer."""
    for state in states:
        if state.good is not None:
            yield state.good
        if state.pending_down is not None:
            yield state.pending_down.reading
        yield state.last
    yield from (change.reading for change in told if change.reading is not None)


class _Stored(NamedTuple):
    """What the store held of a key before this run."""

    last_id: int
    good_id: int | None
    head_id: int
    down_id: int | None


class _Shelf:
    """The readings of this run on their way into the table, and the row id of each."""

    def __init__(self, connection: Connection, run: Run, states: Iterable[Known]) -> None:
        self._connection = connection
        self._run_id = run.run_id
        self._seq = 0
        self._by_object: dict[int, int] = {}
        self._by_body: dict[str, int] = {}
        self._places: dict[Key, _Row] = {}
        keys = {reading.key for reading in run.readings} | {state.key for state in states}
        keys |= {change.reading.key for change in run.changes if change.reading is not None}
        self._stored = dict(self._look_up(sorted(self.place(key)["key"] for key in keys)))
        self.heads = {key: stored.head_id for key, stored in self._stored.items()}

    def place(self, key: Key) -> _Row:
        """Return the columns that say what a row is about; written out once, as it takes longest."""
        if key not in self._places:
            self._places[key] = {
                "key": str(key),
                "marketplace": key.marketplace,
                "account": key.account,
                "site": key.site,
            }
        return self._places[key]

    def append(self, entries: Iterable[tuple[Reading, int | None]]) -> None:
        """Add a row for each reading, behind the newest row of its key."""
        waiting = [(reading, self._row(reading, visit_id)) for reading, visit_id in entries]
        while waiting:
            # A key read twice in a run needs the id of its first row before its second is written.
            batch: dict[str, tuple[Reading, _Row]] = {}
            later = [entry for entry in waiting if batch.setdefault(entry[1]["key"], entry) is not entry]
            self._write(batch)
            waiting = later

    def adopt(self, mentioned: Iterable[Reading]) -> None:
        """See that each reading has a row: of this run, or an earlier one of its key, else a new one.

        A reading that no page gave, as of an item gone from a list that was read whole, is new.
        """
        strangers = [(reading, dump_reading(reading)) for reading in mentioned if not self._holds(reading)]
        self._recall(
            {self.place(reading.key)["key"] for reading, body in strangers if body not in self._by_body}
        )
        new = {body: reading for reading, body in strangers if body not in self._by_body}
        self.append((reading, None) for reading in new.values())
        self._by_object |= {id(reading): self._by_body[body] for reading, body in strangers}

    def id_of(self, reading: Reading) -> int:
        """Return the row id of a reading that was appended or adopted."""
        return self._by_object[id(reading)]

    def _holds(self, reading: Reading) -> bool:
        return id(reading) in self._by_object

    def _row(self, reading: Reading, visit_id: int | None) -> _Row:
        self._seq += 1
        return {
            "run_id": self._run_id,
            "visit_id": visit_id,
            "seq": self._seq,
            **self.place(reading.key),
            "presence": reading.presence.value,
            "level": reading.level.value,
            "value": None if reading.value is None else str(reading.value),
            "observed_at": reading.observed_at,
            "body": dump_reading(reading),
            "disputed": reading.disputed,
        }

    def _write(self, batch: Mapping[str, tuple[Reading, _Row]]) -> None:
        rows = [{**row, "previous_id": self.heads.get(key)} for key, (_, row) in batch.items()]
        for row_id, (key, (reading, row)) in zip(
            _insert(self._connection, readings, rows), batch.items(), strict=True
        ):
            self.heads[key] = row_id
            self._by_object[id(reading)] = row_id
            self._by_body[row["body"]] = row_id

    def _look_up(self, keys: Sequence[str]) -> Iterator[tuple[str, _Stored]]:
        columns = select(known.c.key, known.c.last_id, known.c.good_id, known.c.head_id, known.c.down_id)
        for chunk in _chunks(keys):
            for key, *ids in self._connection.execute(columns.where(known.c.key.in_(chunk))):
                yield key, _Stored(*ids)

    def _recall(self, keys: set[str]) -> None:
        """Read again what the store refers to for these keys, to tell a reading it has from a new one."""
        ids = {
            row_id for key in keys & self._stored.keys() for row_id in self._stored[key] if row_id is not None
        }
        for chunk in _chunks(sorted(ids)):
            rows = self._connection.execute(
                select(readings.c.id, readings.c.body).where(readings.c.id.in_(chunk))
            )
            for row_id, body in rows:
                # Written anew: an older version may have left out fields that exist now.
                self._by_body.setdefault(dump_reading(load_reading(body)), row_id)


def _run_row(run: Run) -> _Row:
    return {
        "run_id": run.run_id,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "exit_code": run.exit_code,
        "version": __version__,
    }


def _visit_row(run: Run, seq: int, visit: Visit) -> _Row:
    return {
        "run_id": run.run_id,
        "seq": seq,
        "marketplace": visit.marketplace,
        "account": visit.account,
        "site": visit.site.code,
        "registration": visit.site.registration.value,
        "outcome": visit.outcome.value,
        "detail": visit.detail,
        "started_at": visit.started_at,
        "finished_at": visit.finished_at,
        "blocked": visit.blocked,
        "site_body": dump_site(visit.site),
        "notice": visit.notice,
    }


def _change_row(run: Run, seq: int, change: Change, shelf: _Shelf) -> _Row:
    return {
        "run_id": run.run_id,
        "seq": seq,
        "verb": change.verb.value,
        "key": str(change.key),
        "level": change.level.value,
        "level_before": None if change.level_before is None else change.level_before.value,
        "cause": None if change.cause is None else change.cause.kind.value,
        "support": None if change.cause is None else change.cause.support,
        "detail": change.detail,
        "since": change.since,
        "reading_id": None if change.reading is None else shelf.id_of(change.reading),
        "tell": change.tell.value,
        "event": change.event,
        "incident": change.incident,
        "number": change.number,
    }


def _write_incidents(connection: Connection, run: Run) -> None:
    """Note which findings opened, got worse and closed; what is merely still open costs nothing."""
    named = [change for change in run.changes if change.incident]
    opened = [
        {
            "id": change.incident,
            "key": str(change.key),
            "opened_at": change.since,
            "closed_at": None,
            "max_level": change.level.value,
        }
        for change in named
        if change.verb in (Verb.NEW, Verb.REGRESSED) and change.since is not None
    ]
    _upsert(connection, incidents, opened)
    this = incidents.c.id == bindparam("of")
    worse = [{"of": c.incident, "to": _worst(c)} for c in named if c.verb is Verb.WORSENED]
    if worse:
        connection.execute(update(incidents).where(this).values(max_level=bindparam("to")), worse)
    closed = [{"of": c.incident, "to": run.started_at} for c in named if c.verb is Verb.RESOLVED]
    if closed:
        connection.execute(update(incidents).where(this).values(closed_at=bindparam("to")), closed)


def _worst(change: Change) -> str:
    before = change.level_before
    return (before if before is not None and before.worse_than(change.level) else change.level).value


def _write_events(connection: Connection, run: Run) -> None:
    rows = [
        {
            "id": event.id,
            "run_id": run.run_id,
            "seq": seq,
            "kind": event.kind.value,
            "body": dump_event(event),
        }
        for seq, event in enumerate(run.events)
    ]
    if rows:
        connection.execute(insert(events), rows)


def _write_known(connection: Connection, run: Run, states: Mapping[Key, Known], shelf: _Shelf) -> None:
    rows = [_known_row(state, shelf) for state in states.values()]
    _upsert(connection, known, rows)
    # Whatever was read is the last seen, also where nothing was concluded from it.
    unjudged = {reading.key: reading for reading in run.readings if reading.key not in states}
    rows = [
        # What is known besides is not looked at here: so it is not counted as quiet either.
        _known_row(Known(key, last=reading, was_read=reading.presence not in _UNREAD), shelf)
        | {"quiet": None}
        for key, reading in unjudged.items()
    ]
    _upsert(connection, known, rows, kept=set(known.c.keys()) - _MOVING)


def _known_row(state: Known, shelf: _Shelf) -> _Row:
    if state.last.key != state.key:
        raise ValueError(f"{state.key}: its last reading is of {state.last.key}")
    place, counted = shelf.place(state.key), quiet(state)
    return {
        **place,
        # As keys write it: no database holds every text that a page may call a shop by.
        "shop": str(state.key.place).partition("/shop=")[2],
        "quiet": None if counted is None else str(counted),
        "seen_at": state.last.observed_at,
        "last_id": shelf.id_of(state.last),
        "good_id": None if state.good is None else shelf.id_of(state.good),
        "head_id": shelf.heads[place["key"]],
        "opened_at": state.opened_at,
        "had_incident": state.had_incident,
        "vanished": state.vanished,
        "unreadable_streak": state.unreadable_streak,
        "absent_streak": state.absent_streak,
        "not_observed_streak": state.not_observed_streak,
        "absent_since": state.absent_since,
        **_pending_columns("down", state.pending_down, shelf),
        "levels": state.levels,
        "told": None if state.told is None else state.told.value,
        "flapping": state.flapping,
        "number": state.number,
        "incident": None if state.incident is None else dump_incident(state.incident),
        "unreadable_told": state.unreadable_told,
        "flap_told": state.flap_told,
        "was_read": state.was_read,
        "accepted": None if state.accepted is None else dump_ack(state.accepted),
    }


def _pending_columns(name: str, pending: Pending | None, shelf: _Shelf) -> _Row:
    if pending is None:
        return {f"{name}_id": None, f"{name}_reads": None, f"{name}_at": None}
    return {
        f"{name}_id": shelf.id_of(pending.reading),
        f"{name}_reads": pending.reads,
        f"{name}_at": pending.at,
    }


def _write_sites(connection: Connection, run: Run, account: _Account, listed: Sequence[Site]) -> None:
    if not listed:  # a picker that named nothing was not read: it says nothing about what is gone
        return
    marketplace, alias = account
    at = run.finished_at
    connection.execute(
        update(sites).where(sites.c.marketplace == marketplace, sites.c.account == alias).values(listed=False)
    )
    rows = [
        {
            "marketplace": marketplace,
            "account": alias,
            "code": site.code,
            "shop": site.shop,
            "first_seen": at,
            "last_seen": at,
            "listed": True,
            "body": dump_site(site),
        }
        for site in listed
    ]
    _upsert(connection, sites, rows, kept=("first_seen",))


def _insert(connection: Connection, table: Table, rows: list[_Row]) -> list[int]:
    """Insert rows numbered by `seq` and return their ids in the same order."""
    if not rows:
        return []
    # Asked to keep the order itself, SQLAlchemy would insert row by row.
    statement = insert(table).returning(table.c.seq, table.c.id)
    id_of: dict[int, int] = {seq: row_id for seq, row_id in connection.execute(statement, rows)}  # noqa: C416
    return [id_of[row["seq"]] for row in rows]


def _upsert(connection: Connection, table: Table, rows: list[_Row], kept: Collection[str] = ()) -> None:
    """Insert the rows, or put them in place of those of the same key; columns `kept` stay as they were."""
    if not rows:
        return
    new = rows[0].keys() - {*kept, *(column.name for column in table.primary_key)}
    insert_or_update(connection, table, rows, lambda given: {name: given[name] for name in sorted(new)})


def _chunks(items: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
