"""Lists as a page shows them: their rows, whether the page says they are empty, and whether they go on; pure.

An empty list is a statement where the page makes it one in words; a table that only has a head may not be
drawn yet. A list that goes on is not whole, however many of its rows were read.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from checker.flow.element import Element
from checker.flow.outline import Outline, Part
from checker.flow.page import Page
from checker.flow.page_words import as_label, fold, page_words
from checker.flow.tables import is_row, is_table

__all__ = ["ListRows", "has_pager", "list_rows", "says_empty"]

_LONGEST_TITLE: Final = 120
_LONGEST_EMPTY: Final = 160
_LONGEST_LINK: Final = 40
_MOST_ROWS: Final = 5_000
_MOST_PARTS: Final = 20_000
_MOST_WORDS: Final = 14
_LISTS: Final = frozenset({"ul", "ol", "kat-list"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend"})
_PAGER_CLASSES: Final = frozenset({"pagination", "pager", "paginator", "paging"})
_LINKS: Final = frozenset({"a", "button", "kat-button", "kat-link", "li"})
_EMPTY_CLASSES: Final = frozenset({"empty", "nodata", "placeholder", "noresults", "blank"})
# "1 of 3", "1 / 3", "1–25 of 80", "第 1 页，共 3 页".
_OF: Final = re.compile(
    r"(\d{1,6})\s?(?:[-–]\s?(\d{1,6})\s?)?(?:/|of|von|de|di|sur|van|z|av|من|из|trong|dari)\s?(\d{1,7})"
)
_COUNT_AFTER: Final = re.compile(r"[(（] ?\d{1,7} ?[)）]$")
_TOTAL: Final = re.compile(r"(?:共|全|총|total:?)\s*(\d{1,6})\s*(?:页|頁|ページ|페이지|pages)", re.IGNORECASE)
_NEXT_MARKS: Final = frozenset(
    {">", "›", "»", "→", "❯", "⟩", "chevron_right", "arrow_forward", "navigate_next"}
)


@dataclass(frozen=True, slots=True)
class ListRows:
    """One list under its title.

    rows: its rows, the head left out. empty: whether the page says that there are none.
    more: whether the page says that it goes on. reason: why it was not found; nothing if it was.
    """

    rows: tuple[Element, ...] = ()
    empty: bool = False
    more: bool = False
    reason: str = ""

    @property
    def whole(self) -> bool:
        """Whether all of it was seen: it does not go on, and is not silently without rows."""
        return not self.reason and not self.more and (bool(self.rows) or self.empty)


def list_rows(page: Page, titles: Collection[str], language: str) -> ListRows:
    """Return the rows of the list that stands under a heading.

    Args:
        page: The page.
        titles: What the heading may say, as printed.
        language: The page's language, for the words of empty lists and pagers.
    """
    outline = page.outline
    if outline.cut:
        return ListRows(reason="the page is too large to be read")
    wanted = frozenset(as_label(title) for title in titles)
    for title in outline.parts:
        if title.is_text or title.chrome or not outline.is_short(title, _LONGEST_TITLE):
            continue
        if any(outline.length(child) >= outline.length(title) for child in _elements_in(outline, title)):
            # A box that says no more than its heading.
            continue
        if as_label(_COUNT_AFTER.sub("", outline.text(title))) in wanted:
            found = _under(outline, title, language)
            if found is not None:
                return found
    return ListRows(reason="its heading is not on the page, or nothing stands under it")


def _elements_in(outline: Outline, title: Part) -> list[Part]:
    """Return the elements right inside a title."""
    return [outline.parts[place] for place in title.children if not outline.parts[place].is_text]


def _under(outline: Outline, title: Part, language: str) -> ListRows | None:
    """Return what the smallest box around a heading holds: rows, or a statement that there are none."""
    for box in outline.around(title):
        inside = _after(outline, box, title)
        rows = _rows(outline, inside)
        more = _goes_on(outline, inside, language)
        empty = any(_is_empty(outline, part, language) for part in inside)
        if rows and len(rows) == 1 and empty:
            rows = []
        if rows:
            return ListRows(tuple(outline.element(row) for row in rows), empty=False, more=more)
        if empty:
            return ListRows(empty=not more, more=more)
        if box.tag in {"body", "main"} or sum(part.tag in _HEADINGS for part in inside) > 0:
            return None
    return None


def _after(outline: Outline, box: Part, title: Part) -> list[Part]:
    """Return the parts of a box after a heading, up to the next heading of its kind."""
    found: list[Part] = []
    for part in outline.parts[title.end : min(box.end, title.end + _MOST_PARTS)]:
        if part.tag == title.tag and part.tag in _HEADINGS:
            break
        found.append(part)
    return found


def _rows(outline: Outline, inside: list[Part]) -> list[Part]:
    """Return the rows of the first table or list among parts, without its head."""
    top = next((part for part in inside if _is_list(part)), None)
    if top is None or top.chrome:
        return []
    rows: list[Part] = []
    place = top.index + 1
    while place < top.end and len(rows) < _MOST_ROWS:
        part = outline.parts[place]
        if is_row(part) or part.tag == "li" or part.role == "listitem":
            if not _is_head(outline, part) and outline.length(part):
                rows.append(part)
            place = part.end
        else:
            place = part.end if is_table(part) else place + 1
    return rows


def _is_list(part: Part) -> bool:
    return is_table(part) or part.tag in _LISTS or part.role in {"list", "rowgroup"}


def _is_head(outline: Outline, row: Part) -> bool:
    if any(outer.tag == "thead" for outer in outline.around(row)):
        return True
    cells = [outline.parts[place] for place in row.children if not outline.parts[place].is_text]
    return bool(cells) and all(cell.tag == "th" or cell.role == "columnheader" for cell in cells)


def says_empty(page: Page, language: str, *, within: str = "") -> bool:
    """Tell whether a page says in words that there is nothing to list.

    Args:
        page: The page.
        language: The page's language.
        within: A selector of the part to look in; the whole page by default.
    """
    outline = page.outline
    if not within:
        return any(_is_empty(outline, part, language) for part in outline.parts)
    ids = {element.node_id for element in page.all(within)}
    tops = [part for part in outline.parts if part.node.mem_id in ids]
    return any(_is_empty(outline, part, language) for top in tops for part in (top, *outline.inside(top)))


def _is_empty(outline: Outline, part: Part, language: str) -> bool:
    if part.chrome or not outline.is_short(part, _LONGEST_EMPTY) or part.tag in {"option", "th"}:
        return False
    lines = outline.lines(part)
    first = fold(lines.partition("\n")[0])
    words = page_words("empty", language)
    if not words.found_in(first) or outline.begins_in_chrome(part):
        return False
    if words.is_whole(first):
        # "None" alone in a cell is a value of that cell; as a list's only row it is a statement.
        return len(first.split()) > 1 or not first.isascii() or part.tag not in {"td", "dd", "span"}
    found = words.found_in(first)
    if not found or len(first.split()) > _MOST_WORDS or (len(found.split()) == 1 and found.isascii()):
        return False
    # "There are no violations in the last 180 days": it begins so, or is marked as what empty lists show.
    marked = any(each.named() & _EMPTY_CLASSES for each in (part, *list(outline.around(part))[:3]))
    return marked or first.startswith(found) or first.endswith(found)


def has_pager(page: Page, language: str, *, within: str = "") -> bool:
    """Tell whether a page says that a list goes on: a link to more that can be pressed, or "1 of 3".

    Args:
        page: The page.
        language: The page's language.
        within: A selector of the part to look in; the whole page by default.
    """
    outline = page.outline
    if not within:
        return _goes_on(outline, outline.parts, language)
    ids = {element.node_id for element in page.all(within)}
    tops = [part for part in outline.parts if part.node.mem_id in ids]
    return any(_goes_on(outline, [top, *outline.inside(top)], language) for top in tops)


def _goes_on(outline: Outline, parts: list[Part], language: str) -> bool:
    return any(_is_more(outline, part, language) for part in parts[:_MOST_PARTS])


def _is_more(outline: Outline, part: Part, language: str) -> bool:
    if part.is_text:
        return False
    pager = bool(part.named() & _PAGER_CLASSES)
    if pager and _more_pages(outline.text(part)[:_LONGEST_EMPTY]):
        return True
    if part.tag not in _LINKS and part.role not in {"button", "link"}:
        return outline.is_short(part, _LONGEST_LINK) and _is_count_of_pages(outline.text(part), language)
    if outline.length(part) > _LONGEST_LINK or _is_disabled(outline, part):
        return False
    named = part.attributes.get("aria-label") or part.attributes.get("title") or ""
    if part.attributes.get("rel") == "next":
        return True
    words = page_words("more", language)
    if any(words.is_whole(fold(said)) for said in (outline.text(part), named)):
        return _in_list(outline, part)
    in_pager = any(outer.named() & _PAGER_CLASSES for outer in list(outline.around(part))[:6])
    return in_pager and (outline.text(part).strip() in _NEXT_MARKS or "next" in part.named())


def _in_list(outline: Outline, part: Part) -> bool:
    """Tell whether a link to more belongs to a list: in a menu, or to what is not a list, it says nothing."""
    return not part.chrome or any(outer.named() & _PAGER_CLASSES for outer in list(outline.around(part))[:6])


def _is_disabled(outline: Outline, part: Part) -> bool:
    for each in (part, *list(outline.around(part))[:2], *outline.inside(part, 4)):
        if "disabled" in each.attributes or each.attributes.get("aria-disabled") == "true":
            return True
        if "disabled" in each.named():
            return True
    return False


def _is_count_of_pages(text: str, language: str) -> bool:
    """Tell whether a text counts pages, or entries, up to one that is not the last: "1–25 of 80"."""
    page_word = page_words("page", language).found_in(fold(text))
    found = _OF.search(text)
    if found is not None and (page_word or found[2]):
        return int(found[2] or found[1]) < int(found[3])
    total = _TOTAL.search(text)
    return total is not None and int(total[1]) > 1 and not text.startswith(total[1])


def _more_pages(text: str) -> bool:
    found = _OF.search(text)
    return found is not None and int(found[2] or found[1]) < int(found[3])
