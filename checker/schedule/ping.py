"""The dead-man switch: a server that raises the alarm when it does not hear from a run in time.

    ADDRESS/start    a run began              ADDRESS          it did its work
    ADDRESS/fail     it did not               ADDRESS/22       its exit code, with `ping_status = "exit"`

https://healthchecks.io/docs/http_api/ ; the server answers 200 also to an address it does not know, and says
so in the body. The address is a secret: nothing here tells more of it than its host.
"""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import SecretStr
from tenacity import RetryError, Retrying, retry_if_result, stop_after_attempt, wait_exponential

from checker.errors import CheckerError
from checker.model.exits import Exit
from checker.report.safe import printable
from checker.report.words import Words, words_for
from checker.secrets import SecretError
from checker.secrets.sources import SecretSource, read_named
from checker.settings import Settings
from checker.settings.schedule import is_ping_address

__all__ = ["Pinger", "pinger", "read_address"]

_SECONDS: Final = 5.0
_ATTEMPTS: Final = 3
_ANSWER: Final = 200
_CREDENTIAL: Final = "ping.url"
_SERVER_ERROR: Final = 500
_TOO_MANY: Final = 429
# A run that read and told: what it found is the routes' business. Another run at work says so itself.
_WORKED: Final = frozenset({Exit.OK, Exit.NEW, Exit.CRITICAL, Exit.WARNING})

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Answer:
    """How one request ended; `why` is empty for a good one."""

    why: str = ""
    again: bool = False


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the address to somebody else."""

    def redirect_request(self, *_given: Any) -> None:
        """Follow none."""
        return


@dataclass(frozen=True, slots=True)
class Pinger:
    """Tells one dead-man switch how runs go; a failure is told to the operator and is nothing more.

    address: without a slash at its end. status: `work` or `exit`, as in the settings. tell: hears what could
    not be delivered. sleep: how long is waited between tries.
    """

    address: SecretStr
    status: str
    words: Words
    tell: Tell
    sleep: Callable[[float], None] = time.sleep

    def start(self) -> None:
        """Tell that a run began."""
        self._send("/start")

    def finish(self, code: int) -> None:
        """Tell how a run ended; nothing where another one is at work, which tells of itself."""
        if code == Exit.BUSY:
            return
        if self.status == "exit":
            self._send(f"/{code}")
        else:
            self._send("" if code in _WORKED else "/fail", f"exit code {code}")

    def _send(self, ending: str, body: str = "") -> None:
        retrying = Retrying(
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_exponential(multiplier=0.5, max=2),
            retry=retry_if_result(lambda answer: answer.again),
            sleep=self.sleep,
        )
        try:
            answer = retrying(self._once, ending, body)
        except RetryError as error:
            answer = error.last_attempt.result()
        if answer.why:
            host = urlsplit(self.address.get_secret_value()).hostname
            self.tell(self.words.text("ping", "failed", host=host, why=answer.why))

    def _once(self, ending: str, body: str) -> _Answer:
        parts = urlsplit(self.address.get_secret_value())
        url = parts._replace(path=parts.path + ending).geturl()
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked when the address was read
            url, body.encode(), {"User-Agent": "marketplace-health-checker", "Content-Type": "text/plain"}
        )
        try:
            with urllib.request.build_opener(_NoRedirects).open(request, timeout=_SECONDS) as response:
                said = response.read(_ANSWER).decode("utf-8", "replace").strip()
        except urllib.error.HTTPError as error:
            with error:
                again = error.code >= _SERVER_ERROR or error.code == _TOO_MANY
                return _Answer(f"HTTP {error.code}", again)
        except TimeoutError:
            return _Answer(self.words.text("ping", "timeout", seconds=f"{_SECONDS:g}"), again=True)
        except (OSError, ValueError) as error:
            # Never the exception's own text, which may hold the address.
            reason = getattr(error, "reason", error)
            why = (
                reason.strerror if isinstance(reason, OSError) and reason.strerror else type(reason).__name__
            )
            return _Answer(why, again=True)
        except Exception as error:  # noqa: BLE001 - a server's nonsense must never end a run
            return _Answer(type(error).__name__)
        # "OK (not found)", "OK (rate limited)": 200 all the same.
        return _Answer(printable(said, _ANSWER)) if said.upper().startswith("OK (") else _Answer()


def read_address(settings: Settings, environ: Mapping[str, str] | None = None) -> SecretStr | None:
    """Return the address of the dead-man switch, or None if there is none.

    Raises:
        SecretError: It is named, and cannot be read or is no address.
    """
    schedule, words = settings.schedule, words_for(settings.report.language)
    source = SecretSource(schedule.ping_url_file, schedule.ping_url_command, schedule.ping_url)
    found = read_named(
        words.text("ping", "what"),
        source,
        _CREDENTIAL,
        warn=lambda _text: None,
        environ=os.environ if environ is None else environ,
    )
    if found is None:
        return None
    text = found.get_secret_value().strip().rstrip("/")
    if not is_ping_address(text):
        raise SecretError(words.text("ping", "no_address"), hint=words.text("ping", "no_address_fix"))
    return SecretStr(text)


def pinger(settings: Settings, tell: Tell, sleep: Callable[[float], None] = time.sleep) -> Pinger | None:
    """Return what tells the dead-man switch, or None where none is configured.

    An address that cannot be read is told like a ping that failed: the run goes on, and the switch raises
    the alarm.
    """
    try:
        address = read_address(settings)
    except CheckerError as error:
        for line in str(error).splitlines():
            tell(line)
        return None
    if address is None:
        return None
    return Pinger(address, settings.schedule.ping_status, words_for(settings.report.language), tell, sleep)
