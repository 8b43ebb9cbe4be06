"""How a site stands as a whole, from everything known of it; pure.

    DEACTIVATED > CRITICAL > UNKNOWN > WARNING > OK          and apart from them: NO_RATING

Only what is said of the account itself makes a site critical. A metric or an item beyond its limit is a
breach: it raises the site to a warning and is counted apart. What was not read in this run is unknown,
whatever it was last time; a red that was not read again stays red. A site the console does not rate is
neither green nor red.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from checker.compare import may_show
from checker.model import (
    Key,
    Known,
    Level,
    Outcome,
    Presence,
    Reading,
    Registration,
    Run,
    Scope,
    Site,
    Visit,
)
from checker.model import Place as PlaceId

__all__ = [
    "RATING",
    "STATUS",
    "Place",
    "SiteStanding",
    "Standing",
    "count_standings",
    "level_now",
    "merged",
    "places_of",
    "roll_up",
    "roll_up_run",
    "roll_up_state",
]

STATUS: Final = "account.status"
RATING: Final = "account.health_rating"
_ABSENT: Final = (Presence.NONE, Presence.NOT_RATED, Presence.NOT_REGISTERED)
_UNOPENED: Final = (Registration.PENDING, Registration.NOT_REGISTERED)

Fresh = Callable[[Known], bool]


class Standing(StrEnum):
    """How a whole site stands."""

    DEACTIVATED = "deactivated"
    CRITICAL = "critical"
    UNKNOWN = "unknown"
    WARNING = "warning"
    OK = "ok"
    NO_RATING = "no_rating"


@dataclass(frozen=True, slots=True)
class Place:
    """One site of one account."""

    marketplace: str
    account: str
    site: Site

    @property
    def id(self) -> PlaceId:
        """What tells this place from every other."""
        return PlaceId(self.marketplace, self.account, self.site.code, self.site.shop)


@dataclass(frozen=True, slots=True)
class SiteStanding:
    """One line of the overview.

    outcome: how the visit ended; none if this run did not visit it.
    worst: the worst open finding below the account's own level.
    breaches: metrics beyond their limit; open: everything open, a counter and its items once.
    read, expected: widgets that answered, of those known. seen_at: when the site was last looked at.
    """

    place: Place
    standing: Standing
    outcome: Outcome | None = None
    status: Known | None = None
    rating: Known | None = None
    worst: Known | None = None
    breaches: int = 0
    open: int = 0
    read: int = 0
    expected: int = 0
    seen_at: datetime | None = None


def merged(known: Mapping[Key, Known], run: Run) -> dict[Key, Known]:
    """Return `known` with what the run read on top: a dry run stores nothing, and must not show old greens.

    Nothing gets better by this: only the comparison closes a finding.
    """
    states = dict(known)
    for reading in run.readings:
        state = states.get(reading.key)
        if state is None or state.last.observed_at < reading.observed_at:
            states[reading.key] = _on_top(state, reading)
    return states


def _on_top(state: Known | None, reading: Reading) -> Known:
    before = Known(reading.key, last=reading) if state is None else replace(state, last=reading)
    if reading.level is Level.UNKNOWN or (before.is_open and not reading.level.worse_than(before.level)):
        return before
    opened = before.opened_at or (reading.observed_at if reading.level.is_open else None)
    return replace(before, good=reading, opened_at=opened)


def places_of(visits: Iterable[Visit], places: Iterable[Place] = ()) -> tuple[Place, ...]:
    """Return every place known or visited, in order; the visit knows a site best."""
    by_id = {place.id: place for place in places}
    by_id |= {place.id: place for place in (Place(v.marketplace, v.account, v.site) for v in visits)}
    return tuple(by_id.values())


def roll_up_run(run: Run, known: Mapping[Key, Known], places: Iterable[Place]) -> tuple[SiteStanding, ...]:
    """Return how every place stands after a run: nothing is green that this run did not read."""
    read = {reading.key for reading in run.readings}
    outcomes = {Place(v.marketplace, v.account, v.site).id: v.outcome for v in run.visits}
    states = merged(known, run)
    return roll_up(states, places_of(run.visits, places), outcomes, lambda state: state.key in read)


def roll_up_state(
    known: Mapping[Key, Known], places: Iterable[Place], now: datetime, stale_after: timedelta
) -> tuple[SiteStanding, ...]:
    """Return how every place stands by what is stored: nothing is green that is older than the limit."""
    return roll_up(known, tuple(places), {}, lambda state: now - state.last.observed_at <= stale_after)


def roll_up(
    known: Mapping[Key, Known],
    places: Sequence[Place],
    outcomes: Mapping[PlaceId, Outcome],
    fresh: Fresh,
) -> tuple[SiteStanding, ...]:
    """Return one line for each place."""
    by_place: dict[PlaceId, list[Known]] = defaultdict(list)
    for key, state in known.items():
        by_place[key.place].append(state)
    return tuple(_stand(place, by_place[place.id], outcomes.get(place.id), fresh) for place in places)


def level_now(state: Known, *, fresh: bool) -> Level | None:
    """Return the level that may be shown for a key now; none if the console has nothing to rate."""
    return may_show(state, fresh=fresh).level


def _stand(place: Place, states: Sequence[Known], outcome: Outcome | None, fresh: Fresh) -> SiteStanding:
    live = [state for state in states if _counts(state, outcome, fresh)]
    levels = [(state, level_now(state, fresh=fresh(state))) for state in live]
    widgets = [state for state in live if not state.key.item]
    below = [(state, level) for state, level in levels if state.last.scope is not Scope.ACCOUNT]
    return SiteStanding(
        place,
        _standing(place, levels, outcome),
        outcome,
        status=_named(widgets, STATUS),
        rating=_named(widgets, RATING),
        worst=_worst(below),
        breaches=len({state.key.head for state, level in below if level is not None and level.is_red}),
        open=_open(live),
        read=sum(_answered(state, fresh) for state in widgets),
        expected=len(widgets),
        seen_at=max((state.last.observed_at for state in states), default=None),
    )


def _counts(state: Known, outcome: Outcome | None, fresh: Fresh) -> bool:
    """Leave out what is over: closed items, and widgets a whole visit no longer knows."""
    if state.is_open or state.last.scope is Scope.ACCOUNT:
        return True
    if state.key.item:
        return fresh(state) and state.last.presence is not Presence.NONE
    return fresh(state) or outcome is not Outcome.READ


def _standing(
    place: Place, levels: Sequence[tuple[Known, Level | None]], outcome: Outcome | None
) -> Standing:
    account = {level for state, level in levels if state.last.scope is Scope.ACCOUNT}
    below = {level for state, level in levels if state.last.scope is not Scope.ACCOUNT}
    if Level.DEACTIVATED in account:
        return Standing.DEACTIVATED
    if Level.CRITICAL in account:
        return Standing.CRITICAL
    if not _was_read(place, levels, outcome) or Level.UNKNOWN in account | below:
        return Standing.UNKNOWN
    if Level.WARNING in account or any(level is not None and level.is_open for level in below):
        return Standing.WARNING
    return Standing.OK if Level.OK in (account or below) else Standing.NO_RATING


def _was_read(place: Place, levels: Sequence[object], outcome: Outcome | None) -> bool:
    if outcome is Outcome.NOT_REACHABLE and place.site.registration in _UNOPENED:
        return True
    return outcome in (None, Outcome.READ) and len(levels) > 0


def _named(states: Iterable[Known], metric: str) -> Known | None:
    return next((state for state in states if state.key.metric == metric), None)


def _worst(levels: Iterable[tuple[Known, Level | None]]) -> Known | None:
    """Return the worst open finding; its own line rather than one of its items."""
    found = [
        (level.rank or 0, not state.key.item, state) for state, level in levels if level and level.is_open
    ]
    return max(found, key=lambda entry: entry[:2])[2] if found else None


def _open(states: Iterable[Known]) -> int:
    """Count what is open; a counter whose items are listed is counted by its items."""
    keys = {state.key for state in states if state.is_open}
    listed = {key.head for key in keys if key.item}
    return len(keys - listed)


def _answered(state: Known, fresh: Fresh) -> bool:
    return fresh(state) and state.last.presence in (Presence.SHOWN, *_ABSENT)


def count_standings(standings: Iterable[SiteStanding]) -> Counter[Standing]:
    """Return how many places stand how."""
    return Counter(line.standing for line in standings)
