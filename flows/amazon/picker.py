"""Every site the console's pickers name, however little the account has to do with it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from checker.flow import SiteToml
from checker.flow.site_toml import SiteRow
from checker.model import Registration, Site
from flows.amazon.tables import Tables, dig

__all__ = [
    "Named",
    "bare_id",
    "bare_name",
    "named_by_reach",
    "named_by_region",
    "named_by_row",
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
    """One site as one source names it."""

    native_id: str
    label: str
    registration: Registration
    source: str
    merchant: str = ""
    account: str = ""
    selected: bool = False


def bare_id(text: str) -> str:
    """Return a marketplace id without Amazon's prefix."""
    return text.removeprefix(_PREFIX)


def bare_name(text: str, tables: Tables | None = None) -> str:
    """Return a row's name without what the picker adds to it: "(current)", "(pending registration)"."""
    if tables is not None:
        text = text.replace(tables.pending_label, "")
    return _SUFFIX.sub("", text).strip()


def _registration(tables: Tables, pending: str, *texts: str) -> Registration:
    """Return what a row's suffix says of its store; one nobody knows, in a language nobody read, is unknown.

    pending: the console's own words for a pending registration, as its label file gives them.
    """
    marks = (*tables.pending_marks, *([pending] if pending else []))
    if any(mark in text for mark in marks for text in texts):
        return Registration.PENDING
    known = any(mark in texts[0] for mark in tables.current_marks)
    return Registration.UNKNOWN if _SUFFIX.search(texts[0]) and not known else Registration.ACTIVE


def named_by_region(body: Any, tables: Tables, pending: str = "") -> Iterator[Named]:
    """Yield the sites of a `regional-accounts` answer; a pending suffix means never registered."""
    rows = dig(body, ("regionalAccounts",))
    for row in rows if isinstance(rows, list) else ():
        native = dig(row, ("ids", "mons_sel_mkid"))
        if not isinstance(native, str) or not native:
            continue
        label = str(row.get("label") or row.get("typeLabel") or "")
        yield Named(
            bare_id(native)[:_LONGEST],
            bare_name(label, tables),
            _registration(tables, pending, label, str(row.get("typeLabel"))),
            "regional accounts",
            merchant=str(dig(row, ("ids", "mons_sel_dir_mcid")) or ""),
            account=str(row.get("globalAccountId") or ""),
            selected=row.get("selected") is True,
        )


def named_by_row(text: str, toml: SiteToml, tables: Tables, language: str, pending: str = "") -> Named | None:
    """Return the site a row of the picker names, where no answer of its own says so; none for an account."""
    row = row_for_store(bare_name(text, tables), toml, language)
    if row is None:
        return None
    return Named(row.native_id, row.label, _registration(tables, pending, text), "picker rows")


def named_by_reach(
    body: Any, toml: SiteToml, registration: Registration = Registration.NOT_REGISTERED
) -> Iterator[Named]:
    """Yield the marketplaces `GetMarketplaceSwitcher` names; its shape is not public, so ids are sought.

    It names trading stores too: only beside a picker that was read does it mean "merely reachable".
    """
    known = {row.native_id for row in toml.sites}
    stack, nodes = [body], 0
    while stack and nodes < _MAX_NODES:
        node, nodes = stack.pop(), nodes + 1
        if isinstance(node, list):
            stack.extend(reversed(node))
        elif isinstance(node, dict):
            native = _marketplace_id(node, known)
            if native:
                yield Named(native, _label(node), registration, "marketplace switcher")
            stack.extend(value for value in reversed(node.values()) if isinstance(value, (dict, list)))


def _marketplace_id(node: Mapping[str, Any], known: set[str]) -> str:
    for name, value in node.items():
        if not isinstance(value, str):
            continue
        bare = bare_id(value)
        speaks_of_it = value.startswith(_PREFIX) or "marketplaceid" in name.casefold().replace("_", "")
        if bare in known or (speaks_of_it and _ID.match(bare)):
            return bare
    return ""


def _label(node: Mapping[str, Any]) -> str:
    names = ("label", "name", "marketplaceName", "countryName", "domainName")
    return next((str(node[name]) for name in names if isinstance(node.get(name), str)), "")


def sites_of(named: Iterable[Named], toml: SiteToml) -> list[Site]:
    """Merge what every source says: the first source decides, later ones only add what it lacks.

    A shop is told apart by its account only where two accounts have the same marketplace.
    """
    named = list(named)
    rows = {row.native_id: row for row in toml.sites}
    twice = _under_two_accounts(named)
    sites: dict[tuple[str, str], Site] = {}
    for entry in named:
        shop = entry.account.rpartition(".")[2] if entry.native_id in twice else ""
        same = [key for key, site in sites.items() if _is_same(entry, key, shop, site)]
        if same:
            for key in same:
                sites[key] = replace(sites[key], sources=_added(sites[key].sources, entry.source))
        else:
            sites[entry.native_id, shop] = _site(entry, rows.get(entry.native_id), shop)
    return list(sites.values())


def _under_two_accounts(named: Iterable[Named]) -> set[str]:
    accounts: dict[str, set[str]] = {}
    for entry in named:
        if entry.account:
            accounts.setdefault(entry.native_id, set()).add(entry.account)
    return {native for native, owners in accounts.items() if len(owners) > 1}


def _is_same(entry: Named, key: tuple[str, str], shop: str, site: Site) -> bool:
    if not entry.account and entry.native_id == entry.label:
        # A source that knows names only: the panel, of a store that is in no table.
        return site.label == entry.label or key[0] == entry.native_id
    return key[0] == entry.native_id and (key[1] == shop or not entry.account)


def _added(sources: tuple[str, ...], source: str) -> tuple[str, ...]:
    return sources if source in sources else (*sources, source)


def _site(entry: Named, row: SiteRow | None, shop: str) -> Site:
    handles = (("merchant", entry.merchant), ("account", entry.account))
    kept = tuple((name, value) for name, value in handles if value)
    if row is None:
        # A store that opened after this table was written still gets its record, under its id.
        label = entry.label or entry.native_id
        return Site(
            entry.native_id,
            entry.native_id,
            label,
            entry.registration,
            shop=shop,
            handles=kept,
            locale="en_US",
            sources=(entry.source,),
        )
    return Site(
        row.code,
        row.native_id,
        row.label,
        entry.registration,
        row.country,
        row.host,
        row.locale,
        row.zone,
        row.currency,
        shop,
        kept,
        (entry.source,),
    )


def row_for_store(store: str, toml: SiteToml, language: str) -> SiteRow | None:
    """Return the site a store's name means on a page in `language`, or none."""
    wanted = bare_name(store).casefold()
    for row in toml.sites:
        if wanted in _names(row, language):
            return row
    return None


def _names(row: SiteRow, language: str) -> set[str]:
    domain = row.host.removeprefix("sellercentral.")
    names = {row.code, row.label, row.native_id, row.country, domain, f"www.{domain}"}
    for tag in (language, language.partition("-")[0], "en", row.locale.partition("_")[0]):
        names.add(_territory(tag, row.country))
    return {name.casefold() for name in names if name}


def _territory(language: str, country: str) -> str:
    try:
        return str(Locale.parse(language or "en", sep="-").territories.get(country, ""))
    except (UnknownLocaleError, ValueError):
        return ""
