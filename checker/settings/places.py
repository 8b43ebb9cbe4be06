"""Where each setting was written: the line of the file, or the environment variable."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

__all__ = ["Places", "key_lines"]

T = TypeVar("T")

# A statement longer than this is not followed to its end; its lines are then passed over one by one.
_LONGEST_STATEMENT: Final = 400


@dataclass(frozen=True, slots=True)
class Places:
    """Where each key path was written.

    lines: the first line of each key path of the file. variables: what the environment set.
    """

    file: Path | None
    lines: Mapping[tuple[str, ...], int]
    variables: Mapping[tuple[str, ...], str]

    def of(self, path: tuple[str, ...]) -> str:
        """Return e.g. `/etc/checker.toml:12` or `$CHECKER_STORE__URL`: the nearest place to change."""
        for end in range(len(path), 0, -1):
            near = path[:end]
            if near in self.variables:
                return f"${self.variables[near]}"
            line = self.lines.get(near) or _first_below(self.lines, near)
            if line is not None:
                return f"{self.file}:{line}"
            variable = _first_below(self.variables, near)
            if variable is not None:
                return f"${variable}"
        return "settings" if self.file is None else str(self.file)


def _first_below(places: Mapping[tuple[str, ...], T], path: tuple[str, ...]) -> T | None:
    return next((place for below, place in places.items() if below[: len(path)] == path), None)


def key_lines(text: str) -> dict[tuple[str, ...], int]:
    """Return the line on which each table and key of a valid TOML text is first written.

    The standard parser keeps no positions. So it is given one statement at a time: a line, or as
    many as it takes until they parse.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    start = 0
    while start < len(lines):
        end, statement = _statement(lines, start)
        paths = list(_paths(statement))
        if lines[start].lstrip().startswith("["):
            table, paths = (paths[-1] if paths else ()), [()]
        for path in paths:
            found.setdefault(table + path, start + 1)
        start = end
    return found


def _statement(lines: list[str], start: int) -> tuple[int, dict[str, Any]]:
    for end in range(start + 1, min(len(lines), start + _LONGEST_STATEMENT) + 1):
        try:
            return end, tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
    return start + 1, {}


def _paths(table: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        yield (key,)
        if isinstance(value, dict):
            yield from ((key, *rest) for rest in _paths(value))
