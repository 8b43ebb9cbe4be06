"""Compare what a run read with what was known before it; pure, and linear in what the run read.

    shown, open level     nothing open before      new, or regressed after an earlier finding
                          worse, or another cause   worsened
                          better                    improved
    shown, ok             open before               resolved
    unreadable            first time                unreadable; what was known stays
    not rated, none...    open before               vanished: gone, not known to be fixed
    an item not listed    its list read whole       resolved; otherwise it stays as it was

A visit in which a third of what was shown last time is gone at once is `drift`: reds are still
believed, but nothing may recover from it. A document of the platform shows other widgets than its
pages do: what was last read from the one is not gone because the other does not show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from checker.compare.causes import cause_of
from checker.model import (
    Change,
    DecidedBy,
    Key,
    Known,
    Level,
    Origin,
    Outcome,
    Presence,
    Reading,
    Scope,
    Verb,
    Visit,
)

__all__ = ["Comparison", "compare", "is_drift", "with_drift"]

# Fewer widgets than this are too few to tell a redesign from one broken widget.
_DRIFT_FLOOR = 3
_DRIFT_SHARE = 3
# Only a visit that went all the way can tell that something is gone.
_WHOLE = (Outcome.READ, Outcome.PARTIAL)
_GONE = (Presence.UNREADABLE, Presence.NOT_OBSERVED)
_DRIFT = "a third of what was shown last time is gone at once; nothing recovers from this visit"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a run changed: the changes to tell, and the new state of every key it touched."""

    changes: tuple[Change, ...] = ()
    known: Mapping[Key, Known] = field(default_factory=dict)


def compare(known: Mapping[Key, Known], visits: Sequence[Visit]) -> Comparison:
    """Compare each visit with `known`, in turn; of `known` only the sites visited are looked at."""
    changes: list[Change] = []
    after: dict[Key, Known] = {}
    sites = _by_site(known, visits)
    for visit in visits:
        comparison = _compare_visit(sites, visit)
        changes += comparison.changes
        after |= comparison.known
        for key, state in comparison.known.items():
            # A later visit to the same site in this run tells nothing a second time.
            sites[_place(key)][key] = state
    return Comparison(tuple(changes), after)


def with_drift(known: Mapping[Key, Known], visits: Sequence[Visit]) -> list[Visit]:
    """Return the visits, with outcome `drift` where a third of what was shown last time is gone."""
    sites = _by_site(known, visits)
    return [
        replace(visit, outcome=Outcome.DRIFT, detail=visit.detail or _DRIFT)
        if visit.outcome in _WHOLE and is_drift(sites[_place_of(visit)], visit)
        else visit
        for visit in visits
    ]


def is_drift(before: Mapping[Key, Known], visit: Visit) -> bool:
    """Tell whether a third of the widgets shown last time are gone at once from this visit."""
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


_Place = tuple[str, str, str, str]
_Sites = Mapping[_Place, dict[Key, Known]]


def _place(key: Key) -> _Place:
    return key.marketplace, key.account, key.site, key.shop


def _place_of(visit: Visit) -> _Place:
    return visit.marketplace, visit.account, visit.site.code, visit.site.shop


def _by_site(known: Mapping[Key, Known], visits: Sequence[Visit]) -> _Sites:
    wanted = {_place_of(visit) for visit in visits}
    wanted |= {_place(reading.key) for visit in visits for reading in visit.readings}
    sites: dict[_Place, dict[Key, Known]] = defaultdict(dict)
    for key in known:
        if (place := _place(key)) in wanted:
            sites[place][key] = known[key]
    return sites


def _once(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return one reading of each key; two that disagree within one visit are unreadable, not a choice."""
    latest: dict[Key, Reading] = {}
    for reading in readings:
        before = latest.get(reading.key)
        agree = before is None or (before.presence, before.level) == (reading.presence, reading.level)
        latest[reading.key] = reading if agree else _disagreeing(reading)
    return tuple(latest.values())


def _disagreeing(reading: Reading) -> Reading:
    return replace(
        reading,
        presence=Presence.UNREADABLE,
        level=Level.UNKNOWN,
        decided_by=DecidedBy.NOTHING,
        reason="read twice in one visit, with two results",
    )


def _compare_visit(sites: _Sites, visit: Visit) -> Comparison:
    before = sites[_place_of(visit)]
    visit = replace(visit, readings=_once(visit.readings))
    drift = visit.outcome is Outcome.DRIFT or (visit.outcome in _WHOLE and is_drift(before, visit))
    results = [
        _compare_key(sites[_place(reading.key)].get(reading.key), reading, visit, drift)
        for reading in visit.readings
    ]
    results += _unlisted(before, visit, drift)
    changes = [change for change, _ in results if change is not None]
    if drift and visit.readings:
        changes.append(_drift_change(visit))
    return Comparison(tuple(changes), {state.key: state for _, state in results})


_Result = tuple[Change | None, Known]


def _compare_key(state: Known | None, reading: Reading, visit: Visit, drift: bool) -> _Result:
    if reading.presence is Presence.SHOWN and reading.level is not Level.UNKNOWN:
        return _shown(state, reading, visit, drift)
    if reading.presence is Presence.UNREADABLE:
        return _unreadable(state, reading)
    if reading.presence is Presence.SHOWN:
        # Read, and nobody judged it: it is readable again, and neither better nor worse.
        return _readable_again(state, reading), replace(_seen(state, reading), unreadable_streak=0)
    if reading.presence is Presence.NOT_OBSERVED:
        return None, _seen(state, reading)
    return _absent(state, reading)


def _seen(state: Known | None, reading: Reading) -> Known:
    return Known(reading.key, last=reading) if state is None else replace(state, last=reading)


def _shown(state: Known | None, reading: Reading, visit: Visit, drift: bool) -> _Result:
    verb = _verb(state, reading)
    if drift and verb in (Verb.IMPROVED, Verb.RESOLVED):
        return None, _seen(state, reading)
    after = _confirmed(state, reading, verb)
    if verb is None:
        return _readable_again(state, reading), after
    change = Change(
        verb,
        reading.key,
        reading.level,
        level_before=None if state is None or state.good is None else state.level,
        cause=cause_of(reading, visit.site) if reading.level.is_open else None,
        detail=reading.native,
        since=after.opened_at or (state.opened_at if state else None),
        reading=reading,
    )
    return change, after


def _verb(state: Known | None, reading: Reading) -> Verb | None:
    if state is None or not state.is_open:
        if not reading.level.is_open:
            return None
        return Verb.REGRESSED if state is not None and state.had_incident else Verb.NEW
    if not reading.level.is_open:
        return Verb.RESOLVED
    if reading.level.worse_than(state.level):
        return Verb.WORSENED
    if state.level.worse_than(reading.level):
        return Verb.IMPROVED
    same = state.good is not None and state.good.fingerprint == reading.fingerprint
    return None if same else Verb.WORSENED


def _confirmed(state: Known | None, reading: Reading, verb: Verb | None) -> Known:
    opened_at = state.opened_at if state is not None else None
    if verb in (Verb.NEW, Verb.REGRESSED):
        opened_at = reading.observed_at
    elif verb is Verb.RESOLVED:
        opened_at = None
    return Known(
        reading.key,
        last=reading,
        good=reading,
        opened_at=opened_at,
        had_incident=reading.level.is_open or (state is not None and state.had_incident),
    )


def _readable_again(state: Known | None, reading: Reading) -> Change | None:
    if state is None or state.unreadable_streak == 0:
        return None
    return Change(Verb.READABLE, reading.key, reading.level, state.level, reading=reading)


def _unreadable(state: Known | None, reading: Reading) -> _Result:
    streak = 1 if state is None else state.unreadable_streak + 1
    after = replace(_seen(state, reading), unreadable_streak=streak)
    if streak > 1:
        return None, after
    before = None if state is None or state.good is None else state.level
    change = Change(
        Verb.UNREADABLE, reading.key, Level.UNKNOWN, before, detail=reading.reason, reading=reading
    )
    return change, after


def _absent(state: Known | None, reading: Reading) -> _Result:
    after = _seen(state, reading)
    if state is None or not state.is_open:
        return None, replace(after, unreadable_streak=0)
    after = replace(after, absent_streak=state.absent_streak + 1, unreadable_streak=0, vanished=True)
    return (None if state.vanished else _vanished(state, reading)), after


def _vanished(state: Known, reading: Reading) -> Change:
    return Change(
        Verb.VANISHED,
        state.key,
        state.level,
        state.level,
        detail=f"gone ({reading.presence.value}), not known to be fixed",
        since=state.opened_at,
        reading=reading,
    )


def _unlisted(before: Mapping[Key, Known], visit: Visit, drift: bool) -> Iterable[_Result]:
    """Yield what became of the open items that this visit no longer lists."""
    read = {reading.key for reading in visit.readings}
    whole = _whole_lists(visit.readings) if visit.outcome in _WHOLE else {}
    for key, state in before.items():
        if key in read or not key.item or not state.is_open or drift:
            continue
        listed_at = whole.get((key.shop, key.head.metric, key.variant))
        if listed_at is not None:
            yield _gone_from_list(state, listed_at)


def _whole_lists(readings: Iterable[Reading]) -> dict[tuple[str, str, str], datetime]:
    """Return the lists proven whole, as (shop, metric, variant) of the items they cover."""
    whole = {}
    for reading in readings:
        if reading.covers and reading.presence in (Presence.SHOWN, Presence.NONE):
            metric, _, variant = reading.covers.partition("@")
            whole[reading.key.shop, metric, variant] = reading.observed_at
    return whole


def _gone_from_list(state: Known, at: datetime) -> _Result:
    last = replace(
        state.last, presence=Presence.NONE, level=Level.UNKNOWN, observed_at=at, reason="no longer listed"
    )
    change = Change(
        Verb.RESOLVED,
        state.key,
        Level.OK,
        state.level,
        detail="no longer on the list, which was read whole",
        since=state.opened_at,
        reading=last,
    )
    return change, replace(state, last=last, opened_at=None, vanished=False, absent_streak=0)


def _drift_change(visit: Visit) -> Change:
    key = Key(visit.marketplace, visit.account, visit.site.code, "coverage", visit.site.shop)
    return Change(Verb.DRIFT, key, Level.UNKNOWN, detail=_DRIFT)
