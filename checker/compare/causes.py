"""The best supported cause of a red, for the reader; it never lowers or hides anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from checker.model import Cause, CauseKind, Comparator, Kind, Level, Reading, Registration, Scope, Site

__all__ = ["cause_of"]

_SIGNS = {
    Comparator.LT: "<",
    Comparator.LTE: "<=",
    Comparator.GT: ">",
    Comparator.GTE: ">=",
    Comparator.EQ: "=",
}


_ACTIONS = ("_hold", "_block")


def cause_of(reading: Reading, site: Site | None, beside: Iterable[Reading] = ()) -> Cause:
    """Return what best explains `reading` on `site`: the console's own words first, then the site's state.

    beside: what else the site showed. A status that says nothing of why is explained by the worst of it.
    """
    if reading.cause is not None:
        return reading.cause
    match site.registration if site is not None else Registration.UNKNOWN:
        case Registration.PENDING | Registration.NOT_REGISTERED:
            return Cause(
                CauseKind.NEVER_OPENED, "the console lists this site as never opened by this account"
            )
        case Registration.DORMANT:
            return Cause(
                CauseKind.DORMANT, "the site is registered, and nothing was sold there in the window"
            )
        case _:
            return _from_reading(reading, beside)


def _from_reading(reading: Reading, beside: Iterable[Reading]) -> Cause:
    if reading.scope is Scope.ITEM or reading.key.metric.startswith("policy."):
        return Cause(CauseKind.POLICY, reading.native or reading.reason)
    if reading.key.metric == "account.health_rating":
        return Cause(CauseKind.POLICY, "the rating counts policy violations")
    if reading.kind is Kind.RATE:
        return Cause(CauseKind.PERFORMANCE, _against_target(reading))
    if reading.scope is not Scope.ACCOUNT:
        return Cause(CauseKind.UNKNOWN)
    if reading.reason:
        return Cause(CauseKind.ACCOUNT_ACTION, reading.reason)
    if reading.level is Level.DEACTIVATED or reading.key.metric.endswith(_ACTIONS):
        return Cause(CauseKind.ACCOUNT_ACTION, reading.native)
    return _from_beside(
        [other for other in beside if other.level.is_open and other.scope is not Scope.ACCOUNT]
    )


def _from_beside(others: Sequence[Reading]) -> Cause:
    """Return what the worst of a site's other reds makes of it: items of a policy, else a rate."""
    worst = max((other.level.rank or 0 for other in others), default=0)
    items = Counter(
        other.key.metric for other in others if other.scope is Scope.ITEM and other.level.rank == worst
    )
    if items:
        named = ", ".join(f"{metric} ({count})" for metric, count in sorted(items.items()))
        return Cause(CauseKind.POLICY, named)
    for other in others:
        if other.kind is Kind.RATE and other.level.rank == worst:
            return Cause(CauseKind.PERFORMANCE, f"{other.key.metric} {_against_target(other)}")
    return Cause(CauseKind.UNKNOWN)


def _against_target(reading: Reading) -> str:
    if reading.value is None:
        return reading.native
    counts = "" if reading.numerator is None else f" ({reading.numerator} of {reading.denominator})"
    target = reading.target
    limit = "" if target is None else f", target {_SIGNS[target.comparator]} {target.value}"
    return f"{reading.value}{counts}{limit}"
