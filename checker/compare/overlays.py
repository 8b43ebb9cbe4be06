"""What lies over a finding's state: acknowledged, snoozed, stale, grouped; none of it lowers a level."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from checker.model import Ack, Incident, Key, Known, Level, Rules

__all__ = [
    "acknowledge",
    "active_ack",
    "elapsed",
    "incident_id",
    "incident_of",
    "is_accepted",
    "is_due",
    "is_muted",
    "is_snoozed",
    "is_stale",
    "key_id",
    "snooze",
    "unacknowledge",
]


def elapsed(since: datetime | None, now: datetime) -> timedelta:
    """Return the time passed, never negative: a clock that was set back has measured nothing."""
    return timedelta(0) if since is None else max(now - since, timedelta(0))


def is_due(told: datetime | None, every: timedelta, now: datetime) -> bool:
    """Tell whether what was told then may be told again.

    Args:
        told: When it was told last; none if never.
        every: How much time is to lie between.
        now: The moment of the run.

    Returns:
        Whether it may: also where it was told further in the future than the time to lie between, for then
        a clock was wrong, and must not mute anything for as long as it was ahead.
    """
    return told is None or elapsed(told, now) >= every or told - now > every


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
    # An answer so far in the future was dated by a clock that was wrong: how old it is nobody knows.
    return answered is not None and abs(now - answered) > rules.stale_after


def acknowledge(state: Known, by: str, reason: str, at: datetime, until: datetime | None = None) -> Known:
    """Return the state with its finding acknowledged as it stands, or accepted as one that cannot be read.

    Args:
        state: What is known of the key.
        by: Who acknowledges it.
        reason: Why.
        at: When.
        until: When it ends; none for as long as nothing changes.

    Returns:
        The state, acknowledged; where nothing is open, accepted as unreadable until it is read again.

    Raises:
        ValueError: Nothing is open, and it can be read; or nobody, or no reason, is named.
    """
    if not by.strip() or not reason.strip():
        raise ValueError("an acknowledgement needs an author and a reason")
    if not state.is_open and state.is_unread:
        return replace(state, accepted=Ack(by, reason, at, state.level, state.last.fingerprint, until))
    if state.good is None or not state.is_open:
        raise ValueError(f"nothing is open at {state.key}")
    ack = Ack(by, reason, at, state.level, state.good.fingerprint, until)
    return replace(state, incident=replace(incident_of(state), ack=ack))


def is_accepted(state: Known, now: datetime) -> bool:
    """Tell whether somebody knows that it cannot be read: it costs neither a headline nor the exit code.

    Args:
        state: What is known of the key.
        now: The moment of the run; an acceptance may have an end.

    Returns:
        Whether it holds. It ends by itself once the key is read again.
    """
    return state.is_accepted(now)


def unacknowledge(state: Known) -> Known:
    """Return the state with neither acknowledgement, acceptance nor snooze."""
    if state.accepted is not None:
        state = replace(state, accepted=None)
    if state.incident is None:
        return state
    return replace(state, incident=replace(state.incident, ack=None, snoozed_until=None))


def snooze(state: Known, until: datetime) -> Known:
    """Return the state with reminders muted until then; ValueError if nothing is open."""
    if not state.is_open or state.level is Level.UNKNOWN:
        raise ValueError(f"nothing is open at {state.key}")
    return replace(state, incident=replace(incident_of(state), snoozed_until=until))
