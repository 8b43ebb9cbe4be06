"""Amazon Seller Central: its sites, the switch between them, and the order its pages are read in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from checker.errors import Stop
from checker.flow import Answer, Console, Flow, Imported, Importer, Page, Recorder
from checker.model import Outcome, Reading, Registration, Site
from flows.amazon.dashboard import (
    agreed,
    banner_level,
    counter_row,
    cross_checked,
    identity_check,
    identity_reading,
    rate_rows,
    rating,
    reserve,
)
from flows.amazon.lists import Lists
from flows.amazon.metrics import MetricReader, missing_parts, not_rated, summary_readings
from flows.amazon.panel import Row, panel_missing, panel_readings, panel_rows
from flows.amazon.picker import Named, named_by_reach, row_for_store, sites_of
from flows.amazon.place import (
    NOWHERE,
    Place,
    differing,
    locale_of,
    named_in_answers,
    named_in_header,
    place_in,
)
from flows.amazon.report import read_report
from flows.amazon.risk import DORMANT, risk_readings
from flows.amazon.switch import named_by_picker, press_through
from flows.amazon.tables import Tables, tables_of

__all__ = ["AmazonFlow"]

_LOOKS = 3


def _imported(data: bytes, account: str, now: Callable[[], datetime]) -> Iterable[Imported]:
    flow = AmazonFlow()
    return read_report(data, account, now, toml=flow.toml, flow=flow.version)


class AmazonFlow(Flow):
    """Reads Amazon Seller Central; what is sourced and what is inferred stands in README.md beside it."""

    marketplace = "amazon"
    imports: ClassVar[dict[str, Importer]] = {"report": _imported}

    # What one account's visit has learnt: where it began and stands, whose it is, what it lists.
    _own: Place = NOWHERE
    _here: Place = NOWHERE
    _accounts: frozenset[str] = frozenset()
    _listed: tuple[Site, ...] = ()
    _has_panel: bool = False

    @cached_property
    def tables(self) -> Tables:
        """The metric map of site.toml."""
        return tables_of(self.toml)

    # Sites...

    def sites(self, console: Console) -> Sequence[Site]:
        """List what the picker, the marketplace switcher, the home panel and the selection itself name."""
        home = console.open("home")
        self._own = self._here = self._selected(console)
        rows = self._panel(console, home, wait=True)
        self._has_panel = bool(rows)
        reachable = console.answer("reachable") if console.answers("reachable") else console.ask("reachable")
        picked = list(named_by_picker(console, self.toml, self.tables))
        beside = Registration.NOT_REGISTERED if picked else Registration.UNKNOWN
        named = [
            *picked,
            *([] if reachable is None else named_by_reach(reachable.body, self.toml, beside)),
            *self._by_panel(rows, home),
            *self._by_selection(),
        ]
        if not named:
            raise Stop(Outcome.UNKNOWN_PAGE, "no picker source names any site")
        self._accounts = frozenset({self._own.account, *(entry.account for entry in named)} - {""})
        self._listed = tuple(sites_of(named, self.toml))
        return self._listed

    def _by_panel(self, rows: Sequence[Row], home: Page) -> Iterator[Named]:
        for store, _, _ in rows:
            row = row_for_store(store, self.toml, home.language)
            name = store.strip()[:40]
            native = name if row is None else row.native_id
            yield Named(native, name, Registration.UNKNOWN, "home panel")

    def _by_selection(self) -> Iterator[Named]:
        own = self._own
        if own.native_id:
            yield Named(own.native_id, own.label, Registration.UNKNOWN, "selection", account=own.account)

    # ... the switch between them...

    def enter(self, console: Console, site: Site) -> Site:
        """Switch by address, by the picker if that did nothing, and prove it by what the page says."""
        before = self._here
        page = self._switch_by_address(console, site)
        there = self._selected(console)
        if self._is_elsewhere(site, there, page):
            press_through(console, site, self.toml, self.tables)
            page = console.open("home")
            there = self._selected(console)
        self._here = there
        self._judge_switch(site, before, there, page)
        return site

    def _is_elsewhere(self, site: Site, there: Place, page: Page) -> bool:
        return bool(differing(site, self._accounts, there, named_in_header(page, self.toml, self._listed)))

    def _judge_switch(self, site: Site, before: Place, there: Place, page: Page) -> None:
        """Raise Stop where the console is not where it was told to go.

        That it stays where it was, or does not let us into a store that was never opened, is no danger; that
        it goes to a third place is, and another account is always.
        """
        wrong = differing(site, self._accounts, there, named_in_header(page, self.toml, self._listed))
        if not wrong:
            return
        stayed = there.native_id in ("", before.native_id)
        opened = site.registration in (Registration.ACTIVE, Registration.DORMANT)
        foreign = bool(there.account and self._accounts and there.account not in self._accounts)
        moved = there.native_id not in ("", site.native_id) and not stayed
        if foreign or (opened and (moved or there.native_id == site.native_id)):
            raise Stop(Outcome.WRONG_PLACE, f"asked for {site.code}: {wrong}")
        raise Stop(Outcome.NOT_REACHABLE, f"asked for {site.code}: {wrong}")

    def _switch_by_address(self, console: Console, site: Site) -> Page:
        query = {
            "mons_sel_mkid": f"amzn1.mp.o.{site.native_id}",
            "mons_sel_dir_mcid": site.handle("merchant"),
            "mons_sel_dir_paid": site.handle("account"),
            "ignore_selection_changed": "true",
        }
        return console.open("home", **{name: value for name, value in query.items() if value})

    def _selected(self, console: Console) -> Place:
        """Return what the console's own call says is selected: asked for, else as the page made it."""
        asked = console.ask("selection")
        place = place_in(asked.body) if asked is not None else NOWHERE
        if place is NOWHERE and (caught := console.answers("selection")):
            place = place_in(caught[-1].body)
        return place

    def _prove(self, console: Console, site: Site, page: Page, names: Iterable[str] = ()) -> None:
        """Raise Stop unless this page is known to show `site`, of the account signed in to."""
        place = self._selected(console)
        named = {*named_in_header(page, self.toml, self._listed), *names}
        wrong = differing(site, self._accounts, place, named)
        if wrong:
            raise Stop(Outcome.WRONG_PLACE, f"read {site.code}: {wrong}")
        if site.native_id not in {place.native_id, *named}:
            raise Stop(Outcome.UNKNOWN_PAGE, f"nothing on the page says that it shows {site.code}")

    def leave(self, console: Console) -> None:
        """Put the user's own selection back."""
        own = self._own
        if own.native_id and self._here.native_id != own.native_id:
            unlisted = Site(own.native_id, own.native_id, own.label)
            same = [site for site in self._listed if site.native_id == own.native_id]
            mine = [site for site in same if site.handle("account") in ("", own.account)]
            self._switch_by_address(console, (mine or same or [unlisted])[0])

    # ... and what is read on each.

    def read(self, console: Console, site: Site) -> Iterator[Reading]:
        """Read the home panel, the policy page with its lists, then the dashboard."""
        yield from self._read_panel(console, site)

        page = console.open("policies")
        summary, risk = _good(console.answer("summary")), _good(console.answer("risk_banner"))
        self._prove(console, site, page, named_in_answers(summary, risk))
        recorder = _recorder(console, site, page)
        reader = MetricReader(recorder, self.tables, self.toml.codes["verdict"])
        metrics = [*summary_readings(reader, summary)] if summary is not None else []
        yield from Lists(console, self.toml, self.tables, self._listed).read(recorder, metrics)

        dashboard = console.open("dashboard")
        self._prove(console, site, dashboard)
        recorder = _recorder(console, site, dashboard)
        yield from self._standing(console, recorder, dashboard, risk)
        yield from self._numbers(recorder, dashboard, metrics)

    def _read_panel(self, console: Console, site: Site) -> Iterator[Reading]:
        home = console.page()
        rows = self._panel(console, home, wait=self._has_panel)
        recorder = _recorder(console, site, home)
        if rows:
            yield from panel_readings(recorder, rows, console.labels, self.toml)
        elif self._has_panel:
            yield from panel_missing(recorder)

    def _panel(self, console: Console, home: Page, *, wait: bool) -> Sequence[Row]:
        """Return the panel's rows; where one is to be expected, wait for what fills it."""
        rows = panel_rows(home, console.labels, self.toml, self.tables)
        if rows or not wait or console.answer("home_data") is None:
            return rows
        for _ in range(_LOOKS):
            rows = panel_rows(console.page(), console.labels, self.toml, self.tables)
            if rows:
                break
        return rows

    def _standing(
        self, console: Console, recorder: Recorder, dashboard: Page, risk: object
    ) -> Iterator[Reading]:
        """Yield how the account stands: its status and codes, its rating, and what is said beside them."""
        labels = console.labels
        identity = identity_check(dashboard, labels, self.tables)
        banner = banner_level(dashboard, labels, self.toml)
        number = rating(recorder, dashboard, self.toml, labels, self.tables)
        for reading in risk_readings(recorder, risk, self.toml, banner, identity):
            if reading.key.metric == "amazon.risk_banner":
                yield from agreed(recorder, reading, number)
            else:
                yield reading
        yield from identity_reading(recorder, identity)
        yield from reserve(recorder, dashboard, self.toml)

    def _numbers(self, recorder: Recorder, dashboard: Page, metrics: Sequence[Reading]) -> Iterator[Reading]:
        """Yield the rates and counters, or what the dashboard's own rows say of them where no answer came."""
        for reading in metrics:
            yield cross_checked(recorder, dashboard, reading, self.tables)
        if metrics:
            return
        for row in self.tables.rates:
            if row.summary and (found := rate_rows(recorder, dashboard, row)) is not None:
                yield found
                yield from missing_parts(recorder, row, "no summary answer")
        for policy in self.tables.policies:
            if policy.summary:
                yield counter_row(recorder, dashboard, policy) or recorder.unreadable(
                    recorder.key(policy.metric, policy.variant),
                    "no summary answer, and no row on the dashboard",
                )

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A registered site is dormant if the console says so, or if every rate rests on nothing."""
        if site.registration not in (Registration.ACTIVE, Registration.UNKNOWN):
            return site
        dormant = any(reading.reason == DORMANT for reading in readings) or not_rated(readings)
        return replace(site, registration=Registration.DORMANT) if dormant else site


def _recorder(console: Console, site: Site, page: Page) -> Recorder:
    """Return what writes a page's readings, in the language the page is in."""
    return console.recorder(replace(site, locale=locale_of(page, site)), page.language)


def _good(answer: Answer | None) -> object:
    return answer.body if answer is not None and answer.status == 200 else None  # noqa: PLR2004 - HTTP's "here it is"
