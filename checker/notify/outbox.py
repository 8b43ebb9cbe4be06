"""What waits to be delivered: a private file for each message, there until the far end took it.

A message has a name made of its route and of what it tells: written twice, it is the same file. What was
delivered is one line of `deliveries.jsonl`; what waited longer than it should is there as well, as given up.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

__all__ = ["Delivery", "Outbox", "Waiting"]

_PRIVATE: Final = 0o600
_LOG_BYTES: Final = 2_000_000


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Waiting(_Record):
    """One message for one route; `not_before` is the end of the quiet hours it waits for."""

    name: str
    route: str
    title: str
    body: str
    urgent: bool
    pictures: tuple[str, ...] = ()
    created_at: datetime
    not_before: datetime | None = None
    attempts: int = 0
    answer: str = ""


class Delivery(_Record):
    """What became of a message: `delivered`, `failed` and waiting, or `given_up`."""

    at: datetime
    name: str
    route: str
    title: str
    what: str
    attempts: int
    answer: str


class Outbox:
    """The folder of what waits, and the log beside it."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "outbox"
        self._log = data_dir / "deliveries.jsonl"

    @staticmethod
    def name_of(route: str, told: Iterable[str]) -> str:
        """Return the name of a message: the same for the same news on the same route."""
        text = "\n".join((route, *sorted(told)))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]

    def put(self, message: Waiting) -> None:
        """Keep a message until it is delivered, whole or not at all; OSError if the disk does not take it."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = self._folder / f"{message.name}.json"
        beside = self._folder / f".{message.name}.{secrets.token_hex(4)}"
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _PRIVATE)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(message.model_dump_json())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)

    def waiting(self) -> list[Waiting]:
        """Return what waits, the oldest first; a file that is no message of ours is left alone."""
        found = [self._read(path) for path in sorted(self._folder.glob("*.json"))]
        return sorted((one for one in found if one is not None), key=lambda one: (one.created_at, one.name))

    def _read(self, path: Path) -> Waiting | None:
        try:
            return Waiting.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None

    def done(self, message: Waiting, what: str, at: datetime) -> None:
        """Write what became of a message into the log; one that need not wait any more is taken out."""
        self._append(
            Delivery(
                at=at,
                name=message.name,
                route=message.route,
                title=message.title,
                what=what,
                attempts=message.attempts,
                answer=message.answer,
            )
        )
        if what == "failed":
            self.put(message)
        else:
            (self._folder / f"{message.name}.json").unlink(missing_ok=True)

    def delivered(self) -> frozenset[str]:
        """Return the names of what was delivered, as far back as the log goes."""
        return frozenset(one.name for one in self.deliveries() if one.what == "delivered")

    def deliveries(self) -> Iterator[Delivery]:
        """Yield the lines of the log, the oldest first."""
        for path in (self._log.with_suffix(".1.jsonl"), self._log):
            with contextlib.suppress(OSError):
                for line in path.read_text(encoding="utf-8").splitlines():
                    with contextlib.suppress(ValidationError):
                        yield Delivery.model_validate_json(line)

    def _append(self, delivery: Delivery) -> None:
        with contextlib.suppress(OSError):
            if self._log.stat().st_size > _LOG_BYTES:
                self._log.replace(self._log.with_suffix(".1.jsonl"))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        with os.fdopen(os.open(self._log, flags, _PRIVATE), "a", encoding="utf-8") as file:
            file.write(json.dumps(delivery.model_dump(mode="json"), ensure_ascii=False) + "\n")

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Give whether this process alone delivers: two at once would send everything twice."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _PRIVATE)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(descriptor)
