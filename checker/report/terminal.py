"""The report on a terminal: what is newly red first, the bottom line last.

Whatever came from a page is put into `Text` after `printable`, never into markup: it can neither colour
nor move anything. Every colour has a word or a sign beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from checker.model import Key, Known, QuietGroup, Reading, Run
from checker.model import Place as PlaceId
from checker.report._blocks import (
    INDENT,
    STYLES,
    Pen,
    event_block,
    finding_block,
    moment_line,
    one_line,
    overview,
    point,
    unbroken,
    unread_block,
)
from checker.report.findings import Finding, Sections, open_findings, sections, tally
from checker.report.overview import (
    bottom_line,
    covered_text,
    headline,
    left_out_texts,
    tally_text,
    unread_title,
)
from checker.report.rollup import (
    STALE_AFTER,
    Place,
    SiteStanding,
    Standing,
    places_of,
    roll_up_run,
    roll_up_state,
    worst_standing,
)
from checker.report.safe import printable
from checker.report.timeline import Moment, level_line, sparkline
from checker.report.unread import Unread, unread_known

__all__ = ["STALE_AFTER", "print_history", "print_run", "print_state"]

Places = Mapping[PlaceId, Place]


def print_run(
    run: Run,
    known: Mapping[Key, Known],
    places: Iterable[Place],
    console: Console,
    *,
    now: datetime,
    language: str = "en",
    stale_after: timedelta = STALE_AFTER,
) -> None:
    """Print a run: newly red, worse, unread, better, still open, every site, and the bottom line.

    known: the state of every account after the run; places: every site known of, visited or not.
    stale_after: how old the state of a site may be that this run did not visit.
    """
    places = tuple(places)
    found = sections(run, known, places)
    standings = roll_up_run(run, known, places, stale_after)
    pen = Pen(console, language, now)
    _headline(pen, headline(found, language), red=bool(found.red))
    pen.line(Text(covered_text(run, standings, language), "dim"))
    if run.dry_run:
        pen.line(Text(pen.words.say("not_stored"), "dim"))
    at = {place.id: place for place in places_of(run.visits, places)}
    for name in ("red", "deadlines", "worsened", "warnings"):
        _told(pen, name, getattr(found, name), found, at)
    _unread(pen, found, at)
    _section(pen, "vanished", found.vanished, one_line)
    _section(pen, "better", found.better, one_line)
    _section(pen, "sites", found.sites, one_line)
    _section(pen, "still_open", [one for one in found.still_open if not one.is_muted], one_line)
    _muted(pen, found.still_open)
    _unavailable(pen, found.unavailable)
    _overview(pen, standings, places)
    _bottom(pen, standings, sum(len(entry.states) for entry in found.unread))


def print_state(
    known: Mapping[Key, Known],
    places: Iterable[Place],
    console: Console,
    *,
    now: datetime,
    language: str = "en",
    stale_after: timedelta = STALE_AFTER,
    quiet: Sequence[QuietGroup] = (),
) -> None:
    """Print what is known now: what is open, what could not be read, every site.

    quiet: what `known` leaves out, because nothing is the matter with it, counted.
    """
    places = tuple(places)
    pen = Pen(console, language, now)
    if not known and not quiet:
        pen.line(Text(pen.words.say("nothing_known")))
        return
    entries = unread_known(known, places)
    unread = [entry for entry in entries if not entry.unavailable]
    standings = roll_up_state(known, places, now, stale_after, quiet)
    found = open_findings(known, places, now)
    counted = tally(found)
    if counted.total:
        _headline(pen, tally_text(counted, language), red=counted.is_red)
    _section(pen, "open", found, one_line)
    if unread:
        _loud(pen, len(unread))
    for entry in unread:
        pen.line(unread_block(pen, entry))
    _unavailable(pen, [entry for entry in entries if entry.unavailable])
    _overview(pen, standings, places)
    _bottom(pen, standings, sum(len(entry.states) for entry in unread))


def print_history(
    key: Key,
    readings: Iterable[Reading],
    console: Console,
    moments: Iterable[Moment] = (),
    *,
    now: datetime,
    zone: str = "UTC",
    language: str = "en",
) -> None:
    """Print one key over time: its curve, its readings, each change of level marked, and what happened."""
    pen = Pen(console, language, now)
    points = sorted(readings, key=lambda reading: reading.observed_at)
    if not points:
        pen.line(Text(pen.words.say("nothing_of_key", key=printable(str(key)))))
        return
    _headline(pen, printable(f"{pen.words.name(key)} {key.item}".strip()))
    pen.line(Text(printable(str(key)), "dim"))
    pen.line(Text(level_line(points, ascii_only=not pen.is_utf)))
    if curve := sparkline(points, ascii_only=not pen.is_utf):
        pen.line(Text(curve))
    before = points[0]
    for reading in points:
        changed = (reading.presence, reading.level) != (before.presence, before.level)
        pen.line(point(pen, reading, zone, changed=changed))
        before = reading
    past = tuple(moments)
    if past:
        _heading(pen, "moments", len(past))
    for moment in past:
        pen.line(moment_line(pen, moment, zone))


def _headline(pen: Pen, text: str, *, red: bool = False) -> None:
    line = pen.badge(Standing.CRITICAL, text) if red else Text(text, "bold")
    pen.line(line)


def _heading(pen: Pen, name: str, count: int) -> None:
    heading = Text(f"{pen.words.word('sections', name)} ({count})", "bold")
    pen.line()
    pen.line(Rule(heading, align="left", style="dim", characters="─" if pen.is_utf else "-"))


def _section(
    pen: Pen, name: str, findings: Sequence[Finding], block: Callable[[Pen, Finding], RenderableType]
) -> None:
    if findings:
        _heading(pen, name, len(findings))
    for finding in findings:
        pen.line(block(pen, finding))


def _told(pen: Pen, name: str, findings: Sequence[Finding], found: Sections, at: Places) -> None:
    """Write what is told in full; above what is one event, what that event is."""
    if findings:
        _heading(pen, name, len(findings))
    for event, group in groupby(findings, lambda finding: finding.event):
        if event in found.events:
            pen.line(event_block(pen, found.events[event], at))
        for finding in group:
            pen.line(finding_block(pen, finding))


def _loud(pen: Pen, count: int) -> None:
    _heading(pen, "unread", count)
    pen.line(Text(pen.words.say("keep"), STYLES[Standing.UNKNOWN]))


def _unread(pen: Pen, found: Sections, at: Places) -> None:
    if found.unread:
        _loud(pen, len(found.unread))
    for event in found.unreadable_events:
        pen.line(event_block(pen, event, at))
    for entry in found.unread:
        pen.line()
        pen.line(unread_block(pen, entry))


def _muted(pen: Pen, still_open: Sequence[Finding]) -> None:
    """Count what somebody acknowledged or snoozed; it is never hidden, and not listed again either."""
    count = sum(finding.is_muted for finding in still_open)
    if count:
        pen.line()
        pen.line(Text(pen.words.many("muted_line", count), "dim"))


def _unavailable(pen: Pen, entries: Sequence[Unread]) -> None:
    """List what was never readable on its console: a line for each cause, marked once it is accepted."""
    if not entries:
        return
    _heading(pen, "unavailable", len(entries))
    pen.line(Text(pen.words.say("unavailable_why"), "dim", overflow="fold"))
    for entry in entries:
        line = Text(unread_title(entry, pen.words), "" if not entry.accepted else "dim", overflow="fold")
        if entry.accepted:
            line.append(f"  {pen.words.say('accepted')}", "dim")
        pen.line(Padding(line, INDENT))
        if not entry.accepted:
            pen.line(unbroken(f"    {entry.states[0].key}", "dim"))


def _overview(pen: Pen, standings: Sequence[SiteStanding], places: Sequence[Place]) -> None:
    left_out = left_out_texts(places, standings, pen.words)
    by_account = sorted(standings, key=lambda line: (line.place.marketplace, line.place.account))
    for (marketplace, account), group in groupby(
        by_account, lambda line: (line.place.marketplace, line.place.account)
    ):
        lines = tuple(group)
        read = sum(line.read > 0 for line in lines)
        heading = pen.badge(worst_standing(lines) or Standing.UNKNOWN)
        heading.append(printable(f"  {marketplace} · {account}", 120), "bold")
        heading.append(f"  {pen.words.say('sites_read', read=read, all=len(lines))}", "dim")
        pen.line()
        pen.line(heading)
        pen.line(overview(pen, lines))
        if (marketplace, account) in left_out:
            pen.line(Text(left_out[marketplace, account], "dim", overflow="fold"))


def _bottom(pen: Pen, standings: Sequence[SiteStanding], unread: int) -> None:
    worst = min((list(Standing).index(line.standing) for line in standings), default=None)
    style = "bold" if worst is None else STYLES[list(Standing)[worst]]
    pen.line()
    pen.line(Text(bottom_line(standings, unread, pen.language), style))
