"""The values that belong to a label, as a person would say it; pure over a page's outline.

Tables say it with rows and columns, definition lists with their pairs, cards with nearness: from the label
one goes out to the smallest part that holds a candidate, and takes it unless another label is nearer. Where
the tree does not tell, the screen does: what lies to the right of the label, or right under it.

Nothing is chosen that the page does not tell apart: two candidates are two values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from checker.flow.candidates import (
    MOST_LABELS,
    MOST_VALUES,
    Candidate,
    Kind,
    Label,
    LabelledValue,
    Source,
    is_bound,
    is_percent,
    is_pressed,
    limits_told,
    promoted,
)
from checker.flow.limits import worded_comparator
from checker.flow.outline import Outline, Part
from checker.flow.page_words import fold, page_words
from checker.flow.placed import Found, PlacedReader
from checker.flow.printed import Piece, Role, role_of
from checker.flow.red_words import alarming_head, is_good_word, judging_head, red_word
from checker.flow.surroundings import next_head
from checker.flow.tables import cell_of, grid_around
from checker.model import Comparator

__all__ = ["Kind", "LabelledValue", "LabelledValues", "labelled"]

_LONGEST_LABEL: Final = 120
_LONGEST_WORD: Final = 60
_LARGEST_CARD: Final = 900
_MOST_STEPS: Final = 40
_MOST_FOLLOWING: Final = 3
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "section", "article", "li", "tr"})


@dataclass(frozen=True, slots=True)
class LabelledValues:
    """Everything that stands beside a label.

    label: as the page prints it; nothing if it is not there. reason: why there is no value.
    values: the candidates for the value. others: targets, earlier values, averages, counts.
    words: short texts in the same row or card that are no number: status words, most of them.
    labels: how many times the label was found with something beside it. card: all that the first one's says.
    """

    label: str = ""
    values: tuple[LabelledValue, ...] = ()
    others: tuple[LabelledValue, ...] = ()
    words: tuple[LabelledValue, ...] = ()
    labels: int = 0
    reason: str = ""
    selector: str = ""
    card: str = ""

    @property
    def only(self) -> LabelledValue | None:
        """The value, if there is exactly one, or all agree; none where they are those of several rows."""
        if self.of_rows:
            return None
        said = {(value.text, value.quantity) for value in self.values}
        return self.values[0] if len(said) == 1 else None

    @property
    def of_rows(self) -> bool:
        """Whether the label heads a column of several rows, so that the values are theirs and not its own."""
        alike = {is_percent(value) for value in self.values}
        # A row that is called "Late orders" holds no count of another row's.
        theirs = (*self.values, *self.of_role("count"))
        return len({value.row for value in theirs if value.row and is_percent(value) in alike}) > 1

    def of_role(self, role: Role) -> tuple[LabelledValue, ...]:
        """Return what has this role: the targets, say."""
        return tuple(value for value in (*self.values, *self.others) if value.role == role)


def labelled(
    outline: Outline,
    labels: Collection[str],
    *,
    language: str,
    locale: str | None,
    kind: Kind = "number",
    rivals: Collection[str] = (),
    within: Part | None = None,
    known: Collection[str] = (),
) -> LabelledValues:
    """Return what stands beside a label.

    Args:
        outline: The page.
        labels: What the label may be called; the longest that fits wins.
        language: The page's language, whose words and English ones are known.
        locale: How the page prints numbers; None where that is not known.
        kind: Whether a number, a duration or a word is looked for.
        rivals: What other things on the page are called: what is nearer to one of these is not ours.
        within: The part to look in; the whole page by default.
        known: Status words of what is looked for, which are no targets whatever they sound like.
    """
    return _Search(outline, labels, language, locale, kind, rivals, within, known=known).found()


class _Search(PlacedReader):
    """Finds the label, and what is beside it."""

    def found(self) -> LabelledValues:
        if self._outline.cut:
            return LabelledValues(reason="the page is too large to be read")
        found = self._labels()
        if not found:
            return LabelledValues(reason="its label is not on the page")
        values: list[LabelledValue] = []
        others: list[LabelledValue] = []
        words: list[LabelledValue] = []
        known = 0
        for label in found[:MOST_LABELS]:
            beside = self._beside(label)
            told = promoted(limits_told(beside.values))
            told += [] if any(each.role == "target" for each in told) else self._limit_in_card(label, told)
            known += bool(told)
            words += self._words_beside(label, beside)
            for value in told:
                (values if value.role == "value" else others).append(value)
        first = found[0].part
        reason = "" if values else "nothing stands beside its label"
        return LabelledValues(
            self._outline.text(first)[:_LONGEST_LABEL], tuple(dict.fromkeys(values))[:MOST_VALUES],
            tuple(dict.fromkeys(others))[:MOST_VALUES], tuple(dict.fromkeys(words))[:MOST_VALUES],
            known, reason, self._outline.selector(self.with_value(found[0], values)),
            "" if (card := self._card(found[0])) is None else self._outline.lines(card),
        )  # fmt: skip

    def _beside(self, label: Label) -> Found:
        own = self._own(label) or (self._inside(label) if label.by_name else [])
        if own and (label.by_name or any(value.role == "value" and not is_bound(value) for value in own)):
            near = self._lines_after(label) if label.rest and not label.by_name else None
            return Found([*own, *self._right_below(label)], near)
        found = self._elsewhere(label)
        # "Late shipments (< 4 %)": a limit in the label, and the value beside it.
        return Found([*own, *found.values], found.around) if own else found

    def _limit_in_card(self, label: Label, beside: Sequence[LabelledValue]) -> list[LabelledValue]:
        """Return the nearest limit in a label's card, of a value that shares a smaller box with the label."""
        card = self._card(label) if self._kind == "number" else None
        if card is None or len([each for each in beside if each.role == "value"]) != 1:
            return []
        for box in self._outline.around(label.part):
            found = [self._value(c.part, c.piece) for c in self._candidates(box, label.part)]
            told = limits_told([*beside, *(each for each in found if each not in beside)])
            limits = [each for each in told if each.role == "target" and each.quantity is not None]
            if limits or box is card:
                return limits if len({each.quantity for each in limits}) == 1 else []
        return []

    def _elsewhere(self, label: Label) -> Found:
        found = self._climb(label)
        if len([value for value in promoted(found.values) if value.role == "value"]) == 1:
            return found
        if found.values and self.heads_column(label):
            return found
        by_box = self.by_box(label)
        if not by_box.values:
            return found
        return Found(by_box.values, (found.around if found.values else None) or by_box.around)

    def _own(self, label: Label) -> list[LabelledValue]:
        """Return what the label's own text says: "Late shipment rate: 1.2 % (target: under 4 %)"."""
        if not label.rest:
            return self._gauges(label.part) if label.by_name else []
        source: Source = "attribute" if label.by_name else "text"
        if self._kind == "word":
            return [self._value(label.part, Piece(label.rest.strip(), None, "value", ""), source)]
        found = [piece for piece in self._pieces(label.rest) if piece.quantity is not None]
        values = [self._value(label.part, piece, source) for piece in found]
        return values + (self._gauges(label.part) if label.by_name else [])

    def _right_below(self, label: Label) -> list[LabelledValue]:
        """Return what the next line says of a label with its value in it: a target, out of how many."""
        outline = self._outline
        block = label.part
        for outer in outline.around(label.part):
            if outline.length(outer) > outline.length(block) or outer.tag == "body":
                break
            block = outer
        parent = outline.parent(block)
        if self._kind != "number" or label.by_name or parent is None:
            return []
        following = (each for each in outline.children(parent) if each.index > block.index)
        line = next((each for each in following if outline.length(each)), None)
        if line is None or not outline.is_short(line, _LONGEST_LABEL) or self._is_rival(line):
            return []
        found = self._candidate(line) or self._candidates(line, None)
        if any(each.piece.role == "value" for each in found):
            return []
        return [self._value(each.part, each.piece) for each in found]

    def _inside(self, label: Label) -> list[LabelledValue]:
        return [self._value(c.part, c.piece) for c in self._candidates(label.part, None)] + self._gauges(
            label.part
        )

    def _climb(self, label: Label) -> Found:
        outline = self._outline
        cell = cell_of(outline, label.part)
        branch = label.part
        # What words nobody knows stand before may be a target: "Xyz: 4 %" right under the label, and the
        # value beside them both. Where a number stands by itself there, neither is chosen.
        explained: Found | None = None
        for steps, box in enumerate((label.part, *outline.around(label.part))):
            if steps > _MOST_STEPS or box.tag == "body" or outline.length(box) > _LARGEST_CARD:
                break
            if cell is not None and branch is cell and box is not cell:
                grid = grid_around(outline, cell)
                across = Found() if grid is None else self.in_table(cell, grid)
                return _both(explained, across)
            candidates = [] if box is label.part else self._candidates(box, label.part)
            mine = [each for each in candidates if not self._is_anothers(each.part, label, branch, box)]
            if mine:
                paired, around = self._paired(mine, branch, box)
                values = [self._in_its_column(each, label) for each in paired]
                found = Found(values + self._gauges_beside(box, label), around)
                if self._stands_by_itself(found.values):
                    return found
                explained = explained or found
                if around is not None:
                    # One of several labels in a list: what stands further out is theirs as well.
                    break
            elif candidates:
                break
            gauges = [] if box is label.part else self._gauges_beside(box, label)
            if gauges and not mine and not self._is_list(branch, box):
                return explained or Found(gauges)
            branch = box
        return explained or Found()

    def _stands_by_itself(self, values: Sequence[LabelledValue]) -> bool:
        """Tell whether one of the values is no limit, and no words stand before it that nobody knows."""
        current = page_words("current", self._language)
        return any(
            not value.header or value.source != "text" or current.is_whole(fold(value.header))
            for value in promoted(list(values))
            if value.role == "value" and not is_bound(value)
        )

    def _lines_after(self, label: Label) -> list[Part] | None:
        """Return what follows a label that says its value itself, up to the next; None in a card of its own.

        "Late shipment rate: 1.2 %", and on the next line "Good".
        """
        if cell_of(self._outline, label.part) is not None:
            return None
        branch = label.part
        for steps, box in enumerate(self._outline.around(label.part)):
            if steps > _MOST_STEPS or box.tag == "body":
                break
            if self._has_rival(box, label.part):
                if self._outline.length(branch) > self._outline.length(label.part):
                    return None
                near: list[Part] = []
                for child in self._children(box):
                    if child.index <= label.part.index or child.has(label.part):
                        continue
                    if self._is_rival(child) or self._has_rival(child, label.part):
                        break
                    near.append(child)
                return near
            branch = box
        return None

    def _gauges_beside(self, box: Part, label: Label) -> list[LabelledValue]:
        if self._outline.length(box) > _LARGEST_CARD or self._has_rival(box, label.part):
            return []
        return self._gauges(box)

    def _is_anothers(self, candidate: Part, label: Label, branch: Part, box: Part) -> bool:
        """Tell whether a candidate lies in a part built like the label's own, with a label of its own."""
        outline = self._outline
        other = next(
            (child for child in self._children(box) if child is candidate or child.has(candidate)), None
        )
        if other is None or other is branch:
            return False
        if other is candidate:
            # Beside a label with its limit in it, "Tracking: max. 5 %, now 1 %" is of another thing.
            return bool(label.rest) and other.tag == branch.tag and self._is_label_like(other)
        if self._has_rival(other, label.part):
            return True
        path = self._path(label.part, box)
        if len(path) == 1 or other.tag != path[0] or outline.length(other) > _LARGEST_CARD:
            return False
        twins = [
            twin for twin in self._at(other, path[1:]) if twin is not candidate and not twin.has(candidate)
        ]
        return any(not candidate.has(twin) and self._is_label_like(twin) for twin in twins)

    def _children(self, box: Part) -> list[Part]:
        return [self._outline.parts[place] for place in box.children]

    def _path(self, part: Part, box: Part) -> list[str]:
        """Return the tags from a box down to a part."""
        tags = [part.tag]
        for outer in self._outline.around(part):
            if outer is box:
                break
            tags.append(outer.tag)
        return tags[::-1]

    def _at(self, top: Part, path: Sequence[str]) -> list[Part]:
        found = [top]
        for tag in path:
            found = [child for each in found for child in self._children(each) if child.tag == tag][
                :_MOST_STEPS
            ]
        return found

    def _has_rival(self, box: Part, label: Part) -> bool:
        if not self._rivals or self._outline.length(box) > _LARGEST_CARD:
            return False
        return any(
            self._is_rival(part)
            for part in (box, *self._outline.inside(box))
            if part is not label and not part.has(label) and not label.has(part)
        )

    def _is_list(self, branch: Part, box: Part) -> bool:
        """Tell whether a box holds several labels built alike beside one another."""
        twins = [child for child in self._children(box) if child.tag == branch.tag and child is not branch]
        return any(self._is_label_like(twin) for twin in twins)

    def _paired(
        self, mine: list[Candidate], branch: Part, box: Part
    ) -> tuple[list[Candidate], list[Part] | None]:
        """Return which candidates of a flat list go with the label, and in which parts they were looked for.

        A `dt` goes with its `dd`; other lists go turn by turn, whichever of the two comes first.
        """
        # A label that is a name only, of a gauge say, has no text.
        items = [child for child in self._children(box) if child is branch or self._outline.length(child) > 0]
        kinds = [self._item(child, branch, mine) for child in items]
        here = items.index(branch)
        if kinds.count("label") == 1:
            return mine, None
        forward = branch.tag == "dt" or self._label_first(kinds)
        backward = not forward and self._label_last(kinds)
        if not forward and not backward and kinds.count("value") == 1:
            return mine, None
        near = [] if backward else self._between(items, kinds, here, 1)
        near += [] if forward else self._between(items, kinds, here, -1)
        return [each for each in mine if any(item is each.part or item.has(each.part) for item in near)], near

    def _item(self, child: Part, branch: Part, mine: Sequence[Candidate]) -> str:
        if child is branch:
            return "label"
        if child.tag == branch.tag == "dt" or self._is_rival(child):
            return "label"
        of = [each for each in mine if child is each.part or child.has(each.part)]
        if of:
            return "value" if any(each.piece.role == "value" for each in of) else "other"
        alike = child.tag == branch.tag and _classes(child) == _classes(branch)
        return "label" if alike and self._is_label_like(child) else "other"

    @staticmethod
    def _label_first(kinds: Sequence[str]) -> bool:
        told = [kind for kind in kinds if kind != "other"]
        return told[0] == "label" and told[-1] == "value"

    @staticmethod
    def _label_last(kinds: Sequence[str]) -> bool:
        told = [kind for kind in kinds if kind != "other"]
        return told[0] == "value" and told[-1] == "label"

    @staticmethod
    def _between(items: Sequence[Part], kinds: Sequence[str], here: int, step: int) -> list[Part]:
        """Return the items from the label on, up to the next label."""
        near, at = [], here + step
        while 0 <= at < len(items) and kinds[at] != "label":
            near.append(items[at])
            at += step
        return near

    def _words_beside(self, label: Label, beside: Found) -> list[LabelledValue]:
        """Return the short texts in the label's row or card that are neither label nor value."""
        around = beside.around
        if around is None:
            card = self._card(label)
            has_more = card is not None and self._outline.length(card) > self._outline.length(label.part)
            around = [card] if card is not None and has_more else self._next_lines(label.part)
        said = {value.text for value in beside.values}
        leaves = [
            (leaf, self._outline.lines(leaf)) for each in around for leaf in self._leaves(each, label.part)
        ]
        end = next_head(self._outline, label.part, self._language)
        leaves = [(leaf, lines) for leaf, lines in leaves if leaf.index < end]
        heads = {head for _, lines in leaves if (head := judging_head(lines, self._language))}
        # Good and bad ones, each explained, are the legend of a scale.
        is_legend = any(is_good_word(head, self._language) for head in heads)
        found = []
        for part, lines in leaves:
            alarms = bool(alarming_head(lines, self._language))
            if alarms and is_legend:
                continue
            if alarms or (lines not in said and self._may_be_word(lines) and not self._is_title(part)):
                found.append(self._value(part, Piece(lines, None, "value", "")))
        return found

    def _may_be_word(self, lines: str) -> bool:
        """Tell whether a text beside a value is a status word, known or not: short, no number, no limit."""
        if len(lines) > _LONGEST_WORD or not any(map(str.isalpha, lines)):
            return False
        if any(piece.quantity is not None for piece in self._pieces(lines)):
            return False
        return not self._is_context(lines) or self._is_judging(lines)

    def _is_judging(self, lines: str) -> bool:
        """Tell whether words that could name a limit state none and judge: "Target missed", "Under watch"."""
        if role_of(lines, self._language) != "target" or any(map(str.isdecimal, lines)):
            return False
        if red_word(lines, self._language, topics=("account", "status")):
            return True
        folded = fold(lines)
        first = page_words("target", self._language).found_in(folded)
        where = worded_comparator(first) in (Comparator.LT, Comparator.GT)
        return where and folded.startswith(first) and folded != first

    def _next_lines(self, part: Part) -> list[Part]:
        """Return what follows a line that says label and value, up to the next label or heading."""
        outline, line = self._outline, part
        while (outer := outline.parent(line)) is not None and outline.length(outer) == outline.length(line):
            line = outer
        following: list[Part] = []
        for child in outline.children(outer) if outer is not None else ():
            if child.index <= line.index or len(following) == _MOST_FOLLOWING:
                continue
            if child.tag in _HEADINGS or self._is_rival(child) or self._has_rival(child, part):
                break
            following.append(child)
        return following

    def _leaves(self, box: Part, label: Part) -> Iterator[Part]:
        """Yield the outermost parts that say one line, outside of the label, links and buttons."""
        outline, place = self._outline, box.index
        while place < box.end:
            part = outline.parts[place]
            if part is label or part.chrome or is_pressed(part):
                place = part.end
            elif part.has(label) or not outline.length(part):
                place += 1
            elif part.is_text or all(child.is_text for child in outline.children(part)):
                yield part
                place = part.end
            else:
                place += 1

    def _card(self, label: Label) -> Part | None:
        """Return the label's card: the largest part around it that holds no other label."""
        outline = self._outline
        card, branch = None, label.part
        for steps, box in enumerate(outline.around(label.part)):
            if steps > _MOST_STEPS or box.tag == "body" or outline.length(box) > _LARGEST_CARD // 3:
                break
            if self._has_rival(box, label.part) or self._is_list_of_cards(label, branch, box):
                break
            card, branch = box, box
        return card

    def _is_list_of_cards(self, label: Label, branch: Part, box: Part) -> bool:
        """Tell whether a part beside the branch is built like it, with a label and a value of its own."""
        path = self._path(label.part, box)
        for child in self._children(box):
            if child is branch or child.tag != path[0] or not self._candidates(child, None):
                continue
            if len(path) > 1 and any(self._is_label_like(twin) for twin in self._at(child, path[1:])):
                return True
        return False


def _both(explained: Found | None, across: Found) -> Found:
    """Return what stands under a label in its cell, and what stands in its row, if that is a value."""
    if explained is None:
        return across
    if not any(value.role == "value" for value in across.values):
        return explained
    return Found([*explained.values, *across.values], across.around)


def _classes(part: Part) -> frozenset[str]:
    return frozenset((part.attributes.get("class") or "").split())
