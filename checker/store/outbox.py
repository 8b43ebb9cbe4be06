"""What is to be told: written with the change it tells of, told after the commit, at least once.

Each message has a name of its own, made of the finding and the number of its transition: told twice, it is
the same message. What a run could not tell, because it ended between the two, the next one tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from checker.model import Change, Event, Key, Run, Tell
from checker.model.wire import WireError, load_event
from checker.store.recall import change_of
from checker.store.tables import changes, events, outbox, readings

__all__ = ["Damaged", "Untold", "mark_told", "untold", "untold_damaged", "write_messages"]

_Row = dict[str, Any]
_REMINDER: Final = "reminder"
_SEPARATOR: Final = "\n"
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Untold:
    """A message nobody was told yet.

    message: its name for good. kind: the verb of its change, or the kind of its event.
    changes: what it tells of; several for an event, none for a reminder.
    """

    message: str
    run_id: str
    kind: str
    tell: Tell
    created_at: datetime
    keys: tuple[Key, ...] = ()
    changes: tuple[Change, ...] = ()
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Damaged:
    """A message that is to be told and cannot be read: set aside, so that it does not keep the others back.

    message: its name for good. why: what is wrong with its row.
    """

    message: str
    run_id: str
    kind: str
    why: str


def write_messages(connection: Connection, run: Run) -> None:
    """Write the messages of a run, in the transaction that writes the run."""
    rows = [*_of_events(run), *_of_changes(run), *_of_reminders(run)]
    if rows:
        connection.execute(insert(outbox), rows)


def _of_events(run: Run) -> Iterator[_Row]:
    for event in run.events:
        row = _row(run, f"{run.run_id}/{event.id}", event.kind.value, Tell.AT_ONCE, event.keys)
        yield {**row, "event_id": event.id}


def _of_changes(run: Run) -> Iterator[_Row]:
    for seq, change in enumerate(run.changes):
        if change.tell is Tell.NOT or change.event:
            continue
        name = f"{change.incident}/{change.number}" if change.incident else f"{run.run_id}/{change.key}"
        row = _row(run, f"{name}/{change.verb.value}", change.verb.value, change.tell, [change.key])
        yield {**row, "change_seq": seq}


def _of_reminders(run: Run) -> Iterator[_Row]:
    """Yield one message for each account, however many findings of it are still open."""
    accounts: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in run.reminders:
        accounts[key.marketplace, key.account].append(key)
    for (marketplace, account), keys in accounts.items():
        name = f"{run.run_id}/{_REMINDER}/{marketplace}/{account}"
        yield _row(run, name, _REMINDER, Tell.DIGEST, keys)


def _row(run: Run, message: str, kind: str, tell: Tell, keys: Iterable[Key]) -> _Row:
    return {
        "message": message,
        "run_id": run.run_id,
        "kind": kind,
        "tell": tell.value,
        "change_seq": None,
        "event_id": None,
        "about": _SEPARATOR.join(map(str, keys)),
        "created_at": run.finished_at,
    }


def untold(connection: Connection) -> list[Untold]:
    """Return the messages nobody was told yet, oldest first, without those that cannot be read."""
    return [one for one in _waiting(connection) if isinstance(one, Untold)]


def untold_damaged(connection: Connection) -> list[Damaged]:
    """Return the messages nobody was told yet and that cannot be read, oldest first.

    Args:
        connection: The store.

    Returns:
        Each by its name: marked as told, it is not spoken of again, and its row stays.
    """
    return [one for one in _waiting(connection) if isinstance(one, Damaged)]


def _waiting(connection: Connection) -> Iterator[Untold | Damaged]:
    statement = (
        select(outbox, events.c.body)
        .select_from(outbox.outerjoin(events, events.c.id == outbox.c.event_id))
        .where(outbox.c.told_at.is_(None))
        .order_by(outbox.c.id)
    )
    for row in connection.execute(statement).all():
        try:
            yield _untold(connection, row)
        except (ValueError, TypeError) as error:
            yield Damaged(row.message, row.run_id, row.kind, str(error)[:_SHOWN])


def _untold(connection: Connection, row: Any) -> Untold:
    return Untold(
        row.message,
        row.run_id,
        row.kind,
        Tell(row.tell),
        row.created_at,
        tuple(Key.parse(text) for text in row.about.split(_SEPARATOR) if text),
        tuple(replace(change, late=True) for change in _changes(connection, row)),
        None if row.body is None else load_event(row.body),
    )


def _changes(connection: Connection, row: Any) -> Iterator[Change]:
    if row.change_seq is None and row.event_id is None:
        return
    mine = changes.c.event == row.event_id if row.change_seq is None else changes.c.seq == row.change_seq
    joined = changes.outerjoin(readings, readings.c.id == changes.c.reading_id)
    statement = select(changes, readings.c.body).select_from(joined)
    statement = statement.where(changes.c.run_id == row.run_id, mine).order_by(changes.c.seq)
    for found in connection.execute(statement):
        yield _told_anyhow(found)


def _told_anyhow(row: Any) -> Change:
    """Return a change, without its reading if that is what cannot be read: that it is red is told."""
    try:
        return change_of(row)
    except WireError:
        return change_of(_Bare(row))


class _Bare:
    """A row of changes without its reading."""

    body = None

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def mark_told(connection: Connection, messages: Iterable[str], at: datetime, by: str) -> None:
    """Note that these messages were told, by what."""
    named = [{"of": message} for message in messages]
    if named:
        statement = update(outbox).where(outbox.c.message == bindparam("of"), outbox.c.told_at.is_(None))
        connection.execute(statement.values(told_at=at, told_by=by), named)
