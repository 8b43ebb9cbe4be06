"""The best supported cause of a red, for the reader; it never lowers or hides anything."""

from __future__ import annotations

from checker.model import Cause, CauseKind, Comparator, Kind, Reading, Registration, Scope, Site

__all__ = ["cause_of"]

_SIGNS = {
    Comparator.LT: "<",
    Comparator.LTE: "<=",
    Comparator.GT: ">",
    Comparator.GTE: ">=",
    Comparator.EQ: "=",
}


def cause_of(reading: Reading, site: Site | None) -> Cause:
    """Return what best explains `reading` on `site`: the console's own words first, then the site's state."""
    if reading.cause:
        kind, _, support = reading.cause.partition(": ")
        return Cause(CauseKind(kind), support)
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
            return _from_reading(reading)


def _from_reading(reading: Reading) -> Cause:
    if reading.scope is Scope.ITEM or reading.key.metric.startswith("policy."):
        return Cause(CauseKind.POLICY, reading.native or reading.reason)
    if reading.key.metric == "account.health_rating":
        return Cause(CauseKind.POLICY, "the rating counts policy violations")
    if reading.kind is Kind.RATE:
        return Cause(CauseKind.PERFORMANCE, _against_target(reading))
    if reading.scope is Scope.ACCOUNT and reading.reason:
        return Cause(CauseKind.ACCOUNT_ACTION, reading.reason)
    return Cause(CauseKind.UNKNOWN)


def _against_target(reading: Reading) -> str:
    if reading.value is None:
        return reading.native
    counts = "" if reading.numerator is None else f" ({reading.numerator} of {reading.denominator})"
    target = reading.target
    limit = "" if target is None else f", target {_SIGNS[target.comparator]} {target.value}"
    return f"{reading.value}{counts}{limit}"
