"""Which site a page shows: by what it marks as chosen and by its headings, never by its address; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from babel import Locale, UnknownLocaleError

from checker.flow.page import Page
from checker.flow.page_words import fold
from checker.flow.site_toml import SiteRow, SiteToml
from checker.flow.switches import offered_addresses
from checker.model import Site

__all__ = ["ShownPlace", "misplaced", "shown_place", "shown_shop", "site_named", "way_to"]

_CHOSEN: Final = (
    "option[selected], [aria-selected=true], [aria-checked=true], [aria-pressed=true],"
    " [aria-current]:not([aria-current=false]), [data-selected=true], [data-active=true],"
    " [class~=selected], [class~=active], [class~=current], [class~=is-selected], [class~=is-active]"
)
_HEADINGS: Final = "h1, h2, h3, [role=heading], [aria-live] b, nav [aria-haspopup], header [aria-haspopup]"
# A part of the console's frame that is a name and no more: which market one is in, beside that of the shop.
_FRAME: Final = (
    "header span, header b, header strong, header em, header p, header div, header a, header button,"
    " [role=banner] span, [role=banner] b, [role=banner] strong, [role=banner] div, [role=banner] button"
)
_LONGEST: Final = 80
# A shorter name may be a part of any word.
_TELLING: Final = 4


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """What a page shows of whose it is.

    Attributes:
        is_ours: It names the site that was asked for, and no other.
        others: The sites that it names instead.
    """

    is_ours: bool
    others: tuple[str, ...] = ()

    @property
    def problem(self) -> str:
        """Why what the page says in words cannot be believed to be about the site; empty where it can."""
        if self.is_ours:
            return ""
        if self.others:
            return f"the page shows {', '.join(self.others)}"
        return "the page does not show which site it is about"


def shown_place(page: Page, toml: SiteToml, site: Site, language: str) -> ShownPlace:
    """Return which of the console's sites a page shows.

    Args:
        page: The page as it was seen.
        toml: The flow's data, with every site of the console.
        site: The site that was asked for.
        language: The page's language, in which countries may be named.

    Returns:
        Whether the page shows that site. What is marked as chosen counts first, and else headings.
    """
    shown = _named_by(page, _names_of_sites(toml, site, language))
    return ShownPlace(shown == {site.code}, _labels(toml, shown - {site.code}))


def misplaced(page: Page, toml: SiteToml, site: Site, language: str, *, must_show: bool) -> str:
    """Return why what a page says in words cannot be believed to be about a site.

    Args:
        page: The page as it was seen.
        toml: The flow's data, with every site of the console.
        site: The site that was asked for.
        language: The page's language, in which countries may be named.
        must_show: The page shows one of several sites, and counts only where it shows ours. Of any other
            page it is enough that it does not show another one: a console may ignore which site it was
            asked for, and show the one that was looked at last.

    Returns:
        The reason; empty where the words count.
    """
    if must_show:
        return shown_place(page, toml, site, language).problem
    names = _names_of_sites(toml, site, language)
    shown: set[str] = set()
    for css in (_CHOSEN, "h1"):
        # All of a text, which is a name and no more: a chosen language names a country as well, and a
        # title that mentions a site may be about anything.
        texts = {text for text in _texts(page, css) if len(text) >= _TELLING}
        shown = shown or {code for code, its in names.items() if its & texts}
    if site.code in shown:
        return ""
    return ShownPlace(is_ours=not shown, others=_labels(toml, shown)).problem


def shown_shop(page: Page, shops: Iterable[Site], site: Site) -> ShownPlace:
    """Return which of a login's shops a page shows, by their numbers and names.

    Args:
        page: The page as it was seen.
        shops: Every shop of the login.
        site: The one that was asked for.

    Returns:
        Whether the page shows that shop. What is marked as chosen counts first, and else headings.
    """
    labels = {shop.shop: shop.label or shop.shop for shop in shops}
    shown = _named_by(page, {number: {fold(number), fold(label)} for number, label in labels.items()})
    # Of a chosen entry its address may tell more than its words.
    shown = shown or (_carried_by_chosen(page) & labels.keys())
    others = sorted(label for number, label in labels.items() if number in shown - {site.shop})
    return ShownPlace(shown == {site.shop}, tuple(others))


def _names_of_sites(toml: SiteToml, site: Site, language: str) -> dict[str, set[str]]:
    names = {row.code: _names(row, language) for row in toml.sites}
    if site.label:
        names.setdefault(site.code, set()).add(fold(site.label))
    return names


def _labels(toml: SiteToml, codes: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(row.label for row in toml.sites if row.code in codes))


def _carried_by_chosen(page: Page) -> set[str]:
    """Return the values in the addresses of what a page marks as chosen."""
    addresses = (element.attributes.get("href") or "" for element in page.all(_CHOSEN))
    return {value for address in addresses for _, value in parse_qsl(address.partition("?")[2])}


def _named_by(page: Page, names: Mapping[str, set[str]]) -> set[str]:
    """Return which of several things a page marks as chosen, or names in its headings, or in its frame."""
    for css in (_CHOSEN, _HEADINGS):
        if shown := _named_among(_texts(page, css), names):
            return shown
    framed = set(_texts(page, _FRAME))
    shown = {
        one for one, its in names.items() if any(len(name) >= _TELLING and name in framed for name in its)
    }
    # Several are what may be chosen, and say nothing of what is.
    return shown if len(shown) == 1 else set()


def _named_among(texts: Iterable[str], names: Mapping[str, set[str]]) -> set[str]:
    return {one for text in texts for one, its in names.items() if _names_one(text, its)}


def way_to(page: Page, toml: SiteToml, site: Site, language: str) -> str:
    """Return the address by which a page offers a site: a link or an entry of a selector that names it.

    Args:
        page: The page as it was seen.
        toml: The flow's data.
        site: The site that is wanted.
        language: The page's language.

    Returns:
        The address as the page writes it; an empty text where the page offers none.
    """
    row = next((row for row in toml.sites if row.code == site.code), None)
    names = ({fold(site.label)} if site.label else set()) | (_names(row, language) if row else set())
    ids = {name for name in (site.native_id, site.shop) if name}
    named, carried = "", ""
    for address, text in offered_addresses(page):
        if not named and _names_one(fold(text), names):
            named = address
        if not carried and ids & {value for _, value in parse_qsl(urlsplit(address).query)}:
            carried = address
    return carried or named


def site_named(toml: SiteToml, text: str, language: str) -> SiteRow | None:
    """Return the site whose name a text is, all of it.

    Args:
        toml: The flow's data, with every site of the console.
        text: A country in the page's language or in English, an id, a code or a host.
        language: The page's language.

    Returns:
        The first site of that name; None for a text that names none.
    """
    wanted = fold(text)
    return next(
        (
            row
            for row in toml.sites
            if wanted in {*_names(row, language), fold(row.code), fold(row.host)} - {""}
        ),
        None,
    )


def _texts(page: Page, css: str) -> Iterator[str]:
    for element in page.all(css):
        attributes = element.attributes
        said: Sequence[str] = (
            element.text,
            attributes.get("value", ""),
            attributes.get("data-value", ""),
            attributes.get("aria-label", ""),
        )
        yield from (fold(text) for text in said if text and len(text) <= _LONGEST)


def _names(row: SiteRow, language: str) -> set[str]:
    """Return what a page may call a site: its id, label, other names, its country in its language."""
    names = {row.native_id, row.label, *row.names}
    for tag in {language.replace("-", "_"), language.partition("-")[0], row.locale, "en"}:
        try:
            names.add(Locale.parse(tag).territories.get(row.country, ""))
        except (UnknownLocaleError, ValueError):
            continue
    return {fold(name) for name in names if name}


def _names_one(text: str, names: set[str]) -> bool:
    """Tell whether a short text is a site's name, or holds it as whole words."""
    padded = f" {text} "
    return any(text == name or (len(name) >= _TELLING and f" {name} " in padded) for name in names)
