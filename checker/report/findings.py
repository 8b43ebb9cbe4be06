"""What a report shows, in which order; pure.

    red         newly red: was not red before, is red now
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
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from checker.model import (
    Cause,
    Change,
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
from checker.report.rollup import STATUS, Place, merged

__all__ = ["Finding", "Sections", "Unread", "newly_red", "open_findings", "sections", "unread_states"]

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_BETTER: Final = (Verb.RESOLVED, Verb.IMPROVED, Verb.READABLE)
_OWN_SECTION: Final = (Verb.VANISHED, Verb.IMPROVED)
_SITES: Final = (Verb.SITE_APPEARED, Verb.SITE_GONE)
_UNREAD: Final = (Presence.UNREADABLE, Presence.NOT_OBSERVED)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell: a key, or a counter with the items that came with it.

    verb: what happened; none for what is merely still open.
    items: what belongs to it: the items of a counter, the other words on the same account.
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
    worsened: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    vanished: tuple[Finding, ...] = ()
    better: tuple[Finding, ...] = ()
    sites: tuple[Finding, ...] = ()
    still_open: tuple[Finding, ...] = ()

    @property
    def news(self) -> int:
        """How many findings are news, the good ones included."""
        groups = (self.red, self.worsened, self.warnings, self.vanished, self.better, self.sites)
        return sum(map(len, groups))


def _in_order(state: Known) -> bool:
    """Tell whether nothing is known to be wrong with a widget but that the visit never came to it."""
    return state.last.presence is not Presence.UNREADABLE and not state.is_open


def newly_red(change: Change) -> bool:
    """Tell whether this is red and was not red before."""
    before = change.level_before
    was_red = change.verb is Verb.WORSENED and before is not None and before.is_red
    return change.verb.is_alarm and change.level.is_red and not was_red


def sections(run: Run, known: Mapping[Key, Known], places: Iterable[Place] = ()) -> Sections:
    """Return what a run has to tell; `known` is the state after it."""
    states = merged(known, run)
    at = {(p.marketplace, p.account, p.site.code): p for p in places}
    at |= {
        (v.marketplace, v.account, v.site.code): Place(v.marketplace, v.account, v.site) for v in run.visits
    }
    alarms = [change for change in run.changes if change.verb.is_alarm]
    # What is said of one account on one site is told together, where its worst word belongs.
    red_subjects = {_subject_of(change) for change in alarms if newly_red(change)}
    red = [change for change in alarms if _subject_of(change) in red_subjects]
    rest = [change for change in alarms if _subject_of(change) not in red_subjects]
    told = {change.key for change in run.changes if change.verb.is_alarm or change.verb in _OWN_SECTION}
    return Sections(
        red=_findings(red, at),
        worsened=_findings((c for c in rest if c.verb is Verb.WORSENED), at),
        warnings=_findings((c for c in rest if c.verb is not Verb.WORSENED), at),
        unread=tuple(_unread(run, states)),
        vanished=_findings((c for c in run.changes if c.verb is Verb.VANISHED), at),
        better=_findings((c for c in run.changes if c.verb in _BETTER), at),
        sites=_findings((c for c in run.changes if c.verb in _SITES), at),
        still_open=_grouped(_still(state, at) for key, state in states.items() if key not in told),
    )


def open_findings(known: Mapping[Key, Known], places: Iterable[Place] = ()) -> tuple[Finding, ...]:
    """Return everything open, the worst first."""
    at = {(place.marketplace, place.account, place.site.code): place for place in places}
    return _grouped(_still(state, at) for state in known.values())


def unread_states(known: Mapping[Key, Known]) -> tuple[Known, ...]:
    """Return every widget whose last look could not read it, but for those in order and never reached."""
    unread = (known[key] for key in sorted(known) if known[key].last.presence in _UNREAD)
    return tuple(state for state in unread if not _in_order(state))


_Places = Mapping[tuple[str, str, str], Place]


def _place(key: Key, at: _Places) -> Place | None:
    return at.get((key.marketplace, key.account, key.site))


def _findings(changes: Iterable[Change], at: _Places) -> tuple[Finding, ...]:
    return _grouped(
        Finding(
            change.key,
            change.level,
            change.verb,
            change.level_before,
            change.cause,
            change.detail,
            change.since,
            change.reading,
            _place(change.key, at),
        )
        for change in changes
    )


def _still(state: Known, at: _Places) -> Finding | None:
    if not state.is_open:
        return None
    return Finding(
        state.key,
        state.level,
        Verb.VANISHED if state.vanished else None,
        since=state.opened_at,
        reading=state.last if state.good is None else state.good,
        place=_place(state.key, at),
    )


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
    for visit in run.visits:
        lost = tuple(_lost(visit, states))
        drift = any(c.verb is Verb.DRIFT and _is_at(c.key, visit) for c in run.changes)
        if visit_exit(visit) or lost or drift:
            place = Place(visit.marketplace, visit.account, visit.site)
            yield Unread(place, visit.outcome, visit.detail, lost, drift)


def _lost(visit: Visit, states: Mapping[Key, Known]) -> Iterable[Known]:
    """Yield what was there to be read on this visit and was not."""
    read = {reading.key: reading for reading in visit.readings}
    for key in sorted(states):
        reading = read.get(key)
        if reading is not None:
            if reading.presence in _UNREAD:
                yield states[key]
        elif visit_exit(visit) and _is_at(key, visit) and not key.item:
            yield states[key]


def _is_at(key: Key, visit: Visit) -> bool:
    here = (visit.marketplace, visit.account, visit.site.code)
    return (key.marketplace, key.account, key.site) == here and key.shop in ("", visit.site.shop)
