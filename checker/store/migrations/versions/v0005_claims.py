"""Disputed reds, sites by shop, what somebody accepted as unreadable, and `mercado_libre` by its name.

- A red that was seen once and contradicted waited for a second run, unopened: it is an open finding now, and
  disputed, as it would be today. What was held back is told: at the latest, the next run tells it.
- Two shops of one site are two rows of `sites`.
- Of every key it is known whether the console ever said anything of it.
- The marketplace `mercadolibre` is called `mercado_libre`, in every key and every record.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from checker.store.migrations.rewriting import alterable, as_it_is, rewrite
from checker.store.tables import UtcTime

__all__ = ["upgrade"]

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OLD, _NEW = "mercadolibre", "mercado_libre"
_RANKS = ("unknown", "ok", "warning", "critical", "deactivated")
_UNREAD = ("unreadable", "not_observed")
_PENDING_UP = ("up_id", "up_reads", "up_at")

_known = sa.table(
    "known",
    *(
        sa.column(name)
        for name in ("key", "good_id", "head_id", "had_incident", "levels", "told", "number", "incident")
    ),
    *(sa.column(name) for name in ("up_id", "was_read", "down_id", "down_reads")),
    *(sa.column(name, UtcTime) for name in ("opened_at", "up_at", "down_at")),
)
_readings = sa.table(
    "readings",
    *(sa.column(name) for name in ("id", "run_id", "visit_id", "seq", "previous_id", "key", "marketplace")),
    *(sa.column(name) for name in ("account", "site", "presence", "level", "value", "body", "disputed")),
    sa.column("observed_at", UtcTime),
)
_changes = sa.table("changes", *(sa.column(name) for name in ("id", "verb", "tell", "level_before", "key")))
_outbox = sa.table("outbox", *(sa.column(name) for name in ("id", "kind", "tell", "about")))
_events = sa.table("events", *(sa.column(name) for name in ("id", "body")))
_incidents = sa.table(
    "incidents", *(sa.column(name) for name in ("id", "key", "opened_at", "closed_at", "max_level"))
)


def upgrade() -> None:
    """Take the step; what cannot be read as the older version wrote it stays as it is."""
    op.add_column("readings", sa.Column("disputed", sa.Boolean, nullable=False, server_default="0"))
    op.add_column("known", sa.Column("was_read", sa.Boolean, nullable=False, server_default="0"))
    op.add_column("known", sa.Column("accepted", sa.Text))
    connection = op.get_bind()
    _note_what_was_read(connection)
    _open_what_waited(connection)
    _tell_what_was_suspected(connection)
    for column in _PENDING_UP:
        op.drop_column("known", column)
    rewrite(connection, _events, _by_place)
    _sites_by_shop(connection)
    _rename(connection)


# Of every key: whether it was ever read.


def _note_what_was_read(connection: sa.Connection) -> None:
    read = sa.select(_readings.c.key).where(_readings.c.presence.not_in(_UNREAD)).distinct()
    connection.execute(sa.update(_known).where(_known.c.key.in_(read)).values(was_read=True))


# Reds that waited for a second run.


def _open_what_waited(connection: sa.Connection) -> None:
    rows = connection.execute(
        sa.select(_known, _readings.c.run_id, _readings.c.body).join_from(
            _known, _readings, _readings.c.id == _known.c.up_id
        )
    ).all()
    for row in rows:
        reading = json.loads(row.body)
        level = reading["level"]
        opened = row.opened_at is None
        if not opened and not _is_worse(level, _level_of(connection, row.good_id)):
            continue
        reading_id = _disputed(connection, row, reading)
        incident = json.loads(row.incident) if row.incident else {}
        name = incident.get("id") or f"{hashlib.sha256(row.key.encode()).hexdigest()[:10]}-{row.number + 1}"
        incident |= {"id": name, "max_level": level, "notified_max": level, "ack": None}
        connection.execute(
            sa.update(_known)
            .where(_known.c.key == row.key)
            .values(
                good_id=reading_id,
                head_id=reading_id,
                opened_at=row.up_at if opened else row.opened_at,
                had_incident=True,
                incident=json.dumps(incident, separators=(",", ":")),
                told=level,
                number=row.number + 1,
                down_id=None,
                down_reads=None,
                down_at=None,
            )
        )
        if opened:
            moment = sa.bindparam("opened", row.up_at, UtcTime)
            connection.execute(
                sa.insert(_incidents).values(id=name, key=row.key, opened_at=moment, max_level=level)
            )


def _is_worse(level: str, than: str) -> bool:
    return _RANKS.index(level) > _RANKS.index(than)


def _level_of(connection: sa.Connection, reading_id: int | None) -> str:
    level = connection.execute(
        sa.select(_readings.c.level).where(_readings.c.id == reading_id)
    ).scalar_one_or_none()
    return level if level in _RANKS else "unknown"


def _disputed(connection: sa.Connection, row: Any, reading: dict[str, Any]) -> int:
    """Add the red once more, as disputed: what was stored stays as it was stored."""
    text = json.dumps(reading | {"disputed": True}, ensure_ascii=False, separators=(",", ":"))
    copied = ("run_id", "key", "marketplace", "account", "site", "presence", "level", "value", "observed_at")
    columns = sa.select(*(_readings.c[name] for name in copied)).where(_readings.c.id == row.up_id)
    old = connection.execute(columns).mappings().one()
    last = connection.execute(
        sa.select(sa.func.max(_readings.c.seq)).where(_readings.c.run_id == old["run_id"])
    ).scalar_one()
    values = {**old, "seq": last + 1, "previous_id": row.head_id, "body": text, "disputed": True}
    inserted = sa.insert(_readings).values(values).returning(_readings.c.id)
    return int(connection.execute(inserted).scalar_one())


def _tell_what_was_suspected(connection: sa.Connection) -> None:
    """A change that told of a suspicion tells of a red, as it would today: loudly, if nobody was told yet."""
    suspected = _changes.c.verb == "suspect"
    worse = suspected & _changes.c.level_before.in_(("warning", "critical"))
    connection.execute(sa.update(_changes).where(worse).values(verb="worsened", tell="at_once"))
    connection.execute(sa.update(_changes).where(suspected).values(verb="new", tell="at_once"))
    connection.execute(
        sa.update(_outbox).where(_outbox.c.kind == "suspect").values(kind="new", tell="at_once")
    )


# Places, and sites by shop.


def _by_place(event: Any) -> Any:
    """Return an event whose places are written out; they were lists of account, site and shop."""
    event["places"] = [
        {
            "marketplace": event["marketplace"],
            **dict(zip(("account", "site", "shop"), place, strict=True)),
        }
        if isinstance(place, list)
        else place
        for place in event.get("places", [])
    ]
    return event


def _sites_by_shop(connection: sa.Connection) -> None:
    """Make the table anew, as its key is another; a shop that was overwritten is back once it is listed."""
    rows = connection.execute(sa.text("SELECT * FROM sites")).mappings().all()
    op.drop_table("sites")
    sites = op.create_table(
        "sites",
        sa.Column("marketplace", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("shop", sa.String, nullable=False, server_default=""),
        sa.Column("first_seen", UtcTime, nullable=False),
        sa.Column("last_seen", UtcTime, nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("marketplace", "account", "code", "shop", name="pk_sites"),
    )
    for row in rows:
        shop = ""
        with as_it_is():
            shop = json.loads(row["body"]).get("shop", "")
        moments = {name: _moment(row[name]) for name in ("first_seen", "last_seen")}
        listed = bool(row["listed"])
        connection.execute(sa.insert(sites).values({**row, **moments, "listed": listed, "shop": shop}))


def _moment(stored: Any) -> datetime:
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


# Another name for a marketplace.


def _rename(connection: sa.Connection) -> None:
    """Call a marketplace by its new name, wherever it is written; evidence that was sealed stays as it is."""
    for name in ("visits", "known", "sites", "latches", "submissions"):
        table = sa.table(name, sa.column("marketplace"))
        connection.execute(sa.update(table).where(table.c.marketplace == _OLD).values(marketplace=_NEW))
    for name in ("known", "changes", "incidents", "journal"):
        table = sa.table(name, sa.column("key"))
        connection.execute(_keys_renamed(table))
    if connection.execute(sa.select(_readings.c.id).where(_readings.c.marketplace == _OLD).limit(1)).first():
        with alterable(connection):
            _rename_readings(connection)
    for row in connection.execute(sa.select(_outbox).where(_outbox.c.about.contains(f"{_OLD}/"))).all():
        about = "\n".join(map(_key_renamed, row.about.split("\n")))
        connection.execute(sa.update(_outbox).where(_outbox.c.id == row.id).values(about=about))
    rewrite(connection, _events, _event_renamed)


def _keys_renamed(table: Any) -> sa.Update:
    renamed = sa.literal(_NEW) + sa.func.substr(table.c.key, len(_OLD) + 1)
    return sa.update(table).where(table.c.key.startswith(f"{_OLD}/")).values(key=renamed)


def _key_renamed(key: str) -> str:
    return _NEW + key.removeprefix(_OLD) if key.startswith(f"{_OLD}/") else key


def _rename_readings(connection: sa.Connection) -> None:
    rewrite(connection, _readings, _reading_renamed, _readings.c.marketplace == _OLD)
    connection.execute(_keys_renamed(_readings))
    connection.execute(sa.update(_readings).where(_readings.c.marketplace == _OLD).values(marketplace=_NEW))


def _reading_renamed(reading: Any) -> Any:
    reading["key"]["marketplace"] = _NEW
    return reading


def _event_renamed(event: Any) -> Any:
    for named in (event, *event["keys"], *event["places"]):
        if named["marketplace"] == _OLD:
            named["marketplace"] = _NEW
    return event
