"""How a site stands as a whole, from everything known of it; pure.

    DEACTIVATED > CRITICAL > WARNING > UNKNOWN > OK          and apart from them: NO_RATING

A site stands as its worst open level, whatever else of it was not read; how much was not read is counted
beside it. With nothing open it is unknown as long as anything was not read. What a run did not visit stands
by what is stored, and is unknown once that is older than the limit; a red never grows old. A site the console
does not rate is neither green nor red.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from checker.compare import RATING, may_show
from checker.model import (
    Key,
    Known,
    Level,
    Outcome,
    Presence,
    QuietGroup,
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
    "STALE_AFTER",
    "STATUS",
    "Fresh",
    "Place",
    "SiteStanding",
    "Standing",
    "count_standings",
    "freshness",
    "is_accepted",
    "is_information",
    "level_now",
    "merged",
    "places_of",
    "roll_up",
    "roll_up_run",
    "roll_up_state",
    "subject",
    "told_reading",
    "worst_standing",
]

STATUS: Final = "account.status"
STALE_AFTER: Final = timedelta(hours=48)
"""How old what is stored may be before nothing is green by it, unless the settings say otherwise."""

_ABSENT: Final = (Presence.NONE, Presence.NOT_RATED, Presence.NOT_REGISTERED)
_UNOPENED: Final = (Registration.PENDING, Registration.NOT_REGISTERED)

_NOTHING_QUIET: Final[Mapping[PlaceId, Sequence[QuietGroup]]] = MappingProxyType({})

Fresh = Callable[[Known], bool]


class Standing(StrEnum):
    """How a whole site stands."""

    DEACTIVATED = "deactivated"
    CRITICAL = "critical"
    WARNING = "warning"
    UNKNOWN = "unknown"
    OK = "ok"
    NO_RATING = "no_rating"


@dataclass(frozen=True, slots=True)
class Place:
    """One site of one account.

    asked: whether the settings want it read; a site they leave out is no site that could not be read.
    """

    marketplace: str
    account: str
    site: Site
    asked: bool = True

    @property
    def id(self) -> PlaceId:
        """What tells this place from every other."""
        return PlaceId(self.marketplace, self.account, self.site.code, self.site.shop)


@dataclass(frozen=True, slots=True)
class SiteStanding:
    """One line of the overview.

    outcome: how the visit ended; none if this run did not visit it.
    worst: the worst open finding below the account's own level.
    breaches: metrics beyond their limit. open: findings, grouped as `findings.open_findings` does.
    read, expected: widgets that answered, of those known. seen_at: when the site was last looked at.
    """

    place: Place
    standing: Standing
    outcome: Outcome | None = None
    rating: Known | None = None
    worst: Known | None = None
    breaches: int = 0
    open: int = 0
    read: int = 0
    expected: int = 0
    seen_at: datetime | None = None


class _Merged(dict[Key, Known]):
    """What is known, with what a run read on top."""

    def __init__(self, known: Mapping[Key, Known], run: Run) -> None:
        super().__init__(known)
        self.run = run


def merged(known: Mapping[Key, Known], run: Run) -> dict[Key, Known]:
    """Return `known` with what the run read on top: a dry run stores nothing, and must not show old greens.

    Nothing gets better by this: only the comparison closes a finding. What was merged with the run already is
    returned as it is.
    """
    if isinstance(known, _Merged) and known.run is run:
        return known
    states = _Merged(known, run)
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


def roll_up_run(
    run: Run, known: Mapping[Key, Known], places: Iterable[Place], stale_after: timedelta = STALE_AFTER
) -> tuple[SiteStanding, ...]:
    """Return how every place stands after a run.

    Nothing is green on a site the run visited that it did not read there. A site it did not visit stands by
    what is stored, as in `roll_up_state`.
    """
    outcomes = {Place(v.marketplace, v.account, v.site).id: v.outcome for v in run.visits}
    fresh = freshness(run, stale_after)
    return roll_up(merged(known, run), places_of(run.visits, places), outcomes, fresh)


def freshness(run: Run, stale_after: timedelta = STALE_AFTER) -> Fresh:
    """Return what tells whether a state may be green: read by the run, or not old where it did not go."""
    read = {reading.key for reading in run.readings}
    visited = {Place(visit.marketplace, visit.account, visit.site).id for visit in run.visits}

    def fresh(state: Known) -> bool:
        if state.key in read:
            return True
        return state.key.place not in visited and run.finished_at - state.last.observed_at <= stale_after

    return fresh


def roll_up_state(
    known: Mapping[Key, Known],
    places: Iterable[Place],
    now: datetime,
    stale_after: timedelta = STALE_AFTER,
    quiet: Iterable[QuietGroup] = (),
) -> tuple[SiteStanding, ...]:
    """Return how every place stands by what is stored: nothing is green that is older than the limit.

    quiet: what `known` leaves out, counted, with what is fresh by the same limit.
    """
    counted: dict[PlaceId, list[QuietGroup]] = defaultdict(list)
    for group in quiet:
        counted[group.place].append(group)
    return roll_up(
        known, tuple(places), {}, lambda state: now - state.last.observed_at <= stale_after, counted
    )


def roll_up(
    known: Mapping[Key, Known],
    places: Sequence[Place],
    outcomes: Mapping[PlaceId, Outcome],
    fresh: Fresh,
    quiet: Mapping[PlaceId, Sequence[QuietGroup]] = _NOTHING_QUIET,
) -> tuple[SiteStanding, ...]:
    """Return one line for each place, but for those the settings leave out and of which nothing is open.

    quiet: by place, what `known` leaves out, counted; of places that no run visited.
    """
    by_place: dict[PlaceId, list[Known]] = defaultdict(list)
    for key, state in known.items():
        by_place[key.place].append(state)
    wanted = (
        place
        for place in places
        if place.asked or place.id in outcomes or any(state.is_open for state in by_place[place.id])
    )
    return tuple(
        _stand(place, by_place[place.id], outcomes.get(place.id), fresh, quiet.get(place.id, ()))
        for place in wanted
    )


def subject(key: Key, scope: Scope) -> Key:
    """Return what findings are grouped by: the site for what is said of the account, else the widget."""
    head = key.head
    return replace(head, metric="", variant="") if scope is Scope.ACCOUNT else head


def level_now(state: Known, *, fresh: bool) -> Level | None:
    """Return the level that may be shown for a key now; none if the console has nothing to rate."""
    return may_show(state, fresh=fresh).level


def _stand(
    place: Place,
    states: Sequence[Known],
    outcome: Outcome | None,
    fresh: Fresh,
    quiet: Sequence[QuietGroup],
) -> SiteStanding:
    # Asked once of each: of a big seller's keys there are a hundred thousand.
    looked = [(state, fresh(state)) for state in states]
    outcome = _as_accepted(looked, outcome)
    counting = [(state, is_fresh) for state, is_fresh in looked if _counts(state, outcome, is_fresh)]
    live = [state for state, _ in counting]
    levels = [(state, level_now(state, fresh=is_fresh)) for state, is_fresh in counting]
    widgets = [state for state in live if not state.key.item]
    below = [(state, level) for state, level in levels if state.last.scope is not Scope.ACCOUNT]
    counted = [group for group in quiet if _counts_quiet(group)]
    seen = [state.last.observed_at for state in states] + [group.seen_at for group in quiet]
    shown = [(level, state.last.scope is Scope.ACCOUNT) for state, level in levels]
    shown += [(_level_of(group), group.said.of_account) for group in counted]
    return SiteStanding(
        place,
        _standing(place, shown, outcome),
        outcome,
        rating=_named(widgets, RATING),
        worst=_worst(below),
        breaches=len({state.key.head for state, level in below if level is not None and level.is_red}),
        open=_open(live),
        read=sum(_answered(state, is_fresh) for state, is_fresh in counting if not state.key.item)
        + sum(group.count for group in counted if group.is_fresh and not group.said.is_item),
        expected=len(widgets) + sum(group.count for group in counted if not group.said.is_item),
        seen_at=max(seen, default=None),
    )


def _counts_quiet(group: QuietGroup) -> bool:
    """Leave out what `_counts` leaves out: closed items, and those that were not looked at lately."""
    said = group.said
    return said.of_account or not said.is_item or (group.is_fresh and said.presence is not Presence.NONE)


def _level_of(group: QuietGroup) -> Level | None:
    """Return the level that may be shown for quiet keys now: what was shown once is no longer known."""
    if group.said.presence is Presence.SHOWN and not group.is_fresh:
        return Level.UNKNOWN
    return group.said.level


def _as_accepted(states: Sequence[tuple[Known, bool]], outcome: Outcome | None) -> Outcome | None:
    """Return that a site was read if all that a visit could not read was accepted not to be there."""
    if outcome is not Outcome.PARTIAL:
        return outcome
    lost = [state for state, is_fresh in states if not state.key.item and not _answered(state, is_fresh)]
    return Outcome.READ if lost and all(map(is_accepted, lost)) else outcome


def _counts(state: Known, outcome: Outcome | None, is_fresh: bool) -> bool:
    """Leave out closed items, widgets a whole visit no longer knows, and what is known not to be there."""
    if is_accepted(state):
        return False
    if state.is_open or state.last.scope is Scope.ACCOUNT:
        return True
    if state.key.item:
        return is_fresh and state.last.presence is not Presence.NONE
    return is_fresh or outcome is not Outcome.READ


def _standing(place: Place, levels: Sequence[tuple[Level | None, bool]], outcome: Outcome | None) -> Standing:
    """Return how a place stands by the levels shown there, each with whether it is of the account itself."""
    shown = {level for level, _ in levels}
    for level in (Level.DEACTIVATED, Level.CRITICAL, Level.WARNING):
        if level in shown:
            return Standing(level.value)
    if not _was_read(place, levels, outcome) or Level.UNKNOWN in shown:
        return Standing.UNKNOWN
    account = {level for level, of_account in levels if of_account}
    return Standing.OK if Level.OK in (account or shown) else Standing.NO_RATING


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
    """Count the findings that are open: what is said of one account is one, so is a list."""
    told = (state for state in states if state.is_open)
    return len({subject(state.key, told_reading(state).scope) for state in told})


def told_reading(state: Known) -> Reading:
    """Return the reading a finding is told by: what is believed, or what came last."""
    return state.last if state.good is None else state.good


def _answered(state: Known, is_fresh: bool) -> bool:
    return is_fresh and state.last.presence in (Presence.SHOWN, *_ABSENT)


def is_accepted(state: Known, now: datetime | None = None) -> bool:
    """Tell whether somebody accepted that a widget is not available on this console."""
    return state.never_readable and state.is_accepted(now or state.last.observed_at)


def is_information(reading: Reading) -> bool:
    """Tell whether a number or word was shown that nobody judges: it is neither ok nor unknown."""
    shown = reading.presence is Presence.SHOWN
    return shown and may_show(Known(reading.key, last=reading), fresh=True).level is None


def count_standings(standings: Iterable[SiteStanding]) -> Counter[Standing]:
    """Return how many places stand how."""
    return Counter(line.standing for line in standings)


def worst_standing(standings: Iterable[SiteStanding]) -> Standing | None:
    """Return how the worst of several places stands; None without a place."""
    order = list(Standing)
    return min((line.standing for line in standings), key=order.index, default=None)
