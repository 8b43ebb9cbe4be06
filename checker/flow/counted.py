"""What a number on a page counts: stopped listings and orders are no status of their account; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from checker.flow.outline import Outline, Part
from checker.flow.page_words import fold
from checker.flow.printed import pieces
from checker.flow.red_words import red_words
from checker.flow.statements import counts_things
from checker.flow.surroundings import context_of, heads_of, row_of, texts_around
from checker.flow.tables import cell_of, grid_around

__all__ = ["counts_stopped_things", "names_what_happens", "number_beside"]

_LONGEST: Final = 70


def number_beside(outline: Outline, part: Part, text: str, locale: str | None, language: str) -> int | None:
    """Return the whole number a short label stands with in its row or card, if there is just one."""
    if any(char.isdecimal() for char in text):
        return None
    rest = context_of(outline, part).replace(text, " ", 1)
    found = [p.quantity for p in pieces(rest.strip(), locale, language) if p.quantity is not None]
    if len(found) != 1 or found[0].percent or found[0].value is None or found[0].value % 1:
        return None
    return int(found[0].value)


def names_what_happens(outline: Outline, part: Part, word: str, language: str, locale: str | None) -> bool:
    """Tell whether a text beside a number is the name of what it counts: "Overdue shipments"."""
    text = outline.text(part)
    if not red_words("happens", language).is_whole(word) or any(map(str.isdigit, text)) or fold(text) == word:
        return False
    # "Identity verification failed, 2 days ago" counts nothing.
    rest = context_of(outline, part).replace(text, " ", 1).strip()
    numbers = sum(piece.quantity is not None for piece in pieces(rest, locale, language))
    return numbers == 1 and not any(map(str.isalpha, rest))


def counts_stopped_things(outline: Outline, part: Part, language: str) -> bool:
    """Tell whether a text says how many listings, orders or the like are stopped: none of the account itself.

    "Suspended listings 3", and "Suspended 3" in a card or under a column that is headed "Listings".

    Args:
        outline: The page.
        part: What says so, or names it.
        language: The page's language.
    """
    text = outline.text(part)
    if not text or len(text) > _LONGEST:
        return False
    counted = text
    if not any(map(str.isdecimal, text)):
        row = row_of(outline, part)
        beside = [said for said in texts_around(outline, part, row) if said.strip().isdecimal()]
        if not beside:
            return False
        counted = f"{text} {max(beside, key=int)}"
    if counts_things(counted, language):
        return True
    return any(
        counts_things(f"{head} {counted}", language) and not any(map(str.isdecimal, head))
        for head in _heads(outline, part)
    )


def _heads(outline: Outline, part: Part) -> Iterator[str]:
    cell = cell_of(outline, part)
    grid = None if cell is None else grid_around(outline, cell)
    if grid is not None and cell is not None:
        yield grid.header(*grid.place(cell))
    yield from heads_of(outline, part)
