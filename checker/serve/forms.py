"""What a person sent with a form, and whether it was sent from a page of ours.

Three things must hold before a POST is looked into: it comes from our own origin, it is an ordinary form,
and it holds the token of the session it was drawn for.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from checker.errors import UsageError
from checker.report.words import Words

__all__ = ["FORM", "Refused", "Sessions", "is_own_origin", "remembered", "remembering", "sent", "who", "why"]

FORM: Final = "application/x-www-form-urlencoded"
_LARGEST: Final = 200_000
_FIELDS: Final = 2000
"""A site may have hundreds of widgets, each with three fields."""
_SESSION_BYTES: Final = 32
_LONGEST_NAME: Final = 80
_LONGEST_REASON: Final = 1000
_WHO: Final = "checker_who"
_LONG: Final = 180 * 24 * 3600


class Refused(Exception):  # noqa: N818 - it names a decision
    """A form that was not sent from a page of ours, or cannot be read; `why` is a sentence of the words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Sessions:
    """Makes sessions, and the token every form of one must hold; forgotten when the program ends."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(_SESSION_BYTES)

    @staticmethod
    def begin() -> str:
        """Return a new session."""
        return secrets.token_urlsafe(_SESSION_BYTES)

    def token(self, session: str) -> str:
        """Return what a form of a session holds."""
        return hmac.new(self._key, session.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def holds(self, session: str, token: str) -> bool:
        """Tell whether a form's token is that of the session, in a time that does not say how nearly."""
        given = token.encode("utf-8", "surrogatepass")
        return bool(session) and hmac.compare_digest(self.token(session).encode(), given)


def is_own_origin(headers: Headers, address: str) -> bool:
    """Tell whether a form says that it comes from a page of ours.

    Args:
        headers: The headers it was sent with.
        address: The address people reach us at, if it is another than the one they send to.

    Returns:
        Whether its origin is that address, or the host it is sent to.
    """
    origin = headers.get("origin", "").lower()
    return bool(origin) and origin in (address, f"http://{headers.get('host', '').lower()}")


async def sent(request: Request, sessions: Sessions, address: str) -> dict[str, str]:
    """Return the fields of a form, each once.

    Raises:
        Refused: It is none, is too large, or was not sent from a page of ours.
    """
    if not is_own_origin(request.headers, address):
        raise Refused("refused_origin")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Refused("refused_form")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise Refused("refused_form")
    try:
        text = body.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS, errors="strict")
    except ValueError:
        raise Refused("refused_form") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refused("refused_form")
    if not sessions.holds(request.state.session, fields.pop("csrf", "")):
        raise Refused("refused_session")
    return fields


def remembered(request: Request) -> str:
    """Return who sent the last form from this browser, or nothing."""
    return unquote(request.cookies.get(_WHO, ""))


def remembering(to: str, who: str, *, is_https: bool) -> Response:
    """Lead on to a page, and remember who sent the form, so that the next one has the name in it."""
    response = RedirectResponse(to, HTTPStatus.SEE_OTHER)
    response.set_cookie(_WHO, quote(who), max_age=_LONG, httponly=True, samesite="strict", secure=is_https)
    return response


def who(fields: Mapping[str, str], words: Words) -> str:
    """Return the name a form is signed with; UsageError where it has none, or one that is no name."""
    return _said(fields, "by", _LONGEST_NAME, words.page("who_missing"))


def why(fields: Mapping[str, str], words: Words) -> str:
    """Return the reason a form gives; UsageError where it gives none, or a treatise."""
    return _said(fields, "reason", _LONGEST_REASON, words.page("why_missing"))


def _said(fields: Mapping[str, str], name: str, longest: int, missing: str) -> str:
    said = fields.get(name, "").strip()
    if not said or len(said) > longest:
        raise UsageError(missing)
    return said
