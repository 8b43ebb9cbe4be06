"""`checker run`: visit, compare, store, tell."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.keys import complete_account, complete_site
from checker.cli.options import AsJson, Config, in_terminal, now, say, settings_of
from checker.model.exits import Exit

if TYPE_CHECKING:
    from checker.run.execute import Finished, Request
    from checker.settings import Settings

__all__ = ["FailOn", "interruptible", "run"]


class FailOn(StrEnum):
    """From which level on a finding makes the exit code non-zero."""

    WARNING = "warning"
    CRITICAL = "critical"
    DEACTIVATED = "deactivated"


def run(
    config: Config = None,
    account: Annotated[
        list[str] | None,
        typer.Option(
            "--account",
            metavar="ALIAS",
            help="Only this account; may be repeated.",
            autocompletion=complete_account,
        ),
    ] = None,
    site: Annotated[
        list[str] | None,
        typer.Option(
            "--site",
            metavar="CODE",
            help="Only this site, e.g. CA; may be repeated.",
            autocompletion=complete_site,
        ),
    ] = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Only what was told as one event and is to be read again by now; else nothing."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and show, but store nothing and count nothing as told.")
    ] = False,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on", metavar="LEVEL", help="Findings below this level leave the exit code alone."
        ),
    ] = FailOn.WARNING,
    as_json: AsJson = False,
) -> int:
    """Visit every site of every account, compare with the last run, and tell what is newly red.

    Exit codes: 0 nothing open, 10 new or worse, 11 known critical, 12 warnings only, 20 incomplete,
    21 a person is needed, 22 credentials refused, 23 blocked, 24 safety stop, 30 store unusable,
    75 another run holds the account, 78 configuration.
    """
    from checker.cli.telling import print_or_say
    from checker.model import Level
    from checker.report.document import run_document
    from checker.run.again import due, nothing_due
    from checker.run.execute import Request

    settings = settings_of(config)
    rules = settings.findings.rules
    request = Request(tuple(account or ()), tuple(site or ()), dry_run, Level(fail_on.value), rules=rules)
    if again:
        request = due(settings, request, now())
        if not request.accounts:
            return print_or_say(run_document(nothing_due(now())), Exit.OK) if as_json else Exit.OK
    # What was asked for by hand, or in part, says nothing of whether the schedule is alive.
    is_whole = not (account or site or again or dry_run)
    with _watched(settings, is_whole=is_whole) as ended:
        code = _visited(settings, request, as_json=as_json)
        ended.append(code)
    return code


def _visited(settings: Settings, request: Request, *, as_json: bool) -> int:
    """Visit, tell and clean up; return the exit code of it all."""
    from checker.cli.data import everything_after
    from checker.cli.evidence import prune_after
    from checker.cli.telling import finished, print_or_say, progress, speak_up
    from checker.report.document import run_document
    from checker.run.execute import execute

    with interruptible() as interrupted, progress() as heard:
        done = execute(settings, request, heard, say, interrupted)
        speak_up(heard, done)
    _say_busy(settings.require_accounts(request.accounts), done)
    if done.run.exit_code == Exit.BUSY and not done.run.visits:
        # Another run is at work, and has the store and the report to itself.
        code = done.run.exit_code
        return print_or_say(run_document(done.run), code) if as_json else code
    everything = everything_after(done, settings)
    code = finished(done, settings, now(), as_json=as_json, everything=everything)
    if not request.dry_run and done.refused is None:
        prune_after(settings)
    return code


@contextmanager
def _watched(settings: Settings, *, is_whole: bool) -> Iterator[list[int]]:
    """Tell the dead-man switch that a run began and how it ended: the code put into the list."""
    from checker.errors import CheckerError
    from checker.log import event
    from checker.schedule.ping import pinger

    def tell(text: str) -> None:
        say(text)
        event("WARNING", "dead-man switch", text=text)

    switch = pinger(settings, tell) if is_whole else None
    ended: list[int] = []
    if switch is not None:
        switch.start()
    try:
        yield ended
    except CheckerError as error:
        ended.append(error.exit_code)
        raise
    finally:
        if switch is not None:
            switch.finish(ended[0] if ended else Exit.BUG)


def _say_busy(accounts: Iterable[str], done: Finished) -> None:
    """Say in a terminal which accounts another run holds; under cron two at once are no news."""
    visited = {visit.account for visit in done.run.visits}
    held = [alias for alias in accounts if alias not in visited]
    if held and in_terminal():
        say(f"another run is visiting {', '.join(held)}: left to it; wait for it to end, then run this again")


class _Signals(list[int]):
    """The signals that came in; the first one decides the exit code."""

    def __call__(self) -> int:
        return self[0] if self else 0


@contextmanager
def interruptible() -> Iterator[_Signals]:
    """Turn SIGINT and SIGTERM into a wish to end, so that what was read is still stored."""
    came = _Signals()

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
