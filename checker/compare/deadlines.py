"""Deadlines that near: each step is announced once, and a finding told meanwhile has told its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

__all__ = ["DEADLINE_STEPS", "is_other_deadline", "step_name", "steps_passed"]

DEADLINE_STEPS: Final = (timedelta(days=7), timedelta(hours=72), timedelta(hours=24), timedelta(0))
"""How long before a deadline it is announced again; the last step is its passing."""

_NAMES: Final = ("less than 7 days left", "less than 72 hours left", "less than 24 hours left", "passed")
# A day and its last minute are the same deadline, and so are the moments that "3 days left" comes to.
_ROUNDING: Final = timedelta(hours=24)


def is_other_deadline(told: datetime | None, drawn: datetime | None) -> bool:
    """Tell whether a deadline is another one than was told.

    Args:
        told: The deadline as it was told; none if there was none.
        drawn: The deadline as it was read now; none where the console drew none, which says nothing.

    Returns:
        Whether it is the first one, or earlier or later than rounding explains.
    """
    if drawn is None:
        return False
    return told is None or abs(drawn - told) >= _ROUNDING


def steps_passed(deadline: datetime | None, now: datetime) -> int:
    """Return how many steps towards the deadline lie behind."""
    return 0 if deadline is None else sum(deadline - now <= step for step in DEADLINE_STEPS)


def step_name(steps: int) -> str:
    """Return the last of so many steps in words."""
    return _NAMES[steps - 1]
