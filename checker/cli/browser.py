"""`checker browser`: find the browser, or get one."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from checker.cli.options import AsJson, Config, say, settings_of

if TYPE_CHECKING:
    from checker.browser import Browser

__all__ = ["app"]

app = typer.Typer(help="Find the browser that is driven, or get one.", no_args_is_help=True)


@app.command("install")
def install(config: Config = None, as_json: AsJson = False) -> None:
    """Find a browser, or install one; say exactly what to type where that cannot be done."""
    from checker.browser import ensure_browser

    settings = settings_of(config, needed=False)
    _print(ensure_browser(settings.browser.path, say), as_json)


@app.command("path")
def path(config: Config = None, as_json: AsJson = False) -> None:
    """Print the path of the browser that would be driven."""
    from checker.browser import find_browser
    from checker.errors import ConfigError

    settings = settings_of(config, needed=False)
    found = find_browser(settings.browser.path)
    if found is None:
        raise ConfigError("no browser was found", hint="install one with: checker browser install")
    _print(found, as_json)


def _print(browser: Browser, as_json: bool) -> None:
    typer.echo(json.dumps(asdict(browser), default=str) if as_json else str(browser.path))
