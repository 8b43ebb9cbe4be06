"""The picker as a person uses it: its rows, its lists, and its confirm button."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from checker.errors import Stop
from checker.flow import Answer, Console, Element, Page, SiteToml
from checker.model import Outcome, Site
from flows.amazon.picker import Named, bare_name, named_by_region, named_by_row, row_for_store
from flows.amazon.tables import Tables, dig

__all__ = ["named_by_picker", "press_through"]

_ROWS: Final = "button.full-page-account-switcher-account-details"
# More accounts than this under one login are asked for by answers, not by pressing.
_MAX_ACCOUNTS: Final = 8


def named_by_picker(console: Console, toml: SiteToml, tables: Tables) -> Iterator[Named]:
    """Yield the sites the picker lists: from its answers, else from its rows."""
    page: Page | None = None
    try:
        page = console.open("picker")
    except Stop as stop:
        if stop.outcome not in (Outcome.UNKNOWN_PAGE, Outcome.FORBIDDEN):
            raise
    named = list(_by_answers(console, tables))
    if not named and page is not None:
        named = list(_by_rows(console, page, toml, tables))
    yield from named


def _by_answers(console: Console, tables: Tables) -> Iterator[Named]:
    answer = console.answer("global_accounts") or console.ask("global_accounts")
    accounts = dig(answer.body if answer else None, ("globalAccounts",))
    caught = [*console.answers("regional_accounts")]
    for account in accounts if isinstance(accounts, list) else ():
        identity = dig(account, ("id",))
        if not isinstance(identity, str):
            continue
        for entry in _regions_of(console, identity, caught):
            for site in named_by_region(entry.body, tables, _pending(console, tables)):
                yield replace(site, account=site.account or identity)


def _regions_of(console: Console, identity: str, caught: Sequence[Answer]) -> Sequence[Answer]:
    own = [entry for entry in caught if entry.query.get("globalAccountId") == identity]
    if own:
        return own
    asked = console.ask("regional_accounts", globalAccountId=identity)
    return [] if asked is None else [asked]


def _by_rows(console: Console, page: Page, toml: SiteToml, tables: Tables) -> Iterator[Named]:
    """Yield what the rows name, pressing each account's row to see its own; nothing is confirmed."""
    pending = _pending(console, tables)
    yield from _stores(page, toml, tables, pending)
    for place in _account_rows(page, toml)[:_MAX_ACCOUNTS]:
        pressed = console.press("account_row", place, awaits="regional_accounts")
        yield from _stores(pressed, toml, tables, pending)


def _pending(console: Console, tables: Tables) -> str:
    """Return the console's own words for a pending registration, learnt from its label file."""
    return console.labels.get(tables.pending_label, "").strip()


def _stores(page: Page, toml: SiteToml, tables: Tables, pending: str) -> Iterator[Named]:
    for row in page.all(_ROWS):
        named = named_by_row(row.text, toml, tables, page.language, pending)
        if named is not None:
            yield named


def _account_rows(page: Page, toml: SiteToml) -> list[int]:
    """Return the places of the rows that name no store: accounts and stores share one class."""
    rows = page.all(_ROWS)
    return [place for place, row in enumerate(rows) if row_for_store(row.text, toml, page.language) is None]


def press_through(console: Console, site: Site, toml: SiteToml, tables: Tables) -> None:
    """Choose a store by hand: its row, after its account's row if need be, then the confirm button."""
    page = console.open("picker")
    place = _row_of(page.all(_ROWS), site, toml, tables, page.language)
    for account in _account_rows(page, toml)[:_MAX_ACCOUNTS]:
        if place is not None:
            break
        page = console.press("account_row", account, awaits="regional_accounts")
        place = _row_of(page.all(_ROWS), site, toml, tables, page.language)
    if place is not None:
        console.press("account_row", place)
        console.press("confirm_selection", awaits="selection")


def _row_of(rows: Sequence[Element], site: Site, toml: SiteToml, tables: Tables, language: str) -> int | None:
    for place, row in enumerate(rows):
        name = bare_name(row.text, tables)
        found = row_for_store(name, toml, language)
        same = name == site.label if found is None else found.native_id == site.native_id
        if same:
            return place
    return None
