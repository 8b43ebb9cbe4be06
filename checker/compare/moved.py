"""An item that a console lists under another category keeps the key under which it was told.

The console's own number and its words say that it is the same matter; its category may come and go with what
a tab shows. Were it known by each, one violation would be told twice, and the first be over without being so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from checker.compare.places import by_site
from checker.model import Key, Known, Presence, Reading, Visit

__all__ = ["with_known_keys"]


def with_known_keys(known: Mapping[Key, Known], visits: Sequence[Visit]) -> list[Visit]:
    """Return the visits, each open item under the key it was told by.

    Args:
        known: Everything known of the accounts visited.
        visits: What the run read.

    Returns:
        The visits. An item is the same where number and words are, and its own key is not named any more.
    """
    sites = by_site(known, visits)
    return [_of_visit(sites[visit.place], visit) for visit in visits]


def _of_visit(before: Mapping[Key, Known], visit: Visit) -> Visit:
    named = {reading.key for reading in visit.readings}
    left = {
        (key.shop, key.item, state.good.native): key
        for key, state in before.items()
        if key.item and key not in named and state.is_open and state.good is not None and state.good.native
    }
    moved = {reading.key: key for reading in visit.readings if (key := _told_as(reading, before, left))}
    if not moved:
        return visit
    readings = (replace(reading, key=moved.get(reading.key, reading.key)) for reading in visit.readings)
    return replace(visit, readings=tuple(readings))


def _told_as(
    reading: Reading, before: Mapping[Key, Known], left: Mapping[tuple[str, str, str], Key]
) -> Key | None:
    key = reading.key
    if not key.item or key in before or reading.presence is not Presence.SHOWN:
        return None
    return left.get((key.shop, key.item, reading.native))
