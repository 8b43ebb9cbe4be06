"""Metrics that only Mercado Libre has begin with `mercado_libre.`, as the marketplace's name does since 0005.

Under their first name nobody reads them any more: what was open stayed open for ever, and was told as new
under its name of today. Where a run wrote that one as well, the two are one again.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from checker.store.migrations.rewriting import alterable, rewrite
from checker.store.tables import UtcTime

__all__ = ["upgrade"]

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MARKETPLACE, _OLD, _NEW = "mercado_libre", "mercadolibre.", "mercado_libre."
_NAMED_BY_KEY = ("known", "changes", "incidents", "journal")

_known = sa.table("known", sa.column("key"), sa.column("incident"), sa.column("opened_at", UtcTime))
_incidents = sa.table("incidents", sa.column("key"), sa.column("closed_at", UtcTime))
_readings = sa.table("readings", sa.column("id"), sa.column("key"), sa.column("body"))
_outbox = sa.table("outbox", sa.column("id"), sa.column("about"))
_events = sa.table("events", sa.column("id"), sa.column("body"))


def upgrade() -> None:
    """Take the step; what cannot be read as the older version wrote it stays as it is."""
    connection = op.get_bind()
    for key in _keys(connection, _known):
        _make_one(connection, key, _renamed(key))
    for name in _NAMED_BY_KEY:
        _rename(connection, sa.table(name, sa.column("key")))
    _rename_readings(connection)
    for row in connection.execute(sa.select(_outbox).where(_outbox.c.about.contains(f"/{_OLD}"))).all():
        about = "\n".join(map(_renamed, row.about.split("\n")))
        connection.execute(sa.update(_outbox).where(_outbox.c.id == row.id).values(about=about))
    rewrite(connection, _events, _event_renamed, _events.c.body.contains(_OLD))


def _make_one(connection: sa.Connection, old: str, new: str) -> None:
    """Keep one of two states of one metric: the open one, and of two alike the one read last."""
    states = {
        row.key: row for row in connection.execute(sa.select(_known).where(_known.c.key.in_((old, new))))
    }
    if new not in states:
        return
    lost = new if states[new].opened_at is None and states[old].opened_at is not None else old
    connection.execute(sa.delete(_known).where(_known.c.key == lost))
    over = _incidents.c.closed_at.is_(None) & (_incidents.c.key == lost)
    if states[new].opened_at is not None:
        # Its finding goes on under the other name, from where that one begins.
        moment = sa.bindparam("closed", states[new].opened_at, UtcTime)
        connection.execute(sa.update(_incidents).where(over).values(closed_at=moment))


def _rename(connection: sa.Connection, table: Any) -> None:
    for key in _keys(connection, table):
        connection.execute(sa.update(table).where(table.c.key == key).values(key=_renamed(key)))


def _rename_readings(connection: sa.Connection) -> None:
    keys = _keys(connection, _readings)
    if not keys:
        return
    with alterable(connection):
        rewrite(connection, _readings, _reading_renamed, _readings.c.key.in_(keys))
        _rename(connection, _readings)


def _keys(connection: sa.Connection, table: Any) -> list[str]:
    """Return the keys of a table that are about a metric by its first name."""
    ours = table.c.key.startswith(f"{_MARKETPLACE}/", autoescape=True) & table.c.key.contains(f"/{_OLD}")
    keys = connection.execute(sa.select(table.c.key).where(ours).distinct()).scalars()
    return [key for key in keys if _renamed(key) != key]


def _renamed(key: str) -> str:
    place, slash, metric = key.rpartition("/")
    ours = place.startswith(f"{_MARKETPLACE}/") and metric.startswith(_OLD)
    return f"{place}{slash}{_NEW}{metric.removeprefix(_OLD)}" if ours else key


def _reading_renamed(reading: Any) -> Any:
    _rename_metric(reading["key"])
    return reading


def _event_renamed(event: Any) -> Any:
    for key in event["keys"]:
        _rename_metric(key)
    return event


def _rename_metric(key: Any) -> None:
    if key["marketplace"] == _MARKETPLACE and key["metric"].startswith(_OLD):
        key["metric"] = _NEW + key["metric"].removeprefix(_OLD)
