"""What was there before and is no longer named, though the list or the page that would name it was read.

A flow yields some things only while they are there: an item of a list, a notice, a category nobody knew. They
are absent from a visit

    whose list was read whole (`covers="metric@variant"`)    over, once that was seen twice
    whose page was read whole (`covers="page:NAME"`)         over, once that was seen twice
    that read something else of their page                   gone: not known to be fixed

and not where a list of theirs, or anything else on their page, could not be read: half a list names nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from checker.model import Claim, Key, Known, Presence, Reading, Says, Scope, Visit, settle

__all__ = ["PAGE_MARK", "Unnamed", "is_passing", "listed", "unnamed"]

PAGE_MARK: Final = "page:"
"""What `covers` begins with in a reading that proves a page was read completely."""

_READ: Final = (Presence.SHOWN, Presence.NONE)
_LOST: Final = (Presence.UNREADABLE, Presence.NOT_OBSERVED)
# Of what the whole site has in every run, a flow yields a reading in every run, be it that it cannot be read.
_PASSING: Final = ("policy.", "account.notice", "coverage.")


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A key that a visit no longer names.

    resolves: whether that means that it is over: the list, or the page, was read whole.
    """

    reading: Reading
    resolves: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """What one visit proves of a list or a page: when it was read, and whether wholly."""

    at: datetime
    whole: bool


def unnamed(before: Mapping[Key, Known], visit: Visit, seen: Collection[Key]) -> Iterator[Unnamed]:
    """Yield the keys of a shop that its visit no longer names, though it read where they would stand.

    Args:
        before: What was known of the shop.
        visit: A visit that went all the way.
        seen: The keys that the run saw anything of.

    Yields:
        Each as a reading that says there is none; a key already known to be gone, and not open, is left out.
    """
    lists, pages = _lists(visit.readings), _pages(visit.readings)
    for key, state in before.items():
        if key in seen or not (state.is_open or state.last.presence in (Presence.SHOWN, Presence.UNREADABLE)):
            continue
        source = _source_of(state, lists, pages)
        if source is not None:
            yield Unnamed(_not_named(state, source.at), source.whole)


def is_passing(state: Known) -> bool:
    """Tell whether a flow yields it only while it is there."""
    key = state.key
    return bool(key.item) or state.last.scope is Scope.ITEM or key.metric.startswith(_PASSING)


def listed(readings: Iterable[Reading]) -> frozenset[tuple[str, str, str]]:
    """Return (shop, metric, variant) of what has a list of its items that was read whole."""
    return frozenset(of for of, source in _lists(readings).items() if source.whole)


def _source_of(
    state: Known, lists: Mapping[tuple[str, str, str], _Source], pages: Mapping[tuple[str, str], _Source]
) -> _Source | None:
    """Return the list or the page that would name it, if the visit read that."""
    if not is_passing(state):
        return None
    key, page = state.key, _page_of(state)
    of_list = lists.get((key.shop, key.metric, key.variant)) if key.item else None
    if of_list is not None:
        return of_list if of_list.whole else None
    return pages.get((key.shop, page)) if page else None


def _page_of(state: Known) -> str:
    """Return the page it was seen on last, whatever became of it since."""
    return state.last.origin.page or ("" if state.good is None else state.good.origin.page)


def _lists(readings: Iterable[Reading]) -> dict[tuple[str, str, str], _Source]:
    """Return the lists by (shop, metric, variant) of the items they cover."""
    lists: dict[tuple[str, str, str], _Source] = {}
    for reading in readings:
        if reading.covers and not reading.covers.startswith(PAGE_MARK):
            metric, _, variant = reading.covers.partition("@")
            lists[reading.key.shop, metric, variant] = _Source(reading.observed_at, reading.presence in _READ)
    return lists


def _pages(readings: Iterable[Reading]) -> dict[tuple[str, str], _Source]:
    """Return the pages by (shop, name) that something was read of, and nothing was lost of."""
    pages: dict[tuple[str, str], _Source] = {}
    lost: set[tuple[str, str]] = set()
    for reading in readings:
        shop = reading.key.shop
        if reading.covers.startswith(PAGE_MARK) and reading.presence in _READ:
            pages[shop, reading.covers.removeprefix(PAGE_MARK)] = _Source(reading.observed_at, whole=True)
        elif reading.presence in _LOST:
            lost.add((shop, reading.origin.page))
        else:
            pages.setdefault((shop, reading.origin.page), _Source(reading.observed_at, whole=False))
    return {at: source for at, source in pages.items() if source.whole or at not in lost}


def _not_named(state: Known, at: datetime) -> Reading:
    last = state.last
    says = Claim(
        state.key,
        Says.NONE,
        at,
        scope=last.scope,
        kind=last.kind,
        reason="no longer listed",
        origin=last.origin,
        flow=last.flow,
        details=last.details,
    )
    return settle([says])
