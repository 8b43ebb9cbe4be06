"""The visible parts of a page in document order: what lies in what, and what each says; pure.

One walk of the tree, after which every question costs no more than its answer: whether one part lies in
another is two comparisons, how long its text is one subtraction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final, TypeVar

from selectolax.lexbor import LexborHTMLParser, LexborNode

from checker.flow.element import BLOCK, BOX, INLINE, SHADOW, TONE, Box, Element, Marked
from checker.model.quantities import FOOTNOTE

__all__ = ["MOST_PARTS", "Outline", "Part", "name_words"]

MOST_PARTS: Final = 200_000
"""More than a snapshot may hold; what a hostile page has beyond it is not read, and `cut` says so."""

_TEXT: Final = "#text"
# Text that may be a label is asked for once for each label; more of it is not worth its memory.
_SHORT: Final = 200
_BREAK: Final = "\n"
_BLANK: Final = re.compile(r"\s+")
_RAISED: Final = frozenset({"sup", "sub"})
_ICONS: Final = frozenset({"svg", "mat-icon", "ion-icon", "i", "img", "kat-icon"})
_TOKEN: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_LONGEST_CLASS: Final = 400
_LONGEST_ICON: Final = 24
# In an element of its own: what one points at to be told more, and no question.
_HELP: Final = frozenset({"?", "？", "ⓘ"})
_MOST_TOKENS: Final = 400

# Where pages put what is no part of what they show: by element, by role, or by a word of a class.
_CHROME_TAGS: Final = frozenset({"nav", "footer", "option", "select", "datalist"})
# Within one of these a footer is no footer of the page.
_SECTIONS: Final = frozenset({"article", "aside", "main", "section", "li", "td", "dd"})
_CHROME_ROLES: Final = frozenset(
    {
        "navigation",
        "tab",
        "tablist",
        "menu",
        "menubar",
        "menuitem",
        "contentinfo",
        "search",
        "listbox",
        "option",
    }
    | {"tooltip", "menuitemradio", "menuitemcheckbox", "tree", "treeitem"}
)
_CHROME_CLASSES: Final = frozenset(
    {"nav", "navbar", "navigation", "menu", "submenu", "sidebar", "sidenav", "breadcrumb", "breadcrumbs"}
    | {
        "footer",
        "faq",
        "faqs",
        "help",
        "helpcenter",
        "glossary",
        "legend",
        "tooltip",
        "popover",
        "tabs",
        "tab",
    }
    | {"tutorial", "guide", "academy", "axis", "ticks", "tick", "scale"}
)
# "help-icon", "tab-content" and "nav-open" say something else.
_NOT_CHROME: Final = frozenset(
    {
        "icon",
        "content",
        "panel",
        "pane",
        "body",
        "page",
        "main",
        "layout",
        "with",
        "has",
        "open",
        "collapsed",
        "app",
    }
    | {"container", "label", "text", "trigger", "wrapper", "expanded", "closed", "cell", "row", "table"}
)


T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Part:
    """An element or a run of text. The parts inside it are those from `index + 1` up to `end`."""

    index: int
    parent: int
    tag: str
    attributes: Mapping[str, str | None]
    node: LexborNode
    first: int
    end: int = 0
    last: int = 0
    chrome: bool = False
    shadowed: bool = False
    children: list[int] = field(default_factory=list)

    @property
    def is_text(self) -> bool:
        """Whether it is a run of text and no element."""
        return self.tag == _TEXT

    @property
    def role(self) -> str:
        """Its ARIA role."""
        return (self.attributes.get("role") or "").strip().casefold()

    @property
    def tone(self) -> str:
        """Its own distinct colour, or nothing."""
        return self.attributes.get(TONE) or ""

    @property
    def box(self) -> Box | None:
        """Where it lies, if the snapshot says so."""
        return Box.parsed(self.attributes.get(BOX))

    def has(self, other: Part) -> bool:
        """Tell whether the other part lies in this one; no part lies in itself."""
        return self.index < other.index < self.end

    def named(self) -> frozenset[str]:
        """Return the words of its classes and test id: `statusPill--is_red` is status, pill, is, red."""
        names = f"{self.attributes.get('class') or ''} {self.attributes.get('data-testid') or ''}"
        return frozenset(name_words(names[:_LONGEST_CLASS]))


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a class or an id: statusPill--is_red is status, pill, is, red."""
    return tuple(word.casefold() for word in _TOKEN.findall(name))


class Outline:
    """All visible parts of a page.

    parts: in document order, runs of text included; cut: whether the page has more than were taken.
    """

    def __init__(self, tree: LexborHTMLParser, marked: Marked) -> None:
        self.parts: list[Part] = []
        self.cut = False
        self._marked = marked
        self._kept: dict[tuple[str, int], Any] = {}
        self._tokens: list[str] = []
        self._lengths: list[int] = [0]
        if tree.body is not None:
            self._walk(tree.body)
            self._drop_wide_chrome()

    # What lies where...

    def parent(self, part: Part) -> Part | None:
        """Return the part around this one."""
        return self.parts[part.parent] if part.parent >= 0 else None

    def around(self, part: Part) -> Iterator[Part]:
        """Yield the parts around this one, the nearest first."""
        at = part.parent
        while at >= 0:
            yield self.parts[at]
            at = self.parts[at].parent

    def inside(self, part: Part, most: int = MOST_PARTS) -> Sequence[Part]:
        """Return the parts inside this one in document order, the first `most` of them."""
        return self.parts[part.index + 1 : min(part.end, part.index + 1 + most)]

    def children(self, part: Part) -> list[Part]:
        """Return the parts directly inside this one that say something."""
        return [self.parts[place] for place in part.children if self.length(self.parts[place]) > 0]

    def element(self, part: Part) -> Element:
        """Return the element of a part; of a run of text, the one it stands in."""
        at = part
        while at.is_text and at.parent >= 0:
            at = self.parts[at.parent]
        return Element.of(at.node, self._marked)

    def kept(self, key: tuple[str, int], made: Callable[[], T]) -> T:
        """Return what was made of a part before, or make it now."""
        if key not in self._kept:
            self._kept[key] = made()
        found: T = self._kept[key]
        return found

    # What they say...

    def length(self, part: Part) -> int:
        """Return about how many characters its text has, without building it."""
        return self._lengths[part.last] - self._lengths[part.first]

    def is_short(self, part: Part, most: int) -> bool:
        """Tell whether a part says something, in at most so many characters and without a thousand boxes."""
        return 0 < self.length(part) <= most and part.last - part.first <= _MOST_TOKENS

    def begins_in_chrome(self, part: Part) -> bool:
        """Tell whether the first words of a part are those of a menu, a tab or a choice."""
        return next((each.chrome for each in (part, *self.inside(part, _MOST_TOKENS)) if each.is_text), False)

    def lines(self, part: Part, *, without: Part | None = None) -> str:
        """Return its text, a line for each block in it, raised figures between footnote marks."""
        if without is None and self.length(part) <= _SHORT:
            return self.kept(("lines", part.index), lambda: self._lines(part, None))
        return self._lines(part, without)

    def _lines(self, part: Part, without: Part | None) -> str:
        tokens = self._tokens[part.first : part.last]
        if without is not None and part.has(without):
            start, end = without.first - part.first, without.last - part.first
            tokens = [*tokens[:start], _BREAK, *tokens[end:]]
        lines = ("".join(tokens)).split(_BREAK)
        return _BREAK.join(line for line in (_BLANK.sub(" ", line).strip() for line in lines) if line)

    def text(self, part: Part) -> str:
        """Return its text as a person reads it, in one line."""
        return self.lines(part).replace(_BREAK, " ").replace(FOOTNOTE, "")

    def stated(self, part: Part) -> str:
        """Return its text without the marks that explain it: a "?" in an element of its own asks nothing."""
        said = self.text(part)
        if not any(mark in said for mark in _HELP):
            return said
        marks = [each for each in self.inside(part, _MOST_TOKENS) if self._is_help(part, each)]
        left = "".join(
            " " if any(mark.first <= place < mark.last for mark in marks) else self._tokens[place]
            for place in range(part.first, part.last)
        )
        return _BLANK.sub(" ", left.replace(FOOTNOTE, "")).strip()

    def _is_help(self, whole: Part, part: Part) -> bool:
        """Tell whether a run of text is such a mark, and the element around it no more than that."""
        outer = self.parent(part)
        if not part.is_text or outer is None or not whole.has(outer):
            return False
        return self.length(outer) == self.length(part) and self.text(part) in _HELP

    def is_set_apart(self, part: Part) -> bool:
        """Tell whether a part is elements side by side without so much as a blank between them.

        Its layout sets them apart: a label and its value, and not one phrase.
        """
        inner = [part]
        while len(inner) == 1:
            inner = [child for child in self.children(inner[0]) if self.length(child)]
        glued = len(inner) > 1 and not any(child.is_text for child in inner)
        return glued and self.lines(part) == "".join(map(self.lines, inner))

    def tone(self, part: Part) -> str:
        """Return its distinct colour: its own, that of what it wholly is, or that of what lies in it."""
        at: Part | None = part
        length = self.length(part)
        while at is not None and self.length(at) <= length + 2:
            if at.tone:
                return at.tone
            at = self.parent(at)
        # A dot or an icon in it, before or after its words.
        return next((inner.tone for inner in self.inside(part, _LONGEST_ICON) if inner.tone), "")

    @cached_property
    def by_id(self) -> dict[str, Part]:
        """The parts that have an id, the first of those that share one."""
        found: dict[str, Part] = {}
        for part in self.parts:
            name = part.attributes.get("id")
            if name:
                found.setdefault(name, part)
        return found

    def selector(self, part: Part) -> str:
        """Return a selector that finds this element on the live page: for its picture.

        What lies in a slot is found by the element whose shadow root it is in.
        """
        steps: list[str] = []
        at: Part | None = part
        while at is not None and (at.is_text or at.tag == "slot" or self._in_slot(at)):
            at = self.parent(at)
        while at is not None and at.parent >= 0:
            name = at.attributes.get("id")
            if name and self._ids.get(name) == 1 and _plain(name):
                steps.append(f"#{name}")
                break
            steps.append(self._step(at))
            at = self.parent(at)
        else:
            steps.append("body")
        return "".join(reversed(steps))

    def _step(self, part: Part) -> str:
        parent = self.parts[part.parent]
        place = self.kept(("places", parent.index), lambda: _places(parent.node)).get(part.node.mem_id, 1)
        joiner = " " if SHADOW in parent.attributes else " > "
        tag = part.tag if _plain(part.tag) else "*"
        return f"{joiner}{tag}:nth-of-type({place})" if tag != "*" else f"{joiner}*"

    def _in_slot(self, part: Part) -> bool:
        return any(outer.tag == "slot" for outer in self.around(part))

    @cached_property
    def _ids(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for part in self.parts:
            name = part.attributes.get("id")
            if name:
                counts[name] = counts.get(name, 0) + 1
        return counts

    # The walk...

    def _walk(self, body: LexborNode) -> None:
        stack: list[tuple[LexborNode, int] | Part] = [(body, -1)]
        while stack:
            at = stack.pop()
            if isinstance(at, Part):
                self._close(at)
                continue
            if len(self.parts) >= MOST_PARTS:
                self.cut = True
                continue
            node, parent = at
            part = self._open(node, parent)
            if part is None:
                continue
            stack.append(part)
            if not part.is_text:
                children = list(node.iter(include_text=True))
                stack.extend((child, part.index) for child in reversed(children))

    def _open(self, node: LexborNode, parent: int) -> Part | None:
        if node.is_text_node:
            said = node.text_content or ""
            if not said.strip():
                if said:
                    self._say(" ")
                return None
            part = Part(len(self.parts), parent, _TEXT, {}, node, len(self._tokens))
        elif not node.is_element_node:
            return None
        elif node.mem_id in self._marked.hidden:
            # A hidden block ends a word too: "9", something unseen, "8" is not known to be 98.
            if node.tag not in INLINE:
                self._say(_BREAK)
            return None
        else:
            part = Part(len(self.parts), parent, node.tag or "", node.attributes, node, 0)
            if part.tag not in INLINE or BLOCK in part.attributes:
                self._say(_BREAK)
            part.first = len(self._tokens)
            if part.tag in _RAISED:
                self._say(FOOTNOTE)
        outer = self.parts[parent] if parent >= 0 else None
        part.chrome = (outer is not None and outer.chrome) or self._is_chrome(part)
        if outer is not None:
            outer.children.append(part.index)
        self.parts.append(part)
        if part.is_text:
            self._say(_BLANK.sub(" ", (node.text_content or "").replace(FOOTNOTE, "")))
        return part

    def _close(self, part: Part) -> None:
        part.end = len(self.parts)
        if part.tag in _ICONS and len(self._tokens) > part.first:
            # The name of an icon's glyph is no word of the page.
            said = "".join(self._tokens[part.first :])
            if len(said) <= _LONGEST_ICON and not any(char.isdigit() for char in said) and _is_icon(part):
                self._unsay(part.first)
        if part.tag in _RAISED:
            self._say(FOOTNOTE)
        part.last = len(self._tokens)
        if not part.is_text and (part.tag not in INLINE or BLOCK in part.attributes):
            self._say(_BREAK)

    def _say(self, token: str) -> None:
        self._tokens.append(token)
        self._lengths.append(self._lengths[-1] + len(token.strip()))

    def _unsay(self, first: int) -> None:
        for place in range(first, len(self._tokens)):
            self._tokens[place] = ""
        self._lengths[first + 1 :] = [self._lengths[first]] * (len(self._tokens) - first)

    def _is_chrome(self, part: Part) -> bool:
        """Tell whether a part is no part of what the page shows; the footer of a card is the card's own."""
        if part.tag == "footer" and not part.role and not _by_class(part):
            return not any(outer.tag in _SECTIONS for outer in self.around(part))
        return _is_chrome(part)

    def _drop_wide_chrome(self) -> None:
        """Take back what was called chrome by a class and holds half of the page."""
        if not self.parts:
            return
        whole = self.length(self.parts[0])
        wide = {
            part.index
            for part in self.parts
            if part.chrome and _by_class_only(part) and self.length(part) * 2 > whole
        }
        if not wide:
            return
        for part in self.parts:
            outer = self.parts[part.parent] if part.parent >= 0 else None
            own = self._is_chrome(part) and part.index not in wide
            part.chrome = own or (outer is not None and outer.chrome)


def _places(parent: LexborNode) -> dict[int, int]:
    """Return of each element in a parent which one of its kind it is."""
    counts: dict[str | None, int] = {}
    places: dict[int, int] = {}
    for node in parent.iter():
        counts[node.tag] = counts.get(node.tag, 0) + 1
        places[node.mem_id] = counts[node.tag]
    return places


def _plain(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z][\w-]{0,80}", name) is not None and name.isascii()


def _is_chrome(part: Part) -> bool:
    if part.is_text:
        return False
    return part.tag in _CHROME_TAGS or part.role in _CHROME_ROLES or _by_class_only(part)


def _by_class_only(part: Part) -> bool:
    return part.tag not in _CHROME_TAGS and part.role not in _CHROME_ROLES and _by_class(part)


def _by_class(part: Part) -> bool:
    for name in (part.attributes.get("class") or "")[:_LONGEST_CLASS].split():
        words = set(name_words(name))
        if words & _CHROME_CLASSES and not words & _NOT_CHROME:
            return True
    return False


def _is_icon(part: Part) -> bool:
    return part.tag != "i" or bool(part.named() & {"icon", "icons", "material", "fa", "glyphicon", "anticon"})
