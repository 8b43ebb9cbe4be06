"""Reading a JSON answer by what site.toml declares of it; pure.

    bodies = {"profile": [body_of(console.answer("profile"))]}
    yield from declared_readings(recorder, console.toml, bodies, page="dashboard")

An answer that is no JSON, an entry that is not there, twice there or not of the kind declared, a word
that is not known: each is an unreadable reading of its own, and says why. Nothing is guessed, nothing
is computed that the console does not give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from checker.errors import Stop
from checker.flow.contract import Answer
from checker.flow.crosscheck import doubted
from checker.flow.declared import ItemRows, MetricRow, StatusRow
from checker.flow.recorder import Measured, Recorder
from checker.flow.site_toml import SiteToml
from checker.model import (
    DecidedBy,
    Decision,
    Kind,
    Level,
    Origin,
    Outcome,
    Presence,
    Reading,
    Scope,
    Target,
    Trend,
    Unit,
)
from checker.model.dates import moment

__all__ = [
    "body_of",
    "declared_readings",
    "dig",
    "item_readings",
    "metric_reading",
    "number",
    "status_reading",
    "there",
    "unanswered",
]

_PLAIN: Final = re.compile(r"[-+]?\d{1,18}(\.\d{1,18})?\Z")
_SHIFT: Final = {"bare": 0, "fraction": 0, "percent": -2, "millionth": -6}
_OK: Final = 200
_FORBIDDEN: Final = 403
_SERVER_ERROR: Final = 500
_LONGEST: Final = 500


class _NotThere:
    """The mark of a path that leads nowhere, which null is not."""


_NOT_THERE: Final = _NotThere()


def body_of(answer: Answer | None) -> Any:
    """Return an answer's JSON if it came, with status 200; none otherwise."""
    return answer.body if answer is not None and answer.status == _OK else None


def unanswered(answer: Answer | None, what: str) -> Stop:
    """Return what ends a visit that cannot go on without an answer; `what` was asked, for a person."""
    if answer is None or answer.status == _OK:
        return Stop(Outcome.UNKNOWN_PAGE, f"the console does not say {what}")
    outcome = Outcome.UNKNOWN_PAGE
    if answer.status >= _SERVER_ERROR:
        outcome = Outcome.SITE_DOWN
    elif answer.status == _FORBIDDEN:
        outcome = Outcome.BLOCKED
    return Stop(outcome, f"the console answers {answer.status} when asked {what}")


def dig(value: Any, path: str) -> Any:
    """Follow a dotted path into JSON; none where it ends early. An empty path is the value itself."""
    found = _at(value, path)
    return None if isinstance(found, _NotThere) else found


def there(value: Any, paths: Iterable[str]) -> Any:
    """Return what stands at the first of several paths that is there at all; none if none is."""
    found = _first(value, paths)
    return None if isinstance(found, _NotThere) else found


def number(value: Any, *, text: bool = False) -> Decimal | None:
    """Return a JSON number exactly; with `text` also one written as text. Booleans and null are none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if text and isinstance(value, str) and _PLAIN.match(value):
        return Decimal(value)
    return None


def status_reading(
    recorder: Recorder, row: StatusRow, body: Any, toml: SiteToml, page: str = ""
) -> Reading | None:
    """Record a status code; none where it is optional and not there."""
    key = recorder.key(row.metric, row.variant, cycle=row.cycle)
    origin = Origin(page, f"the {row.answer} answer", row.path[0], 0, row.picture)
    found = _first(body, row.path)
    if isinstance(found, _NotThere):
        if row.optional and body is not None:
            return None
        return recorder.unreadable(key, _missing(row.answer, body), scope=row.scope, origin=origin)
    if found is None and row.null != "unreadable":
        presence = Presence.NOT_RATED if row.null == "not_rated" else Presence.NONE
        return recorder.absent(key, presence, scope=row.scope, origin=origin)
    native = _words(found)
    level = toml.codes.get(row.codes, {}).get(native)
    deadline = moment(there(body, row.deadline))
    return recorder.word(key, native, level, scope=row.scope, deadline=deadline, origin=origin)


def declared_readings(
    recorder: Recorder, toml: SiteToml, bodies: Mapping[str, Sequence[Any]], page: str = ""
) -> Iterator[Reading]:
    """Yield everything site.toml declares of these answers, by name; one that did not come has no body.

    Of an answer that came several times (`bodies` holds each) numbers and codes are read from the last.
    """
    for status in toml.statuses:
        if status.answer in bodies:
            yield from _one(status_reading(recorder, status, _last(bodies[status.answer]), toml, page))
    for metric in toml.metrics:
        if metric.answer in bodies:
            yield from _one(metric_reading(recorder, metric, _last(bodies[metric.answer]), toml, page))
    for rows in toml.items:
        if rows.answer in bodies:
            yield from item_readings(recorder, rows, bodies[rows.answer], toml, page)


def _one(reading: Reading | None) -> Iterator[Reading]:
    if reading is not None:
        yield reading


def _last(bodies: Sequence[Any]) -> Any:
    return bodies[-1] if bodies else None


@dataclass(frozen=True, slots=True)
class _Entry:
    """The entry a row speaks of, or why there is none to be believed."""

    value: Any = None
    problem: str = ""
    absent: bool = False


def metric_reading(
    recorder: Recorder, row: MetricRow, body: Any, toml: SiteToml, page: str = ""
) -> Reading | None:
    """Record one number; none where it is optional and not there."""
    key = recorder.key(row.metric, row.variant, cycle=row.cycle)
    rule = row.rows + "".join(f"[{name}={value}]" for name, value in row.where.items()) or row.value[0]
    origin = Origin(page, f"the {row.answer} answer", rule, 0, row.picture)
    entry = _entry(row, body)
    if entry.absent and row.optional:
        return None
    if entry.problem:
        return recorder.unreadable(key, entry.problem, scope=row.scope, kind=row.kind, origin=origin)
    found = _first(entry.value, row.value)
    if isinstance(found, _NotThere):
        if row.optional and not row.where:
            return None
        why = "its entry has no value" if row.where else _missing(row.answer, body)
        return recorder.unreadable(key, why, scope=row.scope, kind=row.kind, origin=origin)
    measured = _measured(row, entry.value, found, toml)
    if found is None and row.null == "not_rated" and measured.base is None and not _red(measured, row, toml):
        return recorder.absent(
            key,
            Presence.NOT_RATED,
            scope=row.scope,
            kind=row.kind,
            native=measured.verdict or "",
            origin=origin,
        )
    reading = recorder.measured(
        key,
        measured,
        toml.codes.get(row.codes, {}),
        scope=row.scope,
        kind=row.kind,
        unit=row.unit,
        currency=_words(there(entry.value, row.currency)),
        window_days=_window(row, entry.value),
        trend=_trend(row, entry.value, toml),
        deadline=moment(there(entry.value, row.deadline)),
        origin=origin,
    )
    return _undoubted(recorder, row, reading)


def _undoubted(recorder: Recorder, row: MetricRow, reading: Reading) -> Reading:
    """Return a reading, unreadable where the console calls fine what misses the console's own limit."""
    few = reading.denominator is not None and reading.denominator < row.low_volume
    green = reading.level is Level.OK and reading.decided_by is DecidedBy.NATIVE
    if few or not green or reading.meets_target is not False:
        return reading
    why = "the console calls it fine, and its own limit is missed"
    return doubted(recorder, reading, why, f"{reading.native}: {reading.value}")


def _entry(row: MetricRow, body: Any) -> _Entry:
    rows = _at(body, row.rows)
    if isinstance(rows, _NotThere) or rows is None:
        return _Entry(problem=_missing(row.answer, body), absent=body is not None)
    if not row.where:
        return _Entry(rows)
    if not isinstance(rows, list):
        return _Entry(problem=f"{row.rows} of the {row.answer} answer is no list")
    fitting = [entry for entry in rows if _says(entry, row.where)]
    if len(fitting) != 1:
        why = f"{len(fitting)} entries for it" if fitting else "no entry for it"
        return _Entry(problem=f"{why} in the {row.answer} answer", absent=not fitting)
    return _Entry(fitting[0])


def _says(entry: Any, where: Mapping[str, str | int]) -> bool:
    return all(dig(entry, path) == wanted for path, wanted in where.items())


def _measured(row: MetricRow, entry: Any, found: Any, toml: SiteToml) -> Measured:
    text = row.numbers == "text"
    verdict = there(entry, row.verdict)
    return Measured(
        _scaled(number(found, text=text), row),
        verdict=None if verdict is None else _words(verdict),
        numerator=number(there(entry, row.numerator), text=text),
        base=number(there(entry, row.base), text=text),
        target=_target(row, entry, toml) or row.fallback,
        sane=row.sane,
    )


def _target(row: MetricRow, entry: Any, toml: SiteToml) -> Target | None:
    text = row.numbers == "text"
    limit = _scaled(number(there(entry, row.target), text=text), row)
    comparator = row.comparator
    if row.condition:
        comparator = toml.conditions.get(_words(there(entry, row.condition)))
    if limit is None or comparator is None:
        return None
    return Target(limit, comparator, critical=_scaled(number(there(entry, row.critical), text=text), row))


def _scaled(value: Decimal | None, row: MetricRow) -> Decimal | None:
    if value is None:
        return None
    sign, digits, exponent = value.as_tuple()
    # Built from its digits, not divided: a division would round to the precision that happens to be set.
    return Decimal((sign, digits, int(exponent) + _SHIFT[row.scale]))


def _window(row: MetricRow, entry: Any) -> int | None:
    if row.window is None:
        return row.window_days
    first, last = (moment(dig(entry, path)) for path in row.window)
    days = (last - first).days if first is not None and last is not None else 0
    return days if days > 0 else row.window_days


def _red(measured: Measured, row: MetricRow, toml: SiteToml) -> bool:
    return toml.codes.get(row.codes, {}).get(measured.verdict or "", Level.UNKNOWN).is_open


def _trend(row: MetricRow, entry: Any, toml: SiteToml) -> Trend | None:
    return toml.trends.get(row.trends, {}).get(_words(there(entry, row.trend)))


# Items...


def item_readings(
    recorder: Recorder, rows: ItemRows, bodies: Sequence[Any], toml: SiteToml, page: str = ""
) -> Iterator[Reading]:
    """Yield every open entry of a list, then whether the list was read whole; `bodies` are its pages.

    The list's own reading (one for each metric it is split into) has the key `policy.list` with `list` as
    its variant; only one that says all of it was there can prove an item gone.
    """
    found: dict[str, Reading] = {}
    problem = "" if bodies else "no answer came"
    listed = 0
    for body in bodies:
        entries = dig(body, rows.rows)
        if not isinstance(entries, list):
            if rows.optional and body is not None and isinstance(_at(body, rows.rows), _NotThere):
                return
            problem = problem or _missing(rows.answer, body)
            continue
        for entry in entries:
            listed += 1
            reading = _item(recorder, rows, entry, toml, page)
            if reading is None:
                problem = problem or "an entry without an id"
            elif str(reading.key) in found:
                problem = problem or "one entry stands twice in the list"
            else:
                found[str(reading.key)] = reading
    yield from (reading for reading in found.values() if reading.level is not Level.OK)
    problem = problem or _cut(rows, bodies, listed)
    for covers in dict.fromkeys([rows.metric, *rows.kinds.values()]):
        yield _list_reading(recorder, rows, covers, problem, list(found.values()), page)


def _item(recorder: Recorder, rows: ItemRows, entry: Any, toml: SiteToml, page: str) -> Reading | None:
    parts = [_words(dig(entry, path)) for path in rows.id]
    if not all(parts):
        return None
    metric, _, variant = rows.kinds.get(_words(dig(entry, rows.by)), rows.metric).partition("@")
    key = recorder.key(metric, variant, "-".join(parts)[:120])
    points = number(there(entry, rows.points), text=True)
    reason = _words(there(entry, rows.reason))
    details = {name: _words(dig(entry, path)) for name, path in rows.details.items()}
    origin = Origin(page, f"the {rows.answer} answer", f"{rows.rows}[]", 0, rows.picture)
    code = _words(dig(entry, rows.state)) if rows.state else ""
    level = toml.codes.get(rows.codes, {}).get(code) if rows.state else rows.level
    if level is None:
        why = f"unknown state {code!r}" if code else "its state is empty"
        return recorder.unreadable(key, why, scope=Scope.ITEM, native=code or reason, origin=origin)
    return recorder.shown(
        key,
        Decision(level, DecidedBy.NATIVE),
        scope=Scope.ITEM,
        kind=Kind.STATUS if points is None else Kind.POINTS,
        value=points,
        unit=None if points is None else Unit.POINTS,
        native=code or reason,
        reason=reason if code else "",
        deadline=_earliest(entry, rows.deadline),
        details=tuple((name, text[:_LONGEST]) for name, text in details.items() if text),
        origin=origin,
    )


def _earliest(entry: Any, paths: Iterable[str]) -> datetime | None:
    """Return the first of several moments: the earliest is the one that must not be missed."""
    moments = (moment(dig(entry, path)) for path in paths)
    return min((when for when in moments if when is not None), default=None)


def _cut(rows: ItemRows, bodies: Sequence[Any], listed: int) -> str:
    """Return what is missing of a list, nothing if it is whole."""
    totals = {total for body in bodies if (total := number(there(body, rows.total))) is not None}
    if rows.more and bodies and there(bodies[-1], rows.more) not in (None, False, "", 0):
        return f"{listed} read, and the list has further pages that did not come"
    if len(totals) > 1:
        return "the list's pages do not agree on how many there are"
    if totals != {listed} and totals:
        return f"the list holds {listed}, and says that there are {next(iter(totals))}"
    # No further pages, said of an empty list, says that it is empty.
    last_page = bool(rows.more) and bool(bodies) and there(bodies[-1], rows.more) is False
    proved = bool(totals) if rows.total else rows.proves_empty or last_page
    return "" if listed or proved else "the list is empty and does not say so"


def _list_reading(
    recorder: Recorder, rows: ItemRows, covers: str, problem: str, found: Sequence[Reading], page: str
) -> Reading:
    metric, _, variant = covers.partition("@")
    name = rows.list if not rows.kinds else f"{rows.list}.{variant or metric.rpartition('.')[2]}"
    key = recorder.key("policy.list", name)
    origin = Origin(page, f"the {rows.answer} answer", rows.rows, 0, rows.picture)
    if problem:
        return recorder.unreadable(key, problem, scope=Scope.LIST, kind=Kind.COUNT, origin=origin)
    whole = f"{metric}@{variant}"
    its = [r for r in found if (r.key.metric, r.key.variant) == (metric, variant)]
    still_open = [reading for reading in its if reading.level is not Level.OK]
    if not still_open:
        return recorder.absent(
            key, Presence.NONE, scope=Scope.LIST, kind=Kind.COUNT, covers=whole, origin=origin
        )
    # How bad each entry is stands in its own reading: the list has no level.
    return recorder.shown(
        key,
        Decision(Level.UNKNOWN, DecidedBy.NOTHING),
        scope=Scope.LIST,
        kind=Kind.COUNT,
        unit=Unit.COUNT,
        value=Decimal(len(still_open)),
        covers=whole,
        origin=origin,
    )


# Small things...


def _missing(answer: str, body: Any) -> str:
    return f"the {answer} answer did not come" if body is None else f"not in the {answer} answer"


def _first(value: Any, paths: Iterable[str]) -> Any:
    for path in paths:
        found = _at(value, path)
        if not isinstance(found, _NotThere):
            return found
    return _NOT_THERE


def _at(value: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return _NOT_THERE
    return value


def _words(value: Any) -> str:
    """Return text, or a number or truth as text: codes come as any of these."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, Decimal)) else ""
