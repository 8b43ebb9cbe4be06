"""Mercado Libre: a seller in one country, or a cross-border one in several; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from checker.errors import Stop
from checker.flow import (
    Console,
    Document,
    Flow,
    Page,
    Recorder,
    dig,
    page_claims,
    page_lines,
    there,
    words_in,
)
from checker.flow.site_toml import SiteRow
from checker.model import Claim, Origin, Outcome, Registration, Says, Scope, Site
from flows.mercado_libre.reputation import (
    in_words,
    medal_claims,
    permission_claims,
    protection_claims,
    thermometer_claims,
    unrated_claims,
)

__all__ = ["MercadoLibreFlow"]

Shop = tuple[str, str]
"""Site id and logistic type: what tells the shops of a cross-border seller apart."""

_USER: Final = ("id", "user_id")


class MercadoLibreFlow(Flow):
    """Reads colour, protection, variables, status and infractions of every country a login sells in."""

    marketplace = "mercado_libre"
    proofs = ("account.status",)

    _listed: dict[Shop, Document] = {}  # noqa: RUF012 - replaced, and never changed

    def sites(self, console: Console) -> Sequence[Site]:
        """List the one country of a seller, or every country and logistic type of a cross-border one."""
        page = console.open("home")
        self._listed = _shops(console.documents("cross_border"))
        if not self._listed:
            return self._own_countries(console, page)
        sold = {native for native, _ in self._listed}
        return [
            *(
                replace(
                    self._site(native),
                    shop=shop,
                    registration=Registration.ACTIVE,
                    sources=("cross_border",),
                )
                for native, shop in self._listed
            ),
            *(
                replace(row.site(), registration=Registration.NOT_REGISTERED)
                for row in self.toml.sites
                if row.native_id not in sold
            ),
        ]

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read everything of one country while its reputation page is open.

        Of a cross-border seller the list itself says colour and variables; the page of the country counts
        only if it does not show another shop, and, where the country has several, if it names this one.
        """
        if site.registration is Registration.NOT_REGISTERED:
            yield self._never_opened(console, site)
            return
        if site.host:
            console.at(site.host)
        page = self._open(console, site)
        recorder = console.recorder(site, page)
        problem = self._problem(console, site, page)
        seen = replace(page, html="") if problem else page

        def documents(name: str) -> Sequence[Document]:
            own = [] if problem else [doc for doc in console.documents(name) if not _is_entry(doc)]
            found = [in_words(doc) for doc in own]
            mine = self._listed.get((site.native_id, site.shop))
            return [*found, mine] if name == "user" and mine is not None else found

        claims = [*page_claims(recorder, self.toml, seen, documents, name="reputation")]
        claims += thermometer_claims(recorder, seen, self.toml, claims)
        unrated = [*unrated_claims(recorder, self.toml, claims)]
        # A page that says only that there is no colour yet lacks no rate.
        shown = {claim.key for claim in claims if claim.says is not Says.UNREADABLE}
        no_rate = {claim.key for claim in unrated} - shown
        yield from (claim for claim in claims if claim.key not in no_rate)
        yield from unrated
        yield from medal_claims(recorder, seen, self.toml)
        yield from permission_claims(recorder, documents("account"))
        yield from protection_claims(recorder, documents("user"), self.toml)
        if problem:
            key, origin = recorder.key("account.status"), Origin("reputation", "the page", "which shop")
            yield recorder.unreadable(key, problem, scope=Scope.ACCOUNT, origin=origin)

    def _own_countries(self, console: Console, page: Page) -> list[Site]:
        """Return what the answers name, else the page: the country of its language, its one id, its host."""
        docs = [*console.documents("user"), *console.documents("account")]
        named = sorted({words_in(dig(doc.value, "site_id"))[:20] for doc in docs} - {""})
        if named:
            return [replace(self._site(native), sources=("user",)) for native in named]
        region = page.language.replace("_", "-").rpartition("-")[2].upper()
        rows = [row for row in self.toml.sites if row.country == region]
        said = {word for line in page_lines(page) for word in line.split()}
        shown = [row for row in self.toml.sites if row.native_id in said]
        rows = rows or (shown if len(shown) == 1 else [])
        rows = rows or [row for row in self.toml.sites if row.host == console.host]
        if not rows:
            what = "nothing says in which country this login sells"
            raise Stop(Outcome.UNKNOWN_PAGE, f"{what}; set `home` of the account to its country")
        return [rows[0].site()]

    def _site(self, native: str) -> Site:
        """Return the site of an id; one that site.toml does not know is a site all the same."""
        row: SiteRow | None = next((row for row in self.toml.sites if row.native_id == native), None)
        return Site(native.upper(), native, native) if row is None else row.site()

    def _open(self, console: Console, site: Site) -> Page:
        if site.shop:
            # That a cross-border seller has the page of each country is said nowhere: the list will do.
            return console.offered("cross_border", logistic_type=site.shop) or console.open("home")
        return console.open("reputation_br" if site.country == "BR" else "reputation")

    def _problem(self, console: Console, site: Site, page: Page) -> str:
        """Return why the open page may not be of a shop; raise Stop if it is of another country."""
        said = [self._is_of(doc, site) for doc in console.documents("user") if not _is_entry(doc)]
        if True in said:
            return ""
        if not site.shop:
            if False in said:
                raise Stop(Outcome.WRONG_PLACE, f"asked for {site.native_id}, the page is of another country")
            return ""
        if False in said:
            return f"asked for {site.native_id} {site.shop}, the page is of another shop"
        if page.name == "home" or sum(native == site.native_id for native, _ in self._listed) > 1:
            return f"nothing on the page says that it is {site.native_id} {site.shop}"
        return ""

    def _is_of(self, doc: Document, site: Site) -> bool | None:
        """Tell whether an answer is about a shop: by country, and by user or type as the list has them."""
        native, user = words_in(dig(doc.value, "site_id")), words_in(there(doc.value, _USER))
        if native and native != site.native_id:
            return False
        if not site.shop:
            return True if native else None
        users = {words_in(dig(its.value, "user_id")): shop for shop, its in self._listed.items()}
        if user in users:
            return users[user] == (site.native_id, site.shop)
        shop = words_in(dig(doc.value, "logistic_type"))
        return shop == site.shop if native and shop else None

    def _never_opened(self, console: Console, site: Site) -> Claim:
        """Claim that the cross-border list still does not name this country."""
        recorder: Recorder = console.recorder(site, console.open("home"))
        key = recorder.key("account.level")
        origin = Origin("home", "the cross_border answer", "site_id")
        sold = {native for native, _ in _shops(console.documents("cross_border"))}
        if not sold or site.native_id in sold:
            why = "the list of countries did not come again, or names it now"
            return recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)
        return recorder.absent(key, Says.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=origin)


def _is_entry(doc: Document) -> bool:
    """Tell whether a document is an entry of the cross-border list, and not the answer on a user."""
    return "user_id" in doc.value and "logistic_type" in doc.value


def _shops(entries: Sequence[Document]) -> dict[Shop, Document]:
    """Return the shops of a cross-border seller, each with its entry in the list."""
    shops = (
        (words_in(dig(doc.value, "site_id"))[:20], words_in(dig(doc.value, "logistic_type"))[:40])
        for doc in entries
    )
    return {shop: doc for shop, doc in zip(shops, entries, strict=True) if all(shop)}
