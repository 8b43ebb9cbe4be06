"""Which bundles go, which stay, and what the ledger says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checker.evidence.catalog import Held, bundles
from checker.evidence.ledger import LedgerEvent
from checker.evidence.protected import protected_folders
from checker.evidence.retention import Limits, plan, prune
from checker.model import Key, Known, Level, Presence, Reading
from tests.unit.evidence.bench import FOLDER, Installation

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WIDE = Limits(timedelta(days=400), 100, 10**9)


def _held(number: int, age: int, *, shared: bool = False) -> Held:
    inodes = ((1, 1000), (100 + number, 10)) if shared else ((100 + number, 1000),)
    return Held(Path(f"r{number}/main/US"), NOW - timedelta(days=age), "sha256:x", inodes=inodes)


@pytest.mark.parametrize(
    ("limits", "protected", "gone"),
    [
        (WIDE, (), []),
        (Limits(timedelta(days=10), 100, 10**9), (), ["r1", "r2"]),
        (Limits(timedelta(days=400), 2, 10**9), (), ["r1", "r2"]),
        (Limits(timedelta(days=400), 100, 2500), (), ["r1", "r2"]),
        (Limits(timedelta(days=10), 1, 1), ("r1/main/US", "r4/main/US"), ["r2", "r3"]),
    ],
    ids=["wide", "age", "count", "size", "protected"],
)
def test_the_oldest_goes_first_and_never_what_is_protected(
    limits: Limits, protected: tuple[str, ...], gone: list[str]
) -> None:
    """Age, count and bytes each let the oldest go; what proves an open finding stays whatever they say."""
    held = [_held(1, 40), _held(2, 30), _held(3, 5), _held(4, 1)]

    assert gone == [entry.held.folder.parts[0] for entry in plan(reversed(held), protected, limits, NOW)]


def test_shared_bytes_come_free_with_the_last_that_holds_them() -> None:
    """Bundles that share a picture do not free it one by one."""
    held = [_held(number, 50 - number, shared=True) for number in range(4)]

    assert len(plan(held, (), Limits(timedelta(days=400), 100, 1020), NOW)) == 2


def test_a_deletion_is_in_the_ledger_and_shared_bytes_stay(installation: Installation) -> None:
    """The older bundle and its own bytes are gone, the younger is good, and the ledger tells of it."""
    second = Path("20251125T000000Z-bbbbbb/main/US")
    installation.seal(second)
    limits = Limits(timedelta(days=400), 1, 10**9)

    list(prune(installation.root, (), limits, installation.at, installation.ledger))

    assert [second] == [held.folder for held in bundles(installation.root)]
    assert not (installation.root / FOLDER.parts[0]).exists()
    assert installation.verify(installation.root / second).is_good
    assert installation.ledger.check() == []
    assert [
        entry.facts["path"] for entry in installation.ledger.entries() if entry.event == LedgerEvent.DELETED
    ] == [FOLDER.as_posix()]


def test_the_last_bundle_takes_its_bytes_with_it(installation: Installation) -> None:
    """Nothing of a deleted bundle stays on the disk."""
    list(
        prune(installation.root, (), Limits(timedelta(0), 1, 1), NOW + timedelta(days=1), installation.ledger)
    )

    assert [path for path in (installation.root / "blobs").rglob("*") if path.is_file()] == []


def test_evidence_of_an_open_finding_is_protected_since_it_was_opened() -> None:
    """Every reading since the finding was opened keeps its folder; that of one that is over does not."""
    key, over = Key("amazon", "main", "US", "account.status"), Key("amazon", "main", "CA", "account.status")

    def reading(of: Key, day: int, level: Level = Level.CRITICAL) -> Reading:
        name = f"r{day}/main/{of.site}/page.png"
        return Reading(of, Presence.SHOWN, NOW + timedelta(days=day), level, evidence=(name,))

    readings = {
        key: [reading(key, day) for day in range(4)],
        over: [reading(over, 1), reading(over, 2, Level.OK)],
    }
    known = {
        key: Known(key, readings[key][-1], readings[key][-1], opened_at=NOW + timedelta(days=1)),
        over: Known(over, readings[over][-1], readings[over][-1]),
    }

    kept = protected_folders(known, lambda of: readings[of])

    assert {"r1/main/US", "r2/main/US", "r3/main/US"} == kept
