"""TikTok Shop Seller Center: every market of a login, its ratings, indicators and violation records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from checker.errors import Stop
from checker.flow import Console, Flow, Found, Page, Recorder, body_of, dig
from checker.flow.site_toml import SiteRow
from checker.model import Origin, Outcome, Presence, Reading, Registration, Scope, Site
from flows.tiktok_shop.indicators import indicator_readings
from flows.tiktok_shop.records import Records
from flows.tiktok_shop.scores import (
    penalty_readings,
    rating_reading,
    restriction_reading,
    standing_reading,
)
from flows.tiktok_shop.tables import Tables, tables_of

__all__ = ["TiktokShopFlow"]

_ANSWERS = ("ahr", "overview", "performance", "limit")


class TiktokShopFlow(Flow):
    """Reads the account health of every market a login reaches."""

    marketplace = "tiktok_shop"

    _several: bool = False

    @cached_property
    def tables(self) -> Tables:
        """The tables of site.toml."""
        return tables_of(self.toml)

    def sites(self, console: Console) -> Sequence[Site]:
        """List the markets the console names; without a list the one it shows, else every one known.

        On a country's own host (the account's `home`) the console names that country alone.
        """
        page = console.open("home")
        named = _regions(body_of(console.answer("regions")))
        if named:
            rows = {row.native_id: row for row in self.toml.sites}
            found = [
                self._site(rows.get(region), region, opened, "regions") for region, opened in named.items()
            ]
        elif shown := self._shown(page):
            row = next((row for row in self.toml.sites if row.native_id == shown), None)
            found = [self._site(row, shown, None, "header")]
        else:
            found = [self._site(row, row.native_id, None, "site.toml") for row in self.toml.sites]
        self._several = len(found) > 1
        return found

    def read(self, console: Console, site: Site) -> Iterator[Reading]:
        """Read the health page: rating, points, limit, indicators, then the violation records."""
        page = self._opened(console, site)
        self._prove(console, page, site)
        recorder = _recorder(console, site, page)
        answers = {name: console.answer(name) for name in _ANSWERS}
        bodies = {name: body_of(answer) for name, answer in answers.items()}
        if not any(bodies.values()) and any(text in page.text.casefold() for text in self.tables.not_opened):
            origin = Origin("health", "document", "no shop in this market")
            key = recorder.key("account.status")
            yield recorder.absent(key, Presence.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=origin)
            return
        asked = answers["ahr"] is not None
        rating = rating_reading(recorder, page, bodies["ahr"], self.toml, self.tables, asked=asked)
        scores = [
            *([] if rating is None else [rating]),
            *penalty_readings(recorder, bodies["overview"], self.toml, self.tables),
            restriction_reading(recorder, bodies["limit"]),
        ]
        yield standing_reading(recorder, page, self.toml, scores)
        yield from scores
        yield from indicator_readings(recorder, page, bodies["performance"], self.tables)
        yield from Records(console, self.toml, self.tables).read(recorder, page)

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A market whose rating or points were read is one that was opened."""
        if any(r.key.metric == "account.status" and r.presence is Presence.NOT_REGISTERED for r in readings):
            return replace(site, registration=Registration.NOT_REGISTERED)
        known = ("account.health_rating", "account.penalty_points")
        shown = any(r.key.metric in known and r.presence is Presence.SHOWN for r in readings)
        return replace(site, registration=Registration.ACTIVE) if shown else site

    def _site(self, row: SiteRow | None, region: str, opened: bool | None, source: str) -> Site:
        """Return a market; one that site.toml does not know keeps its own code and no locale to read by."""
        registration = {
            True: Registration.ACTIVE,
            False: Registration.NOT_REGISTERED,
            None: Registration.UNKNOWN,
        }[opened]
        if row is None:
            return Site(region, region, region, registration, sources=(source,))
        return Site(
            row.code,
            row.native_id,
            row.label,
            registration,
            country=row.country,
            locale=row.locale,
            zone=row.zone,
            currency=row.currency,
            sources=(source,) if source == "site.toml" else ("site.toml", source),
        )

    def _opened(self, console: Console, site: Site) -> Page:
        """Open the health page of one market, by the switch of a login that has several."""
        switch = {"shop_region": site.native_id} if self._several else {}
        return console.open("health", **switch)

    def _shown(self, page: Page) -> str:
        found = page.find(self.toml.widgets["region"].chain)
        return found.text.strip().upper()[:8] if isinstance(found, Found) else ""

    def _prove(self, console: Console, page: Page, site: Site) -> None:
        """Raise Stop unless the page, or the calls it made, are of the market asked for."""
        shown = self._shown(page)
        calls = [answer for name in _ANSWERS for answer in console.answers(name)]
        named = {answer.query.get("shop_region", "").upper() for answer in calls} - {""}
        if shown and shown != site.native_id:
            raise Stop(Outcome.WRONG_PLACE, f"asked for {site.native_id}, the page shows {shown}")
        if others := sorted(named - {site.native_id}):
            raise Stop(
                Outcome.WRONG_PLACE, f"asked for {site.native_id}, answered for {', '.join(others)[:80]}"
            )
        if self._several and not shown and not named:
            raise Stop(Outcome.UNKNOWN_PAGE, f"nothing on the page says that it shows {site.native_id}")


def _regions(body: Any) -> dict[str, bool | None]:
    """Return every region the console lists, and whether the shop was ever opened there."""
    rows = dig(body, "data.regions")
    found: dict[str, bool | None] = {}
    for row in rows if isinstance(rows, list) else []:
        region, opened = dig(row, "region"), dig(row, "opened")
        if isinstance(region, str) and region.isalnum():
            found[region.upper()[:8]] = opened if isinstance(opened, bool) else None
    return found


def _recorder(console: Console, site: Site, page: Page) -> Recorder:
    """Return what writes a page's readings, in the language and number format the page is in."""
    locale = page.language.replace("-", "_") or site.locale
    return console.recorder(replace(site, locale=locale), page.language)
