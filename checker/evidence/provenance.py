"""Reading back where a bundle came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from checker.evidence.catalog import Held
from checker.evidence.files import Unfit, opened, read_file
from checker.evidence.giving import Decrypt
from checker.evidence.vault import ENCRYPTED
from checker.evidence.witness import PROVENANCE
from checker.model.strictjson import BadJson, loads

__all__ = ["provenance_of"]

_LARGEST: Final = 5_000_000


def provenance_of(root: Path, held: Held, decrypt: Decrypt | None) -> dict[str, Any] | None:
    """Return the provenance of a bundle; none if it is not there, cannot be read, or is not opened."""
    locked = held.manifest is not None and held.manifest.is_encrypted
    if locked and decrypt is None:
        return None
    try:
        with opened(root, held.folder) as folder:
            data = read_file(folder, f"{PROVENANCE}{ENCRYPTED}" if locked else PROVENANCE, _LARGEST)
        told = loads(data if decrypt is None or not locked else decrypt(data), max_bytes=_LARGEST)
    except (FileNotFoundError, Unfit, BadJson, ValueError):
        return None
    return told if isinstance(told, dict) else None
