"""Which bundles may go: by age, count and bytes, the oldest first, never what proves an open finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from checker.evidence.catalog import Held, bundles
from checker.evidence.files import remove
from checker.evidence.ledger import Ledger, LedgerEvent

__all__ = ["Limits", "Removed", "plan", "prune"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How old a bundle may become, how many there may be, how many bytes they may take together."""

    age: timedelta
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Removed:
    """A bundle that may go, or went, and because of what: age, count or size."""

    held: Held
    why: str


def plan(held: Iterable[Held], protected: Collection[str], limits: Limits, now: datetime) -> list[Removed]:
    """Return what may go, oldest first; pure.

    protected: folders (`RUN/ACCOUNT/SITE`) of evidence that has to stay, whatever the limits say.
    Bytes that several bundles share count once, and come free with the last of them.
    """
    kept = sorted(held, key=lambda entry: (entry.at, entry.folder))
    shared = Counter(inode for entry in kept for inode in set(entry.inodes))
    size, count = sum(size for _, size in shared), len(kept)
    gone: list[Removed] = []
    for entry in kept:
        why = _why(entry, limits, now, count, size)
        if not why or entry.folder.as_posix() in protected:
            continue
        gone.append(Removed(entry, why))
        count -= 1
        for inode in set(entry.inodes):
            shared[inode] -= 1
            size -= inode[1] if not shared[inode] else 0
    return gone


def _why(entry: Held, limits: Limits, now: datetime, count: int, size: int) -> str:
    if now - entry.at > limits.age:
        return "age"
    if count > limits.count:
        return "count"
    return "size" if size > limits.size else ""


def prune(
    root: Path, protected: Collection[str], limits: Limits, now: datetime, ledger: Ledger
) -> Iterator[Removed]:
    """Delete what may go and yield it; each deletion is in the ledger before anything is deleted."""
    for removed in plan(bundles(root), protected, limits, now):
        held = removed.held
        path = held.folder.as_posix()
        ledger.append(LedgerEvent.DELETED, held.bundle, path=path, why=removed.why)
        remove(root, held.folder)
        _remove_empty(root, held.folder.parent)
        yield removed


def _remove_empty(root: Path, folder: Path) -> None:
    for above in (folder, folder.parent):
        try:
            (root / above).rmdir()
        except OSError:
            return
