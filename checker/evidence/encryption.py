"""Encryption of originals to an age recipient: only the owner of its identity can look at them again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from checker.errors import ConfigError, UsageError

__all__ = ["decrypter", "encrypter"]

_LARGEST = 100_000


def encrypter(recipient: str) -> Callable[[bytes], bytes]:
    """Return what encrypts to an `age1...` recipient; raise ConfigError if it cannot be done."""
    pyrage = _pyrage()
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise ConfigError(
            "[evidence] recipient is no age recipient", hint="it looks like age1..., from: age-keygen"
        ) from None

    def encrypt(data: bytes) -> bytes:
        return bytes(pyrage.encrypt(data, [to]))

    return encrypt


def decrypter(identity: Path) -> Callable[[bytes], bytes]:
    """Return what decrypts with an age identity file; raise UsageError if it cannot be used.

    What it returns raises ValueError for what was not encrypted to that identity.
    """
    pyrage = _pyrage()
    try:
        with identity.open(encoding="utf-8") as file:
            lines = file.read(_LARGEST).splitlines()
        keys = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.startswith("AGE-")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise UsageError(
            f"{identity} cannot be used: {type(error).__name__}", hint="name the file age-keygen made"
        ) from None
    if not keys:
        raise UsageError(f"{identity} holds no identity", hint="name the file age-keygen made")

    def decrypt(data: bytes) -> bytes:
        try:
            return bytes(pyrage.decrypt(data, keys))
        except pyrage.DecryptError:
            raise ValueError("not encrypted to this identity") from None

    return decrypt


def _pyrage() -> ModuleType:
    try:
        import pyrage  # noqa: PLC0415
    except ImportError:
        raise ConfigError(
            "encryption needs pyrage, which is not installed",
            hint="pip install 'marketplace-health-checker[evidence]'",
        ) from None
    return pyrage  # type: ignore[no-any-return]
