"""A check that is under way, as the data folder tells of it: who holds which account, and the log since then.

Nothing is locked to find that out, for a lock taken to look could keep a run away from an account. Where the
system does not tell who holds a lock, nothing is said of running checks.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from checker.report.pages import Voice
from checker.report.safe import printable

__all__ = ["Running", "running", "told"]

_LOCKS: Final = Path("/proc/locks")
_TAIL: Final = 256_000
_PLAIN: Final = re.compile(r"\S+Z \w+\s+(?P<text>[^=]*?) (?P<fields>account=.*)")
_FIELD: Final = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))')
_INODE: Final = re.compile(r":(\d+) \d+ (?:\d+|EOF)$")


@dataclass(frozen=True, slots=True)
class Running:
    """An account that is being visited: what was done last, and how many of its sites were visited."""

    account: str
    step: str = ""
    site: str = ""
    done: int = 0
    total: int = 0


def running(data: Path, locks: Path = _LOCKS) -> list[Running]:
    """Return the accounts that are being visited now.

    Args:
        data: The data folder.
        locks: Where the system tells who holds which lock.
    """
    held = _held(locks)
    accounts = [
        path.stem for path in sorted((data / "sessions").glob("*.lock")) if held and _inode(path) in held
    ]
    log = list(_log(data / "logs" / "checker.log")) if accounts else []
    return [_since(alias, log) for alias in accounts]


def told(found: Running, voice: Voice) -> str:
    """Return in words how far an account is."""
    words = voice.words
    account = printable(found.account, 60)
    text = words.page(f"step_{found.step}" if found.step else "step_begun", site=printable(found.site, 40))
    if found.total:
        text = words.join((text, words.say("sites_read", read=found.done, all=found.total)))
    return words.colon(account, text)


def _held(locks: Path) -> frozenset[int]:
    try:
        lines = locks.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return frozenset()
    found = (_INODE.search(line) for line in lines if " FLOCK " in line)
    return frozenset(int(match[1]) for match in found if match is not None)


def _inode(path: Path) -> int:
    try:
        return path.stat(follow_symlinks=False).st_ino
    except OSError:
        return 0


def _log(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the last events of the operator's log that are about an account, whatever form it is kept in."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines:
        found = _event(line)
        if found is not None:
            yield found


def _event(line: str) -> tuple[str, Mapping[str, Any]] | None:
    if line.startswith("{"):
        try:
            document = json.loads(line)
        except ValueError:
            return None
        fields = document.get("fields") if isinstance(document, dict) else None
        return (str(document.get("message", "")), fields) if isinstance(fields, dict) else None
    match = _PLAIN.match(line)
    if match is None:
        return None
    return match["text"], {name: quoted or plain for name, quoted, plain in _FIELD.findall(match["fields"])}


_STEPS: Final = {
    "password sent": "signing_in",
    "signed in": "signed_in",
    "sites listed": "listed",
    "site visited": "visited",
}


def _since(alias: str, log: list[tuple[str, Mapping[str, Any]]]) -> Running:
    """Return how far an account is by what the log says of it since it ended last."""
    mine = [(text, fields) for text, fields in log if fields.get("account") == alias]
    ends = [number for number, (text, _) in enumerate(mine) if text == "account ended"]
    steps = [entry for entry in mine[ends[-1] + 1 if ends else 0 :] if entry[0] in _STEPS]
    listed = next((fields.get("sites", 0) for text, fields in reversed(steps) if text == "sites listed"), 0)
    visited = sum(text == "site visited" for text, _ in steps)
    if not steps:
        return Running(alias)
    text, fields = steps[-1]
    total = int(listed) if str(listed).isdigit() else 0
    return Running(alias, _STEPS[text], str(fields.get("site", "")), visited, total)
