"""The folder a visit's originals are put into, encrypted on the way if the seller wants them to be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from checker.evidence.files import keep
from checker.evidence.manifest import Plain

__all__ = ["ENCRYPTED", "Vault"]

ENCRYPTED = ".age"
"""What the names of encrypted originals end in."""


@dataclass
class Vault:
    """Keeps originals of one visit; `plain` says what the encrypted ones were before."""

    root: Path
    folder: Path
    encrypt: Callable[[bytes], bytes] | None = None
    names: set[str] = field(default_factory=set)
    plain: dict[str, Plain] = field(default_factory=dict)

    def keep(self, name: str, data: bytes) -> str:
        """Keep an original and return the name it got; raise OSError if it cannot be written."""
        if self.encrypt is not None:
            name = f"{name}{ENCRYPTED}"
            if name in self.names:
                return name
            self.plain[name] = Plain(hashlib.sha256(data).hexdigest(), len(data))
            data = self.encrypt(data)
        keep(self.root, self.folder, name, data)
        self.names.add(name)
        return name
