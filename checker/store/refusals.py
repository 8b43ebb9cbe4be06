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
            return f"no backup lies beside it; restore your own, or {_FRESH}"
        stale = f"{self.path.name}-wal and {self.path.name}-shm"
        return (
            f"restore the newest backup (move {stale} away, then copy {backup} to {self.path}), or {_FRESH}"
        )


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
    code: str = getattr(error, "sqlite_errorname", "")
    match code.split("_")[1:2]:
        case ["BUSY" | "LOCKED"]:
            what = "is locked by another program"
            hint = "wait for the other run to end; `fuser` on the file names who holds it"
        case ["FULL"]:
            what, hint = "cannot grow: the disk is full", "free some space, then run again"
        case ["READONLY" | "CANTOPEN" | "PERM" | "AUTH"]:
            what, hint = "cannot be written", "check the owner and mode of the file and its directory"
        case ["IOERR"]:
            what, hint = (
                "cannot be read or written: the disk reports a fault",
                "check the disk, then run again",
            )
        case ["CORRUPT" | "NOTADB"]:
            return place.damaged(str(error))
        case _:
            what, hint = "refused", "see the message; run again when its cause is gone"
    return StoreError(
        f"the store {place.name} {what} ({error})", hint=f"{hint[:1].upper()}{hint[1:]}. {_LEFT}"
    )
