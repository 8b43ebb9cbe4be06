"""Which site a key, a state or a visit belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from checker.model import Key, Known, Outcome, Visit

__all__ = ["WHOLE", "SitePlace", "Sites", "by_site", "place", "place_of"]

SitePlace = tuple[str, str, str, str]
Sites = Mapping[SitePlace, dict[Key, Known]]

WHOLE: Final = (Outcome.READ, Outcome.PARTIAL)
"""Only a visit that went all the way can tell that something is gone."""


def place(key: Key) -> SitePlace:
    """Return the site of a key: marketplace, account, site, shop."""
    return key.marketplace, key.account, key.site, key.shop


def place_of(visit: Visit) -> SitePlace:
    """Return the site of a visit."""
    return visit.marketplace, visit.account, visit.site.code, visit.site.shop


def by_site(known: Mapping[Key, Known], visits: Sequence[Visit]) -> Sites:
    """Return the states of the sites visited, by site; those of other sites are not looked at."""
    wanted = {place_of(visit) for visit in visits}
    wanted |= {place(reading.key) for visit in visits for reading in visit.readings}
    sites: dict[SitePlace, dict[Key, Known]] = defaultdict(dict)
    for key in known:
        if (at := place(key)) in wanted:
            sites[at][key] = known[key]
    return sites
