"""Reading the numbers of an answer, entry by entry: a number, its counts, its limit, its verdict; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from checker.flow.declared import CodedMetric, CodedRows, MetricRow, Numbers, Quantity
from checker.flow.documents import NOT_THERE, Document, same_name
from checker.flow.limits import worded_limit
from checker.flow.payload import at, details_in, dig, earliest_in, first, number, scaled, there, words_in
from checker.flow.recorder import Fields, Measured, Recorder, adding
from checker.flow.site_toml import SiteToml
from checker.flow.units import UnitRow
from checker.model import Claim, Comparator, Key, Kind, Level, Origin, Rank, Says, Target, Trend, Unit
from checker.model.dates import moment
from checker.model.quantities import says_nothing

__all__ = ["EntryReader", "coded_entries", "days_in", "entries_at", "meaning_of"]

_LOWER: Final = ("lt", "lte", "eq")
_SHOWN: Final = 40
# What answers wrap their content in: the name of nothing.
_WRAPPERS: Final = frozenset(
    {
        "payload",
        "data",
        "result",
        "results",
        "response",
        "summary",
        "body",
        "content",
        "value",
        "item",
        "items",
    }
)


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
    """Reads what single entries of an answer say of a number.

    rates_beside: the rates that the page shows beside one of several labels.
    """

    recorder: Recorder
    toml: SiteToml
    rates_beside: Callable[[Sequence[str]], Sequence[Decimal]]

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
        labels: Sequence[str] = (),
    ) -> Iterator[Claim]:
        """Claim what one entry says: its number against its limit, and each of the console's words for it."""
        found = _value_of(entry, value)
        words = self._words_of(entry, row)
        said, more = (words[0], words[1:]) if words else (None, [])
        if found is NOT_THERE and said is None:
            return
        if isinstance(found, str) and says_nothing(found):
            found = None
        unit, problem = self._unit_of(row, quantity, entry)
        fields = self._told(row, quantity, entry, unit, fields)
        verdicts = self._verdicts(row, quantity, said)
        if not known:
            # What nobody has described may be red; that it is fine is not believed.
            verdicts = {word: Level.UNKNOWN if its is Level.OK else its for word, its in verdicts.items()}
        for word in more:
            level = self._verdicts(row, quantity, word).get(word)
            yield self.recorder.word(key, word, level, **adding(fields, rank=Rank.WORD))
        if found is NOT_THERE:
            level = verdicts.get(said or "")
            if said and (level is None or level.is_open):
                # Without its number the entry says at least that something is wrong, or is not understood.
                yield self.recorder.word(key, said, level, **fields)
            return
        if problem:
            yield self.recorder.unreadable(key, problem, **fields)
            if said and (level := verdicts.get(said)) is not None and level.is_open:
                yield self.recorder.word(key, said, level, **fields)
            return
        base = number(there(entry, row.base))
        number_ = unit.of(found)
        if isinstance(found, str) and "%" in found and unit.unit not in (None, Unit.FRACTION):
            yield self.recorder.unreadable(
                key, f"a percentage where there is none: {found[:40]}", **adding(fields, native=found[:80])
            )
            return
        if unit.scale == "proven" and number_ is None and (bare := number(found)) is not None:
            number_, why, contradicted = self._proven(bare, (*labels, *getattr(row, "labels", ())))
            if number_ is None:
                told = adding(fields, native=words_in(found), required=contradicted)
                yield self.recorder.unreadable(key, why, **told)
                return
        if not known and number_ is None and isinstance(found, str) and not said:
            # Nobody has described it: it is kept as the console wrote it, and judged by nobody.
            yield self.recorder.shown(key, **adding(fields, native=found[:80]))
            return
        level = verdicts.get(said or "", Level.UNKNOWN)
        # The console's own word for "no verdict" on nothing says that there is nothing to say yet.
        unjudged = bool(said) and said in verdicts and level is Level.UNKNOWN
        silent = found is None and (row.null == "not_rated" or unjudged) and base is None
        if silent and not level.is_open and (said is None or said in verdicts):
            yield self.recorder.absent(key, Says.NOT_RATED, **adding(fields, native=said or ""))
            return
        target, odd = self._target(row, quantity, entry, unit)
        if odd:
            # It is a source of its own: that the number beside it was read makes up for nothing.
            origin = fields.get("origin", Origin())
            limit = replace(origin, rule=f"{origin.rule}: its limit")
            yield self.recorder.unreadable(key, odd, **adding(fields, value=number_, origin=limit))
        measured = Measured(
            number_,
            verdict=said or None,
            numerator=number(there(entry, row.numerator)),
            base=base,
            target=target or (None if odd else quantity.fallback),
            sane=unit.sane,
            low_volume=quantity.low_volume,
        )
        if target is None and _odd(there(entry, row.target)):
            # A limit is stated that nobody can read: ours in its place may warn, and makes nothing green.
            fields["no_verdict"] = said is None
        yield from self.recorder.measured(key, measured, verdicts, **fields)

    def _told(self, row: Numbers, quantity: Quantity, entry: Any, unit: _Unit, fields: Fields) -> Fields:
        """Return the fields of an entry's claims with all that it says besides its number and its word."""
        return adding(
            fields,
            kind=unit.kind,
            unit=unit.unit,
            rank=Rank.OTHER if row.rank == "other" else Rank.ANSWER,
            details=details_in(entry, row.details),
            window_days=_window(row, quantity, entry) or fields.get("window_days"),
            trend=self._trend(row, entry),
            deadline=earliest_in(entry, row.deadline),
            currency=words_in(there(entry, row.currency)),
        )

    def _proven(self, bare: Decimal, labels: Sequence[str]) -> tuple[Decimal | None, str, bool]:
        """Return a number of which nobody knows whether it is a fraction or a percent, as the page proves it.

        Returns:
            The number; why it cannot be known; whether the page says something else than the answer.
        """
        seen = self.rates_beside(labels)
        ways = (bare, scaled(bare, "percent") or bare)
        fitting = [way for way in ways if any(_rounds_to(way, one) for one in seen)]
        if len(fitting) == 1:
            return fitting[0], "", False
        if seen and not fitting:
            return None, f"the answer says {bare}, the page {', '.join(f'{one:%}' for one in seen)}", True
        return None, f"{bare} may be a fraction or a percentage, and nothing proves which", False

    def _unit_of(self, row: Numbers, quantity: Quantity, entry: Any) -> tuple[_Unit, str]:
        own = _Unit(quantity.kind, quantity.unit, quantity.scale, quantity.sane)
        if not row.unit_of:
            return own, ""
        name = words_in(there(entry, row.unit_of))
        declared = self._unit_named(name)
        if declared is None:
            return own, f"unknown unit {name[:40]!r}"
        if quantity.unit is None or declared.kind is quantity.kind:
            return _Unit(
                declared.kind, declared.unit, "bare", declared.sane, declared.shift, declared.per
            ), ""
        if declared.kind is Kind.RATE or quantity.unit is Unit.FRACTION:
            return own, f"{name[:40]!r} is no unit of it"
        # Stars and points come as plain numbers: what they are is known from what they count.
        return _Unit(quantity.kind, quantity.unit, quantity.scale, quantity.sane or declared.sane), ""

    def _target(self, row: Numbers, quantity: Quantity, entry: Any, unit: _Unit) -> tuple[Target | None, str]:
        """Return the limit an entry states, and why one that it states cannot be believed."""
        stated = there(entry, row.target)
        if isinstance(stated, str) and says_nothing(stated):
            stated = None
        if stated is not None and (odd := self._other_unit(row, entry)):
            return None, f"it is held against {words_in(stated)[:40]!r} {odd}"
        limit = unit.of(stated)
        comparator = row.comparator
        if limit is None and isinstance(stated, str):
            # Answers write numbers as English does, whatever the page speaks.
            worded = worded_limit(stated, "en_US", quantity.better)
            if worded is None or unit.unit is not Unit.FRACTION:
                return None, ""
            limit, comparator = worded.value, worded.comparator
        if row.condition and comparator is None:
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

    def _other_unit(self, row: Numbers, entry: Any) -> str:
        """Return why a limit is not in the unit of its number; an empty text if it is."""
        if not (row.unit_of and row.target_unit_of):
            return ""
        other = words_in(there(entry, row.target_unit_of))
        sorts = [
            None if unit is None else (unit.kind, unit.unit, unit.shift, unit.per)
            for unit in (
                self._unit_named(words_in(there(entry, row.unit_of))),
                self._unit_named(other.rpartition("_")[2]),
            )
        ]
        return "" if sorts[0] == sorts[1] is not None else f"as {other[:40]!r}"

    def _unit_named(self, name: str) -> UnitRow | None:
        units = self.toml.units
        return units.get(name) or next((u for key, u in units.items() if same_name(key, name)), None)

    def _verdicts(self, row: Numbers, quantity: Quantity, said: str | None) -> Mapping[str, Level]:
        codes = self.toml.codes.get(row.codes, {})
        topic = getattr(row, "words", "") or getattr(quantity, "words", "")
        if said and said not in codes and topic:
            level = self.toml.level_of_word(topic, said, self.recorder.language or "en")
            if level is not None:
                return {said: level}
        return codes

    def _words_of(self, entry: Any, row: Numbers) -> list[str]:
        """Return every word an entry has for how it stands; two places that say the same say it once."""
        codes = self.toml.codes.get(row.codes, {})
        said = []
        for path in row.verdict:
            value = dig(entry, path)
            word = words_in(value) or _odd(value)
            if value in ("true", "false") and not codes.get(word, Level.UNKNOWN).is_open:
                # A text is no truth value: only what it says of trouble is believed.
                word = f'"{word}"'
            said.append(word)
        return [word for word in dict.fromkeys(said) if word]

    def _trend(self, row: Numbers, entry: Any) -> Trend | None:
        return self.toml.trends.get(row.trends, {}).get(words_in(there(entry, row.trend)))


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
    named = next((m for m in metrics.values() if any(same_name(name, code) for name in m.aka)), None)
    if named is not None:
        return named
    return next((m for m in metrics.values() if m.like and re.fullmatch(m.like, code, re.IGNORECASE)), None)


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
    named = (code for code in codes if code in said or code.casefold() not in _WRAPPERS)
    return next(skipped, "") or next(known, next(named, codes[0] if codes else ""))


def _value_of(entry: Any, paths: Sequence[str]) -> Any:
    """Return the number at the first of several paths; a null, or nothing, only where no other has one."""
    found = first(entry, paths)
    if found is None:
        others = (at(entry, path) for path in paths)
        return next((value for value in others if words_in(value)), None)
    return found


def _odd(value: Any) -> str:
    """Return what stands where a word or a number should, for a person; empty where nothing does."""
    if isinstance(value, list | dict):
        return ("a list" if isinstance(value, list) else "an object") if value else ""
    text = words_in(value)
    return "" if not text.strip() or says_nothing(text) else text[:_SHOWN]


def _window(row: Numbers, quantity: Quantity, entry: Any) -> int | None:
    stated = number(there(entry, row.days))
    if stated is not None and 0 < stated == int(stated):
        return int(stated)
    if row.window is None:
        return quantity.window_days
    begin, end = (moment(dig(entry, path)) for path in row.window)
    # A range may end a moment before midnight of its last day.
    days = round((end - begin) / timedelta(days=1)) if begin is not None and end is not None else 0
    return days if days > 0 else quantity.window_days


def days_in(code: str, pattern: str) -> int | None:
    """Return how many days a code says that its number looks back over; None where it says none."""
    found = re.search(pattern, code, re.IGNORECASE) if pattern else None
    return int(found[1]) if found is not None and found[1].isdecimal() else None


def _rounds_to(way: Decimal, shown: Decimal) -> bool:
    """Tell whether a number is printed like this, rounded or cut off."""
    exponent = min(int(shown.as_tuple().exponent), -2)
    return abs(shown - way) < Decimal((0, (1,), exponent))
