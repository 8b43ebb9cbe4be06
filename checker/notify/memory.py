"""What was said already and must not be said too often: reminders of a finding, the same trouble of a run."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from checker.model import Key, Known, Outcome, Run, visit_exit
from checker.model.strictjson import loads

__all__ = ["Memory", "load_memory", "save_memory"]

_Trouble = tuple[str, str, Outcome]


@dataclass
class Memory:
    """reminders: how many of a finding were sent, by its incident. troubles: when each was told last."""

    reminders: dict[str, int] = field(default_factory=dict)
    troubles: dict[_Trouble, datetime] = field(default_factory=dict)

    def reminded(self, keys: Collection[Key], known: Mapping[Key, Known], most: int) -> frozenset[Key]:
        """Return the findings that may be mentioned once more, and count that; forget those that are over."""
        incidents = {state.incident.id: key for key, state in known.items() if state.incident is not None}
        self.reminders = {name: count for name, count in self.reminders.items() if name in incidents}
        due: set[Key] = set()
        for key in keys:
            state = known.get(key)
            if state is None or state.incident is None:
                continue
            count = self.reminders.get(state.incident.id, 0)
            if count < most:
                self.reminders[state.incident.id] = count + 1
                due.add(key)
        return frozenset(due)

    def hushed(self, run: Run, every: timedelta) -> frozenset[_Trouble]:
        """Return the failed visits that were told not long ago; a good visit in between starts anew."""
        now = run.finished_at
        failed = {(v.marketplace, v.account, v.outcome) for v in run.visits if visit_exit(v)}
        visited = {(visit.marketplace, visit.account) for visit in run.visits}
        self.troubles = {
            trouble: at
            for trouble, at in self.troubles.items()
            if trouble in failed or trouble[:2] not in visited
        }
        hushed = {
            trouble for trouble in failed & self.troubles.keys() if now - self.troubles[trouble] < every
        }
        self.troubles |= dict.fromkeys(failed - hushed, now)
        return frozenset(hushed)


def load_memory(path: Path) -> Memory:
    """Return what was said already; nothing if that cannot be read: then it is said once more."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        data = loads(path.read_bytes())
        return Memory(
            {str(name): _count(count) for name, count in data["reminders"].items()},
            {(str(m), str(a), Outcome(o)): _moment(at) for m, a, o, at in data["troubles"]},
        )
    return Memory()


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a count")
    return value


def _moment(value: Any) -> datetime:
    """Return a moment that can be compared with now: one with its zone."""
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return at


def save_memory(path: Path, memory: Memory) -> None:
    """Write what was said, whole or not at all, for its owner only."""
    data = {
        "reminders": memory.reminders,
        "troubles": [[*map(str, trouble), at.isoformat()] for trouble, at in memory.troubles.items()],
    }
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(data, file)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
