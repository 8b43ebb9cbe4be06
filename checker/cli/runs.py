"""`checker runs`, `checker diff`: what was done when, and what two runs read differently."""

from __future__ import annotations

from typing import Annotated

import typer

from checker.cli.keys import complete_run
from checker.cli.options import AsJson, Config, now, out_console, print_document, settings_of

__all__ = ["diff", "runs"]

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
