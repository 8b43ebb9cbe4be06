"""Everything wrong with the settings, told at once, each with the place to change."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from checker.errors import ConfigError
from checker.settings.model import Settings
from checker.settings.places import Places
from checker.settings.tables import EXCLUSIVE

__all__ = ["Problem", "from_pydantic", "missing_passwords", "refusal"]

# A key path and what is wrong with it.
Problem = tuple[tuple[str, ...], str]

_KEY_ITSELF: Final = "[key]"


def refusal(problems: Iterable[Problem], places: Places) -> ConfigError:
    """Return the one error that tells every problem, each with its file and line or its variable."""
    lines = [f"{places.of(path)}: {'.'.join(path)}: {what}" for path, what in problems]
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    return ConfigError("\n  ".join([f"{count} in the settings:", *lines]), hint="correct them and run again")


def from_pydantic(details: Iterable[ErrorDetails]) -> list[Problem]:
    """Return pydantic's findings in our words; the values themselves are never repeated."""
    return [(_path(error["loc"]), _what(error)) for error in details]


def missing_passwords(
    document: Mapping[str, Any], environment: Mapping[str, Any], credentials: Iterable[str]
) -> Iterator[Problem]:
    """Yield the accounts that say nowhere what their password is.

    credentials: the names of the systemd credentials, which stand in where the settings are silent.
    """
    here, over = (_tables(values.get("accounts")) for values in (document, environment))
    available = set(credentials)
    for alias in sorted(here.keys() | over.keys()):
        table = {**here.get(alias, {}), **over.get(alias, {})}
        is_off = table.get("enabled") in (False, "false", "0", "no", "off")
        if is_off or any(name in table for name in EXCLUSIVE[0]) or f"{alias}.password" in available:
            continue
        yield ("accounts", alias), f"has no password: give one of {', '.join(EXCLUSIVE[0])}"


def _tables(accounts: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(accounts, dict):
        return {}
    return {alias: table for alias, table in accounts.items() if isinstance(table, dict)}


def _path(location: tuple[int | str, ...]) -> tuple[str, ...]:
    return tuple(str(part) for part in location if part != _KEY_ITSELF)


def _what(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return _unknown(_path(error["loc"]))
        case "missing":
            return "is required"
        case "model_type" | "dict_type" | "model_attributes_type":
            return "must be a table, like [accounts.main]"
        case "string_too_short":
            return "is empty"
        case _:
            text = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
            return text[:1].lower() + text[1:]


def _unknown(path: tuple[str, ...]) -> str:
    """Return what to tell of a key that is not known: the nearest one, or the table it belongs to."""
    *table, key = path
    near = difflib.get_close_matches(key, _keys(Settings, table), n=1)
    if near:
        return f"unknown key; did you mean {near[0]}?"
    for name, field in Settings.model_fields.items():
        model = _model(field.annotation)
        if name == key:
            return "unknown key here; it belongs at the top of the file, before the first [table]"
        if model is not None and key in _names(model):
            many = get_origin(field.annotation) is dict
            return f"unknown key here; it belongs under [{name}{'.NAME' if many else ''}]"
    return f"unknown key; here may stand: {', '.join(_keys(Settings, table))}"


def _keys(model: type[BaseModel], table: list[str]) -> list[str]:
    """Return the keys a table may have; `table` is its path below `model`."""
    if not table:
        return _names(model)
    field = model.model_fields.get(table[0])
    inner = None if field is None else _model(field.annotation)
    if field is None or inner is None:
        return []
    is_many = get_origin(field.annotation) is dict
    return _keys(inner, table[2:] if is_many else table[1:])


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (dict, Union, UnionType):
        return next((found for part in get_args(annotation) if (found := _model(part))), None)
    return None
