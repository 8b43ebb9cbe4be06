"""`checker status` and `checker export`: for monitors, spreadsheets and other programs."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.data import Accounts, places_asked
from checker.cli.keys import require_known
from checker.cli.options import AsJson, Config, now, out_console, print_document, say, settings_of
from checker.errors import ConfigError, UsageError
from checker.model.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.model import Key, Known
    from checker.report.rollup import Place
    from checker.report.tables import Table

__all__ = ["export", "status"]

_SPAN = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Format(StrEnum):
    """What can be exported."""

    CSV = "csv"
    XLSX = "xlsx"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    PROMETHEUS = "prometheus"


class What(StrEnum):
    """Of what a CSV file is."""

    FINDINGS = "findings"
    READINGS = "readings"
    COVERAGE = "coverage"


def status(
    config: Config = None,
    max_age: Annotated[
        str | None,
        typer.Option(
            "--max-age", metavar="SPAN", help="How long ago every account must have been read, e.g. 26h, 2d."
        ),
    ] = None,
    nagios: Annotated[
        bool, typer.Option("--nagios", help="One line and exit code as Nagios, Icinga and Checkmk want them.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Say in one line how everything stands, and whether every account was read lately; visit nothing.

    Exit codes: 0 well, 11 critical, 12 warnings, 20 an account was not read for too long, 21 and 22 a person
    is needed. With --nagios: 0 ok, 1 warning, 2 critical, 3 unknown.
    """
    from checker.report import status as report
    from checker.run.knowledge import gist_of
    from checker.store import open_store

    settings, moment = settings_of(config), now()
    limit = settings.findings.rules.stale_after if max_age is None else _span(max_age)
    accounts = [
        alias
        for alias, account in settings.accounts.items()
        if account.enabled and settings.is_marketplace_enabled(account.marketplace)
    ]
    with open_store(settings.store.url) as store:
        gist, latches = gist_of(store, settings, moment), store.latches()
    found = report.status_of(gist.known, gist.places, accounts, latches, moment, limit, gist.quiet)
    if as_json:
        print_document(report.status_document(found))
    else:
        line = report.nagios_line(found) if nagios else report.status_line(found, settings.report.language)
        out_console().print(line, markup=False, soft_wrap=True)
    return report.nagios_code(found) if nagios else found.exit_code


def export(
    form: Annotated[
        Format, typer.Argument(metavar="FORMAT", help="csv, xlsx, junit, markdown or prometheus.")
    ],
    config: Config = None,
    what: Annotated[
        What, typer.Option("--of", metavar="TABLE", help="For csv: findings, readings or coverage.")
    ] = What.FINDINGS,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to; replaced whole. Else to standard output."),
    ] = None,
    account: Accounts = None,
    as_json: AsJson = False,
) -> int:
    """Write what is known for another program; nothing is visited, and no cell is ever a formula.

    `xlsx` has findings, readings and coverage on a sheet each. `prometheus` is for the textfile collector.
    """
    from checker.files import FILE, write_private
    from checker.store import open_store

    if as_json:
        raise UsageError("an export is no JSON document", hint="for JSON: checker show --json")
    settings = settings_of(config)
    with open_store(settings.store.url) as store:
        places = places_asked(store, settings, account)
        require_known(settings, places, account or (), ())
        known = store.all_known(account or None)
    data = _made(form, what, known, places, settings.findings.rules.stale_after, settings.report.language)
    if out is not None:
        # Read by the collector, which is another user; there is nothing in it but names and counts.
        write_private(out, data, 0o644 if form is Format.PROMETHEUS else FILE)
        say(f"written: {out}")
    else:
        sys.stdout.buffer.write(data)
    return Exit.OK


def _made(
    form: Format,
    what: What,
    known: Mapping[Key, Known],
    places: Sequence[Place],
    stale_after: timedelta,
    language: str,
) -> bytes:
    from checker.report import tables
    from checker.report.rollup import roll_up_state

    moment = now()
    standings = roll_up_state(known, places, moment, stale_after)
    made: dict[What, Callable[[], Table]] = {
        What.FINDINGS: lambda: tables.findings_table(known, places, moment),
        What.READINGS: lambda: tables.readings_table(known),
        What.COVERAGE: lambda: tables.coverage_table(standings),
    }
    match form:
        case Format.CSV:
            # With a mark of its encoding: spreadsheets take a file without one for their own country's.
            return tables.as_csv(made[what]()).encode("utf-8-sig")
        case Format.XLSX:
            if find_spec("xlsxwriter") is None:
                raise ConfigError(
                    "XLSX needs the xlsx extra", hint="pip install 'marketplace-health-checker[xlsx]'"
                )
            return tables.as_xlsx([make() for make in made.values()])
        case Format.JUNIT:
            text = tables.as_junit(standings, known, moment)
        case Format.MARKDOWN:
            text = tables.as_markdown(known, places, moment, language)
        case Format.PROMETHEUS:
            text = tables.as_prometheus(known, standings, moment)
    return text.encode()


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(f"not a span of time: {text!r}", hint="write e.g. 90m, 26h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
