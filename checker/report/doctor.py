"""What `flows doctor` saw, widget by widget: which rule matched, which fallback, what was unreadable.

Page text reaches it through `printable` and autoescape; a content policy forbids what would slip through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from rich.console import Console
from rich.table import Table
from rich.text import Text

from checker.model import Level, Presence
from checker.report.flow_documents import DoctorDocument, LookModel, SightModel
from checker.report.safe import printable
from checker.report.unread import cause_of_reason

__all__ = ["doctor_html", "print_doctor", "sick"]

FIRST, FALLBACK, SEVERAL, NOTHING = "first rule", "fallback", "several", "nothing"
_STYLES: Final = {FIRST: "green", FALLBACK: "yellow", SEVERAL: "yellow", NOTHING: "red"}


@dataclass(frozen=True, slots=True)
class _Row:
    """One chain, as both the terminal and the page show it."""

    what: str
    verdict: str
    rule: str
    text: str
    picture: str
    frame: tuple[float, float, float, float] | None


def sick(document: DoctorDocument) -> bool:
    """Tell whether something could not be read."""
    unread = any(reading.presence is Presence.UNREADABLE for reading in document.readings)
    return unread or bool(document.unknown)


def print_doctor(document: DoctorDocument, out: Console) -> None:
    """Print the examination for a person."""
    ended: dict[str, list[str]] = defaultdict(list)
    for site, outcome in document.outcomes.items():
        ended[f"{outcome.value} {document.details.get(site, '')}".strip()].append(site)
    for how, sites in ended.items():
        out.print(Text(printable(f"{', '.join(sites)}: {how}"), "bold"))
    for line in document.unknown:
        out.print(Text(f"not a page the flow knows: {printable(line)}", "red"))
    table = Table("chain", "page", "found by", "rule", "reads", box=None)
    for site in dict.fromkeys(sight.site for sight in document.sights):
        table.add_section()
        for row, sight in _rows(document.sights, site):
            where = f"{sight.site} {sight.page}".strip()
            verdict = Text(row.verdict, _STYLES[row.verdict.partition(" (")[0]])
            table.add_row(Text(row.what), Text(printable(where)), verdict, Text(row.rule), Text(row.text))
    out.print(table)
    lost: dict[str, list[LookModel]] = defaultdict(list)
    for reading in document.readings:
        if reading.presence is Presence.UNREADABLE:
            lost[cause_of_reason(reading.reason or "")].append(reading)
        else:
            out.print(Text(_line(reading)), soft_wrap=True)
    # One cause is said once, however many widgets it is the cause of.
    for readings in lost.values():
        reasons = {reading.reason for reading in readings}
        why = readings[0].reason if len(reasons) == 1 else cause_of_reason(readings[0].reason or "")
        out.print(Text(printable(f"unreadable: {why} ({len(readings)})"), "red"), soft_wrap=True)
        for reading in readings:
            out.print(Text(f"  {printable(reading.key)}", "red"), soft_wrap=True)


def _line(reading: LookModel) -> str:
    """Return a reading on one line: what, how, by which rule, and what it says."""
    says = printable(reading.reason or reading.native or reading.value or "")
    by = _read_by(reading)
    judged = reading.presence is not Presence.SHOWN or reading.level is not Level.UNKNOWN
    how = f"{reading.presence.value} {reading.level.value}" if judged else reading.presence.value
    return "  ".join(filter(None, (printable(reading.key), how, says, f"[{by}]" if by else "")))


def doctor_html(document: DoctorDocument, picture: Callable[[str], str]) -> str:
    """Return the examination as one page; `picture` turns a picture's file name into its data: address."""
    pages: dict[tuple[str, str], list[_Row]] = {}
    for site in dict.fromkeys(sight.site for sight in document.sights):
        for row, sight in _rows(document.sights, site):
            pages.setdefault((printable(sight.site), printable(sight.page)), []).append(row)
    shown = [
        {
            "title": " ".join(filter(None, place)) or "sign-in",
            "rows": rows,
            "picture": next((picture(row.picture) for row in rows if row.picture), ""),
        }
        for place, rows in pages.items()
    ]
    readings = [
        {
            "key": printable(reading.key),
            "presence": reading.presence.value,
            "level": reading.level.value,
            "by": _read_by(reading),
            "says": printable(reading.reason or reading.native or reading.value or ""),
        }
        for reading in document.readings
    ]
    outcomes = [
        (printable(site), outcome.value, printable(document.details.get(site, "")))
        for site, outcome in document.outcomes.items()
    ]
    unknown = [printable(line) for line in document.unknown]
    return _template().render(
        document=document, pages=shown, readings=readings, outcomes=outcomes, unknown=unknown
    )


def _rows(sights: Iterable[SightModel], site: str) -> Iterator[tuple[_Row, SightModel]]:
    for sight in sights:
        if sight.site == site:
            rule = printable(" → ".join(sight.rules) if sight.place is None else sight.rules[sight.place])
            what = printable(f"{sight.chain} {sight.name}")
            text, frame = printable(sight.text, 80), sight.drawn
            yield _Row(what, _verdict(sight), rule, text, sight.picture or "", frame), sight


def _verdict(sight: SightModel) -> str:
    if sight.place is None:
        return NOTHING
    if sight.count > 1:
        return f"{SEVERAL} ({sight.count})"
    return FIRST if sight.place == 0 else f"{FALLBACK} ({sight.place + 1} of {len(sight.rules)})"


def _read_by(reading: LookModel) -> str:
    if not reading.rule:
        return ""
    fallback = f" {FALLBACK}, rule {reading.place + 1}" if reading.place else ""
    return printable(f"{reading.page or ''} {reading.rule}".strip()) + fallback


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("checker.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("doctor.html.j2")
