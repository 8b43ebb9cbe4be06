"""What a run tells while it works and when it is done, whichever command started it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from checker.cli.options import err_console, in_terminal, out_console, print_document, say
from checker.cli.streams import hush
from checker.model.exits import Exit, gravest

if TYPE_CHECKING:
    from pydantic import BaseModel

    from checker.cli.data import Everything
    from checker.model import Run
    from checker.run.execute import Finished
    from checker.run.job import Event
    from checker.settings import Settings

__all__ = [
    "Lines",
    "finished",
    "has_news",
    "mark_told",
    "print_or_say",
    "progress",
    "speak_up",
    "write_report",
    "write_report_of",
]

# What went wrong with the run itself: it is told however little is new.
_BROKEN = (Exit.BUG, Exit.STORE, Exit.EVIDENCE, Exit.SAFETY)
_FIRST_SIGNAL = 129


@dataclass
class Lines:
    """Tells a run's progress where there is no terminal: warnings wait until there is a reason to speak."""

    every: bool = False
    held: list[str] = field(default_factory=list)
    has_news: bool = False

    def __call__(self, alias: str, event: Event) -> None:
        """Hear one event."""
        from checker.cli.story import write
        from checker.run.job import Said, Warned

        write(alias, event)
        if isinstance(event, Warned):
            self.held.append(f"{alias}: {event.text}")
            self.has_news = self.has_news or event.news
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
    from checker.cli.story import write
    from checker.run.job import Said, Visited, Warned

    if not in_terminal():
        told = Lines(every=lines)
        try:
            yield told
        except BaseException:
            told.speak()
            raise
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=err_console(), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def heard(alias: str, event: Event) -> None:
            write(alias, event)
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


def has_news(done: Finished) -> bool:
    """Tell whether a run has something to say where nobody asked: cron's mail is the alarm.

    What was told and is as it was is none: an open finding speaks when its reminder is due, and one that was
    acknowledged or snoozed does not. The exit code says how everything stands all the same.
    """
    run = done.run
    broken = run.exit_code in _BROKEN or run.exit_code >= _FIRST_SIGNAL
    return bool(done.messages) or run.dry_run or done.refused is not None or broken


def speak_up(heard: Callable[[str, Event], None], done: Finished) -> None:
    """Tell the warnings that waited, unless the run has nothing to say and none of them is new."""
    if isinstance(heard, Lines) and (heard.has_news or has_news(done)):
        heard.speak()


def finished(
    done: Finished, settings: Settings, now: datetime, *, as_json: bool, everything: Everything
) -> int:
    """Write the run's report and print it as a person or a program wants it; return the exit code of it all.

    A report that cannot be written costs the report. What cannot be printed is told by the next run.
    """
    from checker.cli.story import write_run

    write_run(done)
    codes = [done.run.exit_code]
    report = None
    try:
        report = None if done.run.dry_run else write_report(done, settings, now, everything)
    except OSError as error:
        say(f"the report could not be written: {error.strerror}")
        codes.append(Exit.EVIDENCE)
    try:
        _print(done, settings, now, report, as_json=as_json, everything=everything)
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
    codes += _sent(done, settings, now, everything)
    return gravest(codes)


def _sent(done: Finished, settings: Settings, now: datetime, everything: Everything) -> list[int]:
    """Hand the run to the routes, count it as told, and deliver; return that something waits, if it does."""
    from checker.cli.story import write_deliveries
    from checker.notify.telling import deliver, enqueue

    codes: list[int] = []
    if not settings.notify.routes:
        mark_told(done, settings, now)
        return codes
    try:
        if not done.run.dry_run:
            enqueue(settings, done.run, everything.known, everything.places, done.messages)
    except OSError as error:
        say(f"no message could be written: {error.strerror}; the report above is all there is of it")
        codes.append(Exit.EVIDENCE)
    mark_told(done, settings, now)
    try:
        sent = deliver(settings, now)
    except OSError as error:
        say(f"no message could be sent: {error.strerror}; the next run tries again")
        return [*codes, Exit.QUEUED]
    write_deliveries(sent)
    for line in sent.failed:
        say(f"not delivered, the next run tries again: {line}")
    for line in sent.given_up:
        say(f"given up: {line}")
    return [*codes, Exit.QUEUED] if sent.waits else codes


def _print(
    done: Finished,
    settings: Settings,
    now: datetime,
    report: Path | None,
    *,
    as_json: bool,
    everything: Everything,
) -> None:
    from checker.report.document import run_document
    from checker.report.terminal import print_run

    if as_json:
        print_document(run_document(done.run, everything.known))
    elif has_news(done) or sys.stdout.isatty():
        print_run(
            done.run,
            everything.known,
            everything.places,
            out_console(),
            now=now,
            language=settings.report.language,
            stale_after=settings.findings.rules.stale_after,
        )
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
    from checker.store import open_store

    if done.messages:
        sys.stdout.flush()
        with open_store(settings.store.url) as store:
            store.mark_told(done.messages, now, "report")


def write_report(done: Finished, settings: Settings, now: datetime, everything: Everything) -> Path:
    """Write the run's HTML report, which speaks for everything known, and a copy of it as `latest.html`."""
    from checker.report.html import write_whole

    folder = settings.paths.reports_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{done.run.run_id}.html"
    write_report_of(done.run, path, settings, now, everything)
    write_whole(folder / "latest.html", path.read_bytes())
    _forget_old_reports(folder, now - timedelta(days=settings.report.keep_days))
    return path


def _forget_old_reports(folder: Path, before: datetime) -> None:
    """Delete the reports of runs that began before a moment; whatever else lies there is left alone."""
    from checker.run.run_ids import run_moment

    for path in folder.glob("*.html"):
        began = run_moment(path.stem)
        if began is not None and began < before:
            with suppress(OSError):
                path.unlink()


def write_report_of(
    run: Run, path: Path, settings: Settings, now: datetime, everything: Everything, language: str = ""
) -> None:
    """Write the HTML report of any run, in the language of the settings or another."""
    from checker.report.html import write_html
    from checker.run.confirming import Confirmations

    evidence = settings.paths.evidence_dir
    write_html(
        path,
        run,
        everything.known,
        everything.places,
        lambda name: _picture(evidence, name),
        now=now,
        language=language or settings.report.language,
        evidence_root=evidence,
        stale_after=settings.findings.rules.stale_after,
        confirmed=Confirmations(settings.paths.data_dir).read(),
    )


def _picture(root: Path, name: str) -> bytes | None:
    """Return a picture of the evidence folder; a name that leads out of it, or is gone, gives nothing."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        return None
    try:
        return path.read_bytes()
    except OSError:
        return None
