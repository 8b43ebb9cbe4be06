"""`checker flows`: which marketplaces can be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.checking import check
from checker.cli.doctoring import doctor
from checker.cli.options import AsJson, Config, out_console, say, settings_of
from checker.errors import UsageError

if TYPE_CHECKING:
    from checker.flow import Listed

__all__ = ["app"]

app = typer.Typer(help="Which marketplaces can be read.", no_args_is_help=True)
app.command("check")(check)
app.command("doctor")(doctor)


@app.command("list")
def list_flows(config: Config = None, as_json: AsJson = False) -> None:
    """List the installed flows: ours and those of other packages, broken ones with their problem."""
    from checker.flow import installed

    listed = installed(settings_of(config, needed=False).flows.allow)
    if as_json:
        typer.echo(json.dumps({"flows": [_fields(entry) for entry in listed]}, ensure_ascii=False, indent=2))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("marketplace", "console", "package", "version", "imports", "state", box=None)
    for entry in listed:
        state = Text(entry.problem, "red") if entry.problem else Text("ready")
        fields = (entry.name, entry.title, entry.package, entry.version, ", ".join(_imports(entry)))
        table.add_row(*map(Text, fields), state)
    out_console().print(table)


@app.command("new")
def new_flow(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The marketplace, e.g. my_shop.")],
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="Where the new folder is made; else here.")
    ] = Path(),
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Write a package for a new marketplace: flow, site.toml, replica and tests that run at once."""
    from importlib.metadata import entry_points

    from checker.flow.registry import GROUP
    from checker.scaffold import scaffold

    del config  # every command takes it; this one needs no settings
    if taken := list(entry_points(group=GROUP, name=name)):
        package = taken[0].dist.name if taken[0].dist else "an installed package"
        raise UsageError(
            f"{package} brings a flow called {name!r} already",
            hint="two of one name are both refused: choose another, or mend that one with overrides/",
        )
    made, *written = scaffold(name, folder)
    if as_json:
        found = {"folder": str(made), "files": [str(path.relative_to(made)) for path in written]}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for path in written:
        say(f"  {path.relative_to(made)}")
    say(f"{made} is ready. Next: cd {made} && pip install -e '.[test]' && pytest")


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
