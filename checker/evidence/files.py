"""Files of evidence: written whole or not at all, for their owner alone, never through a planted link.

Bytes that repeat are stored once. Each file is a second name (a hard link) of `blobs/AB/ABCD...`, named
by its SHA-256; where the file system knows no hard links it is a plain copy. Either way every bundle is
a folder of ordinary files, which `sha256sum` can check.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

__all__ = ["BLOBS", "Unfit", "keep", "opened", "read_file", "remove", "replace_file", "sync", "write_new"]

BLOBS: Final = Path("blobs")

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_CHUNK: Final = 1 << 20
# Where a second name cannot be had, a copy is as good.
_NO_LINK: Final = frozenset({errno.EPERM, errno.EMLINK, errno.EXDEV, errno.ENOTSUP, errno.EOPNOTSUPP})


class Unfit(OSError):  # noqa: N818 - it names what was found there
    """What stands where a file should be is no regular file, or larger than it may be."""


@contextmanager
def opened(root: Path, folder: Path) -> Iterator[int]:
    """Open a folder under `root`, made on the way for us alone; a link planted there is not followed."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    current = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folder.parts:
            with suppress(FileExistsError):
                os.mkdir(part, 0o700, dir_fd=current)
            inner = os.open(part, _FOLDER, dir_fd=current)
            os.close(current)
            current = inner
        yield current
    finally:
        os.close(current)


def keep(root: Path, folder: Path, name: str, data: bytes) -> None:
    """Keep `data` as a file of a folder, sharing the bytes with whatever file already holds the same.

    A regular file of that name is left as it is: names of evidence carry the digest of what they name.
    """
    digest = hashlib.sha256(data).hexdigest()
    with opened(root, folder) as there, opened(root, BLOBS / digest[:2]) as blobs:
        if _is_file(there, name):
            return
        if not _holds(blobs, digest, len(data)):
            # Absent, or no longer what its name says: the files that share it keep theirs.
            _write(blobs, digest, data)
        try:
            os.link(digest, name, src_dir_fd=blobs, dst_dir_fd=there, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            _write(there, name, data)


def write_new(folder: int, name: str, data: bytes) -> None:
    """Write a file that is whole or not there; one of that name is left as it is, but it must be a file."""
    if not _is_file(folder, name):
        _write(folder, name, data)


def replace_file(root: Path, name: str, data: bytes) -> None:
    """Put a file in the place of an older one, at once."""
    with opened(root, Path()) as folder:
        _write(folder, name, data)


def read_file(folder: int, name: str, limit: int) -> bytes:
    """Return what a regular file holds; raise Unfit for anything else, or if it holds more than `limit`."""
    descriptor = os.open(name, _READ, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unfit(errno.EINVAL, "not a regular file", name)
        data = file.read(limit + 1)
    if len(data) > limit:
        raise Unfit(errno.EFBIG, f"larger than {limit:,} bytes", name)
    return data


def remove(root: Path, folder: Path) -> int:
    """Take a folder of files away, and the bytes nobody else shares; return how many bytes came free."""
    freed = 0
    with opened(root, folder.parent) as above:
        with opened(root, folder) as there:
            for name in os.listdir(there):  # noqa: PTH208 - by descriptor: no link on the way can change
                freed += _unlink(root, there, name)
        os.rmdir(folder.name, dir_fd=above)
    return freed


def _unlink(root: Path, folder: int, name: str) -> int:
    descriptor = os.open(name, _READ, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        info = os.fstat(descriptor)
        digest = hashlib.file_digest(file, "sha256").hexdigest() if info.st_nlink > 1 else ""
    os.unlink(name, dir_fd=folder)
    if not digest:
        return info.st_size
    with opened(root, BLOBS / digest[:2]) as blobs, suppress(FileNotFoundError):
        blob = os.stat(digest, dir_fd=blobs, follow_symlinks=False)
        if blob.st_nlink == 1:
            os.unlink(digest, dir_fd=blobs)
            return info.st_size
    return 0


def sync(folder: int) -> None:
    """Make the names in a folder as durable as the files they name."""
    os.fsync(folder)


def _is_file(folder: int, name: str) -> bool:
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(mode):
        raise FileExistsError(errno.EEXIST, "not a file", name)
    return True


def _holds(folder: int, digest: str, size: int) -> bool:
    """Tell whether a blob is there and still is what its name says."""
    try:
        descriptor = os.open(digest, _READ, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO):
            return False
        raise
    with os.fdopen(descriptor, "rb") as file:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode) or info.st_size != size:
            return False
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def _write(folder: int, name: str, data: bytes) -> None:
    partial = f"{name}.part"
    with suppress(FileNotFoundError):
        # What a run that was killed left behind.
        os.unlink(partial, dir_fd=folder)
    descriptor = os.open(partial, _NEW, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.rename(partial, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with suppress(OSError):
            os.unlink(partial, dir_fd=folder)
        raise
