"""The settings as editors and readers see them: JSON Schema and the README's table."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer

from checker.cli.main import app, main
from checker.model import Exit
from checker.settings import MINIMAL, example_toml
from checker.settings.describe import _meanings, config_schema, settings_described, with_table

ROOT = Path(__file__).parents[2]
READMES = ("README.md", ".github/README.zh.md")


def problems(document: dict[str, Any]) -> list[str]:
    """Return what the schema finds wrong with settings."""
    found = jsonschema.Draft202012Validator(config_schema()).iter_errors(document)
    return [f"{error.json_path}: {error.message}" for error in found]


def test_every_setting_has_a_meaning_and_no_meaning_is_left_over() -> None:
    """A setting that comes or goes takes its line with it."""
    described = {(one.table, one.key) for one in settings_described()}
    written = {(t, key) for t, keys in _meanings().items() if t != "defaults" for key in keys}
    defaults = {tuple(path.rsplit(".", 1)) for path in _meanings()["defaults"]}

    assert written == described
    assert defaults <= described


def test_the_readmes_table_is_what_the_code_says() -> None:
    """If not: python -m checker.settings.describe README.md."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert with_table(text) == text


def test_the_schema_is_one_and_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """By `checker schema config`; each setting says in it what it means, none a path of this machine."""
    assert main(["schema", "config"]) == Exit.OK
    printed = json.loads(capsys.readouterr().out)

    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed == config_schema()
    assert printed["$defs"]["Account"]["properties"]["cdp_url"]["description"].startswith("a browser that")
    assert str(Path.home()) not in json.dumps(printed)


@pytest.mark.parametrize(
    "text",
    [
        MINIMAL,
        example_toml(
            alias="a", marketplace="ebay", username="u", password_command=["pass", "x"], language="zh"
        ),
        example_toml(alias="a", marketplace="ebay", username="u", totp_secret_file="t", password_file="p"),
        '[notify]\nquiet_hours = "22:00-07:30"\n[schedule]\nat = "07:17,19:17"\n',
        '[accounts.a]\nmarketplace = "x"\nusername = "y"\nsites = ["US"]\npassword_command = "pass show x"\n',
        '[log]\nlevel = "DEBUG"\njson = true\n[schedule]\nat = ["05:00"]\n',
    ],
)
def test_good_settings_are_good(text: str) -> None:
    """What `load` takes, an editor takes."""
    assert problems(tomllib.loads(text)) == []


@pytest.mark.parametrize("readme", READMES)
def test_settings_in_the_readmes_are_good(readme: str) -> None:
    """Whatever is shown there can be copied."""
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)

    assert blocks
    for block in blocks:
        assert problems(tomllib.loads(re.sub(r"(?m)^   ", "", block))) == []


@pytest.mark.parametrize("readme", READMES)
def test_commands_in_the_readmes_exist(readme: str) -> None:
    """Whatever is to be typed is a command there is."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    group: Any = typer.main.get_command(app)
    typed = set(re.findall(r"(?<![\w-])checker ([a-z]+)(?: ([a-z]+))?", _code(text)))

    assert {"init", "doctor", "run", "schedule", "notify"} <= {name for name, _ in typed}
    for name, second in typed:
        assert name in group.commands, name
        inner = getattr(group.commands[name], "commands", None)
        assert inner is None or not second or second in inner, (name, second)


@pytest.mark.parametrize("readme", READMES)
def test_links_within_the_readmes_lead_somewhere(readme: str) -> None:
    """Files are there, and headings too."""
    path = ROOT / readme
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
        file, _, heading = target.partition("#")
        if not file.startswith("https://"):
            found = (path.parent / file) if file else path
            assert found.exists(), target
            headings = re.findall(r"(?m)^#+ (.+)$", found.read_text("utf-8")) if heading else []
            slugs = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
            assert not heading or heading in slugs, target


def test_both_readmes_have_the_ten_most_likely_troubles() -> None:
    """Ten each, under their heading."""
    for readme, heading in zip(
        READMES, ("## The ten most likely troubles", "## 最常见的十个问题"), strict=True
    ):
        section = (ROOT / readme).read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
        rows = [line for line in section.splitlines() if line.startswith("| ")]

        assert len(rows) == 10 + 1, readme


def _code(text: str) -> str:
    """Return what stands in code, in blocks and within lines."""
    return "\n".join(re.findall(r"```[a-z]*\n.*?```|`[^`\n]+`", text, re.DOTALL))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[acounts.a]\n", "$: "),
        ('[accounts.a]\nmarketplace = "x"\n', "$.accounts.a: 'username'"),
        ('[accounts.a]\nmarketplace = "x"\nusername = "y"\npasword = "z"\n', "$.accounts.a: "),
        ('[report]\nlanguage = "fr"\n', "$.report.language"),
        ("[limits]\nworkers = 0\n", "$.limits.workers"),
        ('[notify]\nquiet_hours = "at night"\n', "$.notify.quiet_hours"),
        ('[notify.routes.a]\nto = "boss"\n', "$.notify.routes.a.to"),
    ],
)
def test_mistakes_are_found_where_they_are(text: str, where: str) -> None:
    """Misspelt tables and keys, missing ones, values that are none."""
    assert any(problem.startswith(where) for problem in problems(tomllib.loads(text)))
