"""A page as it was seen: pure reading of a snapshot, without a browser.

The console takes the snapshot (open shadow roots inlined, scripts dropped, input values blanked,
what a person could not see marked with `HIDDEN`), so that the same reading works live, in tests and
on a visit that was kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from checker.flow.site_toml import Rule
from checker.flow.structure import structure

__all__ = ["HIDDEN", "Ambiguous", "Beside", "Element", "Found", "Missing", "Page"]

HIDDEN: Final = "data-checker-hidden"
"""The attribute the snapshot puts on what a person could not see."""

_SPACE = re.compile(r"\s+")


_Hidden = frozenset[int]
"""The nodes a person could not see, by their place in memory: comparing nodes compares all they hold."""

# A heading or a candidate's excerpt is short; what takes more nodes than this to say is neither.
_FEW: Final = 200


@dataclass(frozen=True, eq=False)
class Element:
    """One visible element: its text as a person reads it, its attributes, and what lies in it."""

    attributes: Mapping[str, str]
    _node: LexborNode = field(repr=False)
    _hidden: _Hidden = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The visible text, spaces folded."""
        return _text(self._node, self._hidden)

    @property
    def excerpt(self) -> str:
        """The beginning of the visible text, at a cost that does not grow with the element."""
        parts: list[str] = []
        _collect(self._node, parts, self._hidden, _FEW)
        return _SPACE.sub(" ", "".join(parts)).strip()[:80]

    @property
    def classes(self) -> frozenset[str]:
        """The element's CSS classes."""
        return frozenset(self.attributes.get("class", "").split())

    def inside(self, css: str) -> tuple[Element, ...]:
        """Return the visible elements under this one that match `css`, in document order."""
        own, hidden = self._node.mem_id, self._hidden
        nodes = self._node.css(css)
        seen = (node for node in nodes if node.mem_id != own and node.mem_id not in hidden)
        return tuple(_element(node, hidden) for node in seen)

    def text_without(self, css: str) -> str:
        """Return the visible text, leaving out what matches `css`: the buttons of a cell, say."""
        return _text(self._node, self._hidden | {node.mem_id for node in self._node.css(css)})

    def hidden_inside(self, css: str) -> bool:
        """Tell whether something matches `css` here that a person could not see."""
        return any(node.mem_id in self._hidden for node in self._node.css(css))


@dataclass(frozen=True, slots=True)
class Found:
    """Exactly one visible element, and which rule of the chain found it."""

    element: Element
    rule: str
    place: int

    @property
    def text(self) -> str:
        """The element's visible text, spaces folded."""
        return self.element.text


@dataclass(frozen=True, slots=True)
class Missing:
    """No rule of the chain found anything a person could see."""

    reason: str = "not on the page"


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A rule found several candidates: none of them can be believed."""

    rule: str
    texts: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Say so in words."""
        return f"{len(self.texts)} candidates for {self.rule}"


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a label: the other parts of the smallest box that holds more than the label."""

    label: str
    elements: tuple[Element, ...]

    @property
    def text(self) -> str:
        """The visible text beside the label."""
        return _SPACE.sub(" ", " ".join(element.text for element in self.elements)).strip()


@dataclass(frozen=True)
class Page:
    """One page at one moment.

    name: the page's name in site.toml; url: where the browser stood, without secrets of the query.
    status: the HTTP status of the document; html: the snapshot.
    ready: whether it finished loading; what is not on a page that did not is unreadable, not absent.
    """

    name: str
    url: str
    status: int
    html: str
    title: str = ""
    ready: bool = True

    @cached_property
    def _tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.html)

    @cached_property
    def _hidden(self) -> _Hidden:
        return frozenset(node.mem_id for node in self._tree.css(f"[{HIDDEN}], [{HIDDEN}] *"))

    @cached_property
    def text(self) -> str:
        """Everything a person could read on the page, spaces folded."""
        body = self._tree.body
        return _text(body, self._hidden) if body is not None else ""

    @cached_property
    def structure(self) -> str:
        """How the page is built: a mark that pages built alike nearly share, see `checker.flow.structure`."""
        return structure(self._tree)

    @property
    def language(self) -> str:
        """The language the document says it is in, or nothing."""
        root = self._tree.root
        return (root.attributes.get("lang") or "") if root is not None else ""

    def all(self, css: str) -> tuple[Element, ...]:
        """Return every visible element that matches `css`, in document order."""
        return tuple(_element(node, self._hidden) for node in self._seen(css))

    def has(self, css: str, *, visible: bool = True) -> bool:
        """Tell whether something matches `css`; with `visible=False` what is hidden counts too."""
        return bool(self._seen(css) if visible else self._tree.css(css))

    def find(self, chain: Sequence[Rule]) -> Found | Missing | Ambiguous:
        """Walk the chain, newest rule first; the first rule that sees anything decides."""
        for place, rule in enumerate(chain):
            seen = self._candidates(rule)
            if len(seen) == 1:
                return Found(seen[0], str(rule), place)
            if seen:
                return Ambiguous(str(rule), tuple(element.excerpt for element in seen))
        return Missing()

    def under(self, titles: Collection[str], css: str) -> tuple[Element, ...]:
        """Return the elements matching `css` that stand under a heading with one of `titles`.

        The nearest box around the heading that holds any decides; titles are given case folded.
        """
        wanted = self._seen(css)
        if not wanted:
            return ()
        for node in self._seen("h1, h2, h3, h4, h5, h6, caption, legend, [role=heading], span, div, p"):
            if _text(node, self._hidden, _FEW).casefold() in titles:
                distances = _distances(node, wanted)
                nearest = min(distances)
                pairs = zip(wanted, distances, strict=True)
                return tuple(_element(inner, self._hidden) for inner, far in pairs if far == nearest)
        return ()

    def beside(self, labels: Collection[str], within: str = "body") -> Beside | Missing | Ambiguous:
        """Return what stands beside the one visible label among `labels`, given case folded, colon aside.

        For consoles whose class names say nothing: the label's words are what stays. A label that stands
        twice (within the element `within` finds) cannot be believed.
        """
        found: list[LexborNode] = []
        inside = {node.mem_id for node in self._seen(f"{within} *")}
        for node in self._seen("span, div, p, td, th, dt, li, label, h1, h2, h3, h4, h5, h6, b, strong, a"):
            said = _text(node, self._hidden, _FEW).casefold().rstrip(":").strip()
            if node.mem_id in inside and said in labels:
                # Of boxes around one another that say the same, the outermost is the label.
                if found and _holds_node(found[-1], node):
                    continue
                found.append(node)
        if not found:
            return Missing("its label is not on the page")
        if len(found) > 1:
            return Ambiguous("label", tuple(_text(node, self._hidden, _FEW) for node in found))
        return self._beside(found[0])

    def _beside(self, label: LexborNode) -> Beside | Missing:
        said = _text(label, self._hidden)
        branch, box = label, label.parent
        while box is not None and box.tag != "body":
            others = tuple(
                _element(node, self._hidden)
                for node in box.iter()
                if node.mem_id != branch.mem_id and node.mem_id not in self._hidden
            )
            if any(element.text for element in others):
                return Beside(said, tuple(element for element in others if element.text))
            branch, box = box, box.parent
        return Missing("nothing stands beside its label")

    def _seen(self, css: str) -> list[LexborNode]:
        return [node for node in self._tree.css(css) if node.mem_id not in self._hidden]

    def _candidates(self, rule: Rule) -> tuple[Element, ...]:
        if rule.css:
            css = rule.css
        elif rule.testid:
            css = '[data-testid="{}"]'.format(rule.testid.replace("\\", "\\\\").replace('"', '\\"'))
        else:
            return ()
        seen = self.all(css)
        if rule.text:
            wanted = rule.text.casefold()
            seen = tuple(element for element in seen if wanted in element.text.casefold())
        return seen


def _element(node: LexborNode, hidden: _Hidden) -> Element:
    return Element({name: value or "" for name, value in node.attributes.items()}, node, hidden)


def _holds_node(outer: LexborNode, inner: LexborNode) -> bool:
    node = inner.parent
    while node is not None:
        if node.mem_id == outer.mem_id:
            return True
        node = node.parent
    return False


def _distances(heading: LexborNode, nodes: Sequence[LexborNode]) -> list[int]:
    """Return how many boxes around the heading one must go out to for each node to be inside.

    Linear in the page: every node on the way up is asked once.
    """
    known: dict[int, int] = {}
    box = heading.parent
    while box is not None:
        known[box.mem_id] = len(known)
        box = box.parent
    return [_distance(node, known) for node in nodes]


def _distance(node: LexborNode, known: dict[int, int]) -> int:
    passed = []
    current: LexborNode | None = node
    while current is not None and current.mem_id not in known:
        passed.append(current.mem_id)
        current = current.parent
    far = len(known) if current is None else known[current.mem_id]
    known.update(dict.fromkeys(passed, far))
    return far


def _text(node: LexborNode, hidden: _Hidden, most: int | None = None) -> str:
    """Return the visible text of a node, nothing if it takes more than `most` nodes to say."""
    parts: list[str] = []
    whole = _collect(node, parts, hidden, most)
    return _SPACE.sub(" ", "".join(parts)).strip() if whole else ""


# Elements that run on with the text around them; every other one ends a word.
_INLINE = frozenset(
    {"a", "b", "bdi", "bdo", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"}
)


def _collect(top: LexborNode, parts: list[str], hidden: _Hidden, most: int | None) -> bool:
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
        if node.tag not in _INLINE:
            # A hidden block ends a word too: "9", something unseen, "8" is not known to be 98.
            parts.append(" ")
            stack.append(" ")
        if node.mem_id in hidden:
            continue
        children = list(node.iter(include_text=True))
        stack.extend(reversed(children))
    return True
