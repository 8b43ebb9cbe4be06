"""Walmart Seller Center: its partners, their status and their performance; sources stand in README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from checker.errors import Stop
from checker.flow import (
    Console,
    Document,
    Flow,
    Found,
    Page,
    dig,
    offered_addresses,
    page_claims,
    switches,
    there,
    words_in,
)
from checker.model import Claim, Origin, Outcome, Registration, Says, Scope, Site

__all__ = ["WalmartFlow"]

_STATUS: Final = "account.status"
_NUMBER: Final = ("partnerId", "sellerId")
_NAME: Final = (
    "partnerName",
    "partnerDisplayName",
    "sellerName",
    "name",
    "displayName",
    "storeName",
    "shopName",
    "businessName",
)
_CHOSEN: Final = "option[selected], [aria-selected=true], [aria-checked=true], [aria-current]"
_OFFERED: Final = "a, a *, option"
_HEADER: Final = "header, header *, [role=banner] *, h1"


@dataclass(frozen=True, slots=True)
class _Partner:
    """One partner the console names."""

    name: str
    launched: bool = True


class WalmartFlow(Flow):
    """Reads the account status and the performance cards of every partner of a login."""

    marketplace = "walmart"
    proofs = (_STATUS,)

    _partners: dict[str, _Partner] = {}  # noqa: RUF012 - replaced, never changed
    _own: str = ""
    _began: str = ""
    _at: str = ""
    _parameter: str = "partnerId"

    def sites(self, console: Console) -> Sequence[Site]:
        """List the partners that answers and switches name; one where nothing names any."""
        page = console.open("home")
        (row,) = [row for row in self.toml.sites if row.host == self.toml.hosts.start]
        self._partners = _partners(console, page)
        shown = self._shown(page)
        self._own = self._began = self._at = next(iter(shown)) if len(shown) == 1 else ""
        self._parameter = self._said_by(console, page) or self._parameter
        if not self._partners:
            return [replace(row.site(), shop=self._hinted(page))]
        return [
            replace(
                row.site(),
                shop=number,
                label=partner.name or row.label,
                registration=Registration.ACTIVE if partner.launched else Registration.NOT_REGISTERED,
                sources=("partners",),
            )
            for number, partner in self._partners.items()
        ]

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read the home page's status, then the performance cards."""
        home = self._opened(console, "home", site)
        claims = list(page_claims(console.recorder(site, home), self.toml, home, console.documents))
        yield from claims
        yield from self._status(console, site, home, is_said=any(c.key.metric == _STATUS for c in claims))
        page = self._opened(console, "performance", site)

        def documents(name: str) -> Sequence[Document]:
            others = self._partners.keys() - {site.shop}
            found = [doc for doc in console.documents(name) if not others & set(doc.query.values())]
            return [*found, *self._without_content(console)] if name == "summary" else found

        yield from page_claims(console.recorder(site, page), self.toml, page, documents)
        self._parameter = self._said_by(console, page) or self._parameter

    def leave(self, console: Console) -> None:
        """Show again the partner that was shown: a console may remember which one was asked for last."""
        if self._partners and self._began and self._at != self._began:
            console.open("home", **{self._parameter: self._began})

    def _said_by(self, console: Console, page: Page) -> str:
        """Return what the console names a partner by in its addresses, as far as they tell.

        That is what its picker has every partner under that it does not show, or a call the one being shown.
        """
        picked: dict[str, set[str]] = {}
        for address, _ in offered_addresses(page):
            for name, said in parse_qsl(address.partition("#")[0].partition("?")[2]):
                picked.setdefault(name, set()).add(said)
        others = self._partners.keys() - {self._at}
        calls = (doc.query for name in self.toml.answers for doc in console.documents(name))
        named = [name for query in calls for name, said in query.items() if said and said == self._at]
        named += [name for name, numbers in picked.items() if others and others <= numbers]
        return next(iter(named), "")

    def _without_content(self, console: Console) -> Iterator[Document]:
        """Yield the summaries that were answered with 204: only their address says which they are."""
        for name in sorted(self.toml.metric_maps["performance"].keys() & self.toml.answers.keys()):
            for answer in console.answers(name):
                if answer.status == HTTPStatus.NO_CONTENT:
                    yield Document(
                        "summary", {}, (name,), answer.url, answer.query, answer.status, answer.url
                    )

    def _opened(self, console: Console, name: str, site: Site) -> Page:
        """Open a page for a partner and prove that it shows that partner.

        The one that the console shows by itself is not asked for until another one was.
        """
        several = len(self._partners) > 1
        if several and site.shop != self._own:
            self._own = ""
        self._at = site.shop
        page = console.open(name, **({self._parameter: site.shop} if several and not self._own else {}))
        shown = self._shown(page)
        if site.shop != self._began and shown == {self._began}:
            # The partner that the login begins with: the console did not switch, and nobody else's is shown.
            raise Stop(
                Outcome.NOT_REACHABLE,
                f"asked for partner {site.shop}, the console goes on showing {self._began}",
            )
        if site.shop and shown and site.shop not in shown:
            others = ", ".join(sorted(shown))[:40]
            raise Stop(Outcome.WRONG_PLACE, f"asked for partner {site.shop}, the page shows {others}")
        if several and shown != {site.shop}:
            raise Stop(Outcome.UNKNOWN_PAGE, f"nothing on the page says that it shows partner {site.shop}")
        return page

    def _hinted(self, page: Page) -> str:
        found = page.find(self.toml.widgets["partner"].chain)
        return found.text[:40] if isinstance(found, Found) and found.text.isdigit() else ""

    def _shown(self, page: Page) -> set[str]:
        """Return the partners a page names as shown: by its own mark, as chosen, or in its header."""
        if hinted := self._hinted(page):
            return {hinted}
        for css in (_CHOSEN, _HEADER):
            # Of a menu nothing is shown but the entry that is chosen.
            menu = set() if css == _CHOSEN else {one.node_id for one in page.all(_OFFERED)}
            shown = (one for one in page.all(css) if one.node_id not in menu)
            texts = {one.text for one in shown if css == _CHOSEN or not one.inside("a, option")}
            words = {word for text in texts for word in re.findall(r"\w+", text)}
            numbers = {number for number in self._partners if number in words}
            named = {number for number, partner in self._partners.items() if partner.name in texts - {""}}
            if numbers or named:
                return numbers or named
        return set()

    def _status(self, console: Console, site: Site, page: Page, *, is_said: bool) -> Iterator[Claim]:
        """Claim what the element public material names says, or that this partner was never launched."""
        recorder = console.recorder(site, page)
        key, widget = recorder.key(_STATUS), self.toml.widgets["status"]
        found = page.find(widget.chain)
        if isinstance(found, Found):
            level = self.toml.level_of_word("status", found.text, recorder.language or "en")
            origin = Origin("home", "document", found.rule, found.place, widget.picture)
            yield recorder.word(key, found.text[:80], level, scope=Scope.ACCOUNT, origin=origin)
            return
        origin = Origin("home", "document", str(widget.chain[0]))
        said = page.text.casefold()
        if any(phrase.casefold() in said for phrase in self.toml.data["not_launched"]):
            yield recorder.absent(key, Says.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=origin)
        elif not is_said:
            yield recorder.unreadable(key, found.reason, scope=Scope.ACCOUNT, origin=origin)


def _partners(console: Console, page: Page) -> dict[str, _Partner]:
    """Return the partners that an answer lists, or that the page offers to switch to, by their numbers."""
    found: dict[str, _Partner] = {}
    for doc in (*console.documents("partners"), *console.documents("partners_named")):
        number = words_in(there(doc.value, _NUMBER))[:40]
        if number:
            name = words_in(there(doc.value, _NAME))[:80]
            found[number] = _Partner(name, launched=dig(doc.value, "launched") is not False)
    for switch in switches(page, _NUMBER):
        found.setdefault(switch.value[:40], _Partner(switch.label[:80]))
    return found
