"""What a console said of trouble of its own; and PostgreSQL refuses to alter a reading, as a file does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from checker.store.tables import Words

__all__ = ["upgrade"]

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_to_alter_readings() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'readings are append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def upgrade() -> None:
    """Add the column, and on a server what files have had since the first step."""
    op.add_column("visits", sa.Column("notice", Words, nullable=False, server_default=""))
    if op.get_context().dialect.name == "postgresql":
        _append_only()


def _append_only() -> None:
    """Have the database itself refuse, whoever asks; once for a statement, so that no row is looked at."""
    op.execute(_REFUSE)
    op.execute(
        "CREATE OR REPLACE TRIGGER readings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON readings"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_alter_readings()"
    )
