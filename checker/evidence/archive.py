"""A bundle as one ZIP, the same bytes each time: names in order, no times, nothing compressed."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from checker.errors import UsageError
from checker.evidence.files import opened

__all__ = ["add", "export_zip", "text_entries", "whole_new_file"]

_CHUNK: Final = 1 << 20
_WHEN: Final = (1980, 1, 1, 0, 0, 0)
_PRIVATE: Final = 0o100600 << 16
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW


def export_zip(root: Path, folder: Path, out: Path) -> None:
    """Write a bundle's files, and nothing else, into a new ZIP; raise UsageError if it is there."""

    def fill(file: IO[bytes]) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            add(archive, root, folder)

    whole_new_file(out, fill)


def add(archive: zipfile.ZipFile, root: Path, folder: Path, prefix: str = "") -> None:
    """Add every file of a folder to an archive, as it is."""
    with opened(root, folder) as there:
        for name in sorted(os.listdir(there)):  # noqa: PTH208 - by descriptor: no link on the way can change
            entry = zipfile.ZipInfo(prefix + name, _WHEN)
            entry.external_attr = _PRIVATE
            with (
                os.fdopen(os.open(name, _READ, dir_fd=there), "rb") as source,
                archive.open(entry, "w", force_zip64=False) as target,
            ):
                while chunk := source.read(_CHUNK):
                    target.write(chunk)


def whole_new_file(out: Path, fill: Callable[[IO[bytes]], None]) -> None:
    """Write a new file, for its owner only, that is whole or not there."""
    partial = out.with_name(f"{out.name}.part")
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} is there already", hint="name another file: nothing is overwritten")
    try:
        with suppress(FileNotFoundError):
            partial.unlink()
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                fill(file)
                file.flush()
                os.fsync(descriptor)
            # Unlike a rename, a link replaces nothing that came in between.
            os.link(partial, out)
        finally:
            partial.unlink()
    except FileExistsError:
        raise UsageError(
            f"{out} is there already", hint="name another file: nothing is overwritten"
        ) from None
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}", hint="name another place") from None


def text_entries(archive: zipfile.ZipFile, files: Iterable[tuple[str, bytes]]) -> None:
    """Add files that are not on disk."""
    for name, data in files:
        entry = zipfile.ZipInfo(name, _WHEN)
        entry.external_attr = _PRIVATE
        archive.writestr(entry, data)
