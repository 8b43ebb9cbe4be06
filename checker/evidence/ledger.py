r"""The ledger: what was captured, exported, verified and deleted, in an order nobody can change unseen.

`ledger.jsonl` in the evidence folder, one canonical JSON object a line, appended to and never rewritten:

    {"at":"2026-11-24T07:17:31.004Z","bundle":"sha256:...","event":"captured","path":"...","previous":"...","seq":7}

`previous` is the SHA-256 of the line before (without its line end), so that no line can be changed, taken
out or put in. Each line is signed with the installation's key (`signer`, `signature`: over the line without
its signature), so that nobody else can write the chain anew. `ledger.head` says how many lines there are
and what the last one digests to, signed as well, so that lines cut off the end are missed; a copy of it in
the key folder, `evidence.head`, so that an older ledger put back in its place is missed, or a folder that is
gone altogether.

Ledgers of versions that did not sign are read as they are: `is_unsigned` says so. The next line is signed,
and with it, by the chain, everything before.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from checker.evidence.files import Unfit, opened, read_file, replace_file
from checker.evidence.flaws import Flaw, Problem
from checker.evidence.keys import PublicKey, SigningKey, known_keys, laid_beside, remember, signing_key
from checker.evidence.manifest import canonical
from checker.model.strictjson import BadJson, loads

__all__ = ["Entry", "Ledger", "LedgerEvent", "utc_text"]

_LINES: Final = "ledger.jsonl"
_HEAD: Final = "ledger.head"
_MEMORY: Final = "evidence.head"
_LOCK: Final = "ledger.lock"
_LONGEST: Final = 64_000
_GENESIS: Final = "0" * 64
_APPEND: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW


class LedgerEvent(StrEnum):
    """What is written down."""

    CAPTURED = "captured"
    STAMPED = "stamped"
    EXPORTED = "exported"
    VERIFIED = "verified"
    DELETED = "deleted"
    KEY_MADE = "key made"
    KEY_ROTATED = "key rotated"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: its number from 1, when, what, about which bundle, and whatever else was noted."""

    seq: int
    at: str
    event: str
    bundle: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Head:
    """How many lines there are, what the last one digests to, and the bundle captured last."""

    seq: int
    digest: str
    bundle: str
    signer: str = ""
    signature: bytes = b""

    @property
    def signed(self) -> bytes:
        """What is signed: its format tells it from everything else this key signs."""
        head = {"bundle": self.bundle, "digest": self.digest, "seq": self.seq, "signer": self.signer}
        return canonical({"format": "marketplace-health-checker ledger head", **head})

    def written(self) -> bytes:
        """Return the file."""
        head = {"bundle": self.bundle, "digest": self.digest, "seq": self.seq, "signer": self.signer}
        return canonical({**head, "signature": self.signature.hex()})


@dataclass(frozen=True, slots=True)
class _Tail:
    """Where the next line goes: how many lines there are, what the last digests to, what stands after it."""

    seq: int
    digest: str
    torn: int = 0


class Ledger:
    """The ledger of one installation; several processes may append at once.

    Args:
        root: The evidence folder.
        now: The clock.
        keys: The key folder, whose key signs each line.
    """

    def __init__(self, root: Path, now: Callable[[], datetime], keys: Path) -> None:
        self._root = root
        self._now = now
        self._keys = keys
        self._by_bundle: dict[str, list[Entry]] | None = None

    @property
    def path(self) -> Path:
        """Where its lines are."""
        return self._root / _LINES

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from appending for the time of the block."""
        with opened(self._root, Path()) as folder:
            lock = os.open(_LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600, dir_fd=folder)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
            finally:
                os.close(lock)

    def trusted(self) -> dict[str, PublicKey]:
        """Return the keys that are trusted, by id.

        Before the first signed line there was no folder of known keys: then those are believed that an
        unbroken ledger says were made here.
        """
        keys = known_keys(self._keys, self._root)
        if self.is_unsigned and not any(self._unchained()):
            named = {
                str(entry.facts.get(fact, ""))
                for entry in self.entries()
                if entry.event in (LedgerEvent.KEY_MADE, LedgerEvent.KEY_ROTATED)
                for fact in ("key", "old")
            }
            beside = laid_beside(self._root)
            keys = {id_: key for id_, key in beside.items() if id_ in named} | keys
        return keys

    @property
    def is_unsigned(self) -> bool:
        """Whether nothing of it was signed yet: it was written by an older version, or not begun."""
        return self._memory() is None and not any(_is_signed(line) for line in self._lines())

    def signing_key(self) -> SigningKey:
        """Return the key that signs, made if there never was one, and that noted.

        Raises:
            SigningKeyError: The key is damaged or gone.
            OSError: It could not be made or noted.
        """
        key = signing_key(self._keys, self._root)
        if key.fresh:
            self.append(LedgerEvent.KEY_MADE, key=key.public.id)
        return key

    def append(self, event: LedgerEvent, bundle: str = "", **facts: Any) -> None:
        """Write one more line, signed, whole and durable.

        Raises:
            SigningKeyError: The key that signs is damaged or gone.
            OSError: The line could not be written.
        """
        with self.held():
            self.append_held(event, bundle, **facts)

    def append_held(self, event: LedgerEvent, bundle: str = "", **facts: Any) -> None:
        """Append as `append` does, by whoever holds the ledger already."""
        self._by_bundle = None
        key = signing_key(self._keys, self._root)
        if self.is_unsigned:
            for known in self.trusted().values():
                remember(self._keys, known)
        memory = self._memory() or _Head(0, "", "")
        with opened(self._root, Path()) as folder:
            descriptor = os.open(_LINES, _APPEND, 0o600, dir_fd=folder)
            try:
                tail = _tail(descriptor)
                head = self._head(folder) or _Head(0, "", "")
                if tail.torn:
                    # A line that was never finished was never told to anybody.
                    os.ftruncate(descriptor, os.fstat(descriptor).st_size - tail.torn)
                # After lines that are gone the count goes on where it stood: the gap stays to be seen.
                seq = max(tail.seq, head.seq, memory.seq) + 1
                line = _signed(
                    {
                        **facts,
                        "at": utc_text(self._now()),
                        "bundle": bundle,
                        "event": event.value,
                        "previous": tail.digest,
                        "seq": seq,
                    },
                    key,
                )
                last = bundle if event is LedgerEvent.CAPTURED else self.last_bundle()
                os.write(descriptor, line + b"\n")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        head = _Head(seq, hashlib.sha256(line).hexdigest(), last, key.public.id)
        written = replace(head, signature=key.sign(head.signed)).written()
        replace_file(self._root, _HEAD, written)
        replace_file(self._keys, _MEMORY, written)

    def entries(self) -> Iterator[Entry]:
        """Yield what is written down, oldest first, as far as it can be read."""
        for line in self._lines():
            entry = _entry(line)
            if entry is not None:
                yield entry

    def about(self, bundle: str) -> list[Entry]:
        """Return what is written down of one bundle; read once for all of them."""
        if self._by_bundle is None:
            self._by_bundle = {}
            for entry in self.entries():
                self._by_bundle.setdefault(entry.bundle, []).append(entry)
        return self._by_bundle.get(bundle, [])

    def check(self) -> list[Problem]:
        """Return what is wrong with the ledger; nothing for one that is whole, or not there yet."""
        problems = list(self._unchained())
        trusted = self.trusted()
        memory = self._memory()
        seq, digest, remembered = 0, _GENESIS, ""
        was_signed = False
        for number, line in enumerate(self._lines(), start=1):
            is_signed = _is_signed(line)
            if is_signed or was_signed:
                problem = _forged(line, trusted)
                problems += [Problem(Flaw.LEDGER_SIGNATURE, f"line {number}", problem)] if problem else []
            was_signed |= is_signed
            entry = _entry(line)
            seq = entry.seq if entry is not None else seq + 1
            digest = hashlib.sha256(line).hexdigest()
            if memory is not None and seq == memory.seq:
                remembered = digest
        problems += self._check_head(seq, digest, trusted, was_signed=was_signed or memory is not None)
        return problems + self._check_memory(memory, seq, remembered, trusted)

    def last_bundle(self) -> str:
        """Return the digest of the bundle captured last, or nothing."""
        with opened(self._root, Path()) as folder:
            heads = [head for head in (self._head(folder), self._memory()) if head is not None]
        known = max(heads, key=lambda head: head.seq, default=None)
        # A head ahead of the lines says what was cut off. A line may be ahead of its head.
        if known is not None and known.seq >= self._last_seq():
            return known.bundle
        last = ""
        for entry in self.entries():
            if entry.event == LedgerEvent.CAPTURED:
                last = entry.bundle
        return last

    def _last_seq(self) -> int:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return 0
        try:
            return _tail(descriptor).seq
        finally:
            os.close(descriptor)

    def _unchained(self) -> Iterator[Problem]:
        """Yield where the chain of lines is broken."""
        seq, digest = 0, _GENESIS
        for number, line in enumerate(self._lines(), start=1):
            problem = _break(line, number, seq, digest)
            if problem:
                yield Problem(Flaw.LEDGER, f"line {number}", problem)
            entry = _entry(line)
            seq = entry.seq if entry is not None else seq + 1
            digest = hashlib.sha256(line).hexdigest()

    def _memory(self) -> _Head | None:
        """Return the head as the key folder remembers it, or None if it remembers none."""
        if not self._keys.is_dir():
            return None
        with opened(self._keys, Path()) as folder:
            return self._head(folder, _MEMORY)

    def _check_memory(
        self, memory: _Head | None, seq: int, digest: str, trusted: Mapping[str, PublicKey]
    ) -> list[Problem]:
        """Hold the lines against what the key folder remembers of them."""
        if memory is None:
            return []
        name = str(self._keys / _MEMORY)
        if not _vouched(memory, trusted):
            return [Problem(Flaw.LEDGER_SIGNATURE, name, "it is not signed with a key of this installation")]
        if seq == 0:
            return [Problem(Flaw.LEDGER_GONE, _LINES, f"{memory.seq} lines were written, and it is gone")]
        if seq < memory.seq:
            return [
                Problem(Flaw.LEDGER_CUT, _LINES, f"{memory.seq} lines were written, {seq} are left ({name})")
            ]
        if digest != memory.digest:
            return [Problem(Flaw.LEDGER, f"line {memory.seq}", f"it is not the one {name} remembers")]
        return []

    def _check_head(
        self, seq: int, digest: str, trusted: Mapping[str, PublicKey], *, was_signed: bool
    ) -> list[Problem]:
        try:
            with opened(self._root, Path()) as folder:
                head = self._head(folder)
        except OSError as error:
            return [Problem(Flaw.LEDGER, _HEAD, f"cannot be read: {error.strerror}")]
        if head is None:
            return [Problem(Flaw.LEDGER_CUT, _HEAD, "is gone, or cannot be read")] if seq else []
        if was_signed and not _vouched(head, trusted):
            detail = "it is not signed with a key of this installation"
            return [Problem(Flaw.LEDGER_SIGNATURE, _HEAD, detail)]
        if head.seq > seq:
            return [Problem(Flaw.LEDGER_CUT, _LINES, f"{head.seq} lines were written, {seq} are left")]
        if head.seq == seq and head.digest != digest:
            return [Problem(Flaw.LEDGER, f"line {seq}", "the last line is not the one that was written")]
        # One line ahead of its head: the program was ended between the two. Signed ones may be more: a disk
        # that took the lines and not the head. Nobody else can have written them.
        if head.seq + 1 < seq and not was_signed:
            return [Problem(Flaw.LEDGER, _HEAD, f"says {head.seq} lines, there are {seq}")]
        return []

    @staticmethod
    def _head(folder: int, name: str = _HEAD) -> _Head | None:
        try:
            head = loads(read_file(folder, name, _LONGEST))
        except (FileNotFoundError, Unfit, BadJson):
            return None
        if not isinstance(head, dict):
            return None
        seq, digest, bundle = (head.get(field) for field in ("seq", "digest", "bundle"))
        signer, signature = head.get("signer", ""), _unhex(head.get("signature", ""))
        texts = (digest, bundle, signer)
        if not isinstance(seq, int) or not all(isinstance(text, str) for text in texts) or signature is None:
            return None
        return _Head(seq, str(digest), str(bundle), str(signer), signature)

    def _lines(self) -> Iterator[bytes]:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return
        with os.fdopen(descriptor, "rb") as file:
            while line := file.readline(_LONGEST):
                if not line.endswith(b"\n"):
                    if len(line) < _LONGEST and not file.read(1):
                        return  # never finished, and so never told to anybody
                    yield line
                    return
                yield line[:-1]


def utc_text(moment: datetime) -> str:
    """Return a moment in UTC to the millisecond, with `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _tail(descriptor: int) -> _Tail:
    size = os.fstat(descriptor).st_size
    start = max(0, size - 2 * _LONGEST)
    data = os.pread(descriptor, size - start, start)
    whole, newline, torn = data.rpartition(b"\n")
    if not newline:
        return _Tail(0, _GENESIS, len(torn))
    line = whole.rpartition(b"\n")[2]
    entry = _entry(line)
    return _Tail(0 if entry is None else entry.seq, hashlib.sha256(line).hexdigest(), len(torn))


def _entry(line: bytes) -> Entry | None:
    document = _document(line)
    if document is None:
        return None
    seq, at, event, bundle = (document.get(name) for name in ("seq", "at", "event", "bundle"))
    if not isinstance(seq, int) or not all(isinstance(text, str) for text in (at, event, bundle)):
        return None
    own = ("seq", "at", "event", "bundle", "previous", "signer", "signature")
    facts = {name: value for name, value in document.items() if name not in own}
    return Entry(seq, str(at), str(event), str(bundle), facts)


def _signed(document: dict[str, Any], key: SigningKey) -> bytes:
    document = {**document, "signer": key.public.id}
    return canonical({**document, "signature": key.sign(canonical(document)).hex()})


def _is_signed(line: bytes) -> bool:
    document = _document(line)
    return document is not None and "signature" in document


def _forged(line: bytes, trusted: Mapping[str, PublicKey]) -> str:
    """Return why a line is not one that was written here, or nothing."""
    document = _document(line) or {}
    signature = _unhex(document.pop("signature", None))
    if signature is None:
        return "it is not signed, as every line after the first signed one is"
    signer = str(document.get("signer", ""))
    key = trusted.get(signer)
    if key is None:
        return f"it is signed with {signer[:23]}, which is not a key of this installation"
    try:
        return "" if key.verifies(signature, canonical(document)) else "it is not what was signed"
    except ValueError:
        return "it is not what was signed"


def _vouched(head: _Head, trusted: Mapping[str, PublicKey]) -> bool:
    key = trusted.get(head.signer)
    return key is not None and key.verifies(head.signature, head.signed)


def _unhex(text: object) -> bytes | None:
    try:
        return bytes.fromhex(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _document(line: bytes) -> dict[str, Any] | None:
    try:
        document = loads(line, max_bytes=_LONGEST, max_depth=8)
    except BadJson:
        return None
    return document if isinstance(document, dict) else None


def _break(line: bytes, number: int, seq: int, digest: str) -> str:
    """Return what is wrong with a line that should follow the one of that number and digest."""
    entry, document = _entry(line), _document(line)
    if entry is None or document is None:
        return "it is no entry of a ledger"
    if document.get("previous") != digest:
        return "it does not follow the line before it" if number > 1 else "it is not the first line"
    if entry.seq != seq + 1:
        return f"entries {seq + 1} to {entry.seq - 1} are missing before it"
    return "" if _is_canonical(document, line) else "it is not written as entries are"


def _is_canonical(document: dict[str, Any], line: bytes) -> bool:
    try:
        return canonical(document) == line
    except ValueError:
        # A fraction, or a number beyond what every reader can hold: we write none.
        return False
