"""Which accounts are not to be signed in to, and whose password was sent without an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from checker.model import Outcome
from checker.model.latch import Latch
from checker.store.tables import latches, submissions
from checker.store.transactions import insert_or_update

__all__ = ["count_submission", "forget_submissions", "latch_of", "latch_rows", "lift", "put", "unanswered"]


def latch_of(connection: Connection, marketplace: str, account: str) -> Latch | None:
    """Return what keeps an account from being signed in to, or nothing."""
    row = connection.execute(
        select(latches).where(latches.c.marketplace == marketplace, latches.c.account == account)
    ).first()
    return None if row is None else _latch(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def latch_rows(connection: Connection) -> list[Latch]:
    """Return every latch, by account."""
    rows = connection.execute(select(latches).order_by(latches.c.account, latches.c.marketplace)).mappings()
    return [_latch(row) for row in rows]


def put(connection: Connection, latch: Latch) -> None:
    """Latch an account, in place of what latched it before."""
    row = {
        "marketplace": latch.marketplace,
        "account": latch.account,
        "outcome": latch.outcome.value,
        "since": latch.since,
        "detail": latch.detail,
        "actor": latch.actor.value,
        "salt": latch.salt,
        "fingerprint": latch.fingerprint,
    }
    new = row.keys() - {"marketplace", "account"}
    insert_or_update(connection, latches, [row], lambda given: {name: given[name] for name in new})


def lift(connection: Connection, marketplace: str, account: str) -> bool:
    """Let an account be signed in to again; tell whether it was latched."""
    forget_submissions(connection, marketplace, account)
    gone = connection.execute(
        delete(latches).where(latches.c.marketplace == marketplace, latches.c.account == account)
    )
    return gone.rowcount > 0


def count_submission(connection: Connection, marketplace: str, account: str, at: datetime) -> None:
    """Note that a password is being sent, before it is known what comes of it."""
    row = {"marketplace": marketplace, "account": account, "unanswered": 1, "last_at": at}
    more = submissions.c.unanswered + 1
    insert_or_update(
        connection, submissions, [row], lambda given: {"unanswered": more, "last_at": given.last_at}
    )


def forget_submissions(connection: Connection, marketplace: str, account: str) -> None:
    """Note that the console answered: every password sent before is accounted for."""
    connection.execute(
        delete(submissions).where(submissions.c.marketplace == marketplace, submissions.c.account == account)
    )


def unanswered(connection: Connection, marketplace: str, account: str) -> int:
    """Return how many passwords in a row were sent without an answer."""
    found = connection.execute(
        select(submissions.c.unanswered).where(
            submissions.c.marketplace == marketplace, submissions.c.account == account
        )
    ).scalar_one_or_none()
    return 0 if found is None else int(found)


def _latch(row: Any) -> Latch:
    return Latch(
        row["marketplace"],
        row["account"],
        Outcome(row["outcome"]),
        row["since"],
        row["detail"],
        row["salt"],
        row["fingerprint"],
    )
