"""A replica's account, as what a sign-in needs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import SecretStr

from checker.secrets import SecretError, code

__all__ = ["AtPhone", "Login"]


@dataclass
class Login:
    """A user name and its secrets, made up like everything of a replica.

    totp_secret: the authenticator's seed, nothing where the account has none.
    attended: signing in takes a person who is sent a code; the authenticator's stands for it.
    typed: the codes given out so far, so that they can be sought in what was written.
    """

    username: str
    secret: str = field(repr=False)
    totp_secret: str = field(default="", repr=False)
    attended: bool = False
    typed: list[str] = field(default_factory=list, repr=False)
    _last: int | None = field(default=None, repr=False)

    def afresh(self) -> Login:
        """Return the same login for a console that has seen no code of it."""
        return Login(self.username, self.secret, self.totp_secret, self.attended)

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


@dataclass(frozen=True)
class AtPhone:
    """The person to whom a console sends its codes, and who does nothing else."""

    login: Login
    patience: float = 0.0

    def code(self, asked: str, wait: Callable[[float], None]) -> SecretStr | None:  # noqa: ARG002 - whatever it is
        """Return the code that was sent; none where no further one came."""
        try:
            return self.login.code(wait)
        except SecretError:
            return None

    def told(self, text: str) -> None:
        """Hear of something to do on another device, and leave it."""
