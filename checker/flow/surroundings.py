"""What stands around a short text: in its row, its card, its list item or its definition; pure.

    row_of(outline, part)             # the row of a table it stands in
    context_of(outline, part)         # "Late shipments 4.2 % Critical"
    texts_around(outline, part, row)  # the texts that may be its label

A text may be labelled by what stands in one thing with it, and by nothing of the thing beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from checker.flow.outline import Outline, Part
from checker.flow.red_words import is_good_word, red_word
from checker.flow.tables import cell_of, grid_around

__all__ = ["LONGEST", "context_of", "heads_of", "holds_only", "next_head", "row_of", "texts_around"]

LONGEST: Final = 110
"""How much text a row or card may have to be one thing."""

_LONGEST_ROW: Final = 300
_MOST_INSIDE: Final = 100
_LONGEST_CARD: Final = 300
_FEW_WORDS: Final = 3
_HEADS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption"})
_DEFINED: Final = frozenset({"dt", "dd"})


def row_of(outline: Outline, part: Part) -> Part | None:
    """Return the row of a table that a part stands in, if it is a short one."""
    cell = cell_of(outline, part)
    row = None if cell is None else outline.parent(cell)
    return row if row is not None and outline.is_short(row, _LONGEST_ROW) else None


def context_of(outline: Outline, part: Part) -> str:
    """Return a part's text with its label: that of its row, list item, definition, or small box around it."""
    at = part
    for outer in outline.around(part):
        if at.tag in {"tr", "li"} or at.role in {"row", "listitem"}:
            break
        if at.tag in _DEFINED:
            return " ".join(outline.text(each) for each in _definition(outline, at))
        if outer.tag == "body" or not outline.is_short(outer, LONGEST):
            break
        # One card of several: those beside it are built alike, and it says more than one thing.
        alike = [child for child in outline.children(outer) if child.tag == at.tag and child is not at]
        if alike and at is not part and "\n" in outline.lines(at):
            break
        if _says_both(outline, at) and any(_says_both(outline, child) for child in alike):
            break
        at = outer
    return outline.text(at)


def heads_of(outline: Outline, part: Part) -> list[str]:
    """Return what the short box around a part is headed: the last heading before it, or its first line."""
    for outer in outline.around(part):
        if outer.tag == "body" or not outline.is_short(outer, _LONGEST_CARD):
            break
        before = [each for each in outline.inside(outer, _MOST_INSIDE) if each.end <= part.index]
        heads = [each for each in before if each.tag in _HEADS or each.role == "heading"]
        if heads:
            return [outline.text(heads[-1])]
        first = outline.lines(outer).partition("\n")[0]
        is_head = len(first.split()) <= _FEW_WORDS and not any(map(str.isdecimal, first))
        if before and is_head and outline.text(part) not in first:
            return [first]
    return []


def next_head(outline: Outline, part: Part, language: str) -> int:
    """Return where the next heading like the one a label is begins something else; past the end if none does.

    One that judges ("Critical"), or that nothing comes after, may be a status, and begins nothing.
    """
    own = next((each for each in (part, *outline.around(part)) if each.tag in _HEADS), None)
    if own is None or outline.length(own) > outline.length(part) + 2:
        return len(outline.parts)
    for each in outline.parts[own.end : own.end + _MOST_INSIDE]:
        parent = outline.parent(each)
        if each.tag != own.tag or parent is None or outline.children(parent)[-1:] == [each]:
            continue
        said = outline.text(each)
        if said and not red_word(said, language) and not is_good_word(said, language):
            return each.index
    return len(outline.parts)


def texts_around(outline: Outline, part: Part, row: Part | None) -> list[str]:
    """Return the short texts that may be a number's label: of its row and column, or around it."""
    if row is not None:
        cell = cell_of(outline, part)
        grid = None if cell is None else grid_around(outline, cell)
        heads = [] if grid is None or cell is None else [grid.header(*grid.place(cell))]
        return [*heads, *_texts(outline, [row])]
    tops = [part]
    for outer in (part, *outline.around(part)):
        if not outline.is_short(outer, LONGEST * 2) or outer.tag == "body":
            break
        tops = [outer]
        if outer.tag in _DEFINED:
            tops = _definition(outline, outer)
            break
        if _is_one_of_several(outline, outer):
            break
    return _texts(outline, tops)


def _says_both(outline: Outline, part: Part) -> bool:
    """Tell whether a short part has a name and a number in it."""
    if not outline.is_short(part, LONGEST):
        return False
    text = outline.text(part)
    return any(map(str.isalpha, text)) and any(map(str.isdecimal, text))


def _texts(outline: Outline, tops: list[Part]) -> list[str]:
    inside = [each for top in tops for each in (top, *outline.inside(top, _MOST_INSIDE))]
    return [outline.text(each) for each in inside if outline.is_short(each, LONGEST)]


def _definition(outline: Outline, part: Part) -> list[Part]:
    """Return the terms and descriptions that belong together with one of them."""
    outer = outline.parent(part)
    groups: list[list[Part]] = [[]]
    for child in [] if outer is None else outline.children(outer):
        if child.tag == "dt" and any(each.tag == "dd" for each in groups[-1]):
            groups.append([])
        if child.tag in _DEFINED:
            groups[-1].append(child)
    return next((group for group in groups if part in group), [part])


def _is_one_of_several(outline: Outline, part: Part) -> bool:
    """Tell whether a part is a card beside others: each of them begins with a name, and has a number.

    What is called so beside it then says nothing of this one.
    """
    outer = outline.parent(part)
    if outer is None or not _is_named_number(outline, part):
        return False
    beside = (child for child in outline.children(outer) if child.tag == part.tag and child is not part)
    return any(_is_named_number(outline, child) for child in beside if outline.is_short(child, LONGEST * 2))


def _is_named_number(outline: Outline, part: Part) -> bool:
    name, _, rest = outline.lines(part).partition("\n")
    has_name = any(map(str.isalpha, name)) and not any(map(str.isdecimal, name))
    return has_name and any(map(str.isdecimal, rest))


def holds_only(text: str, read: Iterable[str]) -> bool:
    """Tell whether every figure of a text stands in what was read, and there are some.

    Args:
        text: What a part says.
        read: What was read and stands on the page once: it is read where it stands, whatever names it.
    """
    left = text
    for one in read:
        left = left.replace(one, " ")
    return left != text and not any(map(str.isdigit, left))
