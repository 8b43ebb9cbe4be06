"""Looking twice: what is newly red or unreadable is read once more, after a fresh load, in the same visit.

red, red again                  believed at once
red, and then something else    suspect: the first reading stands, with what contradicts it
unreadable, then read           what was read counts; the page had not finished
anything, and no second look    counts as it was read: a red is never lost because a page was slow
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from checker.model import Presence, Reading, Reread

__all__ = ["confirmed", "wants_second_look"]

_UNREADABLE: Final = Presence.UNREADABLE.value


def wants_second_look(readings: Iterable[Reading], known: Mapping[str, str]) -> bool:
    """Tell whether anything is red or unreadable that was not before.

    known: by key, the fingerprint of what is open already, or `unreadable`.
    """
    return any(_is_news(reading, known) for reading in readings)


def _is_news(reading: Reading, known: Mapping[str, str]) -> bool:
    if reading.level.is_open:
        return known.get(str(reading.key)) != reading.fingerprint
    return reading.presence is Presence.UNREADABLE and known.get(str(reading.key)) != _UNREADABLE


def confirmed(first: Sequence[Reading], second: Sequence[Reading]) -> list[Reading]:
    """Return one reading of each: the first look's, marked with what the second made of it.

    What only the second look saw is kept as it is.
    """
    again = {reading.key: reading for reading in second}
    seen = {reading.key for reading in first}
    return [
        *(_judged(reading, again.get(reading.key)) for reading in first),
        *(reading for reading in second if reading.key not in seen),
    ]


def _judged(first: Reading, second: Reading | None) -> Reading:
    if first.presence is Presence.UNREADABLE:
        return first if second is None or second.presence is Presence.NOT_OBSERVED else second
    if not first.level.is_open:
        return _worse_of(first, second)
    if second is not None and (second.presence, second.level) == (first.presence, first.level):
        return replace(first, reread=Reread.AGREES)
    return replace(first, reread=Reread.DISAGREES, contradicts=f"read again: {_said(second)}")


def _worse_of(first: Reading, second: Reading | None) -> Reading:
    """Return a green of the first look, unless the second one is red: that is seen once, and contradicted."""
    if second is None or not second.level.is_open:
        return first
    return replace(second, reread=Reread.DISAGREES, contradicts=f"read before: {_said(first)}")


def _said(reading: Reading | None) -> str:
    if reading is None:
        return "not there"
    what = reading.level if reading.presence is Presence.SHOWN else reading.presence
    return f"{what.value} {reading.native}".strip()
