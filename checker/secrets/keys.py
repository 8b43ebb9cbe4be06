"""The key that sessions are sealed with, and where it comes from.

1. What `[sessions]` names: `key_file` (only its owner can read it) or `key_command`.
2. A systemd credential, `$CREDENTIALS_DIRECTORY/session.key`.
3. The desktop's keyring, where the `keyring` extra is installed: made at the first run.
4. `session.key` beside the settings, mode 0600: made at the first run.

A key is any text of 32 characters or more; the sealing key is derived from it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from checker.files import write_new
from checker.secrets.errors import SecretError
from checker.secrets.keyrings import read_keyring, write_keyring
from checker.secrets.sources import SecretSource, read_named

__all__ = ["KEY_NAME", "SHORTEST_KEY", "derived", "session_key"]

KEY_NAME: Final = "session.key"
SHORTEST_KEY: Final = 32
_WHAT: Final = "the session key"


def session_key(
    source: SecretSource,
    folder: Path,
    *,
    warn: Callable[[str], None],
    environ: Mapping[str, str] | None = None,
    make: bool = True,
) -> bytes:
    """Return the 32 bytes sessions are sealed with, or raise SecretError when there is no key to be had.

    folder: that of the settings, where a key is made if nothing else gives one. make: whether it may be.
    """
    environ = os.environ if environ is None else environ
    named = read_named(_WHAT, source, KEY_NAME, warn=warn, environ=environ)
    if named is not None:
        return derived(named)
    kept = read_keyring(KEY_NAME)
    if kept is not None:
        return derived(kept)
    if not make and not os.path.lexists(folder / KEY_NAME):
        raise SecretError(f"{_WHAT} was not made yet", hint="a run that is no dry run makes it")
    return derived(_own(folder, environ, warn))


def derived(text: SecretStr) -> bytes:
    """Return the sealing key of a key text; SecretError if it is too short to be one."""
    if len(text.get_secret_value()) < SHORTEST_KEY:
        raise SecretError(
            f"{_WHAT} is shorter than {SHORTEST_KEY} characters", hint="make one: openssl rand -base64 32"
        )
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"marketplace-health-checker session v1")
    return kdf.derive(text.get_secret_value().encode())


def _own(folder: Path, environ: Mapping[str, str], warn: Callable[[str], None]) -> SecretStr:
    file = folder / KEY_NAME
    if not os.path.lexists(file):
        new = secrets.token_urlsafe(32)
        if write_keyring(KEY_NAME, SecretStr(new)):
            warn("made a key for sealed sessions and put it into the keyring")
            return SecretStr(new)
        _make(file, new)
        warn(f"made {file}, the key of the sealed sessions: keep it, and keep it out of backups of data_dir")
    found = read_named(_WHAT, SecretSource(file=file), KEY_NAME, warn=warn, environ=environ)
    if found is None:
        raise SecretError(f"{_WHAT} went away from {file}")
    return found


def _make(file: Path, text: str) -> None:
    """Write a new key file whole, or leave the one another run has just made."""
    try:
        write_new(file, f"{text}\n".encode("ascii"))
    except OSError as error:
        if isinstance(error, FileExistsError) and file.is_file():
            return
        raise SecretError(
            f"{_WHAT} cannot be made in {file.parent}: {error.strerror}",
            hint="give [sessions] key_file or key_command, or a systemd credential session.key",
        ) from None
