"""The SP-API report GET_V2_SELLER_PERFORMANCE_REPORT, through the same normalization; pure.

The published sample breaks the published schema in six places, and live answers carry fields that
neither has: both spellings are read, unknown fields become records, nothing missing is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from checker.errors import UsageError
from checker.flow import Imported, Measured, Recorder, SiteToml, verbatim
from checker.model import Kind, Level, Origin, Reading, Registration, Scope, Site, Unit
from checker.model.strictjson import BadJson, loads
from flows.amazon.metrics import Counts, MetricReader, Shape, dates_window
from flows.amazon.tables import Tables, dig, number, tables_of

__all__ = ["read_report"]

_DOCUMENT: Final = "the SP-API report"
_RATE: Final = Shape(("status",), ("rate",), ("targetValue",), ("targetCondition",))
_COUNTER: Final = Shape(("status",), ("defectsCount",), ("targetValue",), ("targetCondition",))
_READ_APART: Final = frozenset(
    {"marketplaceId", "orderDefectRate", "accountHealthRating", "warningState", "warningStates"}
)


def read_report(
    data: bytes, account: str, now: Callable[[], datetime], *, toml: SiteToml, flow: str
) -> Iterator[Imported]:
    """Yield what the report says of each marketplace; raise UsageError if it is no such report."""
    body = _document(data)
    statuses = {
        entry["marketplaceId"]: entry
        for entry in body["accountStatuses"]
        if isinstance(entry, dict) and isinstance(entry.get("marketplaceId"), str)
    }
    metrics = {
        entry["marketplaceId"]: entry
        for entry in body["performanceMetrics"]
        if isinstance(entry, dict) and isinstance(entry.get("marketplaceId"), str)
    }
    tables = tables_of(toml)
    for native in dict.fromkeys([*statuses, *metrics]):
        site = _site(native, toml)
        recorder = Recorder(toml.flow.marketplace, account, site, flow, now, "en")
        readings = [*_status(recorder, statuses.get(native), toml)]
        readings += _metrics(recorder, metrics.get(native, {}), toml, tables)
        yield Imported(site, tuple(readings))


def _document(data: bytes) -> Mapping[str, Any]:
    hint = "give the JSON document of the report GET_V2_SELLER_PERFORMANCE_REPORT, decompressed"
    try:
        body = loads(data)
    except BadJson as error:
        raise UsageError(f"not a report: {error}", hint=hint) from None
    for name in ("accountStatuses", "performanceMetrics"):
        if not isinstance(body, dict) or not isinstance(body.get(name), list):
            raise UsageError(f"not an account-health report: it has no list {name!r}", hint=hint)
    if not body["accountStatuses"] and not body["performanceMetrics"]:
        raise UsageError("the report is empty: it names no marketplace", hint=hint)
    return dict(body)


def _site(native: str, toml: SiteToml) -> Site:
    for row in toml.sites:
        if row.native_id == native:
            return Site(
                row.code,
                native,
                row.label,
                Registration.UNKNOWN,
                row.country,
                row.host,
                row.locale,
                row.zone,
                row.currency,
                sources=(_DOCUMENT,),
            )
    return Site(native[:40], native, native[:40], sources=(_DOCUMENT,))


def _origin(rule: str) -> Origin:
    return Origin("", _DOCUMENT, rule)


def _status(recorder: Recorder, entry: Mapping[str, Any] | None, toml: SiteToml) -> Iterator[Reading]:
    key = recorder.key("account.status")
    origin = _origin("accountStatuses.status")
    if entry is None:
        yield recorder.unreadable(key, "the report gives no status of this marketplace", scope=Scope.ACCOUNT)
        return
    native = verbatim(entry.get("status"))
    yield recorder.word(key, native, toml.codes["account"].get(native), scope=Scope.ACCOUNT, origin=origin)


def _metrics(
    recorder: Recorder, body: Mapping[str, Any], toml: SiteToml, tables: Tables
) -> Iterator[Reading]:
    reader = MetricReader(recorder, tables, toml.codes["verdict"])
    read = set(_READ_APART)
    for row in tables.rates:
        paths = [row.report] if row.report[:1] == ("orderDefectRate",) else [(name,) for name in row.report]
        for path in paths:
            if isinstance(entry := dig(body, path), dict):
                counts = Counts(row.report_numerator, row.report_base)
                yield from reader.rate(row, entry, _RATE, counts, _window(entry), _origin(".".join(path)))
        read.update(row.report[:1] if row.report[:1] == ("orderDefectRate",) else row.report)
    for policy in tables.policies:
        for name in policy.report:
            if isinstance(entry := body.get(name), dict):
                yield reader.counter(
                    policy.metric, policy.variant, entry, _COUNTER, _window(entry), _origin(name)
                )
        read.update(policy.report)
    yield from _rating(recorder, body.get("accountHealthRating"), toml)
    yield from _warnings(recorder, body, toml)
    for name in sorted(set(body) - read):
        yield _unknown(reader, name, body[name])


def _rating(recorder: Recorder, entry: Any, toml: SiteToml) -> Iterator[Reading]:
    if not isinstance(entry, dict):
        return
    # The schema requires `ahrStatus` and defines `accountHealthRatingStatus`.
    native = verbatim(entry.get("ahrStatus") or entry.get("accountHealthRatingStatus"))
    score = number(entry.get("ahrScore"))
    yield recorder.word(
        recorder.key("account.health_rating"),
        native,
        toml.codes["rating"].get(native),
        scope=Scope.ACCOUNT,
        kind=Kind.SCORE,
        unit=None if score is None else Unit.POINTS,
        value=score,
        window_days=_window(entry),
        origin=_origin("accountHealthRating"),
    )


def _warnings(recorder: Recorder, body: Mapping[str, Any], toml: SiteToml) -> Iterator[Reading]:
    for name in ("warningStates", "warningState"):
        entries = body.get(name)
        for entry in entries if isinstance(entries, list) else ():
            kind, native = dig(entry, ("warningType",)), verbatim(dig(entry, ("status",)))
            if isinstance(kind, str) and kind:
                key = recorder.key("amazon.warning_state", kind[:80])
                yield recorder.word(key, native, toml.codes["verdict"].get(native), origin=_origin(name))


def _unknown(reader: MetricReader, name: str, entry: Any) -> Reading:
    """Record a field neither the schema nor the sample has: shown, its red believed, its green not."""
    recorder = reader.recorder
    verdict = dig(entry, ("status",))
    level = reader.verdicts.get(verdict) if isinstance(verdict, str) else None
    count = next(
        (v for k in ("defectsCount", "warningsCount") if (v := number(dig(entry, (k,)))) is not None), None
    )
    measured = Measured(count, verdict if level is not None and level.is_open else None)
    key = recorder.key("amazon.report_field", name[:80])
    if count is None:
        why = "a field this version does not know"
        return recorder.unreadable(key, why, native=verbatim(verdict, 80), origin=_origin(name[:80]))
    verdicts = {word: lvl for word, lvl in reader.verdicts.items() if lvl is not Level.OK}
    return recorder.measured(
        key,
        measured,
        verdicts,
        kind=Kind.COUNT,
        unit=Unit.COUNT,
        window_days=_window(entry),
        origin=_origin(name[:80]),
    )


def _window(entry: Any) -> int | None:
    span = dig(entry, ("reportingDateRange",))
    return dates_window(dig(span, ("reportingDateFrom",)), dig(span, ("reportingDateTo",)))
