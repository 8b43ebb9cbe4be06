"""The shops of a login, which no site.toml knows: who names them, and whether a page shows the right one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from checker.errors import Stop
from checker.flow.contract import Console
from checker.flow.page import Page
from checker.flow.payload import there, words_in
from checker.flow.shown_place import shown_shop, way_to
from checker.flow.site_toml import SiteRow, SiteToml
from checker.flow.switches import switches
from checker.model import Outcome, Site

__all__ = ["shops_named", "showing_shop"]

_LONGEST: Final = 80


def shops_named(
    console: Console, page: Page, row: SiteRow, answer: str, number: Sequence[str], name: Sequence[str]
) -> list[Site]:
    """Return the shops of a login: those that an answer names, and those the open page offers to switch to.

    Args:
        console: The console.
        page: The page that is open.
        row: The site of site.toml that they are shops of.
        answer: The answer whose documents are shops.
        number: What a shop's number is called, in answers, in addresses and in attributes of a switch.
        name: Where an answer keeps its name.

    Returns:
        A site for each number, in the order they were met; none where nothing names one.
    """
    names = {switch.value[:_LONGEST]: "" for switch in switches(page, number)}
    for doc in console.documents(answer):
        its = words_in(there(doc.value, number))[:_LONGEST]
        names[its] = words_in(there(doc.value, name))[:_LONGEST] or names.get(its, "")
    return [
        replace(row.site(), shop=its, label=called or its, sources=("shops",))
        for its, called in names.items()
        if its
    ]


def showing_shop(console: Console, toml: SiteToml, site: Site, shops: Collection[Site], page: Page) -> Page:
    """Have an open page show one shop of several, by the console's own switch, and prove that it does.

    Args:
        console: The console.
        toml: The flow's data.
        site: The shop that is being read.
        shops: Every shop of the login; where there is one alone, nothing need be proven.
        page: The page as it was opened.

    Returns:
        The page that shows the shop.

    Raises:
        Stop: It shows another one, or does not say which.
    """
    if len(shops) < 2:  # noqa: PLR2004 - two to be told apart
        return page
    shown = shown_shop(page, shops, site)
    address = "" if shown.is_ours else way_to(page, toml, site, page.language or "en")
    if address:
        try:
            page = console.follow(page.name, address)
            shown = shown_shop(page, shops, site)
        except Stop as stop:
            # A switch that leads to another page proves nothing of this one.
            if stop.outcome is not Outcome.UNKNOWN_PAGE:
                raise
    if shown.is_ours:
        return page
    outcome = Outcome.WRONG_PLACE if shown.others else Outcome.UNKNOWN_PAGE
    raise Stop(outcome, f"asked for shop {site.shop}, and {shown.problem}")
