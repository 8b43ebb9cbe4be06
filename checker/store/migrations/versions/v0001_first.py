"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from checker.store.tables import UtcTime, Words

__all__ = ["upgrade"]

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and on SQLite have the file itself refuse to alter a reading."""
    _runs()
    _visits()
    _readings()
    _known()
    _changes()
    _sites()
    if op.get_context().dialect.name == "sqlite":
        _append_only()


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String, nullable=False),
        sa.Column("started_at", UtcTime, nullable=False),
        sa.Column("finished_at", UtcTime, nullable=False),
        sa.Column("exit_code", sa.Integer, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("run_id", name="uq_runs_run_id"),
    )


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("marketplace", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("site", sa.String, nullable=False),
        sa.Column("registration", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("detail", Words, nullable=False),
        sa.Column("started_at", UtcTime),
        sa.Column("finished_at", UtcTime),
        sa.Column("blocked", sa.Integer, nullable=False),
        sa.Column("site_body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_visits_run_id"),
    )
    op.create_index("ix_visits_run_id", "visits", ["run_id"])


def _readings() -> None:
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String, nullable=False),
        sa.Column("visit_id", sa.Integer),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("previous_id", sa.Integer),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("marketplace", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("site", sa.String, nullable=False),
        sa.Column("presence", sa.String, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("value", sa.String),
        sa.Column("observed_at", UtcTime, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_readings_run_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_readings_visit_id"),
    )
    op.create_index("ix_readings_run_id", "readings", ["run_id"])


def _known() -> None:
    op.create_table(
        "known",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("marketplace", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("site", sa.String, nullable=False),
        sa.Column("last_id", sa.Integer, nullable=False),
        sa.Column("good_id", sa.Integer),
        sa.Column("head_id", sa.Integer, nullable=False),
        sa.Column("opened_at", UtcTime),
        sa.Column("had_incident", sa.Boolean, nullable=False),
        sa.Column("vanished", sa.Boolean, nullable=False),
        sa.Column("unreadable_streak", sa.Integer, nullable=False),
        sa.Column("absent_streak", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_known"),
        sa.ForeignKeyConstraint(["last_id"], ["readings.id"], name="fk_known_last_id"),
        sa.ForeignKeyConstraint(["good_id"], ["readings.id"], name="fk_known_good_id"),
        sa.ForeignKeyConstraint(["head_id"], ["readings.id"], name="fk_known_head_id"),
    )
    op.create_index("ix_known_marketplace_account_site", "known", ["marketplace", "account", "site"])


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("verb", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("level_before", sa.String),
        sa.Column("cause", sa.String),
        sa.Column("support", Words),
        sa.Column("detail", Words, nullable=False),
        sa.Column("since", UtcTime),
        sa.Column("reading_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_changes_run_id"),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], name="fk_changes_reading_id"),
    )
    op.create_index("ix_changes_run_id", "changes", ["run_id"])


def _sites() -> None:
    op.create_table(
        "sites",
        sa.Column("marketplace", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("first_seen", UtcTime, nullable=False),
        sa.Column("last_seen", UtcTime, nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("marketplace", "account", "code", name="pk_sites"),
    )


def _append_only() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER readings_no_{verb.lower()} BEFORE {verb} ON readings"
            " BEGIN SELECT RAISE(ABORT, 'readings are append-only'); END"
        )
