"""`checker demo`: the true story, told in a minute or two, on a simulated console."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from checker.cli.options import AsJson, Config, err_console, now, out_console, print_document, say
from checker.errors import UsageError

if TYPE_CHECKING:
    from checker.cli.data import Everything
    from checker.run.execute import Finished
    from checker.settings import Settings

__all__ = ["demo"]


_DAY = 86_400


def demo(
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            metavar="DIR",
            help="Leave settings, store, evidence and reports in DIR, to try commands on.",
        ),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> int:
    """Play three mornings of a seller who trades only in the US, without any account of yours.

    On the second morning Canada, Mexico and Japan, never opened, have gone red. On the third the same
    reds are still there, and are not announced again.
    """
    del config  # every command takes it; the demo brings its own
    with _folder(keep) as folder:
        done, report = _play(folder, as_json=as_json)
        kept = _keep_report(report, keep)
    if as_json:
        from checker.report.document import run_document

        print_document(run_document(done.run))
    out = err_console() if as_json else out_console()
    out.print(f"\nReport: {kept}", markup=False, soft_wrap=True)
    if keep is not None:
        out.print(f"Try:    checker show --config {keep / 'checker.toml'}", markup=False, soft_wrap=True)
    return 0


def _play(folder: Path, *, as_json: bool) -> tuple[Finished, Path]:
    """Play every step of the story; return the run that told the news, and its report."""
    from checker.cli.data import everything_after
    from checker.cli.options import settings_of
    from checker.cli.telling import progress
    from checker.run.execute import Request, execute
    from fixtures.common.server import serve
    from fixtures.demo import ACCOUNT, MARKETPLACE, STEPS, play

    console = err_console() if as_json else out_console()
    told: list[tuple[Finished, Path]] = []
    with serve(MARKETPLACE, scenario=STEPS[0].scenario) as replica:
        settings = settings_of(_configure(folder, replica.url, ACCOUNT.username, ACCOUNT.password))
        # The story ends today, so that what it leaves behind does not lie in the future.
        replica.clock.advance(-_DAY * STEPS[-1].days_offset, keep_totp=True)
        before = None
        for number, step in enumerate(STEPS, start=1):
            play(replica, step, before)
            before = step
            console.rule(f"[bold]{number} of {len(STEPS)}[/bold]  {step.title}", align="left")
            offset = timedelta(days=step.days_offset - STEPS[-1].days_offset)
            with progress(lines=True) as heard:
                done = execute(settings, Request(offset=offset), heard, say)
            report = _told(done, settings, everything_after(done, settings), offset, quiet=as_json)
            told.append((done, report))
    news = [entry for entry in told if any(change.verb.is_alarm for change in entry[0].run.changes)]
    return news[0] if news else told[-1]


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Yield the folder everything is written to: the one to keep, or one that is gone afterwards."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="checker-demo-") as scratch:
            yield Path(scratch)
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UsageError(
            f"{keep} is there already and not empty", hint="name a new folder, or empty this one"
        )
    keep.mkdir(parents=True, exist_ok=True, mode=0o700)
    yield keep.resolve()


def _configure(folder: Path, origin: str, username: str, password: str) -> Path:
    """Write settings for the simulated console, with the password in a file of its own."""
    from checker.files import write_new
    from checker.settings import example_toml

    secret = folder / "main.password"
    write_new(secret, f"{password}\n".encode())
    path = folder / "checker.toml"
    text = example_toml(
        alias="main",
        marketplace="amazon",
        username=username,
        password_file=secret.name,
        origin=origin,
        data_dir="data",
        pause_seconds=0,
    )
    port = urlsplit(origin).port
    again = (
        f"# To run against the replica again: python -m fixtures amazon --scenario demo-day-2 --port {port}\n"
    )
    path.write_text(again + text, encoding="utf-8")
    return path


def _told(
    done: Finished, settings: Settings, everything: Everything, offset: timedelta, *, quiet: bool
) -> Path:
    """Print one morning's report, as the seller would have read it that morning."""
    from checker.cli.telling import mark_told, write_report
    from checker.report.terminal import print_run

    when = now() + offset
    if not quiet:
        print_run(
            done.run,
            everything.known,
            everything.places,
            out_console(),
            now=when,
            language=settings.report.language,
        )
    report = write_report(done, settings, when, everything)
    mark_told(done, settings, when)
    return report


def _keep_report(report: Path, keep: Path | None) -> Path:
    """Return where the report lies when everything else is gone."""
    if keep is not None:
        return report
    descriptor, name = tempfile.mkstemp(prefix="checker-demo-report-", suffix=".html")
    os.close(descriptor)
    shutil.copy2(report, name)
    return Path(name)
