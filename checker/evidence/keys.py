"""The key a bundle is signed with, and which keys are trusted.

    keys/evidence-signing.pem          the private key, its owner's alone
    keys/known/ID.pem                  every public key of ours: what is trusted
    evidence/keys/ID.pem               copies of these, for whoever checks a bundle by hand
    evidence/keys/ID.rotation.json     "after the key OLD comes NEW", signed with both

The private key never lies in the evidence folder, which is copied, sent and backed up. Nor is a key
trusted because it lies there: whoever can change a bundle can lay a key of their own beside it. Trusted are
the keys of the key folder, and those a rotation leads to that a trusted key has signed.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

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
from checker.evidence.manifest import canonical
from checker.model.exits import Exit
from checker.model.strictjson import BadJson, loads

__all__ = [
    "PUBLIC",
    "PublicKey",
    "SigningKey",
    "SigningKeyError",
    "known_keys",
    "laid_beside",
    "public_key",
    "remember",
    "rotate",
    "signing_key",
]

PUBLIC: Final = Path("keys")
"""The folder of the public keys, under the evidence folder."""

_KNOWN: Final = Path("known")
_PRIVATE: Final = "evidence-signing.pem"
_ROTATION: Final = ".rotation.json"
_ROTATED: Final = "marketplace-health-checker key rotation"
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
    """Return the installation's key, made if there never was one.

    Args:
        folder: The key folder.
        evidence: The evidence folder; copies of the public halves are kept in it.

    Raises:
        SigningKeyError: There is one that cannot be used, or there was one: another is never made in its
            place unasked.
    """
    with opened(folder, Path()) as there:
        try:
            data = read_file(there, _PRIVATE, _LARGEST)
        except FileNotFoundError:
            if _pems(folder / _KNOWN) or _pems(evidence / PUBLIC):
                raise _unusable(folder / _PRIVATE, "it is gone") from None
            return _make(folder, evidence)
        except Unfit as error:
            raise _unusable(folder / _PRIVATE, str(error.strerror)) from None
        mode = os.stat(_PRIVATE, dir_fd=there, follow_symlinks=False).st_mode
    if mode & 0o077:
        raise _unusable(folder / _PRIVATE, "others can read it")
    key = _signing(data, folder / _PRIVATE)
    remember(folder, key.public)
    _publish(key.public, evidence)
    return key


def rotate(folder: Path, evidence: Path) -> tuple[PublicKey | None, SigningKey]:
    """Make a new key in the place of the old one, and have both sign that one follows the other.

    Returns:
        The old public key, or None where the old private one could not be used, and the new key.
    """
    try:
        old: SigningKey | None = signing_key(folder, evidence)
    except SigningKeyError:
        old = None
    return None if old is None else old.public, _make(folder, evidence, old)


def known_keys(folder: Path, evidence: Path) -> dict[str, PublicKey]:
    """Return every public key that is trusted, by id.

    Args:
        folder: The key folder, which is believed.
        evidence: The evidence folder, of which only rotations signed with a trusted key are believed.
    """
    keys = _pems(folder / _KNOWN)
    own = _own(folder)
    if own is not None:
        keys[own.id] = own
    rotations = list(_rotations(evidence))
    before = -1
    while before < len(keys):
        before = len(keys)
        for rotation in rotations:
            for name, other in (("old", "new"), ("new", "old")):
                signer = keys.get(rotation.keys[name].id)
                if signer is not None and signer.verifies(rotation.signatures[name], rotation.statement):
                    keys.setdefault(rotation.keys[other].id, rotation.keys[other])
    return keys


def laid_beside(evidence: Path) -> dict[str, PublicKey]:
    """Return the public keys that lie in the evidence folder, by id; nothing makes them trustworthy."""
    return _pems(evidence / PUBLIC)


def remember(folder: Path, key: PublicKey) -> None:
    """Trust a public key from now on."""
    with opened(folder, _KNOWN) as there:
        write_new(there, f"{_short(key)}.pem", key.pem)


def public_key(path: Path) -> PublicKey:
    """Return the public key in a PEM file, or raise SigningKeyError."""
    try:
        with path.open("rb") as file:
            return _public_of(file.read(_LARGEST))
    except OSError as error:
        raise _not_public(path, str(error.strerror)) from None
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _not_public(path, str(error)) from None


def _public_of(data: bytes) -> PublicKey:
    """Return the public key of a PEM text; ValueError says why it is none."""
    try:
        loaded = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("it is no public key in PEM form") from None
    if not isinstance(loaded, Ed25519PublicKey):
        raise ValueError("it is no Ed25519 key")  # noqa: TRY004 - what the file holds, not a type of ours
    return _public(loaded)


def _make(folder: Path, evidence: Path, old: SigningKey | None = None) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    data = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = SigningKey(_public(private.public_key()), private, fresh=True)
    # The public half first: a signature nobody can check is worse than a key nobody uses.
    remember(folder, key.public)
    _publish(key.public, evidence)
    if old is not None:
        _publish_rotation(old, key, evidence)
    replace_file(folder, _PRIVATE, data)
    return key


def _publish(key: PublicKey, evidence: Path) -> None:
    with opened(evidence, PUBLIC) as there:
        write_new(there, f"{_short(key)}.pem", key.pem)


@dataclass(frozen=True, slots=True)
class _Rotation:
    """What was signed, and by whom: `old` and `new`."""

    statement: bytes
    keys: dict[str, PublicKey]
    signatures: dict[str, bytes]


def _publish_rotation(old: SigningKey, new: SigningKey, evidence: Path) -> None:
    statement = {"format": _ROTATED, "new": new.public.pem.decode(), "old": old.public.pem.decode()}
    signed = canonical(statement)
    signatures = {"new": new.sign(signed).hex(), "old": old.sign(signed).hex()}
    with opened(evidence, PUBLIC) as there:
        document = canonical({"signatures": signatures, "statement": statement})
        write_new(there, f"{_short(new.public)}{_ROTATION}", document)


def _rotations(evidence: Path) -> list[_Rotation]:
    """Return the rotations that lie in the evidence folder; what is none is passed over."""
    found = []
    for path in sorted((evidence / PUBLIC).glob(f"*{_ROTATION}")):
        try:
            with path.open("rb") as file:
                document = loads(file.read(_LARGEST + 1), max_bytes=_LARGEST, max_depth=4)
            found.append(_rotation(document))
        except (OSError, BadJson, ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def _rotation(document: Any) -> _Rotation:
    statement, signatures = document["statement"], document["signatures"]
    if statement["format"] != _ROTATED:
        raise ValueError(statement["format"])
    keys = {name: _public_of(statement[name].encode()) for name in ("old", "new")}
    signed = {name: bytes.fromhex(signatures[name]) for name in ("old", "new")}
    return _Rotation(canonical(statement), keys, signed)


def _own(folder: Path) -> PublicKey | None:
    """Return the public half of the private key, if there is one; whether it may be used is not asked."""
    try:
        return _signing((folder / _PRIVATE).read_bytes()[:_LARGEST], folder / _PRIVATE).public
    except (OSError, SigningKeyError):
        return None


def _pems(folder: Path) -> dict[str, PublicKey]:
    keys: dict[str, PublicKey] = {}
    for path in sorted(folder.glob("*.pem")):
        try:
            key = public_key(path)
        except SigningKeyError:
            continue
        keys[key.id] = key
    return keys


def _short(key: PublicKey) -> str:
    return key.id.removeprefix("sha256:")[:_SHOWN]


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
