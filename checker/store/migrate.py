"""Bringing a store's tables to the form this version knows, once, in one transaction."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Engine, MetaData, String, Table, inspect, select

from checker.errors import StoreError
from checker.store.refusals import Place
from checker.store.transactions import reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["HEAD", "VERSIONS", "is_empty", "is_old", "revision", "upgrade"]

# The newest step in VERSIONS, so that an everyday start need not load alembic; a test compares the two.
HEAD: Final = "0006"
_MIGRATIONS: Final = Path(__file__).with_name("migrations")
VERSIONS: Final = (_MIGRATIONS / "versions",)

_version: Final = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def revision(engine: Engine) -> str | None:
    """Return the step the store was last brought to, or nothing if it is not one of ours."""
    with reading(engine) as connection:
        if not inspect(connection).has_table(_version.name):
            return None
        return connection.execute(select(_version.c.version_num)).scalar_one_or_none()


def is_empty(engine: Engine) -> bool:
    """Tell whether the database holds no table at all."""
    with reading(engine) as connection:
        return not inspect(connection).get_table_names()


def is_old(engine: Engine, place: Place) -> bool:
    """Tell whether the store must be upgraded; StoreError if it is not ours, or from a newer version."""
    current = revision(engine)
    if current == HEAD:
        return False
    if current is None:
        raise StoreError(
            f"{place.name} is a database, but no store of this program",
            hint="Name another place for the store in the settings; this one was left as it is.",
        )
    if current not in _steps():
        raise StoreError(
            f"the store {place.name} was written by a newer version of this program (step {current},"
            f" this one knows {HEAD})",
            hint="Upgrade the program: `pip install -U marketplace-health-checker`. It was left as it is.",
        )
    return True


def upgrade(engine: Engine) -> None:
    """Take every step that is missing: all of them, or none if one fails."""
    # Loaded here: an everyday start takes no step, and alembic takes longer to load than the store to open.
    from alembic import command  # noqa: PLC0415

    config = _config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    locations = os.pathsep.join(str(place) for place in VERSIONS)
    for name, value in (
        ("script_location", str(_MIGRATIONS)),
        ("path_separator", "os"),
        ("version_locations", locations),
    ):
        config.set_main_option(name, value.replace("%", "%%"))
    return config


def _steps() -> set[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
