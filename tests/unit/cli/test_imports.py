"""What a command imports: no more than it needs, or every call of it is slow."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from datetime import timedelta

import pytest
import typer

from checker.cli.commands import COMMANDS
from checker.model import Level
from tests.unit.cli.conftest import SITE, Shop, status, visit

NEVER_FOR_A_LIST = (
    "alembic",
    "apprise",
    "checker.browser",
    "checker.console",
    "checker.flow",
    "checker.notify",
    "checker.run.supervisor",
    "checker.serve",
    "cryptography",
    "dateparser",
    "graphql",
    "jinja2",
    "playwright",
    "selectolax",
    "starlette",
    "uvicorn",
)
NEVER_FOR_HELP = (
    *NEVER_FOR_A_LIST,
    "babel",
    "checker.errors",
    "checker.model",
    "checker.secrets",
    "checker.settings",
    "checker.store",
    "importlib.metadata",
    "loguru",
    "pydantic",
    "pydantic_settings",
    "sqlalchemy",
)


def imported_by(*arguments: str) -> set[str]:
    """Return the modules a command has imported by its end, in a process of its own."""
    code = (
        "import sys\n"
        "from checker.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "sys.stderr.write('\\n'.join(['', *sys.modules]))\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines())


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"]])
def test_help_imports_no_command(arguments: list[str]) -> None:
    """Listing the commands loads neither their modules nor what those are made of."""
    never = set(NEVER_FOR_HELP) - ({"importlib.metadata"} if arguments == ["--version"] else set())
    modules = imported_by(*arguments)

    assert "typer" in modules
    assert modules & never == set()
    assert {name for name in modules if name.startswith("checker.cli.")} == {
        "checker.cli.commands",
        "checker.cli.main",
        "checker.cli.streams",
    }


def test_findings_imports_what_it_shows(shop: Shop) -> None:
    """The store is read without the flows, a browser, a template or the migrations."""
    seen = [visit("main", code, status("main", code, Level.CRITICAL)) for code in SITE]
    shop.record(seen, timedelta(hours=1))

    modules = imported_by("findings", "--config", str(shop.config))

    assert "sqlalchemy" in modules
    assert modules & set(NEVER_FOR_A_LIST) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says(name: str) -> None:
    """The text of the list is the first paragraph of the command's own help."""
    found = COMMANDS[name].load()
    own = found.info.help if isinstance(found, typer.Typer) else inspect.getdoc(found)

    assert COMMANDS[name].help == " ".join((own or "").split("\n\n")[0].split())
