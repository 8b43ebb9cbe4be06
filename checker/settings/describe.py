"""Every setting with its default and its meaning: the JSON Schema for editors, and the README's table.

checker schema config > checker.schema.json      "#:schema ./checker.schema.json" in the first line of the
                                                  settings has an editor complete and check them
python -m checker.settings.describe README.md     writes the table between its two marks anew
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from checker.settings.model import Settings

__all__ = ["BEGIN", "END", "Setting", "config_schema", "settings_described", "settings_table", "with_table"]

BEGIN: Final = "<!-- settings: written by python -m checker.settings.describe README.md -->"
END: Final = "<!-- /settings -->"
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
# What stands for the names a user chooses.
_CHOSEN: Final = {"accounts": "ALIAS"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: the table it stands in (`top` for none), its key, its default and meaning in Markdown."""

    table: str
    key: str
    default: str
    meaning: str


@cache
def _meanings() -> Mapping[str, Mapping[str, str]]:
    text = (files("checker.settings") / "meanings.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def settings_described() -> Iterator[Setting]:
    """Yield every setting, table by table.

    Raises:
        KeyError: A setting has no meaning in `meanings.toml`.
    """
    yield from _described("top", Settings)


def _described(table: str, model: type[BaseModel]) -> Iterator[Setting]:
    deeper: list[tuple[str, type[BaseModel]]] = []
    for name, field in model.model_fields.items():
        inner = _model(field.annotation)
        if inner is None:
            key = field.alias or name
            default = _meanings()["defaults"].get(f"{table}.{key}") or _default(field)
            yield Setting(table, key, default, _meanings()[table][key])
            continue
        path = name if table == "top" else f"{table}.{name}"
        many = get_origin(field.annotation) is dict
        deeper.append((f"{path}.{_CHOSEN.get(name, 'NAME')}" if many else path, inner))
    for path, inner in deeper:
        yield from _described(path, inner)


def _model(annotation: Any) -> type[BaseModel] | None:
    """Return the table a setting is, or is a table of; None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (dict, Union, UnionType):
        return next((found for part in get_args(annotation) if (found := _model(part))), None)
    return None


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value = field.get_default()
    if value is None or value == ():
        return "none"
    if isinstance(value, tuple):
        return f"`{json.dumps([_plain(one) for one in value])}`"
    return f"`{json.dumps(_plain(value))}`" if isinstance(value, str | bool) else f"{value:g}"


def _plain(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def settings_table() -> str:
    """Return every setting as a Markdown table."""
    lines = ["| Setting | Default | Meaning |", "|---|---|---|"]
    before = "top"
    for one in sorted(settings_described(), key=lambda each: each.table == "top"):
        shown = f"`{one.key}`" if one.table == before else f"`[{one.table}]` `{one.key}`"
        shown = f"`{one.key}`, before the first table" if one.table == "top" else shown
        before = one.table
        lines.append(f"| {shown} | {one.default} | {one.meaning} |")
    return "\n".join(lines)


def with_table(text: str) -> str:
    """Return a README with its table written anew.

    Raises:
        ValueError: The marks are not there.
    """
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"put these two lines where the table goes:\n{BEGIN}\n{END}")
    return f"{head}{BEGIN}\n{settings_table()}\n{END}{tail}"


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `checker.toml`, each setting with its meaning."""
    schema = Settings.model_json_schema()
    defined = schema.get("$defs", {})
    for one in settings_described():
        place = _place(schema, defined, one.table)
        entry = place["properties"][one.key]
        entry["description"] = one.meaning.replace("`", "")
        entry.pop("title", None)
        # What lies on this machine is no default for others.
        if f"{one.table}.{one.key}" in _meanings()["defaults"]:
            entry.pop("default", None)
    for table in (schema, *defined.values()):
        # The docstrings of the code; what a setting means stands with the setting.
        table.pop("description", None)
    for entry in schema["properties"].values():
        entry.pop("default", None)
    return {"$schema": _DRAFT, **schema, "title": "checker.toml"}


def _place(schema: dict[str, Any], defined: dict[str, Any], table: str) -> dict[str, Any]:
    found = schema
    for part in [] if table == "top" else table.split("."):
        entry = found["additionalProperties"] if part in ("ALIAS", "NAME") else found["properties"][part]
        name = entry["$ref"].rpartition("/")[2] if "$ref" in entry else None
        found = entry if name is None else defined[name]
    return found


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(with_table(readme.read_text(encoding="utf-8")), encoding="utf-8")
