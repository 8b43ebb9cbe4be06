"""Elements of a snapshot as a person sees them, and the marks the snapshot leaves on them; pure.

| mark | says |
|---|---|
| `data-checker-hidden` | a person could not see the element |
| `data-checker-box="x,y,w,h"` | where an element that bears text lies on the page, in CSS pixels |
| `data-checker-tone="red"` | its background, border, text or icon is distinctly red, amber, green or blue |
| `data-checker-block` | an inline element that is laid out as a box, or stands apart from what is before it |
| `data-checker-shadow` | its children were taken from its shadow root |
| `data-checker-frame="chat"` | its children were taken from the frame of that title, name, id and class |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from selectolax.lexbor import LexborNode

__all__ = [
    "BLOCK",
    "BOX",
    "FEW",
    "FRAME",
    "HIDDEN",
    "INLINE",
    "SHADOW",
    "TONE",
    "Box",
    "Element",
    "Marked",
    "text_of",
]

HIDDEN: Final = "data-checker-hidden"
BOX: Final = "data-checker-box"
TONE: Final = "data-checker-tone"
BLOCK: Final = "data-checker-block"
SHADOW: Final = "data-checker-shadow"
FRAME: Final = "data-checker-frame"

INLINE: Final = frozenset(
    {"a", "b", "bdi", "bdo", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"}
)
"""Elements that run on with the text around them; every other one ends a word."""

FEW: Final = 200
"""A heading or a candidate's excerpt is short; what takes more nodes than this to say is neither."""

_SPACE = re.compile(r"\s+")


class Box(NamedTuple):
    """Where an element lies on the page, in CSS pixels from its top left corner."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def parsed(cls, text: str | None) -> Box | None:
        """Return the box a mark says, or None: a kept page may say anything."""
        parts = (text or "").split(",")
        try:
            x, y, width, height = (int(part) for part in parts if len(part) < 9)  # noqa: PLR2004
        except ValueError:
            return None
        return cls(x, y, width, height)

    @property
    def right(self) -> int:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Marked:
    """The marked nodes by their place in memory: comparing nodes would compare all they hold.

    hidden: what a person could not see. blocks: inline elements that end a word all the same.
    """

    hidden: frozenset[int] = frozenset()
    blocks: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
class Element:
    """One visible element: its text as a person reads it, its attributes, and what lies in it."""

    attributes: Mapping[str, str]
    _node: LexborNode = field(repr=False)
    _marked: Marked = field(repr=False)

    @classmethod
    def of(cls, node: LexborNode, marked: Marked) -> Element:
        """Return the element for a node of the tree."""
        return cls({name: value or "" for name, value in node.attributes.items()}, node, marked)

    @cached_property
    def text(self) -> str:
        """The visible text, spaces folded."""
        return text_of(self._node, self._marked)

    @property
    def excerpt(self) -> str:
        """The beginning of the visible text, at a cost that does not grow with the element."""
        parts: list[str] = []
        _collect(self._node, parts, self._marked, FEW)
        return _SPACE.sub(" ", "".join(parts)).strip()[:80]

    @property
    def node_id(self) -> int:
        """What tells this element from every other one of its page."""
        return self._node.mem_id

    @property
    def classes(self) -> frozenset[str]:
        """The element's CSS classes."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def tone(self) -> str:
        """Its colour if that is distinct: red, amber, green or blue; else nothing."""
        return self.attributes.get(TONE, "")

    @property
    def box(self) -> Box | None:
        """Where it lies, if the snapshot says so."""
        return Box.parsed(self.attributes.get(BOX))

    def inside(self, css: str) -> tuple[Element, ...]:
        """Return the visible elements under this one that match `css`, in document order."""
        own, hidden = self._node.mem_id, self._marked.hidden
        nodes = self._node.css(css)
        seen = (node for node in nodes if node.mem_id != own and node.mem_id not in hidden)
        return tuple(Element.of(node, self._marked) for node in seen)

    def text_without(self, css: str) -> str:
        """Return the visible text, leaving out what matches `css`: the buttons of a cell, say."""
        left_out = self._marked.hidden | {node.mem_id for node in self._node.css(css)}
        return text_of(self._node, Marked(left_out, self._marked.blocks))

    def hidden_inside(self, css: str) -> bool:
        """Tell whether something matches `css` here that a person could not see."""
        return any(node.mem_id in self._marked.hidden for node in self._node.css(css))


def text_of(node: LexborNode, marked: Marked, most: int | None = None) -> str:
    """Return the visible text of a node, nothing if it takes more than `most` nodes to say."""
    parts: list[str] = []
    whole = _collect(node, parts, marked, most)
    return _SPACE.sub(" ", "".join(parts)).strip() if whole else ""


def _collect(top: LexborNode, parts: list[str], marked: Marked, most: int | None) -> bool:
    """Gather visible text without recursion: a hostile page may nest ten thousand deep."""
    stack: list[LexborNode | str] = [top]
    nodes = 0
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        nodes += 1
        if most is not None and nodes > most:
            return False
        if node.is_text_node:
            parts.append(node.text_content or "")
            continue
        if not node.is_element_node:
            continue
        if node.tag not in INLINE or node.mem_id in marked.blocks:
            # A hidden block ends a word too: "9", something unseen, "8" is not known to be 98.
            parts.append(" ")
            stack.append(" ")
        if node.mem_id in marked.hidden:
            continue
        children = list(node.iter(include_text=True))
        stack.extend(reversed(children))
    return True
