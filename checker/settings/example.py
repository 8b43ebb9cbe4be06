"""A settings file to begin with."""

from __future__ import annotations

import json
from pathlib import Path

__all__ = ["example_toml"]


def example_toml(
    *,
    alias: str,
    marketplace: str,
    username: str,
    password_file: Path | str,
    totp_secret_file: Path | str | None = None,
    origin: str | None = None,
    data_dir: Path | str | None = None,
    pause_seconds: float = 1.0,
) -> str:
    """Return a commented `checker.toml` with one account; what is not given stands there as a comment."""
    lines = [
        "# Settings of marketplace-health-checker. Relative paths are relative to this file.",
        "# Any of them can be overridden: CHECKER_STORE__URL, CHECKER_ACCOUNTS__MAIN__USERNAME, ...",
        "",
        f"[accounts.{alias}]",
        f"marketplace = {_text(marketplace)}",
        f"username = {_text(username)}",
        '# A file only you can read (chmod 600). Or: password_command = ["pass", "show", "amazon"]',
        f"password_file = {_text(password_file)}",
        _optional("totp_secret_file", totp_secret_file, "amazon.totp"),
        'sites = "all"  # or a list: ["US", "CA", "MX"]',
    ]
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
        'language = "en"  # or "zh"',
    ]
    return "\n".join(lines) + "\n"


def _optional(key: str, value: Path | str | None, example: str) -> str:
    return f"# {key} = {_text(example)}" if value is None else f"{key} = {_text(value)}"


def _text(value: Path | str) -> str:
    # A JSON string is a TOML basic string as well.
    return json.dumps(str(value), ensure_ascii=False)
