"""Lists for a terminal and as JSON: findings, runs, what two runs read differently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checker.compare import active_ack, cause_of, is_snoozed, is_stale, key_id, roll_up_levels
from checker.model import Ack, Cause, CauseKind, Key, Known, Level, Place, Presence, Reading, Rules, Site
from checker.report._blocks import INDENT, STYLES, Pen
from checker.report._models import (
    AckModel,
    ActDocument,
    DiffDocument,
    DifferenceModel,
    FindingModel,
    FindingsDocument,
    ForgottenDocument,
    RunLineModel,
    RunsDocument,
)
from checker.report.document import key_fields, number_text
from checker.report.facts import measured, stated_cause
from checker.report.formats import format_age, format_moment, format_when
from checker.report.overview import standing_of
from checker.report.rollup import STATUS, is_information, subject
from checker.report.safe import printable, well_formed
from checker.report.words import words_for

__all__ = [
    "Listed",
    "act_document",
    "act_text",
    "diff_document",
    "differences",
    "findings_document",
    "forgotten_document",
    "grouped",
    "listed_findings",
    "print_diff",
    "print_findings",
    "print_runs",
    "runs_document",
    "short_id",
]

_ID = 7


class _Run(Protocol):
    """A run as a line of a list, as the store gives it."""

    @property
    def run_id(self) -> str: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def finished_at(self) -> datetime: ...
    @property
    def exit_code(self) -> int: ...
    @property
    def version(self) -> str: ...


def short_id(key: Key) -> str:
    """Return a short name of a key: the same for good, and safe to type anywhere."""
    return key_id(key)[:_ID]


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding as a line of a list."""

    state: Known
    level: Level
    reading: Reading
    is_new: bool
    is_stale: bool
    zone: str
    cause: Cause
    ack: Ack | None = None
    snoozed_until: datetime | None = None


def listed_findings(
    states: Mapping[Key, Known],
    fresh: Collection[Key],
    now: datetime,
    rules: Rules,
    sites: Mapping[Place, Site],
) -> list[Listed]:
    """Return what is open, the worst first; `fresh` is what the last run made worse."""
    reds: dict[Place, list[Reading]] = defaultdict(list)
    for key, state in states.items():
        if state.good is not None:
            reds[key.place].append(state.good)
    entries = [_listed(state, fresh, now, rules, sites, reds) for state in states.values()]
    return sorted(entries, key=lambda entry: (-(entry.level.rank or 0), entry.state.key))


def _listed(
    state: Known,
    fresh: Collection[Key],
    now: datetime,
    rules: Rules,
    sites: Mapping[Place, Site],
    reds: Mapping[Place, Sequence[Reading]],
) -> Listed:
    key = state.key
    place = key.place
    seen = state.last if state.good is None else state.good
    site = sites.get(place)
    return Listed(
        state,
        seen.level,
        seen,
        key in fresh,
        is_stale(state, now, rules),
        "UTC" if site is None else site.zone,
        cause_of(seen, site, reds.get(place, ())),
        active_ack(state, now),
        state.incident.snoozed_until if state.incident and is_snoozed(state, now) else None,
    )


def findings_document(entries: Sequence[Listed], now: datetime) -> FindingsDocument:
    """Return the findings as their JSON document."""
    groups = grouped(entries)
    return FindingsDocument(
        at=now,
        summary=_summary(groups),
        total=len(groups),
        findings=[_finding_model(entry, group[0]) for group in groups for entry in group],
    )


def grouped(entries: Iterable[Listed]) -> list[list[Listed]]:
    """Return what is one finding together, as every other report counts it; the worst finding first."""
    groups: dict[Key, list[Listed]] = defaultdict(list)
    for entry in entries:
        groups[subject(entry.state.key, entry.reading.scope)].append(entry)
    for group in groups.values():
        group.sort(key=lambda one: (-(one.level.rank or 0), one.state.key.metric != STATUS, one.state.key))
    return sorted(groups.values(), key=lambda group: (-(group[0].level.rank or 0), group[0].state.key))


def _summary(groups: Sequence[Sequence[Listed]]) -> str:
    """Return how many are how; what is open is never green, so green has no place in it."""
    counts = dict(roll_up_levels(group[0].level for group in groups).counts)
    told = [
        f"{level.value.upper() if level.is_red else level.value} {count}" for level, count in counts.items()
    ]
    return ", ".join(told) or "none"


def _finding_model(entry: Listed, head: Listed) -> FindingModel:
    state, ack, deadline = entry.state, entry.ack, entry.state.deadline
    return FindingModel(
        **key_fields(state.key),
        id=short_id(state.key),
        part_of=None if entry is head else key_fields(head.state.key)["key"],
        level=entry.level,
        is_new=entry.is_new,
        is_disputed=state.is_disputed,
        is_stale=entry.is_stale,
        vanished=state.vanished,
        improving=state.pending_down is not None,
        flapping=state.flapping,
        cause=well_formed(str(entry.cause)) or None,
        native=well_formed(entry.reading.native) or None,
        since=state.opened_at,
        read_at=state.read_at,
        deadline=deadline,
        deadline_local=None if deadline is None else _local(deadline, entry.zone),
        ack=None
        if ack is None
        else AckModel(by=well_formed(ack.by), reason=well_formed(ack.reason), at=ack.at, until=ack.until),
        snoozed_until=entry.snoozed_until,
    )


def _local(moment: datetime, zone: str) -> str:
    try:
        return moment.astimezone(ZoneInfo(zone)).isoformat()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return moment.isoformat()


def print_findings(
    entries: Sequence[Listed], console: Console, *, now: datetime, language: str = "en", only: str = ""
) -> None:
    """Print the findings, one a line, with how much is how below them.

    only: `new`, `acked` or `some` if others were left out: that none is left then says nothing of those.
    """
    pen = Pen(console, language, now)
    if not entries:
        pen.line(Text(pen.words.say(f"findings_none_{only}" if only else "findings_none")))
        return
    groups = grouped(entries)
    for group in groups:
        for entry in group:
            line = _finding_line(pen, entry)
            pen.line(line if entry is group[0] else Padding(line, INDENT))
    pen.line()
    counts = roll_up_levels(group[0].level for group in groups).counts
    told = (f"{pen.words.level(level).upper()} {count}" for level, count in counts)
    pen.line(Text(pen.words.join(told), "bold"))


def _finding_line(pen: Pen, entry: Listed) -> Text:
    state, words = entry.state, pen.words
    line = Text(f"{short_id(state.key)}  ", "dim", overflow="fold")
    level = words.level(entry.level) + ("?" if entry.is_stale else "")
    level = words.say("disputed", level=level) if state.is_disputed else level
    line.append_text(pen.badge(standing_of(entry.level), level))
    line.append(f"  {printable(str(state.key), 200)}", "bold")
    line.append(f"  {printable(words.name(state.key), 120)}")
    for text, style in _notes(pen, entry):
        line.append(f"\n         {text}", style)
    return line


def _notes(pen: Pen, entry: Listed) -> Iterable[tuple[str, str]]:
    words, now, language = pen.words, pen.now, pen.language
    told = [
        measured(entry.reading, language),
        printable(entry.reading.native, 120),
        "" if entry.cause.kind is CauseKind.UNKNOWN else printable(stated_cause(entry.cause, words), 200),
    ]
    yield " · ".join(dict.fromkeys(text for text in told if text)), ""
    yield " · ".join(_marks(pen, entry)), "dim"
    if entry.state.deadline is not None:
        due = format_when(entry.state.deadline, entry.zone, now, language)
        yield f"{words.label('deadline')} {due}", "bold"
    if entry.ack is not None:
        by = words.say(
            "acked_by", by=printable(entry.ack.by, 60), age=format_age(entry.ack.at, now, language)
        )
        yield f"{words.label('ack')} {by}: {printable(entry.ack.reason)}", "dim"
    if entry.snoozed_until is not None:
        yield words.say("until", moment=format_moment(entry.snoozed_until, entry.zone, language)), "dim"


def _marks(pen: Pen, entry: Listed) -> Iterator[str]:
    state, words = entry.state, pen.words
    if state.opened_at is not None:
        yield f"{words.label('since')} {format_age(state.opened_at, pen.now, pen.language)}"
    verbs = (
        (entry.is_new, "new"),
        (state.vanished, "vanished"),
        (state.pending_down is not None, "improving"),
        (state.flapping, "flapping"),
    )
    yield from (words.word("verbs", verb) for holds, verb in verbs if holds)
    if entry.is_stale and state.read_at is not None:
        yield f"{words.say('stale')}: {format_age(state.read_at, pen.now, pen.language)}"


def act_document(act: str, keys: Iterable[Key]) -> ActDocument:
    """Return what a person did as its JSON document."""
    return ActDocument(act=act, keys=[str(key) for key in keys])


def forgotten_document(marketplace: str, account: str, keys: int) -> ForgottenDocument:
    """Return what was forgotten as its JSON document."""
    return ForgottenDocument(marketplace=well_formed(marketplace), account=well_formed(account), keys=keys)


def act_text(act: str, key: Key, by: str, until: datetime | None, language: str) -> str:
    """Return what a person did as a line."""
    moment = "" if until is None else format_moment(until, "UTC", language)
    words = words_for(language)
    return words.say(f"{act}_done", by=printable(by, 60), key=printable(str(key), 200), moment=moment)


# Runs...


def runs_document(rows: Iterable[_Run]) -> RunsDocument:
    """Return the runs as their JSON document."""
    return RunsDocument(
        runs=[
            RunLineModel(
                run_id=row.run_id,
                started_at=row.started_at,
                finished_at=row.finished_at,
                exit_code=row.exit_code,
                version=row.version,
            )
            for row in rows
        ]
    )


def print_runs(rows: Sequence[_Run], console: Console, *, now: datetime, language: str = "en") -> None:
    """Print the runs as a table, the newest first."""
    pen = Pen(console, language, now)
    if not rows:
        pen.line(Text(pen.words.say("runs_none")))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=False, header_style="dim")
    for name in ("run", "started", "finished", "exit_code"):
        # An id is copied: whatever else must fold, it does not.
        table.add_column(Text(pen.words.label(name)), overflow="fold", no_wrap=name == "run")
    for row in rows:
        moments = (format_moment(moment, "UTC", language) for moment in (row.started_at, row.finished_at))
        table.add_row(Text(printable(row.run_id, 80)), *map(Text, moments), Text(str(row.exit_code)))
    pen.line(table)


# ... and what two of them read differently.


@dataclass(frozen=True, slots=True)
class Difference:
    """One key two runs read differently; none where a run did not look."""

    key: Key
    before: Reading | None
    after: Reading | None


def differences(before: Iterable[Reading], after: Iterable[Reading]) -> list[Difference]:
    """Return what two runs read differently, in the order of keys."""
    one = {reading.key: reading for reading in before}
    other = {reading.key: reading for reading in after}
    keys: Collection[Key] = one.keys() | other.keys()
    pairs = (Difference(key, one.get(key), other.get(key)) for key in sorted(keys))
    return [pair for pair in pairs if _told(pair.before) != _told(pair.after)]


def _told(reading: Reading | None) -> object:
    return None if reading is None else (reading.presence, reading.level, reading.value, reading.fingerprint)


def diff_document(before: str, after: str, found: Iterable[Difference]) -> DiffDocument:
    """Return what two runs read differently as its JSON document."""
    return DiffDocument(before=before, after=after, differences=[_difference(pair) for pair in found])


def _difference(pair: Difference) -> DifferenceModel:
    one, other = pair.before, pair.after
    return DifferenceModel(
        **key_fields(pair.key),
        presence_before=None if one is None else one.presence,
        presence=None if other is None else other.presence,
        level_before=None if one is None else one.level,
        level=None if other is None else other.level,
        value_before=None if one is None else number_text(one.value),
        value=None if other is None else number_text(other.value),
    )


def print_diff(found: Sequence[Difference], console: Console, *, now: datetime, language: str = "en") -> None:
    """Print what two runs read differently, one key a line."""
    pen = Pen(console, language, now)
    if not found:
        pen.line(Text(pen.words.say("diff_none")))
    for pair in found:
        line = Text(printable(str(pair.key), 200), "bold", overflow="fold").append("  ")
        line.append_text(_side(pen, pair.before)).append(" → " if pen.is_utf else " -> ")
        pen.line(line.append_text(_side(pen, pair.after)))


def _side(pen: Pen, reading: Reading | None) -> Text:
    if reading is None:
        return Text(pen.words.say("not_visited"), "dim")
    if is_information(reading):
        return Text(measured(reading, pen.language) or printable(reading.native, 120))
    if reading.presence is not Presence.SHOWN:
        return Text(pen.words.word("presences", reading.presence.value), STYLES[standing_of(Level.UNKNOWN)])
    text = pen.badge(standing_of(reading.level))
    value = measured(reading, pen.language)
    return text.append(f" {value}") if value else text
