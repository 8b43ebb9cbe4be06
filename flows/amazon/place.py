"""Where we are: which store of which account a page or an answer says it shows; pure.

Amazon's own call says it best; the header says it on every page; two answers of the health pages carry
the marketplace id of the figures themselves. Any one that names another place is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from checker.flow import Page, SiteToml
from checker.model import Site
from flows.amazon.picker import bare_id, bare_name, row_for_store
from flows.amazon.tables import dig

__all__ = ["NOWHERE", "Place", "differing", "locale_of", "named_in_answers", "named_in_header", "place_in"]

_HEADERS: Final = (
    ".dropdown-account-switcher-header-label-regional",
    "[data-test='current-account'] [class*='label-regional']",
)


@dataclass(frozen=True, slots=True)
class Place:
    """The marketplace id and the global account id a console says are selected; empty where it is silent."""

    native_id: str = ""
    account: str = ""
    label: str = ""


NOWHERE: Final = Place()


def place_in(body: Any) -> Place:
    """Return what the selection call says; nothing of it for an answer of another shape."""
    native = dig(body, ("regionalAccount", "ids", "mons_sel_mkid"))
    if not isinstance(native, str):
        return NOWHERE
    account = dig(body, ("regionalAccount", "globalAccountId")) or dig(body, ("globalAccount", "id"))
    label = dig(body, ("regionalAccount", "label"))
    return Place(
        bare_id(native),
        account if isinstance(account, str) else "",
        bare_name(label) if isinstance(label, str) else "",
    )


def named_in_header(page: Page, toml: SiteToml, known: Iterable[Site]) -> set[str]:
    """Return the marketplace ids the page's header names; nothing for a name nobody can place."""
    by_label = {site.label.casefold(): site.native_id for site in known}
    found = next((seen for css in _HEADERS if (seen := page.all(css))), ())
    names: set[str] = set()
    for element in found:
        row = row_for_store(element.text, toml, page.language)
        native = row.native_id if row is not None else by_label.get(bare_name(element.text).casefold(), "")
        names |= {native} if native else set()
    return names


def named_in_answers(summary: Any, risk: Any) -> set[str]:
    """Return the marketplace ids that the figures themselves carry."""
    found = (dig(risk, ("marketplaceId",)), dig(summary, ("lateShipMetric", "marketplaceId")))
    return {bare_id(value) for value in found if isinstance(value, str) and value}


def differing(site: Site, accounts: Iterable[str], place: Place, names: Iterable[str]) -> str:
    """Return what says that this is another place than `site`, in words; nothing if nothing does."""
    return next(_differences(site, frozenset(accounts), place, names), "")


def _differences(site: Site, accounts: frozenset[str], place: Place, names: Iterable[str]) -> Iterator[str]:
    mine = frozenset({site.handle("account")} - {""}) or accounts
    if place.account and mine and place.account not in mine:
        yield "the console shows another account than the one signed in to"
    if place.native_id and place.native_id != site.native_id:
        yield f"the console says {place.native_id} is selected"
    for name in names:
        if name != site.native_id:
            yield f"the page shows {name}"


def locale_of(page: Page, site: Site) -> str:
    """Return the locale a page's numbers and dates are written in: the page's language, not the store's."""
    language = page.language.replace("-", "_")
    primary = language.partition("_")[0].lower()
    if not primary or primary == site.locale.partition("_")[0].lower():
        return site.locale or "en_US"
    if primary == "en" and len(language) == len(primary):
        return "en_US"
    for tag in (language, primary):
        try:
            return str(Locale.parse(tag))
        except (UnknownLocaleError, ValueError):
            continue
    return site.locale or "en_US"
