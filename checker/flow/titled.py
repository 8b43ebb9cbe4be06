"""Cards that a page shows under a title, where the labels inside are the same from card to card; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from checker.flow.outline import Outline, Part
from checker.flow.page_words import as_label, fold

__all__ = ["Naming", "named_in", "parts_under"]

_MOST: Final = 12
_LONGEST_TITLE: Final = 120
_LONGEST_TEXT: Final = 400
_LOWEST: Final = 7
_HEADING: Final = re.compile(r"h([1-6])")


@dataclass(frozen=True, slots=True)
class Naming:
    """Which of several rows a card speaks of.

    rows: their places, none where nothing tells. by: a `label` inside the card, the `heading` over it, or a
        `text` in it that mentions them.
    """

    rows: frozenset[int]
    by: str


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


def named_in(
    outline: Outline, part: Part, labels: Sequence[Collection[str]], names: Sequence[Collection[str]]
) -> Naming:
    """Tell which of several rows a card speaks of.

    Args:
        outline: The page.
        part: The card.
        labels: The labels of each row.
        names: What else each row is called, beside which its number does not stand.

    Returns:
        The rows with a label that stands in the card, alone or with more after it on its line; else those
        named by the nearest heading over the card that names any; else those mentioned in its texts.
    """
    short = [inner for inner in outline.inside(part) if outline.is_short(inner, _LONGEST_TITLE)]
    lines = {as_label(outline.lines(inner).partition("\n")[0].partition(":")[0]) for inner in short}
    if rows := _rows(labels, as_label, lines.__contains__):
        return Naming(rows, "label")
    called = [(*own, *more) for own, more in zip(labels, names, strict=True)]
    for heading in _headings_over(outline, part):
        if rows := _rows(called, as_label, {as_label(heading)}.__contains__):
            return Naming(rows, "heading")
    texts = [
        f" {fold(outline.text(inner))} "
        for inner in outline.inside(part)
        if inner.is_text and outline.is_short(inner, _LONGEST_TEXT)
    ]
    mentioned = _rows(called, fold, lambda label: any(_stands_in(label, text) for text in texts))
    return Naming(mentioned, "text")


def _rows(
    labels: Sequence[Collection[str]], form: Callable[[str], str], is_said: Callable[[str], bool]
) -> frozenset[int]:
    return frozenset(
        place for place, own in enumerate(labels) if any(is_said(said) for said in map(form, own) if said)
    )


def _stands_in(label: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text) is not None


def _headings_over(outline: Outline, part: Part) -> Iterator[str]:
    """Yield the headings a part stands under, the nearest first, each of a higher rank than the last."""
    rank = next((own for each in (part, *outline.inside(part, _MOST)) if (own := _rank(each))), _LOWEST)
    inner = part
    for box in outline.around(part):
        # Many cards stand in one box: its headings are looked for once.
        headings = outline.kept(("headings", box.index), partial(_headings_in, outline, box))
        for child, heading, own in reversed(headings):
            if child.index < inner.index and own < rank:
                rank = own
                if outline.is_short(heading, _LONGEST_TITLE):
                    yield outline.text(heading)
        inner = box


def _headings_in(outline: Outline, box: Part) -> list[tuple[Part, Part, int]]:
    """Return the headings directly in a box: where each stands, the heading and its rank."""
    found = [(child, _heading(outline, child)) for child in outline.children(box)]
    return [
        (child, heading, own)
        for child, heading in found
        if heading is not None and (own := _rank(heading)) is not None
    ]


def _heading(outline: Outline, part: Part) -> Part | None:
    """Return the heading a part is, or holds and nothing else: what has more in it heads its own box only."""
    inside = (part, *outline.inside(part, _MOST))
    found = next((each for each in inside if _rank(each) is not None), None)
    return found if found is not None and outline.length(found) == outline.length(part) else None


def _rank(part: Part) -> int | None:
    if found := _HEADING.fullmatch(part.tag):
        return int(found[1])
    if part.role == "heading":
        level = part.attributes.get("aria-level") or ""
        return int(level) if level.isdecimal() and len(level) == 1 else 2
    return None


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
