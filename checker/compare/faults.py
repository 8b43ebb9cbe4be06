"""Reds that are our own fault: the page changed, and everything on it turned red at once.

They become unreadable, which keeps what was known, is never green and is told at once. One red alone is
always believed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from checker.compare.observations import Observation, Sort, as_unreadable
from checker.compare.places import place
from checker.compare.signals import is_implausible, is_s1, is_s2, moved, shared_key
from checker.model import Key, Known

__all__ = ["FAULT", "disbelieved"]

FAULT: Final = "the page has changed and everything on it turned red at once: it may be misread"
# Of what turned red, at least this share must have been found by other means than before.
_MOVED_SHARE: Final = 0.5

_Seen = Mapping[Key, Observation]


def disbelieved(known: Mapping[Key, Known], seen: _Seen) -> tuple[dict[Key, Observation], frozenset[Key]]:
    """Return the observations with those of a changed page made unreadable, and their keys."""
    turned = [key for key, entry in seen.items() if _turned_bad(known.get(key), entry)]
    faults: set[Key] = set()
    if any(moved(known, seen[key].reading) for key in turned):
        faults = {
            key for group in _suspicious(seen, turned) if _has_moved(known, seen, group) for key in group
        }
    after = dict(seen)
    for key in faults:
        after[key] = replace(seen[key], reading=as_unreadable(seen[key].reading, FAULT))
    return after, frozenset(faults)


def _turned_bad(state: Known | None, entry: Observation) -> bool:
    if entry.sort is not Sort.READ or state is None or state.good is None:
        return False
    return entry.reading.level.worse_than(state.level)


def _suspicious(seen: _Seen, turned: Iterable[Key]) -> Iterable[list[Key]]:
    """Yield what turned bad together: a widget of many accounts (S1), a site (S2), or implausibly (S3)."""
    by_widget: dict[Key, list[Key]] = defaultdict(list)
    by_site: dict[tuple[str, ...], list[Key]] = defaultdict(list)
    for key in turned:
        if not key.item:
            by_widget[shared_key(key)].append(key)
            by_site[place(key)].append(key)
    accounts: dict[Key, set[str]] = defaultdict(set)
    widgets: dict[tuple[str, ...], int] = defaultdict(int)
    for key, entry in seen.items():
        if not key.item and entry.sort is Sort.READ:
            accounts[shared_key(key)].add(key.account)
            widgets[place(key)] += 1
    for widget, keys in by_widget.items():
        if is_s1(len({key.account for key in keys}), len(accounts[widget])):
            yield keys
    for site, keys in by_site.items():
        if is_s2([seen[key].reading for key in keys], widgets[site]):
            yield keys
        else:
            yield from ([key] for key in keys if is_implausible(seen[key].reading))


def _has_moved(known: Mapping[Key, Known], seen: _Seen, keys: list[Key]) -> bool:
    return sum(moved(known, seen[key].reading) for key in keys) >= _MOVED_SHARE * len(keys)
