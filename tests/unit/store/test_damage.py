"""A damaged or lost store is refused and left as it is: never begun anew in silence (B7)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from checker.errors import StoreError
from checker.model import Level
from checker.store import open_store, sqlitefile
from tests.unit.store.story import ACCOUNT, contents, fill, key, reading, tell, visit


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _scribble(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xa5" * 4096 * 3)


DAMAGES = {
    "empty": lambda path: os.truncate(path, 0),
    "a few bytes": lambda path: os.truncate(path, 10),
    "header only": lambda path: os.truncate(path, 100),
    "half": _truncate,
    "random bytes": lambda path: path.write_bytes(bytes(range(255, -1, -1)) * 400),
    "text": lambda path: path.write_text("not a database\n"),
    "pages overwritten": _scribble,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_b7_a_damaged_file_is_refused_and_left_as_it_is(path: Path, url: str, damage: str) -> None:
    """Empty, cut, overwritten or foreign bytes end with exit 30, advice, and the same bytes."""
    fill(url)
    DAMAGES[damage](path)
    before = path.read_bytes()

    for _ in range(2):
        with pytest.raises(StoreError) as refusal:
            open_store(url)
        assert path.read_bytes() == before

    assert refusal.value.exit_code == 30
    assert f"the store {path} is damaged" in refusal.value.message
    assert "store init --fresh" in str(refusal.value.hint)
    assert sorted(file.name for file in path.parent.iterdir()) == ["checker.db", "checker.db.known"]


def test_b7_a_damaged_file_with_a_log_beside_it_is_left_as_it_is(path: Path, url: str) -> None:
    """What was written but not yet moved into the file is not moved into a damaged one."""
    fill(url)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("UPDATE runs SET version = 'x'")
        writer.commit()
        copy = path.parent / "copy" / path.name
        copy.parent.mkdir()
        shutil.copy(path, copy)
        log = shutil.copy(f"{path}-wal", f"{copy}-wal")
    _scribble(copy)
    before = copy.read_bytes(), Path(log).read_bytes()

    with pytest.raises(StoreError, match="damaged"):
        open_store(f"sqlite:///{copy}")

    assert (copy.read_bytes(), Path(log).read_bytes()) == before


def test_a_store_copied_with_its_log_is_whole(path: Path, url: str) -> None:
    """A crash leaves file and log: what was committed is in one of them."""
    with open_store(url) as store, store.engine.connect() as open_still:
        open_still.exec_driver_sql("SELECT * FROM runs")
        run, _ = tell(store, visit(reading(key())))
        copy = path.parent / "copy.db"
        shutil.copy(path, copy)
        shutil.copy(f"{path}-wal", f"{copy}-wal")

    with open_store(f"sqlite:///{copy}") as store:
        assert store.last_run() == run


def test_the_newest_backup_is_named(path: Path, url: str) -> None:
    """Whoever finds a damaged store is told which copy to put in its place, and with which command."""
    fill(url)
    for number, name in enumerate(["checker.db.before-0001.bak", "checker.db-b.bak", "checker.db-a.bak"]):
        (path.parent / name).touch()
        os.utime(path.parent / name, (number, number))
    os.truncate(path, 0)

    with pytest.raises(StoreError) as refusal:
        open_store(url)

    assert f"checker store restore {path.parent}/checker.db-a.bak" in str(refusal.value.hint)


def test_a_backup_put_back_is_the_store_again(path: Path, url: str) -> None:
    """Following the advice brings back what the backup held."""
    with open_store(url) as store:
        run, known = tell(store, visit(reading(key(), Level.CRITICAL)))
        store.backup(path.with_name("checker.db-1.bak"))
        tell(store, visit(reading(key(), on=1)), on=1)
    path.write_text("gone")
    shutil.copy(path.with_name("checker.db-1.bak"), path)

    with open_store(url) as store:
        assert store.last_run() == run
        assert store.all_known() == known


def test_b7_a_lost_store_is_not_a_first_run(path: Path, url: str) -> None:
    """Where a store was and is no more, a new baseline is made only when asked for by name."""
    fill(url)
    path.unlink()

    with pytest.raises(StoreError, match=r"(?s)that was here is gone.*store init --fresh"):
        open_store(url)
    assert not path.exists()

    with open_store(url, fresh=True) as store:
        assert store.runs() == []


def test_b7_a_log_without_its_store_is_not_a_first_run(path: Path, url: str) -> None:
    """A log left alone belongs to a lost store, and must not be played into a new one."""
    log = path.with_name("checker.db-wal")
    log.write_bytes(b"frames")

    with pytest.raises(StoreError, match="that was here is gone"):
        open_store(url)
    open_store(url, fresh=True).close()

    assert not log.exists()
    assert path.with_name("checker.db.set-aside-1-wal").read_bytes() == b"frames"


@pytest.mark.parametrize("times", [1, 2])
def test_b7_a_fresh_start_keeps_the_damaged_file(path: Path, url: str, times: int) -> None:
    """The damaged file lies beside the new store, byte for byte, however often it happens."""
    for number in range(1, times + 1):
        fill(url)
        path.write_text(f"damaged {number}")
        open_store(url, fresh=True).close()

    kept = [path.with_name(f"checker.db.set-aside-{number}").read_text() for number in range(1, times + 1)]
    assert kept == [f"damaged {number}" for number in range(1, times + 1)]
    assert contents(url)["runs"] == []


def test_a_fresh_start_leaves_a_sound_store_alone(url: str) -> None:
    """Asking for a fresh store where one is in order opens that one."""
    fill(url)
    before = contents(url)

    open_store(url, fresh=True).close()

    assert contents(url) == before


def test_a_row_that_is_no_record_is_reported_as_damage(path: Path, url: str) -> None:
    """A body that was altered in the file is found when it is read."""
    fill(url)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER readings_no_update")
        connection.execute("UPDATE readings SET body = replace(body, 'critical', 'fine')")
        connection.commit()

    with open_store(url) as store, pytest.raises(StoreError, match=r"is damaged: a row of it .* level"):
        store.known(*ACCOUNT)


def test_a_large_store_is_checked_where_it_matters(
    path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a size the history is not read through at each start; the states still are."""
    fill(url)
    monkeypatch.setattr(sqlitefile, "_WHOLE_CHECK_BYTES", 0)
    open_store(url).close()
    with closing(sqlite3.connect(path)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'known'").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)

    with pytest.raises(StoreError, match="damaged"):
        open_store(url)
