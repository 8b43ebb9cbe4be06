"""The indicators of a shop, each held against the target its entry states and its card on the page; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from checker.flow import (
    Beside,
    Measured,
    Page,
    Recorder,
    SiteToml,
    UnitRow,
    amounts_in,
    cross_checked,
    dig,
    doubted,
    number,
)
from checker.flow import target as target_of
from checker.model import (
    Comparator,
    DecidedBy,
    Key,
    Kind,
    Level,
    Origin,
    Presence,
    Reading,
    Target,
    Unit,
)
from checker.model.numbers import Amount, as_fraction, parse_number
from flows.lazada.tables import Indicator, Tables

__all__ = ["indicator_readings"]

_ROWS: Final = "data.indicators"
_TYPE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,60}")
_NOTHING: Final = (None, "-")
"""How an indicator without any value is said."""
_SENTENCES: Final = ("type", "name", "formatted_score", "formatted_target")
_LOWER: Final = (Comparator.LT, Comparator.LTE, Comparator.EQ)


def indicator_readings(
    recorder: Recorder, page: Page, body: Any, toml: SiteToml, tables: Tables
) -> Iterator[Reading]:
    """Yield every indicator listed, and what is missing of those every shop has."""
    rows = dig(body, _ROWS)
    if not isinstance(rows, list):
        why = "the performance answer did not come" if body is None else "not in the performance answer"
        for metric in tables.required:
            yield recorder.unreadable(recorder.key(metric), why, kind=Kind.RATE, origin=_origin(""))
        return
    found: dict[str, list[Any]] = {}
    for row in rows:
        kind = dig(row, "type")
        named = isinstance(kind, str) and _TYPE.fullmatch(kind)
        found.setdefault(kind if named else "", []).append(row)
    if nameless := len(found.pop("", ())):
        key = recorder.key("policy.list", "indicators")
        yield recorder.unreadable(key, f"{nameless} indicators without a type", origin=_origin(""))
    category = dig(body, "data.main_category_name")
    read = _Indicators(recorder, page, toml, tables, category if isinstance(category, str) else "")
    yield from (read.one(kind, entries) for kind, entries in found.items())
    listed = {tables.indicators[kind].metric for kind in found if kind in tables.indicators}
    for metric in tables.required:
        if metric not in listed:
            why = "not among the indicators"
            yield recorder.unreadable(recorder.key(metric), why, kind=Kind.RATE, origin=_origin(""))


class _Indicators:
    """Reads the entries of one answer."""

    def __init__(self, recorder: Recorder, page: Page, toml: SiteToml, tables: Tables, category: str) -> None:
        self._recorder = recorder
        self._locale = recorder.site.locale
        self._page = page
        self._toml = toml
        self._tables = tables
        self._category = category

    def one(self, kind: str, entries: Sequence[Any]) -> Reading:
        """Record one indicator; of one that nobody has described only a red is believed."""
        known = self._tables.indicators.get(kind)
        key = self._recorder.key(known.metric, known.variant) if known else self._unknown(kind)
        origin = _origin(kind)
        if len(entries) > 1:
            return self._recorder.unreadable(key, f"{len(entries)} entries for it", origin=origin)
        (entry,) = entries
        reading = self._read(key, entry, known, origin)
        if known is None and reading.presence is Presence.SHOWN and not reading.level.is_open:
            why = "an indicator that nobody has described: say in [data.indicators] what it is"
            return doubted(self._recorder, reading, why)
        return reading

    def _unknown(self, kind: str) -> Key:
        return self._recorder.key(f"lazada.indicator_{kind.lower()}")

    def _read(self, key: Key, entry: Any, known: Indicator | None, origin: Origin) -> Reading:
        """Record what one entry says: not rated first, then the console's verdict on it."""
        if "score" not in entry:
            return self._recorder.unreadable(key, "its entry has no score", origin=origin)
        name, score = str(dig(entry, "score_format"))[:40], entry["score"]
        row = self._tables.formats.get(name)
        if row is None or (known is not None and name not in known.formats):
            return self._recorder.unreadable(key, f"not a format of it: {name!r}", origin=origin)
        kind, unit = (Kind.POINTS, Unit.POINTS) if known and known.points else (row.kind, row.unit)
        details = tuple(self._details(entry))
        target, problem = self._target(entry, name, row, known)
        if problem:
            return self._recorder.unreadable(key, problem, kind=kind, details=details, origin=origin)
        verdict = _truth(dig(entry, "target_respected"))
        if score in _NOTHING and verdict != "false" and dig(entry, "formatted_score") in _NOTHING:
            return self._recorder.absent(
                key, Presence.NOT_RATED, kind=kind, native="-", details=details, origin=origin
            )
        reading = self._recorder.measured(
            key,
            Measured(row.scaled(number(score, text=True)), verdict=verdict, target=target, sane=row.sane),
            self._toml.codes["respected"],
            kind=kind,
            unit=unit,
            window_days=known.window_days if known else None,
            details=details,
            origin=origin,
        )
        return self._checked(reading, entry)

    def _target(
        self, entry: Any, name: str, row: UnitRow, known: Indicator | None
    ) -> tuple[Target | None, str]:
        """Return the target an entry states, none where it states none, or why it cannot be believed."""
        limit = dig(entry, "target")
        if limit in _NOTHING:
            return None, ""
        condition, _, unit = str(dig(entry, "target_format")).rpartition("_")
        other = self._tables.formats.get(unit)
        target = target_of(row.scaled(number(limit, text=True)), condition, self._toml.conditions)
        if target is None or other is None or (other.kind, other.unit) != (row.kind, row.unit):
            return None, f"a {name} is held against {limit!r} as {dig(entry, 'target_format')!r}"[:120]
        if known is not None and (known.better == "lower") != (target.comparator in _LOWER):
            return None, f"its target is the wrong way round: {target.comparator} {target.value}"
        return target, ""

    def _checked(self, reading: Reading, entry: Any) -> Reading:
        """Return a reading, unreadable where the entry's own words or its card say something else."""
        if reading.presence is not Presence.SHOWN:
            return reading
        said = dig(entry, "formatted_score")
        if said == "-":
            return doubted(self._recorder, reading, "it has a score, and is printed as having none")
        printed = parse_number(said, self._locale) if isinstance(said, str) else None
        places = {"formatted_score": printed, "its card": self._on_card(dig(entry, "name"))}
        rate = reading.unit is Unit.FRACTION
        shown = {where: amount for where, amount in places.items() if amount and amount.percent == rate}
        if _called_fine(reading) and not _kept(reading.target, shown.get("formatted_score")):
            why = "the console calls it fine, and its own limit is missed"
            return doubted(self._recorder, reading, why, f"{reading.native}: {reading.value}")
        for where, amount in shown.items():
            reading = cross_checked(self._recorder, reading, amount, where)
        return reading

    def _on_card(self, name: Any) -> Amount | None:
        """Return the one number beside the indicator's name on the page, none without one."""
        found = self._page.beside({name.casefold()}) if isinstance(name, str) and name else None
        amounts = amounts_in(found, self._locale) if isinstance(found, Beside) else ()
        return amounts[0] if len(amounts) == 1 else None

    def _details(self, entry: Any) -> Iterator[tuple[str, str]]:
        for name in _SENTENCES:
            said = dig(entry, name)
            if isinstance(said, str) and said:
                yield name, said[:200]
        if self._category:
            # Targets differ by main category.
            yield "main_category", self._category[:200]


def _called_fine(reading: Reading) -> bool:
    """Tell whether the console calls something kept that its number misses."""
    fine = reading.level is Level.OK and reading.decided_by is DecidedBy.NATIVE
    return fine and reading.meets_target is False


def _kept(target: Target | None, printed: Amount | None) -> bool:
    """Tell whether what is printed keeps a target: that, rounded as it may be, is what the console judges."""
    return target is not None and printed is not None and target.met_by(as_fraction(printed))


def _truth(value: Any) -> str | None:
    """Return the console's verdict as it writes it: a truth, or a truth written as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) and value else None


def _origin(kind: str) -> Origin:
    return Origin("health", "the performance answer", f"{_ROWS}[type={kind}]" if kind else _ROWS)
