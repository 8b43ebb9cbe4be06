"""What several steps need to write records another way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["alterable", "as_it_is", "rewrite"]


@contextmanager
def as_it_is() -> Iterator[None]:
    """Leave a damaged record as it is: it is found where it is read, and costs no other."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError):
        return


def rewrite(connection: sa.Connection, table: Any, change: Callable[[Any], Any], where: Any = None) -> None:
    """Write the bodies of a table another way.

    Args:
        connection: A connection that may write.
        table: A table with an `id` and a `body`.
        change: Returns a record as it is to be.
        where: Which rows; without it all.
    """
    rows = sa.select(table.c.id, table.c.body)
    for row_id, body in connection.execute(rows if where is None else rows.where(where)).all():
        with as_it_is():
            text = json.dumps(change(json.loads(body)), ensure_ascii=False, separators=(",", ":"))
            connection.execute(sa.update(table).where(table.c.id == row_id).values(body=text))


@contextmanager
def alterable(connection: sa.Connection) -> Iterator[None]:
    """Lift, for this step only, what keeps readings from being altered."""
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE readings DISABLE TRIGGER readings_append_only")
        yield
        op.execute("ALTER TABLE readings ENABLE TRIGGER readings_append_only")
        return
    triggers = connection.execute(
        sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'readings'")
    ).all()
    for name, _ in triggers:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        op.execute(statement)
