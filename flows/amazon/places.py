"""Every store that any source of the console names, and what a page says of where it is; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from checker.flow import Document, Page, SiteToml, dig, words_in
from checker.flow.shown_place import site_named
from checker.flow.site_toml import SiteRow
from checker.flow.switches import switches
from checker.model import Registration, Site

__all__ = [
    "NOWHERE",
    "Named",
    "Place",
    "differing",
    "named_by_ids",
    "named_by_region",
    "named_by_store",
    "named_by_switches",
    "named_in_header",
    "place_in",
    "row_for_store",
    "sites_of",
]

_PREFIX: Final = "amzn1.mp.o."
_ID: Final = re.compile(r"A[0-9A-Z]{9,15}\Z")
_SUFFIX: Final = re.compile(r"(?:\s*[(（][^()（）]*[)）])+\s*\Z")
_LONGEST: Final = 40
# Deeper or larger than any picker answer has a reason to be.
_MAX_NODES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Named:
    """One store as one source names it."""

    native_id: str
    label: str
    registration: Registration
    source: str
    merchant: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The marketplace id and the global account id a console says are selected; empty where it is silent."""

    native_id: str = ""
    account: str = ""
    label: str = ""


NOWHERE: Final = Place()


# Stores...


def _bare_name(text: str) -> str:
    """Return a store's name without what the picker adds to it: "(current)", "(pending registration)"."""
    return _SUFFIX.sub("", text).strip()


def _registration(toml: SiteToml, pending: str, *texts: str) -> Registration:
    """Return what a row's suffix says of its store; one in words that nobody knows says nothing."""
    marks = (*toml.data["pending_marks"], *([pending] if pending else []))
    if any(mark in text for mark in marks for text in texts):
        return Registration.PENDING
    known = any(mark in texts[0] for mark in toml.data["current_marks"])
    return Registration.UNKNOWN if _SUFFIX.search(texts[0]) and not known else Registration.ACTIVE


def named_by_region(body: Any, toml: SiteToml, pending: str, account: str = "") -> Iterator[Named]:
    """Yield the stores of a `regional-accounts` answer.

    Args:
        body: The answer.
        toml: The flow's data.
        pending: The console's own words for a registration that is pending.
        account: The global account that was asked for.
    """
    rows = dig(body, "regionalAccounts")
    for row in rows if isinstance(rows, list) else ():
        native = words_in(dig(row, "ids.mons_sel_mkid")).removeprefix(_PREFIX)[:_LONGEST]
        if native:
            label = words_in(row.get("label")) or words_in(row.get("typeLabel"))
            yield Named(
                native,
                _bare_name(label.replace(toml.data["pending_label"], "")),
                _registration(toml, pending, label, words_in(row.get("typeLabel"))),
                "regional accounts",
                words_in(dig(row, "ids.mons_sel_dir_mcid")),
                words_in(row.get("globalAccountId")) or account,
            )


def named_by_store(text: str, toml: SiteToml, language: str, source: str, pending: str = "") -> Named | None:
    """Return the store that a name means; None for what names none: an account, say."""
    row = row_for_store(text.replace(toml.data["pending_label"], ""), toml, language)
    if row is None:
        return None
    return Named(row.native_id, row.label, _registration(toml, pending, text), source)


def named_by_ids(body: Any, toml: SiteToml, registration: Registration) -> Iterator[Named]:
    """Yield the stores that `GetMarketplaceSwitcher` names; its shape is not public, so ids are sought."""
    known = {row.native_id for row in toml.sites}
    stack, nodes = [body] if isinstance(body, (dict, list)) else [], 0
    while stack and nodes < _MAX_NODES:
        node, nodes = stack.pop(), nodes + 1
        if isinstance(node, dict) and (native := _marketplace_id(node, known)):
            names = ("label", "name", "marketplaceName", "countryName", "domainName")
            label = next((words_in(node[name]) for name in names if words_in(node.get(name))), "")
            yield Named(native, label, registration, "marketplace switcher")
        inner = node if isinstance(node, list) else list(node.values())
        stack.extend(value for value in reversed(inner) if isinstance(value, (dict, list)))


def _marketplace_id(node: Mapping[str, Any], known: set[str]) -> str:
    for name, value in node.items():
        bare = words_in(value).removeprefix(_PREFIX)
        speaks_of_it = bare != value or "marketplaceid" in name.casefold().replace("_", "")
        if bare in known or (speaks_of_it and _ID.match(bare)):
            return bare
    return ""


def named_by_switches(page: Page, toml: SiteToml) -> Iterator[Named]:
    """Yield the stores that links, selectors and the header's menu offer to switch to."""
    for switch in switches(page, toml.data["switch"]):
        native = switch.value.removeprefix(_PREFIX)
        if _ID.match(native):
            yield Named(native, _bare_name(switch.label), Registration.UNKNOWN, "switches")
    for element in page.all(toml.data["menu"]):
        named = named_by_store(_bare_name(element.text), toml, page.language, "header menu")
        if named is not None:
            yield replace(named, registration=Registration.UNKNOWN)


def sites_of(named: Iterable[Named], toml: SiteToml) -> list[Site]:
    """Merge what every source says: the first source decides, later ones only add what it lacks.

    A shop is told apart by its account only where two accounts have the same marketplace.
    """
    named = list(named)
    rows = {row.native_id: row for row in toml.sites}
    owners: dict[str, set[str]] = {}
    for entry in named:
        owners.setdefault(entry.native_id, set()).update({entry.account} - {""})
    sites: dict[tuple[str, str], Site] = {}
    for entry in named:
        shop = entry.account.rpartition(".")[2] if len(owners[entry.native_id]) > 1 else ""
        same = [key for key, site in sites.items() if _is_same(entry, key, shop, site)]
        for key in same:
            sources = dict.fromkeys((*sites[key].sources, entry.source))
            sites[key] = replace(sites[key], sources=tuple(sources))
        if not same:
            sites[entry.native_id, shop] = _site(entry, rows.get(entry.native_id), shop)
    return list(sites.values())


def _is_same(entry: Named, key: tuple[str, str], shop: str, site: Site) -> bool:
    if not entry.account and entry.native_id == entry.label:
        # A source that knows names only: the panel, of a store that is in no table.
        return site.label == entry.label or key[0] == entry.native_id
    return key[0] == entry.native_id and (key[1] == shop or not entry.account)


def _site(entry: Named, row: SiteRow | None, shop: str) -> Site:
    # A store that opened after the table was written still gets its record, under its id.
    site = row.site() if row else Site(entry.native_id, entry.native_id, entry.label or entry.native_id)
    handles = (("merchant", entry.merchant), ("account", entry.account))
    return replace(
        site,
        registration=entry.registration,
        shop=shop,
        handles=tuple((name, value) for name, value in handles if value),
        sources=(entry.source,),
        locale=site.locale or "en_US",
    )


def row_for_store(store: str, toml: SiteToml, language: str) -> SiteRow | None:
    """Return the site a store's name means on a page in `language`; None for a name nobody can place."""
    return site_named(toml, _bare_name(store), language)


# ... and where a page says it is.


def place_in(documents: Sequence[Document]) -> Place:
    """Return what the console's selection answer says, the latest of them."""
    for body in (document.value for document in reversed(documents)):
        if native := words_in(dig(body, "regionalAccount.ids.mons_sel_mkid")):
            owners = (dig(body, path) for path in ("regionalAccount.globalAccountId", "globalAccount.id"))
            account = next(filter(None, map(words_in, owners)), "")
            label = _bare_name(words_in(dig(body, "regionalAccount.label")))
            return Place(native.removeprefix(_PREFIX), account, label)
    return NOWHERE


def named_in_header(page: Page, toml: SiteToml, known: Iterable[Site]) -> set[str]:
    """Return the marketplace ids the page's header names; nothing for a name nobody can place."""
    by_label = {site.label.casefold(): site.native_id for site in known}
    found = next((seen for css in toml.data["header"] if (seen := page.all(css))), ())
    names: set[str] = set()
    for element in found:
        row = row_for_store(element.text, toml, page.language)
        names.add(row.native_id if row else by_label.get(_bare_name(element.text).casefold(), ""))
    return names - {""}


def differing(site: Site, accounts: frozenset[str], place: Place, names: Iterable[str]) -> str:
    """Return what says that this is another place than `site`, in words; nothing if nothing does."""
    mine = frozenset({site.handle("account")} - {""}) or accounts
    if place.account and mine and place.account not in mine:
        return "the console shows another account than the one signed in to"
    if place.native_id not in ("", site.native_id):
        return f"the console says {place.native_id} is selected"
    others = sorted({*names} - {site.native_id})
    return f"the page shows {', '.join(others)}" if others else ""
