"""A key over time: what its findings went through, and its values as a small curve; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from checker.model import Change, Level, Presence, Reading

__all__ = ["Moment", "level_line", "moment_of", "sparkline"]

_BARS: Final = "▁▂▃▄▅▆▇█"
_ASCII_BARS: Final = "_.-=+*#@"
_LEVELS: Final = {
    Level.OK: ("▁", "_"),
    Level.WARNING: ("▄", "w"),
    Level.CRITICAL: ("▆", "C"),
    Level.DEACTIVATED: ("█", "D"),
}
_LOST: Final = ("?", "?")
_ABSENT: Final = ("·", ".")
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to the findings of a key.

    what: the verb of a change, or what a person did. by: the run, or the person.
    """

    at: datetime
    what: str
    level: Level
    by: str = ""
    detail: str = ""


def moment_of(at: datetime, run_id: str, change: Change) -> Moment:
    """Return a change of a run as a moment."""
    return Moment(at, change.verb.value, change.level, run_id, change.detail)


def level_line(readings: Iterable[Reading], *, ascii_only: bool = False) -> str:
    """Return one sign for each reading: how bad it was, `?` where nothing could be read."""
    return "".join(_sign(reading)[ascii_only] for reading in readings)


def _sign(reading: Reading) -> tuple[str, str]:
    if reading.presence in (Presence.UNREADABLE, Presence.NOT_OBSERVED):
        return _LOST
    return _LEVELS.get(reading.level, _ABSENT)


def sparkline(readings: Sequence[Reading], *, ascii_only: bool = False) -> str:
    """Return the values as a curve, one sign each, from the lowest to the highest; nothing without two."""
    numbers = [None if reading.value is None else float(reading.value) for reading in readings]
    known = [number for number in numbers if number is not None]
    if len(set(known)) < _TWO:
        return ""
    low, high, bars = min(known), max(known), _ASCII_BARS if ascii_only else _BARS
    top = len(bars) - 1
    return "".join(
        " " if number is None else bars[round((number - low) / (high - low) * top)] for number in numbers
    )
