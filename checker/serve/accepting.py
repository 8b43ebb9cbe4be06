"""Accepting, from the page, what no look ever read on a console: exactly as `checker ack` does it.

What is accepted is what the page showed: a matter that came to more widgets meanwhile is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from checker.errors import UsageError
from checker.model import Key
from checker.report.overview import unread_title
from checker.report.pages import Voice
from checker.report.safe import printable
from checker.report.unread import Unread
from checker.run.acting import Doing, acknowledging, moment_meant, taking_back
from checker.serve.desk import Desk
from checker.serve.findings import UNTIL
from checker.serve.forms import who, why

__all__ = ["ACTS", "Unavailable", "accept", "accepting", "unavailable"]

ACTS: Final = ("ack", "unack")


@dataclass(frozen=True, slots=True)
class Unavailable:
    """One matter that was never readable.

    id: the name of its box in the form, of all the widgets it is about. keys: these widgets, as written.
    """

    id: str
    title: str
    accepted: bool
    keys: tuple[str, ...]


def unavailable(unread: Iterable[Unread], voice: Voice) -> tuple[Unavailable, ...]:
    """Return what was never readable, as lines of a form."""
    return tuple(
        Unavailable(
            _mark(entry),
            unread_title(entry, voice.words),
            entry.accepted,
            tuple(printable(str(state.key), 200) for state in entry.states),
        )
        for entry in unread
        if entry.unavailable and entry.states
    )


def accept(desk: Desk, voice: Voice, fields: Mapping[str, str]) -> Doing:
    """Accept what a form ticks, or take that back: all of it or nothing; return what was done.

    Raises:
        UsageError: The form does not say who, why or what, or what it ticks is not as it was shown.
    """
    words = voice.words
    wanted = {name.removeprefix("is-") for name, value in fields.items() if name.startswith("is-") and value}
    if not wanted:
        raise UsageError(words.page("accept_nothing"))
    entries = {_mark(entry): entry for entry in desk.look().unread if entry.unavailable and entry.states}
    if not wanted <= entries.keys():
        raise UsageError(words.page("accept_since"))
    doing = accepting(voice, fields)
    desk.act(_keys(entries[mark] for mark in sorted(wanted)), doing)
    return doing


def accepting(voice: Voice, fields: Mapping[str, str]) -> Doing:
    """Return what a form wants done with what is never readable; UsageError if it does not say who or why."""
    words = voice.words
    what, until = fields.get("act", ""), fields.get("until", "")
    if what not in ACTS or until not in UNTIL:
        raise UsageError(words.page("refused_form"))
    by, reason = who(fields, words), why(fields, words)
    if what == "unack":
        return taking_back(by, reason, voice.now)
    return acknowledging(by, reason, voice.now, moment_meant(until or None, voice.now))


def _keys(entries: Iterable[Unread]) -> list[Key]:
    return [state.key for entry in entries for state in entry.states]


def _mark(entry: Unread) -> str:
    """Return a name for exactly these widgets."""
    keys = "\n".join(sorted(str(state.key) for state in entry.states))
    return hashlib.sha256(keys.encode()).hexdigest()[:16]
