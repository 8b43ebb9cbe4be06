"""The tables, as they are after the newest migration.

    runs ──< visits ──< readings      what was read: rows are added, never altered
      └────< changes ── readings      what a run changed
    known ── readings                 per key: the state of its finding, and the readings it rests on
    incidents                         every finding there ever was, when it opened and closed
    events                            what many changes of a run are told as
    outbox ── changes, events         what is to be told, and when it was
    journal                           what people did: acknowledged, snoozed, took back
    sites                             what each account's picker listed, each shop of a site by itself
    latches, submissions              which accounts are not signed in to, and why

A reading's body is its wire form, from which it comes back exactly, what each source said included; the
columns beside it are copies to search by. `readings.previous_id` leads to the row of the same key before it,
and `known.head_id` to the newest: a history is walked from there. An index over keys would do it too, but
then every run would touch as many pages as it reads keys, in an index as large as the whole history.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = [
    "UtcTime",
    "Words",
    "changes",
    "events",
    "incidents",
    "journal",
    "known",
    "latches",
    "metadata",
    "outbox",
    "readings",
    "runs",
    "sites",
    "submissions",
    "visits",
]


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC: told with a zone, given back with a zone.

    SQLite has no zones; there it is ISO 8601 text of one width, which sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return text for SQLite, the database's own zoned time elsewhere."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return what is stored; ValueError for a time without a zone."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment.isoformat(timespec="microseconds") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Free text, perhaps from a page: what no database can hold in it becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the text without NUL, which PostgreSQL refuses, and without half surrogate pairs."""
        if value is None or (value.isprintable() and value.isascii()):
            return value
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Runs are told apart by run_id and ordered by id, the order they were recorded in: clocks jump.
runs: Final = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", String, nullable=False, unique=True),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime, nullable=False),
    Column("exit_code", Integer, nullable=False),
    Column("version", String, nullable=False),
)

visits: Final = Table(
    "visits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("marketplace", String, nullable=False),
    Column("account", String, nullable=False),
    Column("site", String, nullable=False),
    Column("registration", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("detail", Words, nullable=False),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("blocked", Integer, nullable=False),
    Column("site_body", Text, nullable=False),
    Column("notice", Words, nullable=False, server_default=""),
    Index("ix_visits_account", "account", "marketplace", "id"),
)

# visit_id is empty for a reading no page gave: an item that a list, read whole, no longer names.
# previous_id is no foreign key: checking it would read through the whole run before.
readings: Final = Table(
    "readings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False, index=True),
    Column("visit_id", ForeignKey("visits.id")),
    Column("seq", Integer, nullable=False),
    Column("previous_id", Integer),
    Column("key", String, nullable=False),
    Column("marketplace", String, nullable=False),
    Column("account", String, nullable=False),
    Column("site", String, nullable=False),
    Column("presence", String, nullable=False),
    Column("level", String, nullable=False),
    Column("value", String),
    Column("observed_at", UtcTime, nullable=False),
    Column("body", Text, nullable=False),
    Column("disputed", Boolean, nullable=False, server_default="0"),
)

# quiet, seen_at: how an overview counts a key nothing is the matter with, and when it was last looked at;
# none where it must be looked at. shop: as keys write it. They are copies, like those beside the bodies of
# readings.
known: Final = Table(
    "known",
    metadata,
    Column("key", String, primary_key=True),
    Column("marketplace", String, nullable=False),
    Column("account", String, nullable=False),
    Column("site", String, nullable=False),
    Column("last_id", ForeignKey("readings.id"), nullable=False),
    Column("good_id", ForeignKey("readings.id")),
    Column("head_id", ForeignKey("readings.id"), nullable=False),
    Column("opened_at", UtcTime),
    Column("had_incident", Boolean, nullable=False),
    Column("vanished", Boolean, nullable=False),
    Column("unreadable_streak", Integer, nullable=False),
    Column("absent_streak", Integer, nullable=False),
    Column("not_observed_streak", Integer, nullable=False, server_default="0"),
    Column("absent_since", UtcTime),
    Column("down_id", Integer),
    Column("down_reads", Integer),
    Column("down_at", UtcTime),
    Column("levels", String, nullable=False, server_default=""),
    Column("told", String),
    Column("flapping", Boolean, nullable=False, server_default="0"),
    Column("number", Integer, nullable=False, server_default="0"),
    Column("incident", Text),
    Column("unreadable_told", UtcTime),
    Column("flap_told", UtcTime),
    Column("was_read", Boolean, nullable=False, server_default="0"),
    Column("accepted", Text),
    Column("shop", String, nullable=False, server_default=""),
    Column("quiet", String),
    Column("seen_at", UtcTime),
    # Led by the account, by which everything is asked for; the rest of it, that counting needs no row.
    Index("ix_known_place", "account", "marketplace", "site", "shop", "quiet", "seen_at"),
    Index(
        "ix_known_open",
        "account",
        sqlite_where=text("opened_at IS NOT NULL"),
        postgresql_where=text("opened_at IS NOT NULL"),
    ),
    Index(
        "ix_known_loud", "account", sqlite_where=text("quiet IS NULL"), postgresql_where=text("quiet IS NULL")
    ),
)

changes: Final = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("verb", String, nullable=False),
    Column("key", String, nullable=False),
    Column("level", String, nullable=False),
    Column("level_before", String),
    Column("cause", String),
    Column("support", Words),
    Column("detail", Words, nullable=False),
    Column("since", UtcTime),
    Column("reading_id", ForeignKey("readings.id")),
    Column("tell", String, nullable=False, server_default="at_once"),
    Column("event", String, nullable=False, server_default=""),
    Column("incident", String, nullable=False, server_default=""),
    Column("number", Integer, nullable=False, server_default="0"),
    Index(None, "key"),
)

incidents: Final = Table(
    "incidents",
    metadata,
    Column("id", String, primary_key=True),
    Column("key", String, nullable=False, index=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("max_level", String, nullable=False),
)

events: Final = Table(
    "events",
    metadata,
    Column("id", String, primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
)

# `message` names it for good: whoever delivers it twice can tell. A row is never taken away.
outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message", String, nullable=False, unique=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("tell", String, nullable=False),
    Column("change_seq", Integer),
    Column("event_id", ForeignKey("events.id")),
    Column("about", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("told_at", UtcTime, index=True),
    Column("told_by", String),
)

journal: Final = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("key", String, nullable=False, index=True),
    Column("act", String, nullable=False),
    Column("by", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("until", UtcTime),
    Column("incident", String, nullable=False),
    Column("level", String, nullable=False),
)

sites: Final = Table(
    "sites",
    metadata,
    Column("marketplace", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("shop", String, primary_key=True, server_default=""),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_sites_account", "account"),
)

latches: Final = Table(
    "latches",
    metadata,
    Column("marketplace", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("detail", Words, nullable=False),
    Column("actor", String, nullable=False),
    Column("salt", String, nullable=False),
    Column("fingerprint", String, nullable=False),
)

# Passwords sent without an answer: a row is there only while there is one.
submissions: Final = Table(
    "submissions",
    metadata,
    Column("marketplace", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("unanswered", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
)
