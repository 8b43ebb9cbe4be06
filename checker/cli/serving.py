"""`checker serve`: everything known, as pages for a browser."""

from __future__ import annotations

from contextlib import closing
from importlib.util import find_spec
from typing import Annotated

import typer

from checker.cli.options import AsJson, Config, now, say, settings_of
from checker.errors import ConfigError, UsageError

__all__ = ["serve"]


def serve(
    config: Config = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host", metavar="HOST", help="Where to listen; any but this machine's own needs a token."
        ),
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65_535, help="Which port; 0 takes a free one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show everything known as pages for a browser, on this machine only unless you say otherwise.

    It visits no console. Acknowledging and snoozing are all that can be done from the pages.
    """
    if as_json:
        raise UsageError("pages are no JSON document", hint="for JSON: checker show --json")
    if find_spec("icalendar") is None:
        raise ConfigError(
            "serve needs the serve extra", hint="pip install 'marketplace-health-checker[serve]'"
        )
    from checker.serve.listening import door_of, listen, listener_at  # noqa: PLC0415

    settings = settings_of(config)
    chosen = settings.serve
    where = host or chosen.host
    door = door_of(settings, where, say)
    with closing(listener_at(where, chosen.port if port is None else port)) as listener:
        shown = f"[{where}]" if ":" in where else where
        address = chosen.address or f"http://{shown}:{listener.getsockname()[1]}"
        say(f"{address}  (Ctrl-C ends it)")
        if door.token:
            say(f"a visitor is asked for the token once; or open {address}/?token=TOKEN")
        listen(settings, door, listener, now)
