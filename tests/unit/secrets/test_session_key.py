"""The session key: named, handed over by systemd, or made once beside the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from checker.secrets import SecretError, SecretSource
from checker.secrets.keys import derived, session_key

TEXT = "k" * 40


def key(source: SecretSource, folder: Path, environ: dict[str, str] | None = None) -> tuple[bytes, list[str]]:
    """Return a key and what was warned of."""
    warnings: list[str] = []
    return session_key(source, folder, warn=warnings.append, environ=environ or {}), warnings


def test_a_key_is_made_once_and_said(tmp_path: Path) -> None:
    """The first run makes a file of 0600 and says so; the next ones read it in silence."""
    first, told = key(SecretSource(), tmp_path / "config")
    again, silent = key(SecretSource(), tmp_path / "config")

    file = tmp_path / "config" / "session.key"
    assert first == again
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["session.key"]
    assert str(file) in told[0]
    assert silent == []


def test_c6_a_key_made_under_a_hostile_umask_is_private_all_the_same(tmp_path: Path) -> None:
    """Whatever the umask, nobody else can read it."""
    import os

    before = os.umask(0)
    try:
        key(SecretSource(), tmp_path)
    finally:
        os.umask(before)

    assert (tmp_path / "session.key").stat().st_mode & 0o777 == 0o600


def test_c6_a_key_file_others_can_read_is_refused(tmp_path: Path) -> None:
    """As for every secret: the message says what to type."""
    file = tmp_path / "own.key"
    file.write_text(TEXT)
    file.chmod(0o644)

    with pytest.raises(SecretError, match="others can read"):
        key(SecretSource(file=file), tmp_path)


def test_what_is_named_comes_before_systemd_and_that_before_our_own(tmp_path: Path) -> None:
    """In the order the module states."""
    file = tmp_path / "own.key"
    file.write_text(TEXT + "\n")
    file.chmod(0o600)
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "session.key").write_text("s" * 40)
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}

    assert key(SecretSource(file=file), tmp_path, environ)[0] == derived(SecretStr(TEXT))
    assert key(SecretSource(command=("printf", TEXT)), tmp_path)[0] == derived(SecretStr(TEXT))
    assert key(SecretSource(), tmp_path, environ)[0] == derived(SecretStr("s" * 40))
    assert not (tmp_path / "session.key").exists()


def test_a_text_too_short_is_no_key() -> None:
    """It could be guessed; the message says how to make one, and not what it was."""
    with pytest.raises(SecretError) as refused:
        derived(SecretStr("hunter2-canary"))

    assert "openssl rand" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_where_no_key_can_be_made_there_is_none(tmp_path: Path) -> None:
    """A folder that is a file: the refusal names the settings that help."""
    (tmp_path / "config").write_text("not a folder")

    with pytest.raises(SecretError, match="cannot be made") as refused:
        key(SecretSource(), tmp_path / "config")

    assert "key_command" in str(refused.value)
