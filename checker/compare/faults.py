"""Reds that a rebuilt page may explain: the page changed, and what stands on it turned red at once.

They are disputed, not taken back: a stopped account's page looks otherwise too. They are told at once, as one
message, and the mark goes once the page has been read twice as it is built now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from checker.compare.observations import Observation, Sort
from checker.compare.signals import REBUILT, is_implausible, is_s1, is_s2, moved, shared_key
from checker.model import Key, Known, Place, doubted

__all__ = ["doubt_rebuilt"]

# Of what turned red, at least this share must have been found by other means than before.
_MOVED_SHARE: Final = 0.5

_Seen = Mapping[Key, Observation]


def doubt_rebuilt(known: Mapping[Key, Known], seen: _Seen) -> tuple[dict[Key, Observation], frozenset[Key]]:
    """Return the observations with the reds of a rebuilt page disputed, and the keys of those.

    Args:
        known: What was known before, by key.
        seen: What the run saw, by key.

    Returns:
        The observations, no level of them changed, and the keys that the change of the page speaks against.
    """
    turned = [key for key, entry in seen.items() if _turned_bad(known.get(key), entry)]
    faults: set[Key] = set()
    if any(moved(known, seen[key].reading) for key in turned):
        faults = {
            key for group in _suspicious(seen, turned) if _has_moved(known, seen, group) for key in group
        }
    faults |= {key for key, entry in seen.items() if _is_rebuilt_again(known, key, entry)}
    after = dict(seen)
    for key in faults:
        after[key] = replace(seen[key], reading=doubted(seen[key].reading, REBUILT, "the build of the page"))
    return after, frozenset(key for key in faults if after[key].reading.disputed)


def _turned_bad(state: Known | None, entry: Observation) -> bool:
    if entry.sort is not Sort.READ or state is None or state.good is None:
        return False
    return entry.reading.level.worse_than(state.level)


def _is_rebuilt_again(known: Mapping[Key, Known], key: Key, entry: Observation) -> bool:
    """Tell whether a red that a change of the page spoke against stands on a page changed once more."""
    state = known.get(key)
    if state is None or state.good is None or entry.sort is not Sort.READ:
        return False
    doubted_before = any(said.reason == REBUILT for said in state.good.claims)
    return doubted_before and moved(known, entry.reading)


def _suspicious(seen: _Seen, turned: Iterable[Key]) -> Iterable[list[Key]]:
    """Yield what turned bad together: a widget of many accounts (S1), a site (S2), or implausibly (S3)."""
    by_widget: dict[Key, list[Key]] = defaultdict(list)
    by_site: dict[Place, list[Key]] = defaultdict(list)
    for key in turned:
        if not key.item:
            by_widget[shared_key(key)].append(key)
            by_site[key.place].append(key)
    accounts: dict[Key, set[str]] = defaultdict(set)
    widgets: dict[Place, int] = defaultdict(int)
    for key, entry in seen.items():
        if not key.item and entry.sort is Sort.READ:
            accounts[shared_key(key)].add(key.account)
            widgets[key.place] += 1
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
