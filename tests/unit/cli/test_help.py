"""What `--help` says in Chinese: every text of every command, and the catalogue compiled as it is written."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import checker.cli
from checker.cli.commands import COMMANDS, built
from checker.cli.main import app

_CATALOGUE = Path(checker.cli.__path__[0]) / "locale/zh/LC_MESSAGES/messages.po"
# What stays as it is: commands, options, files, codes, units.
_VERBATIM = re.compile(r"`[^`]+`|--[a-z-]+|\[[a-z]+\]|\$[A-Z_]+|\b[A-Z_]{4,}\b|\b\d+\b|\b[\w-]+\.toml\b")
# Said as a word in English only.
_WORDS = {"PDF", "JSON", "ZIP", "WACZ", "UTC", "DIR", "BUNDLE", "PEM"}

# Its own words, by the same catalogue.
_OF_THE_FRAMEWORK = {
    "Options", "Arguments", "Commands", "Error", "Aborted!", "Aborted.", "Missing command.", "required",
    "[default: {}]", "[required]", "[env var: {}]", "default: {default}", "env var: {var}", "(dynamic)",
    "(deprecated) ", "No such command {name!r}.", "Show this message and exit.",
    "Try [blue]'{command_path} {help_option}'[/] for help.",
}  # fmt: skip


def _texts(command: Any) -> Iterator[str]:
    for described in (command, *command.params):
        if text := (getattr(described, "help", None) or "").strip():
            yield text
    for inner in getattr(command, "commands", {}).values():
        yield from _texts(inner)


def _all_texts() -> set[str]:
    texts = set(_texts(typer.main.get_command(app))) | {command.help for command in COMMANDS.values()}
    return texts.union(*(_texts(built(name)) for name in COMMANDS))


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    """Return what the catalogue says, by the English text."""
    with _CATALOGUE.open("rb") as file:
        return {str(said.id): str(said.string) for said in read_po(file, locale="zh") if said.id}


def test_every_text_has_its_chinese(chinese: dict[str, str]) -> None:
    """None is missing, and none of a command that is gone is left."""
    texts = _all_texts()

    assert {text for text in texts if not chinese.get(text)} == set()
    assert set(chinese) - texts - {text.partition("\n\n")[0] for text in texts} - _OF_THE_FRAMEWORK == set()


def test_what_is_typed_stays_as_it_is(chinese: dict[str, str]) -> None:
    """A command, an option, a file or an exit code is the same in both."""
    for english, said in chinese.items():
        wanted = set() if english in _OF_THE_FRAMEWORK else set(_VERBATIM.findall(english)) - _WORDS
        assert {word for word in wanted if word not in said} == set(), english


def test_the_catalogue_is_compiled_as_it_is_written() -> None:
    """A translation that was mended and not compiled would never be said."""
    compiled = io.BytesIO()
    with _CATALOGUE.open("rb") as file:
        write_mo(compiled, read_po(file, locale="zh"))

    assert _CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize(
    ("arguments", "says", "never"),
    [
        (
            ["--help"],
            ["选项", "命令", "逐一访问各平台卖家后台", "显示版本。"],
            ["Show this message", "Options"],
        ),
        (["run", "--help"], ["访问每个账户的每个站点", "显示本说明并退出。", "默认"], ["Show this message"]),
        (["store", "restore", "--help"], ["参数", "必填", "显示本说明并退出。"], ["Show this message"]),
    ],
)
def test_the_locale_decides(arguments: list[str], says: list[str], never: list[str]) -> None:
    """In a Chinese locale help is Chinese, in any other English."""
    told = {}
    for locale in ("zh_CN.UTF-8", "fr_FR.UTF-8"):
        done = subprocess.run(
            [sys.executable, "-c", "from checker.cli import main; main()", *arguments],
            env={**os.environ, "LC_ALL": locale, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        told[locale] = done.stdout

    assert all(text in told["zh_CN.UTF-8"] for text in says)
    assert not any(text in told["zh_CN.UTF-8"] for text in never)
    assert "Show this message and exit." in told["fr_FR.UTF-8"]
