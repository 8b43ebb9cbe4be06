"""What a person does to findings: the same for the command line and for the page.

doing = acknowledging("ann", "the lawyer has it", now, moment_meant("7d", now))
act_on(store, lambda known: [key], doing)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from checker.compare import acknowledge, snooze, unacknowledge
from checker.errors import UsageError
from checker.model import Key, Known
from checker.store import Act, Store

__all__ = ["Doing", "acknowledging", "act_on", "moment_meant", "snoozing", "taking_back"]

_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Doing:
    """What a person does to findings.

    name: `ack`, `snooze` or `unack`. until: when it ends. change: what becomes of a state by it.
    """

    name: str
    by: str
    reason: str
    until: datetime | None
    at: datetime
    change: Callable[[Known], Known]

    def act(self, state: Known) -> Act:
        """Return the line for the journal."""
        return Act(self.at, self.name, self.by, self.reason, self.until, state.level)


def acknowledging(by: str, reason: str, at: datetime, until: datetime | None) -> Doing:
    """Return that somebody knows of a finding."""
    return Doing("ack", by, reason, until, at, lambda state: acknowledge(state, by, reason, at, until))


def snoozing(by: str, reason: str, at: datetime, until: datetime) -> Doing:
    """Return that somebody wants no reminders for a while."""
    return Doing("snooze", by, reason, until, at, lambda state: snooze(state, until))


def taking_back(by: str, reason: str, at: datetime) -> Doing:
    """Return that an acknowledgement or a snooze is taken back."""
    return Doing("unack", by, reason, None, at, unacknowledge)


def act_on(store: Store, choose: Callable[[Sequence[Key]], Iterable[Key]], doing: Doing) -> list[Key]:
    """Do it to findings, to all of them or to none.

    Args:
        store: Where they are known.
        choose: Returns the keys that are meant, of those somebody may act on. All of them are found before
            any is changed: a typing mistake changes nothing.
        doing: What is done.

    Returns:
        The keys it was done to, each once.

    Raises:
        UsageError: It cannot be done to one of them.
    """
    done: list[Key] = []
    with store.transaction():
        states = store.findings(or_unread=True)
        for key in dict.fromkeys(choose(list(states))):
            try:
                store.act(key, doing.act(states[key]), doing.change)
            except ValueError as error:
                raise UsageError(str(error), hint="list what is open with: checker findings") from None
            done.append(key)
    return done


def moment_meant(text: str | None, at: datetime) -> datetime | None:
    """Return the moment a person meant: a span from now, a day (its end, in UTC), or a moment.

    Raises:
        UsageError: It is none, or over already.
    """
    if text is None:
        return None
    number, unit = text[:-1], text[-1:]
    try:
        if unit in _UNITS and number.isdigit():
            end = at + int(number) * _UNITS[unit]
        else:
            end = datetime.fromisoformat(text)
            if len(text) == len("2026-12-24"):
                end += timedelta(days=1)
            end = end if end.tzinfo is not None else end.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"not a time: {text!r}", hint="write a date like 2026-12-24, or a span like 36h, 7d, 2w"
        ) from None
    if end <= at:
        raise UsageError(f"{text} is over already", hint="name a time to come")
    return end
