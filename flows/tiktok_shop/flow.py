"""TikTok Shop Seller Center: every market of a login, its ratings, indicators and violation records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from checker.errors import Stop
from checker.flow import Console, Flow, Found, Page, Recorder, dig, switches, there, words_in
from checker.flow.shown_place import shown_place
from checker.model import (
    Claim,
    Kind,
    Origin,
    Outcome,
    Registration,
    Says,
    Scope,
    Site,
)
from flows.tiktok_shop.bands import band_claims
from flows.tiktok_shop.records import Records

__all__ = ["TiktokShopFlow"]

_ANSWERS: Final = ("ahr", "overview", "performance", "limit")
_SWITCH: Final = "shop_region"
_REGION: Final = (_SWITCH, "region", "region_code")
_RATING: Final = "account.health_rating"
_STATUS: Final = "account.status"
_OPENED: Final = {True: Registration.ACTIVE, False: Registration.NOT_REGISTERED}


class TiktokShopFlow(Flow):
    """Reads the account health of every market a login reaches."""

    marketplace = "tiktok_shop"
    proofs = (_RATING, "account.penalty_points")

    _several: bool = False
    _listed: frozenset[str] = frozenset()
    """The markets that the console named itself; others are only tried."""

    def sites(self, console: Console) -> Sequence[Site]:
        """List the markets the console names; where it lists none, every one there is, to be tried.

        On a country's own host (the account's `home`) that country is the one there is.
        """
        page = console.offered("home") or console.open("health")
        named = _named(console, page)
        here = next((row.native_id for row in self.toml.sites if row.host and row.host == console.host), "")
        tried: list[Site] = []
        if not named:
            shown = here or self._shown(page)
            named = {shown: Registration.UNKNOWN} if shown else {}
            tried = [] if here else [row.site() for row in self.toml.sites if row.native_id != shown]
        self._listed = frozenset(named)
        found = [self._site(region, opened) for region, opened in named.items()] + tried
        self._several = len(found) > 1
        return found

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read the health page: everything declared, the bands of the points, banner and records."""
        region = {_SWITCH: site.native_id} if self._several else {}
        page = console.open("health", **region)
        recorder = console.recorder(site, page)
        if self._never_opened(console, page, site):
            origin = Origin("health", "document", "no shop in this market")
            key, says = recorder.key(_STATUS), Says.NOT_REGISTERED
            yield recorder.absent(key, says, scope=Scope.ACCOUNT, origin=origin)
            return
        rated = False
        for claim in console.claims(site, page):
            rated |= claim.key.metric == _RATING
            yield from self._with_standing(recorder, claim)
        if not rated and site.native_id in self.toml.data["rated"]:
            why = "neither in an answer nor on the page"
            key, origin = recorder.key(_RATING), Origin("health", "the ahr answer", "score")
            yield recorder.unreadable(key, why, scope=Scope.ACCOUNT, kind=Kind.SCORE, origin=origin)
        yield from band_claims(recorder, self.toml, console.documents("overview"))
        yield from Records(console, self.toml).read(recorder, page, region)

    def _site(self, region: str, opened: Registration) -> Site:
        """Return a market; one that site.toml does not know keeps its own code and no locale to read by."""
        row = next((row for row in self.toml.sites if region in (row.native_id, row.code)), None)
        if row is None:
            return Site(region, region, region, opened, sources=("console",))
        return replace(row.site(), registration=opened, sources=("site.toml", "console"))

    def _shown(self, page: Page) -> str:
        """Return the one market that a page shows as chosen, or that is its header's; nothing without one."""
        hint = page.find(self.toml.widgets["region"].chain)
        said = hint.text.strip().upper() if isinstance(hint, Found) else ""
        if said.isalnum() and len(said) == 2:  # noqa: PLR2004 - the code of a country
            return said
        rows = self.toml.sites
        ours = [row.native_id for row in rows if shown_place(page, self.toml, row.site(), "en").is_ours]
        return ours[0] if len(ours) == 1 else ""

    def _never_opened(self, console: Console, page: Page, site: Site) -> bool:
        """Tell whether a market was never opened; raise Stop where the page is not the market's own.

        One that the console did not list, and that shows another one when tried, is not one of this login.
        """
        docs = [doc for name in _ANSWERS for doc in console.documents(name)]
        asked = ((doc.query.get(_SWITCH), words_in(there(doc.value, _REGION))) for doc in docs)
        said = {(ours or its).upper()[:8] for ours, its in asked} - {""}
        # What an answer says itself goes before what it was asked with: a console may ignore the question.
        stated = {words_in(there(doc.value, (_SWITCH,))).upper()[:8] for doc in docs} - {""}
        own = {site.native_id, site.code}
        shown = self._shown(page)
        others = sorted(({shown} - {""} - own) or (stated - own) or (said - own if not said & own else set()))
        if others:
            if site.native_id not in self._listed:
                return True
            shows = ", ".join(others)[:80]
            raise Stop(Outcome.WRONG_PLACE, f"asked for {site.native_id}, the page shows {shows}")
        if not docs and any(words in page.text.casefold() for words in self.toml.data["not_opened"]):
            return True
        # The page's own calls may repeat what it was asked with: no proof of a market that is only tried.
        proofs = said if site.native_id in self._listed else stated
        if self._several and not shown and not proofs & own:
            why = f"nothing on the page says that it shows {site.native_id}"
            raise Stop(Outcome.UNKNOWN_PAGE, f"{why}; `home` in the settings names a login's only market")
        return False

    def _with_standing(self, recorder: Recorder, claim: Claim) -> Iterator[Claim]:
        """Yield a claim; a rating that is a code of its own says how the account stands, too."""
        rating = claim.value if claim.key.metric == _RATING else None
        level = None if rating is None else self.toml.codes["rating"].get(f"{rating.normalize():f}")
        yield claim
        if level is None:
            return
        for key, scope in ((claim.key, claim.scope), (recorder.key(_STATUS), Scope.ACCOUNT)):
            code, origin = words_in(claim.value), claim.origin
            yield recorder.word(key, code, level, scope=scope, origin=origin, rank=claim.rank)


def _named(console: Console, page: Page) -> dict[str, Registration]:
    """Return every region that an answer or a switch of the page names, and whether it was ever opened."""
    found: dict[str, Registration] = {}
    for doc in console.documents("regions"):
        region, opened = words_in(there(doc.value, _REGION)), dig(doc.value, "opened")
        if region.isalnum():
            found[region.upper()[:8]] = _OPENED.get(opened, Registration.UNKNOWN)
    for switch in switches(page, {_SWITCH}):
        if switch.value.isalnum():
            found.setdefault(switch.value.upper()[:8], Registration.UNKNOWN)
    return found
