"""Everything that can be wrong with a bundle or the ledger, by name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Flaw", "Problem"]


class Flaw(StrEnum):
    """What is wrong; the value is what `--json` says."""

    NO_BUNDLE = "no_bundle"
    UNSEALED = "unsealed"
    MANIFEST = "manifest"
    NOT_CANONICAL = "not_canonical"
    UNKNOWN_FORMAT = "unknown_format"
    UNKNOWN_ALGORITHM = "unknown_algorithm"
    NO_SIGNATURE = "no_signature"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_KEY = "unknown_key"
    BAD_NAME = "bad_name"
    MISSING = "missing"
    UNLISTED = "unlisted"
    DUPLICATE = "duplicate"
    NOT_A_FILE = "not_a_file"
    SIZE = "size"
    DIGEST = "digest"
    UNENCRYPTED_DIGEST = "unencrypted_digest"
    NOT_OPENED = "not_opened"
    ARCHIVE = "archive"
    TOO_LARGE = "too_large"
    STAMP = "stamp"
    STAMP_GONE = "stamp_gone"
    STAMP_UNCHECKED = "stamp_unchecked"
    NOT_IN_LEDGER = "not_in_ledger"
    LEDGER = "ledger"
    LEDGER_CUT = "ledger_cut"
    LEDGER_GONE = "ledger_gone"
    LEDGER_SIGNATURE = "ledger_signature"
    BUNDLE_GONE = "bundle_gone"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Problem:
    """One flaw: where it was found, and what is wrong there, for a person."""

    flaw: Flaw
    name: str
    detail: str

    def __str__(self) -> str:
        """Return e.g. `digest: page-home.png: its bytes are not those that were sealed`."""
        name = f"{self.name}: " if self.name else ""
        return f"{self.flaw.value}: {name}{self.detail}"
