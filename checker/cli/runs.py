"""`checker runs`, `checker diff`: what was done when, and what two runs read differently."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from checker.cli.keys import complete_run
from checker.cli.options import AsJson, Config, now, out_console, print_document, settings_of
from checker.errors import UsageError

__all__ = ["diff", "report", "runs"]

RunId = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A run as `checker runs` names it, `last`, or `last~1` for the one before.",
        autocompletion=complete_run,
    ),
]


def runs(
    config: Config = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the last runs, the newest first."""
    from checker.report.lists import print_runs, runs_document
    from checker.store import open_store

    settings = settings_of(config)
    with open_store(settings.store.url) as store:
        rows = store.runs(limit)
    if as_json:
        print_document(runs_document(rows))
    else:
        print_runs(rows, out_console(), now=now(), language=settings.report.language)


def diff(before: RunId, after: RunId, config: Config = None, as_json: AsJson = False) -> None:
    """Show what two runs read differently, key by key."""
    from checker.report.lists import diff_document, differences, print_diff
    from checker.store import open_store

    settings = settings_of(config)
    with open_store(settings.store.url) as store:
        one, other = (store.run(store.run_named(name)) for name in (before, after))
    found = differences(one.readings, other.readings)
    if as_json:
        print_document(diff_document(one.run_id, other.run_id, found))
    else:
        print_diff(found, out_console(), now=now(), language=settings.report.language)


class Language(StrEnum):
    """The languages a report can be written in."""

    EN = "en"
    ZH = "zh"


def report(
    config: Config = None,
    run: Annotated[
        str,
        typer.Option(
            "--run",
            metavar="RUN",
            help="Of this run, as `checker runs` names it.",
            autocompletion=complete_run,
        ),
    ] = "last",
    lang: Annotated[
        Language | None, typer.Option("--lang", help="In this language instead of that of the settings.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Into this file instead of the run's own."),
    ] = None,
) -> None:
    """Write the report of a run again: the run's news, and everything known today; nothing is visited."""
    from checker.cli.data import Everything, places_in
    from checker.cli.telling import write_report_of
    from checker.store import open_store

    settings = settings_of(config)
    with open_store(settings.store.url) as store:
        found = store.run(store.run_named(run))
        everything = Everything(store.all_known(), places_in(store, settings))
    folder = settings.paths.reports_dir
    path = out or folder / f"{found.run_id}.html"
    try:
        if out is None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_report_of(found, path, settings, now(), everything, lang or "")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}", hint="name another file with --out"
        ) from None
    out_console().print(str(path), markup=False, soft_wrap=True)
