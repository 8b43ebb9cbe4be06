"""The tables are made and changed step by step, and never without a way back (E6)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url
from sqlalchemy.schema import CreateTable

from checker.errors import StoreError
from checker.model import Level
from checker.store import Store, migrate, open_store
from checker.store.tables import metadata
from tests.unit.store.story import ON_BOTH, contents, key, reading, tell, visit

NEXT = '''
"""A step of the future."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"

def upgrade():
    op.add_column("runs", sa.Column("note", sa.String))
    {more}
'''


def _next_version(directory: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> None:
    """Make this program a later version, one step on."""
    versions = directory / "100% later"
    versions.mkdir()
    (versions / "v9999_next.py").write_text(NEXT.format(before=migrate.HEAD, more=more))
    monkeypatch.setattr(migrate, "VERSIONS", (*migrate.VERSIONS, versions))
    monkeypatch.setattr(migrate, "HEAD", "9999")


def test_the_newest_step_is_the_one_named() -> None:
    """The constant that spares an everyday start alembic is right, and there is one line of steps."""
    scripts = ScriptDirectory.from_config(migrate._config())

    assert scripts.get_heads() == [migrate.HEAD]


@ON_BOTH
def test_the_steps_lead_to_the_tables(store: Store) -> None:
    """The tables made step by step are those the program works with."""
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_the_tables_can_be_made_on_postgresql() -> None:
    """The same tables stand on PostgreSQL, with its own zoned times and numbered rows."""
    dialect = make_url("postgresql+psycopg://").get_dialect()()

    made = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables]

    assert "observed_at TIMESTAMP WITH TIME ZONE NOT NULL" in "".join(made)
    assert "id SERIAL NOT NULL" in "".join(made)


def test_an_everyday_start_does_not_load_alembic(url: str) -> None:
    """Opening a store that is up to date costs no import of the migration tool."""
    open_store(url).close()
    code = "import sys, checker.store as s; s.open_store(sys.argv[1]); print('alembic' in sys.modules)"

    ended = subprocess.run(
        [sys.executable, "-c", code, url], check=True, capture_output=True, text=True, timeout=300
    )

    assert ended.stdout == "False\n"


def test_an_older_store_is_upgraded_with_a_backup(
    path: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later version takes the step, keeps everything, and leaves the store as it was beside it."""
    with open_store(url) as store:
        run, known = tell(store, visit(reading(key(), Level.CRITICAL)))
    before = contents(url)
    _next_version(tmp_path, monkeypatch)

    with open_store(url) as store:
        assert store.last_run() == run
        assert store.all_known() == known
        assert migrate.revision(store.engine) == "9999"

    backup = path.with_name("checker.db.before-9999.bak")
    assert contents(f"sqlite:///{backup}") == before
    assert backup.stat().st_mode & 0o777 == 0o600
    assert len(contents(url)["runs"][0]) == len(before["runs"][0]) + 1


def test_a_step_that_fails_leaves_the_store_as_it_was(
    path: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a step is undone; the next attempt finds the old store and makes its backup again."""
    with open_store(url) as store:
        tell(store, visit(reading(key())))
    before = contents(url)
    _next_version(tmp_path, monkeypatch, more='op.execute("INSERT INTO nowhere VALUES (1)")')

    for _ in range(2):
        with pytest.raises(StoreError, match="no such table: nowhere"):
            open_store(url)
        assert contents(url) == before

    assert contents(f"sqlite:///{path.with_name('checker.db.before-9999.bak')}") == before


def test_a_new_store_takes_every_step(
    path: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store a later version makes has all steps behind it, and no backup of nothing."""
    _next_version(tmp_path, monkeypatch)

    with open_store(url) as store:
        assert migrate.revision(store.engine) == "9999"
    assert not list(path.parent.glob("*.bak"))


def test_the_way_back_is_the_backup(
    path: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version before refuses the upgraded store, and works with the backup put in its place."""
    with open_store(url) as store:
        run, _ = tell(store, visit(reading(key())))
    with monkeypatch.context() as later:
        _next_version(tmp_path, later)
        open_store(url).close()

    with pytest.raises(StoreError, match="newer version"):
        open_store(url)
    path.with_name("checker.db.before-9999.bak").rename(path)

    with open_store(url) as store:
        assert store.last_run() == run
