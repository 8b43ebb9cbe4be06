"""Forgetting an account: nothing is known of it any more; what its runs read stays recorded."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select

from checker.model import Key
from checker.store.tables import incidents, known, latches, outbox, sites, submissions

__all__ = ["forget"]

_BY_ACCOUNT = (sites, latches, submissions)


def forget(connection: Connection, marketplace: str, account: str) -> int:
    """Delete what is known of an account: states, findings, messages, sites and latch.

    Readings, visits, changes and what people did stay as they were recorded: they are only ever added to.

    Args:
        connection: A connection in a transaction that may write.
        marketplace: The marketplace of the account.
        account: Its alias.

    Returns:
        Of how many keys something was known.
    """
    prefix = str(Key(marketplace, account, "", "")).removesuffix("/")
    gone = connection.execute(delete(known).where(_is_of(known, marketplace, account))).rowcount
    for table in _BY_ACCOUNT:
        connection.execute(delete(table).where(_is_of(table, marketplace, account)))
    # Findings are numbered by key, and messages named by finding: both would be there already.
    connection.execute(delete(incidents).where(incidents.c.key.startswith(prefix, autoescape=True)))
    messages = list(_messages(connection, prefix))
    if messages:
        connection.execute(delete(outbox).where(outbox.c.id.in_(messages)))
    return gone


def _is_of(table: Table, marketplace: str, account: str) -> ColumnElement[bool]:
    return and_(table.c.marketplace == marketplace, table.c.account == account)


def _messages(connection: Connection, prefix: str) -> Iterator[int]:
    """Yield the messages that are about nothing but this account."""
    rows = connection.execute(select(outbox.c.id, outbox.c.about))
    for row_id, about in rows:
        keys = [text for text in about.split("\n") if text]
        if keys and all(text.startswith(prefix) for text in keys):
            yield row_id
