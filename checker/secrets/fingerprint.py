"""Telling whether secrets are still the same ones, without keeping them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final

from pydantic import SecretStr

__all__ = ["fingerprint", "is_same", "new_salt"]

# A guess costs 16 MiB and some 50 ms: the digest may lie in the store, the password may be a short one.
_COST: Final = {"n": 1 << 14, "r": 8, "p": 1, "maxmem": 1 << 26, "dklen": 32}


def new_salt() -> str:
    """Return a salt of its own for each fingerprint, as hexadecimal."""
    return secrets.token_hex(16)


def fingerprint(parts: Iterable[SecretStr | None], salt: str) -> str:
    """Return the salted digest of some secrets in their order; one that is not there is a part as well."""
    digest = hashlib.sha256()
    for part in parts:
        text = b"" if part is None else part.get_secret_value().encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % (-1 if part is None else len(text)) + text)
    return hashlib.scrypt(digest.digest(), salt=bytes.fromhex(salt), **_COST).hex()


def is_same(parts: Iterable[SecretStr | None], salt: str, known: str) -> bool:
    """Tell whether these are the secrets a fingerprint was made of."""
    return hmac.compare_digest(fingerprint(parts, salt), known)
