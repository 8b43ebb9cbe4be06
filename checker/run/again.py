"""Which accounts and sites are to be read again by now, because what they said was told as one event."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from checker.compare import due_again
from checker.model import Exit, Run
from checker.run.execute import Request
from checker.run.run_ids import new_run_id
from checker.settings import Settings
from checker.store import open_store

__all__ = ["due", "nothing_due"]


def due(settings: Settings, request: Request, now: datetime) -> Request:
    """Return the request narrowed to what is due; it names no account where nothing is.

    What its own accounts and sites leave out, and accounts that are switched off, is left out.
    """
    active = settings.require_accounts(list(request.accounts))
    with open_store(settings.store.url) as store:
        keys = due_again(store.findings().values(), now)
    sites: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        asked = request.codes(key.account)
        if key.account in active and (not asked or key.site in asked):
            sites[key.account].append(key.site)
    named = {alias: tuple(dict.fromkeys(codes)) for alias, codes in sites.items()}
    return replace(request, accounts=tuple(named), sites=(), sites_of=named)


def nothing_due(now: datetime) -> Run:
    """Return the run that there was no reason for: no visit, and nothing stored."""
    return Run(new_run_id(now), now, now, (), (), Exit.OK, dry_run=True)
