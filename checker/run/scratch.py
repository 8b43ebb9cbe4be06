"""A folder for what a browser needs while it runs, gone when it has ended, however it ended.

One for each account, at an address that does not change: what a killed run left there is swept away
by the next one. Short, because the browser puts a socket into it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["scratch_folder"]


@contextmanager
def scratch_folder(owner: Path, alias: str) -> Iterator[Path]:
    """Give an account's own empty folder for the time of the block; its lock must be held.

    owner: a folder that tells this installation from another one of the same user.
    """
    name = hashlib.sha256(f"{owner.resolve()}\0{alias}".encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"checker-{os.geteuid()}-{name}"
    made = _made(folder)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _made(folder: Path) -> Path:
    if _is_ours(folder):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except OSError:
        # Somebody else sits at that address in a folder open to all: theirs is not touched, nor used.
        return Path(tempfile.mkdtemp(prefix="checker-"))
    return folder


def _is_ours(folder: Path) -> bool:
    try:
        about = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid()
