"""`checker schedule`: start runs without a person, by a systemd timer or a crontab line."""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from checker.cli.options import AsJson, Config, is_yes, out_console, print_document, say, settings_of
from checker.errors import ConfigError, UsageError
from checker.model.exits import Exit

if TYPE_CHECKING:
    from checker.report.words import Words
    from checker.schedule.plan import Plan
    from checker.settings import Settings

__all__ = ["app"]

app = typer.Typer(
    help="Start runs without a person: a systemd timer, or a crontab line.", no_args_is_help=True
)

At = Annotated[
    str | None,
    typer.Option("--at", metavar="TIMES", help="Times of the day, e.g. 07:17,19:17; else [schedule] at."),
]
Again = Annotated[
    bool,
    typer.Option("--again", help="Also start `checker run --again` every half hour."),
]
Cron = Annotated[bool, typer.Option("--cron", help="Use the crontab, though systemd is there.")]
Systemd = Annotated[bool, typer.Option("--systemd", help="Use a systemd timer.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a command was asked for, and how faults and questions are worded."""

    settings: Settings
    plan: Plan
    words: Words
    use_systemd: bool
    where: Path

    @property
    def kind(self) -> Literal["systemd", "cron"]:
        return "systemd" if self.use_systemd else "cron"

    @property
    def user(self) -> str:
        return getpass.getuser()

    def say(self, sentence: str, **parts: object) -> None:
        say(self.words.text("schedule", sentence, **parts))


@app.command("show")
def show(
    config: Config = None,
    at: At = None,
    again: Again = False,
    cron: Cron = False,
    systemd: Systemd = False,
    as_json: AsJson = False,
) -> int:
    """Show what would be installed, and whether it is; change nothing.

    Exit codes: 0 it is installed exactly so, 20 it is not, or otherwise.
    """
    from checker.report.checkup import schedule_document

    asked = _asked(config, at, again=again, cron=cron, systemd=systemd)
    made, there = _made(asked), _there(asked)
    if as_json:
        print_document(schedule_document(asked.kind, made, installed=made == there))
    else:
        _print(made)
        if made == there:
            _say_state(asked)
        else:
            asked.say("state_other" if there else "state_none")
    return Exit.OK if made == there else Exit.INCOMPLETE


@app.command("install")
def install(
    config: Config = None,
    at: At = None,
    again: Again = False,
    cron: Cron = False,
    systemd: Systemd = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Show the timer or the crontab line, ask, and install it; done twice, it is the same as once.

    Of a crontab nothing changes but the lines between our two marks. What is installed of the other kind is
    removed, so that nothing runs twice.
    """
    from checker.report.checkup import schedule_document
    from checker.schedule import crontab
    from checker.schedule import systemd as units

    asked = _asked(config, at, again=again, cron=cron, systemd=systemd)
    made = _made(asked)
    active = not asked.use_systemd or units.is_active(asked.plan.name)
    if made == _there(asked) and active:
        asked.say("unchanged")
    else:
        before = b"" if asked.use_systemd else crontab.read(asked.words)
        _announce(asked, made)
        _confirm(asked.words, "ask_install", yes=yes)
        if asked.use_systemd:
            old = units.installed(asked.plan, asked.where)
            units.write(made, asked.where, asked.plan, asked.words)
            gone = [path for name, path in old.items() if name not in made]
            units.disable(path.name for path in gone)
            units.remove(gone)
            units.enable(made, asked.words)
            asked.say("installed_systemd", name=asked.plan.name)
        else:
            after = crontab.with_block(before, asked.plan, asked.words)
            crontab.write(before, after, asked.words)
            asked.say("installed_cron", user=asked.user)
    _remove_other(asked)
    _advise(asked)
    if as_json:
        print_document(schedule_document(asked.kind, made, installed=True))
    return Exit.OK


@app.command("remove")
def remove(config: Config = None, yes: Yes = False, as_json: AsJson = False) -> int:
    """Remove the timer and the crontab lines that `install` wrote for these settings, and nothing else."""
    from checker.report.checkup import schedule_document
    from checker.schedule import crontab, systemd

    asked = _asked(config, None, again=False, cron=False, systemd=False, needs_one=False)
    units = systemd.installed(asked.plan, asked.where)
    before = _readable_crontab(asked.words)
    after = crontab.without_block(before, asked.plan, asked.words)
    if units:
        asked.say("would_remove_units", names=", ".join(map(str, units.values())))
    if after != before:
        asked.say("would_remove_block", user=asked.user)
    if not units and after == before:
        asked.say("nothing_to_remove", config=asked.plan.config)
    else:
        _confirm(asked.words, "ask_remove", yes=yes)
        _remove_units(asked)
        if after != before:
            crontab.write(before, after, asked.words)
            asked.say("removed", what=asked.words.text("schedule", "crontab_of"))
    if as_json:
        print_document(schedule_document("none", {}, installed=False))
    return Exit.OK


def _asked(
    config: Path | None, at: str | None, *, again: bool, cron: bool, systemd: bool, needs_one: bool = True
) -> _Asked:
    from checker.report.words import words_for
    from checker.schedule import systemd as units
    from checker.schedule.plan import plan_for
    from checker.schedule.programs import is_there

    settings = settings_of(config)
    words = words_for(settings.report.language)
    if cron and systemd:
        raise UsageError(words.text("schedule", "both_kinds"), hint=words.text("schedule", "both_kinds_fix"))
    plan = plan_for(settings, at, again=again)
    use_systemd = systemd or (not cron and units.has_session())
    if needs_one and not use_systemd and not is_there("crontab"):
        import shlex

        raise ConfigError(
            words.text("schedule", "none_here"),
            hint=words.text("schedule", "none_here_fix", command=shlex.join(plan.command())),
        )
    return _Asked(settings, plan, words, use_systemd, units.folder(os.environ))


def _made(asked: _Asked) -> dict[str, str]:
    """Return what would be installed: a text for each file, or the block of the crontab."""
    from checker.schedule import crontab, systemd

    if not asked.use_systemd:
        return {"crontab": crontab.block(asked.plan, asked.words).decode("utf-8", "surrogateescape")}
    # A file system of its own for a user's service brings `NoNewPrivileges` with it.
    confined = systemd.can_confine()
    return systemd.files(asked.plan, isolated=confined and systemd.can_isolate(), confined=confined)


def _there(asked: _Asked) -> dict[str, str]:
    """Return what is installed of the same kind, in the same form; nothing where nothing is."""
    from checker.schedule import crontab, systemd

    if asked.use_systemd:
        found = systemd.installed(asked.plan, asked.where)
        return {name: path.read_text(encoding="utf-8") for name, path in found.items()}
    before = crontab.read(asked.words)
    ours = crontab.block_in(before, asked.plan, asked.words)
    return {} if ours is None else {"crontab": ours.decode("utf-8", "surrogateescape")}


def _print(made: dict[str, str]) -> None:
    for name, text in made.items():
        if name != "crontab":
            out_console().print(f"## {name}", markup=False, soft_wrap=True)
        out_console().print(text.rstrip("\n"), markup=False, soft_wrap=True)


def _announce(asked: _Asked, made: dict[str, str]) -> None:
    for name, text in made.items():
        if asked.use_systemd:
            asked.say("would_write", path=asked.where / name)
        else:
            asked.say("would_block", user=asked.user)
        say("\n".join(f"    {line}" for line in text.splitlines()))
    if asked.use_systemd and not any("NoNewPrivileges" in text for text in made.values()):
        asked.say("not_confined")
    elif asked.use_systemd and not any("PrivateTmp" in text for text in made.values()):
        asked.say("not_isolated")


def _readable_crontab(words: Words) -> bytes:
    """Return the user's crontab; nothing where there is none for them, or they may not have one."""
    from checker.errors import CheckerError
    from checker.schedule import crontab
    from checker.schedule.programs import is_there

    if not is_there("crontab"):
        return b""
    try:
        return crontab.read(words)
    except CheckerError:
        # Who may not read it cannot have had it written by us; and it is not written to here.
        return b""


def _remove_other(asked: _Asked) -> None:
    """Remove what is installed of the other kind: nothing is to run twice."""
    from checker.schedule import crontab

    if not asked.use_systemd:
        _remove_units(asked)
        return
    before = _readable_crontab(asked.words)
    after = crontab.without_block(before, asked.plan, asked.words)
    if after != before:
        crontab.write(before, after, asked.words)
        asked.say("removed", what=asked.words.text("schedule", "crontab_of"))


def _remove_units(asked: _Asked) -> None:
    from checker.schedule import systemd

    units = systemd.installed(asked.plan, asked.where)
    if units:
        systemd.disable(units)
        systemd.remove(units.values())
        asked.say("removed", what=", ".join(units))


def _advise(asked: _Asked) -> None:
    """Say what keeps the schedule from doing what is expected of it."""
    from checker.schedule import systemd
    from checker.settings import NOT_SETTINGS, PREFIX

    def advise(sentence: str) -> None:
        asked.say(sentence)
        say(f"  -> {asked.words.text('schedule', f'{sentence}_fix')}")

    if asked.use_systemd and not any(route.enabled for route in asked.settings.notify.routes.values()):
        advise("no_routes")
    if asked.use_systemd and not systemd.lingers():
        advise("no_linger")
    names = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in NOT_SETTINGS)
    if names:
        asked.say("environment", names=", ".join(names))


def _say_state(asked: _Asked) -> None:
    from checker.schedule import systemd

    if not asked.use_systemd:
        asked.say("state_cron", user=asked.user)
    elif systemd.is_active(asked.plan.name):
        asked.say("state_systemd", name=asked.plan.name, path=asked.where)
    else:
        asked.say("state_systemd_idle", name=asked.plan.name, path=asked.where)
        say(f"  -> {asked.words.text('schedule', 'state_systemd_idle_fix')}")


def _confirm(words: Words, question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(words.text("schedule", "nobody"), hint=words.text("schedule", "nobody_fix"))
    say(words.text("schedule", question))
    if not is_yes(input("[y/N] ")):
        raise typer.Abort
