"""Where an account's secrets come from, in this order.

1. What the settings name: a file only its owner can read, a command, or the value itself (with a
   warning: settings files and environments are read by more eyes than a 0600 file).
2. A systemd credential, `$CREDENTIALS_DIRECTORY/<alias>.password` or `<alias>.totp`.
3. The desktop's keyring, under the same name, where the `keyring` extra is installed.

Every refusal is a SecretError that says what to type next.
"""

from __future__ import annotations

import errno
import os
import shlex
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from checker.secrets.command import COMMAND_SECONDS, output_of
from checker.secrets.errors import SecretError
from checker.secrets.keyrings import SERVICE, read_keyring
from checker.settings import Account

__all__ = [
    "LARGEST",
    "SecretKind",
    "SecretSource",
    "read_named",
    "read_password",
    "read_secret",
    "read_totp_secret",
]

LARGEST: Final = 4096

Warn = Callable[[str], None]


class SecretKind(StrEnum):
    """Which secret; the value is the ending of its systemd credential."""

    PASSWORD = "password"  # noqa: S105 - a name, not a password
    TOTP = "totp"

    @property
    def setting(self) -> str:
        """What its settings begin with."""
        return "password" if self is SecretKind.PASSWORD else "totp_secret"


@dataclass(frozen=True, slots=True)
class SecretSource:
    """What the settings say of one secret: at most one of these is given."""

    file: Path | None = None
    command: tuple[str, ...] | None = None
    value: SecretStr | None = None

    @classmethod
    def of(cls, account: Account, kind: SecretKind) -> SecretSource:
        """Return what an account's settings say of one secret."""
        match kind:
            case SecretKind.PASSWORD:
                return cls(account.password_file, account.password_command, account.password)
            case SecretKind.TOTP:
                return cls(account.totp_secret_file, account.totp_secret_command, account.totp_secret)


def read_password(
    alias: str, account: Account, *, warn: Warn, environ: Mapping[str, str] | None = None
) -> SecretStr:
    """Return the password of an account, or raise SecretError."""
    kind = SecretKind.PASSWORD
    found = read_secret(alias, kind, SecretSource.of(account, kind), warn=warn, environ=environ)
    if found is None:
        raise SecretError(
            f"account {alias} has no password",
            hint=f"give password_file in [accounts.{alias}], a systemd credential {alias}.password, or, with"
            f" the keyring extra: keyring set {SERVICE} {alias}.password",
        )
    return found


def read_totp_secret(
    alias: str, account: Account, *, warn: Warn, environ: Mapping[str, str] | None = None
) -> SecretStr | None:
    """Return the authenticator seed of an account, none if it has none, or raise SecretError."""
    kind = SecretKind.TOTP
    return read_secret(alias, kind, SecretSource.of(account, kind), warn=warn, environ=environ)


def read_secret(
    alias: str,
    kind: SecretKind,
    source: SecretSource,
    *,
    warn: Warn,
    environ: Mapping[str, str] | None = None,
    command_seconds: float = COMMAND_SECONDS,
) -> SecretStr | None:
    """Return one secret of an account; none when nothing says where it is.

    `warn` is told, in words for the operator, what works but should not stay so. Raises SecretError
    when a source was named but yields nothing usable: the next source is not tried in its place.
    """
    environ = os.environ if environ is None else environ
    what = f"the {kind.setting} of account {alias}"
    name = f"{alias}.{kind.value}"
    found = read_named(what, source, name, warn=warn, environ=environ, command_seconds=command_seconds)
    if found is None and (kept := read_keyring(name)) is not None:
        return _secret(kept.get_secret_value().encode(), f"{what} (keyring)")
    return found


def read_named(
    what: str,
    source: SecretSource,
    name: str,
    *,
    warn: Warn,
    environ: Mapping[str, str],
    command_seconds: float = COMMAND_SECONDS,
) -> SecretStr | None:
    """Return the secret the settings name, or the systemd credential `name`; nothing if there is neither."""
    if source.file is not None:
        return _secret(_from_file(source.file, what), f"{what} ({source.file})")
    if source.command is not None:
        printed = output_of(source.command, what, environ, command_seconds, LARGEST)
        return _secret(printed, f"{what} ({source.command[0]})")
    if source.value is not None:
        warn(
            f"{what} stands in the settings or the environment; a file of mode 0600 keeps it from other eyes"
        )
        return _secret(source.value.get_secret_value().encode("utf-8", "surrogateescape"), what)
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return None
    credential = Path(folder) / name
    if not _is_there(credential):
        return None
    # systemd mounts them for this service alone; its access list shows as a group bit in the mode.
    return _secret(_from_file(credential, what, private=False), f"{what} ({credential})")


def _is_there(file: Path) -> bool:
    try:
        file.stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True  # opening it will say what is wrong
    return True


def _from_file(file: Path, what: str, *, private: bool = True) -> bytes:
    """Return what a file holds, at most LARGEST bytes and one.

    What was opened is what is checked, so that nothing can be put in its place in between.
    """
    try:
        # A pipe without a writer must not hang the run: it opens at once, and is then refused.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise SecretError(f"{what}: {_unopened(file, error)}", hint=_unopened_hint(error, what)) from None
    try:
        _refuse_mode(os.fstat(descriptor).st_mode, file, what, private=private)
        return os.read(descriptor, LARGEST + 1)
    except OSError as error:
        raise SecretError(f"{what}: cannot read {file}: {error.strerror}") from None
    finally:
        os.close(descriptor)


def _unopened(file: Path, error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return f"there is no file {file}"
    return f"cannot open {file}: {error.strerror}"


def _unopened_hint(error: OSError, what: str) -> str:
    if error.errno == errno.ENOENT:
        return f"write {what} into it, then chmod 600, or correct the path in the settings"
    return "run as the user who owns the file, or correct its path in the settings"


def _refuse_mode(mode: int, file: Path, what: str, *, private: bool) -> None:
    if stat.S_ISDIR(mode):
        raise SecretError(f"{what}: {file} is a folder", hint="name the file in it that holds the secret")
    if not stat.S_ISREG(mode):
        raise SecretError(
            f"{what}: {file} is not a regular file", hint="for a program's output use …_command"
        )
    if private and mode & 0o077:
        raise SecretError(
            f"{what}: others can read {file} (mode {stat.S_IMODE(mode):04o})",
            hint=f"chmod 600 {shlex.quote(str(file))}",
        )


def _secret(data: bytes, what: str) -> SecretStr:
    """Return the one line a source gave, without the line end that editors and programs add."""
    if len(data) > LARGEST:
        raise SecretError(
            f"{what} is longer than {LARGEST} bytes", hint="it must hold the secret, nothing else"
        )
    try:
        # Some Windows editors begin a UTF-8 file with a mark that nobody types.
        text = data.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SecretError(f"{what} is not UTF-8 text", hint="save it as plain UTF-8 text") from None
    if not text.strip():
        raise SecretError(f"{what} is empty", hint="it must hold the secret, on one line")
    if "\n" in text or "\r" in text or "\0" in text:
        raise SecretError(f"{what} is more than one line", hint="it must hold the secret, on one line")
    return SecretStr(text)
