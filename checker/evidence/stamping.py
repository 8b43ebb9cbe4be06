"""Time stamps by third parties (RFC 3161): proof that a manifest existed at a time that is not ours.

What is stamped is the manifest itself, not its signature: with a key of one's own making, one signature
can be made to fit two texts, and it is the owner of the key whom the stamp has to bind.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.error import URLError
from urllib.request import HTTPErrorProcessor, Request, build_opener

from checker.errors import ConfigError
from checker.evidence.sealing import Stamp

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

__all__ = ["Authorities", "Checked", "StampError", "check", "is_installed"]

LARGEST: Final = 100_000
_REFUSALS: Final = 2
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_MISSING: Final = "rfc3161-client is not installed: pip install 'marketplace-health-checker[evidence]'"


class StampError(ValueError):
    """An answer, or a token, that proves nothing; the message says why."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A token that fits its manifest: when it was stamped, and whether its issuer was proved."""

    at: datetime
    is_issuer_proved: bool


class _NoRedirects(HTTPErrorProcessor):
    """Leaves every answer as it is: a stamp is asked for at one address only."""

    def http_response(self, request: Request, response: object) -> object:
        del request
        return response

    https_response = http_response


@dataclass
class Authorities:
    """Asks up to two authorities; one that failed twice in a run is not asked again.

    urls: where they answer. roots: PEM files of the certificates their own lead up to.
    """

    urls: Sequence[str]
    roots: Sequence[Path] = ()
    seconds: float = 10.0
    _failed: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.urls)

    def ask(self, data: bytes) -> Sequence[Stamp]:
        """Ask each of them once; what is unusable is said, never raised."""
        return [self._ask(url, data) for url in self.urls]

    def _ask(self, url: str, data: bytes) -> Stamp:
        if self._failed.get(url, 0) >= _REFUSALS:
            return Stamp(url, problem="not asked: it failed before in this run")
        if not is_installed():
            return Stamp(url, problem=_MISSING)
        try:
            token = _answer(url, data, self.seconds)
            check(token, data, self.roots)
        except (StampError, ConfigError) as error:
            self._failed[url] = self._failed.get(url, 0) + 1
            return Stamp(url, problem=str(error))
        return Stamp(url, token)


def is_installed() -> bool:
    """Tell whether time stamps can be asked for and checked."""
    try:
        import rfc3161_client  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def check(token: bytes, data: bytes, roots: Sequence[Path] = ()) -> Checked:
    """Return when `data` was stamped; raise StampError unless the token is one, and for these very bytes.

    Without roots it is proved that the token speaks of `data`, not who issued it.
    """
    if not is_installed():
        raise StampError(_MISSING)
    response = _decoded(token)
    info = response.tst_info
    imprint = info.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256:
        raise StampError("it is not over a SHA-256 digest")
    if imprint.message != hashlib.sha256(data).digest():
        raise StampError("it is of another manifest")
    certificates = [certificate for path in roots for certificate in _certificates(path)]
    if certificates:
        _prove(response, data, certificates)
    return Checked(info.gen_time, bool(certificates))


def _decoded(token: bytes) -> TimeStampResponse:
    from rfc3161_client import PKIStatus, decode_timestamp_response  # noqa: PLC0415

    try:
        response = decode_timestamp_response(token)
        status = PKIStatus(response.status)
    except (ValueError, TypeError):
        raise StampError("it is no time-stamp response") from None
    if status is not PKIStatus.GRANTED:
        raise StampError(f"the authority answered {status.name}")
    return response


def _prove(response: TimeStampResponse, data: bytes, roots: Sequence[Certificate]) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415

    builder = VerifierBuilder(roots=list(roots), intermediates=[])
    try:
        builder.build().verify_message(response, data)
    except (VerificationError, ValueError) as error:
        raise StampError(f"its issuer is not one of the configured: {error}") from None


def _answer(url: str, data: bytes, seconds: float) -> bytes:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415

    asked = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    request = Request(  # noqa: S310 - the settings admit http and https only
        url,
        asked.as_bytes(),
        {"content-type": "application/timestamp-query", "accept": "application/timestamp-reply"},
    )
    opener = build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=seconds) as response:
            status, body = response.status, response.read(LARGEST + 1)
    except (URLError, OSError, ssl.SSLError, ValueError) as error:
        raise StampError(f"no answer: {getattr(error, 'reason', error)}") from None
    if status != HTTPStatus.OK:
        raise StampError(f"it answered HTTP {status}")
    if len(body) > LARGEST:
        raise StampError("its answer is too large to be a token")
    if _decoded(body).tst_info.nonce != asked.nonce:
        raise StampError("it answers another question: the nonce differs")
    return bytes(body)


def _certificates(path: Path) -> list[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    try:
        return load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{path} holds no certificates in PEM form ({error})", hint="correct [evidence] timestamp_roots"
        ) from None
