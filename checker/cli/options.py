"""What every command shares: its options, its two streams, and how it ends."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.streams import complain

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

    from checker.settings import Settings

__all__ = [
    "AsJson",
    "Config",
    "err_console",
    "in_terminal",
    "is_yes",
    "now",
    "out_console",
    "print_document",
    "say",
    "settings_of",
]

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The settings to use; else $CHECKER_CONFIG, else checker.toml in your configuration folder.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output instead.")]


def now() -> datetime:
    """Return the time a command runs at."""
    return datetime.now(UTC)


def out_console() -> Console:
    """Return the console for what was asked for."""
    from rich.console import Console

    class Piped(Console):
        """Says that its reader has gone; its own way is to end the program as if it were broken."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Piped(highlight=False, soft_wrap=False)


def err_console() -> Console:
    """Return the console for progress, warnings and faults."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """Tell a person something on standard error, where it does not spoil data; it may have several lines."""
    from checker.log import shown

    for line in text.splitlines() or [""]:
        complain(shown(line))


def print_document(document: BaseModel) -> None:
    """Print a JSON document, and nothing else, on standard output."""
    from checker.report.document import as_json

    sys.stdout.write(as_json(document) + "\n")


def settings_of(config: Path | None, *, needed: bool = True) -> Settings:
    """Load the settings, set the log up, and close the data folder to others.

    Without `needed` no file at all is fine.

    Raises:
        ConfigError: The settings have problems, or the data folder is not safe to write to.
    """
    from checker.files import make_private
    from checker.log import configure, keep
    from checker.secrets import Scrubber
    from checker.settings import load

    settings = load(config, must_exist=needed)
    secrets = [secret for account in settings.accounts.values() for secret in account.inline_secrets()]
    secrets += [] if settings.schedule.ping_url is None else [settings.schedule.ping_url]
    scrubber, log = Scrubber(secrets), settings.log
    configure(log.stderr, log.as_json, scrubber)
    keep(
        settings.paths.logs_dir,
        log.level,
        scrubber,
        json=log.as_json,
        days=log.keep_days,
        megabytes=log.megabytes,
    )
    for note in (*settings.notes, *make_private(settings.paths.data_dir, settings.paths.written)):
        say(note)
    return settings


def is_yes(answer: str) -> bool:
    """Tell whether a person said yes, in either language."""
    return answer.strip().lower() in ("y", "yes", "是")


def in_terminal() -> bool:
    """Tell whether a person watches; under cron nobody does."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
