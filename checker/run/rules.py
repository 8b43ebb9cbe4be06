"""Rules that may make a flow read a widget where a person says it stands, as additions to its `site.toml`.

    for rule in candidates(toml, reading, spot):     # the mildest first
        ...                                          # read the kept visit again with it, and look

A rule only ever adds: a name the page has for the widget, the meaning of a word or a code. A word the flow
knows is never made milder. A name is taken away only where the widget was read beside the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from checker.flow import Page, SiteToml
from checker.flow.declared import CardRow
from checker.flow.page_words import as_label
from checker.flow.recorder import Recorder
from checker.model import Cycle, Key, Kind, Level, Reading, Says, Unit
from checker.model.quantities import Quantity, read_quantity

__all__ = ["Rule", "Spot", "candidates", "known_level", "labels_that_read", "topics_of"]

Rule = dict[str, Any]

_MOST_LABELS: Final = 3
_BESIDE: Final = re.compile(r"beside (?P<quote>['\"])(?P<label>.*)(?P=quote)\Z")


@dataclass(frozen=True, slots=True)
class Spot:
    """The place a person means: the page, what stands there, and what it may mean.

    level: what they say the words there mean; None for a number, or for words the flow knows.
    """

    page: Page
    recorder: Recorder
    text: str
    labels: tuple[str, ...]
    level: Level | None = None

    @property
    def language(self) -> str:
        """The language of the page; English where nothing says."""
        return self.recorder.language or "en"

    @property
    def quantity(self) -> Quantity | None:
        """What stands there as a number, if it is one."""
        found = read_quantity(self.text, self.recorder.numbers, self.language)
        return found if found is not None and found.value is not None else None


@dataclass(frozen=True, slots=True)
class _Row:
    """One declared row of a widget: how a rule names it, and where its labels stand for `[remove]`."""

    row: Any
    path: tuple[str, ...]
    named: Mapping[str, str]
    map_code: str = ""

    def adding(self, **more: Any) -> Rule:
        """Return a rule that adds to this row."""
        if self.map_code:
            table, name = self.path
            return {table: {name: {self.map_code: more}}}
        return {self.path[0]: [{**self.named, **more}]}

    @property
    def labels_path(self) -> str:
        """Where the labels stand, as `[remove]` names it."""
        last = self.map_code or ".".join(filter(None, (self.named["metric"], self.named.get("variant", ""))))
        return ".".join((*self.path, f'"{last}"', "labels"))


def candidates(toml: SiteToml, reading: Reading, spot: Spot) -> Iterator[Rule]:
    """Yield the rules that may read the widget there."""
    rows = list(_rows(toml, reading.key))
    yield from _codes(toml, reading, spot, rows)
    for label in labels_that_read(toml, reading, spot):
        for row in rows:
            if spot.quantity is None and not _takes_words(row.row):
                continue
            rule = _naming(toml, row, label, spot)
            own = any(as_label(label) == as_label(known) for known in row.row.labels)
            if not own or spot.level is not None:
                yield rule
            wrong = _wrong_label(reading, row, label)
            if wrong:
                yield _merged(rule, {"remove": {row.labels_path: [wrong]}})
        yield _card(toml, reading, label, spot)


def labels_that_read(toml: SiteToml, reading: Reading, spot: Spot) -> list[str]:
    """Return the names around the spot beside which just that stands, and that name nothing else."""
    page, own = spot.page, {as_label(label) for row in _rows(toml, reading.key) for label in row.row.labels}
    others = [label for label in toml.words_on(page.name) if as_label(label) not in own]
    taken = {as_label(label) for label in others}
    found = []
    for label in spot.labels:
        if as_label(label) in taken or not as_label(label):
            continue
        beside = page.beside_label(
            [label],
            language=spot.language,
            locale=spot.recorder.numbers,
            kind="word" if spot.quantity is None else "number",
            rivals=others,
        )
        values = beside.values if spot.quantity is not None else (*beside.values, *beside.words)
        if any(as_label(value.text) == as_label(spot.text) for value in values) and not beside.of_rows:
            found.append(label)
        if len(found) == _MOST_LABELS:
            break
    return found


def topics_of(toml: SiteToml, key: Key) -> list[str]:
    """Return the topics of `[words]` a widget's words are looked up in."""
    return [row.row.words for row in _rows(toml, key) if row.row.words]


def known_level(toml: SiteToml, key: Key, spot: Spot) -> Level | None:
    """Return what the flow takes the words at the spot for; None if it does not know them."""
    levels = [toml.level_in_text(topic, spot.text, spot.language) for topic in topics_of(toml, key)]
    return next((level for level in levels if level is not None), None)


def _rows(toml: SiteToml, key: Key) -> Iterator[_Row]:
    """Yield the declared rows of a widget."""
    cycle = {} if key.cycle is Cycle.CURRENT else {"cycle": key.cycle.value}
    variant = {"variant": key.variant} if key.variant else {}
    named = {"metric": key.metric, **variant, **cycle}
    for table, rows in (("statuses", toml.statuses), ("metrics", toml.metrics), ("cards", toml.cards)):
        for row in rows:
            if (row.metric, row.variant, row.cycle) == (key.metric, key.variant, key.cycle):
                answer = {} if isinstance(row, CardRow) else {"answer": row.answer}
                yield _Row(row, (table,), named | answer)
    for name, codes in toml.metric_maps.items():
        for code, metric in codes.items():
            if (metric.metric, metric.variant) == (key.metric, key.variant) and not cycle:
                yield _Row(metric, ("metric_maps", name), named, code)


def _takes_words(row: Any) -> bool:
    return getattr(row, "says", "word") == "word"


def _naming(toml: SiteToml, row: _Row, label: str, spot: Spot) -> Rule:
    topic = row.row.words
    if spot.level is None:
        return row.adding(labels=[label])
    own = topic or _topic(row.row.metric)
    more = {} if topic else {"words": own}
    return _merged(row.adding(labels=[label], **more), _words(toml, own, spot))


def _card(toml: SiteToml, reading: Reading, label: str, spot: Spot) -> Rule:
    """Return a card of its own, for a widget that no row declares: code reads it, or an answer alone."""
    key, quantity = reading.key, spot.quantity
    row: Rule = {"metric": key.metric, "page": spot.page.name, "labels": [label], "required": False}
    row |= {"variant": key.variant} if key.variant else {}
    row |= {"cycle": key.cycle.value} if key.cycle is not Cycle.CURRENT else {}
    row["scope"] = reading.scope.value
    if quantity is None:
        topic = _topic(key.metric)
        rule: Rule = {"cards": [row | {"says": "word", "words": topic}]}
        return rule if spot.level is None else _merged(rule, _words(toml, topic, spot))
    if quantity.percent:
        kind, unit = Kind.RATE, Unit.FRACTION
    else:
        kind, unit = Kind.COUNT, Unit.COUNT
        if reading.unit not in (None, Unit.FRACTION):
            kind, unit = reading.kind, reading.unit
    return {"cards": [row | {"says": "number", "kind": kind.value, "unit": unit.value}]}


def _words(toml: SiteToml, topic: str, spot: Spot) -> Rule:
    assert spot.level is not None  # noqa: S101 - asked by the caller
    language = spot.language.partition("-")[0]
    table: dict[str, Any] = {spot.level.value: [spot.text]}
    if language not in toml.words.get(topic, {}):
        # Where the flow has words of that language, it says itself where those come from.
        table["source"] = "a seller, from the page"
    return {"words": {topic: {language: table}}}


def _codes(toml: SiteToml, reading: Reading, spot: Spot, rows: list[_Row]) -> Iterator[Rule]:
    """Yield what a code means that an answer had for the widget, and that nobody knew."""
    if spot.level is None:
        return
    for said in reading.claims:
        for row in rows:
            table = getattr(row.row, "codes", "")
            here = said.source == f"the {getattr(row.row, 'answer', '')} answer"
            if said.says is Says.UNKNOWN and here and table and said.native not in toml.codes.get(table, {}):
                yield {"codes": {table: {said.native: spot.level.value}}}


def _wrong_label(reading: Reading, row: _Row, label: str) -> str:
    """Return the name beside which the widget was read, if that is one of its own and not where it stands."""
    found = _BESIDE.match(reading.origin.rule)
    read = "" if found is None else as_label(found["label"])
    return next(
        (known for known in row.row.labels if as_label(known) == read and read != as_label(label)), ""
    )


def _topic(metric: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", metric.casefold()).strip("_") or "own"


def _merged(one: Rule, other: Rule) -> Rule:
    result = deepcopy(one)
    for name, value in other.items():
        mine = result.get(name)
        both = isinstance(mine, dict) and isinstance(value, dict)
        result[name] = _merged(mine, value) if both and isinstance(mine, dict) else value
    return result
