"""Looking after a store: B7, B8 and the restore drill (E8), through the commands a person types."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from checker.cli.main import main
from checker.model import Level
from checker.model.exits import Exit
from checker.report.store import store_schema
from checker.run.locks import hold
from checker.store import open_store
from tests.unit.store.story import contents, fill, key, reading, tell, visit
from tests.unit.store.test_damage import DAMAGES


class Person:
    """Types commands, and reads what they print."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], url: str = "") -> None:
        self.config = folder / "checker.toml"
        store = f'[store]\nurl = "{url}"\n' if url else ""
        self.config.write_text(f'[paths]\ndata_dir = "."\n{store}', encoding="utf-8")
        self._capsys = capsys
        self.out = self.err = ""

    def types(self, *arguments: str) -> int:
        """Type a command; return its exit code."""
        code = main(["store", *arguments, "--config", str(self.config)])
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    """Return somebody whose data folder is the test's."""
    return Person(tmp_path, capsys)


def test_11_14_a_sound_store_is_checked_and_not_touched(person: Person, path: Path, url: str) -> None:
    """What it holds is said, as words or as a document of its schema; not a byte of it changes."""
    fill(url)
    before = path.read_bytes()

    assert person.types("check") == Exit.OK
    assert "holds 1 runs" in person.err
    assert person.types("check", "--json") == Exit.OK
    document = json.loads(person.out)
    jsonschema.validate(document, store_schema())
    assert (document["runs"], document["open_findings"], document["old"]) == (1, 60, False)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", DAMAGES)
def test_11_14_b7_a_damaged_store_is_found_and_begun_anew_only_by_name(
    person: Person, path: Path, url: str, damage: str
) -> None:
    """Check and init say 30 and alter nothing; init --fresh keeps the damaged bytes and begins anew."""
    fill(url)
    DAMAGES[damage](path)
    before = path.read_bytes()

    assert (person.types("check"), person.types("init")) == (Exit.STORE, Exit.STORE)
    assert "checker store init --fresh" in person.err
    assert path.read_bytes() == before
    assert person.types("init", "--fresh", "--json") == Exit.OK

    aside = Path(json.loads(person.out)["set_aside"])
    assert aside.read_bytes() == before
    assert contents(url)["runs"] == []


def test_11_14_damage_a_quick_look_misses_is_found_by_check(person: Person, path: Path, url: str) -> None:
    """A row that refers to nothing, a record that is none: every page is sound, and the store is not."""
    fill(url)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER IF EXISTS readings_are_never_altered")
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE readings SET body = '{' WHERE id = (SELECT max(id) FROM readings)")
        connection.commit()

    assert person.types("check") == Exit.STORE
    assert "a row of it cannot be read" in person.err
    assert person.types("init", "--fresh") == Exit.OK
    assert person.types("check") == Exit.OK


def test_11_14_a_lost_store_is_begun_anew_only_by_name(person: Person, path: Path, url: str) -> None:
    """Where a store was and is gone, check and init refuse; where never one was, init makes it."""
    assert person.types("check") == Exit.USAGE
    assert person.types("init") == Exit.OK
    fill(url)
    path.unlink()

    assert (person.types("check"), person.types("init")) == (Exit.STORE, Exit.STORE)
    assert "is gone" in person.err
    assert person.types("init", "--fresh") == Exit.OK
    assert contents(url)["runs"] == []


def test_11_14_a_sound_store_is_never_begun_anew(person: Person, url: str) -> None:
    """Asked for a fresh start, the program refuses and says how to have one all the same."""
    fill(url)
    before = contents(url)

    assert (person.types("init"), person.types("init", "--fresh")) == (Exit.USAGE, Exit.USAGE)
    assert "make a backup" in person.err
    assert contents(url) == before


def test_11_14_a_newer_store_is_neither_replaced_nor_restored(person: Person, path: Path, url: str) -> None:
    """What a later version wrote is kept from this one, as a store and as a copy."""
    fill(url)
    newer = path.with_name("newer.db")
    shutil.copy(path, newer)
    for file in (path, newer):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
    before = path.read_bytes()

    codes = [person.types(*command) for command in (["check"], ["init", "--fresh"], ["restore", str(newer)])]

    assert codes == [Exit.STORE] * 3
    assert "newer version" in person.err
    assert path.read_bytes() == before


def test_e8_the_restore_drill(person: Person, path: Path, url: str) -> None:
    """A copy made while runs record is one committed moment; put back, the store is that moment again."""
    with open_store(url) as store:
        tell(store, visit(reading(key(), Level.CRITICAL)))
    stop, moments = threading.Event(), [contents(url)]

    def record() -> None:
        with open_store(url) as store:
            for number in range(1, 40):
                if stop.is_set():
                    return
                tell(store, visit(reading(key(f"m{number}"), Level.CRITICAL, on=number)), on=number)
                moments.append(contents(url))

    runs = threading.Thread(target=record)
    runs.start()
    copies = [path.with_name(f"copy-{number}.bak") for number in range(4)]
    try:
        codes = [person.types("backup", str(copy)) for copy in copies]
    finally:
        stop.set()
        runs.join()
    held = [contents(f"sqlite:///{copy}") for copy in copies]
    last = contents(url)

    assert codes == [Exit.OK] * 4
    # One committed moment each: the state after some run, and never between two.
    assert all(one in moments for one in held)
    assert {copy.stat().st_mode & 0o777 for copy in copies} == {0o600}
    path.write_bytes(b"not a database any more")
    assert person.types("check") == Exit.STORE
    assert person.types("restore", str(copies[-1]), "--json") == Exit.OK
    aside = Path(json.loads(person.out)["set_aside"])
    assert aside.read_bytes() == b"not a database any more"
    assert contents(url) == held[-1]
    assert contents(f"sqlite:///{copies[-1]}") == held[-1]
    assert len(last["runs"]) >= len(held[-1]["runs"])
    with open_store(url) as store:
        tell(store, visit(reading(key(), Level.OK, on=50)), on=50)
    assert person.types("check") == Exit.OK


def _text(_sound: Path, bad: Path) -> None:
    bad.write_text("not a database\n")


def _half(sound: Path, bad: Path) -> None:
    bad.write_bytes(sound.read_bytes()[: sound.stat().st_size // 2])


def _other(_sound: Path, bad: Path) -> None:
    with closing(sqlite3.connect(bad)) as connection:
        connection.execute("CREATE TABLE holidays (place TEXT)")


@pytest.mark.parametrize("make", [_text, _half, _other])
def test_11_14_a_bad_copy_replaces_nothing(
    person: Person, path: Path, url: str, make: Callable[[Path, Path], None]
) -> None:
    """A copy that is no sound store of ours is refused, and the store is what it was, under its own name."""
    fill(url)
    bad = path.with_name("bad.bak")
    make(path, bad)
    before = path.read_bytes()

    assert person.types("restore", str(bad)) == Exit.STORE
    assert str(bad) in person.err
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*set-aside*"))


def test_11_14_nothing_is_overwritten_and_nonsense_is_refused(person: Person, path: Path, url: str) -> None:
    """A backup over a file, into no folder, through a link; a restore of nothing, or of the store itself."""
    fill(url)
    there = path.with_name("there.bak")
    there.write_bytes(b"mine")
    link = path.with_name("link.bak")
    link.symlink_to(path.with_name("nowhere"))

    commands = (
        ("backup", str(there)),
        ("backup", str(link)),
        ("backup", str(path.parent / "none" / "x.bak")),
        ("restore", str(path.with_name("none.bak"))),
        ("restore", str(path)),
    )
    assert [person.types(*command) for command in commands] == [Exit.USAGE] * len(commands)
    assert there.read_bytes() == b"mine"


def test_11_14_nothing_is_swapped_under_a_run_at_work(person: Person, path: Path, url: str) -> None:
    """While a run holds an account, or somebody writes, the store stays where it is: exit 75, or 30."""
    fill(url)
    copy = path.with_name("copy.bak")
    assert person.types("backup", str(copy)) == Exit.OK

    with hold(path.parent / "sessions", "main"):
        assert (person.types("restore", str(copy)), person.types("init", "--fresh")) == (Exit.BUSY, Exit.BUSY)
    assert "a run is at work on main" in person.err
    assert not list(path.parent.glob("*set-aside*"))


def test_11_14_a_copy_that_cannot_be_put_in_place_leaves_the_store(
    person: Person, path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk refuses the last step: what was set aside is back under its name."""
    fill(url)
    copy = path.with_name("copy.bak")
    assert person.types("backup", str(copy)) == Exit.OK
    before = path.read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", refuse)
    assert person.types("restore", str(copy)) == Exit.STORE
    assert path.read_bytes() == before


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_11_14_a_database_on_a_server_is_checked_and_its_own_tools_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    """Check reads it; backup and restore name pg_dump and pg_restore; nothing shows a password."""
    with open_store(url) as store:
        tell(store, visit(reading(key(), Level.CRITICAL)))
    person = Person(tmp_path, capsys, url)

    assert person.types("check", "--json") == Exit.OK
    assert json.loads(person.out)["runs"] == 1
    assert person.types("backup", str(tmp_path / "x.bak")) == Exit.USAGE
    assert "pg_dump" in person.err
    assert person.types("restore", str(tmp_path / "checker.toml")) == Exit.USAGE
    assert "pg_restore" in person.err
