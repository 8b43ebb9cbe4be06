"""One settings object from the file and the environment, or one error that lists every problem."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import InitSettingsSource

from checker.errors import ConfigError
from checker.model.renamed import RENAMED
from checker.settings.collect import (
    MINIMAL,
    default_file,
    from_environment,
    named_as_today,
    parse,
    place_paths,
    read_text,
    without_replaced_secrets,
)
from checker.settings.model import SOURCES, Settings
from checker.settings.places import Places, key_lines
from checker.settings.problems import from_pydantic, missing_passwords, refusal

__all__ = ["load"]


def load(
    config: Path | None = None, environ: Mapping[str, str] | None = None, *, must_exist: bool = True
) -> Settings:
    """Return the settings of `config`, else `$CHECKER_CONFIG`, else the user's own file.

    `CHECKER_…` variables win over the file, `__` standing for the dot. Relative paths in the file
    are relative to its folder, those in variables to the current one. With `must_exist=False` a
    missing default file is as good as an empty one: for commands that need no account.

    Raises ConfigError listing every problem with the line, or the variable, to change.
    """
    environ = os.environ if environ is None else environ
    file = _file(config, environ, must_exist)
    text = "" if file is None else read_text(file)
    document = {} if file is None else parse(text, file)
    environment, variables = from_environment(environ, _aliases(document))
    folder = Path.cwd() if file is None else file.parent
    document = place_paths(without_replaced_secrets(document, environment), folder)
    environment = place_paths(environment, Path.cwd())
    document, in_file = named_as_today(document)
    environment, in_environment = named_as_today(environment)

    problems = [] if _has_keyring() else list(missing_passwords(document, environment, _credentials(environ)))
    settings: Settings | None = None
    try:
        settings = _checked(environment, document)
    except ValidationError as error:
        problems += from_pydantic(error.errors(include_input=False, include_url=False, include_context=False))
    if settings is None or problems:
        # Outside the handler: the caught error knows the values, and so the secrets.
        raise refusal(problems, Places(file, key_lines(text), variables))
    settings._file = file  # noqa: SLF001 - ours; set after the check because the file cannot set it
    settings._notes = tuple(  # noqa: SLF001 - likewise
        f"the settings say {old}: it is called {RENAMED[old]} now; both are understood"
        for old in sorted(in_file | in_environment)
    )
    return settings


def _file(config: Path | None, environ: Mapping[str, str], must_exist: bool) -> Path | None:
    named = config if config is not None else environ.get("CHECKER_CONFIG")
    if named:
        # Absolute, so that the folder the paths are relative to does not change with the current one.
        return Path.cwd() / Path(named).expanduser()
    file = default_file()
    if file.exists():
        return file
    if not must_exist:
        return None
    example = "".join(f"       {line}\n" for line in MINIMAL.splitlines())
    raise ConfigError(
        f"no settings: looked for --config, then $CHECKER_CONFIG, then {file}",
        hint=(
            "write them with `checker init`, try it with `checker demo --keep DIR`, or write"
            f" {file}:\n{example}"
        ).rstrip(),
    )


def _checked(environment: dict[str, Any], document: dict[str, Any]) -> Settings:
    sources = tuple(InitSettingsSource(Settings, init_kwargs=values) for values in (environment, document))
    token = SOURCES.set(sources)
    try:
        return Settings()
    finally:
        SOURCES.reset(token)


def _aliases(document: Mapping[str, Any]) -> list[str]:
    accounts = document.get("accounts")
    return list(accounts) if isinstance(accounts, dict) else []


def _credentials(environ: Mapping[str, str]) -> list[str]:
    """Return the names of the credentials systemd handed over; none when it did not."""
    folder = environ.get("CREDENTIALS_DIRECTORY")
    try:
        return [entry.name for entry in Path(folder).iterdir()] if folder else []
    except OSError:
        return []


def _has_keyring() -> bool:
    """Tell whether a password may be in the desktop's keyring, which is asked only when it is needed."""
    return find_spec("keyring") is not None
