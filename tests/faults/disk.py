"""A disk that fails at one operation, or from one on, in whatever process loads this.

    DISK_FAULT="ENOSPC 17 for-good /home/seller/data"   number, from then on or once, the only folder it is in

Loaded by `sitecustomize`, or installed by whoever forks; the interpreter tells of each operation before it
is done, and what the fault raises then is what the operation would have raised.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

__all__ = ["VARIABLE", "Fault", "install"]

VARIABLE: Final = "DISK_FAULT"
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PATHS: Final = ("os.mkdir", "os.rename", "os.link", "os.remove", "os.truncate", "os.rmdir", "os.chmod")
_NO_MORE_FILES: Final = (errno.EMFILE, errno.ENFILE)
_MADE: Final = ("tempfile.mkdtemp", "tempfile.mkstemp")


class _CannotOpenError(sqlite3.OperationalError):
    """What SQLite raises when it is given no file."""

    sqlite_errorname = "SQLITE_CANTOPEN"


class _FullError(sqlite3.OperationalError):
    """What SQLite raises when the disk takes no more."""

    sqlite_errorname = "SQLITE_FULL"


class _FaultyError(sqlite3.OperationalError):
    """What SQLite raises when the disk reports a fault."""

    sqlite_errorname = "SQLITE_IOERR_WRITE"


@dataclass
class Fault:
    """Counts the operations that change a disk, and fails the one of that number: 0 for none.

    for_good: and every later one. folder: what lies elsewhere is another disk; empty for all of it.
    spared: names of files that are not touched.
    """

    code: int
    at: int
    for_good: bool = False
    folder: str = ""
    spared: tuple[str, ...] = ()
    count: int = 0
    done: list[str] = field(default_factory=list)

    @classmethod
    def parsed(cls, text: str) -> Fault:
        """Return the fault an environment variable tells of."""
        name, at, how, folder, *spared = text.split()
        return cls(getattr(errno, name), int(at), how == "for-good", folder, tuple(spared))

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hear of an operation before it is done; raise what it is to fail with."""
        if event == "open":
            path, mode, flags = arguments
            if not (flags or 0) & _WRITES and not set(str(mode or "")) & set("wax+"):
                return
        elif event in _PATHS or event in _MADE:
            path = arguments[0]
        elif event == "sqlite3.connect":
            if self.code in _NO_MORE_FILES:
                self.strike(f"{event} {arguments[0]}", _CannotOpenError("unable to open database file"))
            return
        else:
            return
        if isinstance(path, int) or not self._is_here(os.fsdecode(path)):
            return
        name = os.fsdecode(path)
        self.strike(f"{event} {name}", OSError(self.code, os.strerror(self.code), name))

    def write_rows(self, statement: str) -> None:
        """Hear of a statement, or of a commit, before SQLite does it."""
        if statement.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE", "COMMIT"):
            full = self.code == errno.ENOSPC
            error = _FullError("database or disk is full") if full else _FaultyError("disk I/O error")
            self.strike(" ".join(statement.split()[:3]), error)

    def strike(self, what: str, error: Exception) -> None:
        """Count an operation, and raise the error if it is its turn."""
        self.count += 1
        self.done.append(what)
        if self.at and (self.count == self.at or (self.for_good and self.count > self.at)):
            raise error

    def _is_here(self, name: str) -> bool:
        path = Path(name)
        if path.name.startswith(self.spared):
            return False
        # A name alone is one in a folder that is open: ours open theirs that way.
        return not self.folder or not path.is_absolute() or path.is_relative_to(self.folder)


def install(fault: Fault) -> None:
    """Let a fault strike in this process until it ends."""
    sys.addaudithook(fault.heard)
    real = os.fsync

    def fsync(fd: Any) -> None:
        fault.strike("fsync", OSError(fault.code, os.strerror(fault.code)))
        real(fd)

    os.fsync = fsync


if VARIABLE in os.environ:
    install(Fault.parsed(os.environ[VARIABLE]))
