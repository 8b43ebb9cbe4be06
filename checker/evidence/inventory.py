"""Whether all the evidence that should be there is there: a bundle that is gone says nothing by itself.

    problems = list(missing(root, ledger, store.bundles()))

What was captured and not deleted by us must lie where it was put; each bundle names the one sealed before
it; and what the store rests its readings on must be among them. Nothing here looks into the files: that is
for `checker.evidence.verify`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.evidence.catalog import Held, bundles
from checker.evidence.flaws import Flaw, Problem
from checker.evidence.ledger import Ledger, LedgerEvent

__all__ = ["missing"]


@dataclass(frozen=True, slots=True)
class _Capture:
    """What the ledger says of one bundle; `previous` is the one captured before it."""

    bundle: str
    path: str
    at: str
    previous: str


def missing(root: Path, ledger: Ledger, named: Iterable[str] = ()) -> Iterator[Problem]:
    """Yield what should be in the evidence folder and is not, or not where it belongs.

    Args:
        root: The evidence folder.
        ledger: Its ledger, which says what was captured and what was deleted.
        named: The digests of bundles the store's readings name.
    """
    captures, deleted = _captures(ledger)
    held: dict[str, list[Held]] = {}
    for entry in bundles(root):
        held.setdefault(entry.bundle, []).append(entry)
    for capture in captures:
        if capture.bundle in deleted:
            continue
        found = held.get(capture.bundle, [])
        here = [entry for entry in found if entry.folder.as_posix() == capture.path]
        if not here:
            elsewhere = f"; it lies in {found[0].folder}" if found else ""
            detail = f"captured {capture.at}, never deleted by us, and not there{elsewhere}"
            yield Problem(Flaw.BUNDLE_GONE, capture.path or capture.bundle[:23], detail)
            continue
        manifest = here[0].manifest
        if manifest is not None and manifest.previous != capture.previous:
            detail = "the bundle it names as sealed before it is not the one the ledger says was"
            yield Problem(Flaw.PREVIOUS, capture.path, detail)
    told = {capture.bundle for capture in captures} | deleted
    for bundle in sorted(set(named) - told - set(held)):
        yield Problem(Flaw.BUNDLE_GONE, bundle[:23], "readings in the store rest on it, and it is not there")


def _captures(ledger: Ledger) -> tuple[list[_Capture], set[str]]:
    captures: list[_Capture] = []
    deleted: set[str] = set()
    for entry in ledger.entries():
        if entry.event == LedgerEvent.CAPTURED:
            previous = captures[-1].bundle if captures else ""
            captures.append(_Capture(entry.bundle, str(entry.facts.get("path", "")), entry.at, previous))
        elif entry.event == LedgerEvent.DELETED and entry.bundle:
            deleted.add(entry.bundle)
    return captures, deleted
