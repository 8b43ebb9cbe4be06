"""When to stop signing in to a marketplace in this run: three accounts failed there in the same way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from checker.model import FACTS, Exit, Outcome

__all__ = ["EQUAL_FAILURES", "open_circuit"]

EQUAL_FAILURES: Final = 3

# How a visit may end without anything being wrong with the marketplace.
_FINE: Final = (
    Outcome.READ,
    Outcome.PARTIAL,
    Outcome.DRIFT,
    Outcome.NOT_REACHABLE,
    Outcome.SKIPPED,
    Outcome.BUSY,
)


def open_circuit(endings: Iterable[Outcome]) -> Outcome | None:
    """Return the failure that ended three accounts of one marketplace alike, or none.

    endings: how each account of the marketplace ended in this run, one for each.
    """
    failures = Counter(one for one in endings if one not in _FINE and FACTS[one].exit is not Exit.OK)
    worst = failures.most_common(1)
    return worst[0][0] if worst and worst[0][1] >= EQUAL_FAILURES else None
