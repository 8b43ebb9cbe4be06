"""The violation records: a list of the page alone, page by page, and whether it was read whole.

They are in no answer, so that no declared row can read them: a record is a row with one number in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from checker.flow import (
    Console,
    Element,
    Page,
    Recorder,
    SiteToml,
    has_pager,
    links_named,
    list_rows,
    says_empty,
)
from checker.flow.recorder import Fields, adding
from checker.model import Claim, Kind, Level, Origin, Rank, Says, Scope, Unit
from checker.model.dates import deadline_in
from checker.model.words import fold_word

__all__ = ["Records"]

_METRIC: Final = "policy.violations.other"
# The class of a row S; one of another console is a row of any table or list.
_ROWS: Final = ("tbody tr.core-table-tr", "tr, [role=row]", "li, [role=listitem]", "article, [class*=card]")
_TABLE: Final = "[class*=core-table], [class*=core-empty]"
_NEXT: Final = "li[aria-label='Next']"
_ENDED: Final = f"{_NEXT}[class*=disabled], {_NEXT}[aria-disabled='true']"
_CELLS: Final = "td, [role=cell], [role=gridcell]"
_COLUMNS: Final = ("name", "reason", "date", "status")
_BEFORE_DIGITS: Final = re.compile(r"\D+")
_SILENT: Final = "the list is empty and does not say so"
_MAX_PAGES: Final = 40
_LOOKS: Final = 8
_LONGEST: Final = 500


@dataclass
class Records:
    """One market's violation records, as far as the pager leads."""

    console: Console
    toml: SiteToml
    seen: dict[str, Level] = field(default_factory=dict)
    problem: str = ""

    def read(self, recorder: Recorder, page: Page, region: Mapping[str, str]) -> Iterator[Claim]:
        """Yield every open record while its page is shown, then whether the list was read whole.

        Where the page does not have the list, the tab of that name is opened, as the page links to it.
        """
        titles = self.toml.data["record_titles"]
        tabs = [link.href for link in links_named(page, titles) if link.visible and link.label in titles]
        query = dict(parse_qsl(urlsplit(tabs[0]).query)) if tabs else {}
        if query and not self._rows(page) and not page.has(_TABLE) and list_rows(page, titles, "en").reason:
            page = self.console.open("health", **{**region, **query})
            recorder = self.console.recorder(recorder.site, page)
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
        before = [row.text for row in self._rows(page)]
        page = self.console.press("next_records")
        for _ in range(_LOOKS):
            rows = [row.text for row in self._rows(page)]
            if rows and rows != before:
                return page
            page = self.console.page()
        return None

    def _rows(self, page: Page) -> list[Element]:
        """Return the rows that have the number of one record in them, of the first kind there are any of."""
        for css in _ROWS:
            if rows := [row for row in page.all(css) if len(self._numbers(row.text)) == 1]:
                return rows
        return []

    def _numbers(self, text: str) -> list[str]:
        labels = "|".join(map(re.escape, self.toml.data["id_labels"]))
        return re.findall(rf"(?:\b|(?<=\s)|^)(?:{labels})\s*[::]\s*([\w-]{{3,64}})", text)

    def _of_page(self, recorder: Recorder, page: Page) -> Iterator[Claim]:
        rows = self._rows(page)
        declared = [row for row in page.all(_ROWS[0]) if row.inside(_CELLS)[1:]]
        if len(declared) > len(rows):
            self.problem = self.problem or "a row without the number of a record"
        for row in rows:
            (number,) = self._numbers(row.text)
            if number in self.seen:
                self.problem = self.problem or "one record stands twice in the list"
            claim = self._record(recorder, number, row)
            self.seen[number] = claim.level
            if claim.level is not Level.OK:
                yield claim

    def _record(self, recorder: Recorder, number: str, row: Element) -> Claim:
        cells = [cell.text for cell in row.inside(_CELLS)]
        parts = [part.text for part in row.inside("*") if part.text and not part.inside("*")]
        whole = len(cells) == len(_COLUMNS)
        state, when, level = self._state(parts, cells[-1] if whole else "", recorder.language or "en")
        named = dict(zip(_COLUMNS, cells, strict=True)) if whole else {"record": row.text}
        details = {**named, "status": state, "appeal_time": when}
        words = map(fold_word, self.toml.data["appealable"])
        appealable = any(f"{fold_word(state)} ".startswith(f"{word} ") for word in words)
        fields: Fields = {
            "scope": Scope.ITEM,
            "rank": Rank.WORD,
            "reason": named.get("reason", "")[:200],
            "details": tuple((label, text[:_LONGEST]) for label, text in details.items() if text),
            "origin": Origin("health", "the page", "a record's row", 0, _ROWS[0]),
        }
        # In any other state the time beside may be the one of an appeal already made.
        if appealable:
            site, today = recorder.site, recorder.now().date()
            fields["deadline"] = deadline_in(when, recorder.locale or site.locale, site.zone, today)
        return recorder.word(recorder.key(_METRIC, item=number), state[:80], level, **fields)

    def _state(self, parts: list[str], last: str, language: str) -> tuple[str, str, Level | None]:
        """Return a record's state, what stands after it, and what it means: the last words that are known.

        last: the cell of the state and the time of its appeal, which may be one text: "Appealable until …".
        """
        for place in range(len(parts) - 1, -1, -1):
            level = self.toml.level_of_word("record", parts[place], language)
            if level is not None:
                return parts[place], " ".join(parts[place + 1 :]), level
        head = _BEFORE_DIGITS.match(last)
        named = "" if head is None else head.group().strip(" :：-–—(（")
        if named:
            return named, last, self.toml.level_in_text("record", named, language)
        words = [part for part in parts if not any(map(str.isdigit, part))]
        return (words or parts or [""])[-1], "", None

    def _whole(self, recorder: Recorder, page: Page) -> Claim:
        key = recorder.key("policy.list", "records")
        fields: Fields = {
            "scope": Scope.LIST,
            "kind": Kind.COUNT,
            "rank": Rank.WORD,
            "origin": Origin("health", "the page", "the records' rows", 0, "table"),
        }
        problem = self.problem or self._missing(page, recorder.language or "en")
        if problem:
            return recorder.unreadable(key, problem, **fields)
        fields["covers"] = f"{_METRIC}@"
        still_open = [number for number, level in self.seen.items() if level is not Level.OK]
        if not still_open:
            return recorder.absent(key, Says.NONE, **fields)
        return recorder.shown(key, **adding(fields, unit=Unit.COUNT, value=Decimal(len(still_open))))

    def _missing(self, page: Page, language: str) -> str:
        """Return why the list may not be whole: it goes on, or is empty and does not say so."""
        if self.seen:
            return "the list goes on, and its pager is not known" if has_pager(page, language) else ""
        if page.has(_TABLE):
            return "" if says_empty(page, language, within=_TABLE) else _SILENT
        listed = list_rows(page, self.toml.data["record_titles"], language)
        if listed.rows:
            return "the rows of the list do not say the number of a record"
        return listed.reason or ("" if listed.empty else _SILENT)
