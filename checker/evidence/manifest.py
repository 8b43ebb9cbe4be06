"""The manifest: which files a bundle is made of, and nothing else; pure.

    data = Manifest(...).written()           canonical JSON (RFC 8785), the bytes that are signed
    Manifest.read(data)                      the same again, or ManifestError with what is wrong

One line of JSON, keys sorted, so that the digest of the manifest is the digest of the bundle, and so that
`grep`, `sed` and `sha256sum` can check it by hand.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

import rfc8785

from checker.evidence.flaws import Flaw
from checker.model.strictjson import BadJson, loads

__all__ = [
    "LARGEST",
    "MANIFEST",
    "MOST_FILES",
    "SIGNATURE",
    "Filed",
    "Manifest",
    "ManifestError",
    "Plain",
    "Subject",
    "canonical",
    "digest_of",
    "is_name",
    "stamp_name",
]

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
LARGEST: Final = 2_000_000
"""A manifest is never longer, in bytes."""
MOST_FILES: Final = 5000
_FORMAT: Final = "marketplace-health-checker evidence"
_VERSION: Final = 1
_DIGEST_ALGORITHM: Final = "SHA-256"
_SIGNATURE_ALGORITHM: Final = "Ed25519"

# The largest whole number that every reader of JSON holds exactly.
_LARGEST_COUNT: Final = 2**53 - 1
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


class ManifestError(ValueError):
    """A manifest that cannot be used; `flaw` names why."""

    def __init__(self, flaw: Flaw, detail: str) -> None:
        super().__init__(detail)
        self.flaw = flaw
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Plain:
    """An encrypted file as it was before."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of the bundle: its name, its bytes' size and SHA-256; `plain` if it is encrypted."""

    name: str
    size: int
    sha256: str
    plain: Plain | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a bundle is about, in the words of a key."""

    marketplace: str
    account: str
    site: str
    shop: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is signed.

    previous: the digest of the bundle sealed before this one on the same installation, or nothing.
    key: the id of the key that signs. stamps: how many time-stamping authorities are to be asked.
    """

    run_id: str
    subject: Subject
    sealed_at: str
    previous: str
    key: str
    files: tuple[Filed, ...]
    stamps: int = 0

    def written(self) -> bytes:
        """Return the canonical bytes."""
        return canonical(
            {
                "digest": _DIGEST_ALGORITHM,
                "files": [_row(file) for file in sorted(self.files, key=lambda file: file.name)],
                "format": _FORMAT,
                "previous": self.previous,
                "run": self.run_id,
                "sealed_at": self.sealed_at,
                "signature": {"algorithm": _SIGNATURE_ALGORITHM, "key": self.key},
                "stamps": self.stamps,
                "subject": {
                    "account": self.subject.account,
                    "marketplace": self.subject.marketplace,
                    "shop": self.subject.shop,
                    "site": self.subject.site,
                },
                "version": _VERSION,
            }
        )

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        """Return the manifest `data` holds; raise ManifestError if another reader could read it otherwise."""
        try:
            document = loads(data, max_bytes=LARGEST, max_depth=8)
        except BadJson as error:
            raise ManifestError(Flaw.MANIFEST, str(error)) from None
        manifest = _manifest(document)
        if manifest.written() != data:
            raise ManifestError(Flaw.NOT_CANONICAL, "it is not written in its one canonical form")
        return manifest

    @property
    def is_encrypted(self) -> bool:
        """Whether any of its files is encrypted."""
        return any(file.plain is not None for file in self.files)


def canonical(document: Any) -> bytes:
    """Return the one form RFC 8785 gives a JSON document."""
    return rfc8785.dumps(document)


def digest_of(data: bytes) -> str:
    """Return the digest as it is written everywhere: `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def is_name(name: str) -> bool:
    """Tell whether a file of a bundle may have this name: no path, nothing a shell or a system minds."""
    return _NAME.fullmatch(name) is not None and ".." not in name


def stamp_name(number: int) -> str:
    """Return the file of the time stamp of the authority of that number, from 1."""
    return f"manifest.{number}.tsr"


def _row(file: Filed) -> dict[str, Any]:
    row: dict[str, Any] = {"name": file.name, "sha256": file.sha256, "size": file.size}
    if file.plain is not None:
        row["unencrypted"] = {"sha256": file.plain.sha256, "size": file.plain.size}
    return row


def _manifest(document: Any) -> Manifest:
    _expect(isinstance(document, dict), "it is not an object")
    if document.get("format") != _FORMAT or document.get("version") != _VERSION:
        raise ManifestError(Flaw.UNKNOWN_FORMAT, "it is of a format this version does not know")
    if document.get("digest") != _DIGEST_ALGORITHM:
        raise ManifestError(Flaw.UNKNOWN_ALGORITHM, "its digests are not SHA-256")
    signature = document.get("signature")
    _expect(isinstance(signature, dict), "it does not say how it is signed")
    if signature.get("algorithm") != _SIGNATURE_ALGORITHM:
        raise ManifestError(Flaw.UNKNOWN_ALGORITHM, "it is not signed with Ed25519")
    previous = _text(document, "previous")
    _expect(previous == "" or _DIGEST.fullmatch(previous) is not None, "previous is no digest")
    subject = document.get("subject")
    _expect(isinstance(subject, dict), "it does not say what it is about")
    rows = document.get("files")
    _expect(isinstance(rows, list) and len(rows) <= MOST_FILES, "it lists no files, or too many")
    return Manifest(
        run_id=_text(document, "run"),
        subject=Subject(*(_text(subject, name) for name in ("marketplace", "account", "site", "shop"))),
        sealed_at=_text(document, "sealed_at"),
        previous=previous,
        key=_text(signature, "key"),
        files=_files(rows),
        stamps=_count(document, "stamps"),
    )


def _files(rows: list[Any]) -> tuple[Filed, ...]:
    files = tuple(map(_filed, rows))
    names = [file.name.casefold() for file in files]
    if len(set(names)) != len(names):
        raise ManifestError(Flaw.DUPLICATE, "it lists a name twice")
    return files


def _filed(row: Any) -> Filed:
    _expect(isinstance(row, dict), "a file of it is no object")
    name = _text(row, "name")
    if not is_name(name) or name in (MANIFEST, SIGNATURE) or name.endswith(".tsr"):
        raise ManifestError(Flaw.BAD_NAME, f"no file of a bundle may be called {name[:80]!r}")
    plain = row.get("unencrypted")
    return Filed(
        name,
        _count(row, "size"),
        _hex(row),
        None if plain is None else Plain(_hex(plain), _count(plain, "size")),
    )


def _hex(row: Any) -> str:
    text = _text(row, "sha256")
    _expect(_HEX.fullmatch(text) is not None, "a digest is none")
    return text


def _text(table: Any, name: str) -> str:
    value = table.get(name) if isinstance(table, dict) else None
    _expect(isinstance(value, str), f"{name} is missing")
    return str(value)


def _count(table: Any, name: str) -> int:
    value = table.get(name) if isinstance(table, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_COUNT:
        raise ManifestError(Flaw.MANIFEST, f"{name} is no count")
    return value


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ManifestError(Flaw.MANIFEST, otherwise)
