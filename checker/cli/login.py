"""`checker login`: a person signs in once, and what keeps the account from being visited is lifted."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.options import AsJson, Config, say, settings_of
from checker.errors import UsageError

if TYPE_CHECKING:
    from pydantic import SecretStr

__all__ = ["login"]

_LOOK = 0.2


def login(
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="The account, as the settings call it.")],
    config: Config = None,
    terminal: Annotated[
        bool,
        typer.Option(
            "--terminal",
            help="Sign in here; the code that was sent to you is asked for at this terminal.",
        ),
    ] = False,
    remote_debugging: Annotated[
        int | None,
        typer.Option(
            "--remote-debugging",
            metavar="PORT",
            min=1024,
            max=65535,
            help="Without a screen: drive the browser from your own Chrome, through this port.",
        ),
    ] = None,
    minutes: Annotated[float, typer.Option("--minutes", min=0.01, help="How long you may take.")] = 15,
    as_json: AsJson = False,
) -> int:
    """Sign in to an account by hand, so that runs can visit it again.

    Opens a window in which you sign in and clear what the console asks for: a captcha, an approval, a
    code. The session is kept, and what kept the account from being visited is lifted.

    Exit codes: 0 done, 21 not cleared, 22 credentials refused, 24 another account than ever before,
    64 no screen, 75 a run holds the account, 78 configuration.
    """
    if terminal and remote_debugging is not None:
        raise UsageError("--terminal and --remote-debugging are two ways", hint="choose one of them")
    from checker.run.login import Way, log_in

    way = Way.TERMINAL if terminal else Way.REMOTE if remote_debugging is not None else Way.WINDOW
    seconds = minutes * 60
    done = log_in(
        settings_of(config),
        alias,
        way,
        say,
        _AtTerminal(seconds),
        port=remote_debugging or 0,
        seconds=seconds,
    )
    if as_json:
        document = {
            "account": done.alias,
            "marketplace": done.marketplace,
            "session_kept": done.kept,
            "lifted": None if done.lifted is None else done.lifted.value,
            "sites": done.sites,
        }
        sys.stdout.write(json.dumps(document) + "\n")
    else:
        kept = "the session is kept" if done.kept else "no session is kept: the next run signs in by itself"
        lifted = "" if done.lifted is None else f"; {done.lifted.value} no longer stands in the way"
        say(f"{done.alias}: signed in, {done.sites} sites listed; {kept}{lifted}")
    return 0


class _AtTerminal:
    """A person at this terminal."""

    def __init__(self, seconds: float) -> None:
        self.patience = seconds

    def told(self, text: str) -> None:
        """Tell what to do on another device."""
        say(f"{text}: do it there; the page waits")

    def code(self, asked: str, wait: Callable[[float], None]) -> SecretStr | None:
        """Ask for a code, while the page goes on working; none if nobody answers in time."""
        from pydantic import SecretStr

        sys.stderr.write(f"{asked}. Type it here, then Enter: ")
        sys.stderr.flush()
        line: list[str] = []
        reader = threading.Thread(target=lambda: line.append(sys.stdin.readline()), daemon=True)
        reader.start()
        waited = 0.0
        while reader.is_alive() and waited < self.patience:
            wait(_LOOK)
            waited += _LOOK
        typed = line[0].strip() if line else ""
        return SecretStr(typed) if typed else None
