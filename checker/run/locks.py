"""One run at a time on one account."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checker.errors import StoreError
from checker.files import append_to, make_folder

__all__ = ["hold"]


@contextmanager
def hold(folder: Path, name: str) -> Iterator[bool]:
    """Hold the lock of that name for the time of the block; yield whether it was free.

    The kernel lets go of it when the process ends, however it ends. StoreError if there can be none.
    """
    try:
        make_folder(folder)
        descriptor = append_to(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be used: {error.strerror}",
            hint="Check the directory, its owner, its mode and the free space. Nothing was visited.",
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        yield False
        return
    try:
        yield True
    finally:
        os.close(descriptor)
