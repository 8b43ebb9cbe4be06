"""What is known of one key over time: its confirmed level, what is pending, and the finding that is open.

    confirmed (`good`)   the last reading that is believed; an error never replaces it
    pending down         a better level that was not seen often enough yet
    incident             the finding itself, while one is open: acknowledged, snoozed, grouped or not

All of it is data; `checker.compare` says how it changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from checker.model.levels import Level, Presence
from checker.model.records import Key, Reading

__all__ = ["FLAP_WINDOW", "Ack", "Incident", "Known", "Pending", "Rules"]

FLAP_WINDOW = 21
"""How many of a key's last levels are kept, to tell flapping."""

_ABSENT = (Presence.NONE, Presence.NOT_RATED, Presence.NOT_REGISTERED)
_UNREAD = (Presence.UNREADABLE, Presence.NOT_OBSERVED)


@dataclass(frozen=True, slots=True)
class Rules:
    """How often and how far apart things must be seen; times of one seller's settings.

    good_reads: reads of a better level, in runs at least `good_apart` apart, before it is believed.
    absent_reads: looks that did not find a key before it counts as vanished.
    period, grace: how often runs are planned; what was not read for two periods and the grace is stale.
    reminder: how often an open finding nobody acknowledged is mentioned again.
    """

    good_reads: int = 2
    good_apart: timedelta = timedelta(minutes=30)
    absent_reads: int = 2
    period: timedelta = timedelta(hours=24)
    grace: timedelta = timedelta(hours=2)
    reminder: timedelta = timedelta(hours=24)

    @property
    def stale_after(self) -> timedelta:
        """How old a reading may be before nothing may be said by it."""
        return 2 * self.period + self.grace


@dataclass(frozen=True, slots=True)
class Pending:
    """A level that was read and is not believed yet.

    reading: the worst of what was read. reads: in how many runs that counted. at: when the last did.
    """

    reading: Reading
    reads: int
    at: datetime

    @property
    def level(self) -> Level:
        """The worst level seen while pending."""
        return self.reading.level


@dataclass(frozen=True, slots=True)
class Ack:
    """Somebody knows of a finding as it stood then; it says nothing of a worse one."""

    by: str
    reason: str
    at: datetime
    level: Level
    fingerprint: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An open finding.

    id: the same in every run, and never used again for the key.
    max_level: the worst it ever was. notified_max: the worst its seller was told.
    told_at: when anything was told of it last.
    deadline_steps: how many of the steps towards its deadline were announced.
    group: the event it was told in without a message of its own, since `grouped_at`; none once it had one.
    rereads: how often it was read again since, as the group asks for.
    deadline: the deadline that was told; a look that does not draw it changes nothing.
    """

    id: str
    max_level: Level
    notified_max: Level = Level.UNKNOWN
    ack: Ack | None = None
    snoozed_until: datetime | None = None
    told_at: datetime | None = None
    deadline_steps: int = 0
    group: str = ""
    grouped_at: datetime | None = None
    rereads: int = 0
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one key from all runs so far.

    good: the reading that is believed; an error never replaces it.
    last: the last reading of any presence.
    opened_at: since when the finding is open; none when nothing is open.
    had_incident: whether there ever was a finding, so that the next red is a regression.
    vanished: the open finding is no longer listed, and not known to be fixed.
    absent_since: when the present run of absences began.
    levels: the last levels read, oldest first, one digit of rank each.
    told: the level the seller was told last; none before anything was.
    number: how many transitions the key has made; with the incident it names a message for good.
    unreadable_told, flap_told: when it was last said that the key is unreadable, or flapping.
    was_read: whether the console ever said anything of it, be it that there is nothing.
    accepted: who knows that it cannot be read; none once it could be again.
    """

    key: Key
    last: Reading
    good: Reading | None = None
    opened_at: datetime | None = None
    had_incident: bool = False
    vanished: bool = False
    unreadable_streak: int = 0
    absent_streak: int = 0
    not_observed_streak: int = 0
    absent_since: datetime | None = None
    pending_down: Pending | None = None
    levels: str = ""
    told: Level | None = None
    flapping: bool = False
    number: int = 0
    incident: Incident | None = None
    unreadable_told: datetime | None = None
    flap_told: datetime | None = None
    was_read: bool = False
    accepted: Ack | None = None

    @property
    def level(self) -> Level:
        """The level that is believed."""
        return Level.UNKNOWN if self.good is None else self.good.level

    @property
    def is_open(self) -> bool:
        """Whether a finding is open."""
        return self.opened_at is not None

    @property
    def is_disputed(self) -> bool:
        """Whether something contradicts the red that is open."""
        return self.is_open and self.good is not None and self.good.disputed

    @property
    def is_unread(self) -> bool:
        """Whether the last look got nothing out of it: unreadable, or never come to."""
        return self.last.presence in _UNREAD

    def is_accepted(self, now: datetime) -> bool:
        """Tell whether somebody knows, at that moment, that it cannot be read."""
        ack = self.accepted
        return self.is_unread and ack is not None and (ack.until is None or now < ack.until)

    @property
    def never_readable(self) -> bool:
        """Whether it cannot be read, and never could: this console may not have it."""
        return not self.was_read and self.last.presence is Presence.UNREADABLE

    @property
    def deadline(self) -> datetime | None:
        """When the console's patience ends, as last drawn; a look that shows none takes none away."""
        drawn = None if self.good is None else self.good.deadline
        return drawn if drawn is not None or self.incident is None else self.incident.deadline

    @property
    def read_at(self) -> datetime | None:
        """When a level was last read, believed or not; none if never."""
        moments = [] if self.pending_down is None else [self.pending_down.at]
        if self.good is not None:
            moments.append(self.good.observed_at)
        if self.last.presence is Presence.SHOWN and self.last.level is not Level.UNKNOWN:
            moments.append(self.last.observed_at)
        return max(moments, default=None)

    @property
    def answered_at(self) -> datetime | None:
        """When the console last said anything of it, be it that it is not there; none if never."""
        if self.last.presence in _ABSENT or self.last.presence is Presence.SHOWN:
            return self.last.observed_at
        return self.read_at
