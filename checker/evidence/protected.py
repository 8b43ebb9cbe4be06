"""Which evidence has to stay: whatever was read of a finding since it was opened, as long as it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from checker.model import Key, Known, Reading

__all__ = ["folders_of", "protected_folders"]


def protected_folders(
    known: Mapping[Key, Known], history: Callable[[Key], Iterable[Reading]]
) -> frozenset[str]:
    """Return the folders of evidence that may not be deleted."""
    kept: set[str] = set()
    for key, state in known.items():
        readings = [state.last] if state.good is None else [state.last, state.good]
        if state.opened_at is not None:
            since = state.opened_at
            readings += [reading for reading in history(key) if reading.observed_at >= since]
        elif state.last.level.is_open:
            readings += list(history(key))
        if state.is_open or state.unreadable_streak:
            kept |= folders_of(readings)
    return frozenset(kept)


def folders_of(readings: Iterable[Reading]) -> set[str]:
    """Return the folders readings have their evidence in."""
    names = (name for reading in readings for name in reading.evidence)
    return {PurePosixPath(name).parent.as_posix() for name in names}
