"""Which bundles tell the story of one finding, and the pictures in them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from checker.errors import UsageError
from checker.evidence.files import opened, read_file
from checker.evidence.giving import Decrypt, proven, unlocked
from checker.evidence.manifest import Manifest
from checker.evidence.vault import ENCRYPTED
from checker.evidence.verify import Trust, verify
from checker.model import Known, Reading

__all__ = ["Chapter", "Picture", "chapters", "chosen", "since_opened"]

MOST: Final = 12
_LARGEST_PICTURE: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """An original picture, with the digest of its bytes as they were taken."""

    name: str
    sha256: str
    data: bytes

    @property
    def is_page(self) -> bool:
        """Whether it shows a whole page."""
        return self.name.startswith("page-")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One reading with the bundle that proves it and its pictures."""

    reading: Reading
    folder: Path
    bundle: str
    manifest: Manifest
    pictures: tuple[Picture, ...]


def since_opened(state: Known, readings: Sequence[Reading]) -> list[Reading]:
    """Return what was read of a finding since it was opened; of one that is over, all there is."""
    if state.opened_at is None:
        return list(readings)
    return [reading for reading in readings if reading.observed_at >= state.opened_at]


def chosen(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings worth showing: the first, each that said another thing, the last; pure."""
    proven = [reading for reading in readings if reading.bundle]
    kept = [
        reading
        for before, reading in zip([None, *proven], proven, strict=False)
        if before is None or (before.level, before.fingerprint) != (reading.level, reading.fingerprint)
    ]
    if proven and kept[-1] is not proven[-1]:
        kept.append(proven[-1])
    return kept if len(kept) <= MOST else [*kept[: MOST // 2], *kept[-MOST // 2 :]]


def chapters(root: Path, readings: Sequence[Reading], trust: Trust) -> list[Chapter]:
    """Return the chapters of a finding; raise UsageError if a bundle is gone or does not verify."""
    return [_chapter(root, reading, trust) for reading in readings]


def _chapter(root: Path, reading: Reading, trust: Trust) -> Chapter:
    names = [PurePosixPath(name) for name in reading.evidence]
    if not names:
        raise UsageError(
            f"the evidence of {reading.key} has no picture",
            hint="screenshots were switched off when it was read: export the bundle instead",
        )
    folder = Path(names[0].parent)
    verdict = verify(root / folder, trust)
    manifest = proven(verdict, folder)
    if verdict.bundle != reading.bundle:
        raise UsageError(
            f"{folder} is not the bundle the store remembers",
            hint="was it restored from another installation?",
        )
    files = {file.name for file in manifest.files}
    wanted = [name.name for name in names if name.name in files]
    pictures = tuple(_picture(root, folder, name, trust.decrypt) for name in wanted)
    return Chapter(reading, folder, verdict.bundle, manifest, pictures)


def _picture(root: Path, folder: Path, name: str, decrypt: Decrypt | None) -> Picture:
    with opened(root, folder) as there:
        data = read_file(there, name, _LARGEST_PICTURE)
    if name.endswith(ENCRYPTED):
        data = unlocked(data, decrypt, folder)
    return Picture(name.removesuffix(ENCRYPTED), hashlib.sha256(data).hexdigest(), data)
