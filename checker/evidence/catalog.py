"""Which bundles there are: folders `RUN/ACCOUNT/SITE` of the evidence folder, sealed or not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from checker.evidence.files import BLOBS, Unfit, opened, read_file
from checker.evidence.keys import PUBLIC
from checker.evidence.manifest import LARGEST, MANIFEST, Manifest, ManifestError, digest_of

__all__ = ["Held", "bundles", "find", "newest"]

_SHORTEST: Final = 8


@dataclass(frozen=True, slots=True)
class Held:
    """One folder: `bundle` and `manifest` only if it was sealed; `inodes` are its bytes by where they lie."""

    folder: Path
    at: datetime
    bundle: str = ""
    manifest: Manifest | None = None
    inodes: tuple[tuple[int, int], ...] = ()

    @property
    def size(self) -> int:
        """Its bytes, those it shares with others included."""
        return sum(size for _, size in self.inodes)


def bundles(root: Path) -> Iterator[Held]:
    """Yield every bundle, oldest run first; links are not followed."""
    for run in _runs(root):
        yield from _of_run(root, run)


def newest(root: Path, limit: int) -> list[Held]:
    """Return the last `limit` bundles, the newest run first, without looking at the older ones."""
    every = (held for run in reversed(_runs(root)) for held in _of_run(root, run))
    return list(islice(every, limit))


def _runs(root: Path) -> list[Path]:
    return [run for run in _folders(root) if run.name not in (BLOBS.name, PUBLIC.name)]


def _of_run(root: Path, run: Path) -> Iterator[Held]:
    for account in _folders(run):
        for site in _folders(account):
            yield _held(root, site.relative_to(root))


def find(root: Path, name: str) -> list[Held]:
    """Return the bundles a name may mean: a folder, or the beginning of a digest."""
    name = name.rstrip("/")
    digest = name if name.startswith("sha256:") else f"sha256:{name}"
    long_enough = len(digest) >= len("sha256:") + _SHORTEST
    return [
        held
        for held in bundles(root)
        if held.folder.as_posix() == name
        or (root / held.folder) == Path(name).absolute()
        or (long_enough and held.bundle.startswith(digest))
    ]


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            found = [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    return sorted(found)


def _held(root: Path, folder: Path) -> Held:
    inodes = []
    with opened(root, folder) as there:
        newest = os.fstat(there).st_mtime
        for name in os.listdir(there):  # noqa: PTH208 - by descriptor: no link on the way can change
            info = os.stat(name, dir_fd=there, follow_symlinks=False)
            if stat.S_ISREG(info.st_mode):
                inodes.append((info.st_ino, info.st_size))
        at = datetime.fromtimestamp(newest, UTC)
        try:
            data = read_file(there, MANIFEST, LARGEST)
            manifest = Manifest.read(data)
        except (FileNotFoundError, Unfit, ManifestError):
            return Held(folder, at, inodes=tuple(inodes))
    return Held(folder, _sealed_at(manifest, at), digest_of(data), manifest, tuple(inodes))


def _sealed_at(manifest: Manifest, otherwise: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(manifest.sealed_at)
    except ValueError:
        return otherwise
    return at if at.tzinfo is not None else otherwise
