"""Tables as grids of cells, with what their rows and columns are called; pure over a page's outline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from checker.flow.outline import Outline, Part

__all__ = ["Grid", "cell_of", "grid_around", "is_row", "is_table"]

_CELL_TAGS: Final = frozenset({"td", "th", "kat-table-cell"})
_CELL_ROLES: Final = frozenset({"cell", "gridcell", "columnheader", "rowheader"})
_ROW_TAGS: Final = frozenset({"tr", "kat-table-row"})
_TABLE_TAGS: Final = frozenset({"table", "kat-table"})
_TABLE_ROLES: Final = frozenset({"table", "grid", "treegrid"})
_MOST_ROWS: Final = 400
_MOST_CELLS: Final = 8_000
_MOST_SPAN: Final = 50
_LONGEST_HEADER: Final = 80
_DEEPEST: Final = 30


def cell_of(outline: Outline, part: Part) -> Part | None:
    """Return the table cell a part is or stands in."""
    if _is_cell(part):
        return part
    for depth, outer in enumerate(outline.around(part)):
        if _is_cell(outer):
            return outer
        if depth > _DEEPEST or is_table(outer):
            return None
    return None


def grid_around(outline: Outline, cell: Part) -> Grid | None:
    """Return the table a cell belongs to, or None if it belongs to none."""
    row = outline.parent(cell)
    if row is None:
        return None
    table = next((outer for outer in outline.around(row) if is_table(outer)), None)
    if table is None:
        table = outline.parent(row)
    if table is None:
        return None
    return outline.kept(("grid", table.index), lambda: Grid(outline, table))


def _is_cell(part: Part) -> bool:
    return part.tag in _CELL_TAGS or part.role in _CELL_ROLES


def is_row(part: Part) -> bool:
    """Tell whether a part is a row of a table."""
    return part.tag in _ROW_TAGS or part.role == "row"


def is_table(part: Part) -> bool:
    """Tell whether a part is a table."""
    return part.tag in _TABLE_TAGS or part.role in _TABLE_ROLES


@dataclass(frozen=True, slots=True)
class _Placed:
    row: int
    column: int
    cell: Part


class Grid:
    """One table: each of its cells at its rows and columns, spans counted. Tables in it are left out."""

    def __init__(self, outline: Outline, table: Part) -> None:
        self._outline = outline
        self._table = table
        self._header_rows: dict[int, bool] = {}

    @cached_property
    def _cells(self) -> dict[tuple[int, int], Part]:
        cells: dict[tuple[int, int], Part] = {}
        rows = self._row_parts()
        for row, part in enumerate(rows[:_MOST_ROWS]):
            column = 0
            for cell in self._cells_of(part):
                while (row, column) in cells:
                    column += 1
                wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
                for down in range(high):
                    for across in range(wide):
                        cells.setdefault((row + down, column + across), cell)
                column += wide
                if len(cells) > _MOST_CELLS:
                    return cells
        return cells

    def _row_parts(self) -> list[Part]:
        rows: list[Part] = []
        place = self._table.index + 1
        while place < self._table.end and len(rows) < _MOST_ROWS:
            part = self._outline.parts[place]
            if is_row(part):
                rows.append(part)
                place = part.end
            else:
                place = part.end if is_table(part) else place + 1
        return rows or [self._table]

    def _cells_of(self, row: Part) -> list[Part]:
        cells: list[Part] = []
        place = row.index + 1
        while place < row.end:
            part = self._outline.parts[place]
            if _is_cell(part):
                cells.append(part)
                place = part.end
            else:
                place = part.end if is_table(part) else place + 1
        return cells

    @cached_property
    def rows(self) -> int:
        """How many rows it has."""
        return 1 + max(self._by_row, default=-1)

    @cached_property
    def _places(self) -> dict[int, tuple[int, int]]:
        places: dict[int, tuple[int, int]] = {}
        for place, cell in self._cells.items():
            places.setdefault(cell.index, place)
        return places

    @cached_property
    def _by_row(self) -> dict[int, dict[int, tuple[int, Part]]]:
        rows: dict[int, dict[int, tuple[int, Part]]] = {}
        for (row, column), cell in self._cells.items():
            rows.setdefault(row, {}).setdefault(cell.index, (column, cell))
        return rows

    def place(self, cell: Part) -> tuple[int, int]:
        """Return the row and the column of a cell, the first of those it spans; -1 for one too far down."""
        return self._places.get(cell.index, (-1, -1))

    def cell(self, row: int, column: int) -> Part | None:
        """Return the cell at a place."""
        return self._cells.get((row, column))

    def row(self, row: int) -> list[tuple[int, Part]]:
        """Return the cells of a row with their columns, each once."""
        return sorted(self._by_row.get(row, {}).values(), key=lambda each: each[0])

    def is_header_row(self, row: int) -> bool:
        """Tell whether a row names columns: it stands in the head, or is all headers or without a number."""
        if row not in self._header_rows:
            self._header_rows[row] = self._names_columns(row)
        return self._header_rows[row]

    def _names_columns(self, row: int) -> bool:
        cells = [cell for _, cell in self.row(row)]
        if not cells or self.rows <= row + 1:
            return False
        if self._is_marked(cells):
            return True
        if any(each.tag == "th" or each.role == "rowheader" for each in cells):
            return False
        texts = [self._outline.text(cell) for cell in cells]
        said = [text for text in texts if text]
        below = [self._outline.text(cell) for _, cell in self.row(row + 1)]
        return row == 0 and len(said) > 1 and not _with_digit(said) and bool(_with_digit(below[1:]))

    def is_marked_header(self, row: int) -> bool:
        """Tell whether a row is marked as naming columns, and not only likely to by what stands in it."""
        return self.is_header_row(row) and self._is_marked([cell for _, cell in self.row(row)])

    def _is_marked(self, cells: list[Part]) -> bool:
        if all(each.tag == "th" or each.role == "columnheader" for each in cells):
            return True
        return any(outer.tag == "thead" for outer in self._outline.around(cells[0]))

    def header(self, row: int, column: int) -> str:
        """Return what a column is called: the nearest header row above says so."""
        for above in range(row - 1, -1, -1):
            if self.is_header_row(above):
                cell = self.cell(above, column)
                return "" if cell is None else self._outline.text(cell)[:_LONGEST_HEADER]
        named = self.cell(row, column)
        return (
            ""
            if named is None
            else (named.attributes.get("data-label") or named.attributes.get("data-title") or "")
        )

    def row_header(self, row: int, column: int) -> str:
        """Return what a row is called: its first cell, unless that is the one asked about."""
        cells = self.row(row)
        if not cells or cells[0][0] == column:
            return ""
        return self._outline.text(cells[0][1])[:_LONGEST_HEADER]


def _with_digit(texts: list[str]) -> list[str]:
    return [text for text in texts if any(char.isdecimal() for char in text)]


def _span(cell: Part, name: str) -> int:
    said = cell.attributes.get(name) or cell.attributes.get(f"aria-{name}") or ""
    return min(max(int(said), 1), _MOST_SPAN) if said.isascii() and said.isdecimal() and len(said) < 4 else 1  # noqa: PLR2004
