"""The program's own files: for their owner alone, whole or not there at all, and never through a link.

    write_private(path, data)            replaces a file at once: a reader sees the old one or the new one
    write_new(path, data)                the same for a file that must not exist yet
    open(path, "a", opener=append_to)    appends, to a regular file of our own and to nothing else
    make_folder(path)                    makes what is missing of a path
    make_private(folder, inner)          closes a folder that others can look into, or refuses it

Everything that is written into the data folder goes through these. Evidence has its own variant
(`checker.evidence.files`), which works below an open folder because it shares the bytes of files.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from checker.errors import ConfigError

__all__ = ["FILE", "FOLDER", "append_to", "make_folder", "make_private", "write_new", "write_private"]

FILE: Final = 0o600
"""The mode of every file: its owner reads and writes it, nobody else does."""
FOLDER: Final = 0o700
"""The mode of every folder."""

_OTHERS: Final = 0o077
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_private(path: Path, data: bytes, mode: int = FILE) -> None:
    """Put a file in the place of an older one, or of none; whatever lies there is replaced, not written to.

    Args:
        path: Where it goes. A folder that is missing is made.
        data: All of its bytes.
        mode: Who may read it, from the first moment it is there; more than its owner only where another
            program must.

    Raises:
        OSError: It could not be written whole. What was there before is still there.
    """
    partial = _written(path, data)
    try:
        if mode != FILE:
            partial.chmod(mode)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    _sync(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet.

    Raises:
        FileExistsError: There is one, or a link, by that name; it was left as it is.
        OSError: It could not be written whole; nothing is there.
    """
    partial = _written(path, data)
    try:
        # Unlike a rename, a link replaces nothing that came in between.
        os.link(partial, path, follow_symlinks=False)
    finally:
        partial.unlink(missing_ok=True)
    _sync(path.parent)


def append_to(path: str | os.PathLike[str], flags: int) -> int:
    """Open a file to be appended to: the `opener` of `open()`.

    A file that others can read is closed to them first.

    Raises:
        OSError: What stands there is a link, a pipe, a file of another user, or one with a second name.
    """
    # Without O_NONBLOCK, a pipe somebody put there would be waited for.
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, FILE)
    try:
        _own(descriptor, str(path))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def make_folder(path: Path) -> None:
    """Make a folder and every missing one above it, for their owner only; those that exist stay as they are.

    Raises:
        OSError: One cannot be made, or the last one exists and is no folder.
    """
    missing = [path] if not path.exists() else []
    missing += [parent for parent in path.parents if not parent.exists()]
    for folder in reversed(missing):
        with suppress(FileExistsError):  # another run was quicker
            folder.mkdir(mode=FOLDER)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is no folder", str(path))


def make_private(folder: Path, inner: Iterable[str]) -> list[str]:
    """See to it that a folder that exists, and what we keep directly in it, is its owner's alone.

    Args:
        folder: The folder as the settings name it. It may be a link: whoever wrote the settings chose it.
        inner: What the program itself writes into it, as patterns of names (`checker.db*`). Nothing of that
            may be a link. Whatever else lies in the folder is none of our business, and stays as it is.

    Returns:
        What was repaired, a sentence each; nothing for a folder that is private, or does not exist yet.

    Raises:
        ConfigError: Something cannot be repaired: it belongs to another user, or is a link. The message
            lists everything that was found, and nothing was written.
    """
    try:
        about = folder.stat()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(f"{folder} cannot be used: {error.strerror}") from None
    refused = list(_refused(folder, about))
    patterns = tuple(inner)
    entries = [] if refused else [(path, path.lstat()) for path in _entries(folder, patterns)]
    for path, found in entries:
        refused += _refused(path, found)
    if refused:
        raise ConfigError(
            "the data folder is not safe to write to:\n" + "\n".join(f"  {one}" for one in refused),
            hint="remove the links, or name another [paths] data_dir; a folder of another user: chown it",
        )
    repaired = [path for path, found in [(folder, about), *entries] if _close(path, found)]
    return [f"{path} was open to other users: now it is its owner's alone" for path in repaired]


def _own(descriptor: int, name: str) -> None:
    """Raise OSError unless what is open is a private file of ours and of nobody else."""
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", name)
    if about.st_uid != os.geteuid():
        raise OSError(errno.EPERM, "it belongs to another user", name)
    if about.st_nlink > 1:
        raise OSError(errno.EMLINK, "it is the same file as another one", name)
    if about.st_mode & _OTHERS:
        os.fchmod(descriptor, FILE)


def _refused(path: Path, about: os.stat_result) -> list[str]:
    if stat.S_ISLNK(about.st_mode):
        return [f"{path} is a link to somewhere else"]
    if about.st_uid != os.geteuid():
        return [f"{path} belongs to another user"]
    return []


def _entries(folder: Path, patterns: Iterable[str]) -> list[Path]:
    try:
        return sorted({path for pattern in patterns for path in folder.glob(pattern)})
    except OSError as error:
        raise ConfigError(f"{folder} cannot be used: {error.strerror}") from None


def _close(path: Path, about: os.stat_result) -> bool:
    """Take away what others may do with a file or folder; tell whether there was anything."""
    if not about.st_mode & _OTHERS:
        return False
    try:
        path.chmod(stat.S_IMODE(about.st_mode) & ~_OTHERS)
    except OSError as error:
        raise ConfigError(
            f"{path} is open to other users, and that cannot be changed: {error.strerror}",
            hint="chmod it yourself, or name another [paths] data_dir",
        ) from None
    return True


def _written(path: Path, data: bytes) -> Path:
    """Write the bytes durably under a name of their own beside `path`."""
    make_folder(path.parent)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    # What a run that was killed left behind, under the number this process has now.
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, _NEW, FILE)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            _fill(file, data, str(path))
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return partial


def _fill(file: BinaryIO, data: bytes, name: str) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())
    file.seek(0)
    if file.read() != data:
        raise OSError(errno.EIO, "it reads back otherwise than it was written", name)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
