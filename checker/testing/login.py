"""A replica's account, as what a sign-in needs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import SecretStr

from checker.secrets import code

__all__ = ["Login"]


@dataclass
class Login:
    """A user name and its secrets, made up like everything of a replica.

    totp_secret: the authenticator's seed, nothing where the account has none.
    typed: the codes given out so far, so that they can be sought in what was written.
    """

    username: str
    secret: str = field(repr=False)
    totp_secret: str = field(default="", repr=False)
    typed: list[str] = field(default_factory=list, repr=False)
    _last: int | None = field(default=None, repr=False)

    def afresh(self) -> Login:
        """Return the same login for a console that has seen no code of it."""
        return Login(self.username, self.secret, self.totp_secret)

    def password(self) -> SecretStr:
        """Return the password."""
        return SecretStr(self.secret)

    def code(self, wait: Callable[[float], None]) -> SecretStr | None:  # noqa: ARG002 - no time to wait
        """Return a code of a step not used before, without waiting: a console takes the next one early."""
        if not self.totp_secret:
            return None
        after = None if self._last is None else self._last + 1
        typed = code(SecretStr(self.totp_secret), time.time(), not_before_step=after)
        self._last = typed.step
        self.typed.append(typed.text.get_secret_value())
        return typed.text
