"""eBay Seller Hub: one seller, a level for each program; what is sourced stands in README.md beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus

from checker.flow import Beside, Console, Document, Flow, Page, dig, site_documents, words_in
from checker.model import (
    Claim,
    Cycle,
    Level,
    Origin,
    Presence,
    Rank,
    Reading,
    Registration,
    Says,
    Scope,
    Site,
)
from flows.ebay.service import count_claims, service_claims

__all__ = ["EbayFlow"]


class EbayFlow(Flow):
    """Reads the seller level of each program, its service metrics and its listing violations."""

    marketplace = "ebay"

    def sites(self, console: Console) -> Sequence[Site]:
        """List the four programs; the console's own profiles say which of them know this seller."""
        console.offered("overview")
        known = {words_in(dig(doc.value, "program")) for doc in console.documents("profile")} - {""}
        return [
            replace(row.site(), registration=_registration(row.native_id, known)) for row in self.toml.sites
        ]

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read the dashboard, the service metrics, the listing violations."""
        page = self.opened(console, site, "dashboard", program=site.native_id)
        if self._never_opened(console, site, page):
            recorder = console.recorder(site, page)
            origin = Origin("dashboard", "document", "no level in this region")
            key = recorder.key("account.level")
            yield recorder.absent(key, Says.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=origin)
            return
        yield from console.claims(site, page)
        yield from self._not_evaluated(console, site, page)
        yield from self._beside_the_level(console, site, page)
        service = self.offered(console, site, "service", program=site.native_id)
        if service is not None:
            recorder = console.recorder(site, service)
            yield from service_claims(recorder, service, console.documents("service"), self.toml)
        compliance = self.offered(console, site, "compliance", program=site.native_id)
        if compliance is not None:
            recorder = console.recorder(site, compliance)
            counts = console.documents("violation_summary") or _nothing_to_count(console)
            yield from count_claims(recorder, counts, self.toml.data["marketplaces"])
            yield from console.claims(site, compliance)

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A program with a level is one the seller trades in, whatever the list said."""
        level = next((r for r in readings if r.key.metric == "account.level"), None)
        if level is None or level.presence is Presence.UNREADABLE:
            return site
        opened = level.presence is not Presence.NOT_REGISTERED
        return replace(site, registration=Registration.ACTIVE if opened else Registration.NOT_REGISTERED)

    def _never_opened(self, console: Console, site: Site, page: Page) -> bool:
        """Tell whether the page says that there is no level here, and no answer says that there is one."""
        said = page.text.casefold()
        profiles, _ = site_documents("current", self.toml, site, console.documents)
        return not profiles and any(text.casefold() in said for text in self.toml.data["no_level"])

    def _not_evaluated(self, console: Console, site: Site, page: Page) -> Iterator[Claim]:
        """Claim that a level without a single metric is that of a seller nobody has evaluated yet."""
        recorder = console.recorder(site, page)
        for cycle in Cycle:
            docs, _ = site_documents(cycle.value, self.toml, site, console.documents)
            for doc in docs:
                if dig(doc.value, "metrics") == []:
                    origin = Origin("dashboard", f"the {cycle.value} answer", "metrics")
                    key = recorder.key("account.level", cycle=cycle)
                    yield recorder.absent(key, Says.NOT_RATED, scope=Scope.ACCOUNT, origin=origin)

    def _beside_the_level(self, console: Console, site: Site, page: Page) -> Iterator[Claim]:
        """Claim the Top Rated Plus badge, whose loss is no red, and the day of the next evaluation."""
        recorder = console.recorder(site, page)
        names = {name.casefold() for name in self.toml.data["top_rated_plus"]}
        badges = [element for element in page.all("main *") if element.text.casefold() in names]
        if badges:
            origin = Origin("dashboard", "document", "Top Rated Plus")
            yield recorder.word(recorder.key("account.badge"), badges[0].text, Level.OK, origin=origin)
        following = page.beside({label.casefold() for label in self.toml.data["next_evaluation"]})
        if isinstance(following, Beside):
            yield recorder.shown(
                recorder.key("ebay.next_evaluation"),
                rank=Rank.WORD,
                native=following.text[:80],
                origin=Origin("dashboard", "document", "next evaluation"),
            )


def _registration(program: str, known: set[str]) -> Registration:
    if not known:
        return Registration.UNKNOWN
    return Registration.ACTIVE if program in known else Registration.NOT_REGISTERED


def _nothing_to_count(console: Console) -> Sequence[Document]:
    """Return an empty summary where the console answered 204, as the API does where nothing is wrong."""
    answer = console.answer("violation_summary")
    if answer is None or answer.status != HTTPStatus.NO_CONTENT:
        return []
    return [Document("violation_summary", {"violationSummaries": []}, (), answer.url, {}, answer.status, "")]
