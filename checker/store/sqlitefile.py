"""A SQLite store as a file: looked at before it is used, made whole or not at all, copied safely.

    checker.db          the store; beside it, while it is in use, checker.db-wal and checker.db-shm
    checker.db.known    says that a store was made here: without it a lost store would look like a first run
    checker.db*.bak     copies made before an upgrade, or on request

Whatever is wrong with a file, nothing here alters it.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from checker.errors import StoreError, UsageError
from checker.files import make_folder, write_new
from checker.store.refusals import Place

__all__ = [
    "backup",
    "connect",
    "inspect",
    "make",
    "mark",
    "prepare_directory",
    "put_back",
    "set_aside",
    "use_log",
    "was_here",
]

_MAGIC: Final = b"SQLite format 3\0"
_SIDE_FILES: Final = ("", "-wal", "-shm")
# Up to here the whole file is checked at each opening (a second's work on a slow disk). Beyond, only what
# a comparison rests on: checking the history as well would make every run cost what the history holds.
_WHOLE_CHECK_BYTES: Final = 64 * 1024 * 1024
_PARTS: Final = ("known", "sites", "runs")


def connect(path: Path, *, patience: float, mode: str = "rw") -> sqlite3.Connection:
    """Open the file, never making one; `patience` is how many seconds to wait for another's lock."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=patience, isolation_level=None
    )


def use_log(path: Path, *, patience: float) -> None:
    """Have writes go to a log first, so that readers need not wait for a writer; the file remembers it."""
    with closing(connect(path, patience=patience)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def prepare_directory(path: Path) -> None:
    """Make the directories a store needs, for their owner only; those that exist stay as they are."""
    make_folder(path.parent)


def was_here(path: Path) -> bool:
    """Tell whether a store was made at `path` before, whatever became of it."""
    log = _beside(path, "-wal")
    return _beside(path, ".known").exists() or (log.exists() and log.stat().st_size > 0)


def mark(path: Path) -> None:
    """Note beside the store that there is one."""
    note = f"A store was made here. If {path.name} is gone, it was lost: do not delete this file.\n"
    if not _beside(path, ".known").exists():
        with suppress(FileExistsError):
            write_new(_beside(path, ".known"), note.encode())


def make(path: Path, fill: Callable[[Path], None]) -> bool:
    """Make a store: filled under another name, then put in place whole.

    Returns:
        Whether it is the one in place: one that appeared meanwhile wins.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    os.close(descriptor)
    draft = Path(name)
    try:
        fill(draft)
        _sync(draft)
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        _sync(path.parent)
        return True
    finally:
        for suffix in _SIDE_FILES:
            _beside(draft, suffix).unlink(missing_ok=True)


def set_aside(path: Path) -> Path:
    """Move the file and what belongs to it out of the way, and return where it lies now."""
    number = 1
    while any(_beside(path, f".set-aside-{number}{suffix}").exists() for suffix in _SIDE_FILES):
        number += 1
    aside = _beside(path, f".set-aside-{number}")
    for suffix in _SIDE_FILES:
        with suppress(FileNotFoundError):
            _beside(path, suffix).rename(_beside(aside, suffix))
    return aside


def put_back(aside: Path, path: Path) -> None:
    """Undo `set_aside`, unless something else lies there by now."""
    if not path.exists():
        for suffix in _SIDE_FILES:
            with suppress(FileNotFoundError):
                _beside(aside, suffix).rename(_beside(path, suffix))


def inspect(place: Place, path: Path, *, patience: float, whole: bool = False) -> None:
    """Raise StoreError unless the file is a sound SQLite database that can be written; it stays untouched.

    A large one is checked in the tables a comparison rests on; `whole` has everything checked.
    """
    _look_at_head(place, path)
    _look_at_permissions(place, path)
    log = _beside(path, "-wal")
    # Closing the last connection moves the log into the file: read-only, it does not. Where there is
    # no log, read-only would leave an empty one behind.
    pending = log.exists() and log.stat().st_size > 0
    with closing(connect(path, patience=patience, mode="ro" if pending else "rw")) as connection:
        whole = whole or path.stat().st_size <= _WHOLE_CHECK_BYTES
        for part in [""] if whole else [f"({table})" for table in _PARTS]:
            verdict = connection.execute(f"PRAGMA quick_check{part}").fetchone()[0]
            if verdict != "ok":
                raise place.damaged(verdict.splitlines()[0])


def backup(place: Place, path: Path, to: Path, *, replace: bool = False) -> None:
    """Copy the store as it stands at one moment, checked, for its owner only; a run may go on meanwhile."""
    if (to.exists() or to.is_symlink()) and not replace:
        raise UsageError(f"{to} exists already", hint="name a file that does not exist")
    descriptor, name = tempfile.mkstemp(prefix=f".{to.name}.", suffix=".new", dir=to.parent)
    os.close(descriptor)
    draft = Path(name)
    try:
        with closing(connect(path, patience=30)) as source, closing(connect(draft, patience=30)) as target:
            source.backup(target)
        inspect(place, draft, patience=30, whole=True)
        _sync(draft)
        draft.replace(to)
        _sync(to.parent)
    finally:
        for suffix in _SIDE_FILES:
            _beside(draft, suffix).unlink(missing_ok=True)


def _look_at_head(place: Place, path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(len(_MAGIC))
    if not head:
        raise place.damaged("the file is empty")
    if head != _MAGIC:
        raise place.damaged("the file is not a SQLite database")


def _look_at_permissions(place: Place, path: Path) -> None:
    for needed, mode in ((path, os.R_OK | os.W_OK), (path.parent, os.W_OK | os.X_OK)):
        if not os.access(needed, mode, effective_ids=os.access in os.supports_effective_ids):
            raise StoreError(
                f"the store {place.name} cannot be written: {needed} is read-only for this user",
                hint="Check the owner and mode of the file and its directory, and how the disk is mounted.",
            )


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
