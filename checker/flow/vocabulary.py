"""The words a flow knows: its tables, the constants it compares with, the names of days and months.

What is in it is public: it was written down before any seller's page was seen. What is not in it and
stands on a page may be the seller's own.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from checker.flow.contract import Flow
from checker.flow.page_words import Words, every_word, fold
from checker.flow.site_toml import SiteToml
from checker.model.numbers import OF_WORDS

__all__ = ["Vocabulary", "tokens_of", "vocabulary_of"]

_TOKEN: Final = re.compile(r"[^\W_]+")
_IN_BRACKETS: Final = re.compile(r"\[[\w-]+\s*[~|^$*]?=\s*['\"]?([^'\"\]]+)")
_COMMON: Final = ("en", "zh_Hans", "zh_Hant", "ja", "ko", "de", "es", "fr", "it", "pt", "vi", "th", "id")
_SHARED: Final = ("pagewords.toml", "redwords.toml", "statements.toml")
_ALWAYS: Final = (
    "true",
    "false",
    "null",
    "none",
    "yes",
    "no",
    "am",
    "pm",
    "n",
    "a",
    "get",
    "post",
    "utc",
    "gmt",
)


def tokens_of(text: str) -> list[str]:
    """Return the runs of letters and digits in a text, case folded."""
    return [token.casefold() for token in _TOKEN.findall(text)]


@dataclass(frozen=True)
class Vocabulary:
    """What may stay as it is.

    whole: texts that may stay where they are all of it, case folded. phrases: those that may stay within a
    longer text as well. tokens: single words and ids that may stay anywhere. thresholds: the numbers values
    are held against.
    """

    whole: frozenset[str]
    phrases: tuple[str, ...]
    tokens: frozenset[str]
    thresholds: frozenset[Decimal]

    def with_words(self, words: Iterable[str]) -> Vocabulary:
        """Return it with words of the console's own label files beside it."""
        words = [word.strip() for word in words if word.strip()]
        whole = self.whole | {word.casefold() for word in words}
        phrases = {*self.phrases, *(word for word in words if len(tokens_of(word)) > 1)}
        return Vocabulary(whole, tuple(sorted(phrases)), self.tokens, self.thresholds)

    def knows(self, word: str) -> bool:
        """Tell whether a single word may stay wherever it is, in any of its forms."""
        return word.casefold() in self.tokens or _shared().is_whole(fold(word))

    @cached_property
    def by_first(self) -> dict[str, list[str]]:
        """The phrases by their first word, the longest first."""
        found: dict[str, list[str]] = {}
        for phrase in sorted(self.phrases, key=len, reverse=True):
            if first := next(iter(tokens_of(phrase)), ""):
                found.setdefault(first, []).append(phrase.casefold())
        return found

    @cached_property
    def every_token(self) -> frozenset[str]:
        """Every word of anything that may stay."""
        return self.tokens | {token for text in self.whole for token in tokens_of(text)}


@cache
def _shared() -> Words:
    """Return the words of pages that every flow knows, with all their endings."""
    return Words(word for name in _SHARED for word in every_word(name))


def vocabulary_of(flow: Flow) -> Vocabulary:
    """Return what a flow knows: all of its site.toml, and the constants of its code."""
    toml = flow.toml
    data = [text.strip() for text in _texts(toml.model_dump(mode="json")) if text.strip()]
    constants = [text.strip() for text in _constants(flow) if text.strip()]
    words = [word for topic in toml.words.values() for table in topic.values() for word in table.levels]
    signs = [
        text for state in toml.states for mark in state.markers for text in (mark.text, mark.title) if text
    ]
    inside = [found for text in (*data, *constants) for found in _IN_BRACKETS.findall(text)]
    sites = [
        text for row in toml.sites for text in (row.code, row.native_id, row.country, row.currency) if text
    ]
    shared = {word.rstrip("*") for name in _SHARED for word in every_word(name)}
    tokens = {token for text in (*words, *signs, *inside, *sites, *_ALWAYS) for token in tokens_of(text)}
    known = (*data, *constants, *inside, *_countries(toml), *shared)
    tokens |= {token for word in shared for token in tokens_of(word)}
    tokens |= {"of", *(word for words in OF_WORDS.values() for word in words)}
    return Vocabulary(
        frozenset(text.casefold() for text in known),
        tuple(sorted({text for text in (*words, *signs, *known) if _is_phrase(text)})),
        frozenset(tokens | set(_days(toml))),
        frozenset(number for text in _limits(toml) if (number := _number(text)) is not None),
    )


def _is_phrase(text: str) -> bool:
    """Tell whether a text is long enough to be known again inside another; a rule or a pattern is none."""
    return len(tokens_of(text)) > 1 and not set(text) & set("[]{}()*^$\\|")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _limits(toml: SiteToml) -> Iterator[str]:
    """Yield what values are held against: every number that a rule or a table of the flow's own states."""
    where = {"metrics", "coded", "metric_maps", "cards", "items", "data"}
    yield from _texts(toml.model_dump(mode="json", include=where))


def _constants(flow: Flow) -> Iterator[str]:
    """Yield the texts in the code of the flow's package, but for what explains it."""
    try:
        folder = Path(inspect.getfile(type(flow))).parent
        sources = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))]
    except (OSError, TypeError, UnicodeDecodeError):
        return
    for source in sources:
        tree = ast.parse(source)
        explained = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained:
                yield node.value


def _locales(toml: SiteToml) -> Iterator[Locale]:
    """Yield the languages a page may be in: those of the sites, and those sellers change them to."""
    for tag in sorted({*_COMMON, *(row.locale for row in toml.sites)}):
        with contextlib.suppress(UnknownLocaleError, ValueError):
            yield Locale.parse(tag)


def _countries(toml: SiteToml) -> Iterator[str]:
    """Yield what the countries of the sites are called."""
    for locale in _locales(toml):
        yield from (locale.territories.get(row.country, "") for row in toml.sites if row.country)


def _days(toml: SiteToml) -> Iterator[str]:
    """Yield the names of months and days."""
    for locale in _locales(toml):
        for names in (locale.months, locale.days):
            for form in names.values():
                for width in form.values():
                    for name in width.values():
                        yield from tokens_of(str(name))


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
