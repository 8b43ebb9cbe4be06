"""The picker as a person uses it: its answers, its rows, its lists, and its confirm button."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from checker.errors import Stop
from checker.flow import Console, Element, Page, body_of, dig, words_in
from checker.model import Outcome, Site
from flows.amazon.places import Named, named_by_region, named_by_store, named_by_switches, row_for_store

__all__ = ["named_by_picker", "press_through"]

_ROWS: Final = "button.full-page-account-switcher-account-details"
# More accounts than this under one login are asked for by answers, not by pressing.
_MAX_ACCOUNTS: Final = 8


def named_by_picker(console: Console) -> Iterator[Named]:
    """Yield the stores the picker lists: from its answers, else from its rows; and what it links to."""
    page = None
    try:
        page = console.offered("picker")
    except Stop as stop:
        if stop.outcome is not Outcome.FORBIDDEN:
            raise
    pending = console.labels.get(console.toml.data["pending_label"], "").strip()
    links = [] if page is None else list(named_by_switches(page, console.toml))
    named = list(_by_answers(console, pending)) or list(_by_rows(console, page, pending))
    yield from (*named, *links)


def _by_answers(console: Console, pending: str) -> Iterator[Named]:
    answer = console.answer("global_accounts") or console.ask("global_accounts")
    accounts = dig(body_of(answer), "globalAccounts")
    for account in accounts if isinstance(accounts, list) else ():
        if identity := words_in(dig(account, "id")):
            # The page fetches them when a row is pressed; else they are asked for.
            asked = console.ask("regional_accounts", globalAccountId=identity)
            yield from named_by_region(body_of(asked), console.toml, pending, identity)


def _by_rows(console: Console, page: Page | None, pending: str) -> Iterator[Named]:
    """Yield what the rows name, pressing each account's row to see its own; nothing is confirmed."""
    if page is None:
        return
    pages = [page]
    pages += [
        console.press("account_row", place, awaits="regional_accounts") for place in _accounts(console, page)
    ]
    rows = [(row.text, seen.language) for seen in pages for row in seen.all(_ROWS)]
    named = (named_by_store(text, console.toml, said, "picker rows", pending) for text, said in rows)
    yield from (store for store in named if store is not None)


def _accounts(console: Console, page: Page) -> Sequence[int]:
    """Return the places of the rows that name no store: accounts and stores share one class."""
    rows = [row_for_store(row.text, console.toml, page.language) for row in page.all(_ROWS)]
    return [place for place, store in enumerate(rows) if store is None][:_MAX_ACCOUNTS]


def press_through(console: Console, site: Site) -> None:
    """Choose a store by hand: its row, after its account's row if need be, then the confirm button."""
    page = console.open("picker")
    place = _row_of(page.all(_ROWS), site, console, page)
    for account in _accounts(console, page):
        if place is not None:
            break
        page = console.press("account_row", account, awaits="regional_accounts")
        place = _row_of(page.all(_ROWS), site, console, page)
    if place is not None:
        console.press("account_row", place)
        console.press("confirm_selection", awaits="selection")


def _row_of(rows: Sequence[Element], site: Site, console: Console, page: Page) -> int | None:
    for place, row in enumerate(rows):
        found = named_by_store(row.text, console.toml, page.language, "picker rows")
        if found.native_id == site.native_id if found else row.text.startswith(site.label):
            return place
    return None
