"""Listings that break a policy: how many of each kind, and every one of them; pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from checker.flow import Measured, Recorder, SiteToml, dig, item_readings, number
from checker.model import Comparator, Kind, Origin, Reading, Target, TargetOrigin, Unit
from flows.ebay.tables import Tables

__all__ = ["count_readings", "listing_readings"]

_NONE_ALLOWED = Target(Decimal(0), Comparator.EQ, TargetOrigin.TABLE)
_SANE = (Decimal(0), Decimal(10**9))


def count_readings(recorder: Recorder, body: Any, tables: Tables) -> Iterator[Reading]:
    """Yield how many listings break each policy, and how many in all; an empty list is a zero."""
    origin = Origin("compliance", "the violation_summary answer", "violationSummaries")
    total_key = recorder.key("policy.violations.total")
    rows = dig(body, "violationSummaries")
    if not isinstance(rows, list):
        why = "the summary did not come" if body is None else "the summary does not say that there is nothing"
        yield recorder.unreadable(total_key, why, kind=Kind.COUNT, origin=origin)
        return
    own = tables.marketplaces.get(recorder.site.native_id, ())
    counts: dict[str, list[Decimal | None]] = {}
    for row in rows:
        if dig(row, "marketplaceId") in own:
            counts.setdefault(str(dig(row, "complianceType"))[:80], []).append(
                number(dig(row, "listingCount"))
            )
    read: list[Decimal] = []
    for kind, found in counts.items():
        key = recorder.key("policy.violations.listing", kind)
        if len(found) != 1 and len(own) == 1:
            yield recorder.unreadable(key, f"{len(found)} counts for it", kind=Kind.COUNT, origin=origin)
            continue
        known = [count for count in found if count is not None]
        value = sum(known, Decimal(0)) if len(known) == len(found) else None
        read += [] if value is None else [value]
        yield _count(recorder, key, value, origin)
    yield _count(recorder, total_key, sum(read, Decimal(0)) if len(read) == len(counts) else None, origin)


def _count(recorder: Recorder, key: Any, value: Decimal | None, origin: Origin) -> Reading:
    measured = Measured(value, target=_NONE_ALLOWED, sane=_SANE)
    return recorder.measured(key, measured, {}, kind=Kind.COUNT, unit=Unit.COUNT, origin=origin)


def listing_readings(recorder: Recorder, bodies: list[Any], toml: SiteToml) -> Iterator[Reading]:
    """Yield every violation of every listing; a listing may break one policy in several ways."""
    flat = [_flattened(body) for body in bodies]
    for rows in toml.items:
        yield from item_readings(recorder, rows, flat, toml, "compliance")


def _flattened(body: Any) -> Any:
    """Return an answer with one row for each way a listing breaks a policy.

    An answer of another shape is returned as it is, to be called unreadable by whoever reads it.
    """
    listings = dig(body, "listingViolations")
    if not isinstance(listings, list):
        return body
    rows = []
    for listing in listings:
        ways = dig(listing, "violations")
        rows += [
            {"listing": listing, "way": way} for way in (ways if isinstance(ways, list) and ways else [None])
        ]
    whole = number(dig(body, "total"))
    # The console counts listings, the list holds one row for each way: only a difference is carried over.
    total = None if whole is None else whole - len(listings) + len(rows)
    return {"rows": rows, "total": total, "next": dig(body, "next")}
