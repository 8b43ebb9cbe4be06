"""What a page's answers hold, found by its shape and not by its address; pure.

    shape = Shape.of(("standardsLevel", "cycle.cycleType=CURRENT", "?program"))
    documents_of("current", shape, heard)      # every object that fits, wherever it lies

A console calls its answers what it likes and wraps them as it likes; an object that holds the fields
public material documents is what was documented. So every object of every answer is held against the
shape, at any depth, in lists, as values of maps, and in strings that hold JSON themselves. The
outermost object that fits counts, and nothing inside it is looked at for the same shape again.

A field is a dotted name:

    standardsLevel              there, with any value, null too
    cycle.cycleType=CURRENT     there, with that value
    overallRate|cumulativeRate  either of them
    violations=[]               there, with a list, a map of objects, or null; no other value
    ?program                    need not be there; of a shape with nothing else, two of these must

A step through a list, or through a map that holds each entry under its own number, is taken by any of its
entries; a list that is empty, or a null, neither fits nor speaks against it, as long as another field is
there. `late_shipment_rate`, `lateShipmentRate` and `LateShipmentRate` are the same name; the very name goes
first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, Final

from checker.model.strictjson import BadJson, loads

__all__ = [
    "MAX_DEPTH",
    "NOT_THERE",
    "Document",
    "Heard",
    "Shape",
    "documents_of",
    "entries_of",
    "name_words",
    "plain_json",
    "reach",
    "same_name",
]

MAX_DEPTH: Final = 200
"""How deep an answer may nest, JSON in strings included; what lies deeper is not looked at."""

_MAX_NODES: Final = 200_000
_MAX_INSIDE: Final = 10_000_000
# A list told by a shape holds entries of one kind: a few of them tell as much as all.
_ENTRIES: Final = 20
_LONGEST_NAME: Final = 80
_TELLING: Final = 2

# What some servers put before JSON, so that no other page can run it as a script.
_PREFIX: Final = re.compile(
    rb"\s*(?:\)\]\}'?,?|for\s*\(\s*;\s*;\s*\)\s*;|while\s*\(\s*1\s*\)\s*;|\{\}\s*&&)\s*(?=[\[{])"
)
_SEPARATORS: Final = re.compile(r"[\W_]+")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAME: Final = r"[^\s.|=?][^\s.|=]*"
_ID: Final = re.compile(r"\d{2,30}")
_LIST: Final = "[]"
_WAY: Final = re.compile(rf"({_NAME}(?:\.{_NAME})*)(?:=([^|]+))?")


class _NotThere(Enum):
    """The mark of a path that leads nowhere, which null is not."""

    NOT_THERE = "not there"


NOT_THERE: Final = _NotThere.NOT_THERE


class _Fit(Enum):
    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Document:
    """One object that fits the shape of an answer.

    name: the answer's name in site.toml. value: the object; JSON that lay in its strings is unpacked.
    keys: the names and places that lead to it from the whole answer, outermost first.
    path, query, status, url: of the call that brought it; url without its query. For JSON that lay in the
    page itself they are the page's own. asked: whether we asked for it, and not the page.
    """

    name: str
    value: Any
    keys: tuple[str | int, ...]
    path: str
    query: Mapping[str, str]
    status: int
    url: str
    asked: bool = False


@dataclass(frozen=True, slots=True)
class _Way:
    """One way for a field to be there."""

    steps: tuple[str, ...]
    value: str | None


@dataclass(frozen=True, slots=True)
class _Field:
    ways: tuple[_Way, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer's object must hold; see the module.

    near: words one of which must name the object: a part of the call's path, a value of its query, a key on
    the way to the object, or a short text of its own. It tells answers apart that are built alike.
    """

    fields: tuple[_Field, ...]
    near: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, fields: Sequence[str], near: Sequence[str] = ()) -> Shape:
        """Read the fields of a shape as site.toml writes them; raise ValueError for what is none."""
        return cls(tuple(map(_field, fields)), tuple(words for text in near if (words := name_words(text))))

    def fit(self, value: Mapping[str, Any]) -> int | None:
        """Return how many of its telling fields an object holds, or none if it is not of this shape."""
        needed = telling = 0
        for wanted in self.fields:
            fit = _fit(value, wanted)
            if wanted.required and fit is _Fit.NO:
                return None
            if fit is _Fit.YES:
                needed += wanted.required
                telling += not wanted.required
        if any(wanted.required for wanted in self.fields):
            return telling if needed else None
        return telling if telling >= min(_TELLING, len(self.fields)) else None


@dataclass(frozen=True, slots=True)
class _Node:
    """An object or a list in an answer; its whole content are the nodes from its own place to `end`."""

    value: dict[str, Any] | list[Any]
    key: str | int
    parent: int


@dataclass(eq=False)
class Heard:
    """One JSON that a page was given, with what it holds laid out once.

    name: the answer of site.toml it is by its address, or that was asked for; nothing if it is none.
    """

    path: str
    query: Mapping[str, str]
    status: int
    url: str
    body: Any
    name: str = ""
    asked: bool = False
    _fits: dict[tuple[str, Shape], tuple[Document, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def _nodes(self) -> tuple[list[_Node], list[int]]:
        return _laid_out(self.body)

    def leaves(
        self, wanted: Callable[[str, Mapping[str, Any]], bool]
    ) -> Iterator[tuple[tuple[str | int, ...], tuple[Any, ...], Any]]:
        """Yield the values under names that are wanted: the way to each, what is along it, and itself.

        Args:
            wanted: Tells by the last name and the object it is in; what holds other values is never yielded.
        """
        for place, node in enumerate(self._nodes[0]):
            holder = node.value
            if not isinstance(holder, dict):
                continue
            for key, value in holder.items():
                if isinstance(value, str | int | float) and wanted(key, holder):
                    yield (*self._keys(place), key), (*self._holders(place), holder), value

    def _holders(self, place: int) -> tuple[Any, ...]:
        nodes, holders = self._nodes[0], []
        while nodes[place].parent >= 0:
            place = nodes[place].parent
            holders.append(nodes[place].value)
        return tuple(reversed(holders))

    def fitting(self, name: str, shape: Shape) -> tuple[Document, ...]:
        """Return the outermost objects of a shape, those that hold most of it first."""
        known = self._fits.get((name, shape))
        if known is None:
            found = sorted(self._found(shape), key=lambda fit: -fit[0])
            known = tuple(self._document(name, place) for _, place in found)
            self._fits[name, shape] = known
        return known

    def _found(self, shape: Shape) -> Iterator[tuple[int, int]]:
        nodes, ends = self._nodes
        place = 0
        while place < len(nodes):
            value = nodes[place].value
            telling = shape.fit(value) if isinstance(value, dict) else None
            if telling is None or not self._is_near(shape, place):
                place += 1
            else:
                yield telling, place
                place = ends[place]

    def _is_near(self, shape: Shape, place: int) -> bool:
        if not shape.near:
            return True
        own = self._nodes[0][place].value
        texts = [text for text in (own.values() if isinstance(own, dict) else ()) if isinstance(text, str)]
        names = (*self.path.split("/"), *self.query.values(), *self._keys(place), *texts)
        said = [name_words(name) for name in names if isinstance(name, str) and len(name) <= _LONGEST_NAME]
        return any(_holds(words, wanted) for words in said for wanted in shape.near)

    def _keys(self, place: int) -> tuple[str | int, ...]:
        nodes, keys = self._nodes[0], []
        while nodes[place].parent >= 0:
            keys.append(nodes[place].key)
            place = nodes[place].parent
        return tuple(reversed(keys))

    def _document(self, name: str, place: int) -> Document:
        return Document(
            name,
            self._nodes[0][place].value,
            self._keys(place),
            self.path,
            self.query,
            self.status,
            self.url,
            self.asked,
        )


def documents_of(name: str, shape: Shape | None, heard: Sequence[Heard]) -> tuple[Document, ...]:
    """Return what fits an answer of site.toml, what came from its own address first, else as it came.

    An answer without a shape is known by its address alone: the whole of it is its document. What comes
    twice from one address, word for word, counts once. What was asked for is of the name asked.
    """
    found: list[Document] = []
    told: dict[tuple[Any, ...], list[Document]] = {}
    for one in sorted(heard, key=lambda one: one.name != name):
        if shape is None:
            here = _whole(one) if one.name == name and one.body is not None else ()
        elif one.asked and one.name != name:
            continue
        else:
            # By its own address, an answer needs no name beside it to tell what it is.
            here = one.fitting(name, Shape(shape.fields) if one.name == name else shape)
        for document in here:
            mark = (one.path, tuple(sorted(one.query.items())), one.status, document.keys)
            before = told.setdefault(mark, [])
            if not any(document.value == other.value for other in before):
                before.append(document)
                found.append(document)
    return tuple(found)


def reach(value: Any, path: str) -> Any:
    """Return what a dotted path leads to, by exact names or the same words written otherwise.

    Only objects are stepped into; NOT_THERE is returned where there is nothing, which null is not.
    """
    for step in path.split("."):
        value = _named(value, step) if isinstance(value, Mapping) else NOT_THERE
        if value is NOT_THERE:
            return NOT_THERE
    return value


def entries_of(value: Any) -> Sequence[Any]:
    """Return the entries of a list, or of a map that holds each under its own number; none of all else."""
    if isinstance(value, list):
        return value
    by_id = isinstance(value, Mapping) and all(
        _ID.fullmatch(key) and isinstance(entry, Mapping) for key, entry in value.items()
    )
    return list(value.values()) if by_id else []


def plain_json(data: bytes) -> bytes:
    """Return JSON without what a server put before it to keep other pages from running it."""
    found = _PREFIX.match(data)
    return data if found is None else data[found.end() :]


def _whole(one: Heard) -> tuple[Document, ...]:
    return (Document(one.name, one.body, (), one.path, one.query, one.status, one.url, one.asked),)


def _field(text: str) -> _Field:
    required = not text.startswith("?")
    ways = []
    for part in text.removeprefix("?").split("|"):
        found = _WAY.fullmatch(part)
        if found is None:
            raise ValueError(f"not a field of a shape: {text!r}")
        ways.append(_Way(tuple(found[1].split(".")), found[2]))
    return _Field(tuple(ways), required)


def _fit(value: Mapping[str, Any], wanted: _Field) -> _Fit:
    fits = [_follow(value, way.steps, way.value, at_top=True) for way in wanted.ways]
    return _Fit.YES if _Fit.YES in fits else _Fit.MAYBE if _Fit.MAYBE in fits else _Fit.NO


def _follow(value: Any, steps: Sequence[str], wanted: str | None, *, at_top: bool = False) -> _Fit:
    """Tell whether a path leads anywhere; a shape is a few steps long, so this may call itself."""
    if isinstance(value, list):
        if not value:
            return _Fit.MAYBE
        fits = {_follow(entry, steps, wanted) for entry in islice(value, _ENTRIES)}
        return _Fit.YES if _Fit.YES in fits else _Fit.MAYBE if _Fit.MAYBE in fits else _Fit.NO
    if not steps:
        return _Fit.YES if wanted is None or _says(value, wanted) else _Fit.NO
    if value is None:
        return _Fit.MAYBE
    inner = _named(value, steps[0]) if isinstance(value, Mapping) else NOT_THERE
    if inner is NOT_THERE:
        # A map of whole documents is none itself.
        entries = () if at_top else entries_of(value)
        return _follow(entries, steps, wanted) if entries else _Fit.NO
    if len(steps) == 1 and wanted is None:
        return _Fit.YES
    if len(steps) == 1 and wanted == _LIST:
        return _Fit.YES if _may_be_list(inner) else _Fit.NO
    return _follow(inner, steps[1:], wanted)


def _may_be_list(value: Any) -> bool:
    """Tell whether a value is a list, or the entries of one told by ids: a count of them is none."""
    if isinstance(value, Mapping):
        return bool(value) and all(isinstance(entry, Mapping) for entry in value.values())
    return value is None or isinstance(value, list)


def _says(value: Any, wanted: str) -> bool:
    if isinstance(value, bool):
        return str(value).lower() == wanted.lower()
    return isinstance(value, (str, int)) and _folded(str(value)) == _folded(wanted)


def _named(value: Mapping[str, Any], name: str) -> Any:
    if name in value:
        return value[name]
    folded = _folded(name)
    return next((inner for key, inner in value.items() if _folded(key) == folded), NOT_THERE)


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same words: `late_shipment_rate` is `lateShipmentRate`."""
    if one == other:
        return True
    # A number is a name of its own: -1 is not 1.
    return not one.lstrip("-").isdigit() and _folded(one) == _folded(other)


@lru_cache(maxsize=8192)
def _folded(name: str) -> str:
    return _SEPARATORS.sub("", name).casefold()


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words a name is made of, however it is spelt: `lateShipmentRate`, `late_shipment_rate`."""
    spaced = _HUMP.sub(" ", name)
    return tuple(word.casefold() for word in _SEPARATORS.split(spaced) if word)


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Tell whether the wanted words stand in a name, side by side, or are all of it run together."""
    if "".join(words) == "".join(wanted):
        return True
    size = len(wanted)
    return any(tuple(words[at : at + size]) == tuple(wanted) for at in range(len(words) - size + 1))


def _laid_out(body: Any) -> tuple[list[_Node], list[int]]:
    """Return every object and list in document order, and the place behind the last one inside each.

    They are copies, in which strings that hold JSON are replaced by what they hold. Nothing recurses, and
    what is deeper or larger than any answer is left out.
    """
    nodes: list[_Node] = []
    inside = _MAX_INSIDE
    waiting: list[tuple[Any, str | int, int, int]] = [(body, "", -1, 0)]
    while waiting and len(nodes) < _MAX_NODES:
        value, key, parent, depth = waiting.pop()
        if isinstance(value, str):
            inside -= len(value)
            value = _unpacked(value) if inside >= 0 else None
        if not isinstance(value, (dict, list)):
            continue
        copy: Any = dict(value) if isinstance(value, dict) else list(value)
        if parent >= 0:
            holder: Any = nodes[parent].value
            holder[key] = copy
        place = len(nodes)
        nodes.append(_Node(copy, key, parent))
        if depth < MAX_DEPTH:
            pairs = list(copy.items() if isinstance(copy, dict) else enumerate(copy))
            waiting += [
                (inner, name, place, depth + 1) for name, inner in reversed(pairs) if _may_hold(inner)
            ]
    sizes = [1] * len(nodes)
    for place in range(len(nodes) - 1, 0, -1):
        sizes[nodes[place].parent] += sizes[place]
    return nodes, [place + size for place, size in enumerate(sizes)]


def _may_hold(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) > 1 and value[:40].lstrip()[:1] in ("{", "[") and value[-40:].rstrip()[-1:] in "}]"
    return isinstance(value, (dict, list))


def _unpacked(text: str) -> Any:
    try:
        return loads(text, max_depth=MAX_DEPTH)
    except BadJson:
        return None
