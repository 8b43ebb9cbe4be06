"""How everything stands in one line, for a person or a monitor: is it well, and read often enough; pure.

    CRITICAL 3, warning 1; oldest account read 2 hours ago        exit 11

An account that was not read within the limit makes it incomplete (20), whatever was known of it; one that a
person must clear makes it 21 or 22. With `nagios` the exit code is 0 ok, 1 warning, 2 critical, 3 unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from checker.model import FACTS, Exit, Key, Known, Level, QuietGroup, gravest
from checker.model.latch import Latch
from checker.report.document import schema_of
from checker.report.findings import Tally, open_findings, tally
from checker.report.formats import format_age
from checker.report.overview import tally_text
from checker.report.rollup import Place
from checker.report.safe import printable, well_formed
from checker.report.words import words_for

__all__ = [
    "Status",
    "nagios_code",
    "nagios_line",
    "status_document",
    "status_line",
    "status_of",
    "status_schema",
]

_NAGIOS = {Exit.OK: 0, Exit.WARNING: 1, Exit.NEW: 2, Exit.CRITICAL: 2}
_WORDS = {0: "OK", 1: "WARNING", 2: "CRITICAL", 3: "UNKNOWN"}


@dataclass(frozen=True, slots=True)
class Status:
    """How everything stands.

    late: the accounts that were not read within the limit, each with when they were; None for never.
    latched: the accounts a person must clear. at: when this was asked.
    """

    at: datetime
    tally: Tally
    accounts: int
    oldest: datetime | None
    late: Mapping[str, datetime | None]
    latched: Sequence[Latch]
    exit_code: int


def status_of(
    known: Mapping[Key, Known],
    places: Iterable[Place],
    accounts: Iterable[str],
    latches: Sequence[Latch],
    now: datetime,
    max_age: timedelta,
    quiet: Iterable[QuietGroup] = (),
) -> Status:
    """Return how everything stands.

    Args:
        known: Everything known, or what of it must be looked at.
        places: Every site known of.
        accounts: The accounts that are to be read; one that never was is late.
        latches: What keeps accounts from being signed in to.
        now: The moment it is asked for.
        max_age: How long ago each account must have been read at the latest.
        quiet: What `known` leaves out, counted: the console answered whenever it was looked at.
    """
    read: dict[str, datetime | None] = dict.fromkeys(accounts)
    answers = chain(
        ((state.key.account, state.answered_at) for state in known.values()),
        ((group.place.account, group.seen_at) for group in quiet),
    )
    for account, at in answers:
        before = read.get(account)
        if account in read and at is not None and (before is None or at > before):
            read[account] = at
    late = {alias: at for alias, at in read.items() if at is None or now - at > max_age}
    counted = tally(open_findings(known, tuple(places), now))
    codes = [Exit.CRITICAL if level.is_red else Exit.WARNING for level, _ in counted.counts]
    codes += [Exit.INCOMPLETE] * bool(late)
    mine = [latch for latch in latches if latch.account in read]
    codes += [FACTS[latch.outcome].exit for latch in mine]
    seen = [at for at in read.values() if at is not None]
    return Status(now, counted, len(read), min(seen, default=None), late, mine, gravest(codes))


def status_line(status: Status, language: str) -> str:
    """Return it in one line, for a person."""
    words = words_for(language)
    parts = [tally_text(status.tally, language) if status.tally.total else words.say("findings_none")]
    if status.oldest is not None:
        age = format_age(status.oldest, status.at, language)
        parts.append(words.say("status_oldest", age=age))
    for alias, at in status.late.items():
        age = words.say("never_read") if at is None else format_age(at, status.at, language)
        parts.append(words.say("status_late", account=printable(alias, 60), age=age))
    for latch in status.latched:
        outcome = words.word("outcomes", latch.outcome.value)
        parts.append(words.colon(printable(latch.account, 60), outcome))
    return "; ".join(part.rstrip(".。") for part in parts)


def nagios_code(status: Status) -> int:
    """Return the exit code monitors of the Nagios family understand."""
    worst = _NAGIOS.get(Exit(status.exit_code), 3)
    # What is red stays critical, though something else could not be read.
    return 2 if status.tally.is_red else worst


def nagios_line(status: Status) -> str:
    """Return the line such monitors show, with what they draw behind the bar."""
    counts = dict(status.tally.counts)
    data = {level.value: counts.get(level, 0) for level in (Level.DEACTIVATED, Level.CRITICAL, Level.WARNING)}
    data |= {"late_accounts": len(status.late), "latched_accounts": len(status.latched)}
    drawn = " ".join(f"{name}={number}" for name, number in data.items())
    text = status_line(status, "en").replace("|", "/")
    return f"MARKETPLACE {_WORDS[nagios_code(status)]} - {text} | {drawn}"


class LateModel(BaseModel):
    """An account that was not read within the limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str = Field(description="The alias the account has in the settings.")
    read_at: datetime | None = Field(description="When it was read last, in UTC; null if never.")


class StatusDocument(BaseModel):
    """What `status --json` prints."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: datetime = Field(description="When this was asked, in UTC.")
    total: int = Field(description="How many findings are open.")
    muted: int = Field(description="How many of them are acknowledged or snoozed.")
    counts: dict[Level, int] = Field(description="How many are how.")
    accounts: int = Field(description="How many accounts are to be read.")
    oldest_read_at: datetime | None = Field(description="When the account read longest ago was, in UTC.")
    late: list[LateModel] = Field(description="The accounts that were not read within the limit.")
    latched: dict[str, str] = Field(description="The accounts a person must clear, and why.")
    exit_code: int = Field(description="The exit code of it all.")


def status_document(status: Status) -> StatusDocument:
    """Return it as its JSON document."""
    return StatusDocument(
        at=status.at,
        total=status.tally.total,
        muted=status.tally.muted,
        counts=dict(status.tally.counts),
        accounts=status.accounts,
        oldest_read_at=status.oldest,
        late=[LateModel(account=well_formed(alias), read_at=at) for alias, at in status.late.items()],
        latched={well_formed(latch.account): latch.outcome.value for latch in status.latched},
        exit_code=status.exit_code,
    )


def status_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `status --json`."""
    return schema_of(StatusDocument)
