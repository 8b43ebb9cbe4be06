"""A store is made once, for its owner only, and opened only if it is ours and not too new (B7)."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from checker.errors import ConfigError, StoreError
from checker.store import migrate, open_store, sqlitefile
from tests.unit.store.story import fill, key, reading, tell, visit


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def hostile_umask() -> Iterator[None]:
    """Let new files be open to everyone unless a mode is asked for."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_store_is_made_where_there_never_was_one(path: Path, url: str) -> None:
    """The first run finds an empty store, the second one that is the same."""
    with open_store(url) as store:
        assert store.all_known() == {}
        run, _ = tell(store, visit(reading(key())))

    with open_store(url) as store:
        assert store.last_run() == run
    assert sorted(file.name for file in path.parent.iterdir()) == ["checker.db", "checker.db.known"]


@pytest.mark.usefixtures("hostile_umask")
def test_what_is_made_is_for_its_owner_only(tmp_path: Path) -> None:
    """Directories are 0700 and files 0600 under the most generous umask, side files and copies too."""
    path = tmp_path / "a" / "b" / "checker.db"
    with open_store(f"sqlite:///{path}") as store:
        tell(store, visit(reading(key())))
        store.backup(path.with_name("copy.bak"))
        with store.engine.connect() as connection:
            connection.exec_driver_sql("SELECT * FROM runs")
            files = {file.name: _mode(file) for file in path.parent.iterdir()}

    assert _mode(tmp_path / "a") == _mode(tmp_path / "a" / "b") == 0o700
    assert set(files) == {"checker.db", "checker.db-wal", "checker.db-shm", "checker.db.known", "copy.bak"}
    assert set(files.values()) == {0o600}


def test_a_directory_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    """A directory the user made is the user's."""
    tmp_path.chmod(0o750)

    open_store(f"sqlite:///{tmp_path}/checker.db").close()

    assert _mode(tmp_path) == 0o750


@pytest.mark.parametrize("fresh", [False, True])
def test_b7_a_newer_store_is_refused(path: Path, url: str, fresh: bool) -> None:
    """A store a later version wrote is not touched; the way out is to upgrade the program."""
    fill(url)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = path.read_bytes()

    with pytest.raises(StoreError, match=r"(?s)newer version.*9999.*Upgrade the program"):
        open_store(url, fresh=fresh)

    assert path.read_bytes() == before


def test_another_programs_database_is_refused(path: Path, url: str) -> None:
    """A SQLite file of something else gets no tables of ours."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()

    with pytest.raises(StoreError, match="no store of this program"):
        open_store(url)

    assert path.read_bytes() == before


def test_of_two_that_make_the_store_at_once_one_wins(
    path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that appeared while ours was being made is used, and ours thrown away."""
    make = sqlitefile.make

    def overtaken(*args: object) -> None:
        monkeypatch.setattr(sqlitefile, "make", make)
        fill(url)
        make(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(sqlitefile, "make", overtaken)

    with open_store(url) as store:
        assert [row.run_id for row in store.runs()] == ["run-0"]
    assert sorted(file.name for file in path.parent.iterdir()) == ["checker.db", "checker.db.known"]


def test_a_store_that_could_not_be_finished_is_not_there(
    path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash while the first tables are made leaves nothing, and so no half store."""

    def broken(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(migrate, "upgrade", broken)

    with pytest.raises(KeyboardInterrupt):
        open_store(url)

    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("name", ["", ":memory:", "file:x.db", "x.db?mode=memory"])
def test_a_store_must_be_a_plain_file(name: str) -> None:
    """A store in memory would be a new baseline at every run."""
    with pytest.raises(ConfigError, match="a store must be a plain file"):
        open_store(f"sqlite:///{name}")


@pytest.mark.parametrize("url", ["", "checker.db", "nosuch://host/db", "postgresql+nosuch://me:pw1@host/db"])
def test_a_url_that_leads_nowhere_is_a_configuration_error(url: str) -> None:
    """Neither a bare path nor an unknown kind of database is taken for a store; no password is shown."""
    with pytest.raises(ConfigError) as refusal:
        open_store(url)

    assert refusal.value.hint
    assert "pw1" not in str(refusal.value)


def test_a_store_under_a_name_with_odd_characters_is_found(tmp_path: Path) -> None:
    """Spaces, hashes and percent signs in a path are part of the path."""
    url = f"sqlite:///{tmp_path}/my store #1 100%/checker.db"
    fill(url)

    with open_store(url) as store:
        assert len(store.all_known()) == 60
    assert (tmp_path / "my store #1 100%" / "checker.db").exists()
