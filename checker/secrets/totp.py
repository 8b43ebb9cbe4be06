"""One-time codes of an authenticator seed (RFC 6238), typed at the right second. The clock comes in.

wait = wait_needed(seed, now, not_before_step=used + 1)
...                                                        # wait that long
typed = code(seed, now_again, not_before_step=used + 1)    # keep typed.step as used
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import pyotp
from pydantic import SecretStr

from checker.secrets.errors import SecretError

__all__ = ["Code", "code", "variants", "wait_needed"]

# 80 bits, the shortest seed any console hands out; a six-digit code pasted by mistake is shorter.
_SHORTEST: Final = 16
# A code of a step further ahead than this means that the clock went back, not that we are early.
_STEPS_AHEAD: Final = 1

_DIGITS: Final = (6, 7, 8)
_DIGESTS: Final = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}

_HINT: Final = (
    "it is the key shown beside the QR code when an authenticator app is added: 16 or more of A-Z and 2-7, "
    "spaces allowed, or the whole otpauth:// address"
)


@dataclass(frozen=True, slots=True)
class Code:
    """One code, the step it belongs to, and from when until when (UNIX time) it holds."""

    step: int
    text: SecretStr
    valid_from: float
    valid_until: float


def code(secret: SecretStr, at: float, *, not_before_step: int | None = None) -> Code:
    """Return the code of the moment `at`, or of `not_before_step` if that has not come yet.

    A console takes each step's code once: pass the step after the last one used. Raises SecretError
    for a seed that is none, and when the clock has gone back behind the steps already used.
    """
    generator = _generator(secret)
    step = _step(generator, at, not_before_step)
    start = step * generator.interval
    return Code(
        step=step,
        text=SecretStr(generator.generate_otp(step)),
        valid_from=float(start),
        valid_until=float(start + generator.interval),
    )


def wait_needed(
    secret: SecretStr, at: float, margin: float = 3.0, *, not_before_step: int | None = None
) -> float:
    """Return how many seconds to wait before a code is worth typing; 0 when it can be typed now.

    With fewer than `margin` seconds left the code might arrive too late: the next step is better.
    """
    generator = _generator(secret)
    start = _step(generator, at, not_before_step) * generator.interval
    if start > at:
        return start - at
    left = start + generator.interval - at
    return left if left < margin else 0.0


def variants(secret: SecretStr) -> tuple[SecretStr, ...]:
    """Return a seed as it was given and as it is computed with, for the scrubber."""
    plain = _generator(secret).secret
    return tuple(SecretStr(text) for text in dict.fromkeys((secret.get_secret_value(), plain, plain.lower())))


def _step(generator: _Generator, at: float, not_before: int | None) -> int:
    now = math.floor(at / generator.interval)
    if not_before is None or not_before <= now:
        return now
    if not_before - now > _STEPS_AHEAD:
        behind = math.ceil(not_before * generator.interval - at)
        raise SecretError(
            f"the clock stands {behind} s before the next code that may be used",
            hint="it was set back: synchronise it (timedatectl set-ntp true), then run again",
        )
    return not_before


class _Generator(pyotp.TOTP):
    """pyotp's own, also for the 80-bit keys that consoles hand out and pyotp 2.12 began to refuse."""

    def byte_secret(self) -> bytes:
        return base64.b32decode(self.secret + "=" * (-len(self.secret) % 8))


def _generator(secret: SecretStr) -> _Generator:
    text = secret.get_secret_value().strip()
    options = _options(text) if text.lower().startswith("otpauth:") else {"secret": text}
    generator = None if options is None else _built(options)
    if generator is None:
        # Raised outside every handler: the caught errors may quote the seed.
        raise SecretError("the totp_secret is not an authenticator key", hint=_HINT)
    return generator


def _options(uri: str) -> dict[str, str] | None:
    """Return what an otpauth address says; none for one that is not about time-based codes."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    return dict(parse_qsl(parts.query)) if parts.netloc.lower() == "totp" else None


def _built(options: Mapping[str, str]) -> _Generator | None:
    key = "".join(options.get("secret", "").split()).replace("-", "").rstrip("=").upper()
    digest = _DIGESTS.get(options.get("algorithm", "SHA1").upper())
    if len(key) < _SHORTEST or digest is None:
        return None
    try:
        digits, period = int(options.get("digits", "6")), int(options.get("period", "30"))
        generator = _Generator(key, digits=digits, digest=digest, interval=period)
        generator.generate_otp(0)
    except ValueError:
        return None
    return generator if digits in _DIGITS and period > 0 else None
