"""`checker serve`: everything known, as pages for a browser."""

from __future__ import annotations

from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from checker.cli.keys import complete_account
from checker.cli.options import AsJson, Config, now, say, settings_of
from checker.errors import ConfigError, UsageError

__all__ = ["confirm", "serve"]

Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65_535, help="Which port; 0 takes a free one.")
]


def serve(
    config: Config = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host", metavar="HOST", help="Where to listen; any but this machine's own needs a token."
        ),
    ] = None,
    port: Port = None,
    as_json: AsJson = False,
) -> None:
    """Show everything known as pages for a browser, on this machine only unless you say otherwise.

    It visits no console. Acknowledging, snoozing and confirming are all that can be done from the pages.
    """
    _serve(config, host, port, "", as_json=as_json)


def confirm(
    alias: Annotated[
        str, typer.Argument(metavar="ALIAS", help="The account.", autocompletion=complete_account)
    ],
    config: Config = None,
    port: Port = None,
    as_json: AsJson = False,
) -> None:
    """Compare what was read of an account with its console, widget by widget, on a page of `checker serve`.

    You say right, wrong or not there; it is kept with the layout of the page, and asked again once that
    changes. Nothing is visited.
    """
    _serve(config, None, port, alias, as_json=as_json)


def _serve(config: Path | None, host: str | None, port: int | None, alias: str, *, as_json: bool) -> None:
    if as_json:
        raise UsageError("pages are no JSON document", hint="for JSON: checker show --json")
    if find_spec("icalendar") is None:
        raise ConfigError(
            "serve needs the serve extra", hint="pip install 'marketplace-health-checker[serve]'"
        )
    from checker.serve.listening import door_of, listen, listener_at

    settings = settings_of(config)
    if alias and alias not in settings.accounts:
        known = ", ".join(sorted(settings.accounts)) or "none yet"
        raise UsageError(f"no account is called {alias!r}", hint=f"there are: {known}")
    chosen = settings.serve
    where = host or chosen.host
    door = door_of(settings, where, say)
    with closing(listener_at(where, chosen.port if port is None else port)) as listener:
        shown = f"[{where}]" if ":" in where else where
        address = chosen.address or f"http://{shown}:{listener.getsockname()[1]}"
        page = f"/confirm?account={quote(alias)}" if alias else ""
        say(f"{address}{page}  (Ctrl-C ends it)")
        if door.token:
            say(f"a visitor is asked for the token once; or open {address}/?token=TOKEN")
        listen(settings, door, listener, now)
