"""What lies over a finding's state: acknowledged, snoozed, stale, grouped; none of it lowers a level."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from checker.model import Ack, Incident, Key, Known, Level, Presence, Rules

__all__ = [
    "acknowledge",
    "active_ack",
    "elapsed",
    "incident_id",
    "incident_of",
    "is_due",
    "is_muted",
    "is_snoozed",
    "is_stale",
    "is_unavailable",
    "key_id",
    "snooze",
    "unacknowledge",
]


def elapsed(since: datetime | None, now: datetime) -> timedelta:
    """Return the time passed, never negative: a clock that was set back has measured nothing."""
    return timedelta(0) if since is None else max(now - since, timedelta(0))


def is_due(told: datetime | None, every: timedelta, now: datetime) -> bool:
    """Tell whether what was told then may be told again."""
    return told is None or elapsed(told, now) >= every


def incident_id(state: Known) -> str:
    """Return a name no other finding of any key has, without a clock: a run repeated names it alike."""
    return f"{key_id(state.key)}-{state.number + 1}"


def key_id(key: Key) -> str:
    """Return a short name of a key, the same in every run."""
    return hashlib.sha256(str(key).encode()).hexdigest()[:10]


def incident_of(state: Known) -> Incident:
    """Return the open incident; one made of what is known where an older version kept none."""
    if state.incident is not None:
        return state.incident
    return Incident(incident_id(state), state.level, notified_max=state.level, told_at=state.opened_at)


def active_ack(state: Known, now: datetime) -> Ack | None:
    """Return the acknowledgement that holds now, if any."""
    ack = None if state.incident is None else state.incident.ack
    return ack if ack is not None and (ack.until is None or now < ack.until) else None


def is_snoozed(state: Known, now: datetime) -> bool:
    """Tell whether reminders are muted for a while."""
    until = None if state.incident is None else state.incident.snoozed_until
    return until is not None and now < until


def is_muted(state: Known, now: datetime) -> bool:
    """Tell whether reminders are not wanted: acknowledged, or snoozed."""
    return active_ack(state, now) is not None or is_snoozed(state, now)


def is_stale(state: Known, now: datetime, rules: Rules) -> bool:
    """Tell whether the console has said nothing of the key for longer than the limit."""
    answered = state.answered_at
    return answered is not None and elapsed(answered, now) > rules.stale_after


def is_unavailable(state: Known) -> bool:
    """Tell whether a widget could not be read, and never could: no look at this console gave a level.

    A metric nobody judges leaves no level behind, so that one of these that was readable counts too.
    """
    never = state.good is None and not state.levels and not state.had_incident
    return never and state.pending_up is None and state.last.presence is Presence.UNREADABLE


def acknowledge(state: Known, by: str, reason: str, at: datetime, until: datetime | None = None) -> Known:
    """Return the state with its finding acknowledged as it stands; ValueError if there is none.

    What was never readable on this console is no finding, and can be accepted in the same way.
    """
    if not by.strip() or not reason.strip():
        raise ValueError("an acknowledgement needs an author and a reason")
    if not state.is_open and not is_unavailable(state):
        raise ValueError(f"nothing is open at {state.key}")
    fingerprint = state.last.fingerprint if state.good is None else state.good.fingerprint
    ack = Ack(by, reason, at, state.level, fingerprint, until)
    return replace(state, incident=replace(incident_of(state), ack=ack))


def unacknowledge(state: Known) -> Known:
    """Return the state with neither acknowledgement nor snooze."""
    if state.incident is None:
        return state
    return replace(state, incident=replace(state.incident, ack=None, snoozed_until=None))


def snooze(state: Known, until: datetime) -> Known:
    """Return the state with reminders muted until then; ValueError if nothing is open."""
    if not state.is_open or state.level is Level.UNKNOWN:
        raise ValueError(f"nothing is open at {state.key}")
    return replace(state, incident=replace(incident_of(state), snoozed_until=until))
