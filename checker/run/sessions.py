"""What an account's browser begins with, and what is kept of it for the next run.

mode      kept                                                    where
sealed    cookies and local storage of the console's hosts        sessions/ALIAS.session, sealed
profile   the browser's own profile; cookies that would end       profiles/ALIAS/, and the same
          with the browser                                        sealed file for those cookies
none      nothing                                                 -

A browser that a person runs (`cdp_url`) keeps its own session: nothing is taken out of it.
Without a key nothing is kept, and the next run signs in afresh.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as BrowserError

from checker.errors import CheckerError
from checker.flow import Flow
from checker.secrets import SecretSource
from checker.secrets.keys import session_key
from checker.secrets.sealed import Binding, SealedSession
from checker.settings import Account, Settings

__all__ = ["KeptSession", "open_session"]

_UNTIL_CLOSED = -1
"""How a browser states that a cookie ends with it."""


class KeptSession:
    """The session of one account between its runs; its lock must be held."""

    def __init__(
        self,
        sealed: SealedSession | None,
        profile: Path | None,
        warn: Callable[[str], None],
        *,
        keep: bool = True,
    ) -> None:
        self.profile = profile
        self._may_keep = keep
        self._sealed = sealed
        self._warn = warn
        self._state = None if sealed is None else sealed.load()

    @property
    def is_there(self) -> bool:
        """Whether there is anything of an earlier run to begin with."""
        return self._state is not None

    @property
    def state(self) -> dict[str, Any] | None:
        """What a new context of the browser begins with."""
        return None if self.profile is not None else self._state

    def prepare(self, context: BrowserContext) -> None:
        """Give a profile the cookies back that ended with its browser."""
        if self.profile is not None and self._state is not None:
            context.add_cookies(self._state["cookies"])

    def keep(self, context: BrowserContext) -> bool:
        """Keep the session as it is now; tell whether it is. That it cannot be is no reason to stop."""
        if self._sealed is None or not self._may_keep:
            return self.profile is not None
        try:
            state: dict[str, Any] = dict(context.storage_state())
            if self.profile is not None:
                ending = [cookie for cookie in state["cookies"] if cookie.get("expires") == _UNTIL_CLOSED]
                state = {"cookies": ending, "origins": []}
            self._sealed.keep(state)
        except (OSError, BrowserError) as error:
            self._warn(f"the session could not be kept ({type(error).__name__}): the next run signs in")
            return False
        return True

    def forget(self, context: BrowserContext) -> None:
        """Begin anew in a browser whose session leads nowhere."""
        context.clear_cookies()
        self._state = None

    def destroy(self) -> None:
        """Leave nothing of the session behind, on disk."""
        if self._sealed is not None:
            self._sealed.destroy()
        if self.profile is not None:
            shutil.rmtree(self.profile, ignore_errors=True)


def open_session(
    settings: Settings,
    alias: str,
    account: Account,
    flow: Flow,
    warn: Callable[[str], None],
    *,
    keep: bool = True,
) -> KeptSession:
    """Return the session an account keeps, in the way its settings say.

    Args:
        settings: All of them.
        alias: The account's name in them.
        account: The account.
        flow: Its flow, which names the hosts whose cookies are kept.
        warn: Told what the operator should know.
        keep: Whether anything new may be kept. If not, as in a dry run, an earlier session is used and left
            as it is: no key is made, nothing is sealed, and no profile is begun.
    """
    if account.session == "none" or account.cdp_url is not None:
        return KeptSession(None, None, warn)
    profile = settings.paths.profiles_dir / alias if account.session == "profile" else None
    if not keep and profile is not None and not profile.is_dir():
        profile = None
    try:
        key = session_key(
            SecretSource(settings.sessions.key_file, settings.sessions.key_command),
            settings.folder,
            warn=warn,
            make=keep,
        )
    except CheckerError as error:
        if keep:
            warn(f"no session is kept: {error}")
        return KeptSession(None, profile, warn)
    binding = Binding(account.marketplace, alias, account.username, account.origin or "")
    hosts = _hosts(account, flow)
    sealed = SealedSession(settings.paths.sessions_dir, binding, key, hosts, warn)
    return KeptSession(sealed, profile, warn, keep=keep)


def _hosts(account: Account, flow: Flow) -> frozenset[str]:

    if account.origin:
        return frozenset({urlsplit(account.origin).hostname or ""})
    return flow.toml.allowed_hosts
