r"""The ledger: what was captured, exported, verified and deleted, in an order nobody can change unseen.

`ledger.jsonl` in the evidence folder, one canonical JSON object a line, appended to and never rewritten:

    {"at":"2026-11-24T07:17:31.004Z","bundle":"sha256:...","event":"captured","path":"...","previous":"...","seq":7}

`previous` is the SHA-256 of the line before (without its line end), so that no line can be changed, taken
out or put in. `ledger.head` says how many lines there are and what the last one digests to, so that lines
cut off the end are missed as well.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from checker.evidence.files import Unfit, opened, read_file, replace_file
from checker.evidence.flaws import Flaw, Problem
from checker.evidence.manifest import canonical
from checker.model.strictjson import BadJson, loads

__all__ = ["Entry", "Ledger", "LedgerEvent", "utc_text"]

_LINES: Final = "ledger.jsonl"
_HEAD: Final = "ledger.head"
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


@dataclass(frozen=True, slots=True)
class _Tail:
    """Where the next line goes: how many lines there are, what the last digests to, what stands after it."""

    seq: int
    digest: str
    torn: int = 0


class Ledger:
    """The ledger of one installation; several processes may append at once."""

    def __init__(self, root: Path, now: Callable[[], datetime]) -> None:
        self._root = root
        self._now = now
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

    def append(self, event: LedgerEvent, bundle: str = "", **facts: Any) -> None:
        """Write one more line, whole and durable; raise OSError if that cannot be done."""
        with self.held():
            self.append_held(event, bundle, **facts)

    def append_held(self, event: LedgerEvent, bundle: str = "", **facts: Any) -> None:
        """Append as `append` does, by whoever holds the ledger already."""
        self._by_bundle = None
        with opened(self._root, Path()) as folder:
            descriptor = os.open(_LINES, _APPEND, 0o600, dir_fd=folder)
            try:
                tail = _tail(descriptor)
                head = self._head(folder) or _Head(0, "", "")
                if tail.torn:
                    # A line that was never finished was never told to anybody.
                    os.ftruncate(descriptor, os.fstat(descriptor).st_size - tail.torn)
                # After lines that are gone the count goes on where it stood: the gap stays to be seen.
                seq = max(tail.seq, head.seq) + 1
                line = canonical(
                    {
                        **facts,
                        "at": utc_text(self._now()),
                        "bundle": bundle,
                        "event": event.value,
                        "previous": tail.digest,
                        "seq": seq,
                    }
                )
                os.write(descriptor, line + b"\n")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        last = bundle if event is LedgerEvent.CAPTURED else head.bundle
        told = {"bundle": last, "digest": hashlib.sha256(line).hexdigest(), "seq": seq}
        replace_file(self._root, _HEAD, canonical(told))

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
        """Return what is wrong with the chain; nothing for a ledger that is whole, or not there yet."""
        problems: list[Problem] = []
        seq, digest = 0, _GENESIS
        for number, line in enumerate(self._lines(), start=1):
            problem = _break(line, number, seq, digest)
            if problem:
                problems.append(Problem(Flaw.LEDGER, f"line {number}", problem))
            entry = _entry(line)
            seq = entry.seq if entry is not None else seq + 1
            digest = hashlib.sha256(line).hexdigest()
        return problems + self._check_head(seq, digest)

    def last_bundle(self) -> str:
        """Return the digest of the bundle captured last, or nothing."""
        with opened(self._root, Path()) as folder:
            head = self._head(folder)
        if head is not None:
            return head.bundle
        last = ""
        for entry in self.entries():
            if entry.event == LedgerEvent.CAPTURED:
                last = entry.bundle
        return last

    def _check_head(self, seq: int, digest: str) -> list[Problem]:
        try:
            with opened(self._root, Path()) as folder:
                head = self._head(folder)
        except OSError as error:
            return [Problem(Flaw.LEDGER, _HEAD, f"cannot be read: {error.strerror}")]
        if head is None:
            return [Problem(Flaw.LEDGER_CUT, _HEAD, "is gone, or cannot be read")] if seq else []
        if head.seq > seq:
            return [Problem(Flaw.LEDGER_CUT, _LINES, f"{head.seq} lines were written, {seq} are left")]
        if head.seq == seq and head.digest != digest:
            return [Problem(Flaw.LEDGER, f"line {seq}", "the last line is not the one that was written")]
        # One line ahead of its head: the program was ended between the two.
        if head.seq + 1 < seq:
            return [Problem(Flaw.LEDGER, _HEAD, f"says {head.seq} lines, there are {seq}")]
        return []

    @staticmethod
    def _head(folder: int) -> _Head | None:
        try:
            head = loads(read_file(folder, _HEAD, _LONGEST))
        except (FileNotFoundError, Unfit, BadJson):
            return None
        if not isinstance(head, dict):
            return None
        seq, digest, bundle = (head.get(name) for name in ("seq", "digest", "bundle"))
        if isinstance(seq, int) and isinstance(digest, str) and isinstance(bundle, str):
            return _Head(seq, digest, bundle)
        return None

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
    own = ("seq", "at", "event", "bundle", "previous")
    facts = {name: value for name, value in document.items() if name not in own}
    return Entry(seq, str(at), str(event), str(bundle), facts)


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
