"""Words a page is known by, of every language at once: whole words in a text, or the whole of a name.

A phrase is written as people write it; `*` at its end stands for whatever ending follows, as in
"заблокирован*". Between words any space will do, and a typographic apostrophe is a plain one. Scripts that
do not part words (Han, kana, Hangul, Thai) are looked for anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from checker.model.words import fold_word

__all__ = ["Phrases"]

_APOSTROPHES: Final = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "＇": "'"})
_EDGE: Final = " \t\n.,:;!?…·•»«\"'‹›→←>↗()[]{}。！？：、，"
_UNPARTED: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")


class Phrases:
    """A set of phrases that mean the same."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = tuple(dict.fromkeys(_fold(phrase) for phrase in phrases if phrase.strip()))

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self._phrases)

    def found_in(self, text: str) -> str:
        """Return the first of the phrases that stands in a text as whole words, nothing if none does."""
        if not self._phrases:
            return ""
        found = self._anywhere.search(_fold(text))
        return found[0] if found else ""

    def is_name(self, name: str) -> bool:
        """Tell whether a name is one of the phrases, marks around it aside."""
        return bool(self._phrases) and self._whole.fullmatch(_fold(name).strip(_EDGE)) is not None

    @cached_property
    def _anywhere(self) -> re.Pattern[str]:
        return re.compile("|".join(_bounded(phrase) for phrase in self._phrases))

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return re.compile("|".join(_pattern(phrase.strip(_EDGE) or phrase) for phrase in self._phrases))


def _fold(text: str) -> str:
    return fold_word(text).translate(_APOSTROPHES)


def _pattern(phrase: str) -> str:
    words = r"\s+".join(re.escape(word) for word in phrase.removesuffix("*").split())
    return words + (r"\w*" if phrase.endswith("*") else "")


def _bounded(phrase: str) -> str:
    before = r"(?<!\w)" if _parted(phrase[0]) else ""
    after = r"(?!\w)" if _parted(phrase[-1]) else ""
    return f"{before}{_pattern(phrase)}{after}"


def _parted(char: str) -> bool:
    """Tell whether a character belongs to a script that parts its words."""
    return char.isalnum() and not unicodedata.name(char, "").startswith(_UNPARTED)
