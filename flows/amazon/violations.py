"""The violation lists: tab by tab, page by page, every violation, and whether each list was read whole.

A list with paging and tabs is no list that site.toml can declare: what to open next depends on what came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from checker.errors import Stop
from checker.flow import (
    CodedMetric,
    Console,
    Document,
    Element,
    Found,
    Page,
    Recorder,
    dig,
    number,
    page_lines,
    texts_in,
    words_in,
)
from checker.flow.recorder import Fields, adding
from checker.model import Claim, Kind, Level, Origin, Outcome, Says, Scope, Site, Unit
from checker.model.dates import deadline_in
from flows.amazon.places import named_in_header

__all__ = ["Lists", "category_of"]

_UNATTRIBUTED: Final = "amazon.unattributed_violation"
# More list pages than this in one category is no list any more; the rest is said to be missing.
_MAX_PAGES: Final = 40
_LOOKS: Final = 12
_ASIN: Final = re.compile(r"\bB0[0-9A-Z]{8}\b")
_LONGEST: Final = 500
_TITLE: Final = 60
_MOST_TEXTS: Final = 30
_SOURCE: Final = "the violations answer"


@dataclass(frozen=True, slots=True)
class _Listed:
    """One violation as the console's list answer gives it, and the category it is listed under."""

    number: str
    category: str
    entry: Mapping[str, Any]

    def said(self, *paths: str) -> str:
        """Return the first text there is, verbatim; of a list its members."""
        found = (dig(self.entry, path) for path in paths)
        texts = (", ".join(map(words_in, one)) if isinstance(one, list) else words_in(one) for one in found)
        return next((text for text in texts if text), "")

    @property
    def steps(self) -> list[str]:
        """Every text that may name a day to act by; that of the action taken is of what is past."""
        return list(texts_in([self.entry.get("viewDetails"), self.entry.get("issueList")]))


@dataclass(frozen=True, slots=True)
class _Listing:
    """What the answers of one list held, and what is missing of it."""

    items: Sequence[_Listed] = ()
    pages: int = 0
    problem: str = ""
    more: bool = False


@dataclass
class Lists:
    """One site's lists; `marks` is what they are built of, `_seen` what was claimed already."""

    console: Console
    known: Sequence[Site]
    marks: Mapping[str, Any]
    _seen: set[str] = field(default_factory=set)

    def read(self, recorder: Recorder, summaries: Sequence[Document]) -> Iterator[Claim]:
        """Claim every violation, and for each category whether its list is whole.

        The list of all categories is open: it also shows whether the tabs kept anything back.
        """
        data = self.console.toml.data
        counts = _counts(summaries)
        everything = _listing(self.console.documents("violations"))
        yield self._total(recorder, everything)
        empty: list[str] = []
        for category, metric in self._categories.items():
            count = counts.get(category)
            mine = tuple(item for item in everything.items if item.category == category)
            if count == 0 and not mine:
                empty.append(category)
            elif count is None and everything.problem:
                yield self._whole(recorder, category, everything, None)
            elif category in data["tabs"]:
                yield from self._tab(recorder, category, count)
            else:
                # A category nobody knows the tab of: what the list of all categories says is of it.
                if mine:
                    yield from self._items(recorder, metric, mine, self._opened(recorder))
                listing = _Listing(mine, everything.pages, everything.problem, everything.more)
                yield self._whole(recorder, category, listing, count)
        left = [item for item in everything.items if item.number not in self._seen]
        if left:
            yield from self._items(recorder, None, left, self.console.open("policies"))
        # The counter says none: believed, unless the list of all categories holds what nothing accounts for.
        loose = [n for category, n in counts.items() if category not in data["tabs"]]
        explained = None in loose or len(left) <= sum((n for n in loose if n is not None), Decimal(0))
        held = f"the counter says 0, the list of all categories holds {len(left)} more"
        for category in empty:
            listing = _Listing(problem="" if explained else held)
            yield self._whole(recorder, category, listing, Decimal(0))

    @property
    def _categories(self) -> Mapping[str, CodedMetric]:
        known = self.console.toml.metric_maps["policies"]
        return {category: metric for category, metric in known.items() if metric.required}

    def _tab(self, recorder: Recorder, category: str, count: Decimal | None) -> Iterator[Claim]:
        page = self._opened(recorder, self.console.toml.data["tabs"][category])
        listing = _Listing()
        for place in range(1, _MAX_PAGES + 1):
            before, listing = listing, _listing(self.console.documents("violations"), category)
            new = [item for item in listing.items if item.number not in self._seen]
            # A tab that lists more than its counter says does not filter: what names no category is not its.
            filters = count is None or len(listing.items) <= count
            yield from self._items(recorder, self._categories[category] if filters else None, new, page)
            if listing.problem or not listing.more or listing.pages <= before.pages:
                break
            page = self._page(page, place + 1)
        yield self._whole(recorder, category, listing, count, page)

    def _title(self, page: Page, count: int) -> str:
        """Return what the list says of how many it holds."""
        found = page.find(self.console.toml.widgets["violations_title"].chain)
        if isinstance(found, Found):
            return found.text
        short = [line for line in page_lines(page) if len(line) <= _TITLE and line != str(count)]
        return next((line for line in short if re.findall(r"\d+", line) == [str(count)]), "")

    def _total(self, recorder: Recorder, everything: _Listing) -> Claim:
        """Claim what the list of all categories says of itself; it proves nothing of a single one."""
        paths = [self.marks["details"][name] for name in ("reason", "action", "impact")]
        said = (item.said(*its) for item in everything.items for its in paths)
        texts = [text[:_LONGEST] for text in dict.fromkeys(said) if text][:_MOST_TEXTS]
        return recorder.shown(
            recorder.key("policy.list", "all"),
            scope=Scope.LIST,
            kind=Kind.COUNT,
            unit=Unit.COUNT,
            native=self._title(self.console.page(), len(everything.items)),
            details=tuple((f"says {place}", text) for place, text in enumerate(texts, 1)),
            value=None if everything.problem or everything.more else Decimal(len(everything.items)),
            origin=Origin("policies", _SOURCE, "all categories", 0, self.marks["whole"]),
        )

    def _opened(self, recorder: Recorder, tab: str = "") -> Page:
        page = self.console.open("policies", t=tab) if tab else self.console.open("policies")
        names = named_in_header(page, self.console.toml, self.known)
        if names - {recorder.site.native_id}:
            raise Stop(Outcome.WRONG_PLACE, f"read {recorder.site.code}: the page shows {', '.join(names)}")
        return page

    def _page(self, page: Page, wanted: int) -> Page:
        """Press the pager's own button for a page; it may not show a button for every page.

        The pager draws itself after the list, when its element is registered (2.4): it is waited for.
        """
        for _ in range(_LOOKS):
            buttons = [button.attributes.get("data-page") for button in page.all(self.marks["pager"])]
            if buttons:
                place = buttons.index(str(wanted)) if str(wanted) in buttons else None
                return (
                    page
                    if place is None
                    else self.console.press("violation_page", place, awaits="violations")
                )
            page = self.console.page()
        return page

    def _items(
        self, recorder: Recorder, metric: CodedMetric | None, items: Sequence[_Listed], page: Page
    ) -> Iterator[Claim]:
        places = _shown(page, items, self.marks)
        for _ in range(_LOOKS):
            if len(places) == len(items):
                break
            # The older list draws its rows after a second answer (3.4), and only they say the deadline then.
            page = self.console.page()
            places = _shown(page, items, self.marks)
        for item in items:
            own = self._categories.get(item.category, metric if item.category == "" else None)
            self._seen.add(item.number)
            yield _claim(recorder, own, item, places.get(item.number), self.marks)

    def _whole(
        self,
        recorder: Recorder,
        category: str,
        listing: _Listing,
        count: Decimal | None,
        page: Page | None = None,
    ) -> Claim:
        """Claim whether a list was read whole; only a whole list can say that a violation is gone."""
        metric = self._categories[category]
        name = metric.metric.removeprefix("policy.violations.") + (
            f".{metric.variant}" if metric.variant else ""
        )
        found = len(listing.items)
        title = self._title(page, found) if page else ""
        problem = listing.problem
        if listing.more:
            problem = problem or f"{found} read, and the list has further pages that did not come"
        elif count is not None and found != count:
            problem = problem or f"the list holds {found}, the counter says {count}"
        elif not found and count is None and (page is None or _rows_of(page, self.marks) or not title):
            problem = problem or "the list is empty and does not say so"
        key = recorder.key("policy.list", name)
        origin = Origin("policies", _SOURCE, category, 0, self.marks["whole"])
        fields: Fields = {"scope": Scope.LIST, "kind": Kind.COUNT, "native": title, "origin": origin}
        if problem:
            return recorder.unreadable(key, problem, **fields)
        covering = adding(fields, covers=f"{metric.metric}@{metric.variant}")
        if not found:
            return recorder.absent(key, Says.NONE, **covering)
        # How many there are is the counter's business: the list itself has no level of its own.
        return recorder.shown(key, **adding(covering, unit=Unit.COUNT, value=Decimal(found)))


def _counts(summaries: Sequence[Document]) -> dict[str, Decimal | None]:
    """Return how many violations the console counts in each category; a count that is none counts nothing."""
    found = [dig(document.value, "listingLevelMetrics") for document in summaries]
    entries = next((entry for entry in found if isinstance(entry, dict)), {})
    return {category: number(dig(entry, "defects.count")) for category, entry in entries.items()}


def _listing(documents: Iterable[Document], wanted: str = "") -> _Listing:
    """Read the list answers of one tab, each page once, in the order they came.

    wanted: the category whose tab is open; a list the page asked for under several names is not its.
    """
    items: dict[str, _Listed] = {}
    pages, more, problem = 0, False, ""
    for document in documents:
        entries = dig(document.value, "violations")
        entries = dig(document.value, "defects") if entries is None else entries
        names = [name for name in document.query.get("metricNames", "").split(",") if name]
        if isinstance(entries, dict):
            # By its shape it may be a count; a list told by ids holds objects.
            entries = [entry for entry in entries.values() if isinstance(entry, dict)] or ()
        if entries == ():
            continue
        if not isinstance(entries, list) or document.status != HTTPStatus.OK:
            problem = problem or "the list answer holds no list"
            continue
        if wanted and names and names != [wanted]:
            problem = problem or "the tab's list is not of its category alone"
            continue
        for entry in entries:
            identity = words_in(dig(entry, "violationId")) or words_in(dig(entry, "defectId"))
            if not identity:
                problem = problem or "a violation without an id"
                continue
            own = category_of(entry)
            category = own or (names[0] if len(names) == 1 else "")
            items[identity] = _Listed(identity[:120], category, entry)
        pages, more = pages + 1, bool(dig(document.value, "nextPageToken"))
    problem = problem or ("" if pages else "no list answer came")
    return _Listing(tuple(items.values()), pages, problem, more)


def category_of(entry: Mapping[str, Any]) -> str:
    """Return the category a violation names itself; it may stand beside its reason."""
    parts = (entry, *(part for part in entry.values() if isinstance(part, dict)))
    named = (words_in(dig(part, name)) for part in parts for name in ("metricName", "defectType"))
    return next(filter(None, named), "")


def _rows_of(page: Page, marks: Mapping[str, Any]) -> list[Element]:
    """Return the list's top-level rows a person can see; hidden duplicates are no rows."""
    return [row for row in page.all(marks["rows"]) if "-nested" not in row.attributes.get("class", "")]


def _shown(page: Page, items: Sequence[_Listed], marks: Mapping[str, Any]) -> Mapping[str, Element]:
    """Return where each item stands: by its id where the row says it, else the next row that fits it."""
    left = _rows_of(page, marks)
    places: dict[str, Element] = {}
    for item in items:
        row = next((row for fits in (_says_id, _fits) for row in left if fits(row, item, marks)), None)
        if row is not None:
            left.remove(row)
            places[item.number] = row
    return places


def _says_id(row: Element, item: _Listed, marks: Mapping[str, Any]) -> bool:
    tags = (cell.attributes.get("data-testid", "") for cell in row.inside(marks["tagged"]))
    return any(tag.endswith(f"-{item.number}") for tag in tags)


def _fits(row: Element, item: _Listed, marks: Mapping[str, Any]) -> bool:
    named = [*filter(None, item.said("affectedEntity.asins", "affectedEntity.skus").split(", "))]
    return item.said(*marks["details"]["reason"]) in row.text and (
        not named or any(one in row.text for one in named)
    )


def _claim(
    recorder: Recorder,
    metric: CodedMetric | None,
    item: _Listed,
    row: Element | None,
    marks: Mapping[str, Any],
) -> Claim:
    """Claim one open violation: the console lists it as open, so it is red until it is gone."""
    key = recorder.key(_UNATTRIBUTED, item.category[:80], item.number)
    if metric is not None:
        key = recorder.key(metric.metric, metric.variant, item.number)
    cells = [cell.text_without(marks["buttons"]) for cell in row.inside(marks["cells"])] if row else []
    # The older answer says little by itself; the row's own columns say the rest.
    columns = dict(zip(marks["columns"], cells, strict=True)) if len(cells) == len(marks["columns"]) else {}
    told = [cell.text_without(marks["buttons"]) for cell in row.inside(marks["steps"])] if row else []
    steps = " ".join(told) or columns.get("next_steps", "")
    details = {name: item.said(*paths) or columns.get(name, "") for name, paths in marks["details"].items()}
    details["asin"] = details["asin"] or ", ".join(dict.fromkeys(_ASIN.findall(details["title"])))
    details["next_steps"] = steps or " ".join(item.steps)
    site, locale, today = recorder.site, recorder.locale or recorder.site.locale, recorder.now().date()
    days = (deadline_in(text, locale, site.zone, today) for text in (steps, *item.steps))
    return recorder.shown(
        key,
        Level.CRITICAL,
        scope=Scope.ITEM,
        native=item.said(*marks["details"]["reason"]),
        # Where the texts name several days the earliest is the one that must not be missed.
        deadline=min((day for day in days if day is not None), default=None),
        details=tuple((name, text[:_LONGEST]) for name, text in details.items() if text),
        origin=Origin("policies", _SOURCE, "violations[]", 0, _picture(row, marks)),
    )


def _picture(row: Element | None, marks: Mapping[str, Any]) -> str:
    cells = row.inside(marks["reason"]) if row else ()
    tag = cells[0].attributes.get("data-testid", "").replace("\\", "").replace('"', "") if cells else ""
    return f':is({marks["rows"]}):has([data-testid="{tag}"])' if tag else ""
