"""`checker replay`: read kept visits again by today's flow, and mend the days it could not read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.keys import complete_kept
from checker.cli.options import AsJson, Config, now, out_console, print_document, say, settings_of
from checker.errors import UsageError

if TYPE_CHECKING:
    from checker.flow import Flow
    from checker.run.repair import Repaired
    from checker.run.replay import Replayed
    from checker.settings import Settings

__all__ = ["replay"]


def replay(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[DIR|RUN]",
            help="A case, or a run whose visits are kept; `last`, or nothing, is the latest such run.",
            autocompletion=complete_kept,
        ),
    ] = None,
    config: Config = None,
    site: Annotated[
        list[str] | None,
        typer.Option("--site", metavar="CODE", help="Show only this site, e.g. CA; may be repeated."),
    ] = None,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help="Read every kept visit again that has something unread, and store what can be read now.",
        ),
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="With --repair: no run before this day, UTC.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --repair: show what would be mended, store nothing.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Read a kept visit again by today's flow, without a browser, and show what is read otherwise.

    With --repair what could not be read then and can be now is stored beside it, marked as repaired, and
    told once; what was read then stays as it was.
    """
    settings = settings_of(config, needed=repair)
    if repair:
        if what is not None or site:
            raise UsageError(
                "--repair reads every kept visit", hint="narrow it with --since, or leave --repair out"
            )
        return _repair(settings, since, dry_run=dry_run, as_json=as_json)
    if since is not None or dry_run:
        raise UsageError("--since and --dry-run belong to --repair", hint="add --repair, or leave them out")
    return _replay(settings, what, {code.upper() for code in site or ()}, as_json=as_json)


def _replay(settings: Settings, what: str | None, codes: set[str], *, as_json: bool) -> int:
    from checker.model import gravest, visit_exit
    from checker.report.formats import format_moment
    from checker.report.replay import print_replay, replay_document
    from checker.run.replay import opened, replay

    again: list[Replayed] = []
    for kept in opened(_folder(settings, what)):
        parts = kept.parts()
        again += replay(parts, _flow(settings, parts[0].marketplace))
    shown = [visit for visit in again if not codes or visit.then.site.code in codes]
    if not shown:
        raise UsageError(
            "no visit to any of these sites is kept there" if codes else "no visit to any site is kept there",
            hint="leave --site out to see which there are" if codes else "only the list of sites was kept",
        )
    code = gravest(visit_exit(visit.now) for visit in shown)
    if as_json:
        print_document(replay_document(shown, code))
    else:
        language = settings.report.language
        print_replay(shown, out_console(), lambda moment: format_moment(moment, "UTC", language))
    return code


def _repair(settings: Settings, since: datetime | None, *, dry_run: bool, as_json: bool) -> int:
    from checker.cli.data import everything_after
    from checker.cli.telling import finished, mark_told
    from checker.model import gravest
    from checker.report.document import run_document
    from checker.report.replay import replay_document
    from checker.run.repair import repair
    from checker.store import open_store

    moment = None if since is None else since.replace(tzinfo=UTC)
    with open_store(settings.store.url) as store:
        done = repair(settings, store, lambda name: _flow(settings, name), moment, say, dry_run=dry_run)
    _say_left_out(done)
    if as_json:
        run = None if done.finished is None else run_document(done.finished.run)
        print_document(replay_document(done.read, done.exit_code, run))
        if done.finished is not None:
            mark_told(done.finished, settings, now())
        return done.exit_code
    if done.finished is None:
        why = (
            "what is unread cannot be read by today's flow either"
            if done.left
            else "everything kept was read"
        )
        say(f"nothing to mend: {why}")
        return done.exit_code
    mended = sum(1 for _ in done.finished.run.readings)
    verb = "would be mended" if dry_run else "mended"
    say(f"{mended} readings of {len(done.finished.run.visits)} visits {verb}; {done.left} still unread")
    everything = everything_after(done.finished, settings)
    told = finished(done.finished, settings, now(), as_json=False, everything=everything)
    return gravest([done.exit_code, told])


def _say_left_out(done: Repaired) -> None:
    for alias in done.busy:
        say(f"{alias}: another run holds the account; its visits were left out")
    for run_id in done.unknown:
        say(f"{run_id}: its visits are kept, but the store has no such run; left out")


def _folder(settings: Settings, what: str | None) -> Path:
    """Return the folder meant: a path that is there, a run's id, or the latest run."""
    from checker.run.replay import kept_runs

    visits = settings.paths.visits_dir
    runs = kept_runs(visits)
    if what in (None, "last") and runs:
        return visits / runs[-1]
    if what in runs:
        return visits / what
    if what is not None and Path(what).is_dir():
        return Path(what)
    kept = f"kept are: {', '.join(runs[-5:])}" if runs else f"no run's visits are kept in {visits}"
    named = "nothing to read again" if what is None else f"{what} is neither a folder nor a run that is kept"
    raise UsageError(named, hint=f"{kept}; see [replay] keep_days")


def _flow(settings: Settings, marketplace: str) -> Flow:
    from checker.flow import flow_named

    overrides = None if settings.file is None else settings.file.parent / "overrides"
    return flow_named(marketplace, overrides, settings.flows.allow)
