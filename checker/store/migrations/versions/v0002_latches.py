"""Accounts that are not signed in to, and passwords sent without an answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from checker.store.tables import UtcTime, Words

__all__ = ["upgrade"]

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "latches",
        sa.Column("marketplace", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("since", UtcTime, nullable=False),
        sa.Column("detail", Words, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("salt", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("marketplace", "account", name="pk_latches"),
    )
    op.create_table(
        "submissions",
        sa.Column("marketplace", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("unanswered", sa.Integer, nullable=False),
        sa.Column("last_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("marketplace", "account", name="pk_submissions"),
    )
