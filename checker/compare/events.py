"""What makes many changes of one run one message; no level is lowered, nothing is hidden.

inventory         the first run of an account: everything that is red there
unopened sites    S7: sites never opened, or dormant, red at once while the trading ones are not
across accounts   S1: the same widget in most accounts of a marketplace
suspicious        one account: most widgets of one site at once (S2), or reds that S3 to S6 speak against
parser fault      the page is built otherwise (S4) and its reds are many or odd: red, and disputed
mass unreadable   half of a site's widgets can no longer be read
not observed      nobody got there: once for each way a visit can end
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from checker.compare.breaker import ending, open_circuit
from checker.compare.places import CAME_IN, WHOLE
from checker.compare.signals import REBUILT, is_s1, shared_key
from checker.compare.support import Support
from checker.model import (
    CLOSED_TO_US,
    Cause,
    CauseKind,
    Change,
    Event,
    EventKind,
    Key,
    Known,
    Level,
    Outcome,
    Place,
    Presence,
    Reading,
    Registration,
    Scope,
    Signal,
    Tell,
    Verb,
    Visit,
)

__all__ = ["group"]

_UNOPENED: Final = (Registration.DORMANT, Registration.PENDING, Registration.NOT_REGISTERED)
_SEVERAL: Final = 2
_FEW: Final = 3
_HALF: Final = 2
_CONFIRM: Final = "likely on the platform's side, confirm before acting"
# What the tool itself says of a site is no cause the console states.
_OUR_CAUSES: Final = (CauseKind.NEVER_OPENED, CauseKind.DORMANT, CauseKind.UNKNOWN)

# What may be told with the day's digest key by key, and not when it is so much at once.
_LOUD: Final = (EventKind.MASS_UNREADABLE,)

# What, where a second signal bears it out, is laid to the platform if nothing else explains it.
_PLATFORMS: Final = (EventKind.UNOPENED_SITES, EventKind.ACROSS_ACCOUNTS)

_Found = Iterator[tuple[Event, Callable[[Change], bool]]]


def group(
    known: Mapping[Key, Known],
    visits: Sequence[Visit],
    changes: Sequence[Change],
    faults: frozenset[Key],
    now: datetime,
) -> tuple[list[Change], list[Event]]:
    """Return the changes, each with the event it is told in, and the events; the first that fits has it."""
    told, events = list(changes), []
    for finder in (_inventories, _unopened_sites, _faults, _across_accounts, _suspicious, _unreadable):
        free = [change for change in told if not change.event and change.tell is not Tell.NOT]
        for event, belongs in finder(_Run(known, visits, faults, now), free):
            events.append(event)
            told = [_in_event(c, event) if not c.event and belongs(c) else c for c in told]
    events += _never_reached(known, visits, now)
    return told, events


class _Run:
    """What the run knew and saw, looked up once."""

    def __init__(
        self, known: Mapping[Key, Known], visits: Sequence[Visit], faults: frozenset[Key], now: datetime
    ) -> None:
        self.known = known
        self.visits = visits
        self.faults = faults
        self.now = now
        self.sites = {visit.place: visit.site for visit in visits}
        self.support = Support(known, visits)

    def event(self, kind: EventKind, changes: Iterable[Change], detail: str, **fields: object) -> Event:
        """Return an event made of these changes."""
        of = sorted(changes, key=lambda change: change.key)
        fields["notice"] = self.support.notice(of)
        return _event(kind, [c.key for c in of], detail, self.now, level=_worst(of), **fields)


def _event(kind: EventKind, keys: Sequence[Key], detail: str, now: datetime, **fields: object) -> Event:
    named = "\n".join((kind.value, now.isoformat(), *map(str, keys)))
    places = tuple(dict.fromkeys(key.place for key in keys))
    event = Event(
        f"{kind.value}-{hashlib.sha256(named.encode()).hexdigest()[:10]}",
        kind,
        keys[0].marketplace,
        tuple(keys),
        places,
        detail=detail,
    )
    return replace(event, **fields)  # type: ignore[arg-type]  # the fields of Event, by name


def _in_event(change: Change, event: Event) -> Change:
    tell = Tell.AT_ONCE if event.kind in _LOUD else change.tell
    cause = change.cause
    if event.kind in _PLATFORMS and event.probable and (cause is None or cause.kind is CauseKind.UNKNOWN):
        cause = Cause(CauseKind.PLATFORM_SUSPECTED, event.detail)
    return replace(change, event=event.id, tell=tell, cause=cause)


def _worst(changes: Iterable[Change]) -> Level:
    return max((change.level for change in changes), key=lambda level: level.rank or 0, default=Level.UNKNOWN)


def _codes(places: Iterable[Place]) -> str:
    codes = sorted({place.site for place in places})
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} and {codes[-1]}"


# The first run of an account...


def _inventories(run: _Run, changes: Sequence[Change]) -> _Found:
    accounts = dict.fromkeys((visit.marketplace, visit.account) for visit in run.visits)
    seen_before = {
        (key.marketplace, key.account) for key, state in run.known.items() if state.good is not None
    }
    for account in accounts:
        alarms = [c for c in changes if c.verb.is_alarm and _account(c.key) == account]
        if account not in seen_before and alarms:
            detail = f"the first look at this account found {len(alarms)} findings"
            event = run.event(EventKind.INVENTORY, alarms, detail, total=len(alarms))
            yield event, _among(alarms)


def _account(key: Key) -> tuple[str, str]:
    return key.marketplace, key.account


def _among(changes: Iterable[Change]) -> Callable[[Change], bool]:
    keys = {(change.key, change.verb) for change in changes}
    return lambda change: (change.key, change.verb) in keys


# ... the event this program was built for...


def _unopened_sites(run: _Run, changes: Sequence[Change]) -> _Found:
    by_account: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        if _is_account_red(change):
            by_account[_account(change.key)].append(change)
    for account, reds in by_account.items():
        alike = _of_one_cause(reds)
        places = {red.key.place for red in alike if _registration(run, red.key) in _UNOPENED}
        trading = {
            visit.place
            for visit in run.visits
            if (visit.marketplace, visit.account) == account
            and visit.site.registration is Registration.ACTIVE
            and visit.outcome in WHOLE
        }
        if len(places) < _SEVERAL or trading & {red.key.place for red in reds}:
            continue
        own = [c for c in changes if c.verb.is_alarm and c.key.place in places]
        spared = f"; {_codes(trading)}, where the account trades, did not" if trading else ""
        detail = f"{_codes(places)}, never opened or dormant, turned red in the same run{spared}: {_CONFIRM}"
        event = run.event(
            EventKind.UNOPENED_SITES,
            own,
            detail,
            signals=(Signal.UNOPENED_SITES, *run.support.of(own)),
            probable=True,
            total=len(places),
            untouched=tuple(sorted({place.site for place in trading})),
        )
        yield event, _among(own)


def _is_account_red(change: Change) -> bool:
    reading = change.reading
    return (
        change.verb.is_alarm
        and change.level.is_red
        and reading is not None
        and reading.scope is Scope.ACCOUNT
    )


def _registration(run: _Run, key: Key) -> Registration:
    site = run.sites.get(key.place)
    return Registration.UNKNOWN if site is None else site.registration


def _of_one_cause(reds: Sequence[Change]) -> list[Change]:
    """Return the reds that state the most common cause, and those that state none."""
    stated = {id(red): _stated(red) for red in reds}
    common = Counter(cause for cause in stated.values() if cause).most_common(1)
    wanted = {None, common[0][0]} if common else {None}
    return [red for red in reds if stated[id(red)] in wanted]


def _stated(red: Change) -> CauseKind | None:
    cause = None if red.reading is None else red.reading.cause
    return None if cause is None or cause.kind in _OUR_CAUSES else cause.kind


# ... the same in many accounts, or on all of one site...


def _across_accounts(run: _Run, changes: Sequence[Change]) -> _Found:
    turned: dict[Key, list[Change]] = defaultdict(list)
    for change in changes:
        if change.verb.is_alarm and not change.key.item:
            turned[shared_key(change.key)].append(change)
    read: dict[Key, dict[str, Reading]] = defaultdict(dict)
    for reading in (r for visit in run.visits for r in visit.readings):
        if not reading.key.item and reading.presence is Presence.SHOWN:
            read[shared_key(reading.key)][reading.key.account] = reading
    for widget, reds in turned.items():
        alike = _most_alike(reds)
        accounts, all_ = len({red.key.account for red in reds}), len(read[widget])
        if len(alike) < _FEW or not is_s1(accounts, all_):
            continue
        signals = run.support.of(alike, [c for c in changes if c.verb.is_alarm])
        detail = (
            f"{accounts} of {all_} accounts turned {alike[0].level.value} at {widget.site} {widget.metric}"
            f" in one run, unconfirmed: {_CONFIRM}"
        )
        event = run.event(
            EventKind.ACROSS_ACCOUNTS,
            alike,
            detail,
            signals=(Signal.ACROSS_ACCOUNTS, *signals),
            probable=bool(signals),
            total=all_,
        )
        yield event, _among(alike)


def _most_alike(reds: Sequence[Change]) -> list[Change]:
    """Return the reds of the commonest sort; one of another level or reason is told by itself."""
    sorts = [(red.level, red.reading.reason if red.reading is not None else "") for red in reds]
    common = Counter(sorts).most_common(1)[0][0]
    return [red for red, sort in zip(reds, sorts, strict=True) if sort == common]


def _suspicious(run: _Run, changes: Sequence[Change]) -> _Found:
    turned: dict[Place, list[Change]] = defaultdict(list)
    for change in changes:
        if change.verb.is_alarm and not change.key.item:
            turned[change.key.place].append(change)
    for site, reds in turned.items():
        if run.support.is_most_of(site, reds):
            mine = [red for red in reds if _was_known(run, red.key)]
            signals = dict.fromkeys((Signal.MANY_WIDGETS, *run.support.of(mine)))
        else:
            against = {red.key: run.support.of_one(red) for red in reds}
            mine = [red for red in reds if against[red.key]]
            signals = dict.fromkeys(signal for red in mine for signal in against[red.key])
        if mine:
            widgets = run.support.widgets(site)
            detail = f"{len(mine)} of {widgets} widgets of {site.site} turned bad in one run: suspicious"
            event = run.event(EventKind.SUSPICIOUS, mine, detail, signals=tuple(signals), total=widgets)
            yield event, _among(mine)


def _was_known(run: _Run, key: Key) -> bool:
    state = run.known.get(key)
    return state is not None and state.good is not None


# ... what could not be read...


def _faults(run: _Run, changes: Sequence[Change]) -> _Found:
    by_marketplace: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.key in run.faults and change.verb.is_alarm:
            by_marketplace[change.key.marketplace].append(change)
    for mine in by_marketplace.values():
        signals = dict.fromkeys((Signal.PAGE_CHANGED, *run.support.of(mine, mine)))
        yield (
            run.event(EventKind.PARSER_FAULT, mine, REBUILT, signals=tuple(signals), probable=True),
            _among(mine),
        )


def _unreadable(run: _Run, changes: Sequence[Change]) -> _Found:
    half: dict[str, set[Place]] = defaultdict(set)
    for visit in run.visits:
        widgets = [reading.presence for reading in visit.readings if not reading.key.item]
        lost = widgets.count(Presence.UNREADABLE)
        if lost and lost * _HALF >= len(widgets):
            half[visit.marketplace].add(visit.place)
    for places in half.values():
        mine = [c for c in changes if c.verb is Verb.UNREADABLE and c.key.place in places]
        if mine:
            detail = (
                f"half of {_codes(places)} or more can no longer be read: the site changed or the flow broke"
            )
            yield run.event(EventKind.MASS_UNREADABLE, mine, detail, total=len(places)), _among(mine)


# ... and what nobody got to.


def _never_reached(known: Mapping[Key, Known], visits: Sequence[Visit], now: datetime) -> Iterator[Event]:
    """Yield one event for each marketplace and way in which visits ended without reading.

    That a site was never within reach is no news; that one is no longer is.
    """
    ended: dict[tuple[str, Outcome], list[Visit]] = defaultdict(list)
    read = {key.place for key, state in known.items() if state.was_read}
    for visit in visits:
        if visit.outcome is Outcome.NOT_REACHABLE:
            missed = visit.place in read
        else:
            missed = visit.outcome not in CAME_IN and visit.outcome is not Outcome.SKIPPED
        site = known.get(visit.place.key("coverage"))
        accepted = visit.outcome in CLOSED_TO_US and site is not None and site.is_accepted(now)
        if missed and not accepted:
            ended[visit.marketplace, visit.outcome].append(visit)
    for (marketplace, outcome), failed in ended.items():
        keys = [v.place.key("coverage") for v in failed]
        accounts = sorted({visit.account for visit in failed})
        detail = f"{outcome.value}: {len(failed)} sites of {', '.join(accounts)}"
        if spared := _spared(visits, marketplace, outcome):
            detail += f"; no further sign-in to this marketplace in this run: {', '.join(spared)} not visited"
        yield _event(EventKind.NOT_OBSERVED, keys, detail, now, total=len(failed))


def _spared(visits: Sequence[Visit], marketplace: str, failure: Outcome) -> list[str]:
    """Return the accounts that were left alone because others had failed in this way, if that is why."""
    by_account: dict[str, list[Outcome]] = defaultdict(list)
    for visit in visits:
        if visit.marketplace == marketplace:
            by_account[visit.account].append(visit.outcome)
    if open_circuit(map(ending, by_account.values())) is not failure:
        return []
    return sorted(account for account, outcomes in by_account.items() if set(outcomes) == {Outcome.SKIPPED})
