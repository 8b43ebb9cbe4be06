"""A page as it was seen: pure reading of a snapshot, without a browser.

The console takes the snapshot (open shadow roots inlined, scripts dropped, input values blanked, marked
with what only a browser knows: see `checker.flow.element`), so that the same reading works live, in tests and
on a visit that was kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

from checker.flow.element import BLOCK, FEW, HIDDEN, Element, Marked, text_of
from checker.flow.labels import Kind, LabelledValues, labelled
from checker.flow.outline import Outline, Part
from checker.flow.site_toml import Rule
from checker.flow.structure import structure

__all__ = ["HIDDEN", "Ambiguous", "Beside", "Element", "Found", "Missing", "Page"]

_SPACE = re.compile(r"\s+")


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
    def _marked(self) -> Marked:
        hidden: set[int] = set()
        for node in self._tree.css(f"[{HIDDEN}]"):
            # Outer ones come first, so that nothing is walked twice.
            if node.mem_id not in hidden:
                hidden.update(inner.mem_id for inner in node.traverse())
        return Marked(frozenset(hidden), frozenset(node.mem_id for node in self._tree.css(f"[{BLOCK}]")))

    @cached_property
    def outline(self) -> Outline:
        """Every visible part of the page, for readers that ask what lies in what."""
        return Outline(self._tree, self._marked)

    @cached_property
    def text(self) -> str:
        """Everything a person could read on the page, spaces folded."""
        body = self._tree.body
        return text_of(body, self._marked) if body is not None else ""

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
        return tuple(Element.of(node, self._marked) for node in self._seen(css))

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
            if text_of(node, self._marked, FEW).casefold() in titles:
                distances = _distances(node, wanted)
                nearest = min(distances)
                pairs = zip(wanted, distances, strict=True)
                return tuple(Element.of(inner, self._marked) for inner, far in pairs if far == nearest)
        return ()

    def beside(self, labels: Collection[str], within: str = "body") -> Beside | Missing | Ambiguous:
        """Return what stands beside the one visible label among `labels`, given case folded, colon aside.

        For consoles whose class names say nothing: the label's words are what stays. A label that stands
        twice (within the element `within` finds) cannot be believed.
        """
        found: list[LexborNode] = []
        inside = {node.mem_id for node in self._seen(f"{within} *")}
        for node in self._seen("span, div, p, td, th, dt, li, label, h1, h2, h3, h4, h5, h6, b, strong, a"):
            said = text_of(node, self._marked, FEW).casefold().rstrip(":").strip()
            if node.mem_id in inside and said in labels:
                # Of boxes around one another that say the same, the outermost is the label.
                if found and _holds_node(found[-1], node):
                    continue
                found.append(node)
        if not found:
            return Missing("its label is not on the page")
        if len(found) > 1:
            return Ambiguous("label", tuple(text_of(node, self._marked, FEW) for node in found))
        return self._beside(found[0])

    def beside_label(
        self,
        labels: Collection[str],
        *,
        language: str,
        locale: str | None,
        kind: Kind = "number",
        rivals: Collection[str] = (),
        within: str | Part = "",
        known: Collection[str] = (),
    ) -> LabelledValues:
        """Return the values that belong to a label, in any layout: see `checker.flow.labels`.

        Args:
            labels: What the label may be called, as printed; the longest that fits wins.
            language: The page's language, as `page_locale` returns it.
            locale: How the page prints numbers; None where it contradicts itself.
            kind: Whether a number, a duration or a word is looked for.
            rivals: Other labels of the page: what is nearer to one of them is not ours.
            within: The part to look in, or a selector of it; the whole page by default.
            known: Status words of what is looked for, which are no targets whatever they sound like.
        """
        part = within if isinstance(within, Part) else None
        if within and part is None:
            ids = {element.node_id for element in self.all(str(within))}
            part = next((each for each in self.outline.parts if each.node.mem_id in ids), None)
            if part is None:
                return LabelledValues(reason="the part it stands in is not on the page")
        return labelled(
            self.outline,
            labels,
            language=language,
            locale=locale,
            kind=kind,
            rivals=rivals,
            within=part,
            known=known,
        )

    def _beside(self, label: LexborNode) -> Beside | Missing:
        said = text_of(label, self._marked)
        branch, box = label, label.parent
        while box is not None and box.tag != "body":
            others = tuple(
                Element.of(node, self._marked)
                for node in box.iter()
                if node.mem_id != branch.mem_id and node.mem_id not in self._marked.hidden
            )
            if any(element.text for element in others):
                return Beside(said, tuple(element for element in others if element.text))
            branch, box = box, box.parent
        return Missing("nothing stands beside its label")

    def _seen(self, css: str) -> list[LexborNode]:
        return [node for node in self._tree.css(css) if node.mem_id not in self._marked.hidden]

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
