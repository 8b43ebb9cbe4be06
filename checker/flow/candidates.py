"""The labels of a page, and the numbers and words near them that may be their values; pure.

What is here knows one part at a time: whether it is the label, a candidate for its value, words that only say
what a value is, or another thing's label. Which candidate belongs to the label is decided in `labels`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from checker.flow.outline import Outline, Part
from checker.flow.page_words import Words, as_label, fold, label_rest, page_words, without_notes
from checker.flow.printed import Piece, Role, pieces, role_of
from checker.flow.tables import cell_of
from checker.model.quantities import Quantity

__all__ = [
    "MOST_LABELS",
    "MOST_VALUES",
    "Candidate",
    "Kind",
    "Label",
    "LabelReader",
    "LabelledValue",
    "Source",
    "is_bound",
    "is_percent",
    "is_pressed",
    "limits_told",
    "promoted",
]

Kind = Literal["number", "duration", "word"]
"""What is looked for: a number or percentage, how long something takes, or a word such as "At risk"."""

Source = Literal["text", "attribute", "box"]
"""What tells: the tree, an attribute of a gauge or an accessible name, or only the screen."""

_LONGEST_LABEL: Final = 120
_LONGEST_PHRASE: Final = 90
_LONGEST_WORD: Final = 60
_LARGEST_CARD: Final = 900
MOST_LABELS: Final = 12
MOST_VALUES: Final = 12
_MOST_PARTS: Final = 4_000
_GAUGES: Final = frozenset({"meter", "progress"})
_GAUGE_ROLES: Final = frozenset({"meter", "progressbar", "slider"})
# What may come between a label and the rest of its line.
_AFTER_LABEL: Final = frozenset("(（[:：—–-|·,，/")
_NAMES: Final = ("aria-label", "title", "alt", "data-label", "label")
# Of what a label says in brackets: "(1.2 %)", "(max. 4 %)".
_JUDGING: Final = frozenset({"value", "target"})
_QUALIFIED: Final = re.compile(r"\s*[(（\[:：]")
_RAISED: Final = frozenset({"sup", "sub"})
_PRESSED: Final = frozenset({"a", "button", "kat-button", "kat-link", "summary"})


@dataclass(frozen=True, slots=True)
class LabelledValue:
    """One thing that stands beside a label.

    text: as printed; role: what it is, as far as its column or the words beside it say so.
    source: whether the tree, an attribute (of a gauge, or an accessible name) or only the screen tells.
    quantity: what it says as a number; None for a word, and where it is not certain.
    header: the words that say what it is: of its column, of its row, or in front of it.
    tone: its distinct colour; selector: for its picture.
    row: what its row is called, where the label only heads the column it stands in.
    alone: whether the line it stands in says it and its header, and no more.
    """

    text: str
    role: Role = "value"
    source: Source = "text"
    quantity: Quantity | None = None
    header: str = ""
    tone: str = ""
    selector: str = ""
    row: str = ""
    alone: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part that may be the value, and what it says."""

    part: Part
    piece: Piece


@dataclass(frozen=True, slots=True)
class Label:
    """A part that is a label. rest: what it says itself after the label's words."""

    part: Part
    rest: str
    by_name: bool = False


class LabelReader:
    """Reads one page for one label."""

    def __init__(
        self,
        outline: Outline,
        labels: Collection[str],
        language: str,
        locale: str | None,
        kind: Kind,
        rivals: Collection[str],
        within: Part | None,
        *,
        known: Collection[str] = (),
    ) -> None:
        self._outline = outline
        self._known = frozenset(map(fold, known))
        self._wanted = frozenset(filter(None, (as_label(label) for label in labels)))
        self._rivals = frozenset(filter(None, (as_label(label) for label in rivals))) - self._wanted
        self._language, self._locale = language, locale
        self._kind, self._durations = ("number" if kind == "duration" else kind), kind == "duration"
        self._within = within
        self._window: Words = page_words("window", language)

    def _labels(self) -> list[Label]:
        wholes: list[Label] = []
        leading: list[Label] = []
        for part in self._scope():
            if part.chrome:
                continue
            if len(wholes) + len(leading) > MOST_LABELS * 10:
                break
            label = self._label(part)
            if label is None:
                continue
            if label.rest:
                leading.append(label)
            else:
                # Of parts around one another that say the same, the innermost: a row whose other cell is
                # empty, or a card without its value, says no more than its label.
                if wholes and wholes[-1].part.has(part):
                    wholes.pop()
                wholes.append(label)
        # Of parts around one another that begin with it, the innermost; and one that says no more first.
        inner = [
            each
            for place, each in enumerate(leading)
            if not any(each.part.has(other.part) for other in leading[place + 1 : place + 3])
            and not any(each.part.has(whole.part) or whole.part is each.part for whole in wholes)
        ]
        return sorted(wholes + inner, key=lambda each: each.part.index)

    def _scope(self) -> Sequence[Part]:
        return self._outline.parts if self._within is None else self._outline.inside(self._within)

    def _label(self, part: Part) -> Label | None:
        named = self._named(part)
        if named is not None:
            return named
        if not self._outline.is_short(part, _LONGEST_LABEL):
            return None
        lines = self._outline.lines(part)
        rest = self._rest(lines, self._wanted)
        if rest is None or self._outline.begins_in_chrome(part):
            return None
        return Label(part, rest)

    def _named(self, part: Part) -> Label | None:
        """Return the label an accessible name gives: of the part itself, or of what names it."""
        if part.is_text:
            return None
        for name in _NAMES:
            said = part.attributes.get(name)
            if said and len(said) <= _LONGEST_LABEL:
                rest = self._rest(said, self._wanted)
                if rest is not None:
                    return Label(part, rest, by_name=True)
        by = (part.attributes.get("aria-labelledby") or "").split()[:3]
        for name in by:
            other = self._outline.by_id.get(name)
            if other is not None and self._outline.is_short(other, _LONGEST_LABEL):
                rest = self._rest(self._outline.lines(other), self._wanted)
                if rest == "" and not part.has(other):
                    return Label(part, "", by_name=True)
        return None

    def _rest(self, said: str, labels: frozenset[str]) -> str | None:
        """Return what a label says besides its name: nothing for marks, footnotes and what time it is about.

        "Late shipment rate policy" is another thing than "Late shipment rate", and so None.
        """
        rest = label_rest(said, labels)
        if rest is None:
            return None
        first = rest.partition("\n")[0]
        bare = fold(first)
        begins = self._window.found_in(bare)
        another = (
            any(char.isalpha() or char == "&" for char in bare.split(" ")[0])
            and first.lstrip()[:1] not in _AFTER_LABEL
            and not (begins and bare.startswith(begins))
        )
        if another:
            return None
        return rest.strip(" :：") if self._says_value(rest) else ""

    def _says_value(self, rest: str) -> bool:
        plain = rest.strip(" :：")
        if self._kind == "word":
            return bool(fold(plain)) and plain[0] not in "(（["
        if plain and plain[0] in "(（[":
            # Not how far back it looks, nor how it is counted: "(30 days)", "(%)".
            return any(p.quantity is not None and p.role in _JUDGING for p in self._pieces(plain))
        return any(piece.quantity is not None for piece in self._pieces(plain))

    def _gauges(self, box: Part) -> list[LabelledValue]:
        """Return what meters and progress bars say of themselves, in the form machines write."""
        if self._kind != "number":
            return []
        found = []
        for part in (box, *self._outline.inside(box, _LARGEST_CARD)):
            if part.tag not in _GAUGES and part.role not in _GAUGE_ROLES:
                continue
            said = part.attributes.get("aria-valuetext") or ""
            quantity = next((p.quantity for p in self._pieces(said) if p.quantity is not None), None)
            now = part.attributes.get("aria-valuenow") or part.attributes.get("value") or ""
            if quantity is None:
                quantity = _gauge(
                    now, part.attributes.get("aria-valuemax") or part.attributes.get("max") or ""
                )
            if quantity is not None:
                found.append(self._value(part, Piece(said or now, quantity, "value", ""), "attribute"))
        return found

    def _candidates(self, box: Part, label: Part | None) -> list[Candidate]:
        """Return the candidates in a part: the outermost parts that are one, outside of the label."""
        outline, found = self._outline, list[Candidate]()
        place, end = box.index + 1, min(box.end, box.index + _MOST_PARTS)
        while place < end and len(found) < MOST_VALUES * 4:
            part = outline.parts[place]
            if label is not None and part is label:
                place = part.end
                continue
            if part.chrome or part.tag in _RAISED or (part.tag != "a" and is_pressed(part)):
                place = part.end
                continue
            if label is not None and part.has(label):
                place += 1
                continue
            taken = self._candidate(part)
            found += taken
            place = part.end if taken or self._is_prose(part) else place + 1
        return found

    def _candidate(self, part: Part) -> list[Candidate]:
        outline = self._outline
        if not outline.is_short(part, _LONGEST_PHRASE):
            return []
        lines = outline.lines(part)
        if self._kind == "word":
            return self._word_candidate(part, lines)
        whole = self._pieces(lines)
        numbers = [piece for piece in whole if piece.quantity is not None]
        if not numbers:
            return []
        # A part that holds several things is looked into, unless it is all one phrase: "Target: under 4 %".
        apart = len([child for child in outline.children(part) if not child.is_text]) > 0
        if apart and ("\n" in lines or len(numbers) > 1) and not whole[0].is_whole:
            return []
        if apart and not whole[0].is_whole and not any(child.is_text for child in outline.children(part)):
            return []
        return [Candidate(part, self._with_context(part, piece)) for piece in numbers]

    def _word_candidate(self, part: Part, lines: str) -> list[Candidate]:
        folded = fold(lines)
        words = folded.split()
        if not words or "\n" in lines or len(lines) > _LONGEST_WORD or not any(map(str.isalpha, folded)):
            return []
        if self._is_context(lines) or self._rest(lines, self._rivals) is not None or self._is_title(part):
            return []
        return [Candidate(part, Piece(lines, None, "value", ""))]

    def _is_title(self, part: Part) -> bool:
        """Tell whether a text is the label again, the page's title, or "Current": no status."""
        lines = self._outline.lines(part)
        outer = self._outline.parent(part)
        is_head = part.tag == "h1" or (outer is not None and outer.tag == "h1")
        is_head = is_head or page_words("current", self._language).is_whole(fold(lines))
        return as_label(lines) in self._wanted or (is_head and fold(lines) not in self._known)

    def _with_context(self, part: Part, piece: Piece) -> Piece:
        """Return a number with the role that the words right around it give it: "Target: <b>4 %</b>"."""
        if piece.role != "value" or piece.header:
            return piece
        outline, at = self._outline, part
        for _ in range(2):
            outer = outline.parent(at)
            if outer is None or not outline.is_short(outer, _LONGEST_PHRASE) or cell_of(outline, at) is at:
                break
            lines = outline.lines(outer, without=at)
            if lines and label_rest(lines, self._wanted) is not None:
                break
            if any(as_label(line) in self._wanted for line in lines.splitlines()):
                # The label is nearer than whatever stands around both: a card's title, say.
                break
            if lines and "\n" not in lines and any(child.is_text for child in outline.children(outer)):
                role = role_of(lines, self._language)
                return replace(piece, role=role, header=lines)
            small = [child for child in outline.children(outer) if not child.has(part) and child is not at]
            if len(small) == 1 and small[0].index < at.index:
                said = outline.lines(small[0])
                role = role_of(said, self._language)
                if role != "value":
                    return replace(piece, role=role, header=said)
            at = outer
        return piece

    def _is_prose(self, part: Part) -> bool:
        """Tell whether a part is running text: numbers in it are no values."""
        if part.is_text or self._outline.length(part) <= _LONGEST_PHRASE:
            return False
        own = [child for child in self._outline.children(part) if child.is_text]
        return sum(self._outline.length(child) for child in own) > _LONGEST_PHRASE // 2

    def _pieces(self, text: str) -> list[Piece]:
        return pieces(text, self._locale, self._language, durations=self._durations)

    def _is_rival(self, part: Part) -> bool:
        if not self._rivals or not self._outline.is_short(part, _LONGEST_LABEL):
            return False
        return self._rest(self._outline.lines(part), self._rivals) is not None

    def _is_label_like(self, part: Part) -> bool:
        """Tell whether a part may be another label: short words that are no number and no context of one."""
        if not self._outline.is_short(part, _LONGEST_LABEL) or part.chrome:
            return False
        lines = self._outline.lines(part)
        if "\n" in lines or not any(map(str.isalpha, lines)) or fold(lines) in self._known:
            return False
        if not any(piece.quantity is not None for piece in self._pieces(lines)):
            return not self._is_context(lines)
        # "Tracking (max. 5 %)" and "Tracking: 99 %" are labels, too; "Target: 5 %" and "Yours: 3 %" are none.
        name = _QUALIFIED.split(lines)[0]
        is_current = page_words("current", self._language).is_whole(fold(name))
        is_name = name != lines and any(map(str.isalpha, name)) and not any(map(str.isdecimal, name))
        return is_name and not is_current and not self._is_context(name)

    def _is_context(self, lines: str) -> bool:
        """Tell whether words only say what a value is: "Target", "last 30 days", "previous period"."""
        folded = fold(lines)
        begins = self._window.found_in(folded)
        role = role_of(lines, self._language)
        if role == "target" and folded in self._known:
            # "Below Standard" is no target where it is a status word; "Average" may be a header.
            return False
        return role != "value" or (bool(begins) and folded.startswith(begins))

    def _value(self, part: Part, piece: Piece, source: Source = "text") -> LabelledValue:
        text, header = (without_notes(said).replace("\n", " ") for said in (piece.text, piece.header))
        tone, selector = self._outline.tone(part), self._outline.selector(part)
        line = set(fold(self._outline.lines(part)).split())
        alone = line <= set(fold(f"{header} {text}").split())
        return LabelledValue(text, piece.role, source, piece.quantity, header, tone, selector, alone=alone)


def is_pressed(part: Part) -> bool:
    """Tell whether a part is there to be pressed: what it says is what it does."""
    return part.tag in _PRESSED or part.role in {"button", "link"}


def promoted(values: list[LabelledValue]) -> list[LabelledValue]:
    """Return the values; a count or a duration is one where it is all there is: "3 issues", "1.2 days"."""
    if any(value.role == "value" for value in values):
        return values
    alone = [
        value
        for value in values
        if value.role in {"count", "window"} and not value.header and not _is_out_of(value)
    ]
    if len(alone) != 1:
        return values
    return [replace(value, role="value") if value is alone[0] else value for value in values]


def limits_told(values: list[LabelledValue]) -> list[LabelledValue]:
    """Return the values; beside an exact number "< 2 %" is its limit, and no value of its own."""
    exact = {is_percent(value) for value in values if value.role == "value" and not is_bound(value)}
    return [
        replace(value, role="target")
        if value.role == "value" and is_bound(value) and is_percent(value) in exact
        else value
        for value in values
    ]


def is_bound(value: LabelledValue) -> bool:
    """Tell whether it only says on which side of a number something lies."""
    return value.quantity is not None and value.quantity.value is not None and value.quantity.bound != "exact"


def _is_out_of(value: LabelledValue) -> bool:
    """Tell whether a value is only out of how many: "/ 10"."""
    return value.quantity is not None and value.quantity.count is None and value.quantity.of is not None


def is_percent(value: LabelledValue) -> bool:
    """Tell whether it is a percentage."""
    return value.quantity is not None and value.quantity.percent


def _gauge(now: str, most: str) -> Quantity | None:
    try:
        value = Decimal(now.strip().removesuffix("%"))
    except InvalidOperation:
        return None
    try:
        whole = Decimal(most.strip())
    except InvalidOperation:
        whole = Decimal(100)
    if not value.is_finite() or not whole.is_finite() or len(now) > 20:  # noqa: PLR2004
        return None
    return Quantity(value, percent=now.strip().endswith("%"), of=whole)
