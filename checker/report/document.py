"""The JSON documents of `run`, `show` and `history`, and their schemas.

    document = run_document(run)
    print(as_json(document))

One document per command, in one piece, the same whatever the language. Times are ISO 8601 in UTC with
`Z`, numbers that were read are strings, "nothing" is null. `run_schema()` is JSON Schema 2020-12 and is
what `checker schema run` prints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypedDict

from pydantic import BaseModel

from checker.compare.confirmed import holds
from checker.model import (
    FACTS,
    Actor,
    Change,
    Event,
    Key,
    Known,
    Outcome,
    Reading,
    Run,
    Visit,
    addressed,
    visit_exit,
)
from checker.model.confirmed import Confirmation
from checker.model.records import Statement
from checker.report._models import (
    ActDocument,
    ChangeModel,
    ClaimModel,
    ConfirmedModel,
    DetailModel,
    DiffDocument,
    EventModel,
    FindingsDocument,
    ForgottenDocument,
    HistoryDocument,
    KnownModel,
    MomentModel,
    NeedModel,
    PointModel,
    ReadingModel,
    RunDocument,
    RunsDocument,
    StateDocument,
    UnreadModel,
    VisitModel,
)
from checker.report.rollup import merged
from checker.report.safe import json_text, well_formed
from checker.report.timeline import Moment
from checker.report.unread import Unread, unread_in

__all__ = [
    "HistoryDocument",
    "RunDocument",
    "StateDocument",
    "act_schema",
    "as_json",
    "diff_schema",
    "findings_schema",
    "forget_schema",
    "history_document",
    "history_schema",
    "key_fields",
    "number_text",
    "reading_model",
    "run_document",
    "run_schema",
    "runs_schema",
    "schema_of",
    "state_document",
    "state_schema",
]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def run_document(run: Run, known: Mapping[Key, Known] | None = None) -> RunDocument:
    """Return a run as its JSON document; `known` is what is known after it."""
    return RunDocument(
        run_id=well_formed(run.run_id),
        started_at=_utc(run.started_at),
        finished_at=_utc(run.finished_at),
        exit_code=int(run.exit_code),
        dry_run=run.dry_run,
        visits=[_visit(visit) for visit in run.visits],
        readings=[reading_model(reading) for reading in run.readings],
        changes=[_change(change) for change in run.changes],
        events=[_event(event) for event in run.events],
        exit_codes=sorted({code for code in map(visit_exit, run.visits) if code}),
        needs=list(_needs(run)),
        unread=[_unread(entry) for entry in unread_in(run, merged(known or {}, run))],
    )


def _needs(run: Run) -> Iterator[NeedModel]:
    """Yield what somebody must do, once for each account and way its visits ended."""
    found: dict[tuple[str, str, Outcome], list[str]] = defaultdict(list)
    for visit in run.visits:
        if visit_exit(visit) and FACTS[visit.outcome].actor is not Actor.NOBODY:
            found[visit.marketplace, visit.account, visit.outcome].append(visit.site.code)
    for (marketplace, account, outcome), sites in found.items():
        facts = FACTS[outcome]
        yield NeedModel(
            account=well_formed(account),
            marketplace=well_formed(marketplace),
            sites=[well_formed(site) for site in sites],
            outcome=outcome,
            actor=facts.actor,
            advice=addressed(facts.advice, (account,)),
            exit_code=int(facts.exit),
        )


def _unread(entry: Unread) -> UnreadModel:
    return UnreadModel(
        cause=well_formed(entry.detail),
        outcome=entry.outcome,
        sites=[
            well_formed(f"{place.marketplace}/{place.account}/{place.site.code}") for place in entry.places
        ],
        widgets=entry.widgets,
        keys=[key_fields(state.key)["key"] for state in entry.states],
        unavailable=entry.unavailable,
        accepted=entry.accepted,
    )


def state_document(
    known: Mapping[Key, Known], now: datetime, confirmed: Mapping[Key, Confirmation] | None = None
) -> StateDocument:
    """Return everything known as its JSON document; `confirmed` is what people said of it."""
    said = confirmed or {}
    return StateDocument(
        at=_utc(now), known=[_known(known[key], now, said.get(key)) for key in sorted(known)]
    )


def history_document(
    key: Key, readings: Iterable[Reading], moments: Iterable[Moment] = ()
) -> HistoryDocument:
    """Return the readings of one key, and what happened to its findings, as their JSON document."""
    in_time = sorted(readings, key=lambda reading: reading.observed_at)
    return HistoryDocument(
        key=key_fields(key)["key"],
        points=[_point(reading) for reading in in_time],
        moments=[
            MomentModel(
                at=_utc(moment.at),
                what=moment.what,
                level=moment.level,
                by=_text(moment.by),
                detail=_text(moment.detail),
            )
            for moment in moments
        ],
    )


def run_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `run --json`."""
    return schema_of(RunDocument)


def state_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `show --json`."""
    return schema_of(StateDocument)


def history_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `history --json`."""
    return schema_of(HistoryDocument)


def findings_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `findings --json`."""
    return schema_of(FindingsDocument)


def runs_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `runs --json`."""
    return schema_of(RunsDocument)


def diff_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `diff --json`."""
    return schema_of(DiffDocument)


def forget_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `forget --json`."""
    return schema_of(ForgottenDocument)


def act_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `ack --json`, `snooze --json` and `unack --json`."""
    return schema_of(ActDocument)


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
        advice=_text(addressed(facts.advice, (visit.account,))),
        notice=_text(visit.notice),
    )


def reading_model(reading: Reading) -> ReadingModel:
    """Return one reading as documents hold it."""
    target = reading.target
    return ReadingModel(
        **key_fields(reading.key),
        shop=_text(reading.key.shop),
        cycle=reading.key.cycle,
        presence=reading.presence,
        level=reading.level,
        scope=reading.scope,
        kind=reading.kind,
        native=_text(reading.native),
        language=_text(reading.language),
        value=number_text(reading.value),
        unit=reading.unit,
        currency=_text(reading.currency),
        numerator=number_text(reading.numerator),
        denominator=number_text(reading.denominator),
        target=None if target is None else number_text(target.value),
        target_critical=None if target is None else number_text(target.critical),
        comparator=None if target is None else target.comparator,
        target_origin=None if target is None else target.origin,
        meets_target=reading.meets_target,
        trend=reading.trend,
        window_days=reading.window_days,
        reason=_text(reading.reason),
        cause=None if reading.cause is None else _text(str(reading.cause)),
        deadline=_utc_or_none(reading.deadline),
        decided_by=reading.decided_by,
        link=_text(reading.link),
        origin=_origin(reading),
        contradicts=_text(reading.contradicts),
        disputed=reading.disputed,
        claims=[_claim(claim) for claim in reading.claims],
        covers=_text(reading.covers),
        details=[DetailModel(name=well_formed(n), value=well_formed(v)) for n, v in reading.details],
        flow=_text(reading.flow),
        evidence=_evidence(reading),
        repaired=_text(reading.repaired),
        bundle=_text(reading.bundle),
        observed_at=_utc(reading.observed_at),
    )


def _claim(claim: Statement) -> ClaimModel:
    return ClaimModel(
        source=_text(claim.source),
        rule=_text(claim.rule),
        rank=int(claim.rank),
        look=claim.look,
        says=claim.says,
        level=claim.level,
        native=_text(claim.native),
        value=number_text(claim.value),
        reason=_text(claim.reason),
    )


def _origin(reading: Reading) -> str | None:
    origin = reading.origin
    return _text(str(origin)) if origin.page or origin.source or origin.rule else None


def _change(change: Change) -> ChangeModel:
    cause = change.cause
    return ChangeModel(
        **key_fields(change.key),
        verb=change.verb,
        level_before=change.level_before,
        level=change.level,
        cause=None if cause is None else cause.kind,
        support=None if cause is None else _text(cause.support),
        detail=_text(change.detail),
        disputed=change.reading is not None and change.reading.disputed,
        since=_utc_or_none(change.since),
        deadline=None if change.reading is None else _utc_or_none(change.reading.deadline),
        tell=change.tell,
        event=_text(change.event),
        incident=_text(change.incident),
        number=change.number,
        late=change.late,
    )


def _event(event: Event) -> EventModel:
    return EventModel(
        id=event.id,
        kind=event.kind,
        marketplace=well_formed(event.marketplace),
        sites=[well_formed(f"{place.account}/{place.site}") for place in event.places],
        keys=[key_fields(key)["key"] for key in event.keys],
        level=event.level,
        detail=well_formed(event.detail),
        signals=list(event.signals),
        probable=event.probable,
        notice=_text(event.notice),
    )


def _known(state: Known, now: datetime, said: Confirmation | None) -> KnownModel:
    good, last = state.good, state.last
    told = last if good is None else good
    return KnownModel(
        **key_fields(state.key),
        shop=_text(state.key.shop),
        cycle=state.key.cycle,
        level=state.level,
        presence=last.presence,
        is_open=state.is_open,
        vanished=state.vanished,
        scope=last.scope,
        native=_text(told.native),
        value=number_text(told.value),
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
        confirmed=None if said is None else _confirmed(said, last),
    )


def _confirmed(said: Confirmation, reading: Reading) -> ConfirmedModel:
    return ConfirmedModel(
        answer=said.answer,
        by=well_formed(said.by),
        at=_utc(said.at),
        says=_text(said.says),
        holds=holds(said, reading),
    )


def _point(reading: Reading) -> PointModel:
    target = reading.target
    return PointModel(
        observed_at=_utc(reading.observed_at),
        presence=reading.presence,
        level=reading.level,
        native=_text(reading.native),
        value=number_text(reading.value),
        unit=reading.unit,
        numerator=number_text(reading.numerator),
        denominator=number_text(reading.denominator),
        target=None if target is None else number_text(target.value),
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


def key_fields(key: Key) -> _KeyFields:
    """Return the fields every document names a key by."""
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


def number_text(value: Decimal | None) -> str | None:
    """Return the exact number without an exponent; what is not finite was not a number."""
    return None if value is None or not value.is_finite() else format(value, "f")


def _evidence(reading: Reading) -> list[str]:
    return [well_formed(name) for name in reading.evidence]


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _utc_or_none(moment: datetime | None) -> datetime | None:
    return None if moment is None else _utc(moment)
