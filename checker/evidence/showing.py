"""One file of a sealed bundle, to be shown: only as it was sealed, and only by its own name.

shown_file(root, "RUN/ACCOUNT/SITE/page-1.png", ledger.trusted())    its bytes, or None
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Final

from checker.evidence.files import Unfit, read_file
from checker.evidence.keys import PublicKey
from checker.evidence.manifest import LARGEST, MANIFEST, SIGNATURE, Manifest, ManifestError, is_name

__all__ = ["shown_file"]

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_DEPTH: Final = 4
_SIGNATURE_BYTES: Final = 64
_LARGEST: Final = 40_000_000


def shown_file(root: Path, name: str, keys: Mapping[str, PublicKey]) -> bytes | None:
    """Return a file of a sealed bundle; None for whatever is no such file, or not as it was sealed.

    Args:
        root: The evidence folder. Nothing is made in it, and no link below it is followed.
        name: The file as readings name it, `RUN/ACCOUNT/SITE/FILE`.
        keys: The keys that are trusted, by id.

    Returns:
        Its bytes. None also if its bundle was never sealed, or sealed with another key.
    """
    parts = PurePosixPath(name).parts
    if len(parts) != _DEPTH or "/".join(parts) != name or not all(is_name(part) for part in parts):
        return None
    *folders, file = parts
    try:
        with ExitStack() as stack:
            there = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, there)
            for folder in folders:
                there = os.open(folder, _FOLDER, dir_fd=there)
                stack.callback(os.close, there)
            return _as_sealed(there, file, keys)
    except (OSError, Unfit, ManifestError):
        return None


def _as_sealed(folder: int, name: str, keys: Mapping[str, PublicKey]) -> bytes | None:
    data = read_file(folder, MANIFEST, LARGEST)
    manifest = Manifest.read(data)
    key = keys.get(manifest.key)
    if key is None or not key.verifies(read_file(folder, SIGNATURE, _SIGNATURE_BYTES), data):
        return None
    listed = next((entry for entry in manifest.files if entry.name == name), None)
    if listed is None or listed.size > _LARGEST:
        return None
    found = read_file(folder, name, listed.size)
    return found if hashlib.sha256(found).hexdigest() == listed.sha256 else None
