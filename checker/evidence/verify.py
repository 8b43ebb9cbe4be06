"""Verifying a bundle: every doubt is a named problem, and no problem at all is the only good result.

    verdict = verify(Path("bundle.zip"), Trust(ledger.trusted(), ledger=ledger))
    verdict.is_good, verdict.problems

Needs no network. What it proves: since the moment of sealing nothing was changed, added or taken out, by
anybody who has not the private key; with a time stamp also that it existed then, whoever has the key. What
it does not prove: that the page said the truth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checker.evidence.flaws import Flaw, Problem
from checker.evidence.keys import PublicKey
from checker.evidence.ledger import Ledger, LedgerEvent
from checker.evidence.manifest import (
    LARGEST,
    MANIFEST,
    SIGNATURE,
    Filed,
    Manifest,
    ManifestError,
    digest_of,
    stamp_name,
)
from checker.evidence.sources import BrokenFile, Source, open_source
from checker.evidence.stamping import LARGEST as LARGEST_STAMP
from checker.evidence.stamping import StampError, check, is_installed

__all__ = ["StampState", "Trust", "Verdict", "verify"]

_SIGNATURE_BYTES = 64
_MOST_STAMPS = 2
_LARGEST_BUNDLE = 4_000_000_000
_LARGEST_ENCRYPTED = 200_000_000


@dataclass(frozen=True, slots=True)
class Trust:
    """What is believed without proof: keys, the roots of time stamps, our own ledger if there is one.

    decrypt: opens encrypted originals, so that what is inside can be compared as well.
    """

    keys: Mapping[str, PublicKey]
    roots: Sequence[Path] = ()
    ledger: Ledger | None = None
    decrypt: Callable[[bytes], bytes] | None = None


@dataclass(frozen=True, slots=True)
class StampState:
    """One time stamp: `proved`, `fits` (issuer not checked), or `none`."""

    number: int
    state: str
    at: str = ""


@dataclass
class Verdict:
    """What came of it; good only if nothing is wrong."""

    path: Path
    bundle: str = ""
    manifest: Manifest | None = None
    problems: list[Problem] = field(default_factory=list)
    stamps: list[StampState] = field(default_factory=list)
    in_ledger: bool | None = None
    files: int = 0
    size: int = 0

    @property
    def is_good(self) -> bool:
        """Tell whether nothing is wrong with it."""
        return not self.problems


def verify(path: Path, trust: Trust) -> Verdict:
    """Verify a bundle in a folder or a ZIP; whatever is wrong is in the verdict, nothing is raised."""
    verdict = Verdict(path)
    try:
        with open_source(path) as source:
            verdict.problems += source.problems
            _verify(source, trust, verdict)
    except OSError as error:
        verdict.problems.append(Problem(Flaw.NO_BUNDLE, path.name, error.strerror or "it cannot be opened"))
    return verdict


def _verify(source: Source, trust: Trust, verdict: Verdict) -> None:
    if MANIFEST not in source.sizes:
        if not any(problem.flaw is Flaw.ARCHIVE for problem in source.problems):
            verdict.problems.append(
                Problem(Flaw.UNSEALED, MANIFEST, "it is not there: never sealed, or taken out")
            )
        return
    try:
        data = _whole(source, MANIFEST, LARGEST)
    except BrokenFile as error:
        verdict.problems.append(Problem(Flaw.MANIFEST, MANIFEST, str(error)))
        return
    verdict.bundle = digest_of(data)
    try:
        manifest = Manifest.read(data)
    except ManifestError as error:
        verdict.problems.append(Problem(error.flaw, MANIFEST, error.detail))
        return
    verdict.manifest = manifest
    verdict.problems += _signature(source, trust, manifest, data)
    verdict.problems += _files(source, trust, manifest)
    verdict.files, verdict.size = len(manifest.files), sum(file.size for file in manifest.files)
    _stamps(source, trust, manifest, data, verdict)
    if trust.ledger is not None:
        verdict.problems += _in_ledger(source, trust.ledger, verdict)


def _signature(source: Source, trust: Trust, manifest: Manifest, data: bytes) -> Iterator[Problem]:
    if SIGNATURE not in source.sizes:
        yield Problem(Flaw.NO_SIGNATURE, SIGNATURE, "it is not there")
        return
    try:
        signature = _whole(source, SIGNATURE, _SIGNATURE_BYTES)
    except BrokenFile as error:
        yield Problem(Flaw.BAD_SIGNATURE, SIGNATURE, str(error))
        return
    key = trust.keys.get(manifest.key)
    if key is None:
        yield Problem(
            Flaw.UNKNOWN_KEY, SIGNATURE, f"signed with {manifest.key[:23]}, which is not a key known here"
        )
    elif len(signature) != _SIGNATURE_BYTES or not key.verifies(signature, data):
        yield Problem(Flaw.BAD_SIGNATURE, SIGNATURE, "not this key's signature of this manifest")


def _files(source: Source, trust: Trust, manifest: Manifest) -> Iterator[Problem]:
    listed = {file.name: file for file in manifest.files}
    own = {MANIFEST, SIGNATURE, *(stamp_name(n + 1) for n in range(min(manifest.stamps, _MOST_STAMPS)))}
    for name in source.sizes:
        if name not in listed and name not in own:
            yield Problem(Flaw.UNLISTED, name, "the manifest does not list it")
    refused = {problem.name for problem in source.problems}
    if sum(file.size for file in manifest.files) > _LARGEST_BUNDLE:
        yield Problem(Flaw.TOO_LARGE, MANIFEST, f"it lists more than {_LARGEST_BUNDLE:,} bytes")
        return
    for file in manifest.files:
        if file.name not in source.sizes:
            if file.name not in refused:
                yield Problem(Flaw.MISSING, file.name, "the manifest lists it and it is not there")
            continue
        yield from _file(source, trust, file)


def _file(source: Source, trust: Trust, file: Filed) -> Iterator[Problem]:
    if source.sizes[file.name] != file.size:
        detail = f"{source.sizes[file.name]} bytes, {file.size} were sealed"
        yield Problem(Flaw.SIZE, file.name, detail)
        return
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in source.chunks(file.name, file.size):
            digest.update(chunk)
            size += len(chunk)
    except BrokenFile as error:
        yield Problem(Flaw.DIGEST, file.name, str(error))
        return
    if size != file.size:
        yield Problem(
            Flaw.SIZE, file.name, f"it unpacks to other than the {file.size} bytes that were sealed"
        )
    elif digest.hexdigest() != file.sha256:
        yield Problem(Flaw.DIGEST, file.name, "its bytes are not those that were sealed")
    elif file.plain is not None and trust.decrypt is not None:
        yield from _inside(source, trust.decrypt, file)


def _inside(source: Source, decrypt: Callable[[bytes], bytes], file: Filed) -> Iterator[Problem]:
    plain = file.plain
    if file.size > _LARGEST_ENCRYPTED:
        yield Problem(Flaw.TOO_LARGE, file.name, "it is too large to be decrypted in memory")
        return
    try:
        inside = decrypt(_whole(source, file.name, file.size))
    except ValueError as error:
        yield Problem(Flaw.NOT_OPENED, file.name, str(error))
        return
    same = (
        plain is not None and len(inside) == plain.size and hashlib.sha256(inside).hexdigest() == plain.sha256
    )
    if not same:
        yield Problem(Flaw.UNENCRYPTED_DIGEST, file.name, "what is inside is not what was encrypted")


def _stamps(source: Source, trust: Trust, manifest: Manifest, data: bytes, verdict: Verdict) -> None:
    for number in range(1, min(manifest.stamps, _MOST_STAMPS) + 1):
        name = stamp_name(number)
        if name not in source.sizes:
            verdict.stamps.append(StampState(number, "none"))
            continue
        if not is_installed():
            detail = "it cannot be checked: pip install 'marketplace-health-checker[evidence]'"
            verdict.problems.append(Problem(Flaw.STAMP_UNCHECKED, name, detail))
            continue
        try:
            checked = check(_whole(source, name, LARGEST_STAMP), data, trust.roots)
        except (StampError, BrokenFile) as error:
            verdict.problems.append(Problem(Flaw.STAMP, name, str(error)))
            continue
        state = "proved" if checked.is_issuer_proved else "fits"
        at = checked.at.isoformat().replace("+00:00", "Z")
        verdict.stamps.append(StampState(number, state, at))


def _in_ledger(source: Source, ledger: Ledger, verdict: Verdict) -> Iterator[Problem]:
    captured = False
    stamped: dict[int, str] = {}
    for entry in ledger.about(verdict.bundle):
        captured |= entry.event == LedgerEvent.CAPTURED
        if entry.event == LedgerEvent.STAMPED:
            stamped |= _noted(entry.facts)
    verdict.in_ledger = captured
    if not captured:
        yield Problem(Flaw.NOT_IN_LEDGER, "", "no bundle of this digest was ever captured here")
    for number, digest in stamped.items():
        name = stamp_name(number)
        if name not in source.sizes:
            yield Problem(
                Flaw.STAMP_GONE, name, "the ledger says that it was stamped; the stamp is not there"
            )
        elif not _holds(source, name, digest):
            yield Problem(Flaw.STAMP, name, "it is not the stamp that was put there")


def _holds(source: Source, name: str, digest: str) -> bool:
    try:
        return hashlib.sha256(_whole(source, name, LARGEST_STAMP)).hexdigest() == digest
    except BrokenFile:
        return False


def _noted(facts: Mapping[str, object]) -> dict[int, str]:
    stamps = facts.get("stamps")
    noted = [stamp for stamp in stamps if isinstance(stamp, dict)] if isinstance(stamps, list) else []
    return {
        stamp["number"]: stamp["sha256"]
        for stamp in noted
        if isinstance(stamp.get("number"), int) and isinstance(stamp.get("sha256"), str)
    }


def _whole(source: Source, name: str, limit: int) -> bytes:
    data = b"".join(source.chunks(name, limit))
    if len(data) > limit:
        raise BrokenFile(f"it is larger than {limit:,} bytes")
    return data
