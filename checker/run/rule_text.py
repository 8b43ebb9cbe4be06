"""A rule that was kept from the page: as text, and as a file of its own in `overrides/`.

    overrides/ebay/2026-12-03-081500-1a2b3c4d5e.toml

Each is a file, so that nothing a person wrote by hand is touched, and one is taken back by deleting it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from checker.compare import key_id
from checker.errors import ConfigError, UsageError
from checker.files import write_new
from checker.flow import override_of
from checker.model import Key

__all__ = ["digest_of", "keep", "rule_text"]


def rule_text(rule: Mapping[str, Any]) -> str:
    """Return a rule as TOML; UsageError if it holds a text no file can hold."""
    text = "".join(f"{line}\n" for line in _lines(rule, ())).lstrip("\n")
    try:
        text.encode()
        same = tomllib.loads(text) == rule
    except (UnicodeEncodeError, tomllib.TOMLDecodeError):
        same = False
    if not same:
        raise UsageError("what stands there cannot be written into a file")
    return text


def digest_of(text: str) -> str:
    """Return what tells a rule from every other one."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keep(overrides: Path, key: Key, text: str, by: str, at: datetime) -> Path:
    """Write a rule into a file of its own and return that.

    Raises:
        ConfigError: It cannot be written, or is there already.
    """
    folder = override_of(key.marketplace, overrides).with_suffix("")
    path = folder / f"{at:%Y-%m-%d-%H%M%S}-{key_id(key)}.toml"
    who = f"# Kept from the page on {at:%Y-%m-%d} by {_quoted(by)}, for {key}.\n"
    what = "# It was read from a kept visit before it was kept. Delete this file to take it back.\n\n"
    try:
        write_new(path, (who + what + text).encode())
    except FileExistsError:
        raise ConfigError(f"{path} is there already", hint="it is in force; look at it there") from None
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}", hint="check the folder, its owner and its mode"
        ) from None
    return path


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    tables = {name: value for name, value in table.items() if isinstance(value, dict)}
    rows = {name: value for name, value in table.items() if _is_rows(value)}
    plain = {name: value for name, value in table.items() if name not in tables and name not in rows}
    if plain and path:
        yield f"\n[{_dotted(path)}]"
    for name, value in plain.items():
        yield f"{_name(name)} = {_value(value)}"
    for name, value in tables.items():
        yield from _lines(value, (*path, name))
    for name, value in rows.items():
        for row in value:
            yield f"\n[[{_dotted((*path, name))}]]"
            for inner, one in row.items():
                yield f"{_name(inner)} = {_value(one)}"


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(map(_name, path))


def _name(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else _quoted(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """Return a basic string of TOML in which everything that cannot be seen is written out."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escaped(char) for char in quoted)


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"  # noqa: PLR2004 - four digits or eight
