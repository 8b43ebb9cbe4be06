"""Reading the numbers of an answer, entry by entry: a number, its counts, its limit, its verdict; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from checker.flow.declared import CodedMetric, CodedRows, MetricRow, Numbers, Quantity
from checker.flow.documents import NOT_THERE, Document, same_name
from checker.flow.payload import at, details_in, dig, earliest_in, first, number, scaled, there, words_in
from checker.flow.recorder import Fields, Measured, Recorder, adding
from checker.flow.site_toml import SiteToml
from checker.model import Claim, Comparator, Key, Kind, Level, Says, Target, Trend, Unit
from checker.model.dates import moment
from checker.model.quantities import says_nothing

__all__ = ["EntryReader", "coded_entries", "entries_at", "meaning_of"]

_LOWER: Final = ("lt", "lte", "eq")
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is done to a number of an answer so that it is as records hold it."""

    kind: Kind
    unit: Unit | None
    scale: str
    sane: tuple[Decimal, Decimal] | None
    shift: int = 0
    per: int = 1

    def of(self, value: Any) -> Decimal | None:
        """Return a value as records hold it; None for what is no number."""
        return scaled(value, self.scale, shift=self.shift, per=self.per)


@dataclass(frozen=True, slots=True)
class EntryReader:
    """Reads what single entries of an answer say of a number."""

    recorder: Recorder
    toml: SiteToml

    def claims(
        self,
        key: Key,
        row: Numbers,
        quantity: Quantity,
        entry: Any,
        fields: Fields,
        value: Sequence[str],
        *,
        known: bool = True,
    ) -> Iterator[Claim]:
        """Claim what one entry says: its number against its limit, and the console's word for it."""
        found = first(entry, value)
        if found is NOT_THERE:
            return
        if isinstance(found, str) and says_nothing(found):
            found = None
        fields = fields.copy()
        unit, problem = self._unit_of(row, quantity, entry)
        fields["kind"], fields["unit"] = unit.kind, unit.unit
        fields["details"] = details_in(entry, row.details)
        fields["window_days"] = _window(row, quantity, entry)
        fields["trend"] = self._trend(row, entry)
        fields["deadline"] = earliest_in(entry, row.deadline)
        fields["currency"] = words_in(there(entry, row.currency))
        verdict = there(entry, row.verdict)
        said = words_in(verdict) or _odd(verdict)
        verdicts = self._verdicts(row, quantity, verdict, said)
        if problem:
            yield self.recorder.unreadable(key, problem, **fields)
            if said and (level := verdicts.get(said)) is not None and level.is_open:
                yield self.recorder.word(key, said, level, **fields)
            return
        base = number(there(entry, row.base))
        number_ = unit.of(found)
        if not known and number_ is None and isinstance(found, str) and not said:
            # Nobody has described it: it is kept as the console wrote it, and judged by nobody.
            yield self.recorder.shown(key, **adding(fields, native=found[:80]))
            return
        level = verdicts.get(said) if said else Level.UNKNOWN
        if found is None and row.null == "not_rated" and base is None and level in (Level.OK, Level.UNKNOWN):
            yield self.recorder.absent(key, Says.NOT_RATED, **adding(fields, native=said))
            return
        target, odd = self._target(row, quantity, entry, unit, judged=bool(said))
        if odd:
            yield self.recorder.unreadable(key, odd, **adding(fields, value=number_))
        measured = Measured(
            number_,
            verdict=said or None,
            numerator=number(there(entry, row.numerator)),
            base=base,
            target=target or (None if odd else quantity.fallback),
            sane=unit.sane,
            low_volume=quantity.low_volume,
        )
        yield from self.recorder.measured(key, measured, verdicts, **fields)

    def _unit_of(self, row: Numbers, quantity: Quantity, entry: Any) -> tuple[_Unit, str]:
        own = _Unit(quantity.kind, quantity.unit, quantity.scale, quantity.sane)
        if not row.unit_of:
            return own, ""
        name = words_in(there(entry, row.unit_of))
        units = self.toml.units
        declared = units.get(name) or next((u for key, u in units.items() if same_name(key, name)), None)
        if declared is None:
            return own, f"unknown unit {name[:40]!r}"
        if quantity.unit not in (None, Unit.FRACTION) and declared.unit is not quantity.unit:
            # Stars and points come as plain numbers: what they are is known from what they count.
            return _Unit(quantity.kind, quantity.unit, quantity.scale, quantity.sane or declared.sane), ""
        return _Unit(declared.kind, declared.unit, "bare", declared.sane, declared.shift, declared.per), ""

    def _target(
        self, row: Numbers, quantity: Quantity, entry: Any, unit: _Unit, *, judged: bool
    ) -> tuple[Target | None, str]:
        """Return the limit an entry states, and why one that it states cannot be believed."""
        stated = there(entry, row.target)
        limit = unit.of(stated)
        if limit is None and not judged and _odd(stated):
            # Ours must not say in its place that all is well.
            return None, f"its limit is no number: {_odd(stated)!r}"
        comparator = row.comparator
        if row.condition:
            word = words_in(there(entry, row.condition))
            comparator = self.toml.conditions.get(word)
            if comparator is None and row.target_unit_of:
                comparator = self.toml.conditions.get(word.rpartition("_")[0])
            if comparator is None and limit is not None:
                return None, f"unknown comparison {word[:40]!r}"
        if comparator is None and not row.condition and quantity.better:
            comparator = Comparator.LTE if quantity.better == "lower" else Comparator.GTE
        if limit is None or comparator is None:
            return None, ""
        if quantity.better and (quantity.better == "lower") != (comparator.value in _LOWER):
            return None, f"its limit is on the wrong side: {comparator.value} {limit}"
        second = unit.of(there(entry, row.second))
        return Target(limit, comparator, critical=second), ""

    def _verdicts(self, row: Numbers, quantity: Quantity, verdict: Any, said: str) -> Mapping[str, Level]:
        """Return what the console's words for this number mean, as far as they are known."""
        codes = self.toml.codes.get(row.codes, {})
        if verdict in ("true", "false") and not codes.get(said, Level.UNKNOWN).is_open:
            # A text is no truth value: only what it says of trouble is believed.
            return {}
        topic = getattr(row, "words", "") or getattr(quantity, "words", "")
        if said and said not in codes and topic:
            level = self.toml.level_of_word(topic, said, self.recorder.language or "en")
            if level is not None:
                return {said: level}
        return codes

    def _trend(self, row: Numbers, entry: Any) -> Trend | None:
        return self.toml.trends.get(row.trends, {}).get(words_in(there(entry, row.trend)))


def _odd(value: Any) -> str:
    """Return what stands where a word or a number should, for a person; empty where nothing does."""
    if isinstance(value, str):
        return "" if not value.strip() or says_nothing(value) else value[:_SHOWN]
    if isinstance(value, list | dict):
        return ("a list" if isinstance(value, list) else "an object") if value else ""
    return words_in(value)[:_SHOWN]


def entries_at(value: Any, row: MetricRow) -> Iterator[Any]:
    """Yield the entries that a row speaks of."""
    rows = at(value, row.rows)
    if rows is NOT_THERE or rows is None:
        return
    if not row.where:
        yield rows
        return
    entries = rows if isinstance(rows, list) else list(rows.values()) if isinstance(rows, dict) else []
    if isinstance(rows, dict) and _says(rows, row.where):
        yield rows
        return
    yield from (entry for entry in entries if _says(entry, row.where))


def _says(entry: Any, where: Mapping[str, str | int]) -> bool:
    return all(words_in(dig(entry, path)).casefold() == str(want).casefold() for path, want in where.items())


def meaning_of(code: str, metrics: Mapping[str, CodedMetric]) -> CodedMetric | None:
    """Return what a code means, by itself or by another of its names; None for one nobody knows."""
    own = next((metric for name, metric in metrics.items() if same_name(name, code)), None)
    if own is not None:
        return own
    return next((m for m in metrics.values() if any(same_name(name, code) for name in m.aka)), None)


def coded_entries(
    doc: Document, rows: CodedRows, known: Mapping[str, CodedMetric]
) -> Iterator[tuple[str, Any]]:
    """Yield every entry of a list, a map or a list of groups, with its code; an empty one names nothing."""
    if not rows.rows:
        names = [key for key in reversed(doc.keys) if isinstance(key, str)][:1]
        if rows.by_address:
            names = [*(key for key in reversed(doc.keys) if isinstance(key, str)), *_address(doc)]
        yield _code_of(doc.value, rows, known, names), doc.value
        return
    for found in _spread(doc.value, rows.rows.split(".")):
        if isinstance(found, list):
            for entry in found:
                yield _code_of(entry, rows, known, ()), entry
        elif isinstance(found, dict):
            for key, entry in found.items():
                if isinstance(entry, dict):
                    yield _code_of(entry, rows, known, (key,)), entry


def _spread(value: Any, parts: Sequence[str]) -> Iterator[Any]:
    """Follow a path; `*` in it stands for every entry of a list or a map."""
    if not parts:
        yield value
        return
    head, rest = parts[0], parts[1:]
    if head == "*":
        inner = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
        for entry in inner:
            yield from _spread(entry, rest)
        return
    found = at(value, head)
    if found is not NOT_THERE:
        yield from _spread(found, rest)


def _address(doc: Document) -> list[str]:
    """Return the parts of the address that brought a document, the last first."""
    return [*(part for part in reversed(doc.path.split("/")) if part), *doc.query.values()]


def _code_of(entry: Any, rows: CodedRows, metrics: Mapping[str, CodedMetric], names: Sequence[str]) -> str:
    """Return what names an entry: the first of its codes that is known, else the first that is there."""
    said = [words_in(dig(entry, path)) for path in rows.code]
    codes = [code for code in (*said, *names) if code]
    skipped = (code for code in codes if rows.skip and re.fullmatch(rows.skip, code))
    known = (code for code in codes if meaning_of(code, metrics) is not None)
    return next(skipped, "") or next(known, codes[0] if codes else "")


def _window(row: Numbers, quantity: Quantity, entry: Any) -> int | None:
    if row.window is None:
        return quantity.window_days
    begin, end = (moment(dig(entry, path)) for path in row.window)
    days = (end - begin).days if begin is not None and end is not None else 0
    return days if days > 0 else quantity.window_days
