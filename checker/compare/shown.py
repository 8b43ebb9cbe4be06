"""What may be shown for a key: green only if it was read, believed, and nothing speaks against it; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from checker.compare.confirmed import asks
from checker.model import DecidedBy, Kind, Known, Level, Presence, Quiet, Scope

__all__ = ["RollUp", "Shown", "may_show", "quiet", "roll_up_levels"]

RATING: Final = "account.health_rating"
"""The number an overview shows of each shop."""

_ABSENT: Final = (Presence.NONE, Presence.NOT_RATED, Presence.NOT_REGISTERED)
_ORDER: Final = (Level.DEACTIVATED, Level.CRITICAL, Level.UNKNOWN, Level.WARNING, Level.OK)


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown: a level, none where the console has nothing to rate.

    certain: whether it was read and is believed; otherwise it is shown with a question mark and its age.
    """

    level: Level | None
    certain: bool = True


def may_show(state: Known, *, fresh: bool) -> Shown:
    """Return what may be shown; `fresh` tells whether the key was looked at recently enough.

    A red stays red until something that was read, often enough, says otherwise; one that something
    contradicts is shown as red. Nothing else that was not read is shown as anything but unknown.
    """
    if state.is_open and state.level.is_red:
        firm = fresh and state.last.presence is Presence.SHOWN and not state.is_disputed
        return Shown(state.level, certain=firm)
    if state.last.presence in _ABSENT:
        return Shown(state.level, certain=False) if state.is_open else Shown(None)
    if state.last.presence is not Presence.SHOWN or not fresh:
        return Shown(Level.UNKNOWN, certain=False)
    if state.last.level is Level.UNKNOWN:
        return Shown(_without_level(state))
    if not state.is_open:
        return Shown(state.last.level)
    worst = state.last.level if state.last.level.worse_than(state.level) else state.level
    # An open finding is never shown as ok, whatever was read last.
    return Shown(worst if worst.is_open else Level.WARNING)


def _without_level(state: Known) -> Level | None:
    """A number nobody judges is no news, whatever stands beside it; a status without a level is unknown."""
    last = state.last
    word = last.kind is Kind.STATUS and last.native != "" and last.decided_by is DecidedBy.NOTHING
    judged = last.scope is Scope.ACCOUNT or word
    return Level.UNKNOWN if judged or state.is_open else None


def quiet(state: Known) -> Quiet | None:
    """Return how an overview may count a key, or none if it must be looked at.

    Only what was read and is in order, or is known not to be there, is counted: whatever is open, was not
    read, cannot be judged, or has a number the overview shows is looked at.
    """
    shown = may_show(state, fresh=True)
    trouble = state.is_open or state.is_unread or state.unreadable_streak or state.accepted is not None
    if trouble or state.key.metric == RATING or shown.level not in (None, Level.OK):
        return None
    last = state.last
    return Quiet(
        last.presence, shown.level, last.scope is Scope.ACCOUNT, bool(state.key.item), is_asked=asks(state)
    )


@dataclass(frozen=True, slots=True)
class RollUp:
    """How much is how, the worst first; `worst` decides, and the counts are always told with it."""

    worst: Level
    counts: tuple[tuple[Level, int], ...]
    total: int


def roll_up_levels(levels: Iterable[Level]) -> RollUp:
    """Return the worst of many levels, with the counts: deactivated, critical, unknown, warning, ok."""
    counts = Counter(levels)
    ordered = tuple((level, counts[level]) for level in _ORDER if counts[level])
    return RollUp(ordered[0][0] if ordered else Level.UNKNOWN, ordered, counts.total())
