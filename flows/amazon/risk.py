"""The risk banner's answer: the account's own status, and what is held or blocked; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.flow import Recorder, SiteToml, verbatim
from checker.model import CauseKind, DecidedBy, Decision, Kind, Level, Origin, Presence, Reading, Scope
from checker.model.dates import moment
from flows.amazon.tables import dig

__all__ = ["DORMANT", "risk_readings"]

DORMANT = "dormant_seller_suspended"
_PER_METRIC = "RiskData"
_LONGEST = 300
_REQUIRED = ("account.status", "amazon.risk_banner", "account.funds_hold", "amazon.seller_fulfilled_block")


def _origin(rule: str) -> Origin:
    return Origin("policies", "the risk banner's answer", f"riskData.{rule}", 0, ".a-box-group")


def risk_readings(
    recorder: Recorder, body: Any, toml: SiteToml, banner: Level | None, identity: str = ""
) -> Iterator[Reading]:
    """Yield what the risk banner says.

    banner: the level the dashboard's own banner shows, if any; identity: its words about an identity check.
    """
    risk = dig(body, ("riskData",))
    if not isinstance(risk, dict):
        for metric in _REQUIRED:
            why = "the risk banner's answer did not come"
            yield recorder.unreadable(recorder.key(metric), why, scope=Scope.ACCOUNT)
        return
    yield _status(recorder, risk, toml, banner, identity)
    yield _banner(recorder, risk, toml)
    yield from _holds(recorder, risk)
    yield from _per_metric(recorder, risk)


def _status(
    recorder: Recorder, risk: Mapping[str, Any], toml: SiteToml, banner: Level | None, identity: str
) -> Reading:
    native = verbatim(risk.get("sellerStatus"))
    level = toml.codes["account"].get(native)
    key = recorder.key("account.status")
    details = tuple((name, verbatim(risk.get(name))) for name in _STATUS_DETAILS if verbatim(risk.get(name)))
    reason = _reason(risk)
    against = _against(level, banner, risk)
    if against:
        return recorder.unreadable(
            key,
            "the status and what stands beside it contradict each other",
            scope=Scope.ACCOUNT,
            native=native,
            contradicts=against,
            origin=_origin("sellerStatus"),
            details=details,
        )
    # The banner tells "pending deactivation" from "at risk", which the status does not.
    if level is not None and banner is not None and banner.worse_than(level):
        level = banner
    # While the account still sells, the suspension's time is the day its patience ends.
    suspension = moment(risk.get("suspensionTime"))
    ahead = suspension is not None and suspension > recorder.now() and level is not Level.DEACTIVATED
    return recorder.word(
        key,
        native,
        level,
        scope=Scope.ACCOUNT,
        cause=_cause(risk, level, identity),
        deadline=suspension if ahead else None,
        origin=_origin("sellerStatus"),
        details=details,
        reason=reason if level is not None and level.is_open else "",
    )


_STATUS_DETAILS = (
    "suspendReason",
    "suspendSubReason",
    "blockedReason",
    "suspensionTime",
    "appealStatus",
    "isDormantSellerSuspended",
)


def _reason(risk: Mapping[str, Any]) -> str:
    if risk.get("isDormantSellerSuspended") is True:
        return DORMANT
    return verbatim(risk.get("suspendReason")) or verbatim(risk.get("blockedReason"))


def _against(level: Level | None, banner: Level | None, risk: Mapping[str, Any]) -> str:
    """Return what contradicts a status that says ok, in words."""
    if level is not Level.OK:
        return ""
    if banner is not None and banner.is_open:
        return f"banner: {banner.value}"
    if risk.get("isDormantSellerSuspended") not in (False, None):
        return f"isDormantSellerSuspended: {verbatim(risk.get('isDormantSellerSuspended'), 40)}"
    return ""


def _cause(risk: Mapping[str, Any], level: Level | None, identity: str) -> str:
    if level is None or not level.is_open:
        return ""
    if risk.get("isDormantSellerSuspended") is True:
        said = "the console says isDormantSellerSuspended, dormancy rather than misconduct"
        return f"{CauseKind.DORMANT}: {said}"
    return f"{CauseKind.IDENTITY_CHECK}: {identity[:200]}" if identity else ""


def _banner(recorder: Recorder, risk: Mapping[str, Any], toml: SiteToml) -> Reading:
    """Record the rating's code; `NONE` is the console's word for "no rating yet"."""
    native = verbatim(risk.get("ahrStatus"))
    key, origin = recorder.key("amazon.risk_banner"), _origin("ahrStatus")
    level = toml.codes["rating"].get(native)
    if level is Level.UNKNOWN:
        return recorder.absent(key, Presence.NOT_RATED, scope=Scope.ACCOUNT, native=native, origin=origin)
    return recorder.word(key, native, level, scope=Scope.ACCOUNT, origin=origin)


def _holds(recorder: Recorder, risk: Mapping[str, Any]) -> Iterator[Reading]:
    """Yield what the platform holds back or blocks already: critical, for it has acted."""
    reasons, inform = risk.get("activeHoldDisbursementReasons"), risk.get("holdDisbursementDueToINFORMAct")
    if inform is True or (isinstance(reasons, list) and reasons):
        words = ", ".join(map(verbatim, reasons))[:_LONGEST] if isinstance(reasons, list) else ""
        yield _flag(recorder, "account.funds_hold", Level.CRITICAL, words or "held")
    elif reasons == [] or (reasons is None and inform is False):
        yield _flag(recorder, "account.funds_hold", Level.OK, "not held")
    else:
        yield _unclear(recorder, "account.funds_hold")
    blocked, at_risk = risk.get("sellerMfnBlocked"), risk.get("atRiskForMfnBlock")
    if blocked is True:
        yield _flag(recorder, "amazon.seller_fulfilled_block", Level.CRITICAL, "blocked")
    elif at_risk is True:
        yield _flag(recorder, "amazon.seller_fulfilled_block", Level.WARNING, "at risk")
    elif blocked is False:
        yield _flag(recorder, "amazon.seller_fulfilled_block", Level.OK, "not blocked")
    else:
        yield _unclear(recorder, "amazon.seller_fulfilled_block")


def _unclear(recorder: Recorder, metric: str) -> Reading:
    key, why = recorder.key(metric), "the risk banner's answer does not say"
    return recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=_origin(metric))


def _flag(recorder: Recorder, metric: str, level: Level, native: str) -> Reading:
    return recorder.shown(
        recorder.key(metric),
        Decision(level, DecidedBy.NATIVE),
        scope=Scope.ACCOUNT,
        kind=Kind.STATUS,
        native=native,
        origin=_origin(metric),
    )


def _per_metric(recorder: Recorder, risk: Mapping[str, Any]) -> Iterator[Reading]:
    """Yield the per-metric risks; their inside is not public, so they are shown and not judged."""
    for name, value in sorted(risk.items()):
        if name.endswith(_PER_METRIC) and value:
            yield recorder.shown(
                recorder.key("amazon.metric_risk", name.removesuffix(_PER_METRIC)),
                Decision(Level.UNKNOWN, DecidedBy.NOTHING),
                details=(("raw", verbatim(value)),),
                origin=_origin(name),
            )
