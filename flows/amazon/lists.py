"""Reading the violation lists: tab by tab, page by page, and whether each was read whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from checker.errors import Stop
from checker.flow import Console, Found, Page, Recorder, SiteToml
from checker.model import Outcome, Presence, Reading, Site
from flows.amazon.metrics import UNKNOWN_CATEGORY
from flows.amazon.place import named_in_header
from flows.amazon.tables import Policy, Tables
from flows.amazon.violations import (
    Listed,
    Listing,
    Shown,
    item_reading,
    list_reading,
    listed_in,
    rows_of,
    shown_rows,
)

__all__ = ["Lists"]

# More list pages than this in one category is no list any more; the rest is said to be missing.
_MAX_PAGES: Final = 40
_LOOKS: Final = 12
_PAGER: Final = "#ahd-pp-pagination-katal-control ul.pages li[data-page]"


@dataclass
class Lists:
    """One site's violation lists; `seen` keeps an item that two tabs list from being read twice."""

    console: Console
    toml: SiteToml
    tables: Tables
    known: Sequence[Site]
    seen: set[str] = field(default_factory=set)

    def read(self, recorder: Recorder, metrics: Sequence[Reading]) -> Iterator[Reading]:
        """Yield every violation, and for each category whether its list is whole.

        The list of all categories is open: it also shows whether the tabs kept anything back.
        """
        counts = {(r.key.metric, r.key.variant): _count(r) for r in metrics if not r.key.item}
        everything = listed_in(self.console.answers("violations"))
        empty: list[Policy] = []
        for policy in self.tables.policies:
            if not policy.summary:
                continue
            count = counts.get((policy.metric, policy.variant))
            if count == 0 and not any(item.category == policy.summary for item in everything.items):
                empty.append(policy)
            elif count is None and everything.problem:
                yield list_reading(recorder, policy, everything, None, marker=False)
            elif policy.tab:
                yield from self._tab(recorder, policy, count)
            else:
                yield from self._without_tab(recorder, policy, count, everything)
        left = [item for item in everything.items if item.number not in self.seen]
        if left:
            yield from self._items(recorder, None, left, self.console.open("policies"))
        # The counter says none: believed, unless the list of all categories holds what nothing accounts for.
        unexplained = len(left) > self._without_a_tab(counts)
        held = f"the counter says 0, the list of all categories holds {len(left)} more"
        for policy in empty:
            yield list_reading(
                recorder, policy, Listing((), 0, held if unexplained else ""), Decimal(0), marker=True
            )

    def _without_a_tab(self, counts: Mapping[tuple[str, str], Decimal | None]) -> Decimal:
        """Return how many items may stand in the list of all categories alone."""
        tabs = {(policy.metric, policy.variant) for policy in self.tables.policies if policy.tab}
        policies = {(policy.metric, policy.variant) for policy in self.tables.policies if policy.summary}
        loose = [
            count
            for place, count in counts.items()
            if place not in tabs and (place in policies or place[0] == UNKNOWN_CATEGORY)
        ]
        return Decimal("Infinity") if None in loose else sum((c for c in loose if c is not None), Decimal(0))

    def _tab(self, recorder: Recorder, policy: Policy, count: Decimal | None) -> Iterator[Reading]:
        page = self._opened(recorder, policy.tab)
        for number in range(1, _MAX_PAGES + 1):
            listing = listed_in(self.console.answers("violations"), policy.summary)
            new = [item for item in listing.items if item.number not in self.seen]
            yield from self._items(recorder, policy, new, page)
            if listing.problem or not listing.more:
                break
            page = self._page(page, number + 1)
            if len(self.console.answers("violations")) <= listing.pages:
                break
        listing = listed_in(self.console.answers("violations"), policy.summary)
        marker = not rows_of(page) and bool(self._title(page))
        yield list_reading(recorder, policy, listing, count, marker=marker)

    def _opened(self, recorder: Recorder, tab: str) -> Page:
        page = self.console.open("policies", t=tab) if tab else self.console.open("policies")
        names = named_in_header(page, self.toml, self.known)
        if names - {recorder.site.native_id}:
            raise Stop(Outcome.WRONG_PLACE, f"read {recorder.site.code}: the page shows {', '.join(names)}")
        return page

    def _page(self, page: Page, number: int) -> Page:
        """Press the pager's own button for a page; it may not show a button for every page.

        The pager draws itself after the list, when its element is registered (2.4): it is waited for.
        """
        buttons = [button.attributes.get("data-page") for button in page.all(_PAGER)]
        for _ in range(_LOOKS):
            if buttons:
                break
            page = self.console.page()
            buttons = [button.attributes.get("data-page") for button in page.all(_PAGER)]
        place = buttons.index(str(number)) if str(number) in buttons else None
        return page if place is None else self.console.press("violation_page", place, awaits="violations")

    def _items(
        self, recorder: Recorder, policy: Policy | None, items: Sequence[Listed], page: Page
    ) -> Iterator[Reading]:
        places = shown_rows(page, items)
        for _ in range(_LOOKS):
            if len(places) == len(items):
                break
            # The older list draws its rows after a second answer (3.4), and only they say the deadline then.
            page = self.console.page()
            places = shown_rows(page, items)
        for item in items:
            named = [row for row in self.tables.policies if row.summary and row.summary == item.category]
            own = named[0] if named else policy if item.category == "" else None
            self.seen.add(item.number)
            yield item_reading(recorder, own, item, places.get(item.number, Shown()))

    def _without_tab(
        self, recorder: Recorder, policy: Policy, count: Decimal | None, everything: Listing
    ) -> Iterator[Reading]:
        """Read a category nobody knows the tab of from the list of all categories, where it says its own."""
        mine = tuple(item for item in everything.items if item.category == policy.summary)
        if mine:
            yield from self._items(recorder, policy, mine, self._opened(recorder, ""))
        yield list_reading(recorder, policy, replace(everything, items=mine), count, marker=False)

    def _title(self, page: Page) -> str:
        found = page.find(self.toml.widgets["violations_title"].chain)
        return found.text if isinstance(found, Found) else ""


def _count(reading: Reading) -> Decimal | None:
    """Return what a counter counts; one that could not be read counts nothing, whatever number it shows."""
    return reading.value if reading.presence is Presence.SHOWN else None
