"""What is particular to a store on a PostgreSQL server: making it, upgrading it, losing it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from checker.cli import main
from checker.errors import ConfigError, StoreError
from checker.model import Exit, Level
from checker.store import Store, migrate, open_store
from checker.store.transactions import open_database, writing
from tests.postgresql import Server
from tests.unit.store.story import ACCOUNT, contents, key, reading, tell, visit
from tests.unit.store.test_migrations import _next_version

RED = visit(reading(key(), Level.CRITICAL))
ON_A_SERVER = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@pytest.fixture
def empty(server: Server) -> Iterator[str]:
    """Return the URL of a database in which there is nothing at all."""
    url = server.database()
    yield url
    server.drop(url)


def _do(url: str, *statements: str) -> None:
    engine = open_database(make_url(url).set(drivername="postgresql+psycopg"), patience=10)
    try:
        with writing(engine) as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def test_four_that_make_the_store_at_once_make_one(empty: str) -> None:
    """Each finds the tables, whoever made them."""

    def opened(_: int) -> str | None:
        with open_store(empty) as store:
            return migrate.revision(store.engine)

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(opened, range(4))) == {migrate.HEAD}
    with open_store(empty) as store:
        run, _ = tell(store, RED)
        assert store.last_run() == run


def test_another_programs_database_is_refused(empty: str) -> None:
    """It gets no tables of ours."""
    _do(empty, "CREATE TABLE bookmarks (url text)")

    with pytest.raises(StoreError, match="no store of this program"):
        open_store(empty)


@ON_A_SERVER
def test_a_newer_store_is_refused(url: str) -> None:
    """What a later version wrote is not touched."""
    _do(url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match=r"(?s)newer version.*9999.*Upgrade the program"):
        open_store(url)


@ON_A_SERVER
def test_an_older_store_is_upgraded(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version takes the step and keeps everything."""
    with open_store(url) as store:
        run, known = tell(store, RED)
    _next_version(tmp_path, monkeypatch)

    with open_store(url) as store:
        assert migrate.revision(store.engine) == "9999"
        assert (store.last_run(), store.all_known()) == (run, known)


@ON_A_SERVER
def test_a_step_that_fails_leaves_the_store_as_it_was(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a step is undone."""
    with open_store(url) as store:
        tell(store, RED)
    before = contents(url)
    _next_version(tmp_path, monkeypatch, more='op.execute("INSERT INTO nowhere VALUES (1)")')

    with pytest.raises(StoreError, match="nowhere"):
        open_store(url)

    assert contents(url) == before


@ON_A_SERVER
def test_readings_cannot_be_emptied_out(store: Store, url: str) -> None:
    """Nor is that altered by whoever owns the table."""
    tell(store, RED)

    with pytest.raises(Exception, match="append-only"):
        _do(url, "TRUNCATE readings CASCADE")

    assert len(contents(url)["readings"]) == 1


@ON_A_SERVER
def test_a_connection_that_is_cut_costs_the_transaction_and_no_more(store: Store, url: str) -> None:
    """What was under way is not stored, the refusal says what to look at, the next attempt is made anew."""
    tell(store, RED)
    before = contents(url)

    def cut_off() -> None:
        with store.transaction():
            tell(store, visit(reading(key(), Level.DEACTIVATED, on=1)), on=1)
            _end_others(url)
            store.untold()

    with pytest.raises(
        StoreError, match=r"(?s)cannot be reached.*check that the server runs|Check that the server"
    ):
        cut_off()

    assert contents(url) == before
    tell(store, visit(reading(key(), Level.DEACTIVATED, on=1)), on=1)
    assert store.known(*ACCOUNT)[key()].level is Level.DEACTIVATED


def _end_others(url: str) -> None:
    engine = open_database(make_url(url).set(drivername="postgresql+psycopg"), patience=10)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    engine.dispose()


@ON_A_SERVER
def test_who_may_not_write_is_told_so(store: Store, url: str) -> None:
    """A user without the right is named as the reason, and looking is still possible."""
    tell(store, RED)
    _do(
        url,
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
    )
    parsed = make_url(url)
    query, name = parsed.query["host"], parsed.database
    with open_store(f"postgresql://reader@/{name}?host={query}") as reader:
        assert reader.known(*ACCOUNT)[key()].level is Level.CRITICAL
        with pytest.raises(StoreError, match=r"(?s)cannot be written.*the rights of the user"):
            tell(reader, RED, on=1)


@pytest.mark.parametrize(
    "url", ["postgresql://me:pw1@/db?host=/nowhere/at/all", "postgresql+psycopg://me:pw1@127.0.0.1:1/db"]
)
def test_a_server_that_is_not_there_is_named_without_its_password(url: str) -> None:
    """With what to look at."""
    with pytest.raises(StoreError, match=r"(?s)cannot be reached.*Check that the server runs") as refusal:
        open_store(url)

    assert "pw1" not in str(refusal.value)
    assert "me:***@" in str(refusal.value)


@pytest.mark.parametrize("url", ["mysql://me:pw1@host/db", "postgresql+pg8000://me:pw1@host/db"])
def test_another_sort_of_database_is_refused(url: str) -> None:
    """Before anything is connected to."""
    with pytest.raises(
        ConfigError, match=r"(?s)a store is a SQLite file|this driver is not known"
    ) as refusal:
        open_store(url)

    assert "pw1" not in str(refusal.value)
    assert "postgresql://user@host/checker" in str(refusal.value.hint)


def test_a_missing_driver_is_a_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver is an extra."""
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(ConfigError, match="driver of PostgreSQL is missing") as refusal:
        open_store("postgresql://me@host/db")

    assert "marketplace-health-checker[postgres]" in str(refusal.value.hint)


@ON_A_SERVER
def test_the_command_line_works_on_it(
    store: Store, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line in the settings: what is open is listed, acknowledged, and looked back on."""
    tell(store, RED)
    config = tmp_path / "checker.toml"
    config.write_text(
        f'[paths]\ndata_dir = "{tmp_path}"\n[store]\nurl = "{url}"\n'
        '[accounts.main]\nmarketplace = "amazon"\nusername = "u"\npassword_command = ["true"]\n',
        encoding="utf-8",
    )

    def command(*arguments: str) -> Any:
        assert main([*arguments, "--json", "--config", str(config)]) == Exit.OK
        return json.loads(capsys.readouterr().out)

    before = command("findings")["findings"]
    command("ack", str(key()), "--by", "ann", "--reason", "case 7")
    after = command("findings", "--acked")["findings"]

    assert [(one["key"], one["ack"]) for one in before] == [(str(key()), None)]
    assert [one["ack"]["by"] for one in after] == ["ann"]
    assert [one["run_id"] for one in command("runs")["runs"]] == ["run-0"]
    assert len(command("history", str(key()))["points"]) == 1
