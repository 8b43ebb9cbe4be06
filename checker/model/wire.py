"""Records as text and back, exactly: for the worker's pipe and the store.

JSON. Numbers with a fraction travel as strings (`"0.90"` comes back as `Decimal("0.90")`), times as
ISO 8601 in UTC, closed words by their value. What is not exactly a record is refused: unknown and
repeated names, a float where a decimal string belongs, a time that is not UTC. A name that is missing
takes the record's own default, so that records written before a field existed are still read; so is a cause
from before causes had a type.

    load_reading(dump_reading(reading)) == reading
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from checker.model.changes import Event
from checker.model.findings import Ack, Incident
from checker.model.records import Cause, Reading, Site, Visit
from checker.model.strictjson import BadJson, loads

__all__ = [
    "WireError",
    "dump_ack",
    "dump_event",
    "dump_incident",
    "dump_reading",
    "dump_site",
    "dump_visit",
    "load_ack",
    "load_event",
    "load_incident",
    "load_reading",
    "load_site",
    "load_visit",
]


class WireError(ValueError):
    """A text that is not a record, or a record that no text can hold."""


_Record = TypeVar("_Record", Reading, Site, Visit, Event, Incident, Ack)

_SHOWN: Final = 40
_CAUSE_AS_TEXT: Final = re.compile(r'"cause"\s*:\s*"')

_READING: Final = TypeAdapter(Reading)
_SITE: Final = TypeAdapter(Site)
_VISIT: Final = TypeAdapter(Visit)
_EVENT: Final = TypeAdapter(Event)
_INCIDENT: Final = TypeAdapter(Incident)
_ACK: Final = TypeAdapter(Ack)


def dump_reading(reading: Reading) -> str:
    """Return the reading as one line of JSON; WireError if a number in it is not finite."""
    return _dump(_READING, _plain_reading(reading))


def load_reading(text: str) -> Reading:
    """Return the reading `text` holds, or raise WireError."""
    return _load(_READING, text, dump_reading)


def dump_site(site: Site) -> str:
    """Return the site as one line of JSON."""
    return _dump(_SITE, site)


def load_site(text: str) -> Site:
    """Return the site `text` holds, or raise WireError."""
    return _load(_SITE, text, dump_site)


def dump_visit(visit: Visit) -> str:
    """Return the visit with all its readings as one line of JSON; WireError as for readings."""
    plain = replace(
        visit,
        readings=tuple(map(_plain_reading, visit.readings)),
        started_at=_utc(visit.started_at),
        finished_at=_utc(visit.finished_at),
    )
    return _dump(_VISIT, plain)


def load_visit(text: str) -> Visit:
    """Return the visit `text` holds, or raise WireError."""
    return _load(_VISIT, text, dump_visit)


def dump_event(event: Event) -> str:
    """Return the event as one line of JSON."""
    return _dump(_EVENT, event)


def load_event(text: str) -> Event:
    """Return the event `text` holds, or raise WireError."""
    return _load(_EVENT, text, dump_event)


def dump_incident(incident: Incident) -> str:
    """Return the finding as one line of JSON."""
    plain = replace(
        incident,
        ack=None if incident.ack is None else _plain_ack(incident.ack),
        deadline=_utc(incident.deadline),
        snoozed_until=_utc(incident.snoozed_until),
        told_at=_utc(incident.told_at),
        grouped_at=_utc(incident.grouped_at),
    )
    return _dump(_INCIDENT, plain)


def load_incident(text: str) -> Incident:
    """Return the finding `text` holds, or raise WireError."""
    return _load(_INCIDENT, text, dump_incident)


def dump_ack(ack: Ack) -> str:
    """Return the acknowledgement as one line of JSON."""
    return _dump(_ACK, _plain_ack(ack))


def load_ack(text: str) -> Ack:
    """Return the acknowledgement that a text holds.

    Args:
        text: What `dump_ack` returned.

    Returns:
        The acknowledgement.

    Raises:
        WireError: It is none.
    """
    return _load(_ACK, text, dump_ack)


def _plain_ack(ack: Ack) -> Ack:
    return replace(ack, at=_utc(ack.at) or ack.at, until=_utc(ack.until))


def _plain_reading(reading: Reading) -> Reading:
    target = reading.target
    limits = () if target is None else (target.value, target.critical)
    claimed = (statement.value for statement in reading.claims)
    _refuse_infinite((reading.value, reading.numerator, reading.denominator, *limits, *claimed))
    observed_at, deadline = _utc(reading.observed_at), _utc(reading.deadline)
    if observed_at is reading.observed_at and deadline is reading.deadline:
        return reading
    return replace(reading, observed_at=observed_at or reading.observed_at, deadline=deadline)


def _refuse_infinite(numbers: Iterable[Decimal | None]) -> None:
    for number in numbers:
        if number is not None and not number.is_finite():
            raise WireError(f"{number} is not a number a record can hold")


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is UTC:
        return moment
    offset = moment.utcoffset()
    if offset is None:
        raise WireError(f"a time without a zone: {moment.isoformat()}")
    return moment.astimezone(UTC) if offset else moment


def _dump(adapter: TypeAdapter[_Record], record: _Record) -> str:
    try:
        return adapter.dump_json(record).decode()
    except PydanticSerializationError:
        # A page may hold half a surrogate pair, which no UTF-8 can carry: it becomes U+FFFD, and
        # the rest of the record is kept.
        text = json.dumps(adapter.dump_python(record, mode="json"), ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _load(adapter: TypeAdapter[_Record], text: str, dump: Callable[[_Record], str]) -> _Record:
    try:
        text = _modern(text)
        record = adapter.validate_json(text, strict=True)
        written = dump(record)
        # What we wrote ourselves comes back letter by letter. Anything else is looked at closely:
        # pydantic passes over unknown and repeated names in plain dataclasses.
        if written != text:
            _refuse_foreign(loads(text), json.loads(written), "the record")
    except ValidationError as error:
        raise WireError(f"not a record: {_first(error)}") from None
    except BadJson as error:
        raise WireError(f"not a record: {error}") from None
    return record


def _modern(text: str) -> str:
    """Return a record with its causes as they are written today; until contract 2 a cause was plain text."""
    if not _CAUSE_AS_TEXT.search(text):
        return text
    record = loads(text)
    if not isinstance(record, dict):
        return text
    readings = record.get("readings", [record])
    for reading in readings if isinstance(readings, list) else []:
        if isinstance(reading, dict) and isinstance(cause := reading.get("cause"), str):
            told = Cause.parse(cause)
            reading["cause"] = None if told is None else {"kind": told.kind.value, "support": told.support}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), default=str)


def _refuse_foreign(given: Any, written: Any, where: str) -> None:
    """Raise WireError unless all of `given` stands the same way in `written`, our own form of it."""
    if isinstance(given, dict) and isinstance(written, dict):
        for name, value in given.items():
            if name not in written:
                raise WireError(f"not a record: unknown name {name[:_SHOWN]!r} in {where}")
            _refuse_foreign(value, written[name], name)
    elif isinstance(given, list) and isinstance(written, list) and len(given) == len(written):
        for value, other in zip(given, written, strict=True):
            _refuse_foreign(value, other, where)
    elif given != written:
        # Without the value: it may be what a page said.
        raise WireError(f"not a record: {where} is not written as records are")


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}".removeprefix(": ")
