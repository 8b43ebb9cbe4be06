"""A console that says of itself that something is wrong with it: told beside what it shows, never instead.

The words are in `notices.toml`, all inferred; a flow whose console is known to say it otherwise adds its own
under `notices` in site.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from checker.flow.page import Page

__all__ = ["notice_on", "notice_words"]

# Where pages put what concerns all of them; a paragraph of help that has the words is none.
_PLACES: Final = (
    "[role=alert], [role=status], [role=alertdialog], [aria-live=assertive], [class*=alert], [class*=banner],"
    " [class*=notice], [class*=notification], [id*=banner], [id*=notice], kat-alert"
)
# A notice is short; a box around half the page is none.
_LONGEST: Final = 600
_SHOWN: Final = 200


@cache
def notice_words() -> tuple[str, ...]:
    """Return the words that make a banner a notice of trouble, case folded, of every language there is."""
    table = tomllib.loads(files("checker.flow").joinpath("notices.toml").read_text(encoding="utf-8"))
    return tuple(word.casefold() for words in table["words"].values() for word in words)


def notice_on(page: Page, own_words: Iterable[str] = ()) -> str:
    """Return what a page's own banner says of trouble of the platform, nothing if it says nothing of it."""
    words = (*notice_words(), *(word.casefold() for word in own_words))
    everything = page.html.casefold()
    if not any(word in everything for word in words):
        return ""
    for element in page.all(_PLACES):
        text = element.text
        folded = text.casefold()
        if len(text) <= _LONGEST and any(word in folded for word in words):
            return text[:_SHOWN]
    return ""
