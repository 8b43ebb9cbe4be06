"""Which accounts a route is about, and whether what it carries has to wait; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final

from checker.settings import Account
from checker.settings.notify import QuietHours, Route

__all__ = ["accounts_of", "quiet_until"]

_DAY: Final = timedelta(days=1)


def accounts_of(route: Route, accounts: Mapping[str, Account]) -> frozenset[str] | None:
    """Return the aliases a route is about: those it names, its owners' and its groups'; None for all."""
    if not (route.accounts or route.owners or route.groups):
        return None
    return frozenset(_named(route, accounts))


def _named(route: Route, accounts: Mapping[str, Account]) -> Iterator[str]:
    yield from route.accounts
    for alias, account in accounts.items():
        if account.owner in route.owners or account.group in route.groups:
            yield alias


def quiet_until(hours: QuietHours | None, zone: tzinfo, now: datetime) -> datetime | None:
    """Return when the quiet hours end that `now` lies in, or None if it lies in none.

    Args:
        hours: When they begin and end, by the clock of `zone`; they may pass midnight.
        zone: The zone of the person who is not to be disturbed.
        now: The moment to look at.
    """
    if hours is None:
        return None
    begin, end = hours
    local = now.astimezone(zone)
    passes_midnight = begin > end
    inside = local.time() >= begin or local.time() < end if passes_midnight else begin <= local.time() < end
    if not inside:
        return None
    day = local.date() + _DAY if passes_midnight and local.time() >= begin else local.date()
    ends = datetime.combine(day, end, zone).astimezone(now.tzinfo)
    # In the hour that comes twice, the second time, the first end is over.
    return ends if ends > now else datetime.combine(day, end, zone).replace(fold=1).astimezone(now.tzinfo)
