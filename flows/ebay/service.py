"""Service metrics: how often buyers ask for their money back, rated against other sellers; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from checker.flow import (
    Beside,
    MetricRow,
    Missing,
    Page,
    Recorder,
    SiteToml,
    dig,
    metric_reading,
    number,
    there,
    verbatim,
)
from checker.model import Kind, Level, Origin, Presence, Reading, Unit
from flows.ebay.tables import Service, Tables

__all__ = ["service_by_page", "service_readings"]

_TEXT: Final = 80


def service_readings(
    recorder: Recorder, service: Service, body: Any, toml: SiteToml, tables: Tables
) -> Iterator[Reading]:
    """Yield the rate and rating of each dimension (a category, a region) of one answer."""
    origin = Origin("service", f"the {service.answer} answer", "dimensionMetrics")
    whole = recorder.key(service.metric)
    marketplace = dig(body, "marketplaceId")
    entries = dig(body, "dimensionMetrics")
    if not isinstance(entries, list) or not isinstance(marketplace, str):
        why = "the answer did not come" if body is None else "the answer has another shape"
        yield recorder.unreadable(whole, why, kind=Kind.RATE, origin=origin)
        return
    own = tables.marketplaces.get(recorder.site.native_id, ())
    if marketplace not in own:
        why = f"it is of {marketplace[:20]}, which is not of this program"
        yield recorder.unreadable(whole, why, kind=Kind.RATE, origin=origin)
        return
    if not entries:
        yield recorder.absent(whole, Presence.NOT_RATED, kind=Kind.RATE, origin=origin)
    seen: set[str] = set()
    for entry in entries:
        variant = _variant(entry, marketplace if len(own) > 1 else "")
        if not variant or variant in seen:
            why = "a dimension stands twice" if variant else "a dimension without its value"
            yield recorder.unreadable(
                recorder.key(service.metric, variant), why, kind=Kind.RATE, origin=origin
            )
            continue
        seen.add(variant)
        yield _dimension(recorder, service, entry, variant, toml)


def _variant(entry: Any, marketplace: str) -> str:
    value = dig(entry, "dimension.value")
    text = str(value)[:_TEXT] if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return f"{marketplace}.{text}" if text and marketplace else text


def _dimension(recorder: Recorder, service: Service, entry: Any, variant: str, toml: SiteToml) -> Reading:
    row = MetricRow(
        metric=service.metric,
        variant=variant,
        answer=service.answer,
        rows="metrics",
        where={"metricKey": "RATE"},
        value=("value.value", "value"),
        verdict=("benchmark.rating",),
        codes="service_rating",
        numbers="text",
        scale="percent",
        sane=(Decimal(0), Decimal(1)),
    )
    reading = metric_reading(recorder, row, entry, toml, "service")
    if reading is None:
        key = recorder.key(service.metric, variant)
        return recorder.unreadable(key, "no rate", kind=Kind.RATE)
    name, average = dig(entry, "dimension.name"), _average(entry)
    details = (("dimension", verbatim(name, _TEXT)), ("peers' average", average))
    reading = replace(
        reading,
        numerator=_counted(entry, "COUNT"),
        denominator=_counted(entry, "TRANSACTION_COUNT"),
        details=tuple((label, text) for label, text in details if text),
    )
    if reading.presence is Presence.SHOWN and reading.level is Level.UNKNOWN and not reading.native:
        # Without a benchmark there is nobody to be held against.
        return recorder.absent(reading.key, Presence.NOT_RATED, kind=Kind.RATE, origin=reading.origin)
    return reading


def _average(entry: Any) -> str:
    rates = [m for m in _metrics(entry) if dig(m, "metricKey") == "RATE"]
    said = dig(rates[0], "benchmark.metadata.average") if rates else None
    return verbatim(said, _TEXT)


def _counted(entry: Any, key: str) -> Decimal | None:
    counts = [
        number(there(m, ["value.value", "value"]), text=True)
        for m in _metrics(entry)
        if dig(m, "metricKey") == key
    ]
    return counts[0] if len(counts) == 1 else None


def _metrics(entry: Any) -> list[Any]:
    metrics = dig(entry, "metrics")
    return metrics if isinstance(metrics, list) else []


def service_by_page(recorder: Recorder, service: Service, page: Page, toml: SiteToml) -> Reading:
    """Return the worst rating word beside a service metric's title, for a page that makes no calls."""
    key = recorder.key(service.metric)
    origin = Origin("service", "document", f"beside {min(service.labels)!r}", 1)
    found = page.beside(service.labels)
    if not isinstance(found, Beside):
        why = found.reason if isinstance(found, Missing) else "its title stands twice"
        return recorder.unreadable(key, why, kind=Kind.RATE, origin=origin)
    cells = [cell.text for element in found.elements for cell in (element, *element.inside("*"))]
    levels = [
        (level, text) for text in cells if (level := toml.level_of_word("rating", text, recorder.language))
    ]
    if not levels:
        return recorder.unreadable(key, "no rating beside its title", kind=Kind.RATE, origin=origin)
    level, word = max(levels, key=lambda pair: pair[0].rank or 0)
    return recorder.word(key, word, level, kind=Kind.RATE, unit=Unit.FRACTION, origin=origin)
