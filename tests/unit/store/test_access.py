"""A store that is read-only, held by another, or gone meanwhile is refused with what to do (B7)."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from checker.errors import StoreError
from checker.store import open_store
from tests.unit.store.story import ACCOUNT, fill, key, reading, run_of, tell, visit

NOBODY = 65534


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """Return a directory an unprivileged user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield directory
        directory.chmod(0o700)


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Act as a user whom file modes bind: root may write anywhere."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(before)


def test_b7_a_read_only_file_is_refused(open_directory: Path, request: pytest.FixtureRequest) -> None:
    """A file this user cannot write is refused at once, not after an hour of reading consoles."""
    path = open_directory / "checker.db"
    fill(f"sqlite:///{path}")
    path.chmod(0o444)
    request.getfixturevalue("unprivileged")

    with pytest.raises(StoreError, match=r"cannot be written: .*checker\.db is read-only"):
        open_store(f"sqlite:///{path}")


def test_b7_a_read_only_directory_is_refused(open_directory: Path, request: pytest.FixtureRequest) -> None:
    """A file that can be written in a directory that cannot is no store: it needs files beside it."""
    path = open_directory / "checker.db"
    fill(f"sqlite:///{path}")
    path.chmod(0o666)
    open_directory.chmod(0o555)
    request.getfixturevalue("unprivileged")

    with pytest.raises(StoreError, match=r"cannot be written: .* is read-only"):
        open_store(f"sqlite:///{path}")


def test_a_place_where_nothing_can_be_made_is_refused(
    open_directory: Path, request: pytest.FixtureRequest
) -> None:
    """A store cannot begin in a directory this user cannot write."""
    open_directory.chmod(0o555)
    request.getfixturevalue("unprivileged")

    for path in (open_directory / "checker.db", open_directory / "new" / "checker.db"):
        with pytest.raises(StoreError, match=r"(?s)cannot be used: Permission denied.*Check the directory"):
            open_store(f"sqlite:///{path}")


def test_a_directory_in_the_stores_place_is_refused(path: Path, url: str) -> None:
    """A directory where the file should be is named, not replaced."""
    path.mkdir()

    with pytest.raises(StoreError, match="Is a directory"):
        open_store(url)


def test_b7_a_store_held_by_another_program_is_refused(path: Path, url: str) -> None:
    """Who holds the file for itself is waited for, then reported with what to do."""
    fill(url)
    with closing(sqlite3.connect(path)) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")

        with pytest.raises(StoreError, match=r"(?s)locked by another program.*Wait for the other run"):
            open_store(url, patience=0.01)


def test_b7_a_run_that_cannot_get_the_lock_stores_nothing(path: Path, url: str) -> None:
    """While another run writes, states can be looked up; writing waits, then is refused whole."""
    with open_store(url, patience=0.01) as store:
        tell(store, visit(reading(key())))
        with closing(sqlite3.connect(path)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            with open_store(url, patience=0.01) as another:
                assert len(another.known(*ACCOUNT)) == 1
            with pytest.raises(StoreError, match="locked by another program"):
                store.record(run_of(on=1), {}, {})

        assert [row.run_id for row in store.runs()] == ["run-0"]


def test_a_store_lost_while_it_is_open_is_refused(path: Path, url: str) -> None:
    """A file deleted under a running program is not made anew by it."""
    with open_store(url) as store:
        path.unlink()

        with pytest.raises(StoreError, match="cannot be written"):
            store.known(*ACCOUNT)

    assert not path.exists()
