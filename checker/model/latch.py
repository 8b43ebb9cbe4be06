"""What keeps an account from being signed in to again, until the person named has acted; pure.

A password that was refused once is refused the second time as well, and the third time locks the
account. So an outcome that says "a person must act" holds from run to run: until the secret it was
about is another one, or until `checker login ALIAS` was done by a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from checker.model.outcomes import FACTS, Actor, Outcome

__all__ = ["LIFTED_BY_SECRET", "MOST_UNANSWERED", "Latch"]

LIFTED_BY_SECRET: Final = frozenset(
    {
        Outcome.CREDENTIALS_REFUSED,
        Outcome.UNKNOWN_USER,
        Outcome.PASSWORD_EXPIRED,
        Outcome.LOCKED,
        Outcome.CODE_NEEDED,
        Outcome.CODE_REFUSED,
    }
)
"""Latches that another user name, password or seed lifts by itself."""

MOST_UNANSWERED: Final = 2
"""How many runs in a row may send a password without hearing whether it was right."""


@dataclass(frozen=True, slots=True)
class Latch:
    """Why an account is not signed in to.

    salt, fingerprint: the salted digest of the secrets it was latched with; empty where no secret
    was about. The secrets cannot be had from it.
    """

    marketplace: str
    account: str
    outcome: Outcome
    since: datetime
    detail: str = ""
    salt: str = ""
    fingerprint: str = ""

    @property
    def actor(self) -> Actor:
        """Who must act."""
        return FACTS[self.outcome].actor

    @property
    def by_secret(self) -> bool:
        """Whether another secret lifts it."""
        return self.outcome in LIFTED_BY_SECRET and bool(self.fingerprint)

    @property
    def told(self) -> str:
        """What happened, since when, and how it is lifted."""
        ways = [f"run: checker login {self.account}"]
        if self.by_secret:
            ways.insert(0, "correct the user name, password or seed")
        return (
            f"{self.detail or self.outcome.value}; not signed in to since {self.since:%Y-%m-%d %H:%M} UTC."
            f" To lift it, {', or '.join(ways)}"
        )
