"""What the file and the environment say, as plain nested data, before it is checked."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs

from checker.errors import ConfigError
from checker.model.renamed import RENAMED
from checker.settings.tables import APP, EXCLUSIVE

__all__ = [
    "MINIMAL",
    "NOT_SETTINGS",
    "PREFIX",
    "default_file",
    "from_environment",
    "named_as_today",
    "parse",
    "place_paths",
    "read_text",
    "without_replaced_secrets",
]

PREFIX: Final = "CHECKER_"
# Read elsewhere: where the file is, and which browser to take.
NOT_SETTINGS: Final = frozenset({"CHECKER_CONFIG", "CHECKER_BROWSER"})

MINIMAL: Final = """\
[accounts.main]
marketplace = "amazon"
username = "you@example.com"
password_file = "amazon.password"
totp_secret_file = "amazon.totp"
"""

# Where a path may stand in the file; `*` is any alias.
_PATHS: Final = (
    ("paths", "data_dir"),
    ("browser", "path"),
    ("stop_file",),
    ("sessions", "key_file"),
    ("accounts", "*", "password_file"),
    ("accounts", "*", "totp_secret_file"),
    ("evidence", "timestamp_roots"),
    ("notify", "routes", "*", "url_file"),
    ("serve", "token_file"),
    ("schedule", "ping_url_file"),
)
_COMMANDS: Final = (
    ("accounts", "*", "password_command"),
    ("accounts", "*", "totp_secret_command"),
    ("sessions", "key_command"),
    ("notify", "routes", "*", "url_command"),
    ("serve", "token_command"),
    ("schedule", "ping_url_command"),
)


def default_file() -> Path:
    """Return where the settings are looked for when nobody says otherwise."""
    return platformdirs.user_config_path(APP) / "checker.toml"


def read_text(file: Path) -> str:
    """Return the text of a settings file, or raise ConfigError saying why it cannot be read."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"there is no settings file at {file}", hint="correct the path, or: checker demo --keep DIR"
        ) from None
    except OSError as error:
        raise ConfigError(
            f"cannot read the settings file {file}: {error.strerror}",
            hint="name a file this user may read",
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{file}: not UTF-8 at byte {error.start}", hint="save the file as UTF-8 text"
        ) from None


def parse(text: str, file: Path) -> dict[str, Any]:
    """Return what a TOML text says, or raise ConfigError with the line, the column and what is wrong."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # It ends in "(at line 3, column 12)" or "(at end of document)"; it never quotes the text.
        what, _, where = str(error).rpartition(" (at ")
        line, _, column = where.rstrip(")").removeprefix("line ").partition(", column ")
        place = f"{file}:{line}:{column}" if column else f"{file}:{text.count(chr(10)) + 1}"
        raise ConfigError(f"{place}: not valid TOML: {what}", hint="correct that line") from None
    except RecursionError:
        raise ConfigError(f"{file}: nested too deeply", hint="a settings file has no such depth") from None


def from_environment(
    environ: Mapping[str, str], aliases: Iterable[str]
) -> tuple[dict[str, Any], dict[tuple[str, ...], str]]:
    """Return what the `CHECKER_…` variables set, nested, and the variable behind each key path.

    Names are compared without case; an alias of the file is found also where a variable's name has
    to write its `-` as `_`. An empty variable sets nothing.
    """
    known = {alias.replace("-", "_"): alias for alias in aliases} | {alias: alias for alias in aliases}
    values: dict[str, Any] = {}
    variables: dict[tuple[str, ...], str] = {}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS or not environ[variable]:
            continue
        path = tuple(variable.removeprefix(PREFIX).lower().split("__"))
        if len(path) > 1 and path[0] == "accounts":
            path = (path[0], known.get(path[1], path[1]), *path[2:])
        _plant(values, path, environ[variable])
        variables[path] = variable
    return values, variables


def _plant(values: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    table = values
    for part in path[:-1]:
        if not isinstance(table.get(part), dict):
            table[part] = {}
        table = table[part]
    table[path[-1]] = value


def without_replaced_secrets(document: dict[str, Any], environment: Mapping[str, Any]) -> dict[str, Any]:
    """Return the file's data without the secret sources that the environment replaces."""
    accounts, over = document.get("accounts"), environment.get("accounts")
    if not isinstance(accounts, dict) or not isinstance(over, dict):
        return document
    return document | {
        "accounts": {alias: _kept(table, over.get(alias)) for alias, table in accounts.items()}
    }


def _kept(table: Any, over: Any) -> Any:
    if not isinstance(table, dict) or not isinstance(over, dict):
        return table
    gone = {name for group in EXCLUSIVE if any(name in over for name in group) for name in group}
    return {key: value for key, value in table.items() if key not in gone}


def named_as_today(values: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Give every marketplace the name it has today.

    Args:
        values: What the file, or the environment, says.

    Returns:
        The same under today's names, and the old names that were found.
    """
    found: set[str] = set()

    def name(value: Any) -> Any:
        plain = value.strip().lower() if isinstance(value, str) else ""
        found.update({plain} & RENAMED.keys())
        return RENAMED.get(plain, value)

    def names(value: Any) -> Any:
        listed = value.split(",") if isinstance(value, str) else value
        return [name(one) for one in listed] if isinstance(listed, list) else value

    def tables(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        # What stands under today's name wins over what stands under the old one.
        return {name(key): its for key, its in sorted(value.items(), key=lambda pair: pair[0] not in RENAMED)}

    values = _changed(values, ("accounts", "*", "marketplace"), name)
    values = _changed(values, ("flows", "allow"), names)
    return _changed(values, ("marketplaces",), tables), found


def place_paths(values: Any, folder: Path) -> Any:
    """Return the data with `~` expanded and relative paths made relative to `folder`."""
    for path in _PATHS:
        values = _changed(values, path, lambda value: _placed(value, folder))
    for path in _COMMANDS:
        values = _changed(values, path, lambda value: _program_placed(value, folder))
    return _changed(values, ("store", "url"), lambda value: _url_placed(value, folder))


def _changed(values: Any, path: tuple[str, ...], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(values)
    if not isinstance(values, dict):
        return values
    keys = list(values) if path[0] == "*" else [path[0]] if path[0] in values else []
    return values | {key: _changed(values[key], path[1:], change) for key in keys}


def _placed(value: Any, folder: Path) -> Any:
    if isinstance(value, list):
        return [_placed(part, folder) for part in value]
    if not isinstance(value, str) or not value:
        return value
    try:
        return str(folder / Path(value).expanduser())
    except RuntimeError:  # `~name` of nobody
        return str(folder / value)


def _program_placed(value: Any, folder: Path) -> Any:
    """Place a program named by path; a bare name is looked for on PATH, as everywhere."""
    if isinstance(value, list) and value and isinstance(value[0], str) and "/" in value[0]:
        return [_placed(value[0], folder), *value[1:]]
    if isinstance(value, str):
        program, blank, rest = value.lstrip().partition(" ")
        if "/" in program and not program.startswith(("'", '"', "/")):
            return f"{_quoted(_placed(program, folder))}{blank}{rest}"
    return value


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _url_placed(value: Any, folder: Path) -> Any:
    scheme = "sqlite:///"
    if not isinstance(value, str) or not value.startswith(scheme):
        return value
    rest = value.removeprefix(scheme)
    if not rest or rest.startswith((":memory:", "file:", "/")):
        return value
    return scheme + str(_placed(rest, folder))
