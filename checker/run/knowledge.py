"""What store, settings and flows know together: every site, and what happened to a key."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from checker.errors import ConfigError
from checker.model import Key, Site
from checker.report.rollup import Place
from checker.report.timeline import Moment, moment_of
from checker.settings import Settings
from checker.store import Store

__all__ = ["EVERY_SITE", "moments_of", "places_in"]

EVERY_SITE: Final = Site("ALL", "ALL", "every site")
"""Stands for the sites of an account whose sites nobody could list."""


def places_in(store: Store, settings: Settings, known: Collection[Key] | None = None) -> list[Place]:
    """Return every site known of, with its account: those the pickers listed, and those only read of.

    Args:
        store: What is known.
        settings: The accounts, and which of their sites are wanted.
        known: Every key the store knows, where that was asked for already: it is most of the work.

    Returns:
        The sites.
    """
    keys = store.all_known() if known is None else known
    accounts = {(account.marketplace, alias) for alias, account in settings.accounts.items()}
    accounts |= {(key.marketplace, key.account) for key in keys}
    listed = [
        Place(marketplace, alias, site, asked=_is_asked(settings, alias, site.code))
        for marketplace, alias in sorted(accounts)
        for site in store.sites(marketplace, alias).values()
    ]
    there = {place.id for place in listed}
    read = {key.place for key in keys}
    return [
        *listed,
        *(
            Place(one.marketplace, one.account, _site(one.marketplace, one.site, one.shop))
            for one in sorted(read - there)
        ),
    ]


def _is_asked(settings: Settings, alias: str, code: str) -> bool:
    account = settings.accounts.get(alias)
    return account is None or account.wants(code)


def _site(marketplace: str, code: str, shop: str) -> Site:
    """Return a site that only a document spoke of, with what its flow knows of it."""
    from checker.flow import flow_named  # noqa: PLC0415 - slow to import, and hardly ever needed

    try:
        # Of an account that never got as far as its sites there is none to look up.
        rows = () if code == EVERY_SITE.code else flow_named(marketplace).toml.sites
    except ConfigError:  # the flow that read it may be gone by now
        rows = ()
    for row in rows:
        if row.code == code:
            return Site(code, row.native_id, row.label, country=row.country, zone=row.zone, shop=shop)
    return Site(code, code, code, shop=shop)


def moments_of(store: Store, key: Key, limit: int) -> list[Moment]:
    """Return what runs and people did to the findings of a key, oldest first."""
    told = [moment_of(at, run_id, change) for at, run_id, change in store.changes(key, limit)]
    done = [Moment(act.at, act.act, act.level, act.by, act.reason) for act in store.acts(key, limit)]
    return sorted((*told, *done), key=lambda moment: moment.at)
