"""Opening a store by its URL: found sound, upgraded if old, made if there never was one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from checker.errors import ConfigError, StoreError
from checker.store import migrate, sqlitefile
from checker.store.refusals import DamagedError, Place, told
from checker.store.transactions import open_database, open_file

__all__ = ["PATIENCE", "open_engine", "place_of"]

# Seconds to wait for another run's lock: a commit holds it for less, a hung program for ever.
PATIENCE: Final = 10.0

_EXAMPLE: Final = "Write it like sqlite:////var/lib/checker/checker.db or postgresql://user@host/checker."
_POSTGRESQL: Final = "postgresql"
_DRIVER: Final = "postgresql+psycopg"


def place_of(url: str) -> Place:
    """Return where the store of `url` is, or raise ConfigError if it is no URL of a store."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == _POSTGRESQL:
        return Place(parsed.render_as_string(hide_password=True))
    if parsed.get_backend_name() != "sqlite":
        kind = parsed.get_backend_name()
        raise ConfigError(f"a store is a SQLite file or a PostgreSQL database, not {kind}", hint=_EXAMPLE)
    name = parsed.database or ""
    if name in ("", ":memory:") or name.startswith("file:") or parsed.query:
        raise ConfigError(f"a store must be a plain file, not {name or 'memory'}", hint=_EXAMPLE)
    path = Path(name).expanduser()
    return Place(str(path), path)


def open_engine(url: str, *, fresh: bool = False, patience: float = PATIENCE) -> Engine:
    """Return an engine on a sound store of this version.

    `fresh` lets a new store be made where one is gone or damaged; the damaged file is kept beside it.

    Raises:
        StoreError: it is damaged, gone, newer, locked or cannot be written; it was left as it is.
        ConfigError: the URL is none, or needs a driver that is not installed.
    """
    place = place_of(url)
    with told(place):
        if place.path is None:
            return _open_database(place, _parsed(url), patience)
        return _open_file(place, place.path, fresh=fresh, patience=patience)


def _parsed(url: str) -> URL:
    """Return the parts of a store's URL; where it names no driver of a server's, the one we bring."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigError(f"not the URL of a store: {error}", hint=_EXAMPLE) from None
    return parsed.set(drivername=_DRIVER) if parsed.drivername == _POSTGRESQL else parsed


def _open_file(place: Place, path: Path, *, fresh: bool, patience: float) -> Engine:
    sqlitefile.prepare_directory(path)
    if path.exists() and fresh:
        _set_aside_if_damaged(place, path, patience)
    if not path.exists():
        _make(place, path, fresh=fresh, patience=patience)
    sqlitefile.inspect(place, path, patience=patience)
    with _disposed_on_error(open_file(path, patience=patience)) as engine:
        if migrate.is_old(engine, place):
            to = path.with_name(f"{path.name}.before-{migrate.HEAD}.bak")
            sqlitefile.backup(place, path, to, replace=True)
            migrate.upgrade(engine)
        sqlitefile.use_log(path, patience=patience)
        sqlitefile.mark(path)
    return engine


def _make(place: Place, path: Path, *, fresh: bool, patience: float) -> None:
    if sqlitefile.was_here(path):
        if not fresh:
            raise StoreError(f"the store that was here is gone: {place.name}", hint=f"{place.way_back}.")
        sqlitefile.set_aside(path)

    def fill(draft: Path) -> None:
        engine = open_file(draft, patience=patience)
        try:
            migrate.upgrade(engine)
        finally:
            engine.dispose()

    sqlitefile.make(path, fill)


def _set_aside_if_damaged(place: Place, path: Path, patience: float) -> None:
    try:
        with told(place):
            sqlitefile.inspect(place, path, patience=patience)
    except DamagedError:
        sqlitefile.set_aside(path)


def _open_database(place: Place, url: URL, patience: float) -> Engine:
    if url.drivername != _DRIVER:
        raise ConfigError(f"{place.name}: this driver is not known", hint=_EXAMPLE)
    try:
        engine = open_database(url, patience=patience)
    except ImportError as error:
        raise ConfigError(
            f"{place.name}: the driver of PostgreSQL is missing ({error})",
            hint="Install it: `pip install 'marketplace-health-checker[postgres]'`.",
        ) from None
    with _disposed_on_error(engine):
        if migrate.is_empty(engine) or migrate.is_old(engine, place):
            migrate.upgrade(engine)
    return engine


@contextmanager
def _disposed_on_error(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    except BaseException:
        engine.dispose()
        raise
