"""The secrets of one account, each fetched at the moment its box is there, and not before."""

from __future__ import annotations

import time
from collections.abc import Callable

from pydantic import SecretStr

from checker.errors import CheckerError, Stop
from checker.model import Outcome
from checker.run.job import Event, Sending, UsedStep, Warned
from checker.secrets import Scrubber, code, read_password, read_totp_secret, wait_needed
from checker.secrets.fingerprint import fingerprint, is_same, new_salt
from checker.settings import Account

__all__ = ["AccountSecrets"]

Tell = Callable[[Event], None]


class AccountSecrets:
    """Fetches each secret when it is asked for, and remembers the steps already used.

    clock: UNIX time, for codes. given: what was given out, for whoever has to search for it.
    """

    def __init__(
        self,
        alias: str,
        account: Account,
        last_step: int | None,
        tell: Tell,
        clock: Callable[[], float] = time.time,
        given: Scrubber | None = None,
    ) -> None:
        self._proved = False
        self.sent = False
        self.given = Scrubber() if given is None else given
        self.given.add(*account.inline_secrets())
        self._alias = alias
        self._account = account
        self._last = last_step
        self._tell = tell
        self._clock = clock

    @property
    def username(self) -> str:
        """The user name, once every secret that goes with it is known to be there.

        Raises:
            Stop: If the password or the seed cannot be read: then not even the user name is sent.
        """
        if not self._proved:
            try:
                read_password(self._alias, self._account, warn=_unheard)
                read_totp_secret(self._alias, self._account, warn=_unheard)
            except CheckerError as error:
                raise Stop(Outcome.SECRET_MISSING, str(error)) from None
            self._proved = True
        return self._account.username

    def password(self) -> SecretStr:
        """Return the password, to be sent at once; raise Stop if its source cannot be read."""
        try:
            found = read_password(self._alias, self._account, warn=self._warn)
        except CheckerError as error:
            raise Stop(Outcome.SECRET_MISSING, str(error)) from None
        self.sent = True
        self.given.add(found)
        # Told before it is typed: a crash in between must not lead to its being sent again and again.
        self._tell(Sending())
        return found

    def code(self, wait: Callable[[float], None]) -> SecretStr | None:
        """Return a code whose step was never used, waiting for it; none without a seed."""
        try:
            seed = read_totp_secret(self._alias, self._account, warn=self._warn)
            if seed is None:
                return None
            self.given.add(seed)
            after = None if self._last is None else self._last + 1
            wait(wait_needed(seed, self._clock(), not_before_step=after))
            typed = code(seed, self._clock(), not_before_step=after)
        except CheckerError as error:
            raise Stop(Outcome.SECRET_MISSING, str(error)) from None
        self._last = typed.step
        # Told before it is typed: a crash in between must not lead to its being used twice.
        self._tell(UsedStep(step=typed.step))
        return typed.text

    def are_those_of(self, salt: str, known: str) -> bool:
        """Tell whether the secrets are the ones a fingerprint was made of; those that cannot be read are."""
        parts = self._parts()
        return parts is None or is_same(parts, salt, known)

    def fingerprinted(self) -> tuple[str, str]:
        """Return a new salt and the fingerprint of the secrets as they are now; empty if none can be read."""
        parts, salt = self._parts(), new_salt()
        return ("", "") if parts is None else (salt, fingerprint(parts, salt))

    def _parts(self) -> tuple[SecretStr | None, ...] | None:
        try:
            password = read_password(self._alias, self._account, warn=_unheard)
            seed = read_totp_secret(self._alias, self._account, warn=_unheard)
        except CheckerError:
            return None
        return SecretStr(self._account.username), password, seed

    def _warn(self, text: str) -> None:
        self._tell(Warned(text=text))


def _unheard(text: str) -> None:
    """Say nothing: it is said when the secret is used."""
    del text
