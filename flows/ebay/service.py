"""Service metrics by dimension, and violation counts by policy; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from checker.flow import (
    Document,
    Measured,
    Page,
    Recorder,
    SiteToml,
    card_claims,
    dig,
    number,
    scaled,
    words_in,
)
from checker.flow.declared import CardRow
from checker.flow.shown_place import misplaced
from checker.model import Claim, Comparator, Kind, Origin, Says, Target, TargetOrigin, Unit

__all__ = ["count_claims", "service_claims"]

_NONE_ALLOWED: Final = Target(Decimal(0), Comparator.EQ, TargetOrigin.TABLE)
_UNNAMED: Final = "ebay.service_metric_rate"
_COUNT: Final = (Decimal(0), Decimal(10**9))
_FRACTION: Final = (Decimal(0), Decimal(1))
# S: returns are rated by category, missing items by region.
_KINDS: Final = {
    "ITEM_NOT_AS_DESCRIBED": "item not as described",
    "ITEM_NOT_RECEIVED": "item not received",
    "LISTING_CATEGORY": "item not as described",
    "SHIPPING_REGION": "item not received",
}


def service_claims(
    recorder: Recorder, page: Page, documents: Sequence[Document], toml: SiteToml
) -> Iterator[Claim]:
    """Claim the rate and rating of each dimension (category or region), and what the page says of all."""
    own = toml.data["marketplaces"].get(recorder.site.native_id, ())
    elsewhere = misplaced(page, toml, recorder.site, recorder.language or "en", must_show=False)
    spoken: set[str] = set()
    nameless = 0
    for doc in documents:
        metric = _metric_of(doc, toml)
        if metric == _UNNAMED and dig(doc.value, "dimensionMetrics") == []:
            nameless += 1
            continue
        marketplace = words_in(dig(doc.value, "marketplaceId"))
        if marketplace not in own and any(marketplace in its for its in toml.data["marketplaces"].values()):
            continue
        spoken.add(metric)
        yield from _dimensions(recorder, metric, doc, marketplace if len(own) > 1 else "", toml)
    for label, metric in toml.data["services"].items():
        key = recorder.key(metric)
        row = CardRow(metric=metric, page="service", labels=(label,), words="rating", sane=_FRACTION)
        if metric in spoken:
            continue
        if elsewhere:
            origin = Origin("service", "document", label)
            yield recorder.unreadable(key, elsewhere, kind=Kind.RATE, origin=origin)
            continue
        claims = list(card_claims(recorder, toml, page, key, row, name="service"))
        yield from claims
        if not claims and nameless >= len(toml.data["services"]) - len(spoken):
            # As many answers that hold nothing as there are metrics of which no other speaks.
            yield recorder.absent(
                key, Says.NOT_RATED, kind=Kind.RATE, origin=Origin("service", "the service answer")
            )
        elif not claims:
            origin = Origin("service", "document", label)
            yield recorder.unreadable(
                key, "neither in an answer nor on the page", kind=Kind.RATE, origin=origin
            )


def _metric_of(doc: Document, toml: SiteToml) -> str:
    """Return which metric an answer is of: by its address, by what it says, by what it is split into."""
    said = f"{doc.path} {words_in(dig(doc.value, 'customerServiceMetricType'))}".upper()
    said += words_in(dig(doc.value, "dimensionMetrics.0.dimension.dimensionKey"))
    found = next((label for kind, label in _KINDS.items() if kind in said), "")
    metric: str = toml.data["services"].get(found, _UNNAMED)
    return metric


def _dimensions(
    recorder: Recorder, metric: str, doc: Document, marketplace: str, toml: SiteToml
) -> Iterator[Claim]:
    origin = Origin("service", "the service answer", "dimensionMetrics")
    entries = dig(doc.value, "dimensionMetrics")
    if not isinstance(entries, list):
        yield recorder.unreadable(
            recorder.key(metric), "its dimensions are no list", kind=Kind.RATE, origin=origin
        )
        return
    if not entries:
        yield recorder.absent(recorder.key(metric), Says.NOT_RATED, kind=Kind.RATE, origin=origin)
    for entry in entries:
        value = words_in(dig(entry, "dimension.value"))[:80]
        key = recorder.key(metric, f"{marketplace}.{value}" if marketplace and value else value)
        if not value:
            yield recorder.unreadable(key, "a dimension without its value", kind=Kind.RATE, origin=origin)
            continue
        yield from _dimension(recorder, key, entry, toml, replace(origin, rule=f"dimensionMetrics[{value}]"))


def _dimension(recorder: Recorder, key: Any, entry: Any, toml: SiteToml, origin: Origin) -> Iterator[Claim]:
    by_key = {words_in(dig(metric, "metricKey")): metric for metric in _listed(dig(entry, "metrics"))}
    rate = by_key.get("RATE")
    rating = words_in(dig(rate, "benchmark.rating"))
    value = scaled(_value(rate), "percent")
    details = (
        ("dimension", words_in(dig(entry, "dimension.name"))[:80]),
        ("peers' average", words_in(dig(rate, "benchmark.metadata.average"))[:80]),
    )
    if value is not None and not rating:
        # Without a benchmark there is nobody to be held against.
        yield recorder.absent(key, Says.NOT_RATED, kind=Kind.RATE, origin=origin)
        return
    measured = Measured(
        value,
        verdict=rating or None,
        numerator=number(_value(by_key.get("COUNT"))),
        base=number(_value(by_key.get("TRANSACTION_COUNT"))),
        sane=_FRACTION,
    )
    yield from recorder.measured(
        key,
        measured,
        toml.codes["service_rating"],
        kind=Kind.RATE,
        unit=Unit.FRACTION,
        details=tuple((name, text) for name, text in details if text),
        origin=origin,
    )


def _value(metric: Any) -> Any:
    value = dig(metric, "value")
    return dig(value, "value") if isinstance(value, dict) else value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def count_claims(recorder: Recorder, documents: Sequence[Document], marketplaces: Any) -> Iterator[Claim]:
    """Claim how many listings break each policy, and how many in all; an empty list is a zero.

    A marketplace that is in no program of ours is counted in every one: nothing is gone for not being listed.
    """
    origin = Origin("compliance", "the violation_summary answer", "violationSummaries")
    total = recorder.key("policy.violations.total")
    if not documents:
        yield recorder.unreadable(total, "the summary did not come", kind=Kind.COUNT, origin=origin)
        return
    if any(not isinstance(dig(doc.value, "violationSummaries"), list) for doc in documents):
        yield recorder.unreadable(total, "the summary is no list", kind=Kind.COUNT, origin=origin)
        return
    own = marketplaces.get(recorder.site.native_id, ())
    others = {
        name for program, its in marketplaces.items() for name in its if program != recorder.site.native_id
    }
    rows = [row for doc in documents for row in _listed(dig(doc.value, "violationSummaries"))]
    rows = [row for row in rows if _belongs(row, own, others)]
    counts: dict[str, list[Decimal | None]] = {}
    for row in rows:
        kind = words_in(dig(row, "complianceType"))[:80] or "unnamed"
        counts.setdefault(kind, []).append(number(dig(row, "listingCount")))
    for kind, found in counts.items():
        yield from _count(recorder, recorder.key("policy.violations.listing", kind), found, origin)
    everything = [count for found in counts.values() for count in found]
    yield from _count(recorder, total, everything, origin)


def _belongs(row: Any, own: Collection[str], others: Collection[str]) -> bool:
    marketplace = words_in(dig(row, "marketplaceId"))
    return marketplace in own or marketplace not in others


def _count(recorder: Recorder, key: Any, found: Sequence[Decimal | None], origin: Origin) -> Iterator[Claim]:
    value = None if None in found else sum((count for count in found if count is not None), Decimal(0))
    measured = Measured(value, target=_NONE_ALLOWED, sane=_COUNT)
    yield from recorder.measured(key, measured, {}, kind=Kind.COUNT, unit=Unit.COUNT, origin=origin)
