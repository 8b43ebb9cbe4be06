"""What changed between what was known and what was read, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checker.model.levels import Level
from checker.model.records import Key, Reading

__all__ = ["Cause", "CauseKind", "Change", "Known", "Verb"]


class Verb(StrEnum):
    """What happened to one key, or to one site, in one run."""

    NEW = "new"
    REGRESSED = "regressed"
    WORSENED = "worsened"
    IMPROVED = "improved"
    RESOLVED = "resolved"
    VANISHED = "vanished"
    UNREADABLE = "unreadable"
    READABLE = "readable"
    DRIFT = "drift"
    SITE_APPEARED = "site_appeared"
    SITE_GONE = "site_gone"

    @property
    def is_alarm(self) -> bool:
        """Tell whether a seller must hear of it at once."""
        return self in (Verb.NEW, Verb.REGRESSED, Verb.WORSENED)


class CauseKind(StrEnum):
    """What best explains a finding; a label for the reader, not a filter."""

    NEVER_OPENED = "never_opened"
    DORMANT = "dormant"
    IDENTITY_CHECK = "identity_check"
    PERFORMANCE = "performance"
    POLICY = "policy"
    ACCOUNT_ACTION = "account_action"
    PLATFORM_SUSPECTED = "platform_suspected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cause:
    """The best supported cause and what supports it."""

    kind: CauseKind
    support: str = ""

    def __str__(self) -> str:
        """Return e.g. `performance: order defect rate 1.4 %, target < 1 %`."""
        return f"{self.kind.value}: {self.support}" if self.support else self.kind.value


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one key from all runs so far.

    good: the last reading that was shown with a level; an error never replaces it.
    last: the last reading of any presence.
    opened_at: since when the finding is open; none when nothing is open.
    had_incident: whether there ever was a finding, so that the next red is a regression.
    vanished: the open finding is no longer listed, and not known to be fixed.
    """

    key: Key
    last: Reading
    good: Reading | None = None
    opened_at: datetime | None = None
    had_incident: bool = False
    vanished: bool = False
    unreadable_streak: int = 0
    absent_streak: int = 0

    @property
    def level(self) -> Level:
        """The last level that was really read."""
        return Level.UNKNOWN if self.good is None else self.good.level

    @property
    def is_open(self) -> bool:
        """Whether a finding is open."""
        return self.opened_at is not None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between this run and what was known before it."""

    verb: Verb
    key: Key
    level: Level
    level_before: Level | None = None
    cause: Cause | None = None
    detail: str = ""
    since: datetime | None = None
    reading: Reading | None = None
