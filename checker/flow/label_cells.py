"""What a table says beside a label in one of its cells: along its row, or down its column; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from checker.flow.candidates import MOST_VALUES, Candidate, LabelledValue, LabelReader
from checker.flow.outline import Part
from checker.flow.printed import role_of
from checker.flow.tables import Grid

__all__ = ["Beside", "CellReader"]

_MOST_CELLS: Final = 100


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside one label. around: the parts in which words beside it are looked for."""

    values: list[LabelledValue] = field(default_factory=list)
    around: list[Part] | None = None


class CellReader(LabelReader):
    """Reads a label that stands in a table."""

    def _in_table(self, cell: Part, grid: Grid) -> Beside:
        row, column = grid.place(cell)
        if grid.is_header_row(row):
            return self._beneath(grid, row, column)
        across = self._across(grid, row, column)
        return across if across.values or row else self._beneath(grid, row, column)

    def _across(self, grid: Grid, row: int, column: int) -> Beside:
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
        return Beside(values, around)

    def _beneath(self, grid: Grid, row: int, column: int) -> Beside:
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
            values += [self._in_column(each, header) for each in candidates]
            around.append(cell)
        return Beside(values, around)

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
