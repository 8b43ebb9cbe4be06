"""The key a bundle is signed with: made on first use, readable by its owner only, exported in public.

The private key never lies in the evidence folder, which is copied, sent and backed up. Its public
halves do, every one there ever was, so that old bundles can be verified after a new key was made.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from checker.errors import CheckerError
from checker.evidence.files import Unfit, opened, read_file, replace_file, write_new
from checker.model.exits import Exit

__all__ = [
    "PUBLIC",
    "PublicKey",
    "SigningKey",
    "SigningKeyError",
    "known_keys",
    "public_key",
    "rotate",
    "signing_key",
]

PUBLIC: Final = Path("keys")
"""The folder of the public keys, under the evidence folder."""

_PRIVATE: Final = "evidence-signing.pem"
_LARGEST: Final = 10_000
_SHOWN: Final = 16


class SigningKeyError(CheckerError):
    """The signing key, or a public key, cannot be used; it was left as it is."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message, exit_code=Exit.EVIDENCE, hint=hint)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What anybody needs to check a signature."""

    id: str
    pem: bytes
    key: Ed25519PublicKey

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Tell whether this key signed `data`."""
        try:
            self.key.verify(signature, data)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """The private key, with its public half; `fresh` if it was made just now."""

    public: PublicKey
    key: Ed25519PrivateKey
    fresh: bool = False

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self.key.sign(data)


def signing_key(folder: Path, evidence: Path) -> SigningKey:
    """Return the installation's key, made if there never was one; its public half is kept in `evidence`.

    Raises SigningKeyError for one that is there and cannot be used: another is never made in its place.
    """
    with opened(folder, Path()) as there:
        try:
            data = read_file(there, _PRIVATE, _LARGEST)
        except FileNotFoundError:
            return _make(folder, evidence)
        except Unfit as error:
            raise _unusable(folder / _PRIVATE, str(error.strerror)) from None
        mode = os.stat(_PRIVATE, dir_fd=there, follow_symlinks=False).st_mode
    if mode & 0o077:
        raise _unusable(folder / _PRIVATE, "others can read it")
    key = _signing(data, folder / _PRIVATE)
    _publish(key.public, evidence)
    return key


def rotate(folder: Path, evidence: Path) -> tuple[PublicKey | None, SigningKey]:
    """Make a new key in the place of the old one; return the old public key, if it could be read, and it."""
    try:
        old: PublicKey | None = signing_key(folder, evidence).public
    except SigningKeyError:
        old = None
    return old, _make(folder, evidence)


def known_keys(evidence: Path) -> dict[str, PublicKey]:
    """Return every public key this installation ever signed with, by id."""
    keys: dict[str, PublicKey] = {}
    for path in sorted((evidence / PUBLIC).glob("*.pem")):
        try:
            key = public_key(path)
        except SigningKeyError:
            continue
        keys[key.id] = key
    return keys


def public_key(path: Path) -> PublicKey:
    """Return the public key in a PEM file, or raise SigningKeyError."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
        loaded = load_pem_public_key(data)
    except OSError as error:
        raise _not_public(path, str(error.strerror)) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _not_public(path, "it is no public key in PEM form") from None
    if not isinstance(loaded, Ed25519PublicKey):
        raise _not_public(path, "it is no Ed25519 key")
    return _public(loaded)


def _make(folder: Path, evidence: Path) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    data = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = SigningKey(_public(private.public_key()), private, fresh=True)
    # The public half first: a signature nobody can check is worse than a key nobody uses.
    _publish(key.public, evidence)
    replace_file(folder, _PRIVATE, data)
    return key


def _publish(key: PublicKey, evidence: Path) -> None:
    with opened(evidence, PUBLIC) as there:
        write_new(there, f"{key.id.removeprefix('sha256:')[:_SHOWN]}.pem", key.pem)


def _signing(data: bytes, path: Path) -> SigningKey:
    try:
        loaded = load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _unusable(path, "it is no private key in PEM form") from None
    if not isinstance(loaded, Ed25519PrivateKey):
        raise _unusable(path, "it is no Ed25519 key")
    return SigningKey(_public(loaded.public_key()), loaded)


def _public(key: Ed25519PublicKey) -> PublicKey:
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return PublicKey(f"sha256:{hashlib.sha256(der).hexdigest()}", pem, key)


def _unusable(path: Path, why: str) -> SigningKeyError:
    return SigningKeyError(
        f"the key that signs evidence, {path}, cannot be used: {why}",
        hint="chmod 600 it, put it back from a backup, or make a new one: checker evidence key --rotate",
    )


def _not_public(path: Path, why: str) -> SigningKeyError:
    return SigningKeyError(
        f"{path} cannot be used to verify: {why}", hint="export the key with: checker evidence key --out FILE"
    )
