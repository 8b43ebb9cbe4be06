"""How a visit ended: a closed list, each with who must act, whether to retry, whether it latches.

A latched outcome keeps the account from being signed in to again until the person named has acted;
a visit that ended in anything but `read` proves nothing about the site it was meant for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from checker.model.exits import Exit

__all__ = ["CLOSED_TO_US", "ENDS_ACCOUNT", "FACTS", "Actor", "Outcome", "OutcomeFacts", "addressed"]


class Actor(StrEnum):
    """Who must act before the next visit can go better."""

    NOBODY = "nobody"
    SELLER = "seller"
    OPERATOR = "operator"
    PLATFORM = "platform"


class Outcome(StrEnum):
    """How a visit ended."""

    READ = "read"
    PARTIAL = "partial"
    DRIFT = "drift"
    NOT_REACHABLE = "not_reachable"
    SESSION_EXPIRED = "session_expired"
    CREDENTIALS_REFUSED = "credentials_refused"
    UNKNOWN_USER = "unknown_user"
    PASSWORD_EXPIRED = "password_expired"  # noqa: S105 - an outcome, not a secret
    LOCKED = "locked"
    CODE_NEEDED = "code_needed"
    CODE_REFUSED = "code_refused"
    APPROVAL_NEEDED = "approval_needed"
    CAPTCHA = "captcha"
    ACTION_NEEDED = "action_needed"
    STEP_UP = "step_up"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    FORBIDDEN = "forbidden"
    SITE_DOWN = "site_down"
    UNREACHABLE = "unreachable"
    UNKNOWN_PAGE = "unknown_page"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    FLOW_UNUSABLE = "flow_unusable"
    WRONG_PLACE = "wrong_place"
    UNSAFE_PAGE = "unsafe_page"
    SECRET_MISSING = "secret_missing"  # noqa: S105 - an outcome, not a secret
    STOPPED = "stopped"
    BUDGET_SPENT = "budget_spent"
    SKIPPED = "skipped"
    BUSY = "busy"
    NOT_KEPT = "not_kept"


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """What follows from an outcome."""

    actor: Actor
    latch: bool
    exit: Exit
    advice: str


_ALIAS = "ALIAS"
_LOGIN = "a person clears it: checker login ALIAS"

FACTS: Final[dict[Outcome, OutcomeFacts]] = {
    Outcome.READ: OutcomeFacts(Actor.NOBODY, False, Exit.OK, ""),
    Outcome.PARTIAL: OutcomeFacts(
        Actor.OPERATOR, False, Exit.INCOMPLETE, "look at the unreadable readings in the report"
    ),
    Outcome.DRIFT: OutcomeFacts(
        Actor.OPERATOR,
        False,
        Exit.INCOMPLETE,
        "the console has probably been redesigned: look at the pictures, mend the flow's site.toml",
    ),
    Outcome.NOT_REACHABLE: OutcomeFacts(
        Actor.NOBODY, False, Exit.OK, "the console names this site but does not let this login in"
    ),
    Outcome.SESSION_EXPIRED: OutcomeFacts(
        Actor.NOBODY, False, Exit.INCOMPLETE, "the session ended midway; the next run signs in afresh"
    ),
    Outcome.CREDENTIALS_REFUSED: OutcomeFacts(
        Actor.OPERATOR,
        True,
        Exit.CREDENTIALS,
        "correct the password, it is not tried again as it is; or: checker login ALIAS",
    ),
    Outcome.UNKNOWN_USER: OutcomeFacts(
        Actor.OPERATOR, True, Exit.CREDENTIALS, "correct the user name in the settings"
    ),
    Outcome.PASSWORD_EXPIRED: OutcomeFacts(
        Actor.SELLER,
        True,
        Exit.PERSON,
        "the console demands a new password: set it by hand, then put it into the settings",
    ),
    Outcome.LOCKED: OutcomeFacts(
        Actor.SELLER,
        True,
        Exit.PERSON,
        "the console has locked the account: unlock it by hand, then: checker login ALIAS",
    ),
    Outcome.CODE_NEEDED: OutcomeFacts(
        Actor.SELLER, True, Exit.PERSON, "add the authenticator seed to the account, or " + _LOGIN
    ),
    Outcome.CODE_REFUSED: OutcomeFacts(
        Actor.OPERATOR,
        True,
        Exit.PERSON,
        "check this machine's clock and the authenticator seed, then: checker login ALIAS",
    ),
    Outcome.APPROVAL_NEEDED: OutcomeFacts(Actor.SELLER, True, Exit.PERSON, _LOGIN),
    Outcome.CAPTCHA: OutcomeFacts(Actor.SELLER, True, Exit.PERSON, _LOGIN),
    Outcome.ACTION_NEEDED: OutcomeFacts(Actor.SELLER, True, Exit.PERSON, _LOGIN),
    Outcome.STEP_UP: OutcomeFacts(
        Actor.SELLER,
        False,
        Exit.PERSON,
        "the console asks for the password of a session that is alive; " + _LOGIN,
    ),
    Outcome.BLOCKED: OutcomeFacts(
        Actor.OPERATOR,
        False,
        Exit.BLOCKED,
        "the console refuses this browser: wait hours, do not retry",
    ),
    Outcome.RATE_LIMITED: OutcomeFacts(
        Actor.PLATFORM,
        False,
        Exit.BLOCKED,
        "the console asks to slow down: wait hours before the next run",
    ),
    Outcome.FORBIDDEN: OutcomeFacts(
        Actor.SELLER,
        False,
        Exit.PERSON,
        "this login has no right to the page: grant it in the console",
    ),
    Outcome.SITE_DOWN: OutcomeFacts(
        Actor.PLATFORM, False, Exit.INCOMPLETE, "the console is down; the next run tries again"
    ),
    Outcome.UNREACHABLE: OutcomeFacts(
        Actor.OPERATOR,
        False,
        Exit.INCOMPLETE,
        "check the network, the proxy and `origin` in the settings",
    ),
    Outcome.UNKNOWN_PAGE: OutcomeFacts(
        Actor.OPERATOR,
        False,
        Exit.INCOMPLETE,
        "the page is not one the flow knows: look at its picture",
    ),
    Outcome.TIMEOUT: OutcomeFacts(
        Actor.OPERATOR, False, Exit.INCOMPLETE, "the console was too slow; raise limits.* or try later"
    ),
    Outcome.CRASHED: OutcomeFacts(
        Actor.OPERATOR, False, Exit.INCOMPLETE, "the browser or its worker ended; see the log"
    ),
    Outcome.FLOW_UNUSABLE: OutcomeFacts(
        Actor.OPERATOR,
        False,
        Exit.INCOMPLETE,
        "update the package that brings this flow, or correct what the settings and overrides/ say of it",
    ),
    Outcome.WRONG_PLACE: OutcomeFacts(
        Actor.OPERATOR,
        True,
        Exit.SAFETY,
        "the console showed another account or site than asked for: nothing of it was stored and the session"
        " was destroyed; check which account this login opens, then: checker login ALIAS",
    ),
    Outcome.UNSAFE_PAGE: OutcomeFacts(
        Actor.OPERATOR,
        True,
        Exit.SAFETY,
        "a secret was about to go to a foreign page: nothing was typed; look at the page, then: checker login"
        " ALIAS",
    ),
    Outcome.SECRET_MISSING: OutcomeFacts(
        Actor.OPERATOR, False, Exit.CREDENTIALS, "correct the account's password or totp setting"
    ),
    Outcome.BUDGET_SPENT: OutcomeFacts(
        Actor.OPERATOR,
        False,
        Exit.BLOCKED,
        "the day's read budget is spent: run less often, or raise limits.pages_per_day",
    ),
    Outcome.STOPPED: OutcomeFacts(
        Actor.OPERATOR,
        False,
        Exit.BLOCKED,
        "somebody ended the run; where a stop switch is named, remove that file to go on",
    ),
    Outcome.SKIPPED: OutcomeFacts(
        Actor.NOBODY, False, Exit.INCOMPLETE, "an earlier visit of this account ended the run"
    ),
    Outcome.BUSY: OutcomeFacts(Actor.NOBODY, False, Exit.BUSY, "another run holds this account"),
    Outcome.NOT_KEPT: OutcomeFacts(
        Actor.NOBODY, False, Exit.INCOMPLETE, "the kept visit does not hold it; the next run reads it"
    ),
}

CLOSED_TO_US: Final = frozenset({Outcome.NOT_REACHABLE, Outcome.UNKNOWN_PAGE, Outcome.FORBIDDEN})
"""Outcomes of a site that may stay so for good, and that a person may therefore accept as they are."""

ENDS_ACCOUNT: Final = frozenset(
    {
        Outcome.SESSION_EXPIRED,
        Outcome.CREDENTIALS_REFUSED,
        Outcome.PASSWORD_EXPIRED,
        Outcome.LOCKED,
        Outcome.CODE_NEEDED,
        Outcome.APPROVAL_NEEDED,
        Outcome.CAPTCHA,
        Outcome.ACTION_NEEDED,
        Outcome.STEP_UP,
        Outcome.BLOCKED,
        Outcome.RATE_LIMITED,
        Outcome.FORBIDDEN,
        Outcome.CRASHED,
        Outcome.WRONG_PLACE,
        Outcome.UNSAFE_PAGE,
        Outcome.STOPPED,
        Outcome.BUDGET_SPENT,
    }
)
"""Outcomes after which going on to the next site would be wrong, or in vain."""


def addressed(advice: str, accounts: Iterable[str]) -> str:
    """Return what to do with the account's alias in its commands, if it is about a single one.

    Args:
        advice: What to do, where `ALIAS` stands for the account.
        accounts: The aliases it is about; of several, none is named.
    """
    named = set(accounts)
    return advice.replace(_ALIAS, named.pop()) if len(named) == 1 else advice
