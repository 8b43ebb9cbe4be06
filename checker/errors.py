"""Everything that can go wrong in a way a person can act on.

    CheckerError
      ConfigError       settings, accounts, flows: nothing was started           exit 78
      UsageError        the command line, or a file named on it                  exit 64
      StoreError        the store is corrupt, newer, locked or cannot be written  exit 30
      Stop              a visit ended before it read everything (an outcome)
        NotOffered      a page this console need not have is not there
        NotProven       a page does not say whose it is: nothing of it is to be believed
        PagesUnread     some pages of a site are unknown, and all others were read

The message says what happened and where; the hint says what to do next. Neither holds a secret.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath

from checker.model.exits import Exit
from checker.model.outcomes import Outcome

__all__ = [
    "CheckerError",
    "ConfigError",
    "NotOffered",
    "NotProven",
    "PagesUnread",
    "Stop",
    "StoreError",
    "UsageError",
    "fault",
]


class CheckerError(Exception):
    """A foreseeable fault: shown as one message and a next step, never as a traceback."""

    def __init__(self, message: str, *, exit_code: int = Exit.BUG, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = int(exit_code)
        self.hint = hint

    def __str__(self) -> str:
        """Return the message, and under it the next step."""
        return self.message if self.hint is None else f"{self.message}\n  -> {self.hint}"


class ConfigError(CheckerError):
    """Settings that cannot be used; every problem found is in the message."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, exit_code=Exit.CONFIG, hint=hint)


class UsageError(CheckerError):
    """A command line, or a file given on it, that cannot be used."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, exit_code=Exit.USAGE, hint=hint)


class StoreError(CheckerError):
    """The store cannot be used as it is; it was left, or set aside, untouched."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, exit_code=Exit.STORE, hint=hint)


class Stop(Exception):  # noqa: N818 - it names a decision, not a mistake
    """A visit must not go on: the outcome says why, and so who must act."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(f"{outcome.value}: {detail}")
        self.outcome = outcome
        self.detail = detail


class NotOffered(Stop):
    """A page that a console need not have is not there: neither at its paths nor by a link."""


class NotProven(Stop):
    """A page was opened and does not say whose it is: nothing on it is to be believed."""


class PagesUnread(Stop):
    """Some pages of a site are unknown, and all others were read: the last of those is still open."""


def fault(error: Exception) -> str:
    """Say which line raised what: not its message or source, which may hold what was on a page."""
    frames = traceback.extract_tb(error.__traceback__)
    place = frames[-1] if frames else None
    where = f" in {'/'.join(PurePath(place.filename).parts[-2:])}, line {place.lineno}" if place else ""
    return f"{type(error).__name__}{where}"
