"""What one run saw of each key: exactly one observation, whatever the number of visits.

READ          a level, with every proof
UNJUDGED      a number nobody judges: readable, and neither better nor worse
ABSENT        the console says it is not there, or a list that was read whole does not name it
UNREADABLE    the right page, and a proof failed
NOT_OBSERVED  nobody got there
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from checker.compare.drift import is_drift
from checker.compare.places import WHOLE, Sites, place_of
from checker.model import DecidedBy, Key, Known, Level, Presence, Reading, Site, Visit

__all__ = ["Observation", "Sort", "as_unreadable", "observations", "sort_of"]


class Sort(StrEnum):
    """What sort of observation it is."""

    READ = "read"
    UNJUDGED = "unjudged"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    NOT_OBSERVED = "not_observed"


@dataclass(frozen=True, slots=True)
class Observation:
    """What a run saw of one key.

    recovers: whether anything may get better by it; not in a visit that drifts.
    resolves: whether its absence means that it is over: it is not on a list that was read whole.
    """

    reading: Reading
    site: Site | None = None
    recovers: bool = True
    resolves: bool = False

    @property
    def sort(self) -> Sort:
        """What sort of observation it is."""
        return sort_of(self.reading)


def sort_of(reading: Reading) -> Sort:
    """Return what sort of observation a reading is."""
    match reading.presence:
        case Presence.SHOWN:
            return Sort.UNJUDGED if reading.level is Level.UNKNOWN else Sort.READ
        case Presence.UNREADABLE:
            return Sort.UNREADABLE
        case Presence.NOT_OBSERVED:
            return Sort.NOT_OBSERVED
        case _:
            return Sort.ABSENT


def as_unreadable(reading: Reading, why: str) -> Reading:
    """Return a reading that is not believed, with the reason; what the console said is kept beside it."""
    return replace(
        reading,
        presence=Presence.UNREADABLE,
        level=Level.UNKNOWN,
        decided_by=DecidedBy.NOTHING,
        reason=why,
        contradicts=reading.contradicts or f"{reading.level.value} {reading.native}".strip(),
    )


def observations(sites: Sites, visits: Sequence[Visit]) -> dict[Key, Observation]:
    """Return what the visits of one run saw, in the order first seen."""
    seen: dict[Key, Observation] = {}
    for visit in visits:
        drift = is_drift(sites[place_of(visit)], visit)
        for reading in visit.readings:
            entry = Observation(_one_of(seen.get(reading.key), reading), visit.site, recovers=not drift)
            seen[reading.key] = entry
    for visit in visits:
        drift = is_drift(sites[place_of(visit)], visit)
        if not drift and visit.outcome in WHOLE:
            for entry in _unlisted(sites[place_of(visit)], visit, seen):
                seen[entry.reading.key] = entry
    return seen


def _one_of(before: Observation | None, reading: Reading) -> Reading:
    """Return the later of two readings of a key; two that disagree are unreadable, not a choice."""
    if before is None:
        return reading
    first = before.reading
    if (first.presence, first.level) == (reading.presence, reading.level):
        return reading
    return as_unreadable(reading, "read twice in one visit, with two results")


def _unlisted(before: Mapping[Key, Known], visit: Visit, seen: Mapping[Key, object]) -> Iterator[Observation]:
    """Yield the open items that this visit no longer lists, though it read their list whole."""
    whole = _whole_lists(visit.readings)
    for key, state in before.items():
        if not key.item or not state.is_open or key in seen:
            continue
        listed_at = whole.get((key.shop, key.head.metric, key.variant))
        if listed_at is not None:
            yield Observation(_not_listed(state, listed_at), visit.site, resolves=True)


def _whole_lists(readings: Iterable[Reading]) -> dict[tuple[str, str, str], datetime]:
    """Return the lists proven whole, as (shop, metric, variant) of the items they cover."""
    whole = {}
    for reading in readings:
        if reading.covers and reading.presence in (Presence.SHOWN, Presence.NONE):
            metric, _, variant = reading.covers.partition("@")
            whole[reading.key.shop, metric, variant] = reading.observed_at
    return whole


def _not_listed(state: Known, at: datetime) -> Reading:
    last = state.last
    return Reading(
        state.key, Presence.NONE, at, scope=last.scope, kind=last.kind, reason="no longer listed",
        origin=last.origin, flow=last.flow, details=last.details,
    )  # fmt: skip
