"""What a run needs, looked at before anything is sent: a finding for each, and what to type where one fails.

Nothing is sent, and nothing is made but what the store makes on its first opening. With `online` the first
host of each account is connected to, and nothing is said to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checker.checkup import accounts, machine, telling
from checker.checkup.check import Check, Teller
from checker.report.words import words_for
from checker.settings import Settings

__all__ = ["checkup"]


def checkup(settings: Settings, now: datetime, *, online: bool = False) -> Iterator[Check]:
    """Yield every check, the fundamental ones first, in the language of the settings.

    Args:
        settings: The settings that were loaded; that they could be is a check that has passed.
        now: The moment, for ages.
        online: Whether to connect to the hosts of each account.
    """
    tell = Teller(words_for(settings.report.language))
    yield from accounts.settings_file(tell, settings)
    yield machine.python(tell)
    yield from machine.user(tell)
    yield from machine.data(tell, settings)
    yield tell.guarded("store", lambda: machine.store(tell, settings, now))
    yield machine.clock(tell, settings, now)
    yield from machine.browser(tell, settings)
    for alias, account in settings.accounts.items():
        if account.enabled and settings.is_marketplace_enabled(account.marketplace):
            yield tell.guarded(
                "flow",
                lambda account=account: accounts.flow(tell, settings, account),  # type: ignore[misc]
                account.marketplace,
            )
            yield from accounts.secrets(tell, alias, account)
            if online:
                yield from accounts.reachable(tell, settings, alias, account)
    yield from accounts.overrides(tell, settings)
    yield from accounts.key(tell, settings)
    yield from accounts.sessions(tell, settings, now)
    yield from accounts.latches(tell, settings)
    yield from telling.routes(tell, settings)
    yield telling.schedule(tell, settings)
    yield from telling.ping(tell, settings)
    yield from machine.fonts(tell)
