"""What one run saw of each key: exactly one observation, whatever the number of visits.

READ          a level, with every proof
UNJUDGED      a number nobody judges: readable, and neither better nor worse
ABSENT        the console says it is not there, or the list or page that would name it does not
UNREADABLE    the right page, and a proof failed
NOT_OBSERVED  nobody got there
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from checker.compare.drift import is_drift
from checker.compare.gone import Unnamed, listed, unnamed
from checker.compare.places import WHOLE, Sites
from checker.model import Key, Kind, Level, Presence, Reading, Site, Visit, settle_again

__all__ = ["Observation", "Sort", "observations", "sort_of", "together"]

# What is counted over a window of days goes up and down by itself; a violation more is one that nobody knew.
_VIOLATIONS: Final = "policy."


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
    counts_alone: whether it counts violations that no list names: one more is told by nothing else.
    """

    reading: Reading
    site: Site | None = None
    recovers: bool = True
    resolves: bool = False
    counts_alone: bool = False

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


def observations(sites: Sites, visits: Sequence[Visit]) -> dict[Key, Observation]:
    """Return what the visits of one run saw, in the order first seen.

    Args:
        sites: What was known before of the shops visited.
        visits: The visits of the run.

    Returns:
        One observation of each key: several readings of one are settled together.
    """
    drifting = {id(visit) for visit in visits if is_drift(sites[visit.place], visit)}
    read: dict[Key, list[Reading]] = defaultdict(list)
    within: dict[Key, list[Visit]] = defaultdict(list)
    for visit in visits:
        for reading in visit.readings:
            read[reading.key].append(reading)
            within[reading.key].append(visit)
    lists = {id(visit): listed(visit.readings) for visit in visits}
    seen = {
        key: Observation(
            together(its),
            within[key][-1].site,
            recovers=not any(id(v) in drifting for v in within[key]),
            counts_alone=_is_violations(its[-1])
            and not any((key.shop, key.metric, key.variant) in lists[id(v)] for v in within[key]),
        )
        for key, its in read.items()
    }
    for visit in visits:
        if id(visit) not in drifting and visit.outcome in WHOLE:
            for missing in unnamed(sites[visit.place], visit, seen):
                seen[missing.reading.key] = _absent(missing, visit)
    return seen


def _is_violations(reading: Reading) -> bool:
    key = reading.key
    return reading.kind is Kind.COUNT and not key.item and key.metric.startswith(_VIOLATIONS)


def _absent(missing: Unnamed, visit: Visit) -> Observation:
    return Observation(missing.reading, visit.site, resolves=missing.resolves)


def together(readings: Sequence[Reading]) -> Reading:
    """Return what several readings of one key in one run come to, with what proves it.

    Args:
        readings: The readings, the oldest first.

    Returns:
        One reading. A red of any of them is red.
    """
    if len({(r.presence, r.level, r.value, r.reason, r.deadline, r.disputed) for r in readings}) == 1:
        return readings[-1]
    settled = settle_again(readings)
    if settled in readings:
        return settled
    stating = [r for r in readings if (r.presence, r.level) == (settled.presence, settled.level)]
    proof = stating[-1] if stating else readings[-1]
    return replace(settled, reread=proof.reread, bundle=proof.bundle, repaired=proof.repaired)
