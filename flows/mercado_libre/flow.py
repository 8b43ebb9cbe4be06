"""Mercado Libre: a seller in one country, or a cross-border one in several; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from checker.errors import Stop
from checker.flow import Answer, Console, Flow, Page, Recorder, body_of, dig
from checker.flow.site_toml import SiteRow
from checker.model import Origin, Outcome, Presence, Reading, Registration, Scope, Site
from flows.mercado_libre.block import printed_block
from flows.mercado_libre.level import badge_readings, level_reading, protected_reading
from flows.mercado_libre.rates import Seller, rate_readings, sales_readings
from flows.mercado_libre.standing import infraction_readings, status_of
from flows.mercado_libre.tables import Tables, tables_of
from flows.mercado_libre.thermometer import thermometer_of

__all__ = ["MercadoLibreFlow"]

_OK: Final = 200


class MercadoLibreFlow(Flow):
    """Reads colour, protection, variables, status and infractions of every country a login sells in."""

    marketplace = "mercado_libre"

    @cached_property
    def tables(self) -> Tables:
        """The tables of site.toml."""
        return tables_of(self.toml)

    def sites(self, console: Console) -> Sequence[Site]:
        """List the one country of a seller, or every country and logistic type of a cross-border one."""
        page = console.open("home")
        shops = _shops(console.answer("cross_border"))
        if not shops:
            row = self._own_country(page, body_of(console.answer("user")))
            return [replace(_site(row), sources=("user",))]
        rows = {row.native_id: row for row in self.toml.sites}
        unknown = sorted({native for native, _ in shops if native not in rows})
        if unknown:
            known = ", ".join(rows)
            raise Stop(
                Outcome.UNKNOWN_PAGE, f"it sells on {unknown[0][:20]}, and this flow knows {known} only"
            )
        sells = {native for native, _ in shops}
        return [
            *(
                replace(
                    _site(rows[native]),
                    shop=shop,
                    registration=Registration.ACTIVE,
                    sources=("cross_border",),
                )
                for native, shop in shops
            ),
            *(
                replace(_site(row), registration=Registration.NOT_REGISTERED, sources=("site.toml",))
                for row in self.toml.sites
                if row.native_id not in sells
            ),
        ]

    def read(self, console: Console, site: Site) -> Iterator[Reading]:
        """Read everything of one country while its reputation page is open."""
        if site.registration is Registration.NOT_REGISTERED:
            yield self._never_opened(console, site)
            return
        console.at(site.host)
        page = console.open("reputacao" if site.country == "BR" else "reputacion", **_query(site))
        answer = _answer(console, "user")
        _prove(site, answer)
        recorder = _recorder(console, site, page)
        body, came = body_of(answer), answer is not None
        level = level_reading(recorder, body, thermometer_of(page, self.tables), self.toml, came=came)
        yield level
        yield protected_reading(recorder, body, level, self.toml)
        yield from badge_readings(recorder, page, body, self.toml, self.tables, came=came)
        yield status_of(recorder, body, self.toml)
        seller = Seller(body, came, level.presence is Presence.NOT_RATED)
        for block in self.tables.blocks:
            printed = printed_block(page, block, recorder.site.locale, self.tables)
            yield from rate_readings(recorder, block, seller, printed, self.tables)
        yield from sales_readings(recorder, seller)
        console.answer("infractions")
        listed = [body_of(answer) for answer in console.answers("infractions")]
        yield from infraction_readings(recorder, listed, self.toml)

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A country whose status was read is one the seller sells in."""
        shown = any(r.key.metric == "account.status" and r.presence is Presence.SHOWN for r in readings)
        return replace(site, registration=Registration.ACTIVE) if shown else site

    def _own_country(self, page: Page, body: Any) -> SiteRow:
        """Return the country of a seller: the answer names it, else the language of the page (es-MX) does."""
        native, region = dig(body, "site_id"), page.language.replace("_", "-").rpartition("-")[2].upper()
        for row in self.toml.sites:
            if row.native_id == native if native is not None else row.country == region:
                return row
        what = "nothing says in which country this login sells" if native is None else f"it sells on {native}"
        raise Stop(Outcome.UNKNOWN_PAGE, f"{what[:80]}; set `home` of the account to its country")

    def _never_opened(self, console: Console, site: Site) -> Reading:
        """Return that the cross-border list still does not name this country."""
        page = console.open("home")
        recorder = _recorder(console, site, page)
        key = recorder.key("account.level")
        origin = Origin("home", "the cross_border answer", "site_id")
        shops = _shops(console.answer("cross_border"))
        if not shops or site.native_id in {native for native, _ in shops}:
            why = "the list of countries did not come again, or names it now"
            return recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)
        return recorder.absent(key, Presence.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=origin)


def _site(row: SiteRow) -> Site:
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
    )


def _shops(answer: Answer | None) -> list[tuple[str, str]]:
    """Return site id and logistic type of every shop of a cross-border seller; nothing for another one."""
    if answer is None or answer.status != _OK:
        return []
    rows = answer.body if isinstance(answer.body, list) else dig(answer.body, "results")
    shops = [(dig(row, "site_id"), dig(row, "logistic_type")) for row in rows or () if isinstance(rows, list)]
    if not isinstance(rows, list) or not all(
        isinstance(part, str) and part for shop in shops for part in shop
    ):
        raise Stop(Outcome.UNKNOWN_PAGE, "the list of cross-border countries is not what it should be")
    return list(dict.fromkeys((native[:20], shop[:40]) for native, shop in shops))


def _query(site: Site) -> dict[str, str]:
    return {"logistic_type": site.shop} if site.shop else {}


def _answer(console: Console, name: str) -> Answer | None:
    """Return an answer; what the guard turned away cannot be told from what was never asked for."""
    answer = console.answer(name)
    if answer is None and console.blocked:
        return Answer(name, "", 0, {}, None, problem="the call was turned away")
    return answer


def _prove(site: Site, answer: Answer | None) -> None:
    """Raise Stop where the page is of another country or shop, or a shop of several is not proved."""
    body = body_of(answer)
    native, shop = dig(body, "site_id"), dig(body, "logistic_type")
    if native not in (None, site.native_id):
        raise Stop(Outcome.WRONG_PLACE, f"asked for {site.native_id}, answered for {str(native)[:20]}")
    if site.shop and shop not in (None, site.shop):
        raise Stop(Outcome.WRONG_PLACE, f"asked for {site.shop}, answered for {str(shop)[:40]}")
    if site.shop and (native is None or shop is None):
        raise Stop(Outcome.UNKNOWN_PAGE, f"nothing says that this is {site.native_id} {site.shop}")


def _recorder(console: Console, site: Site, page: Page) -> Recorder:
    """Return what writes a page's readings, in the language and number format the page is in."""
    locale = page.language.replace("-", "_") or site.locale
    return console.recorder(replace(site, locale=locale), page.language)
