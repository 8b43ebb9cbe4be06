"""A settings file to begin with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

__all__ = ["example_toml"]


def example_toml(
    *,
    alias: str,
    marketplace: str,
    username: str,
    password_file: Path | str | None = None,
    password_command: Sequence[str] | None = None,
    totp_secret_file: Path | str | None = None,
    totp_secret_command: Sequence[str] | None = None,
    origin: str | None = None,
    data_dir: Path | str | None = None,
    pause_seconds: float = 1.0,
    language: str = "en",
) -> str:
    """Return a commented `checker.toml` with one account; what is not given stands there as a comment.

    With neither a file nor a command for the password, it is in the desktop's keyring.
    """
    lines = [
        "# Settings of marketplace-health-checker. Relative paths are relative to this file.",
        "# Any of them can be overridden: CHECKER_STORE__URL, CHECKER_ACCOUNTS__MAIN__USERNAME, ...",
        "# All of them: checker schema config",
        "",
        f"[accounts.{alias}]",
        f"marketplace = {_text(marketplace)}",
        f"username = {_text(username)}",
        *_password(alias, password_file, password_command),
    ]
    if totp_secret_command is not None:
        lines.append(f"totp_secret_command = {_words(totp_secret_command)}")
    elif totp_secret_file is not None or password_file is not None or password_command is not None:
        lines.append(_optional("totp_secret_file", totp_secret_file, f"{alias}.totp"))
    lines.append('sites = "all"  # or a list: ["US", "CA", "MX"]')
    if origin is not None:
        lines += [
            "# Every host of the marketplace is reached at this address instead: a replica.",
            f"origin = {_text(origin)}",
        ]
    lines += [
        "",
        "[paths]",
        "# The store, the evidence, the reports and the locks.",
        _optional("data_dir", data_dir, "data"),
        "",
        "[limits]",
        f"pause_seconds = {pause_seconds}  # between two pages",
        "",
        "[report]",
        f'language = {_text(language)}  # "en" or "zh"',
    ]
    return "\n".join(lines) + "\n"


def _password(alias: str, file: Path | str | None, command: Sequence[str] | None) -> list[str]:
    if command is not None:
        return [
            "# What it prints is the password; no shell runs it.",
            f"password_command = {_words(command)}",
        ]
    if file is not None:
        return [
            '# A file only you can read (chmod 600). Or: password_command = ["pass", "show", "amazon"]',
            f"password_file = {_text(file)}",
        ]
    return [
        f"# The password is in the keyring: keyring set marketplace-health-checker {alias}.password",
        f"# So is the authenticator's key: keyring set marketplace-health-checker {alias}.totp",
    ]


def _words(command: Sequence[str]) -> str:
    return f"[{', '.join(_text(word) for word in command)}]"


def _optional(key: str, value: Path | str | None, example: str) -> str:
    return f"# {key} = {_text(example)}" if value is None else f"{key} = {_text(value)}"


def _text(value: Path | str) -> str:
    # A JSON string is a TOML basic string as well.
    return json.dumps(str(value), ensure_ascii=False)
