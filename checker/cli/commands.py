"""The commands by name, each imported when it is called: listing them imports none.

Their help is English in the code and Chinese in `locale/zh`, by the locale, as gettext has it.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

__all__ = ["COMMANDS", "Command", "Commands"]

# The domain of the framework's own words, too: "Options" and its like stand beside ours.
gettext.bindtextdomain("messages", str(Path(__file__).with_name("locale")))


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or a group of commands.

    Attributes:
        module: The module of `checker.cli` that holds it.
        name: What it is called there: a function, or a `typer.Typer`.
        help: The first paragraph of its help.
    """

    module: str
    name: str
    help: str

    def load(self) -> Any:
        """Import the module and return the function or the `typer.Typer`."""
        return getattr(import_module(f"checker.cli.{self.module}"), self.name)


COMMANDS: Final[dict[str, Command]] = {
    "demo": Command(
        "demo",
        "demo",
        "Play three mornings of a seller who trades only in the US, without any account of yours.",
    ),
    "init": Command(
        "beginning",
        "init",
        "Ask a few questions, and write a commented settings file with the secrets where they belong.",
    ),
    "run": Command(
        "run",
        "run",
        "Visit every site of every account, compare with the last run, and tell what is newly red.",
    ),
    "login": Command("login", "login", "Sign in to an account by hand, so that runs can visit it again."),
    "show": Command(
        "data",
        "show",
        "Show what is known now: what is open, what could not be read, every site with its age.",
    ),
    "history": Command(
        "data",
        "history",
        "Show one key over time: its curve, its readings, what happened to its findings and who knew.",
    ),
    "findings": Command(
        "findings",
        "findings",
        "List what is open, the worst first: since when, why, until when something must be done, who knows.",
    ),
    "ack": Command(
        "findings",
        "ack",
        "Say that somebody knows of a finding: no reminders, until it gets worse or the time is over.",
    ),
    "snooze": Command(
        "findings", "snooze", "Mute the reminders of a finding for a while; news of it are told all the same."
    ),
    "unack": Command("findings", "unack", "Take an acknowledgement or a snooze back."),
    "doctor": Command(
        "checkup",
        "doctor",
        "Look at settings, secrets, store, disk, browser, flows, sessions and messages; sign in nowhere.",
    ),
    "serve": Command(
        "serving",
        "serve",
        "Show everything known as pages for a browser, on this machine only unless you say otherwise.",
    ),
    "confirm": Command(
        "serving",
        "confirm",
        "Compare what was read of an account with its console, widget by widget, on a "
        "page of `checker serve`.",
    ),
    "status": Command(
        "exporting",
        "status",
        "Say in one line how everything stands, and whether every account was read lately; visit nothing.",
    ),
    "export": Command(
        "exporting",
        "export",
        "Write what is known for another program; nothing is visited, and no cell is ever a formula.",
    ),
    "runs": Command("runs", "runs", "List the last runs, the newest first."),
    "report": Command(
        "runs",
        "report",
        "Write the report of a run again: the run's news, and everything known today; nothing is visited.",
    ),
    "diff": Command("runs", "diff", "Show what two runs read differently, key by key."),
    "import": Command(
        "importing",
        "import_document",
        "Read a platform's own report, e.g. the SP-API document GET_V2_SELLER_PERFORMANCE_REPORT.",
    ),
    "forget": Command(
        "forgetting",
        "forget",
        "Forget all that is known of an account: states, findings, messages, sites, latch, close-ups.",
    ),
    "capture": Command(
        "capture",
        "capture",
        "Visit an account and save a redacted copy of it, to be shared: structure and answers, no seller.",
    ),
    "replay": Command(
        "replay",
        "replay",
        "Read a kept visit again by today's flow, without a browser, and show what is read otherwise.",
    ),
    "schema": Command(
        "data",
        "schema",
        "Print the JSON Schema of the settings, of what a command prints with --json, or of sealed evidence.",
    ),
    "browser": Command("browser", "app", "Find the browser that is driven, or get one."),
    "evidence": Command("evidence", "app", "What proves a reading, and whether it still does."),
    "flows": Command("flows", "app", "Which marketplaces can be read."),
    "store": Command(
        "store", "app", "Look after the store: what is known of every account, and what was told."
    ),
    "notify": Command("notifying", "app", "Messages: whether they arrive, what waits, what was delivered."),
    "schedule": Command(
        "scheduling", "app", "Start runs without a person: a systemd timer, or a crontab line."
    ),
}
"""In the order of the help; a test compares the texts with those of the commands themselves."""


class Commands(TyperGroup):
    """Lists the commands from the table, and loads the one that is called, or completed."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = {name: TyperCommand(name, help=command.help) for name, command in COMMANDS.items()}
        translate(self)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the name, the command itself, and the arguments that are left for it."""
        name, command, left = super().resolve_command(ctx, args)
        if name in COMMANDS and command is not None:
            command = translate(built(name))
        return name, command, left

    def get_params(self, ctx: Any) -> Any:
        """Return the options, those that the framework adds itself among them."""
        return _described(super().get_params(ctx))


def translate(command: Any) -> Any:
    """Return a command, and those in it, with its help in the language of the locale, where there is one."""
    _described([command])
    if not isinstance(command, Commands):
        own = command.get_params
        command.get_params = lambda ctx: _described(own(ctx))
    for inner in getattr(command, "commands", {}).values():
        translate(inner)
    return command


def _described(params: Any) -> Any:
    for param in params:
        if getattr(param, "help", None):
            param.help = gettext.gettext(param.help.strip())
    return params


def built(name: str) -> Any:
    """Return a command as the framework runs it."""
    holder = typer.Typer(add_completion=False)
    found = COMMANDS[name].load()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    return typer.main.get_group(holder).commands[name]
