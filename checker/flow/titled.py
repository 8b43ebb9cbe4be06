"""Cards that a page shows under a title, where the labels inside are the same from card to card; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from checker.flow.outline import Outline, Part
from checker.flow.page_words import as_label

__all__ = ["parts_under", "says_any"]

_MOST: Final = 12
_LONGEST_TITLE: Final = 120


def parts_under(outline: Outline, titles: Collection[str], others: Collection[str]) -> tuple[Part, ...]:
    """Return the parts of a page that stand under a title.

    Args:
        outline: The page.
        titles: What the title may be.
        others: The titles of the other cards: where one of them begins, this card ends.

    Returns:
        One part for each place where the title stands, itself included: the largest box around it that holds
        no other title, or else what follows it up to the next one.
    """
    own = frozenset(map(as_label, titles)) - {""}
    rest = frozenset(map(as_label, others)) - own - {""}
    found = list(_said(outline, own | rest))
    return tuple(_card(outline, part, [each for each, _ in found]) for part, said in found if said in own)


def says_any(outline: Outline, part: Part, labels: Collection[str]) -> bool:
    """Tell whether one of several labels stands in a part, alone or with more after it on its line."""
    wanted = frozenset(map(as_label, labels)) - {""}
    return any(
        as_label(outline.lines(inner).partition("\n")[0].partition(":")[0]) in wanted
        for inner in outline.inside(part)
        if outline.is_short(inner, _LONGEST_TITLE)
    )


def _said(outline: Outline, titles: frozenset[str]) -> Iterator[tuple[Part, str]]:
    """Yield the outermost parts that say a title and nothing else."""
    place, count = 0, 0
    while place < len(outline.parts) and count < _MOST * len(titles):
        part = outline.parts[place]
        said = as_label(outline.lines(part)) if outline.is_short(part, _LONGEST_TITLE) else ""
        if part.chrome or said in titles:
            place = part.end
        else:
            place += 1
        if not part.chrome and said in titles:
            count += 1
            yield part, said


def _card(outline: Outline, title: Part, titles: Sequence[Part]) -> Part:
    box = title
    for outer in outline.around(title):
        if outer.tag == "body" or any(other is not title and outer.has(other) for other in titles):
            break
        box = outer
    if outline.length(box) > outline.length(title):
        return box
    parent = outline.parent(box)
    end = box.end if parent is None else parent.end
    following = min((other.index for other in titles if other.index > title.index), default=end)
    return replace(title, end=min(end, following))
