"""What a run did not get to: shops that are gone, sites the worker never came to, keys nobody looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from checker.compare import is_accepted
from checker.model import (
    CLOSED_TO_US,
    Claim,
    Key,
    Known,
    Outcome,
    Place,
    Reading,
    Registration,
    Says,
    Site,
    Visit,
    not_observed,
    settle,
)
from checker.run.job import Ended
from checker.run.knowledge import EVERY_SITE
from checker.run.supervisor import AccountRun
from checker.settings import Account
from checker.store import Store

__all__ = ["is_named_only", "never_reached", "not_listed_now", "vanished", "with_unobserved"]

_GONE: Final = "the console does not list this site any more; `checker ack` accepts that"


def vanished(store: Store, account: Account, came: AccountRun, asked: Sequence[str]) -> dict[Place, Site]:
    """Return the shops that were listed once, are wanted, and are not listed now; none if nothing was."""
    if not came.sites:
        return {}
    listed = {(site.code, site.shop) for site in came.sites}
    once = store.sites(account.marketplace, came.alias) | store.vanished_sites(
        account.marketplace, came.alias
    )
    return {
        place: site
        for place, site in once.items()
        if (place.site, place.shop) not in listed
        and account.wants(place.site)
        and (not asked or place.site in asked)
    }


def is_named_only(visit: Visit, gone: Mapping[Place, Site]) -> bool:
    """Tell whether a visit knows of a shop that is gone no more than its code."""
    named_only = visit.site == Site(visit.site.code, visit.site.code, visit.site.code)
    return (
        visit.outcome is Outcome.NOT_REACHABLE
        and named_only
        and any(place.site == visit.site.code for place in gone)
    )


def not_listed_now(
    store: Store, account: Account, came: AccountRun, gone: Mapping[Place, Site], now: datetime
) -> Iterable[Visit]:
    """Yield a visit for every shop that is gone, in every run, until somebody accepts that or it is back."""
    known = store.known(account.marketplace, came.alias) if gone else {}
    for place, site in gone.items():
        state = known.get(place.key("coverage"))
        if state is None or not is_accepted(state, now):
            # How far it was opened nobody knows any more.
            lost = replace(site, registration=Registration.UNKNOWN)
            yield Visit(account.marketplace, came.alias, lost, Outcome.NOT_REACHABLE, _GONE)


def never_reached(
    store: Store,
    account: Account,
    came: AccountRun,
    asked: Sequence[str],
    visits: Sequence[Visit],
    gone: Mapping[Place, Site],
) -> Iterable[Visit]:
    """Yield a visit for every site asked for that the worker never came to, with the reason it did not."""
    ended = came.ended or Ended(outcome=Outcome.CRASHED, detail="the worker said nothing")
    if ended.outcome is Outcome.READ:
        # It says it read everything: what it did not come to, it passed over.
        ended = Ended(outcome=Outcome.SKIPPED, detail="the worker passed over this site")
    done = {(visit.site.code, visit.site.shop) for visit in visits}
    expected = came.sites or list(store.sites(account.marketplace, came.alias).values())
    codes = list(asked) or ([] if account.sites == "all" else list(account.sites))
    wanted = [site for site in expected if not codes or site.code in codes]
    met = {site.code for site in wanted} | {code for code, _ in done} | {place.site for place in gone}
    wanted += [Site(code, code, code) for code in codes if code not in met]
    left = [site for site in wanted if (site.code, site.shop) not in done]
    if not left and not done and not gone:
        left = [EVERY_SITE]
    for site in left:
        yield Visit(account.marketplace, came.alias, site, ended.outcome, ended.detail)


def with_unobserved(visit: Visit, known: Mapping[Key, Known], at: datetime) -> Visit:
    """Add a `not_observed` reading for everything known of a site that this visit never got to.

    A visit that says it read the site, and read nothing at all, read it no more than one that says so. What
    was noted of the site as a whole while nobody got there is over with a visit that did.
    """
    site_key = visit.place.key("coverage")
    if visit.outcome in (Outcome.READ, Outcome.PARTIAL, Outcome.DRIFT):
        if visit.readings:
            return _reached(visit, known.get(site_key), at)
        visit = replace(visit, outcome=Outcome.PARTIAL, detail=visit.detail or "nothing was read")
    read = {reading.key for reading in visit.readings}
    missed = {key for key in known if key.place == visit.place and key not in read}
    if visit.site != EVERY_SITE and ((not missed and not read) or visit.outcome in CLOSED_TO_US):
        # One key stands for the site as a whole: it is what a person accepts as closed.
        missed.add(site_key)
    why = f"{visit.outcome.value}: {visit.detail}" if visit.detail else visit.outcome.value
    readings = [_unobserved(key, known.get(key), why, at) for key in sorted(missed)]
    return replace(visit, readings=(*visit.readings, *readings))


def _reached(visit: Visit, state: Known | None, at: datetime) -> Visit:
    if state is None or not state.is_unread:
        return visit
    claim = Claim(state.key, Says.NONE, at, scope=state.last.scope, reason="the site was read")
    return replace(visit, readings=(*visit.readings, settle([claim])))


def _unobserved(key: Key, state: Known | None, why: str, at: datetime) -> Reading:
    if state is None:
        return not_observed(key, at, why)
    return not_observed(key, at, why, scope=state.last.scope, kind=state.last.kind)
