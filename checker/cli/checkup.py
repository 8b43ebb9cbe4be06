"""`checker doctor`: whether this machine and these settings can do a run, and what to type where not."""

from __future__ import annotations

from typing import Annotated

import typer

from checker.cli.options import AsJson, Config, now, out_console, print_document, settings_of

__all__ = ["doctor"]


def doctor(
    config: Config = None,
    online: Annotated[
        bool,
        typer.Option("--online", help="Also connect to the first host of each account."),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Look at settings, secrets, store, disk, browser, flows, sessions and messages; sign in nowhere.

    Every failing line says what to type. Exit code: 0, or the one a run would end in for what failed.
    """
    from checker.checkup import checkup
    from checker.model import gravest
    from checker.report.checkup import checkup_document, print_checkup

    settings = settings_of(config)
    checks = list(checkup(settings, now(), online=online))
    code = gravest(check.exit_code for check in checks)
    if as_json:
        print_document(checkup_document(checks, code))
    else:
        print_checkup(checks, out_console(), settings.report.language)
    return code
