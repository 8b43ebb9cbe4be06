"""A bundle to be verified, whatever it lies in: a folder, or a ZIP that came from anybody.

Both are read in pieces of a megabyte, never unpacked, and no more of a file than its manifest allows.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Protocol

from checker.evidence.flaws import Flaw, Problem
from checker.evidence.manifest import MOST_FILES, is_name

__all__ = ["BrokenFile", "Source", "open_source"]

CHUNK: Final = 1 << 20
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_LARGEST_DIRECTORY: Final = 4_000_000
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_ENCRYPTED: Final = 0x1
_PLAIN_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_TYPE_BITS: Final = 16


class BrokenFile(Exception):  # noqa: N818 - it names what was found
    """A file of the bundle cannot be read to its end."""


class Source(Protocol):
    """Files by name, and what is wrong with the container itself."""

    problems: list[Problem]
    sizes: dict[str, int]

    def chunks(self, name: str, limit: int) -> Iterator[bytes]:
        """Yield a file in pieces, at most `limit` bytes and one; raise BrokenFile if it cannot be read."""


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a folder or a ZIP; raise OSError if there is neither."""
    if path.is_dir() and not path.is_symlink():
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            yield _Folder(descriptor)
        finally:
            os.close(descriptor)
        return
    with path.open("rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "neither a folder nor a file", str(path))
        problem = _end_of(file)
        if problem:
            yield _Nothing(problem)
            return
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            yield _Nothing(f"it is no ZIP archive: {error}")
            return
        with archive:
            yield _Archive(archive)


@dataclass
class _Folder:
    descriptor: int
    problems: list[Problem] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, entry in enumerate(sorted(os.listdir(self.descriptor))):  # noqa: PTH208 - by descriptor
            if number > MOST_FILES:
                self.problems.append(Problem(Flaw.TOO_LARGE, "", f"more than {MOST_FILES} files"))
                return
            info = os.stat(entry, dir_fd=self.descriptor, follow_symlinks=False)
            if not stat.S_ISREG(info.st_mode):
                what = "a link" if stat.S_ISLNK(info.st_mode) else "no file"
                self.problems.append(Problem(Flaw.NOT_A_FILE, entry, f"it is {what}"))
            elif not is_name(entry):
                self.problems.append(Problem(Flaw.BAD_NAME, entry[:80], "no file of a bundle is called that"))
            else:
                self.sizes[entry] = info.st_size

    def chunks(self, name: str, limit: int) -> Iterator[bytes]:
        """Yield a file in pieces."""
        try:
            with os.fdopen(os.open(name, _READ, dir_fd=self.descriptor), "rb") as file:
                yield from _pieces(file.read, limit)
        except OSError as error:
            raise BrokenFile(error.strerror or "it cannot be read") from None


@dataclass
class _Archive:
    archive: zipfile.ZipFile
    problems: list[Problem] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        entries = self.archive.infolist()
        if self.archive.comment:
            self.problems.append(Problem(Flaw.UNLISTED, "comment", "the archive carries a comment"))
        if len(entries) > MOST_FILES:
            self.problems.append(Problem(Flaw.TOO_LARGE, "", f"more than {MOST_FILES} files"))
            return
        for entry in entries:
            problem = self._problem(entry)
            if problem is not None:
                self.problems.append(problem)
            else:
                self.sizes[entry.filename] = entry.file_size

    def _problem(self, entry: zipfile.ZipInfo) -> Problem | None:
        name, shown = entry.orig_filename, entry.orig_filename[:80]
        kind = entry.external_attr >> _TYPE_BITS
        if entry.filename in self.sizes:
            return Problem(Flaw.DUPLICATE, shown, "it is in the archive twice")
        if entry.is_dir() or (stat.S_IFMT(kind) and not stat.S_ISREG(kind)):
            what = "a link" if stat.S_ISLNK(kind) else "no file"
            return Problem(Flaw.NOT_A_FILE, shown, f"it is {what}")
        if name != entry.filename or not is_name(name):
            return Problem(Flaw.BAD_NAME, shown, "no file of a bundle is called that")
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _PLAIN_METHODS:
            return Problem(Flaw.ARCHIVE, shown, "it is stored in a way no bundle is")
        return None

    def chunks(self, name: str, limit: int) -> Iterator[bytes]:
        """Yield a file in pieces, unpacking no more than `limit` bytes and one."""
        try:
            with self.archive.open(name) as file:
                yield from _pieces(file.read, limit)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise BrokenFile(str(error) or type(error).__name__) from None


@dataclass
class _Nothing:
    detail: str
    problems: list[Problem] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.problems.append(Problem(Flaw.ARCHIVE, "", self.detail))

    def chunks(self, name: str, limit: int) -> Iterator[bytes]:
        """Yield nothing: there is nothing."""
        raise BrokenFile(f"{name} is not there ({limit})")


def _pieces(read: Callable[[int], bytes], limit: int) -> Iterator[bytes]:
    left = limit + 1
    while left > 0 and (piece := read(min(CHUNK, left))):
        left -= len(piece)
        yield piece


def _end_of(file: IO[bytes]) -> str:
    """Return why an archive is not to be opened at all; nothing if its list of files is of a sane size.

    The library reads that list whole, whatever it says of its own length: so it is looked at first.
    """
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - 66_000)
    file.seek(start)
    tail = file.read(66_000)
    place = tail.rfind(_END_MARK)
    if place < 0 or len(tail) < place + _END.size:
        return "it is no ZIP archive, or its end is cut off"
    _, _, _, _, count, length, offset, comment = _END.unpack_from(tail, place)
    if length > _LARGEST_DIRECTORY or count > MOST_FILES + 2:
        return "its list of files is larger than that of any bundle"
    if offset + length != start + place or place + _END.size + comment != len(tail):
        return "something stands before, between or after its files"
    file.seek(0)
    return ""
