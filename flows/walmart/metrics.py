"""A performance metric from up to three places: its summary, the KPI answer, its card; pure.

The summary says most and decides; the card must not contradict it. Where the console makes no call
for a summary the KPI answer gives the number and the card the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from checker.flow import Answer, Measured, Recorder, SiteToml, body_of, cross_checked, dig, number, there
from checker.model import Kind, Level, Origin, Presence, Reading, Target, Unit
from checker.model.numbers import as_fraction
from flows.walmart.card import Card
from flows.walmart.standard import standard_in
from flows.walmart.tables import Kpi, Tables

__all__ = ["Sources", "kpi_readings"]

_SANE: Final = (Decimal(0), Decimal(1))
_NO_CONTENT: Final = 204
_DETAILS: Final = ("ordersImpacted", "impactedCustomerCount", "gmvLoss", "updatedTimestamp", "standard")


@dataclass(frozen=True, slots=True)
class Sources:
    """The places of one metric; `kpi` is the KPI answer, `asked` whether the page made that call at all."""

    summary: Answer | None
    kpi: Any
    asked: bool
    card: Card


def kpi_readings(
    recorder: Recorder, kpi: Kpi, sources: Sources, toml: SiteToml, tables: Tables
) -> Iterator[Reading]:
    """Yield what is known of one metric; nothing where no place has it and it may be missing."""
    if sources.summary is not None:
        for reading in _by_summary(recorder, kpi, sources.summary, toml, tables):
            yield _checked(recorder, kpi, reading, sources)
        return
    if not sources.card.there and not (kpi.graphql and sources.asked):
        if kpi.required:
            yield recorder.unreadable(
                recorder.key(kpi.card), "neither on the page nor in an answer", kind=Kind.RATE
            )
        return
    yield _by_card(recorder, kpi, sources)


def _checked(recorder: Recorder, kpi: Kpi, reading: Reading, sources: Sources) -> Reading:
    """Return a reading, unreadable where the card or the KPI answer say something else."""
    card = sources.card
    if reading.key.metric != kpi.card or not card.there:
        return reading
    if card.problem:
        return _doubted(recorder, reading, card.problem)
    if card.not_enough != (reading.presence is Presence.NOT_RATED):
        return _doubted(recorder, reading, "the card and the answer disagree on whether there is enough data")
    if card.risk and reading.presence is Presence.SHOWN and card.level is not reading.level:
        return _doubted(recorder, reading, "the card and the answer disagree on the risk", card.risk)
    value = _in_kpi(kpi, sources.kpi)
    if value is not None and reading.value is not None and value != reading.value:
        return _doubted(recorder, reading, "two answers contradict each other", f"the kpi answer: {value}")
    return cross_checked(recorder, reading, card.amount, "its card")


def _doubted(recorder: Recorder, reading: Reading, why: str, other: str = "") -> Reading:
    return recorder.unreadable(
        reading.key,
        why,
        kind=reading.kind,
        native=reading.native,
        value=reading.value,
        unit=reading.unit,
        target=reading.target,
        origin=reading.origin,
        contradicts=f"{reading.native}; {other}" if other else "",
    )


# The summary (the shape of the Insights API)...


def _by_summary(
    recorder: Recorder, kpi: Kpi, answer: Answer, toml: SiteToml, tables: Tables
) -> Iterator[Reading]:
    origin = Origin("performance", f"the {kpi.summary} summary", "payload")
    if answer.status == _NO_CONTENT:
        yield recorder.absent(
            recorder.key(kpi.card), Presence.NOT_RATED, kind=Kind.RATE, native="204", origin=origin
        )
        return
    payload = dig(body_of(answer), "payload")
    if not isinstance(payload, dict):
        why = answer.problem or f"the summary answered {answer.status} without a payload"
        yield recorder.unreadable(recorder.key(kpi.card), why[:200], kind=Kind.RATE, origin=origin)
        return
    split = "sellerAccountableRate" in payload
    if split or not kpi.overall:
        field = (
            "sellerAccountableRate"
            if split
            else "cumulativeRate"
            if "cumulativeRate" in payload
            else "overallRate"
        )
        yield _of_payload(recorder, kpi.own, payload, field, toml, tables, origin)
    if kpi.overall and "overallRate" in payload:
        yield _of_payload(recorder, kpi.overall, payload, "overallRate", toml, tables, origin)


def _of_payload(
    recorder: Recorder,
    metric: str,
    payload: Mapping[str, Any],
    field: str,
    toml: SiteToml,
    tables: Tables,
    origin: Origin,
) -> Reading:
    standard = payload.get("standard")
    # The console writes its answers in English whatever the page speaks.
    target = standard_in(standard, "en_US", tables) if isinstance(standard, str) else None
    risk = there(payload, ("riskLevel", "performanceRiskLevel"))
    verdict = risk if isinstance(risk, str) and risk else None
    level = None if verdict is None else toml.level_of_word("risk", verdict, "en")
    trend = toml.trends["trend"].get(
        str(payload.get(field.removesuffix("Rate") + "Trend", payload.get(f"{field}Trend")))
    )
    days = number(payload.get("reportDuration"), text=True)
    reading = recorder.measured(
        recorder.key(metric),
        Measured(_fraction(payload.get(field)), verdict=verdict, target=target, sane=_SANE),
        {} if verdict is None or level is None else {verdict: level},
        kind=Kind.RATE,
        unit=Unit.FRACTION,
        trend=trend,
        window_days=None if days is None else int(days),
        details=tuple(_details(payload)),
        origin=replace(origin, rule=field),
    )
    if reading.level is Level.OK and reading.meets_target is False:
        return _doubted(recorder, reading, "the console calls it fine, and its own standard is missed")
    return reading


def _details(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _DETAILS:
        value = payload.get(name)
        if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool) and value != "":
            yield name, str(value)[:200]
    advice = payload.get("recommendations")
    for row in advice if isinstance(advice, list) else []:
        text = dig(row, "recommendation")
        if isinstance(text, str):
            yield "recommendation", text[:500]


# ... and the KPI answer with the card.


def _by_card(recorder: Recorder, kpi: Kpi, sources: Sources) -> Reading:
    key, card = recorder.key(kpi.card), sources.card
    origin = Origin("performance", "the kpi answer" if sources.asked else "document", kpi.summary, 1)
    value = _in_kpi(kpi, sources.kpi)
    if card.problem:
        return recorder.unreadable(key, card.problem, kind=Kind.RATE, value=value, origin=origin)
    if card.not_enough:
        if value is not None:
            return recorder.unreadable(key, f"not enough data, and {value}", kind=Kind.RATE, origin=origin)
        return recorder.absent(key, Presence.NOT_RATED, kind=Kind.RATE, origin=origin)
    if kpi.graphql and sources.asked and value is None:
        return recorder.unreadable(key, "the kpi answer has no value for it", kind=Kind.RATE, origin=origin)
    shown = card.amount
    if value is None and shown is not None:
        value = as_fraction(shown)
    reading = _judged(recorder, key, value, card, origin)
    return cross_checked(recorder, reading, shown, "its card")


def _judged(recorder: Recorder, key: Any, value: Decimal | None, card: Card, origin: Origin) -> Reading:
    target: Target | None = card.target
    verdict = card.risk or None
    verdicts = {} if card.level is None else {card.risk: card.level}
    reading = recorder.measured(
        key,
        Measured(value, verdict=verdict, target=target, sane=_SANE),
        verdicts,
        kind=Kind.RATE,
        unit=Unit.FRACTION,
        origin=origin,
    )
    if reading.level is Level.OK and reading.meets_target is False:
        return _doubted(recorder, reading, "the console calls it fine, and its own standard is missed")
    return reading


def _in_kpi(kpi: Kpi, body: Any) -> Decimal | None:
    return _fraction(there(body, kpi.graphql)) if kpi.graphql else None


def _fraction(value: Any) -> Decimal | None:
    """Return a rate, which this console gives in percent, as a fraction."""
    percent = number(value, text=True)
    if percent is None:
        return None
    sign, digits, exponent = percent.as_tuple()
    return Decimal((sign, digits, int(exponent) - 2))
