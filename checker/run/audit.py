"""Looking for a seller in what is about to be shared; it knows nothing of how the seller was taken out.

    known = Known().learn(part, vocabulary)       # from every original there is
    known.find(case_part, vocabulary)             # where something of it still stands

A finding names the place and the kind, never what stood there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Self

from pydantic import SecretStr

from checker.console.kept import KeptPart, dump_part
from checker.console.redaction import (
    ASIN,
    EMAIL,
    MIXED,
    MOMENT,
    NOWHERE,
    NUMBER,
    is_identifying,
    significant,
)
from checker.flow.vocabulary import Vocabulary, tokens_of
from checker.secrets import Scrubber

__all__ = ["Hit", "KnownValues"]

_TAG: Final = re.compile(r"<[^>]*>")
_VALUE: Final = re.compile(r'([^\s=<>"]+)="([^"]*)"')
_STRUCTURE: Final = frozenset(
    {"class", "id", "name", "type", "role", "for", "rel", "data-testid", "data-test"}
)
_SHORTEST_NAME: Final = 4
_ID_DIGITS: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Something of the seller that was left in: where it stands, and what sort of thing it is."""

    place: str
    kind: str

    def __str__(self) -> str:
        """Return both in words."""
        return f"{self.place}: {self.kind}"


@dataclass
class KnownValues:
    """What is known of sellers: secrets, user names, and what stood in their originals.

    sources: how many originals were learnt from.
    """

    scrubber: Scrubber = field(default_factory=Scrubber)
    names: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    sources: int = 0

    def secret(self, *secrets: SecretStr) -> Self:
        """Know these secrets."""
        self.scrubber.add(*secrets)
        return self

    def name(self, *names: str) -> Self:
        """Know these names, of a person or a shop: whole, whatever their case."""
        self.names |= {name.casefold() for name in names if len(name) >= _SHORTEST_NAME}
        return self

    def learn(self, part: KeptPart, vocabulary: Vocabulary) -> Self:
        """Know everything that stands in an original and not in the vocabulary."""
        self.sources += 1
        public = vocabulary.every_token
        for place, text in _texts(part):
            if place.startswith("reading "):
                # What a flow made of the pages, in words of its own; the pages themselves are learnt from.
                continue
            free = _is_structure(place)
            self.ids |= {found.casefold() for found in _ids(text)} - public
            self.numbers |= _numbers(text)
            if not free and text.strip().casefold() not in vocabulary.whole:
                found = {token for token in tokens_of(text) if token.isalpha()}
                long = {token for token in found if len(token) >= _SHORTEST_NAME}
                self.words |= {token for token in long - public if not vocabulary.knows(token)}
        return self

    def forget(self, vocabulary: Vocabulary, kept: Iterable[str] = ()) -> Self:
        """Leave out what is to stay: values that were told to be kept, and numbers that are public."""
        public = {significant(str(number)) for number in vocabulary.thresholds}
        public |= {number for text in vocabulary.whole for number in _numbers(text)}
        stay = {significant(found) for text in kept for found in NUMBER.findall(text)}
        self.numbers -= public | stay
        self.words -= {token for text in kept for token in tokens_of(text)}
        return self

    @property
    def tokens(self) -> frozenset[str]:
        """Everything known, for whoever must not make it up by chance."""
        return frozenset(self.words | self.ids | self.numbers | self.names)

    def find(self, part: KeptPart, where: str, vocabulary: Vocabulary) -> list[Hit]:
        """Return every place of a part at which something known, or shaped like an id, still stands."""
        hits = {
            hit for place, text in _texts(part) for hit in self._in(f"{where}, {place}", text, vocabulary)
        }
        if self.scrubber.found_in(dump_part(part, compressed=False)):
            hits.add(Hit(where, "a secret of the settings"))
        return sorted(hits)

    def _in(self, place: str, text: str, vocabulary: Vocabulary) -> Iterator[Hit]:
        folded = text.casefold()
        if any(name in folded for name in self.names):
            yield Hit(place, "a user name or a name of an account")
        if any(not found.endswith(NOWHERE) for found in EMAIL.findall(text)):
            yield Hit(place, "an e-mail address")
        text = EMAIL.sub(" ", text)
        if any(not found.startswith("B0CASE") for found in ASIN.findall(text)):
            yield Hit(place, "a product number (ASIN)")
        if self.ids & {found.casefold() for found in _ids(text)}:
            yield Hit(place, "an id that stood in the original")
        if self.numbers & _numbers(text):
            yield Hit(place, "a number of three digits or more that stood in the original")
        is_free = folded.strip() in vocabulary.whole
        if not is_free and self.words & set(tokens_of(text)):
            yield Hit(place, "a word or name that stood in the original")


def _texts(part: KeptPart) -> Iterator[tuple[str, str]]:
    """Yield everything in a part that a page, a seller or a buyer may have said, with its place.

    The console's label files are left out: they are the same for everybody.
    """
    for number, display in enumerate(part.displays):
        here = f"display {number}"
        yield from ((f"{here}, query", value) for value in display.query.values())
        for look in display.looks:
            yield f"{here}, address", look.url
            yield f"{here}, title", look.title
        for asked in display.asked:
            yield from ((f"{here}, asked {asked.name}", value) for value in asked.query.values())
        yield from ((f"{here}, blocked", text) for text in display.blocked)
    words = {text for _, text in part.labels}
    for number, document in enumerate(part.documents):
        yield from _of_snapshot(document, f"snapshot {number}")
    for number, answer in enumerate(part.answers):
        if _is_label_file(answer.body, words):
            continue
        here = f"answer {number}"
        yield f"{here}, address", answer.path
        yield from ((f"{here}, query", value) for value in answer.query.values())
        yield from ((f"{here}, {place}", text) for place, text in _of_json(answer.body))
    for number, site in enumerate(part.listed):
        yield from ((f"site {number}", text) for text in (site.code, site.label, site.native_id, site.shop))
        yield from ((f"site {number}", value) for _, value in site.handles)
    if part.visit:
        yield from _of_visit(part)


def _of_visit(part: KeptPart) -> Iterator[tuple[str, str]]:
    visit = part.then
    yield "visit", visit.site.label
    yield "visit", visit.notice
    yield from (("visit", value) for _, value in visit.site.handles)
    for reading in visit.readings:
        key = reading.key
        place = f"reading {key.metric}"
        yield place, reading.key.item
        # A reason quotes the page where it says what could not be read; a cause is the page's own words.
        yield from ((place, text) for text in (reading.native, reading.contradicts, reading.link))
        yield from ((place, value) for _, value in reading.details)
        yield from ((place, said.native) for said in reading.claims)
        numbers = (reading.value, reading.numerator, reading.denominator)
        yield from ((place, format(number, "f")) for number in numbers if number is not None)


def _of_snapshot(document: str, where: str) -> Iterator[tuple[str, str]]:
    place = 0
    for tag in _TAG.finditer(document):
        yield f"{where}, character {place}", html.unescape(document[place : tag.start()])
        for name, value in _VALUE.findall(tag.group()):
            kind = "name" if name in _STRUCTURE else "attribute"
            yield f"{where}, {kind} at character {tag.start()}", html.unescape(value)
        place = tag.end()
    yield f"{where}, character {place}", html.unescape(document[place:])


def _of_json(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for number, (key, inner) in enumerate(value.items()):
            yield f"name {number} of {where or 'the whole'}", key
            yield from _of_json(inner, f"{where}.{number}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _of_json(inner, f"{where}[{number}]")
    elif value is not None and not isinstance(value, bool):
        yield f"value {where}", str(value)


def _is_label_file(body: Any, words: set[str]) -> bool:
    if not isinstance(body, dict) or not body:
        return False
    return all(isinstance(inner, str) and inner in words for inner in body.values())


def _is_structure(place: str) -> bool:
    return ", name at " in place or ", name " in place or place.endswith("address")


def _ids(text: str) -> list[str]:
    text = MOMENT.sub(" ", text)
    return [found for found in MIXED.findall(text) if sum(char.isdigit() for char in found) >= _ID_DIGITS]


def _numbers(text: str) -> set[str]:
    # What belongs to an id is not a number by itself.
    bare = MIXED.sub(" ", MOMENT.sub(" ", text))
    return {significant(found) for found in NUMBER.findall(bare) if is_identifying(found)}
