"""Words of pages as data, and comparing text with them as a reader does; pure.

Case, accents of Latin letters, punctuation, width and "&" for "and" make no difference. Looked up in one
language and in English, and nowhere else: "limit" is a target in German, "grenze" none in French.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

from checker.model.numbers import INVISIBLE
from checker.model.quantities import FOOTNOTE

__all__ = [
    "Words",
    "as_label",
    "every_word",
    "fold",
    "is_unspaced",
    "label_rest",
    "page_words",
    "primary",
    "without_notes",
    "words_in",
    "words_of",
]

_NOTE: Final = re.compile(f"{FOOTNOTE}[^{FOOTNOTE}]{{0,20}}{FOOTNOTE}")
_TOKEN: Final = re.compile(r"&|[^\W\d_]+|\d+")
_AND: Final = frozenset(
    {"and", "und", "y", "e", "et", "ed", "en", "i", "och", "og", "ve", "dan", "va", "&", "и", "و"}
)
# Written without blanks: a word is found wherever it stands.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_LATIN_MARKS: Final = dict.fromkeys(range(0x0300, 0x0370))
# Turkish İ folds to an i with a dot above; combining marks of other scripts belong to their words.
_PLAIN_LATIN: Final = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "\u0307": None}
)
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’](?=\w)")
_LONGEST: Final = 2_000


def without_notes(text: str) -> str:
    """Return a text without its raised figures."""
    return _NOTE.sub("", text).replace(FOOTNOTE, "")


def fold(text: str) -> str:
    """Return a text for comparing: words in small letters without accents, a blank between them.

    Only the first two thousand characters count: what is compared is short.
    """
    return " ".join(_tokens(text[:_LONGEST]))


# A page is compared with every label of a flow: the same texts are asked for hundreds of times.
@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    seen = unicodedata.normalize("NFKD", _NOTE.sub(" ", text).translate(INVISIBLE))
    plain = seen.translate(_LATIN_MARKS)
    folded = unicodedata.normalize("NFC", plain).casefold().translate(_PLAIN_LATIN)
    return tuple(_TOKEN.findall(_APOSTROPHE.sub("", folded)))


@lru_cache(maxsize=4096)
def as_label(text: str) -> str:
    """Return a label for comparing: as `fold`, without blanks, "and" in any language as "&"."""
    return _joined(_tokens(text[:_LONGEST]))


def _joined(tokens: Iterable[str]) -> str:
    return "".join("&" if token in _AND else token for token in tokens)


def label_rest(text: str, labels: Collection[str]) -> str | None:
    """Return what a short text says after the longest of `labels` it begins with; None if with none.

    Args:
        text: What an element says.
        labels: Labels as `as_label` returns them.
    """
    longest = max(map(len, labels), default=0)
    said, rest = "", None
    plain = _NOTE.sub(lambda found: " " * len(found.group()), text[:_LONGEST])
    for found in _TOKEN.finditer(plain):
        said += _joined(_tokens(found.group()))
        if len(said) > longest or not any(label.startswith(said) for label in labels):
            break
        if said in labels:
            rest = text[found.end() :]
    return rest


def is_unspaced(word: str) -> bool:
    """Tell whether a word is of a script that puts no blanks between words."""
    return _UNSPACED.search(word) is not None


class Words:
    """The words of one topic in one language and in English, ready for comparing."""

    def __init__(self, words: Iterable[str]) -> None:
        folded = {(fold(word), word.endswith("*")) for word in words} - {("", False), ("", True)}
        self.whole: frozenset[str] = frozenset(word for word, _ in folded)
        spaced = sorted((w + (r"\w*" if stem else "") for w, stem in folded if not is_unspaced(w)), key=len)
        unspaced = sorted((re.escape(w) for w, _ in folded if is_unspaced(w)), key=len, reverse=True)
        either = [rf"(?<!\w)(?:{'|'.join(reversed(spaced))})(?!\w)"] if spaced else []
        either += unspaced
        self._pattern = re.compile("|".join(either)) if either else None

    def found_in(self, folded: str) -> str:
        """Return the first of the words in a text that was folded, nothing if there is none."""
        found = self._pattern.search(folded) if self._pattern is not None else None
        return found.group() if found else ""

    def all_in(self, folded: str) -> list[re.Match[str]]:
        """Return every place where one of the words stands in a text that was folded."""
        return list(self._pattern.finditer(folded)) if self._pattern is not None else []

    def is_whole(self, folded: str) -> bool:
        """Tell whether a text that was folded is one of the words, and nothing else."""
        if folded in self.whole:
            return True
        found = self._pattern.fullmatch(folded) if self._pattern is not None else None
        return found is not None


def primary(language: str) -> str:
    """Return the language itself: pt of pt-BR, zh of zh_Hant_TW."""
    return language.replace("_", "-").partition("-")[0].casefold()


@lru_cache(maxsize=512)
def page_words(topic: str, language: str) -> Words:
    """Return the words of a topic of pagewords.toml in the page's language and English.

    Args:
        topic: "target", "previous", "average", "count", "current", "window", "empty", "more" or "page".
        language: The page's language; nothing where it is not known.

    Raises:
        KeyError: If there is no such topic.
    """
    return Words(words_in("pagewords.toml", topic, language))


@lru_cache(maxsize=512)
def words_in(name: str, topic: str, language: str) -> tuple[str, ...]:
    """Return the words of one table of a file of words, in the page's language and English.

    Raises:
        KeyError: If the file has no such table.
    """
    table = _file(name)[topic]
    return tuple(table.get("en", ())) + (
        tuple(table.get(primary(language), ())) if primary(language) != "en" else ()
    )


def words_of(name: str, topic: str) -> Mapping[str, Sequence[str]]:
    """Return the words of one table of a file of words, by language, each without those of another."""
    return _file(name)[topic]


def every_word(name: str) -> frozenset[str]:
    """Return every word of a file of words, in all languages, with a `*` where it has endings."""
    return frozenset(word for topic in _file(name).values() for words in topic.values() for word in words)


@lru_cache(maxsize=8)
def _file(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("checker.flow").joinpath(name).read_text(encoding="utf-8"))
