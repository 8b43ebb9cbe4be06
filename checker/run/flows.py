"""Which accounts have no flow that could read them: each spoils itself, and no other account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checker.errors import ConfigError
from checker.flow import entry_of
from checker.model import Outcome
from checker.run.job import Ended
from checker.run.supervisor import AccountRun
from checker.settings import Account

__all__ = ["no_flow_usable", "without_flow"]


def without_flow(
    accounts: Mapping[str, Account], allowed: Iterable[str] | None = None
) -> Mapping[str, AccountRun]:
    """Return the accounts whose flow is missing or contested, ended; raise ConfigError if it is all of them.

    Nothing of a flow is loaded here: what a broken one does, it does in the worker of its own account.
    """
    permitted = None if allowed is None else tuple(allowed)
    ended: dict[str, AccountRun] = {}
    first: ConfigError | None = None
    for alias, account in accounts.items():
        try:
            entry_of(account.marketplace, permitted)
        except ConfigError as error:
            first = first or error
            ended[alias] = AccountRun(alias, ended=Ended(outcome=Outcome.FLOW_UNUSABLE, detail=error.message))
    if first is not None and len(ended) == len(accounts):
        raise first
    return ended


def no_flow_usable(details: Iterable[str]) -> ConfigError:
    """Return what is said when no account could be read for want of a flow."""
    return ConfigError(
        "\n".join(dict.fromkeys(details)),
        hint="`checker flows list` shows every flow; update the package, or correct its file in overrides/",
    )
