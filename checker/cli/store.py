"""`checker store`: is the store sound, a copy of it, a copy put back, a new one for a damaged one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from checker.cli.options import AsJson, Config, print_document, say, settings_of
from checker.errors import CheckerError
from checker.model.exits import Exit

if TYPE_CHECKING:
    from checker.settings import Settings
    from checker.store.upkeep import Checked

__all__ = ["app"]

app = typer.Typer(
    help="Look after the store: what is known of every account, and what was told.", no_args_is_help=True
)


@app.command("check")
def check(config: Config = None, as_json: AsJson = False) -> None:
    """Read the whole store once, and say whether it is sound; nothing is altered. Exit code 30 if not."""
    from checker.store import upkeep

    settings = settings_of(config, needed=False)
    checked = upkeep.check(settings.store.url)
    _told("check", checked, f"{_what(checked)}: sound", as_json=as_json)


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file; nothing is overwritten.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Copy the store to a new file, as it stands at one moment; runs may go on meanwhile.

    Evidence, settings, secrets and the keys in `keys/` are not in it: they are files of their own.
    """
    from checker.store import upkeep

    settings = settings_of(config, needed=False)
    checked = upkeep.backup(settings.store.url, file)
    _told("backup", checked, f"{file} holds the store: {_holds(checked)}", as_json=as_json, file=file)


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `checker store backup` made.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Put a copy in the place of the store, once it is found sound; what was there is kept beside it.

    What was told since the copy was made is told again: better twice than never.
    """
    from checker.store import upkeep

    settings = settings_of(config, needed=False)
    with _nobody_at_work(settings):
        aside = upkeep.restore(settings.store.url, file)
        checked = upkeep.check(settings.store.url)
    was = "" if aside is None else f"; what was there lies at {aside}"
    _told("restore", checked, f"{_what(checked)}, from {file}{was}", as_json=as_json, file=file, aside=aside)


@app.command("init")
def init(
    config: Config = None,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Begin anew where the store is damaged or lost; it is kept beside it."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a store where there is none, or with --fresh in place of one that is damaged or lost.

    A sound one is never replaced.

    A new store knows nothing: whatever is red is told as new by the next run.
    """
    from checker.store import upkeep

    settings = settings_of(config, needed=False)
    with _nobody_at_work(settings):
        aside = upkeep.begin(settings.store.url, fresh=fresh)
        checked = upkeep.check(settings.store.url)
    was = "" if aside is None else f"; the damaged one lies at {aside}"
    _told("init", checked, f"{checked.name} is a new store{was}", as_json=as_json, aside=aside)


@contextmanager
def _nobody_at_work(settings: Settings) -> Iterator[None]:
    """Keep runs from beginning; CheckerError if one is at work: it would write into the file set aside."""
    from checker.run.locks import hold

    folder = settings.paths.sessions_dir
    names = {*settings.accounts, *(path.stem for path in folder.glob("*.lock"))}
    with ExitStack() as held:
        busy = [name for name in sorted(names) if not held.enter_context(hold(folder, name))]
        if busy:
            raise CheckerError(
                f"a run is at work on {', '.join(busy)}",
                exit_code=Exit.BUSY,
                hint="wait for it to end, then try again; nothing was changed",
            )
        yield


def _what(checked: Checked) -> str:
    return f"{checked.name} holds {_holds(checked)}"


def _holds(checked: Checked) -> str:
    if checked.is_old:
        return f"what an older version stored (step {checked.step}); the next run upgrades it"
    last = "" if checked.last_run is None else f", the last of {checked.last_run:%Y-%m-%d %H:%M} UTC"
    return f"{checked.runs} runs{last}, {checked.open_findings} open findings"


def _told(
    did: Literal["check", "backup", "restore", "init"],
    checked: Checked,
    text: str,
    *,
    as_json: bool,
    file: Path | None = None,
    aside: Path | None = None,
) -> None:
    if not as_json:
        say(text)
        return
    from checker.report.store import store_document

    print_document(store_document(did, checked, file=file, aside=aside))
