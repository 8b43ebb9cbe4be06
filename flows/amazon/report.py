"""The SP-API report GET_V2_SELLER_PERFORMANCE_REPORT, as one document for each marketplace it names; pure.

What its fields mean stands in site.toml beside what the console's own answers mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from checker.errors import UsageError
from checker.flow import Document, Imported, Recorder, SiteToml, dig, document_claims
from checker.model import Site
from checker.model.dates import moment
from checker.model.strictjson import BadJson, loads

__all__ = ["read_report"]

_DOCUMENT: Final = "the SP-API report"
_SHORT: Final = 20


def read_report(
    data: bytes, account: str, now: Callable[[], datetime], *, toml: SiteToml, flow: str
) -> Iterator[Imported]:
    """Yield what the report says of each marketplace; raise UsageError if it is no such report."""
    body = _document(data)
    statuses, metrics = (_by_marketplace(body[name]) for name in ("accountStatuses", "performanceMetrics"))
    for native in dict.fromkeys([*statuses, *metrics]):
        row = next((row for row in toml.sites if row.native_id == native), None)
        site = replace(row.site() if row else Site(native[:40], native, native[:40]), sources=(_DOCUMENT,))
        recorder = Recorder(toml.flow.marketplace, account, site, flow, now, "en")
        value = {"status": statuses.get(native), "metrics": _split(metrics.get(native, {}))}
        document = Document("report", value, (), "", {}, HTTPStatus.OK, "")
        yield Imported(site, tuple(document_claims(recorder, toml, [document])))


def _by_marketplace(entries: list[Any]) -> dict[str, Any]:
    named = ((dig(entry, "marketplaceId"), entry) for entry in entries)
    return {native: entry for native, entry in named if isinstance(native, str)}


def _split(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Return a marketplace's metrics, the late shipment rate of ten days under a name of its own."""
    listed = metrics.get("lateShipmentRateList")
    short = (
        next((entry for entry in listed if _days(entry) < _SHORT), None) if isinstance(listed, list) else None
    )
    return {**metrics, **({} if short is None else {"late10d": short})}


def _days(entry: Any) -> int:
    begin, end = (moment(dig(entry, f"reportingDateRange.reportingDate{end}")) for end in ("From", "To"))
    return _SHORT if begin is None or end is None else (end - begin).days


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
