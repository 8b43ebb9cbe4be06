"""Findings, readings and coverage as plain rows, and as CSV, XLSX, JUnit, Markdown and Prometheus text.

Cells that a spreadsheet could take for a formula are text in every format: with an apostrophe in CSV, typed
as text in XLSX. Numbers that were read are written with every digit they have.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from checker.model import Key, Known, Level, Outcome
from checker.model import Place as PlaceId
from checker.report.facts import site_name, title
from checker.report.findings import Finding, open_findings, tally
from checker.report.formats import format_when
from checker.report.overview import tally_text
from checker.report.rollup import Place, SiteStanding, count_standings, told_reading
from checker.report.safe import chat_text, csv_cell, printable, well_formed
from checker.report.words import words_for

__all__ = [
    "Table",
    "as_csv",
    "as_junit",
    "as_markdown",
    "as_prometheus",
    "as_xlsx",
    "coverage_table",
    "findings_table",
    "readings_table",
]

Cell = str | int | Decimal | datetime | None

# Excel takes no longer text into one cell.
_CELL: int = 32_000


@dataclass(frozen=True, slots=True)
class Table:
    """A name, a heading for each column, and rows of cells."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def findings_table(known: Mapping[Key, Known], places: Iterable[Place], now: datetime) -> Table:
    """Return what is open, one key a row, with the finding it is counted with."""
    rows = [row for finding in open_findings(known, tuple(places), now) for row in _finding_rows(finding)]
    columns = (
        "finding", "marketplace", "account", "site", "metric", "variant", "item", "level", "since",
        "deadline", "native", "value", "reason", "acknowledged_by", "snoozed_until", "key",
    )  # fmt: skip
    return Table("findings", columns, tuple(rows))


def _finding_rows(finding: Finding) -> Iterator[tuple[Cell, ...]]:
    for part in finding.parts:
        key, reading = part.key, part.reading
        yield (
            str(finding.key), key.marketplace, key.account, key.site, key.metric, key.variant, key.item,
            part.level.value, part.since, None if reading is None else reading.deadline,
            "" if reading is None else reading.native, None if reading is None else reading.value,
            "" if reading is None else reading.reason, "" if part.ack is None else part.ack.by,
            part.snoozed_until, str(key),
        )  # fmt: skip


def readings_table(known: Mapping[Key, Known]) -> Table:
    """Return what is known of every key, with its age."""
    columns = (
        "marketplace", "account", "site", "metric", "variant", "item", "level", "presence", "native", "value",
        "unit", "target", "reason", "read_at", "seen_at", "key",
    )  # fmt: skip
    return Table("readings", columns, tuple(_reading_row(known[key]) for key in sorted(known)))


def _reading_row(state: Known) -> tuple[Cell, ...]:
    key, told = state.key, told_reading(state)
    return (
        key.marketplace, key.account, key.site, key.metric, key.variant, key.item, state.level.value,
        state.last.presence.value, told.native, told.value, "" if told.unit is None else told.unit.value,
        None if told.target is None else told.target.value, state.last.reason, state.read_at,
        state.last.observed_at, str(key),
    )  # fmt: skip


def coverage_table(standings: Sequence[SiteStanding]) -> Table:
    """Return every site: how it stands, how much of it was read, and when."""
    columns = ("marketplace", "account", "site", "name", "status", "open", "read", "expected", "seen_at")
    rows = (
        (
            line.place.marketplace, line.place.account, line.place.site.code, site_name(line.place),
            line.standing.value, line.open, line.read, line.expected, line.seen_at,
        )
        for line in standings
    )  # fmt: skip
    return Table("coverage", columns, tuple(rows))


def as_csv(table: Table) -> str:
    """Return a table as CSV (RFC 4180) that no spreadsheet runs anything of."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_text_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def _text_cell(cell: Cell) -> str:
    return _moment(cell) if isinstance(cell, datetime) else csv_cell(cell)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """Return tables as one workbook; every text is typed as text, so that nothing of it is a formula."""
    import xlsxwriter  # noqa: PLC0415 - an extra, and needed for this alone

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        heading = book.add_format({"bold": True})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, table.columns, heading)
            for number, row in enumerate(table.rows, 1):
                for place, cell in enumerate(row):
                    _write_cell(sheet, number, place, cell)
            sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    return out.getvalue()


def _write_cell(sheet: object, row: int, column: int, cell: Cell) -> None:
    write_string, write_number = sheet.write_string, sheet.write_number  # type: ignore[attr-defined]
    if isinstance(cell, datetime):
        write_string(row, column, _moment(cell))
    elif isinstance(cell, int):
        write_number(row, column, cell)
    elif isinstance(cell, Decimal):
        # A number as long as a spreadsheet's own keeps every digit; a longer one would lose some.
        exact = cell.is_finite() and Decimal(repr(float(cell))) == cell
        (write_number if exact else write_string)(row, column, float(cell) if exact else format(cell, "f"))
    elif cell:
        write_string(row, column, printable(well_formed(cell), _CELL))


def as_junit(standings: Sequence[SiteStanding], known: Mapping[Key, Known], now: datetime) -> str:
    """Return every site as a test case: red fails, what was not read is an error, no rating is skipped."""
    by_place: dict[PlaceId, list[Finding]] = {}
    for finding in open_findings(known, [line.place for line in standings], now):
        by_place.setdefault(finding.key.place, []).append(finding)
    cases = [_case(line, by_place.get(line.place.id, [])) for line in standings]
    counts = {mark: sum(f"<{mark}" in case for case in cases) for mark in ("failure", "error", "skipped")}
    head = (
        f'<testsuite name="marketplace-health-checker" tests="{len(cases)}" failures="{counts["failure"]}"'
        f' errors="{counts["error"]}" skipped="{counts["skipped"]}" timestamp="{_moment(now)}">'
    )
    body = "\n".join(cases)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}\n</testsuite>\n'


def _case(line: SiteStanding, findings: Sequence[Finding]) -> str:
    place, words = line.place, words_for("en")
    name = quoteattr(site_name(place))
    group = quoteattr(printable(f"{place.marketplace}.{place.account}", 120))
    told = "\n".join(f"{finding.level.value}: {title(finding, words)}" for finding in findings)
    match line.standing.value:
        case "deactivated" | "critical" | "warning":
            what = f"<failure message={quoteattr(line.standing.value)}>{escape(told)}</failure>"
        case "unknown":
            outcome = "not read" if line.outcome in (None, Outcome.READ) else str(line.outcome)
            what = f"<error message={quoteattr(outcome)}/>"
        case "no_rating":
            what = "<skipped/>"
        case _:
            what = ""
    return f"  <testcase classname={group} name={name}>{what}</testcase>"


def as_markdown(known: Mapping[Key, Known], places: Sequence[Place], now: datetime, language: str) -> str:
    """Return what is open as a Markdown digest; nothing a page said is Markdown in it."""
    words = words_for(language)
    findings = open_findings(known, places, now)
    lines = [f"# {words.say('title')}", ""]
    lines += [tally_text(tally(findings), language) if findings else words.say("findings_none"), ""]
    for finding in findings:
        site = finding.key.site if finding.place is None else site_name(finding.place, words)
        where = chat_text(f"{finding.key.marketplace} · {finding.key.account} · {site}", 160)
        what = _escaped(f"{where}: {chat_text(title(finding, words), 160)}")
        text = f"- **{words.level(finding.level)}** {what}"
        if finding.deadline is not None:
            zone = "UTC" if finding.place is None else finding.place.site.zone
            due = format_when(finding.deadline, zone, now, language)
            text += f" ({words.colon(words.label('deadline'), due)})"
        lines.append(text)
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Escape what `chat_text` leaves as it is: harmless in a chat, and layout in a document."""
    for char in "\\#[]_!|<>":
        text = text.replace(char, f"\\{char}")
    return text


def as_prometheus(known: Mapping[Key, Known], standings: Sequence[SiteStanding], now: datetime) -> str:
    """Return gauges for the textfile collector, as `promtool check metrics` accepts them."""
    findings = open_findings(known, [line.place for line in standings], now)
    lines: list[str] = []

    def gauge(name: str, text: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> None:
        lines.append(f"# HELP {name} {text}")
        lines.append(f"# TYPE {name} gauge")
        for labels, value in samples:
            inner = ",".join(f'{label}="{_label(content)}"' for label, content in labels.items())
            lines.append(f"{name}{{{inner}}} {value:.0f}" if inner else f"{name} {value:.0f}")

    by_account: dict[tuple[str, str, Level], int] = {}
    for finding in findings:
        spot = (finding.key.marketplace, finding.key.account, finding.level)
        by_account[spot] = by_account.get(spot, 0) + 1
    gauge(
        "marketplace_health_open_findings",
        "Findings that are open, by level.",
        (
            ({"marketplace": m, "account": a, "level": level.value}, count)
            for (m, a, level), count in sorted(by_account.items(), key=str)
        ),
    )
    counts = count_standings(standings)
    gauge(
        "marketplace_health_sites",
        "Sites, by how they stand.",
        (({"status": standing.value}, count) for standing, count in counts.items()),
    )
    gauge(
        "marketplace_health_site_read_timestamp_seconds",
        "When a site was last looked at.",
        (
            ({"marketplace": p.marketplace, "account": p.account, "site": p.site.code, "shop": p.site.shop},
             round(line.seen_at.timestamp()))
            for line in standings if line.seen_at is not None for p in (line.place,)
        ),
    )  # fmt: skip
    gauge("marketplace_health_written_timestamp_seconds", "When this was written.", [({}, now.timestamp())])
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    return printable(text, 120).replace("\\", "\\\\").replace('"', '\\"')
