"""What a report shows, in which order; pure.

    red         newly red: was not red before, is red now; what is one event stands together, and first
    deadlines   open, and its deadline has come nearer by a step
    worsened    other changes for the worse
    warnings    new, and not red
    unread      could not be read, in this run, however often that was said before
    vanished    gone from the console, not known to be fixed
    better      improved, resolved, readable again
    sites       sites that came or went
    still_open  open, and told before

What belongs together is one finding with parts: a counter and its items, what is said of one account on
one site. Nothing is left out, and no finding is told in two sections.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from checker.compare import active_ack
from checker.model import (
    Ack,
    Cause,
    Change,
    Event,
    EventKind,
    Key,
    Known,
    Level,
    Outcome,
    Presence,
    Reading,
    Run,
    Scope,
    Verb,
    Visit,
    visit_exit,
)
from checker.model import Place as PlaceId
from checker.report.rollup import STATUS, Place, merged

__all__ = ["Finding", "Sections", "Unread", "newly_red", "open_findings", "sections", "unread_states"]

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_BETTER: Final = (Verb.RESOLVED, Verb.IMPROVED, Verb.READABLE, Verb.SYNC)
_OWN_SECTION: Final = (Verb.VANISHED, Verb.IMPROVED)
_DEADLINES: Final = (Verb.DEADLINE, Verb.RELEASED)
# What is worth a word beside a finding that is merely still open.
_BESIDE: Final = (Verb.IMPROVING, Verb.VANISHING, Verb.FLAPPING, *_DEADLINES)
_SITES: Final = (Verb.SITE_APPEARED, Verb.SITE_GONE, Verb.REGISTRATION_CHANGED)
_UNREADABLE_EVENTS: Final = (EventKind.MASS_UNREADABLE,)
_UNREAD: Final = (Presence.UNREADABLE, Presence.NOT_OBSERVED)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell: a key, or a counter with the items that came with it.

    verb: what happened; none for what is merely still open.
    items: what belongs to it: the items of a counter, the other words on the same account.
    event: the event it is told in. ack: who knows of it already.
    """

    key: Key
    level: Level
    verb: Verb | None = None
    level_before: Level | None = None
    cause: Cause | None = None
    detail: str = ""
    since: datetime | None = None
    reading: Reading | None = None
    place: Place | None = None
    items: tuple[Finding, ...] = ()
    event: str = ""
    ack: Ack | None = None
    snoozed_until: datetime | None = None

    @property
    def is_disputed(self) -> bool:
        """Whether something contradicts it: it is red all the same, and may be a fault of the display."""
        return any(part.reading is not None and part.reading.disputed for part in self.whole)

    @property
    def whole(self) -> tuple[Finding, ...]:
        """The finding itself and its items."""
        return (self, *self.items)

    @property
    def deadline(self) -> datetime | None:
        """The nearest deadline of the finding and its items."""
        own = [part.reading.deadline for part in self.whole if part.reading is not None]
        return min((moment for moment in own if moment is not None), default=None)

    @property
    def scope(self) -> Scope:
        """What it is about."""
        if self.reading is not None:
            return self.reading.scope
        return Scope.ITEM if self.key.item else Scope.METRIC

    @property
    def evidence(self) -> tuple[str, ...]:
        """What proves it, each named once."""
        named = (name for part in self.whole if part.reading is not None for name in part.reading.evidence)
        return tuple(dict.fromkeys(named))

    @property
    def bundles(self) -> tuple[str, ...]:
        """The digests of the sealed evidence it rests on, each once."""
        named = (part.reading.bundle for part in self.whole if part.reading is not None)
        return tuple(dict.fromkeys(digest for digest in named if digest))


@dataclass(frozen=True, slots=True)
class Unread:
    """A site of which something could not be read, and what was known of that before.

    states: the widgets that were not read. drift: a third of the page was gone at once.
    """

    place: Place
    outcome: Outcome
    detail: str = ""
    states: tuple[Known, ...] = ()
    drift: bool = False

    @property
    def named(self) -> tuple[Known, ...]:
        """What must be told one by one: a widget with a reason, and one that was not in order."""
        return tuple(state for state in self.states if not _in_order(state))

    @property
    def rest(self) -> tuple[Known, ...]:
        """What may be told in one line: never reached, and in order or never read when last known."""
        return tuple(state for state in self.states if _in_order(state))


@dataclass(frozen=True, slots=True)
class Sections:
    """A run, sorted for reading."""

    red: tuple[Finding, ...] = ()
    deadlines: tuple[Finding, ...] = ()
    worsened: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    vanished: tuple[Finding, ...] = ()
    better: tuple[Finding, ...] = ()
    sites: tuple[Finding, ...] = ()
    still_open: tuple[Finding, ...] = ()
    events: Mapping[str, Event] = field(default_factory=dict)

    @property
    def unreadable_events(self) -> tuple[Event, ...]:
        """The events that are about what could not be read."""
        return tuple(event for event in self.events.values() if event.kind in _UNREADABLE_EVENTS)

    @property
    def news(self) -> int:
        """How many findings are news, the good ones included."""
        groups = (
            self.red,
            self.deadlines,
            self.worsened,
            self.warnings,
            self.vanished,
            self.better,
            self.sites,
        )
        return sum(map(len, groups))


def _in_order(state: Known) -> bool:
    """Tell whether nothing is known to be wrong with a widget but that the visit never came to it."""
    return state.last.presence is not Presence.UNREADABLE and not state.is_open


def newly_red(change: Change) -> bool:
    """Tell whether this is red and was not red before."""
    before = change.level_before
    was_red = change.verb is Verb.WORSENED and before is not None and before.is_red
    return change.is_told_alarm and change.level.is_red and not was_red


def sections(run: Run, known: Mapping[Key, Known], places: Iterable[Place] = ()) -> Sections:
    """Return what a run has to tell; `known` is the state after it."""
    states = merged(known, run)
    at = {place.id: place for place in places}
    at |= {visit.place: Place(visit.marketplace, visit.account, visit.site) for visit in run.visits}
    alarms = [change for change in run.changes if change.is_told_alarm]
    # What is said of one account on one site is told together, where its worst word belongs.
    red_subjects = {_subject_of(change) for change in alarms if newly_red(change)}
    red = [change for change in alarms if _subject_of(change) in red_subjects]
    rest = [change for change in alarms if _subject_of(change) not in red_subjects]
    told = {change.key for change in run.changes if change.is_told_alarm or change.verb in _OWN_SECTION}
    nearing = [c for c in run.changes if c.verb in _DEADLINES and c.key not in told]
    told |= {change.key for change in nearing}
    beside = {change.key: change.verb for change in run.changes if change.verb in _BESIDE}
    events = {event.id: event for event in run.events}
    found = _Finder(at, states, run.started_at)
    return Sections(
        red=_by_event(found(red), events),
        deadlines=found(nearing),
        worsened=found(c for c in rest if c.verb is Verb.WORSENED),
        warnings=found(c for c in rest if c.verb is not Verb.WORSENED),
        unread=tuple(_unread(run, states)),
        vanished=found(c for c in run.changes if c.verb is Verb.VANISHED),
        better=found(c for c in run.changes if c.verb in _BETTER),
        sites=found(c for c in run.changes if c.verb in _SITES),
        still_open=_grouped(
            _still(state, at, run.started_at, beside.get(key))
            for key, state in states.items()
            if key not in told
        ),
        events=events,
    )


def open_findings(
    known: Mapping[Key, Known], places: Iterable[Place] = (), now: datetime | None = None
) -> tuple[Finding, ...]:
    """Return everything open, the worst first."""
    at = {place.id: place for place in places}
    return _grouped(_still(state, at, now) for state in known.values())


def _by_event(findings: tuple[Finding, ...], events: Mapping[str, Event]) -> tuple[Finding, ...]:
    """Put what is one event together, and in front; of each, the worst stays first."""
    order = {event: number for number, event in enumerate(events)}
    return tuple(sorted(findings, key=lambda finding: order.get(finding.event, len(order))))


def unread_states(known: Mapping[Key, Known]) -> tuple[Known, ...]:
    """Return every widget whose last look could not read it, but for those in order and never reached."""
    unread = (known[key] for key in sorted(known) if known[key].last.presence in _UNREAD)
    return tuple(state for state in unread if not _in_order(state))


_Places = Mapping[PlaceId, Place]


def _place(key: Key, at: _Places) -> Place | None:
    """Return the shop of a key; what is said of a site with several shops belongs to none of them."""
    return at.get(key.place)


@dataclass(frozen=True, slots=True)
class _Finder:
    """Makes findings of changes: where they are, and who knows of them."""

    at: _Places
    states: Mapping[Key, Known]
    now: datetime

    def __call__(self, changes: Iterable[Change]) -> tuple[Finding, ...]:
        """Return what the changes tell, grouped, the worst in front."""
        return _grouped(map(self._finding, changes))

    def _finding(self, change: Change) -> Finding:
        state = self.states.get(change.key)
        return Finding(
            change.key,
            change.level,
            change.verb,
            change.level_before,
            change.cause,
            change.detail,
            change.since,
            _with_deadline(change.reading, state),
            _place(change.key, self.at),
            event=change.event,
            ack=None if state is None else active_ack(state, self.now),
        )


def _still(
    state: Known, at: _Places, now: datetime | None = None, verb: Verb | None = None
) -> Finding | None:
    if not state.is_open:
        return None
    incident = state.incident
    return Finding(
        state.key,
        state.level,
        Verb.VANISHED if state.vanished else verb or (Verb.FLAPPING if state.flapping else None),
        since=state.opened_at,
        reading=_with_deadline(state.last if state.good is None else state.good, state),
        place=_place(state.key, at),
        ack=active_ack(state, now or state.last.observed_at),
        snoozed_until=None if incident is None else incident.snoozed_until,
    )


def _with_deadline(reading: Reading | None, state: Known | None) -> Reading | None:
    """Return the reading with the deadline that is known: one look may not have drawn it."""
    if reading is None or state is None or not (reading.level.is_open and state.is_open):
        return reading
    return reading if reading.deadline is not None else replace(reading, deadline=state.deadline)


def _grouped(findings: Iterable[Finding | None]) -> tuple[Finding, ...]:
    """Put items under their counter, or under the first of them, and the worst in front."""
    groups: dict[Key, list[Finding]] = {}
    for finding in findings:
        if finding is not None:
            groups.setdefault(_subject(finding), []).append(finding)
    return tuple(sorted((_group(group) for group in groups.values()), key=_urgency))


def _subject_of(change: Change) -> Key:
    return _subject(Finding(change.key, change.level, reading=change.reading))


def _subject(finding: Finding) -> Key:
    """Return what findings are grouped by: the site for what is said of the account, else the widget."""
    head = finding.key.head
    return replace(head, metric="", variant="") if finding.scope is Scope.ACCOUNT else head


def _group(findings: Sequence[Finding]) -> Finding:
    if len(findings) == 1:
        return findings[0]
    parts = sorted(findings, key=lambda f: (f.key.item != "", f.key.metric != STATUS, _urgency(f)))
    head, items = parts[0], tuple(parts[1:])
    if head.key.item:
        items = tuple(parts)
        head = Finding(
            head.key.head,
            head.level,
            head.verb,
            head.level_before,
            head.cause,
            since=head.since,
            place=head.place,
            event=head.event,
            ack=head.ack if all(part.ack is not None for part in parts) else None,
        )
    worst = max((head, *items), key=lambda finding: finding.level.rank or 0)
    return replace(head, items=items, level=worst.level)


def _urgency(finding: Finding) -> tuple[int, bool, datetime, Key]:
    rank = finding.level.rank
    return (
        -1 if rank is None else -rank,
        finding.scope is not Scope.ACCOUNT,
        finding.deadline or _NEVER,
        finding.key,
    )


def _unread(run: Run, states: Mapping[Key, Known]) -> Iterable[Unread]:
    read = {key.place for key, state in states.items() if state.was_read}
    for visit in run.visits:
        failed = bool(visit_exit(visit, was_read=visit.place in read))
        lost = tuple(_lost(visit, states, failed=failed))
        drift = any(c.verb is Verb.DRIFT and _is_at(c.key, visit) for c in run.changes)
        if failed or lost or drift:
            place = Place(visit.marketplace, visit.account, visit.site)
            yield Unread(place, visit.outcome, visit.detail, lost, drift)


def _lost(visit: Visit, states: Mapping[Key, Known], *, failed: bool) -> Iterable[Known]:
    """Yield what was there to be read on this visit and was not."""
    read = {reading.key: reading for reading in visit.readings}
    for key in sorted(states):
        reading = read.get(key)
        if reading is not None:
            if reading.presence in _UNREAD:
                yield states[key]
        elif failed and _is_at(key, visit) and not key.item:
            yield states[key]


def _is_at(key: Key, visit: Visit) -> bool:
    here = (visit.marketplace, visit.account, visit.site.code)
    return (key.marketplace, key.account, key.site) == here and key.shop in ("", visit.site.shop)
