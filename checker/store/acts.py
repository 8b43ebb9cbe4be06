"""What people do to a finding: the new state and its line in the journal, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from checker.model import Key, Known, Level
from checker.model.wire import dump_ack, dump_incident
from checker.store.recall import known_states
from checker.store.tables import journal, known

__all__ = ["Act", "act_on", "acts_of"]


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person did: `ack`, `unack` or `snooze`."""

    at: datetime
    act: str
    by: str = ""
    reason: str = ""
    until: datetime | None = None
    level: Level = Level.UNKNOWN


def act_on(connection: Connection, key: Key, act: Act, change: Callable[[Known], Known]) -> Known:
    """Change the finding of a key and note who did it; KeyError if nothing is known of the key."""
    before = known_states(connection, keys=[key])[key]
    after = change(before)
    incident, accepted = after.incident, after.accepted
    values = {
        "incident": None if incident is None else dump_incident(incident),
        "accepted": None if accepted is None else dump_ack(accepted),
    }
    connection.execute(update(known).where(known.c.key == str(key)).values(values))
    row = {
        "at": act.at,
        "key": str(key),
        "act": act.act,
        "by": act.by,
        "reason": act.reason,
        "until": act.until,
        "incident": "" if incident is None else incident.id,
        "level": after.level.value,
    }
    connection.execute(insert(journal), [row])
    return after


def acts_of(connection: Connection, key: Key, limit: int) -> list[Act]:
    """Return the last `limit` things people did to a key, oldest first."""
    statement = select(journal).where(journal.c.key == str(key)).order_by(journal.c.id.desc()).limit(limit)
    rows = list(connection.execute(statement))
    return [Act(row.at, row.act, row.by, row.reason, row.until, Level(row.level)) for row in reversed(rows)]
