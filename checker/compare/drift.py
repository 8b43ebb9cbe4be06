"""A visit in which a third of what was shown last time is gone at once: nothing may recover from it.

A document of the platform shows other widgets than its pages do: what was last read from the one is not
gone because the other does not show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from checker.compare.places import WHOLE, by_site
from checker.model import Change, Key, Known, Level, Origin, Outcome, Presence, Reading, Scope, Verb, Visit

__all__ = ["drift_change", "is_drift", "with_drift"]

# Fewer widgets than this are too few to tell a redesign from one broken widget.
_DRIFT_FLOOR = 3
_DRIFT_SHARE = 3
_GONE = (Presence.UNREADABLE, Presence.NOT_OBSERVED)
_DRIFT = "a third of what was shown last time is gone at once; nothing recovers from this visit"


def with_drift(known: Mapping[Key, Known], visits: Sequence[Visit]) -> list[Visit]:
    """Return the visits, with outcome `drift` where a third of what was shown last time is gone."""
    sites = by_site(known, visits)
    return [
        replace(visit, outcome=Outcome.DRIFT, detail=visit.detail or _DRIFT)
        if is_drift(sites[visit.place], visit)
        else visit
        for visit in visits
    ]


def is_drift(before: Mapping[Key, Known], visit: Visit) -> bool:
    """Tell whether a third of the widgets shown last time are gone at once from this visit.

    A visit that failed says itself why it read so little.
    """
    if visit.outcome not in WHOLE:
        return visit.outcome is Outcome.DRIFT
    now = {reading.key: reading.presence for reading in visit.readings}
    sorts = _sorts(visit)
    shown = [
        key
        for key, state in before.items()
        if (seen := _shown_last(state)) is not None
        and seen.scope in (Scope.ACCOUNT, Scope.METRIC)
        and bool(seen.origin.page) in sorts
    ]
    gone = sum(now.get(key, Presence.NOT_OBSERVED) in _GONE for key in shown)
    return gone >= _DRIFT_FLOOR and gone * _DRIFT_SHARE >= len(shown)


def drift_change(visit: Visit) -> Change:
    """Return the change that tells of a drifting visit."""
    key = visit.place.key("coverage")
    return Change(Verb.DRIFT, key, Level.UNKNOWN, detail=_DRIFT)


def _sorts(visit: Visit) -> tuple[bool, ...]:
    """Return which sort of source the visit read: pages (True), a document (False), or nobody can tell."""
    origins = [reading.origin for reading in visit.readings if reading.origin != Origin()]
    if any(origin.page for origin in origins):
        return (True,)
    return (False,) if origins else (True, False)


def _shown_last(state: Known) -> Reading | None:
    """Return what was shown the last time anybody got there; none if it was not shown then."""
    if state.last.presence is Presence.SHOWN:
        return state.last
    if state.last.presence is Presence.NOT_OBSERVED and state.unreadable_streak == 0:
        return state.good
    return None
