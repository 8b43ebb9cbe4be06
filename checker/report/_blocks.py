"""The blocks a terminal report is made of; everything from a page is `Text`, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checker.model import FACTS, Actor, Event, Known, Presence, Reading
from checker.model import Place as PlaceId
from checker.report.events import event_text, event_title
from checker.report.facts import (
    Fact,
    detail_text,
    facts,
    item_name,
    last_known,
    level_text,
    measured,
    site_name,
    title,
    where,
)
from checker.report.findings import Finding
from checker.report.formats import format_age, format_moment, format_when
from checker.report.overview import (
    SYMBOLS,
    coverage_text,
    each_widget,
    others_text,
    rating_text,
    sites_text,
    standing_of,
    unread_title,
    unread_word,
    worst_text,
)
from checker.report.rollup import Place, SiteStanding, Standing, is_information
from checker.report.safe import printable
from checker.report.timeline import Moment
from checker.report.unread import Unread
from checker.report.words import Words, words_for

__all__ = [
    "INDENT",
    "STYLES",
    "Pen",
    "event_block",
    "finding_block",
    "lost_line",
    "moment_line",
    "one_line",
    "overview",
    "point",
    "unbroken",
    "unread_block",
]

STYLES: Final = {
    Standing.DEACTIVATED: "bold white on red",
    Standing.CRITICAL: "bold red",
    Standing.UNKNOWN: "bold magenta",
    Standing.WARNING: "yellow",
    Standing.OK: "green",
    Standing.NO_RATING: "dim",
}
INDENT: Final = (0, 0, 0, 2)

_ASCII: Final = {
    Standing.DEACTIVATED: "XX",
    Standing.CRITICAL: "X",
    Standing.UNKNOWN: "?",
    Standing.WARNING: "!",
    Standing.OK: "+",
    Standing.NO_RATING: "-",
}
_NARROW: Final = 64
_COLUMNS: Final = ("site", "status", "rating", "worst", "open", "read")
_BETWEEN: Final = 4
_ITEMS: Final = 12


class Pen:
    """Writes on one console, in one language, at one moment."""

    def __init__(self, console: Console, language: str, now: datetime) -> None:
        self.console = console
        self.language = language
        self.now = now
        self.words: Words = words_for(language)
        self.is_utf = console.encoding.lower().startswith("utf")
        self._symbols = SYMBOLS if self.is_utf else _ASCII

    def line(self, what: RenderableType = "") -> None:
        """Write one block."""
        self.console.print(what, markup=False, highlight=False, emoji=False, overflow="fold", crop=False)

    def badge(self, standing: Standing, word: str = "") -> Text:
        """Return a sign and a word in the colour of a standing."""
        word = word or self.words.word("standings", standing.value)
        return Text(f"{self._symbols[standing]} {word}", STYLES[standing])


def finding_block(pen: Pen, finding: Finding) -> RenderableType:
    """Return where, what, why, since when, what to do by when, and what proves it."""
    site, account = where(finding.place, finding, pen.words)
    level = level_text(finding, pen.words, pen.words.level(finding.level).upper())
    head = pen.badge(standing_of(finding.level), level)
    head.append(f"  {site}", "bold").append(f"  {account}", "dim")
    if finding.verb is not None:
        head.append(f"  {pen.words.word('verbs', finding.verb.value)}", "dim")
    told = [*facts(finding, pen.now, pen.language), *_items(pen, finding)]
    name = Text(title(finding, pen.words), "bold", overflow="fold")
    body = Group(name, _grid(told))
    return Group(Text(), head, Padding(body, INDENT), *_references(pen, finding))


def _items(pen: Pen, finding: Finding) -> Iterator[Fact]:
    label = pen.words.label("item")
    for item in finding.items[:_ITEMS]:
        text = " · ".join((item_name(item, pen.words), *_details(pen, item, finding)))
        yield Fact("item", label if item.key.item else "", text)
    if len(finding.items) > _ITEMS:
        yield Fact("item", "", pen.words.say("more_items", count=len(finding.items) - _ITEMS))


def _details(pen: Pen, item: Finding, whole: Finding) -> Iterator[str]:
    reading = item.reading
    if reading is None:
        return
    said = {measured(reading, pen.language), printable(reading.native), printable(reading.reason)}
    yield from sorted(said - {""}, key=len)
    zone = item.place.site.zone if item.place else "UTC"
    for name, value in reading.details:
        if name != "asin" and printable(value) not in said | {""}:
            told = detail_text(value, zone, pen.language)
            yield printable(f"{pen.words.word('details', name)} {told}", 120)
    if reading.deadline is not None and reading.deadline != whole.deadline:
        due = format_when(reading.deadline, zone, pen.now, pen.language)
        yield f"{pen.words.label('deadline')} {due}"


def _references(pen: Pen, finding: Finding) -> Iterator[RenderableType]:
    """Yield what is copied and pasted: each on a line of its own that no width of the terminal breaks."""
    links = (part.reading.link for part in finding.whole if part.reading is not None)
    named = [("link", link) for link in dict.fromkeys(link for link in links if link)]
    named += [("evidence", name) for name in (*finding.evidence, *finding.bundles)]
    for label, group in groupby(named, key=itemgetter(0)):
        yield unbroken(f"  {pen.words.label(label)}", "dim")
        for _, text in group:
            whole = printable(text)
            # Only what a page wrote has a space in it, and is copied by nobody.
            yield (
                Padding(Text(whole, overflow="fold"), (0, 0, 0, 4))
                if " " in whole
                else unbroken(f"    {whole}")
            )


def unbroken(text: str, style: str = "") -> Text:
    """Return a line that is never folded, for what is copied: file names, run ids, digests, addresses."""
    return Text(text, style, no_wrap=True, overflow="ignore")


def _grid(told: Iterable[Fact]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=False)
    grid.add_column(style="dim", overflow="fold", max_width=14)
    grid.add_column(overflow="fold", ratio=1)
    for fact in told:
        style = "bold" if fact.name == "deadline" else ""
        grid.add_row(Text(fact.label), Text(fact.text, style, overflow="fold"))
    return grid


def event_block(pen: Pen, event: Event, places: Mapping[PlaceId, Place]) -> RenderableType:
    """Return what the findings below it are together: one event, in one sentence that names every site."""
    style = STYLES[standing_of(event.level)]
    head = Text(f"{'◆' if pen.is_utf else '*'} {event_title(event, pen.words)}", style)
    return Group(Text(), head, Padding(Text(event_text(event, pen.words, places), overflow="fold"), INDENT))


def one_line(pen: Pen, finding: Finding) -> RenderableType:
    """Return a finding that was told before, or needs no more than a line."""
    site, _ = where(finding.place, finding, pen.words)
    level = finding.level
    line = pen.badge(standing_of(level), level_text(finding, pen.words))
    where_ = f"{finding.key.marketplace} · {finding.key.account}"
    line.append(f"  {site}  {printable(where_, 120)}  {title(finding, pen.words)}")
    if finding.items:
        line.append(f" ({pen.words.join(item_name(item, pen.words) for item in finding.items[:_ITEMS])})")
    if finding.verb is not None:
        line.append(f"  {pen.words.word('verbs', finding.verb.value)}", "bold")
    if finding.since is not None:
        line.append(f"  {pen.words.label('since')} {format_age(finding.since, pen.now, pen.language)}", "dim")
    if finding.deadline is not None and level.is_open:
        due = format_age(finding.deadline, pen.now, pen.language)
        line.append(f"  {pen.words.label('deadline')} {due}", "bold")
    if finding.ack is not None:
        line.append(f"  {pen.words.label('ack')} {printable(finding.ack.by, 60)}", "dim")
    return Padding(line, INDENT)


def unread_block(pen: Pen, entry: Unread) -> RenderableType:
    """Return a cause for which something was not read: where, who must act, what was known of it."""
    head = pen.badge(Standing.UNKNOWN, unread_word(entry, pen.words))
    head.append(f"  {unread_title(entry, pen.words)}", "bold")
    told = [] if len(entry.places) == 1 else [Text(sites_text(entry.places, pen.words), "dim")]
    if entry.drift:
        told.append(Text(pen.words.word("verb_why", "drift")))
    told += [Text(text) for text in _who_acts(pen, entry)]
    told += [
        lost_line(pen, state, site=len(entry.places) > 1 and state.is_open, why=False)
        for state in each_widget(entry.named)[:_ITEMS]
    ]
    if len(each_widget(entry.named)) > _ITEMS:
        told.append(Text(pen.words.say("more_items", count=len(each_widget(entry.named)) - _ITEMS)))
    if entry.rest:
        told.append(Text(others_text(entry.rest, pen.now, pen.language)))
    return Group(head, *(Padding(line, INDENT) for line in told))


def _who_acts(pen: Pen, entry: Unread) -> Iterator[str]:
    actor = FACTS[entry.outcome].actor
    if actor is not Actor.NOBODY:
        yield pen.words.say("act", who=pen.words.word("actors", actor.value))
    advice = pen.words.advice(entry.outcome, entry.accounts)
    if advice:
        yield advice


def lost_line(pen: Pen, state: Known, *, site: bool = False, why: bool = True) -> Text:
    """Return a widget that was not read, why, and what was last known of it; never in green."""
    line = Text(overflow="fold")
    if site:
        line.append(f"{printable(state.key.site, 40)}  {printable(state.key.account, 60)}  ")
    line.append(printable(f"{pen.words.name(state.key)} {state.key.item}".strip(), 160), "bold")
    if why and state.last.reason and state.last.presence is Presence.UNREADABLE:
        line.append(f": {printable(state.last.reason, 200)}")
    red = state.good is not None and state.level.is_red
    line.append("  ").append(
        pen.words.colon(pen.words.label("last_known"), last_known(state, pen.now, pen.words, pen.language)),
        STYLES[standing_of(state.level) if red else Standing.UNKNOWN],
    )
    return line


def overview(pen: Pen, lines: Sequence[SiteStanding]) -> RenderableType:
    """Return the sites of one account: a table, or lines where there is no room for columns."""
    return _list(pen, lines) if pen.console.width < _NARROW else _table(pen, lines)


def _cells(pen: Pen, line: SiteStanding) -> tuple[Text, Text, Text, Text, Text]:
    return (
        pen.badge(line.standing),
        Text(rating_text(line, pen.language)),
        Text(worst_text(line, pen.language), overflow="fold"),
        Text(str(line.open) if line.open else ""),
        Text(coverage_text(line, pen.now, pen.language)),
    )


def _table(pen: Pen, lines: Sequence[SiteStanding]) -> Table:
    rows = [(Text(site_name(line.place, pen.words), overflow="fold"), *_cells(pen, line)) for line in lines]
    labels = [Text(pen.words.label(name)) for name in _COLUMNS]
    widths = [max(cell.cell_len for cell in column) for column in zip(labels, *rows, strict=True)]
    # Where everything fits beside each other nothing need be measured or folded: with thousands of sites that
    # is most of the work.
    fits = sum(widths) + _BETWEEN * len(widths) <= pen.console.width
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=False, header_style="dim")
    for name, label, width in zip(_COLUMNS, labels, widths, strict=True):
        table.add_column(
            label,
            justify="right" if name in ("rating", "open", "read") else "left",
            overflow="fold",
            no_wrap=fits or name == "status",
            width=width if fits else None,
        )
    for row in rows:
        table.add_row(*row)
    return table


def _list(pen: Pen, lines: Sequence[SiteStanding]) -> RenderableType:
    rows: list[RenderableType] = []
    for line in lines:
        badge, rating, worst, opened, read = _cells(pen, line)
        head = Text(f"{site_name(line.place, pen.words)}  ", overflow="fold").append_text(badge)
        named = (("rating", rating), ("open", opened), ("read", read))
        rest = "  ".join(f"{pen.words.label(name)} {text.plain}" for name, text in named if text.plain)
        rows.append(head)
        rows += [Padding(Text(t, "dim", overflow="fold"), INDENT) for t in (worst.plain, rest) if t]
    return Group(*rows)


def point(pen: Pen, reading: Reading, zone: str, *, changed: bool) -> Text:
    """Return one reading of a history; an arrow marks that the level is not the one before."""
    line = Text(overflow="fold")
    line.append(("→ " if pen.is_utf else "> ") if changed else "  ", "bold")
    line.append(format_moment(reading.observed_at, zone, pen.language), "dim").append("  ")
    if reading.presence is Presence.SHOWN and not is_information(reading):
        line.append_text(pen.badge(standing_of(reading.level)))
    else:
        lost = reading.presence in (Presence.UNREADABLE, Presence.NOT_OBSERVED)
        standing = Standing.UNKNOWN if lost else Standing.NO_RATING
        line.append_text(pen.badge(standing, pen.words.word("presences", reading.presence.value)))
    repaired = pen.words.say("repaired") if reading.repaired else ""
    told = (measured(reading, pen.language), printable(reading.native), printable(reading.reason), repaired)
    return line.append("".join(f"  {text}" for text in told if text))


def moment_line(pen: Pen, moment: Moment, zone: str) -> Text:
    """Return something that happened to the findings of a key: when, what, by whom."""
    line = Text("  ", overflow="fold")
    line.append(format_moment(moment.at, zone, pen.language), "dim").append("  ")
    line.append_text(pen.badge(standing_of(moment.level), pen.words.level(moment.level)))
    what = pen.words.tables["verbs"].get(moment.what) or pen.words.word("acts", moment.what)
    line.append(f"  {what}", "bold")
    told = (printable(moment.detail, 200), printable(moment.by, 80))
    return line.append("".join(f"  {text}" for text in told if text))
