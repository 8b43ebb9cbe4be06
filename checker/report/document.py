"""The JSON documents of `run`, `show` and `history`, and their schemas.

    document = run_document(run)
    print(as_json(document))

One document per command, in one piece, the same whatever the language. Times are ISO 8601 in UTC with
`Z`, numbers that were read are strings, "nothing" is null. `run_schema()` is JSON Schema 2020-12 and is
what `checker schema run` prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypedDict

from pydantic import BaseModel

from checker.model import FACTS, Change, Key, Known, Reading, Run, Visit
from checker.report._models import (
    ChangeModel,
    DetailModel,
    HistoryDocument,
    KnownModel,
    PointModel,
    ReadingModel,
    RunDocument,
    StateDocument,
    VisitModel,
)
from checker.report.safe import json_text, well_formed

__all__ = [
    "HistoryDocument",
    "RunDocument",
    "StateDocument",
    "as_json",
    "history_document",
    "history_schema",
    "reading_model",
    "run_document",
    "run_schema",
    "schema_of",
    "state_document",
    "state_schema",
]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def run_document(run: Run) -> RunDocument:
    """Return a run as its JSON document."""
    return RunDocument(
        run_id=well_formed(run.run_id),
        started_at=_utc(run.started_at),
        finished_at=_utc(run.finished_at),
        exit_code=int(run.exit_code),
        dry_run=run.dry_run,
        visits=[_visit(visit) for visit in run.visits],
        readings=[reading_model(reading) for reading in run.readings],
        changes=[_change(change) for change in run.changes],
    )


def state_document(known: Mapping[Key, Known], now: datetime) -> StateDocument:
    """Return everything known as its JSON document."""
    return StateDocument(at=_utc(now), known=[_known(known[key], now) for key in sorted(known)])


def history_document(key: Key, readings: Iterable[Reading]) -> HistoryDocument:
    """Return the readings of one key as their JSON document, oldest first."""
    in_time = sorted(readings, key=lambda reading: reading.observed_at)
    return HistoryDocument(key=_key(key)["key"], points=[_point(reading) for reading in in_time])


def run_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `run --json`."""
    return schema_of(RunDocument)


def state_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `show --json`."""
    return schema_of(StateDocument)


def history_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `history --json`."""
    return schema_of(HistoryDocument)


def as_json(document: BaseModel) -> str:
    """Return a document as text that is also harmless when a terminal prints it."""
    return json_text(document.model_dump(mode="json"))


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what a document of that model prints."""
    return {"$schema": _DIALECT, **model.model_json_schema(mode="serialization")}


def _visit(visit: Visit) -> VisitModel:
    facts = FACTS[visit.outcome]
    return VisitModel(
        account=well_formed(visit.account),
        marketplace=well_formed(visit.marketplace),
        site=well_formed(visit.site.code),
        registration=visit.site.registration,
        outcome=visit.outcome,
        detail=_text(visit.detail),
        actor=facts.actor,
        advice=_text(facts.advice),
    )


def reading_model(reading: Reading) -> ReadingModel:
    """Return one reading as documents hold it."""
    target = reading.target
    return ReadingModel(
        **_key(reading.key),
        shop=_text(reading.key.shop),
        cycle=reading.key.cycle,
        presence=reading.presence,
        level=reading.level,
        scope=reading.scope,
        kind=reading.kind,
        native=_text(reading.native),
        language=_text(reading.language),
        value=_number(reading.value),
        unit=reading.unit,
        currency=_text(reading.currency),
        numerator=_number(reading.numerator),
        denominator=_number(reading.denominator),
        target=None if target is None else _number(target.value),
        target_critical=None if target is None else _number(target.critical),
        comparator=None if target is None else target.comparator,
        target_origin=None if target is None else target.origin,
        meets_target=reading.meets_target,
        trend=reading.trend,
        window_days=reading.window_days,
        reason=_text(reading.reason),
        cause=_text(reading.cause),
        deadline=_utc_or_none(reading.deadline),
        decided_by=reading.decided_by,
        link=_text(reading.link),
        origin=_origin(reading),
        contradicts=_text(reading.contradicts),
        covers=_text(reading.covers),
        details=[DetailModel(name=well_formed(n), value=well_formed(v)) for n, v in reading.details],
        flow=_text(reading.flow),
        evidence=_evidence(reading),
        repaired=_text(reading.repaired),
        bundle=_text(reading.bundle),
        observed_at=_utc(reading.observed_at),
    )


def _origin(reading: Reading) -> str | None:
    origin = reading.origin
    return _text(str(origin)) if origin.page or origin.source or origin.rule else None


def _change(change: Change) -> ChangeModel:
    cause = change.cause
    return ChangeModel(
        **_key(change.key),
        verb=change.verb,
        level_before=change.level_before,
        level=change.level,
        cause=None if cause is None else cause.kind,
        support=None if cause is None else _text(cause.support),
        detail=_text(change.detail),
        since=_utc_or_none(change.since),
        deadline=None if change.reading is None else _utc_or_none(change.reading.deadline),
    )


def _known(state: Known, now: datetime) -> KnownModel:
    good, last = state.good, state.last
    told = last if good is None else good
    return KnownModel(
        **_key(state.key),
        shop=_text(state.key.shop),
        cycle=state.key.cycle,
        level=state.level,
        presence=last.presence,
        is_open=state.is_open,
        vanished=state.vanished,
        scope=last.scope,
        native=_text(told.native),
        value=_number(told.value),
        unit=told.unit,
        reason=_text(last.reason),
        read_at=None if good is None else _utc(good.observed_at),
        seen_at=_utc(last.observed_at),
        age_seconds=None if good is None else int((now - good.observed_at).total_seconds()),
        unreadable_streak=state.unreadable_streak,
        since=_utc_or_none(state.opened_at),
        deadline=_utc_or_none(told.deadline),
        evidence=_evidence(told),
        bundle=_text(told.bundle),
    )


def _point(reading: Reading) -> PointModel:
    target = reading.target
    return PointModel(
        observed_at=_utc(reading.observed_at),
        presence=reading.presence,
        level=reading.level,
        native=_text(reading.native),
        value=_number(reading.value),
        unit=reading.unit,
        numerator=_number(reading.numerator),
        denominator=_number(reading.denominator),
        target=None if target is None else _number(target.value),
        comparator=None if target is None else target.comparator,
        reason=_text(reading.reason),
        deadline=_utc_or_none(reading.deadline),
        flow=_text(reading.flow),
        evidence=_evidence(reading),
        repaired=_text(reading.repaired),
        bundle=_text(reading.bundle),
    )


class _KeyFields(TypedDict):
    key: str
    account: str
    marketplace: str
    site: str
    metric: str
    variant: str | None
    item: str | None


def _key(key: Key) -> _KeyFields:
    # The written form escapes what is not ASCII, and refuses lone surrogates.
    whole = Key(**{name: well_formed(getattr(key, name)) for name in _KEY_TEXTS}, cycle=key.cycle)
    return {
        "key": str(whole),
        "account": whole.account,
        "marketplace": whole.marketplace,
        "site": whole.site,
        "metric": whole.metric,
        "variant": _text(whole.variant),
        "item": _text(whole.item),
    }


_KEY_TEXTS = ("marketplace", "account", "site", "metric", "shop", "variant", "item")


def _text(text: str) -> str | None:
    return well_formed(text) if text else None


def _number(value: Decimal | None) -> str | None:
    """Return the exact number without an exponent; what is not finite was not a number."""
    return None if value is None or not value.is_finite() else format(value, "f")


def _evidence(reading: Reading) -> list[str]:
    return [well_formed(name) for name in reading.evidence]


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _utc_or_none(moment: datetime | None) -> datetime | None:
    return None if moment is None else _utc(moment)
