"""What a run tells while it works and when it is done, whichever command started it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from checker.cli.options import err_console, in_terminal, out_console, print_document, say
from checker.cli.streams import hush
from checker.model.exits import Exit, gravest

if TYPE_CHECKING:
    from pydantic import BaseModel

    from checker.report.rollup import Place
    from checker.run.execute import Finished
    from checker.run.job import Event
    from checker.settings import Settings

__all__ = ["Lines", "finished", "mark_told", "print_or_say", "progress", "speak_up", "write_report"]

_SILENT = (Exit.OK, Exit.BUSY)


@dataclass
class Lines:
    """Tells a run's progress where there is no terminal: warnings wait until there is a reason to speak."""

    every: bool = False
    held: list[str] = field(default_factory=list)

    def __call__(self, alias: str, event: Event) -> None:
        """Hear one event."""
        from checker.run.job import Said, Warned  # noqa: PLC0415

        if isinstance(event, Warned):
            self.held.append(f"{alias}: {event.text}")
        elif isinstance(event, Said) and self.every:
            say(event.text)

    def speak(self) -> None:
        """Tell what waited."""
        while self.held:
            say(self.held.pop(0))


@contextmanager
def progress(*, lines: bool = False) -> Iterator[Callable[[str, Event], None]]:
    """Show which account and site is being visited: a bar in a terminal, else lines, or nothing for cron.

    Under cron a run that ends in silence must be silent: its warnings are told only if it fails.
    """
    from checker.run.job import Said, Visited, Warned  # noqa: PLC0415

    if not in_terminal():
        told = Lines(every=lines)
        try:
            yield told
        except BaseException:
            told.speak()
            raise
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=err_console(), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def heard(alias: str, event: Event) -> None:
            match event:
                case Said():
                    bar.update(task, description=event.text, completed=event.done, total=event.total or None)
                case Warned():
                    bar.console.print(f"{alias}: {event.text}", markup=False, style="yellow")
                case Visited():
                    bar.update(task, advance=1)
                case _:
                    pass

        yield heard


def speak_up(heard: Callable[[str, Event], None], exit_code: int) -> None:
    """Tell the warnings that waited, unless the run has nothing to say."""
    if isinstance(heard, Lines) and exit_code not in _SILENT:
        heard.speak()


def finished(done: Finished, settings: Settings, now: datetime, *, as_json: bool, places: list[Place]) -> int:
    """Write the run's report and print it as a person or a program wants it; return the exit code of it all.

    A report that cannot be written costs the report. What cannot be printed is told by the next run.
    """
    codes = [done.run.exit_code]
    report = None
    try:
        report = None if done.run.dry_run else write_report(done, settings, now, places)
    except OSError as error:
        say(f"the report could not be written: {error.strerror}")
        codes.append(Exit.EVIDENCE)
    try:
        _print(done, settings, now, report, as_json=as_json, places=places)
        sys.stdout.flush()
    except BrokenPipeError:
        # What nobody read was not told: the next run tells it. How this one went is its code's to say.
        hush()
        return gravest(codes)
    except OSError as error:
        say(f"nothing could be printed ({error.strerror}): the next run tells it")
        # Or it is tried once more as the program ends, and fails once more.
        hush()
        return gravest([*codes, Exit.QUEUED])
    if done.refused is not None:
        say("What was read was told and could not be stored; the next run tells it again.")
        for line in str(done.refused).splitlines():
            say(line)
    mark_told(done, settings, now)
    return gravest(codes)


def _print(
    done: Finished,
    settings: Settings,
    now: datetime,
    report: Path | None,
    *,
    as_json: bool,
    places: list[Place],
) -> None:
    from checker.report.document import run_document  # noqa: PLC0415
    from checker.report.terminal import print_run  # noqa: PLC0415

    if as_json:
        print_document(run_document(done.run))
    elif done.run.exit_code not in _SILENT or sys.stdout.isatty():
        print_run(done.run, done.known, places, out_console(), now=now, language=settings.report.language)
        if report is not None:
            out_console().print(f"Report: {report}", markup=False, soft_wrap=True)


def print_or_say(document: BaseModel, code: int) -> int:
    """Print a document of a run that has nothing to tell; return its exit code, printed or not."""
    try:
        print_document(document)
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
    except OSError as error:
        say(f"nothing could be printed ({error.strerror})")
        hush()
        return gravest([code, Exit.QUEUED])
    return code


def mark_told(done: Finished, settings: Settings, now: datetime) -> None:
    """Note that the run's messages were told: until then, the next run tells them too."""
    from checker.store import open_store  # noqa: PLC0415

    if done.messages:
        sys.stdout.flush()
        with open_store(settings.store.url) as store:
            store.mark_told(done.messages, now, "report")


def write_report(done: Finished, settings: Settings, now: datetime, places: list[Place]) -> Path:
    """Write the run's HTML report, and a copy of it as `latest.html`."""
    from checker.report.html import write_html, write_whole  # noqa: PLC0415

    folder, evidence = settings.paths.reports_dir, settings.paths.evidence_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{done.run.run_id}.html"
    write_html(
        path,
        done.run,
        done.known,
        places,
        lambda name: _picture(evidence, name),
        now=now,
        language=settings.report.language,
        evidence_root=evidence,
    )
    write_whole(folder / "latest.html", path.read_bytes())
    return path


def _picture(root: Path, name: str) -> bytes | None:
    """Return a picture of the evidence folder; a name that leads out of it, or is gone, gives nothing."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        return None
    try:
        return path.read_bytes()
    except OSError:
        return None
