"""What could not be read, by cause: the same matter on many sites and widgets is told once; pure.

    missing from the summary answer: 3 widgets on 7 sites

A widget that never gave anything on this console is *unavailable*: it is listed apart, and once somebody has
accepted that, nothing else speaks of it. One that was readable and is no more is told until it is read again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from checker.model import Change, Key, Known, Outcome, Presence, Run, Site, Verb, Visit, visit_exit
from checker.model import Place as PlaceId
from checker.report.rollup import Place, is_accepted

__all__ = ["Unread", "cause_of_reason", "unread_in", "unread_known"]

_UNREAD: Final = (Presence.UNREADABLE, Presence.NOT_OBSERVED)
_REACHED: Final = (Outcome.READ, Outcome.PARTIAL, Outcome.DRIFT)
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|“[^”]*”")
_COUNTED: Final = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Unread:
    """One cause for which something could not be read, on however many sites it is the same.

    detail: the cause, in the flow's or the console's words. places: where it holds, each once.
    states: the widgets that were not read for it. drift: a third of the page was gone at once.
    unavailable: whether none of them ever gave anything on this console.
    accepted: whether somebody accepted that of all of them.
    """

    places: tuple[Place, ...]
    outcome: Outcome
    detail: str = ""
    states: tuple[Known, ...] = ()
    drift: bool = False
    unavailable: bool = False
    accepted: bool = False

    @property
    def place(self) -> Place:
        """The first of its places."""
        return self.places[0]

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts it is about."""
        return frozenset(place.account for place in self.places)

    @property
    def widgets(self) -> int:
        """How many different widgets it is about; the same one on many sites counts once."""
        return len({(s.key.metric, s.key.variant, s.key.cycle) for s in self.states})

    @property
    def named(self) -> tuple[Known, ...]:
        """What must be told one by one: a widget with a reason, and one that was not in order."""
        return tuple(state for state in self.states if not _in_order(state))

    @property
    def rest(self) -> tuple[Known, ...]:
        """What may be told in one line: never reached, and in order or never read when last known."""
        return tuple(state for state in self.states if _in_order(state))


def cause_of_reason(reason: str) -> str:
    """Return a reason without what it quotes and counts: the same said of two fields is one cause."""
    return _COUNTED.sub("N", _QUOTED.sub("…", reason)).strip()


def unread_in(run: Run, states: Mapping[Key, Known]) -> tuple[Unread, ...]:
    """Return what a run could not read, by cause; `states` is what is known after it."""
    found: dict[_Cause, list[_Lost]] = defaultdict(list)
    read = {key.place for key, state in states.items() if state.was_read}
    at: dict[_Site, list[Key]] = defaultdict(list)
    for key in states:
        at[_site_of(key)].append(key)
    drifts: dict[_Site, list[Change]] = defaultdict(list)
    for change in run.changes:
        if change.verb is Verb.DRIFT:
            drifts[_site_of(change.key)].append(change)
    for visit in run.visits:
        place = Place(visit.marketplace, visit.account, visit.site)
        failed = bool(visit_exit(visit, was_read=visit.place in read))
        lost = tuple(_lost(visit, states, at[_site_of(visit.place)], failed=failed))
        drifted = any(_is_at(change.key, visit) for change in drifts[_site_of(visit.place)])
        for cause, state, text in _causes(visit, lost, drifted=drifted, failed=failed):
            found[cause].append(_Lost(place, state, text))
    return tuple(_entry(cause, lost) for cause, lost in found.items())


def unread_known(known: Mapping[Key, Known], places: Iterable[Place]) -> tuple[Unread, ...]:
    """Return what the last look at each widget could not read, by cause, whichever run made it."""
    at = {place.id: place for place in places}
    found: dict[_Cause, list[_Lost]] = defaultdict(list)
    for key in sorted(known):
        state = known[key]
        if state.last.presence not in _UNREAD or _in_order(state):
            continue
        cause = _of_widget(state) if state.last.presence is Presence.UNREADABLE else _of_visit(state)
        place = at.get(key.place) or Place(
            key.marketplace, key.account, Site(key.site, key.site, key.site, shop=key.shop)
        )
        found[cause].append(_Lost(place, state, state.last.reason))
    return tuple(_entry(cause, lost) for cause, lost in found.items())


_Site = tuple[str, str, str]


class _Sort(StrEnum):
    """What a cause is about."""

    WIDGET = "widget"
    DRIFT = "drift"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class _Cause:
    """What things not read are grouped by; a cause on a page holds for every account of the marketplace."""

    sort: _Sort
    marketplace: str
    text: str
    outcome: Outcome = Outcome.READ
    account: str = ""
    unavailable: bool = False


@dataclass(frozen=True, slots=True)
class _Lost:
    place: Place
    state: Known | None
    text: str


def _of_widget(state: Known) -> _Cause:
    text = cause_of_reason(state.last.reason)
    return _Cause(_Sort.WIDGET, state.key.marketplace, text, unavailable=state.never_readable)


def _of_visit(state: Known) -> _Cause:
    return _Cause(_Sort.VISIT, state.key.marketplace, state.last.reason, account=state.key.account)


def _entry(cause: _Cause, lost: Sequence[_Lost]) -> Unread:
    texts = tuple(dict.fromkeys(one.text for one in lost))
    states = tuple(one.state for one in lost if one.state is not None)
    return Unread(
        tuple({one.place.id: one.place for one in lost}.values()),
        cause.outcome,
        texts[0] if len(texts) == 1 else cause.text,
        states,
        drift=cause.sort is _Sort.DRIFT,
        unavailable=cause.unavailable,
        accepted=bool(states) and all(map(is_accepted, states)),
    )


def _causes(
    visit: Visit, lost: Sequence[Known], *, drifted: bool, failed: bool
) -> Iterator[tuple[_Cause, Known | None, str]]:
    """Yield each thing not read on a visit, its cause, and the words for that."""
    whole = _Cause(_Sort.VISIT, visit.marketplace, visit.detail, visit.outcome, visit.account)
    if drifted:
        drift = _Cause(_Sort.DRIFT, visit.marketplace, visit.detail, visit.outcome, visit.account)
        yield from ((drift, state, visit.detail) for state in lost or (None,))
        return
    reached = visit.outcome in _REACHED
    unreadable = [state for state in lost if reached and state.last.presence is Presence.UNREADABLE]
    rest = [state for state in lost if not (reached and state.last.presence is Presence.UNREADABLE)]
    yield from ((_of_widget(state), state, state.last.reason) for state in unreadable)
    if rest or (failed and not unreadable):
        yield from ((whole, state, visit.detail) for state in rest or (None,))


def _lost(visit: Visit, states: Mapping[Key, Known], here: Iterable[Key], *, failed: bool) -> Iterator[Known]:
    """Yield what was there to be read on this visit and was not; `here` is all that is known of its site."""
    read = {reading.key: reading for reading in visit.readings}
    lost = [key for key, reading in read.items() if reading.presence in _UNREAD and key in states]
    if failed:
        lost += [key for key in here if key not in read and _is_at(key, visit) and not key.item]
    return (states[key] for key in sorted(lost))


def _site_of(where: Key | PlaceId) -> _Site:
    return where.marketplace, where.account, where.site


def _is_at(key: Key, visit: Visit) -> bool:
    here = (visit.marketplace, visit.account, visit.site.code)
    return (key.marketplace, key.account, key.site) == here and key.shop in ("", visit.site.shop)


def _in_order(state: Known) -> bool:
    """Tell whether nothing is known to be wrong with a widget but that the visit never came to it."""
    return state.last.presence is not Presence.UNREADABLE and not state.is_open
