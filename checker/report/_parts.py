"""What both halves of the page are made of: badges, tables of items, links and language tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from checker.model import Key, Reading
from checker.model.confirmed import Confirmation
from checker.report.facts import detail_text
from checker.report.formats import format_age, format_moment
from checker.report.overview import SYMBOLS, standing_of
from checker.report.rollup import Standing
from checker.report.safe import printable
from checker.report.words import Words, words_for

__all__ = ["Badge", "Table", "Voice", "language_tag", "safe_link"]

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_LINK_LIMIT: Final = 2000


@dataclass(frozen=True, slots=True)
class Badge:
    """A sign and a word; `kind` is one of our own few, and so safe as a class."""

    kind: str
    symbol: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Items with what the console said of each."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """Puts things into words, in one language, at one moment.

    confirmed: what people said of readings after they compared them with the console.
    """

    now: datetime
    language: str
    confirmed: Mapping[Key, Confirmation] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """The words of the language."""
        return words_for(self.language)

    def badge(self, standing: Standing, text: str = "") -> Badge:
        """Return the badge of a standing."""
        word = text or self.words.word("standings", standing.value)
        return Badge(standing.value.replace("_", "-"), SYMBOLS[standing], word)

    def items(self, readings: Iterable[Reading], *, metric: bool = False) -> Table | None:
        """Return the items among `readings` as a table with a column for whatever was said of them."""
        items = [reading for reading in readings if reading.key.item]
        if not items:
            return None
        names = tuple(dict.fromkeys(name for item in items for name, value in item.details if value))
        words = self.words
        columns = [words.label(label) for label in ("metric", "level", "native", "why")]
        columns += [printable(words.word("details", name), 60) for name in names]
        columns += [words.label("deadline"), words.label("item")]
        return _without_empty(columns, [self._item(item, names, metric) for item in items])

    def _item(self, item: Reading, names: Sequence[str], metric: bool) -> tuple[str, ...]:
        said = dict(item.details)
        deadline = ""
        if item.deadline is not None:
            age = format_age(item.deadline, self.now, self.language)
            deadline = f"{format_moment(item.deadline, 'UTC', self.language)} · {age}"
        level = self.badge(standing_of(item.level), self.words.level(item.level))
        return (
            printable(self.words.name(item.key), 120) if metric else "",
            f"{level.symbol}\N{NO-BREAK SPACE}{level.text}",
            printable(item.native),
            printable(item.reason),
            *(detail_text(said.get(name, ""), "UTC", self.language) for name in names),
            deadline,
            printable(item.key.item, 120),
        )


def safe_link(link: str) -> str:
    """Return a link a reader may follow, or nothing: only plain web addresses, nothing hidden in them."""
    if len(link) > _LINK_LIMIT or printable(link, _LINK_LIMIT) != link or " " in link or "\\" in link:
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else ""


def language_tag(language: str) -> str:
    """Return a language as an HTML attribute may hold it, or nothing."""
    tag = language.replace("_", "-")
    return tag if _LANGUAGE.match(tag) else ""


def _without_empty(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Drop the columns that are empty in every row."""
    kept = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    return Table(
        tuple(columns[place] for place in kept), tuple(tuple(row[place] for place in kept) for row in rows)
    )
