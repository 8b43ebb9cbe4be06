"""A document a platform gave, taken as one visit to each site it speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from checker.errors import UsageError
from checker.flow import Importer, installed
from checker.model import Outcome, Presence, Visit, settle_all
from checker.run.execute import Finished, Gathered, Request, conclude
from checker.run.run_ids import new_run_id
from checker.store import Store

__all__ = ["importer_named", "run_import"]


def importer_named(kind: str, allowed: Iterable[str] | None = None) -> tuple[str, Importer]:
    """Return the marketplace and the reader of documents called `<marketplace>-<kind>`."""
    permitted = None if allowed is None else frozenset(allowed)
    own = kind.partition("-")[0]
    # Only the flow it is for is loaded: another one that is broken has no part in it.
    readers = _readers([own] if permitted is None or own in permitted else [])
    if kind not in readers:
        raise UsageError(
            f"no installed flow reads documents of kind {kind!r}",
            hint=f"there are: {', '.join(sorted(_readers(permitted))) or 'none'}",
        )
    return readers[kind]


def _readers(allowed: Iterable[str] | None) -> dict[str, tuple[str, Importer]]:
    return {
        f"{listed.name}-{name}": (listed.name, reader)
        for listed in installed(allowed)
        if listed.flow is not None
        for name, reader in listed.flow.imports.items()
    }


def run_import(
    store: Store, marketplace: str, importer: Importer, data: bytes, alias: str, request: Request
) -> Finished:
    """Read the document, then compare and store it like a run; raise UsageError if it is none."""
    started = datetime.now(UTC) + request.offset
    gathered = Gathered()
    for imported in importer(data, alias, lambda: started):
        readings = settle_all(imported.claims)
        unread = any(reading.presence is Presence.UNREADABLE for reading in readings)
        outcome = Outcome.PARTIAL if unread else Outcome.READ
        gathered.visits.append(
            Visit(
                marketplace,
                alias,
                imported.site,
                outcome,
                readings=readings,
                started_at=started,
                finished_at=started,
            )
        )
    return conclude(store, new_run_id(started), started, request, gathered)
