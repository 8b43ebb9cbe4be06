"""Walmart Seller Center: its partners, their status and their performance; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from checker.errors import Stop
from checker.flow import Answer, Console, Flow, Found, Page, Recorder, body_of, dig
from checker.model import Origin, Outcome, Presence, Reading, Registration, Scope, Site
from flows.walmart.card import card_of
from flows.walmart.metrics import Sources, kpi_readings
from flows.walmart.tables import Tables, tables_of

__all__ = ["WalmartFlow"]

_STATUS = "account.status"


class WalmartFlow(Flow):
    """Reads the account status and the performance cards of every partner of a login."""

    marketplace = "walmart"

    _several: bool = False

    @cached_property
    def tables(self) -> Tables:
        """The tables of site.toml."""
        return tables_of(self.toml)

    def sites(self, console: Console) -> Sequence[Site]:
        """List the partners the console names; one where it names none."""
        page = console.open("home")
        (row,) = [row for row in self.toml.sites if row.host == self.toml.hosts.start]
        base = Site(
            row.code,
            row.native_id,
            row.label,
            Registration.UNKNOWN,
            country=row.country,
            locale=row.locale,
            zone=row.zone,
            currency=row.currency,
            sources=("site.toml",),
        )
        partners = _partners(body_of(console.answer("partners")))
        self._several = len(partners) > 1
        if not partners:
            return [replace(base, shop=_shown_partner(page, self))]
        return [
            replace(
                base,
                shop=number,
                label=name or row.label,
                registration=Registration.ACTIVE if launched else Registration.NOT_REGISTERED,
                sources=("partners",),
            )
            for number, name, launched in partners
        ]

    def read(self, console: Console, site: Site) -> Iterator[Reading]:
        """Read the home page's status, then the performance cards."""
        home = self._opened(console, "home", site)
        yield self._status(console, site, home)
        page = self._opened(console, "performance", site)
        recorder = _recorder(console, site, page)
        kpi = console.answer("kpi")
        if kpi is None and console.blocked:
            # What the guard turned away cannot be told from what the console never asked for.
            kpi = Answer("kpi", "", 0, {}, None, problem="the call was turned away")
        for row in self.tables.kpis:
            card = card_of(page, row, recorder.site.locale, recorder.language, self.toml, self.tables)
            sources = Sources(console.answer(row.summary), body_of(kpi), kpi is not None, card)
            yield from kpi_readings(recorder, row, sources, self.toml, self.tables)

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A partner whose status was read is one that sells."""
        shown = any(r.key.metric == _STATUS and r.presence is Presence.SHOWN for r in readings)
        return replace(site, registration=Registration.ACTIVE) if shown else site

    def _opened(self, console: Console, name: str, site: Site) -> Page:
        """Open a page for a partner and prove that it shows that partner."""
        page = console.open(name, **({"partnerId": site.shop} if self._several else {}))
        shown = _shown_partner(page, self)
        if shown and site.shop and shown != site.shop:
            raise Stop(Outcome.WRONG_PLACE, f"asked for partner {site.shop}, the page shows {shown[:40]}")
        if self._several and not shown:
            raise Stop(Outcome.UNKNOWN_PAGE, f"nothing on the page says that it shows partner {site.shop}")
        return page

    def _status(self, console: Console, site: Site, page: Page) -> Reading:
        recorder = _recorder(console, site, page)
        key = recorder.key(_STATUS)
        widget = self.toml.widgets["status"]
        found = page.find(widget.chain)
        if isinstance(found, Found):
            level = self.toml.level_of_word("status", found.text, recorder.language)
            origin = Origin("home", "document", found.rule, found.place, widget.picture)
            return recorder.word(key, found.text[:80], level, scope=Scope.ACCOUNT, origin=origin)
        origin = Origin("home", "document", str(widget.chain[0]), 0)
        said = page.text.casefold()
        if any(phrase in said for phrase in self.tables.not_launched):
            return recorder.absent(key, Presence.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=origin)
        return recorder.unreadable(key, found.reason, scope=Scope.ACCOUNT, origin=origin)


def _partners(body: Any) -> list[tuple[str, str, bool]]:
    """Return number, name and whether it was launched of every partner listed."""
    rows = dig(body, "partners")
    found = []
    for row in rows if isinstance(rows, list) else []:
        number, name = dig(row, "partnerId"), dig(row, "partnerName")
        if isinstance(number, (str, int)) and not isinstance(number, bool):
            found.append((str(number)[:40], str(name or "")[:80], dig(row, "launched") is not False))
    return found


def _shown_partner(page: Page, flow: WalmartFlow) -> str:
    """Return the partner number the page's header names, nothing without one."""
    found = page.find(flow.toml.widgets["partner"].chain)
    return found.text[:40] if isinstance(found, Found) else ""


def _recorder(console: Console, site: Site, page: Page) -> Recorder:
    """Return what writes a page's readings, in the language and number format the page is in."""
    locale = page.language.replace("-", "_") or site.locale
    return console.recorder(replace(site, locale=locale), page.language)
