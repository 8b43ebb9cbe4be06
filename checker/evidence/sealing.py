"""Sealing a folder of originals: from then on nothing can be changed, added or taken out unseen.

    sealer = Sealer(root, keys, now=clock)
    bundle = sealer.seal(folder, run_id, subject)      "sha256:..."

The order is what a crash leaves behind: signature, manifest, ledger. A folder without a manifest was never
sealed, is shown as such, and is never taken for evidence.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from checker.evidence.files import Unfit, keep, opened, sync, write_new
from checker.evidence.keys import SigningKey
from checker.evidence.ledger import Ledger, LedgerEvent, utc_text
from checker.evidence.manifest import (
    MANIFEST,
    SIGNATURE,
    Filed,
    Manifest,
    Plain,
    Subject,
    digest_of,
    stamp_name,
)

__all__ = ["Sealer", "Stamp", "Stamps"]

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Stamp:
    """What came of asking one authority: a token, or why there is none."""

    authority: str
    token: bytes | None = None
    problem: str = ""


class Stamps(Protocol):
    """Asks the time-stamping authorities that are configured."""

    @property
    def count(self) -> int:
        """How many there are."""

    def ask(self, data: bytes) -> Sequence[Stamp]:
        """Ask each of them once about `data`; an unusable answer is a stated case, not an error."""


@dataclass
class Sealer:
    """Seals folders under `root` with the key in the folder `keys`, and writes it into the ledger.

    incomplete: how often a bundle was sealed, and its time stamps could not be kept.
    """

    root: Path
    keys: Path
    now: Callable[[], datetime]
    stamps: Stamps | None = None
    incomplete: int = 0
    _key: SigningKey | None = field(default=None, repr=False)

    def ready(self) -> None:
        """Get the key, made if there never was one; raise CheckerError or OSError if it cannot be had."""
        if self._key is not None:
            return
        self._key = Ledger(self.root, self.now, self.keys).signing_key()

    def seal(
        self,
        folder: Path,
        run_id: str,
        subject: Subject,
        plain: Mapping[str, Plain] | None = None,
        complete: Callable[[str], None] = lambda _previous: None,
    ) -> str:
        """Seal a folder and return its digest; raise OSError or CheckerError if it cannot be sealed.

        plain: what the encrypted files among them were before, by name.
        complete: puts the last file into it, once the digest of the bundle before this one is known.
        """
        self.ready()
        key = self._key
        if key is None:  # pragma: no cover - `ready` raised otherwise
            raise OSError("no key")
        ledger = Ledger(self.root, self.now, self.keys)
        with opened(self.root, folder) as there, ledger.held():
            previous = ledger.last_bundle()
            complete(previous)
            files = _filed(there, {} if plain is None else plain)
            asked = 0 if self.stamps is None else self.stamps.count
            at = utc_text(self.now())
            manifest = Manifest(run_id, subject, at, previous, key.public.id, files, asked)
            data = manifest.written()
            write_new(there, SIGNATURE, key.sign(data))
            write_new(there, MANIFEST, data)
            sync(there)
            bundle = digest_of(data)
            ledger.append_held(
                LedgerEvent.CAPTURED,
                bundle,
                files=len(files),
                path=folder.as_posix(),
                size=sum(file.size for file in files),
            )
        try:
            self._stamp(ledger, folder, bundle, data)
        except OSError:
            self.incomplete += 1
        return bundle

    def _stamp(self, ledger: Ledger, folder: Path, bundle: str, data: bytes) -> None:
        """Keep what the authorities answered; that one did not is noted, and no fault of the bundle."""
        if self.stamps is None or not self.stamps.count:
            return
        states = []
        for number, stamp in enumerate(self.stamps.ask(data), start=1):
            state = {"authority": stamp.authority, "number": number}
            if stamp.token is None:
                states.append(state | {"state": "none", "why": stamp.problem[:300]})
                continue
            keep(self.root, folder, stamp_name(number), stamp.token)
            states.append(state | {"sha256": hashlib.sha256(stamp.token).hexdigest(), "state": "stamped"})
        ledger.append(LedgerEvent.STAMPED, bundle, stamps=states)


def _filed(folder: int, plain: Mapping[str, Plain]) -> tuple[Filed, ...]:
    """Return every file of a folder; raise Unfit for what is none, so that nothing planted is sealed."""
    files = []
    for name in sorted(os.listdir(folder)):
        if name == MANIFEST:
            raise FileExistsError(errno.EEXIST, "sealed already", name)
        if name.endswith(".part") or name == SIGNATURE:
            # Of an attempt that failed half-way: it was told to nobody.
            os.unlink(name, dir_fd=folder)
            continue
        descriptor = os.open(name, _READ, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as file:
            info = os.fstat(descriptor)
            if not stat.S_ISREG(info.st_mode):
                raise Unfit(errno.EINVAL, "not a regular file", name)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        files.append(Filed(name, info.st_size, digest, plain.get(name)))
    return tuple(files)
