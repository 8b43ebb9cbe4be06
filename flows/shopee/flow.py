"""Shopee Seller Centre: the shops of a login and their account health; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from checker.errors import Stop
from checker.flow import Console, Flow, Recorder, body_of, declared_readings, dig, there, unanswered
from checker.model import Outcome, Presence, Reading, Registration, Site
from flows.shopee.metrics import performance_readings
from flows.shopee.penalties import list_readings, penalty_readings
from flows.shopee.tables import Tables, tables_of

__all__ = ["ShopeeFlow"]

_LISTS = ("punishments", "records", "listings", "late_orders")
_ENDED = "2"


class ShopeeFlow(Flow):
    """Reads the account health of every shop of a login."""

    marketplace = "shopee"

    _several: bool = False

    @cached_property
    def tables(self) -> Tables:
        """The tables of site.toml."""
        return tables_of(self.toml)

    def sites(self, console: Console) -> Sequence[Site]:
        """List the shops the console names; the one it is signed in to where it names none."""
        console.open("home")
        listed = self._listed(body_of(console.answer("shops")))
        self._several = len(listed) > 1
        if listed:
            return listed
        answer = console.answer("user")
        body = body_of(answer)
        shop, region = self._said(body, self.tables.shop), self._said(body, self.tables.region)
        if not shop or not region:
            raise unanswered(answer, "which shop and country it shows")
        return [self._site(shop, region, "", "user")]

    def read(self, console: Console, site: Site) -> Iterator[Reading]:
        """Read the account health page of a shop: everything is on that one."""
        page = console.open("health", **({"cnsc_shop_id": site.shop} if self._several else {}))
        self._prove(site, body_of(console.answer("user")))
        recorder: Recorder = console.recorder(site, page.language)
        performance = body_of(console.answer("performance"))
        bodies = {name: _bodies(console, name) for name in ("penalty", "old_points", *_LISTS)}
        yield from declared_readings(recorder, self.toml, {"performance": [performance]}, "health")
        yield from performance_readings(recorder, performance, self.toml, self.tables)
        yield from penalty_readings(recorder, bodies, self.toml, self.tables)
        yield from list_readings(recorder, bodies, self.toml)

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A shop that is rated is one that sells."""
        rated = any(r.key.metric == "account.level" and r.presence is Presence.SHOWN for r in readings)
        return replace(site, registration=Registration.ACTIVE) if rated else site

    def _listed(self, body: Any) -> list[Site]:
        rows = there(body, self.tables.shops)
        found = []
        for row in rows if isinstance(rows, list) else []:
            shop, region = self._said(row, self.tables.shop), self._said(row, self.tables.region)
            if not shop or not region:
                raise Stop(Outcome.UNKNOWN_PAGE, "the console lists a shop without its number or its country")
            found.append(self._site(shop, region, str(dig(row, "shop_name") or "")[:80], "shops"))
        return found

    def _site(self, shop: str, region: str, name: str, source: str) -> Site:
        """Return a shop's site; a country that site.toml does not know is a site all the same."""
        code = region.upper()
        row = next((row for row in self.toml.sites if row.code == code), None)
        if row is None:
            return Site(code, region, name or code, Registration.UNKNOWN, shop=shop, sources=(source,))
        return Site(
            row.code,
            row.native_id,
            name or row.label,
            Registration.UNKNOWN,
            shop=shop,
            country=row.country,
            locale=row.locale,
            zone=row.zone,
            currency=row.currency,
            sources=(source, "site.toml"),
        )

    def _prove(self, site: Site, body: Any) -> None:
        """Raise Stop unless the page says that it shows this shop."""
        shown = self._said(body, self.tables.shop)
        if shown and shown != site.shop:
            raise Stop(Outcome.WRONG_PLACE, f"asked for shop {site.shop}, the page shows {shown}")
        if not shown:
            raise Stop(Outcome.UNKNOWN_PAGE, f"nothing on the page says that it shows shop {site.shop}")

    def _said(self, body: Any, paths: Sequence[str]) -> str:
        value = there(body, paths)
        text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
        return text[:40] if text.isalnum() and text.isascii() else ""


def _bodies(console: Console, name: str) -> list[Any]:
    """Return every page of an answer; a list of what has ended is none of ours."""
    return [
        body_of(answer) for answer in console.answers(name) if answer.query.get("punishment_status") != _ENDED
    ]
