"""Amazon Seller Central: its stores, the switch between them, and the order its pages are read in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from checker.errors import NotProven, Stop
from checker.flow import (
    Console,
    Document,
    Flow,
    Imported,
    Importer,
    Page,
    banner_claims,
    dig,
    in_turn,
    page_claims,
    words_in,
)
from checker.model import CauseKind, Claim, Kind, Outcome, Presence, Reading, Registration, Site
from flows.amazon import places, standing
from flows.amazon.panel import Row, panel_claims, panel_missing, panel_rows
from flows.amazon.picker import named_by_picker, press_through
from flows.amazon.places import NOWHERE, Named, Place
from flows.amazon.report import read_report
from flows.amazon.violations import Lists

__all__ = ["AmazonFlow"]

_OPENED = (Registration.ACTIVE, Registration.DORMANT)
_Kept = dict[str, tuple[Document, ...]]
_IDS = ("marketplaceId", "lateShipMetric.marketplaceId")


def _imported(data: bytes, account: str, now: Callable[[], datetime]) -> Iterable[Imported]:
    flow = AmazonFlow()
    return read_report(data, account, now, toml=flow.toml, flow=flow.version)


class AmazonFlow(Flow):
    """Reads Amazon Seller Central; what is sourced and what is inferred stands in README.md beside it."""

    marketplace = "amazon"
    imports: ClassVar[dict[str, Importer]] = {"report": _imported}

    # What one account's visit has learnt: where it began and stands, whose it is, what it lists, and what
    # the home panel says of all stores, which is read once.
    _own: Place = NOWHERE
    _here: Place = NOWHERE
    _accounts: frozenset[str] = frozenset()
    _listed: tuple[Site, ...] = ()
    _panel: Sequence[Row] | None = None
    _has_panel: bool = False
    _last: Site | None = None

    # Sites...

    def sites(self, console: Console) -> Sequence[Site]:
        """List what the picker, the marketplace switcher, the home page and the selection itself name.

        A console that names none of its stores is asked for each that there is.
        """
        home = console.open("home")
        own = self._own = self._here = self._selected(console)
        self._panel = self._panel_of(console, home, wait=True)
        self._has_panel = bool(self._panel)
        reachable = console.answer("reachable") if console.answers("reachable") else console.ask("reachable")
        picked = list(named_by_picker(console))
        # Only beside a picker that was read does the switcher mean "merely reachable": it names all stores.
        beside = Registration.NOT_REGISTERED if picked else Registration.UNKNOWN
        named = [
            *picked,
            *([] if reachable is None else places.named_by_ids(reachable.body, self.toml, beside)),
            *places.named_by_switches(home, self.toml),
            *self._by_panel(home),
            Named(own.native_id, own.label, Registration.UNKNOWN, "selection", account=own.account),
        ]
        named = [entry for entry in named if entry.native_id]
        if not named:
            return [row.site() for row in self.toml.sites]
        self._accounts = frozenset({own.account, *(entry.account for entry in named)} - {""})
        self._listed = tuple(places.sites_of(named, self.toml))
        return self._listed

    def _by_panel(self, home: Page) -> Iterator[Named]:
        for store, _, _ in self._panel or ():
            row = places.row_for_store(store, self.toml, home.language)
            name = store.strip()[:40]
            yield Named(row.native_id if row else name, name, Registration.UNKNOWN, "home panel")

    # ... the switch between them...

    def enter(self, console: Console, site: Site) -> Site:
        """Switch by address, by the picker if that did nothing, and prove it by what the page says."""
        if site == self._last:
            # A second look reads what the first one read, the panel too.
            self._panel = None
        before, self._last = self._here, site
        page = self._switch_by_address(console, site)
        there = self._selected(console)
        if self._wrong(site, there, page):
            press_through(console, site)
            page = console.open("home")
            there = self._selected(console)
        self._here = there
        self._judge_switch(site, before, there, page)
        return site

    def _wrong(self, site: Site, there: Place, page: Page, names: Iterable[str] = ()) -> str:
        shown = {*places.named_in_header(page, self.toml, self._listed), *names}
        return places.differing(site, self._accounts, there, shown)

    def _judge_switch(self, site: Site, before: Place, there: Place, page: Page) -> None:
        """Raise Stop where the console is not where it was told to go.

        That it stays where it was, or does not let us into a store that it does not list as opened, is no
        danger: this login has no such store. That it goes to a third place is, and another account always.
        """
        wrong = self._wrong(site, there, page)
        if not wrong:
            return
        stayed = there.native_id in ("", before.native_id)
        foreign = bool(there.account and self._accounts and there.account not in self._accounts)
        moved = there.native_id not in ("", site.native_id) and not stayed
        if foreign or (site.registration in _OPENED and (moved or there.native_id == site.native_id)):
            raise Stop(Outcome.WRONG_PLACE, f"asked for {site.code}: {wrong}")
        raise Stop(Outcome.NOT_REACHABLE, f"asked for {site.code}, not registered for this login: {wrong}")

    def _switch_by_address(self, console: Console, site: Site) -> Page:
        query = {
            "mons_sel_mkid": f"amzn1.mp.o.{site.native_id}",
            "mons_sel_dir_mcid": site.handle("merchant"),
            "mons_sel_dir_paid": site.handle("account"),
            "ignore_selection_changed": "true",
        }
        return console.open("home", **{name: value for name, value in query.items() if value})

    def _selected(self, console: Console) -> Place:
        """Return what the page's own call says is selected; asked for only where the page made none."""
        place = places.place_in(console.documents("selection"))
        if place is NOWHERE and console.ask("selection") is not None:
            place = places.place_in(console.documents("selection"))
        return place

    def _prove(self, console: Console, site: Site, page: Page, names: Iterable[str] = ()) -> None:
        """Raise Stop unless this page is known to show `site`, of the account signed in to."""
        place = self._selected(console)
        if wrong := self._wrong(site, place, page, names):
            raise Stop(Outcome.WRONG_PLACE, f"read {site.code}: {wrong}")
        shown = {place.native_id, *places.named_in_header(page, self.toml, self._listed), *names}
        if site.native_id not in shown:
            raise NotProven(Outcome.UNKNOWN_PAGE, f"nothing on the page says that it shows {site.code}")

    def leave(self, console: Console) -> None:
        """Put the user's own selection back."""
        own = self._own
        if own.native_id and self._here.native_id != own.native_id:
            unlisted = Site(own.native_id, own.native_id, own.label)
            same = [site for site in self._listed if site.native_id == own.native_id]
            mine = [site for site in same if site.handle("account") in ("", own.account)]
            self._switch_by_address(console, (mine or same or [unlisted])[0])

    # ... and what is read on each.

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read the home panel, the policy page with its lists, then the dashboard."""
        yield from self._read_panel(console, site)
        kept: _Kept = {}
        yield from in_turn(self._policies(console, site, kept), self._dashboard(console, site, kept))

    def _policies(self, console: Console, site: Site, kept: _Kept) -> Iterator[Claim]:
        page = console.open("policies")
        came = {name: console.answer(name) for name in ("summary", "risk_banner")}
        kept |= {name: tuple(console.documents(name)) for name in came}
        self._prove(console, site, page, _marketplaces(kept))
        recorder = console.recorder(site, page)
        yield from console.claims(site, page)
        yield from standing.risk_claims(recorder, kept["risk_banner"])
        named = standing.named_banners(self.toml, kept["risk_banner"])
        yield from banner_claims(recorder, self.toml, page, console.labels, named)
        yield from Lists(console, self._listed, self.toml.data["list"]).read(recorder, kept["summary"])

    def _dashboard(self, console: Console, site: Site, kept: _Kept) -> Iterator[Claim]:
        page = console.open("dashboard")
        self._prove(console, site, page)
        recorder, toml = console.recorder(site, page), standing.in_own_words(self.toml, console.labels, page)
        nothing = console.labels.get(toml.data["not_available_label"], "N/A")
        yield from standing.rating_claims(recorder, toml, page, nothing)
        yield from banner_claims(recorder, toml, page, console.labels)

        # The summary of the policy page is read where a person sees its numbers, which stand in for it.

        def documents(name: str) -> Sequence[Document]:
            return (*kept.get(name, ()), *console.documents(name))

        yield from page_claims(recorder, toml, page, documents, name="dashboard")

    def _read_panel(self, console: Console, site: Site) -> Iterator[Claim]:
        home = console.page()
        if self._panel is None:
            self._panel = self._panel_of(console, home, wait=self._has_panel)
        recorder = console.recorder(site, home)
        if self._panel:
            yield from panel_claims(recorder, self._panel, console.labels, self.toml)
        elif self._has_panel:
            yield from panel_missing(recorder)

    def _panel_of(self, console: Console, home: Page, *, wait: bool) -> Sequence[Row]:
        """Return the panel's rows; where one is to be expected, wait for what fills it."""
        rows = panel_rows(home, console.labels, self.toml)
        for _ in range(3 if wait and not rows and console.answer("home_data") else 0):
            rows = rows or panel_rows(console.page(), console.labels, self.toml)
        return rows

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A registered site is dormant if the console says so, or if every rate rests on nothing."""
        if site.registration not in (Registration.ACTIVE, Registration.UNKNOWN):
            return site
        causes = {reading.cause.kind for reading in readings if reading.cause is not None}
        rates = {reading.presence for reading in readings if reading.kind is Kind.RATE}
        dormant = rates == {Presence.NOT_RATED} or CauseKind.DORMANT in causes
        return replace(site, registration=Registration.DORMANT) if dormant else site


def _marketplaces(kept: _Kept) -> set[str]:
    """Return the marketplace ids that the figures themselves carry."""
    found = (dig(doc.value, path) for docs in kept.values() for doc in docs for path in _IDS)
    return {words_in(native).removeprefix("amzn1.mp.o.") for native in found} - {""}
