"""What a report shows, in which order; pure.

    red         newly red: was not red before, is red now; what is one event stands together, and first
    deadlines   open, and its deadline has come nearer by a step
    worsened    other changes for the worse
    warnings    new, and not red
    unread      could not be read, in this run, however often that was said before: one entry for each cause
    unavailable never readable on that console; one that was accepted is listed here and nowhere else
    vanished    gone from the console, not known to be fixed
    better      improved, resolved, readable again
    sites       sites that came or went
    still_open  open, and told before

What belongs together is one finding with parts: a counter and its items, what is said of one account on
one site. Nothing is left out, and no finding is told in two sections.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from checker.compare import active_ack, is_snoozed
from checker.model import (
    Ack,
    Cause,
    Change,
    Event,
    EventKind,
    Key,
    Known,
    Level,
    Reading,
    Run,
    Scope,
    Verb,
)
from checker.model import Place as PlaceId
from checker.report.rollup import STATUS, Place, merged, subject, told_reading
from checker.report.unread import Unread, unread_in

__all__ = [
    "Finding",
    "Sections",
    "Tally",
    "newly_red",
    "open_findings",
    "sections",
    "tally",
]

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_BETTER: Final = (Verb.RESOLVED, Verb.IMPROVED, Verb.READABLE, Verb.SYNC)
_OWN_SECTION: Final = (Verb.VANISHED, Verb.IMPROVED)
_DEADLINES: Final = (Verb.DEADLINE, Verb.RELEASED)
# What is worth a word beside a finding that is merely still open.
_BESIDE: Final = (Verb.IMPROVING, Verb.VANISHING, Verb.FLAPPING, *_DEADLINES)
_SITES: Final = (Verb.SITE_APPEARED, Verb.SITE_GONE, Verb.REGISTRATION_CHANGED)
_UNREADABLE_EVENTS: Final = (EventKind.MASS_UNREADABLE,)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell: a key, or a counter with the items that came with it.

    verb: what happened; none for what is merely still open.
    items: what belongs to it: the items of a counter, the other words on the same account.
    gathers: whether it stands for its items only: their counter itself is not open.
    event: the event it is told in. ack: who knows of it already. snoozed_until: none if that is over.
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
    gathers: bool = False

    @property
    def is_disputed(self) -> bool:
        """Whether something contradicts it: it is red all the same, and may be a fault of the display."""
        return any(part.reading is not None and part.reading.disputed for part in self.whole)

    @property
    def whole(self) -> tuple[Finding, ...]:
        """The finding itself and its items."""
        return (self, *self.items)

    @property
    def is_muted(self) -> bool:
        """Whether somebody knows of all of it, or snoozed all of it: no reminder of it is wanted."""
        return all(part.ack is not None or part.snoozed_until is not None for part in self.parts)

    @property
    def parts(self) -> tuple[Finding, ...]:
        """The findings it is made of, each of a key of its own; a head that only gathers items is none."""
        return self.items if self.gathers else self.whole

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
class Tally:
    """How much is open in all that is known; every count of findings a person meets is one of these.

    counts: by level, the worst first; what is disputed counts as the level it was seen at.
    muted: how many of them somebody acknowledged or snoozed.
    """

    counts: tuple[tuple[Level, int], ...] = ()
    muted: int = 0

    @property
    def total(self) -> int:
        """How many findings are open."""
        return sum(count for _, count in self.counts)

    @property
    def is_red(self) -> bool:
        """Whether anything red is open."""
        return any(level.is_red for level, _ in self.counts)


@dataclass(frozen=True, slots=True)
class Sections:
    """A run, sorted for reading."""

    red: tuple[Finding, ...] = ()
    deadlines: tuple[Finding, ...] = ()
    worsened: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    unavailable: tuple[Unread, ...] = ()
    vanished: tuple[Finding, ...] = ()
    better: tuple[Finding, ...] = ()
    sites: tuple[Finding, ...] = ()
    still_open: tuple[Finding, ...] = ()
    tally: Tally = field(default_factory=Tally)
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


def newly_red(change: Change) -> bool:
    """Tell whether this is red and was not red before."""
    before = change.level_before
    was_red = change.verb is Verb.WORSENED and before is not None and before.is_red
    return change.is_told_alarm and change.level.is_red and not was_red


def sections(run: Run, known: Mapping[Key, Known], places: Iterable[Place] = ()) -> Sections:
    """Return what a run has to tell; `known` is the state of every account after it, visited or not."""
    states, places = merged(known, run), tuple(places)
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
    unread = unread_in(run, states)
    return Sections(
        red=_by_event(found(red), events),
        deadlines=found(nearing),
        worsened=found(c for c in rest if c.verb is Verb.WORSENED),
        warnings=found(c for c in rest if c.verb is not Verb.WORSENED),
        unread=tuple(entry for entry in unread if not entry.unavailable),
        unavailable=tuple(entry for entry in unread if entry.unavailable),
        vanished=found(c for c in run.changes if c.verb is Verb.VANISHED),
        better=found(c for c in run.changes if c.verb in _BETTER),
        sites=found(c for c in run.changes if c.verb in _SITES),
        still_open=_grouped(
            _still(state, at, run.started_at, beside.get(key))
            for key, state in states.items()
            if key not in told
        ),
        tally=tally(open_findings(states, places, run.started_at)),
        events=events,
    )


def open_findings(
    known: Mapping[Key, Known], places: Iterable[Place] = (), now: datetime | None = None
) -> tuple[Finding, ...]:
    """Return everything open, the worst first."""
    at = {place.id: place for place in places}
    return _grouped(_still(state, at, now) for state in known.values())


def tally(findings: Iterable[Finding]) -> Tally:
    """Count findings as `open_findings` gives them."""
    findings = tuple(findings)
    counts = Counter(finding.level for finding in findings)
    ordered = sorted(counts.items(), key=lambda entry: -(entry[0].rank or 0))
    return Tally(tuple(ordered), sum(finding.is_muted for finding in findings))


def _by_event(findings: tuple[Finding, ...], events: Mapping[str, Event]) -> tuple[Finding, ...]:
    """Put what is one event together, and in front; of each, the worst stays first."""
    order = {event: number for number, event in enumerate(events)}
    return tuple(sorted(findings, key=lambda finding: order.get(finding.event, len(order))))


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
            snoozed_until=None if state is None else _snoozed_until(state, self.now),
        )


def _still(
    state: Known, at: _Places, now: datetime | None = None, verb: Verb | None = None
) -> Finding | None:
    if not state.is_open:
        return None
    moment = now or state.last.observed_at
    return Finding(
        state.key,
        state.level,
        Verb.VANISHED if state.vanished else verb or (Verb.FLAPPING if state.flapping else None),
        since=state.opened_at,
        reading=_with_deadline(told_reading(state), state),
        place=_place(state.key, at),
        ack=active_ack(state, moment),
        snoozed_until=_snoozed_until(state, moment),
    )


def _snoozed_until(state: Known, now: datetime) -> datetime | None:
    return state.incident.snoozed_until if state.incident is not None and is_snoozed(state, now) else None


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
    return subject(finding.key, finding.scope)


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
            gathers=True,
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
