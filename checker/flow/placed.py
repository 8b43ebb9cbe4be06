"""What stands beside a label by its place: its row and column in a table, its line on the screen; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from checker.flow.candidates import MOST_VALUES, Candidate, Label, LabelledValue, LabelReader
from checker.flow.outline import Part
from checker.flow.printed import role_of
from checker.flow.tables import Grid, cell_of, grid_around

__all__ = ["Found", "PlacedReader"]

_MOST_STEPS: Final = 40
# What is larger than a card is no close-up of anything.
_LARGEST_PICTURED: Final = 900
_MOST_NEAR: Final = 60
_MOST_CELLS: Final = 100
# Of the height of a line: how far below its label a value may lie.
_FAR_BELOW: Final = 5
_ROUNDING: Final = 2


@dataclass(frozen=True, slots=True)
class Found:
    """What stands beside one label. around: the parts in which words beside it are looked for."""

    values: list[LabelledValue] = field(default_factory=list)
    around: list[Part] | None = None


class PlacedReader(LabelReader):
    """Finds what is beside a label by the row and column it stands in, and by where it lies on the screen."""

    # In a table...

    def in_table(self, cell: Part, grid: Grid) -> Found:
        """Return what belongs to a label that stands in a cell: its row, or its column."""
        row, column = grid.place(cell)
        if grid.is_header_row(row):
            return self._beneath(grid, row, column)
        across = self._across(grid, row, column)
        return across if across.values or row else self._beneath(grid, row, column)

    def _across(self, grid: Grid, row: int, column: int) -> Found:
        """Return the values of the label's row, each with what its column is called."""
        values: list[LabelledValue] = []
        around: list[Part] = []
        for at, cell in grid.row(row)[:_MOST_CELLS]:
            if at == column:
                continue
            candidates = self._cell(cell)
            if not candidates and at > column and (cell.tag == "th" or self._is_rival(cell)):
                # A row of several labels, each with its value after it.
                if any(value.role == "value" for value in values):
                    break
                continue
            header = grid.header(row, at)
            if at < column and not header:
                continue
            values += [self._in_column(each, header) for each in candidates]
            around.append(cell)
        return Found(values, around)

    def _beneath(self, grid: Grid, row: int, column: int) -> Found:
        """Return the values of the label's column, each with what its row is called."""
        values: list[LabelledValue] = []
        around: list[Part] = []
        first = grid.cell(row, 0)
        # Where the first column is another label's, its cells do not say what their rows are.
        named = first is None or not (column and self._is_rival(first))
        for below in range(row + 1, grid.rows):
            cell = grid.cell(below, column)
            if cell is None:
                continue
            header = grid.row_header(below, column) if named else ""
            candidates = self._cell(cell)
            if (not candidates and self._is_rival(cell)) or len(values) > MOST_VALUES * 2:
                break
            values += [replace(self._in_column(each, header), row=header) for each in candidates]
            around.append(cell)
        return Found(values, around)

    def heads_column(self, label: Label) -> bool:
        """Tell whether a label names a column of a table: what is its own stands beneath it, nowhere else."""
        cell = cell_of(self._outline, label.part)
        grid = None if cell is None else grid_around(self._outline, cell)
        return grid is not None and cell is not None and grid.is_header_row(grid.place(cell)[0])

    def _cell(self, cell: Part) -> list[Candidate]:
        whole = self._candidate(cell)
        return whole or self._candidates(cell, None)

    def _in_column(self, candidate: Candidate, header: str) -> LabelledValue:
        piece = candidate.piece
        if piece.role == "value" and header:
            piece = replace(
                piece, role=role_of(header, self._language, column=True), header=piece.header or header
            )
        return self._value(candidate.part, piece)

    def _in_its_column(self, candidate: Candidate, label: Label) -> LabelledValue:
        """Return a value with what its column is called, where a table stands under a label outside of it."""
        outline, part = self._outline, candidate.part
        cell = cell_of(outline, part)
        grid = None if cell is None else grid_around(outline, cell)
        if cell is None or grid is None or cell_of(outline, label.part) is not None:
            return self._value(part, candidate.piece)
        return self._in_column(candidate, grid.header(*grid.place(cell)))

    def with_value(self, label: Label, values: Sequence[LabelledValue]) -> Part:
        """Return the smallest part that shows a label and what was found beside it, for their picture.

        The label alone would prove nothing; where only a large part shows both, it is the label all the same.
        """
        outline, part = self._outline, label.part
        said = next((value.text for value in values if value.source != "attribute"), "")
        if said in label.rest:
            return part
        name = outline.text(part)
        for box in outline.around(part):
            if box.tag == "body" or outline.length(box) > _LARGEST_PICTURED:
                break
            if said in outline.text(box).replace(name, "", 1):
                return box
        return part

    def by_box(self, label: Label) -> Found:
        """Return the value that lies to the right of the label on its line, or else right under it."""
        outline = self._outline
        own = self._boxed(label.part)
        if own is None or own.box is None:
            return Found(around=[])
        mine = own.box
        to_left = (outline.parts[0].attributes.get("dir") or "").casefold() == "rtl"
        right: list[tuple[int, Part]] = []
        below: list[tuple[int, Part]] = []
        for part in outline.parts:
            box = part.box
            if box is None or part.chrome or part is own or label.part.has(part) or part.has(label.part):
                continue
            overlap = min(box.bottom, mine.bottom) - max(box.y, mine.y)
            if overlap * 2 >= min(box.height, mine.height) > 0:
                gap = mine.x - box.right if to_left else box.x - mine.right
                if gap >= -_ROUNDING:
                    right.append((gap, part))
            across = min(box.right, mine.right) - max(box.x, mine.x)
            gap = box.y - mine.bottom
            if across > 0 and -_ROUNDING <= gap <= _FAR_BELOW * max(mine.height, 12):
                below.append((gap, part))
        for near in (right, below):
            values = self._nearest(near)
            if values:
                return Found(values, self._in_line(near))
        return Found(around=[])

    def _in_line(self, near: list[tuple[int, Part]]) -> list[Part]:
        """Return the parts that lie beside or under a label, up to the next one."""
        line: list[Part] = []
        for _, part in sorted(near, key=lambda each: (each[0], each[1].index))[:_MOST_NEAR]:
            if self._is_rival(part):
                break
            if all(child.is_text for child in self._outline.children(part)):
                line.append(part)
        return line

    def _nearest(self, near: list[tuple[int, Part]]) -> list[LabelledValue]:
        """Return the first value on the way; nothing if another label comes before it, or two are as near."""
        near = sorted(near, key=lambda each: (each[0], each[1].index))[:_MOST_NEAR]
        for place, (gap, part) in enumerate(near):
            candidates = self._candidate(part)
            if candidates:
                following = next((each for each in near[place + 1 :] if not part.has(each[1])), None)
                if (
                    following is not None
                    and following[0] <= gap + _ROUNDING
                    and self._candidate(following[1])
                ):
                    return []
                found = [*candidates, *self._further(near[place + 1 :], part)]
                return [self._value(each.part, each.piece, "box") for each in found]
            if self._is_rival(part) or (
                self._is_label_like(part) and not _is_small(self._outline.lines(part))
            ):
                return []
        return []

    def _further(self, near: list[tuple[int, Part]], value: Part) -> list[Candidate]:
        """Return what is said of a value behind it on its way: its target, out of how many; never another."""
        found: list[Candidate] = []
        for _, part in near:
            if any(part.has(each) or each.has(part) for each in (value, *(taken.part for taken in found))):
                continue
            if self._is_rival(part) or (
                self._is_label_like(part) and not _is_small(self._outline.lines(part))
            ):
                break
            candidates = self._candidate(part)
            if any(each.piece.role == "value" for each in candidates):
                break
            found += candidates
        return found

    def _boxed(self, part: Part) -> Part | None:
        if part.box is not None:
            return part
        if part.is_text:
            return self._outline.parent(part)
        return next(
            (inner for inner in self._outline.inside(part, _MOST_STEPS) if inner.box is not None), None
        )


def _is_small(lines: str) -> bool:
    """Tell whether a text is a mark beside a label, no label: "i", "?", "New"."""
    return len(lines) <= 3  # noqa: PLR2004
