"""`checker flows`: which marketplaces can be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from checker.cli.options import AsJson, Config, out_console, settings_of

if TYPE_CHECKING:
    from checker.flow import Listed

__all__ = ["app"]

app = typer.Typer(help="Which marketplaces can be read.", no_args_is_help=True)


@app.command("list")
def list_flows(config: Config = None, as_json: AsJson = False) -> None:
    """List the installed flows: ours and those of other packages, broken ones with their problem."""
    from checker.flow import installed  # noqa: PLC0415

    listed = installed(settings_of(config, needed=False).flows.allow)
    if as_json:
        typer.echo(json.dumps({"flows": [_fields(entry) for entry in listed]}, ensure_ascii=False, indent=2))
        return
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("marketplace", "console", "package", "version", "imports", "state", box=None)
    for entry in listed:
        state = Text(entry.problem, "red") if entry.problem else Text("ready")
        fields = (entry.name, entry.title, entry.package, entry.version, ", ".join(_imports(entry)))
        table.add_row(*map(Text, fields), state)
    out_console().print(table)


def _imports(entry: Listed) -> list[str]:
    return [] if entry.flow is None else [f"{entry.name}-{kind}" for kind in sorted(entry.flow.imports)]


def _fields(entry: Listed) -> dict[str, object]:
    return {
        "marketplace": entry.name,
        "title": entry.title or None,
        "package": entry.package,
        "version": entry.version,
        "imports": _imports(entry),
        "usable": not entry.problem,
        "problem": entry.problem or None,
    }
