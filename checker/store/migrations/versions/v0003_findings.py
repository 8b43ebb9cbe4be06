"""Findings over time: what is pending, acknowledged, told; the outbox and the journal."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from checker.store.tables import UtcTime, Words

__all__ = ["upgrade"]

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_RANKS = {"ok": "0", "warning": "1", "critical": "2", "deactivated": "3"}


def upgrade() -> None:
    """Add what the state machine remembers; what is open already was told by the version before."""
    _known()
    _changes()
    _incidents()
    _events()
    _outbox()
    _journal()
    _take_over()


def _known() -> None:
    for column in (
        sa.Column("not_observed_streak", sa.Integer, nullable=False, server_default="0"),
        sa.Column("absent_since", UtcTime),
        sa.Column("up_id", sa.Integer),
        sa.Column("up_reads", sa.Integer),
        sa.Column("up_at", UtcTime),
        sa.Column("down_id", sa.Integer),
        sa.Column("down_reads", sa.Integer),
        sa.Column("down_at", UtcTime),
        sa.Column("levels", sa.String, nullable=False, server_default=""),
        sa.Column("told", sa.String),
        sa.Column("flapping", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("number", sa.Integer, nullable=False, server_default="0"),
        sa.Column("incident", sa.Text),
        sa.Column("unreadable_told", UtcTime),
        sa.Column("flap_told", UtcTime),
    ):
        op.add_column("known", column)


def _changes() -> None:
    op.add_column("changes", sa.Column("tell", sa.String, nullable=False, server_default="at_once"))
    op.add_column("changes", sa.Column("event", sa.String, nullable=False, server_default=""))
    op.add_column("changes", sa.Column("incident", sa.String, nullable=False, server_default=""))
    op.add_column("changes", sa.Column("number", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_changes_key", "changes", ["key"])


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("opened_at", UtcTime, nullable=False),
        sa.Column("closed_at", UtcTime),
        sa.Column("max_level", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_index("ix_incidents_key", "incidents", ["key"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("run_id", sa.String, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_events_run_id"),
    )
    op.create_index("ix_events_run_id", "events", ["run_id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("run_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("tell", sa.String, nullable=False),
        sa.Column("change_seq", sa.Integer),
        sa.Column("event_id", sa.String),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("told_at", UtcTime),
        sa.Column("told_by", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("message", name="uq_outbox_message"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_outbox_run_id"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_outbox_event_id"),
    )
    op.create_index("ix_outbox_told_at", "outbox", ["told_at"])


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("by", Words, nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("until", UtcTime),
        sa.Column("incident", sa.String, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_key", "journal", ["key"])


def _take_over() -> None:
    """Give every key its first level, and every open finding a name; nothing of it is told again."""
    connection = op.get_bind()
    known = sa.table(
        "known", *(sa.column(name) for name in ("key", "opened_at", "good_id", "levels", "told"))
    )
    known.append_column(sa.column("number"))
    known.append_column(sa.column("incident"))
    readings = sa.table("readings", sa.column("id"), sa.column("level"))
    incidents = sa.table(
        "incidents", *(sa.column(name) for name in ("id", "key", "opened_at", "closed_at", "max_level"))
    )
    rows = connection.execute(
        sa.select(known.c.key, known.c.opened_at, readings.c.level).join_from(
            known, readings, readings.c.id == known.c.good_id
        )
    ).all()
    for key, opened_at, level in rows:
        values = {"levels": _RANKS.get(level, ""), "told": "ok", "number": 0, "incident": None}
        if opened_at is not None:
            name = f"{hashlib.sha256(key.encode()).hexdigest()[:10]}-1"
            body = json.dumps({"id": name, "max_level": level, "notified_max": level})
            values |= {"told": level, "number": 1, "incident": body}
            connection.execute(
                sa.insert(incidents).values(id=name, key=key, opened_at=opened_at, max_level=level)
            )
        connection.execute(sa.update(known).where(known.c.key == key).values(values))
