"""What a database says when it cannot go on, in words a person can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy.exc import DBAPIError

from checker.errors import StoreError

__all__ = ["DamagedError", "Place", "told"]

_FRESH: Final = "start afresh with `checker store init --fresh`, which keeps what is there beside it"
_LEFT: Final = "Nothing was stored, and what was there is as it was."


class DamagedError(StoreError):
    """The store is not, or no longer, a sound database: a backup is needed, not patience."""


class Place(NamedTuple):
    """Where a store is: its name for people (no password in it), and its file if it is SQLite."""

    name: str
    path: Path | None = None

    @property
    def newest_backup(self) -> Path | None:
        """The backup beside the file that was made last, or nothing."""
        if self.path is None:
            return None
        backups = sorted(
            self.path.parent.glob(f"{self.path.name}*.bak"), key=lambda file: file.stat().st_mtime
        )
        return backups[-1] if backups else None

    def damaged(self, why: str) -> DamagedError:
        """Return the refusal of a store that is not, or no longer, one."""
        return DamagedError(
            f"the store {self.name} is damaged: {why}", hint=f"It was left as it is; {self.way_back}."
        )

    @property
    def way_back(self) -> str:
        """What to do when the store is lost: the newest backup, or a fresh start."""
        backup = self.newest_backup
        if self.path is None:
            return "restore a backup of the database"
        if backup is None:
            return (
                "no backup lies beside it: put one of your own back with `checker store restore FILE`, or"
                f" {_FRESH}"
            )
        return f"put the newest backup back with `checker store restore {backup}`, or {_FRESH}"


@contextmanager
def told(place: Place) -> Iterator[None]:
    """Turn every refusal of the database or the disk inside into a StoreError: what, where, what to do."""
    try:
        yield
    except DBAPIError as error:
        raise _refusal(place, error.orig or error) from error
    except (sqlite3.Error, OSError) as error:
        raise _refusal(place, error) from error


def _refusal(place: Place, error: BaseException) -> StoreError:
    if isinstance(error, OSError):
        return StoreError(
            f"the store {place.name} cannot be used: {error.strerror or error}",
            hint=f"Check the directory, its owner, its mode and the free space. {_LEFT}",
        )
    what, hint = _of_server(error) if place.path is None else _of_file(error)
    if not what:
        return place.damaged(str(error))
    return StoreError(
        f"the store {place.name} {what} ({error})", hint=f"{hint[:1].upper()}{hint[1:]}. {_LEFT}"
    )


_REFUSED: Final = ("refused", "see the message; run again when its cause is gone")
_FULL_DISK: Final = ("cannot grow: the disk is full", "free some space, then run again")
_DAMAGED: Final = ("", "")
# Of PostgreSQL's SQLSTATEs: no connection, not let in, no such database, shut down.
_GONE: Final = ("08", "28", "3D", "57P")


def _of_file(error: BaseException) -> tuple[str, str]:
    """Return what SQLite means, and what to do; nothing for a file that is damaged."""
    code: str = getattr(error, "sqlite_errorname", "")
    match code.split("_")[1:2]:
        case ["BUSY" | "LOCKED"]:
            return (
                "is locked by another program",
                "wait for the other run to end; `fuser` on the file names who holds it",
            )
        case ["FULL"]:
            return _FULL_DISK
        case ["READONLY" | "CANTOPEN" | "PERM" | "AUTH"]:
            return "cannot be written", "check the owner and mode of the file and its directory"
        case ["IOERR"]:
            return "cannot be read or written: the disk reports a fault", "check the disk, then run again"
        case ["CORRUPT" | "NOTADB"]:
            return _DAMAGED
        case _:
            return _REFUSED


def _of_server(error: BaseException) -> tuple[str, str]:
    """Return what PostgreSQL means by its SQLSTATE, and what to do; nothing for one that is damaged."""
    state: str = getattr(error, "sqlstate", "") or ""
    # Who never got there is told nothing by the server: the driver's own class for that is all there is.
    unreached = not state and any(kind.__name__ == "OperationalError" for kind in type(error).__mro__)
    if unreached or state.startswith(_GONE):
        return (
            "cannot be reached",
            "check that the server runs, and the host, database, user and password in [store] url",
        )
    match state:
        case "55P03":
            return (
                "is locked by another program",
                "wait for the other run to end; pg_locks names who holds it",
            )
        case "53100":
            return _FULL_DISK
        case "25006" | "42501":
            return "cannot be written", "check the rights of the user named in it, and that it is no stand-by"
        case "XX001" | "XX002":
            return _DAMAGED
        case _:
            return _REFUSED
