"""When to stop signing in to a marketplace in this run: three accounts failed there in the same way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from checker.compare.places import CAME_IN
from checker.model import ENDS_ACCOUNT, Outcome

__all__ = ["EQUAL_FAILURES", "ending", "open_circuit"]

EQUAL_FAILURES: Final = 3
"""So many accounts that ended alike, in whatever order, keep the others of the run away."""

# How a visit may end without the marketplace having failed us: well, or by what is ours.
_NO_FAILURE: Final = (
    *CAME_IN,
    Outcome.NOT_REACHABLE,
    Outcome.SKIPPED,
    Outcome.BUSY,
    Outcome.STOPPED,
    Outcome.BUDGET_SPENT,
    Outcome.SECRET_MISSING,
    Outcome.FLOW_UNUSABLE,
    Outcome.NOT_KEPT,
)


def ending(outcomes: Iterable[Outcome]) -> Outcome:
    """Return how an account ended by how its sign-in and its visits did: in one failure, or `read`.

    A site that failed beside others that were read is that site's own matter; what ended the account is not.
    """
    given = list(outcomes)
    failures = [outcome for outcome in given if outcome not in _NO_FAILURE]
    whole = [outcome for outcome in failures if outcome in ENDS_ACCOUNT]
    if whole:
        return whole[0]
    if not failures or any(outcome in CAME_IN for outcome in given):
        return Outcome.READ
    return failures[0]


def open_circuit(endings: Iterable[Outcome]) -> Outcome | None:
    """Return the failure that ended three accounts of one marketplace alike, or none.

    endings: how each account of the marketplace ended in this run, one for each.
    """
    failures = Counter(one for one in endings if one not in _NO_FAILURE)
    worst = failures.most_common(1)
    return worst[0][0] if worst and worst[0][1] >= EQUAL_FAILURES else None
