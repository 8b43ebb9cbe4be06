"""How a store is connected to, and its two sorts of transaction: one that reads, one that writes.

          reads                                       writes
file      one snapshot of the log                     BEGIN IMMEDIATE: one writer, from the first look on
server    REPEATABLE READ, READ ONLY: one snapshot    one writer, by a lock taken before the first look

Whoever looks up, compares and writes does all of it as the one writer: what somebody else changed in
between (an acknowledgement, another run) is either seen or waits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, NullPool, Table, create_engine, event

from checker.store.sqlitefile import connect

__all__ = ["insert_or_update", "open_database", "open_file", "reading", "writing"]

_WRITING: Final = "checker_writing"
# What writers of a store queue up for; any number will do that no other program on the database uses.
_ONE_WRITER: Final = 0x6D68_6331


def open_file(path: Path, *, patience: float) -> Engine:
    """Return an engine on an existing SQLite file; each transaction has a connection of its own."""
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: _prepared(connect(path, patience=patience)),
        poolclass=NullPool,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def open_database(url: URL, *, patience: float) -> Engine:
    """Return an engine on a PostgreSQL server; `patience` is how many seconds to wait for a writer."""
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    event.listen(engine, "begin", partial(_begin_on_server, patience))
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees the store as it stands at one moment."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give the only connection that may write; what it wrote is kept if nothing was raised, else undone."""
    with engine.execution_options(**{_WRITING: True}).begin() as connection:
        yield connection


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    try:
        for setting in ("synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
            connection.execute(f"PRAGMA {setting}")
    except BaseException:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    # The driver's own transactions begin too late and too weak: two runs that read and then both want to
    # write would refuse each other. IMMEDIATE takes the right to write, or waits for it, at the start.
    options: Any = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITING) else "BEGIN")


def _begin_on_server(patience: float, connection: Connection) -> None:
    options: Any = connection.get_execution_options()
    if not options.get(_WRITING):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return
    # Each statement sees what is committed when it begins: behind the lock, that is all there will be. A
    # snapshot would be of the moment before the wait.
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, int(patience * 1000))}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")


def insert_or_update(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    change: Callable[[Any], Mapping[str, Any]],
) -> None:
    """Insert the rows, or change those of the same primary key.

    change: returns what each column becomes, from the row that was to be inserted.
    """
    # Each dialect brings every driver it knows: only the one in use is imported.
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=change(statement.excluded)), list(rows)
    )
