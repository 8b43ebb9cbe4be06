"""Whether what a person said of a reading still holds: only while it is read as it was then; pure."""

from __future__ import annotations

from checker.compare.signals import is_rebuilt
from checker.model import Known, Presence, Reading, Scope
from checker.model.confirmed import Answer, Confirmation

__all__ = ["asks", "holds", "is_confirmed", "is_to_be_compared"]

_TO_SEE = (Presence.SHOWN, Presence.NOT_RATED, Presence.UNREADABLE)


def asks(state: Known) -> bool:
    """Tell whether a person can say of a widget if it was read rightly: there is something to compare."""
    return not state.key.item and is_to_be_compared(state.last)


def is_to_be_compared(reading: Reading) -> bool:
    """Tell whether a reading is of a widget of its own that should stand on the console."""
    widget = not reading.key.item and reading.scope in (Scope.ACCOUNT, Scope.METRIC)
    return widget and reading.presence in _TO_SEE and not reading.key.metric.startswith("coverage")


def holds(confirmation: Confirmation, reading: Reading) -> bool:
    """Tell whether a reading was read from the layout a person looked at, by the same rule.

    Without a mark of the layout on either side it is not known to be the same, and does not hold; but what
    never stood on a page, an answer or a report, has no layout.
    """
    origin = reading.origin
    same = (confirmation.page, confirmation.source, confirmation.rule) == (
        origin.page,
        origin.source,
        origin.rule,
    )
    if not same or bool(confirmation.structure) is not bool(origin.structure):
        return False
    return not is_rebuilt(confirmation.structure, origin.structure)


def is_confirmed(confirmation: Confirmation | None, reading: Reading) -> bool:
    """Tell whether a person said that a reading is right, and that still holds."""
    return confirmation is not None and confirmation.answer is Answer.RIGHT and holds(confirmation, reading)
