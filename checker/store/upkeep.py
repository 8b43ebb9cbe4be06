"""Looking after a store: is it sound, a copy of it, a copy put back, a new one in place of a damaged one.

    check(url)                  everything is read once; nothing is altered, nothing upgraded
    backup(url, file)           a copy as of one committed moment, while runs go on
    restore(url, file)          the copy becomes the store; what was there lies beside it
    begin(url, fresh=True)      a new store where one is damaged or lost; the damaged one lies beside it

A database on a server is checked here. Its backups are its own tools' work, and the refusal names them.
Whoever calls `restore` or `begin` sees to it that no run is at work: a run would go on writing into the file
that was set aside.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, func, make_url, select

from checker.errors import StoreError, UsageError
from checker.files import make_folder
from checker.store import migrate, sqlitefile
from checker.store.engine import PATIENCE, open_engine, place_of
from checker.store.refusals import DamagedError, Place, told
from checker.store.store import Store
from checker.store.tables import runs
from checker.store.transactions import open_database, open_file, reading

__all__ = ["Checked", "backup", "begin", "check", "restore"]

_DRIVER: Final = "postgresql+psycopg"


@dataclass(frozen=True, slots=True)
class Checked:
    """A sound store.

    step: the migration it was last brought to. is_old: whether the next run upgrades it. runs: how many are
    recorded. last_run: when the newest began, None before the first. open_findings: what is open now.
    """

    name: str
    step: str
    is_old: bool
    runs: int
    last_run: datetime | None
    open_findings: int


def check(url: str) -> Checked:
    """Read a store from one end to the other, without altering it.

    Args:
        url: Where the store is, as `[store] url` says it.

    Returns:
        What it holds.

    Raises:
        StoreError: It is damaged, gone, newer than this program, or cannot be reached.
        UsageError: There never was one.
    """
    place = place_of(url)
    if place.path is not None:
        with told(place):
            _there(place, place.path)
            sqlitefile.inspect(place, place.path, patience=PATIENCE, whole=True)
            _references(place, place.path)
    with _as_it_is(place, url) as engine:
        return _checked(place, engine)


def backup(url: str, to: Path) -> Checked:
    """Copy a store to a new file and check the copy; runs may go on meanwhile.

    Args:
        url: Where the store is.
        to: The new file.

    Returns:
        What the copy holds.

    Raises:
        StoreError: The store is damaged, gone, or cannot be read.
        UsageError: The file is there already or cannot be written, or the store is on a server.
    """
    place = place_of(url)
    path = _file(place, "pg_dump --format=custom --file FILE 'postgresql://USER@HOST/DATABASE'")
    with told(place):
        _there(place, path)
    if not to.parent.is_dir() or not os.access(to.parent, os.W_OK | os.X_OK):
        raise UsageError(f"{to.parent} is no folder that can be written to", hint="name another place")
    with told(place):
        sqlitefile.backup(place, path, to)
    return check(f"sqlite:///{to.absolute()}")


def restore(url: str, source: Path) -> Path | None:
    """Put a copy in the place of a store, once the copy is found sound.

    Args:
        url: Where the store is, or was.
        source: The copy. It stays where it is, untouched.

    Returns:
        Where what was there before lies now, or None if nothing was.

    Raises:
        StoreError: The copy is damaged, newer than this program or no store of ours, or the store cannot be
            replaced. Nothing was changed.
        UsageError: There is no such file, or the store is on a server.
    """
    place = place_of(url)
    path = _file(
        place, "pg_restore --clean --if-exists --single-transaction --dbname 'postgresql://...' FILE"
    )
    if not source.is_file():
        raise UsageError(f"{source} is no file", hint="name a file `checker store backup` made")
    if path.exists() and source.samefile(path):
        raise UsageError(f"{source} is the store itself", hint="name a file `checker store backup` made")
    aside: Path | None = None

    def fill(draft: Path) -> None:
        nonlocal aside
        shutil.copyfile(source, draft)
        log = Path(f"{source}-wal")
        if log.exists() and log.stat().st_size:
            shutil.copyfile(log, f"{draft}-wal")
        _sound_copy(Place(str(source), draft))
        aside = _set_aside(path)

    with told(place):
        make_folder(path.parent)
        try:
            is_ours = sqlitefile.make(path, fill)
        except BaseException:
            if aside is not None:
                sqlitefile.put_back(aside, path)
            raise
        sqlitefile.mark(path)
    if not is_ours:
        raise StoreError(
            f"the store {place.name} was made anew by a run while the copy was put in its place",
            hint="keep runs from starting, then restore again; what was there before lies beside it",
        )
    return aside


def begin(url: str, *, fresh: bool) -> Path | None:
    """Make a store where there never was one or, if told so, in place of one that is damaged or lost.

    Args:
        url: Where the store is to be.
        fresh: Begin anew where a store was: nothing that was known is known then, and everything red is
            told as new.

    Returns:
        Where the damaged one lies now, or None if there was none.

    Raises:
        StoreError: One is damaged or lost and `fresh` was not given, or is of a newer version.
        UsageError: A sound one is there; it was left as it is.
    """
    place = place_of(url)
    path = place.path
    aside: Path | None = None
    if path is not None and (path.exists() or sqlitefile.was_here(path)):
        try:
            sound = check(url)
        except DamagedError:
            if not fresh:
                raise
            with told(place):
                aside = _set_aside(path)
        except StoreError:
            # Gone: it says so itself. Newer, locked, not ours: nothing to be begun anew over.
            if path.exists() or not fresh:
                raise
        else:
            raise UsageError(
                f"the store {place.name} is sound, and holds {sound.runs} runs: it was left as it is",
                hint=f"to begin anew all the same, make a backup, then move {path} away",
            )
    open_engine(url, fresh=fresh).dispose()
    return aside


def _checked(place: Place, engine: Engine) -> Checked:
    is_old = migrate.is_old(engine, place)
    step = migrate.revision(engine) or ""
    if is_old:
        # Its tables are those of an older version, and are read once they were upgraded.
        return Checked(place.name, step, is_old, 0, None, 0)
    store = Store(place, engine)
    store.all_known()
    store.untold()
    store.latches()
    newest = next(iter(store.runs(1)), None)
    with reading(engine) as connection:
        count = connection.execute(select(func.count()).select_from(runs)).scalar_one()
    last = None if newest is None else newest.started_at
    return Checked(place.name, step, is_old, count, last, len(store.findings()))


@contextmanager
def _as_it_is(place: Place, url: str) -> Iterator[Engine]:
    """Open a store without making, upgrading or marking anything."""
    with told(place):
        if place.path is None:
            engine = open_database(make_url(url).set(drivername=_DRIVER), patience=PATIENCE)
        else:
            engine = open_file(place.path, patience=PATIENCE)
        try:
            yield engine
        finally:
            engine.dispose()


def _there(place: Place, path: Path) -> None:
    if path.exists():
        return
    if sqlitefile.was_here(path):
        raise StoreError(f"the store that was here is gone: {place.name}", hint=f"{place.way_back}.")
    raise UsageError(
        f"there is no store at {place.name} yet",
        hint="the first run makes one, and so does: checker store init",
    )


def _references(place: Place, path: Path) -> None:
    with closing(sqlitefile.connect(path, patience=PATIENCE)) as connection:
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise place.damaged(
            f"row {broken[1]} of {broken[0]} refers to a row of {broken[2]} that is not there"
        )


def _sound_copy(copy: Place) -> None:
    """Raise StoreError unless a copy is a sound store that this version knows; its log is moved into it."""
    path = copy.path
    if path is None:  # pragma: no cover - a copy is a file
        raise ValueError(copy.name)
    with told(copy):
        sqlitefile.inspect(copy, path, patience=PATIENCE, whole=True)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _references(copy, path)
        engine = open_file(path, patience=PATIENCE)
        try:
            _checked(copy, engine)
        finally:
            engine.dispose()


def _set_aside(path: Path) -> Path | None:
    """Move what lies at the store's place out of the way; return where it lies now, if anything did."""
    if path.exists():
        try:
            with closing(sqlitefile.connect(path, patience=PATIENCE)) as connection:
                connection.execute("BEGIN EXCLUSIVE")
                connection.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise
            # Damaged: nobody writes to it.
    suffixes = ("", "-wal", "-shm")
    if not any(path.with_name(path.name + suffix).exists() for suffix in suffixes):
        return None
    return sqlitefile.set_aside(path)


def _file(place: Place, tool: str) -> Path:
    if place.path is None:
        raise UsageError(
            f"{place.name} is a database on a server: its backups are its own tools' work", hint=f"use {tool}"
        )
    return place.path
