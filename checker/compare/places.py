"""Which states belong to the shops that were visited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from checker.model import Key, Known, Outcome, Place, Visit

__all__ = ["CAME_IN", "WHOLE", "Sites", "by_site"]

Sites = Mapping[Place, dict[Key, Known]]

WHOLE: Final = (Outcome.READ, Outcome.PARTIAL)
"""Only a visit that went all the way can tell that something is gone."""

CAME_IN: Final = (*WHOLE, Outcome.DRIFT)
"""How a visit ends that got to see the site."""


def by_site(known: Mapping[Key, Known], visits: Sequence[Visit]) -> Sites:
    """Return the states of the shops visited, by shop; those of others are not looked at."""
    wanted = {visit.place for visit in visits}
    wanted |= {reading.key.place for visit in visits for reading in visit.readings}
    sites: dict[Place, dict[Key, Known]] = defaultdict(dict)
    for key in known:
        if (at := key.place) in wanted:
            sites[at][key] = known[key]
    return sites
