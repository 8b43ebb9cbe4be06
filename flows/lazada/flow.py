"""Lazada Seller Center: a shop in one country, or one in each of six; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from checker.errors import Stop
from checker.flow import Console, Flow, Page, Recorder, body_of, declared_readings, dig
from checker.flow.site_toml import SiteRow
from checker.model import Origin, Outcome, Presence, Reading, Registration, Scope, Site
from checker.model.numbers import known_locale
from flows.lazada.indicators import indicator_readings
from flows.lazada.points import points_readings
from flows.lazada.tables import Tables, tables_of

__all__ = ["LazadaFlow"]

_STATUS: Final = "account.status"
_POINTS: Final = "account.penalty_points"
_REGISTER: Final = "registration form"
"""The name of that state in site.toml: where a host sends whom it does not know."""
_SHUT: Final = (Outcome.SESSION_EXPIRED, Outcome.WRONG_PLACE)
"""How a host turns a login away: to its sign-in or its form to register, or to another country."""
_ALONE: Final = ("false", False)


class LazadaFlow(Flow):
    """Reads status, indicators and penalty points in every country whose host lets the login in."""

    marketplace = "lazada"

    _inside: str = ""
    """A host that is known to let this login in."""

    @cached_property
    def tables(self) -> Tables:
        """The tables of site.toml."""
        return tables_of(self.toml)

    def sites(self, console: Console) -> Sequence[Site]:
        """List the one country of a local seller, and all six where nothing says that it is the only one."""
        console.open("home")
        seller = body_of(console.answer("seller"))
        own = self._country(seller)
        if own is not None:
            self._inside = own.host
            if dig(seller, "data.cb") in _ALONE:
                return [_site(own, "seller", "site.toml")]
        return [_site(row, "site.toml") for row in self.toml.sites]

    def read(self, console: Console, site: Site) -> Iterator[Reading]:
        """Read the health page of a country: everything is on that one."""
        page = self._opened(console, site)
        if page is None:
            yield _never_opened(console.recorder(site))
            return
        seller, performance = (body_of(console.answer(name)) for name in ("seller", "performance"))
        self._prove(site, seller, performance)
        self._inside = self._inside or site.host
        recorder = _recorder(console, site, page)
        for reading in declared_readings(recorder, self.toml, {"seller": [seller]}, "health"):
            yield replace(reading, cause=self.tables.causes.get(reading.native, ""))
        indicators = list(indicator_readings(recorder, page, performance, self.toml, self.tables))
        yield from indicators
        # The older non-compliance points are an indicator; a console has these or those.
        older = any(reading.key.metric == _POINTS for reading in indicators)
        yield from points_readings(recorder, page, self.tables.points, required=not older)

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A country whose status was read is one the shop sells in."""
        said = {reading.presence for reading in readings if reading.key.metric == _STATUS}
        if Presence.NOT_REGISTERED in said:
            return replace(site, registration=Registration.NOT_REGISTERED)
        return replace(site, registration=Registration.ACTIVE) if Presence.SHOWN in said else site

    def _opened(self, console: Console, site: Site) -> Page | None:
        """Open the health page on a country's host; none where that country was never opened.

        A host that does not let this login in is believed to be closed only while another one still does.
        """
        console.at(site.host)
        try:
            return console.open("health")
        except Stop as stop:
            if stop.outcome not in _SHUT or site.host == self._inside:
                raise
            shut = stop
        if not self._inside:
            why = "no host has let this login in yet: set `sites` of the account to where it sells"
            raise Stop(Outcome.UNKNOWN_PAGE, f"{site.host}: {shut.detail}; {why}")
        console.at(self._inside)
        console.open("home")
        if shut.outcome is Outcome.SESSION_EXPIRED and _REGISTER not in shut.detail:
            why = f"{site.host} asks for the password, and {self._inside} still lets this login in"
            raise Stop(Outcome.UNKNOWN_PAGE, f"{why}: give this country an account of its own, with `home`")
        return None

    def _country(self, seller: Any) -> SiteRow | None:
        """Return the country a shop's short code begins with, none where it begins with no such thing."""
        code = str(dig(seller, "data.short_code"))[:2].upper()
        return next((row for row in self.toml.sites if row.code == code), None)

    def _prove(self, site: Site, seller: Any, performance: Any) -> None:
        """Raise Stop where the answers are of another country, or of two shops.

        That the host is the country's own is seen to when it is opened.
        """
        shown = self._country(seller)
        if shown is not None and shown.code != site.code:
            raise Stop(Outcome.WRONG_PLACE, f"asked for {site.code}, the page shows a shop of {shown.code}")
        shops = {str(dig(body, "data.seller_id")) for body in (seller, performance)} - {"None"}
        if len(shops) > 1:
            raise Stop(Outcome.WRONG_PLACE, f"the answers of {site.code} are those of two shops")


def _never_opened(recorder: Recorder) -> Reading:
    origin = Origin("health", "document", _REGISTER)
    return recorder.absent(recorder.key(_STATUS), Presence.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=origin)


def _site(row: SiteRow, *sources: str) -> Site:
    return Site(
        row.code,
        row.native_id,
        row.label,
        Registration.UNKNOWN,
        country=row.country,
        host=row.host,
        locale=row.locale,
        zone=row.zone,
        currency=row.currency,
        sources=sources,
    )


def _recorder(console: Console, site: Site, page: Page) -> Recorder:
    """Return what writes a page's readings, in the language and number format the page is in."""
    locale = known_locale(page.language.replace("-", "_"), site.locale)
    return console.recorder(replace(site, locale=locale), page.language)
