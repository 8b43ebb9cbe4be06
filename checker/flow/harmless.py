"""Whether a banner is known to be harmless, by the words of `harmless.toml`; pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from checker.flow.page_words import Words, fold, primary, words_in
from checker.flow.red_words import red_word
from checker.flow.statements import is_own_break, stopped

__all__ = ["harmless_banner"]

_FILE = "harmless.toml"
_OWN_BREAK = "vacation mode"


@dataclass(frozen=True, slots=True)
class _Banner:
    name: str
    even_if_red: bool
    says: dict[str, tuple[Words, ...]]
    unless: Words | None

    def matches(self, folded: str, language: str) -> bool:
        """Tell whether a text has one word of each list, in the page's language or all in English.

        A word of trouble in any language proves the contrary: a notice may be in another than the page.
        """
        if self.unless is not None and (language not in self.says or self.unless.found_in(folded)):
            return False
        lists = [self.says[each] for each in dict.fromkeys((language, "en")) if each in self.says]
        return any(all(words.found_in(folded) for words in each) for each in lists)


def harmless_banner(text: str, language: str) -> str:
    """Return the name of the known harmless banner a text is, nothing if it is none of them.

    What says outright that an account is stopped is none; nor is what says anything red, unless its row is
    about just such a text, or it speaks of nothing but the break that the seller takes.
    """
    folded = fold(text)
    for banner in _banners():
        if not banner.matches(folded, primary(language)):
            continue
        if banner.even_if_red and not _words("stopped", primary(language)).found_in(folded):
            return banner.name
        red = red_word(text, language) or stopped(text, language)
        if not red and not _words("never", primary(language)).found_in(folded):
            return banner.name
    return _OWN_BREAK if is_own_break(text, language) else ""


@lru_cache(maxsize=128)
def _words(topic: str, language: str) -> Words:
    return Words(words_in(_FILE, topic, language))


@lru_cache(maxsize=1)
def _banners() -> tuple[_Banner, ...]:
    return tuple(
        _Banner(
            row["name"],
            row.get("even_if_red", False),
            {language: tuple(Words(words) for words in lists) for language, lists in row["says"].items()},
            Words(word for words in row["unless"].values() for word in words) if "unless" in row else None,
        )
        for row in _harmless()["banner"]
    )


@lru_cache(maxsize=1)
def _harmless() -> dict[str, Any]:
    return tomllib.loads(files("checker.flow").joinpath(_FILE).read_text(encoding="utf-8"))
