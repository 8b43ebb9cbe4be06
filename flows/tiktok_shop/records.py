"""The violation records: a table of four columns, page by page, and whether it was read whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from checker.flow import Console, Element, Page, Recorder, SiteToml
from checker.model import DecidedBy, Decision, Kind, Level, Origin, Presence, Reading, Scope, Unit
from checker.model.dates import deadline_in
from checker.model.words import fold_word
from flows.tiktok_shop.tables import Tables

__all__ = ["Records"]

_METRIC: Final = "policy.violations.other"
_ROWS: Final = "tbody tr.core-table-tr:not(.core-table-empty-row)"
_CELLS: Final = "td.core-table-td"
_EMPTY: Final = "tr.core-table-empty-row, .core-table-no-data, .core-empty"
_NEXT: Final = "li[aria-label='Next']"
_ENDED: Final = f"{_NEXT}.core-pagination-item-disabled, {_NEXT}[aria-disabled='true']"
_COLUMNS: Final = 4
_MAX_PAGES: Final = 40
_LOOKS: Final = 8


@dataclass
class Records:
    """One market's violation records, as far as the pager leads."""

    console: Console
    toml: SiteToml
    tables: Tables
    seen: dict[str, Level] = field(default_factory=dict)
    problem: str = ""

    def read(self, recorder: Recorder, page: Page) -> Iterator[Reading]:
        """Yield every open record while its page is shown, then whether the list was read whole."""
        for _ in range(_MAX_PAGES):
            yield from self._of_page(recorder, page)
            if self.problem or not page.has(_NEXT) or page.has(_ENDED):
                break
            turned = self._turned(page)
            if turned is None:
                self.problem = f"{len(self.seen)} read, and the next page of the list did not come"
                break
            page = turned
        else:
            self.problem = f"the list is longer than {_MAX_PAGES} pages"
        yield self._whole(recorder, page)

    def _turned(self, page: Page) -> Page | None:
        before = [row.text for row in page.all(_ROWS)]
        page = self.console.press("next_records")
        for _ in range(_LOOKS):
            if page.all(_ROWS) and [row.text for row in page.all(_ROWS)] != before:
                return page
            page = self.console.page()
        return None

    def _of_page(self, recorder: Recorder, page: Page) -> Iterator[Reading]:
        for row in page.all(_ROWS):
            cells = row.inside(_CELLS)
            number = self._number(cells[0].text) if len(cells) == _COLUMNS else ""
            if not number:
                self.problem = self.problem or "a row without the four columns or the number of a record"
            elif number in self.seen:
                self.problem = self.problem or "one record stands twice in the list"
            else:
                reading = self._record(recorder, number, cells)
                self.seen[number] = reading.level
                if reading.level is not Level.OK:
                    yield reading

    def _number(self, text: str) -> str:
        found = re.findall(rf"\b{re.escape(self.tables.id_label)}\s*[::]\s*([\w-]{{3,64}})", text)
        return found[0] if len(found) == 1 else ""

    def _record(self, recorder: Recorder, number: str, cells: tuple[Element, ...]) -> Reading:
        name = re.split(rf"\b{re.escape(self.tables.id_label)}\s*[::]", cells[0].text)[0].strip()
        parts = [part.text for part in cells[3].inside("*") if part.text and not part.inside("*")]
        state = parts[0] if parts else cells[3].text
        when = " ".join(parts[1:])
        site = recorder.site
        details = (
            ("name", name),
            ("reason", cells[1].text),
            ("date", cells[2].text),
            ("status", state),
            ("appeal_time", when),
        )
        appealable = fold_word(state) in {fold_word(word) for word in self.tables.appealable}
        origin = Origin("health", "document", _ROWS, 0, _ROWS)
        return recorder.word(
            recorder.key(_METRIC, item=number),
            state[:80],
            self.toml.level_of_word("record", state, recorder.language),
            scope=Scope.ITEM,
            reason=cells[1].text[:200],
            # In any other state the time beside may be the one of an appeal already made.
            deadline=deadline_in(when, site.locale, site.zone) if appealable and when else None,
            details=tuple((label, text[:500]) for label, text in details if text),
            origin=origin,
        )

    def _whole(self, recorder: Recorder, page: Page) -> Reading:
        key = recorder.key("policy.list", "records")
        origin = Origin("health", "document", _ROWS, 0, "table")
        problem = self.problem
        if not problem and self.seen and not page.has(_ENDED):
            problem = "no pager says that these are all records"
        if not problem and not self.seen and not page.has(_EMPTY):
            problem = "the list is empty and does not say so"
        if problem:
            return recorder.unreadable(key, problem, scope=Scope.LIST, kind=Kind.COUNT, origin=origin)
        still_open = [number for number, level in self.seen.items() if level is not Level.OK]
        if not still_open:
            return recorder.absent(
                key, Presence.NONE, scope=Scope.LIST, kind=Kind.COUNT, covers=f"{_METRIC}@", origin=origin
            )
        return recorder.shown(
            key,
            Decision(Level.UNKNOWN, DecidedBy.NOTHING),
            scope=Scope.LIST,
            kind=Kind.COUNT,
            unit=Unit.COUNT,
            value=Decimal(len(still_open)),
            covers=f"{_METRIC}@",
            origin=origin,
        )
