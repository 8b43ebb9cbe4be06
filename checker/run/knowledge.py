"""What store, settings and flows know together: every site, and what happened to a key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Final

from checker.errors import ConfigError
from checker.model import Key, Known, QuietGroup, Site
from checker.report.rollup import Place
from checker.report.timeline import Moment, moment_of
from checker.settings import Settings
from checker.store import Store

__all__ = ["EVERY_SITE", "Gist", "gist_of", "moments_of", "places_in"]

EVERY_SITE: Final = Site("ALL", "ALL", "every site")
"""Stands for the sites of an account whose sites nobody could list."""


@dataclass(frozen=True, slots=True)
class Gist:
    """What an overview needs of all that is known: what must be looked at, and the rest counted.

    known: the states that must be looked at: all that is open, was not read or has a number that is shown.
    quiet: how many of the others there are of each kind, by place. places: every site known of.
    """

    known: Mapping[Key, Known]
    quiet: Sequence[QuietGroup]
    places: Sequence[Place]


def gist_of(
    store: Store,
    settings: Settings,
    now: datetime,
    accounts: Collection[str] | None = None,
    sites: Collection[str] | None = None,
) -> Gist:
    """Return what an overview needs.

    Args:
        store: What is known.
        settings: The accounts, which of their sites are wanted, and for how long a reading is fresh.
        now: The moment of the overview.
        accounts: Only of the accounts of these names.
        sites: Only of the sites of these codes.
    """
    known, quiet = store.gist(now - settings.findings.rules.stale_after, accounts, sites)
    places = places_in(store, settings, accounts)
    return Gist(known, quiet, [place for place in places if sites is None or place.site.code in sites])


def places_in(store: Store, settings: Settings, accounts: Collection[str] | None = None) -> list[Place]:
    """Return every site known of, with its account: those the pickers listed, and those only read of.

    Args:
        store: What is known.
        settings: Which sites of the accounts are wanted.
        accounts: Only of the accounts of these names.

    Returns:
        The sites.
    """
    read, listed = store.places(accounts), store.all_sites(accounts)
    mine = {(account.marketplace, alias) for alias, account in settings.accounts.items()}
    mine |= {(place.marketplace, place.account) for place in read}
    return [
        *(
            Place(at.marketplace, at.account, site, asked=_is_asked(settings, at.account, site.code))
            for at, site in sorted(listed.items(), key=itemgetter(0))
            if (at.marketplace, at.account) in mine
        ),
        *(
            Place(one.marketplace, one.account, _site(one.marketplace, one.site, one.shop))
            for one in sorted(read - listed.keys())
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
