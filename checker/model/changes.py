"""What changed between what was known and what was read, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checker.model.levels import Level
from checker.model.records import Cause, Key, Place, Reading

__all__ = ["Change", "Event", "EventKind", "Signal", "Tell", "Verb"]


class Verb(StrEnum):
    """What happened to one key, or to one site, in one run.

    The first group is what the state machine says, exactly one for every key and run; the second is what
    may be said beside it.
    """

    APPEARED = "appeared"
    NEW = "new"
    REGRESSED = "regressed"
    WORSENED = "worsened"
    UNCHANGED = "unchanged"
    IMPROVING = "improving"
    IMPROVED = "improved"
    RESOLVED = "resolved"
    VANISHING = "vanishing"
    VANISHED = "vanished"
    UNREADABLE = "unreadable"
    READABLE = "readable"
    NOT_OBSERVED = "not_observed"
    SYNC = "sync"

    FLAPPING = "flapping"
    RELEASED = "released"
    DEADLINE = "deadline"
    DRIFT = "drift"
    SITE_APPEARED = "site_appeared"
    SITE_GONE = "site_gone"
    REGISTRATION_CHANGED = "registration_changed"

    @property
    def is_alarm(self) -> bool:
        """Tell whether a seller must hear of it at once."""
        return self in (Verb.NEW, Verb.REGRESSED, Verb.WORSENED)


class Tell(StrEnum):
    """How a change is told: at once, at once but quietly, with the day's digest, or not at all."""

    AT_ONCE = "at_once"
    LOW = "low"
    DIGEST = "digest"
    NOT = "not"


class EventKind(StrEnum):
    """What makes many changes one event; each is told in one message."""

    INVENTORY = "inventory"
    UNOPENED_SITES = "unopened_sites"
    ACROSS_ACCOUNTS = "across_accounts"
    SUSPICIOUS = "suspicious"
    PARSER_FAULT = "parser_fault"
    MASS_UNREADABLE = "mass_unreadable"
    NOT_OBSERVED = "not_observed"


class Signal(StrEnum):
    """What speaks for many changes having one cause that is not the seller's."""

    ACROSS_ACCOUNTS = "S1"
    MANY_WIDGETS = "S2"
    IMPLAUSIBLE = "S3"
    PAGE_CHANGED = "S4"
    SOURCES_DISAGREE = "S5"
    INCIDENT_NOTICE = "S6"
    UNOPENED_SITES = "S7"


@dataclass(frozen=True, slots=True)
class Event:
    """Many changes of one run that are one event; it lowers no level and hides nothing.

    places: every site concerned. total: of how many that could have been.
    probable: whether a second, independent signal supports it.
    detail: what happened, as a sentence; untouched: the sites it spared.
    notice: what the console itself says of trouble of its own, verbatim.
    """

    id: str
    kind: EventKind
    marketplace: str
    keys: tuple[Key, ...]
    places: tuple[Place, ...]
    level: Level = Level.UNKNOWN
    detail: str = ""
    signals: tuple[Signal, ...] = ()
    probable: bool = False
    total: int = 0
    untouched: tuple[str, ...] = ()
    notice: str = ""

    @property
    def inhibits(self) -> bool:
        """Tell whether its findings still want a message of their own, should they outlive it."""
        return self.kind is EventKind.ACROSS_ACCOUNTS


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between this run and what was known before it.

    tell: how it is told. event: the event it is told in, instead of by itself.
    incident, number: together they name the message for good.
    late: it happened in an earlier run that ended before it could tell.
    """

    verb: Verb
    key: Key
    level: Level
    level_before: Level | None = None
    cause: Cause | None = None
    detail: str = ""
    since: datetime | None = None
    reading: Reading | None = None
    tell: Tell = Tell.AT_ONCE
    event: str = ""
    incident: str = ""
    number: int = 0
    late: bool = False

    @property
    def is_told_alarm(self) -> bool:
        """Tell whether this run must tell of a red that is new or worse."""
        return self.verb.is_alarm and self.tell is not Tell.NOT

    @property
    def is_disputed(self) -> bool:
        """Tell whether something contradicts the red it tells of."""
        return self.reading is not None and self.reading.disputed
