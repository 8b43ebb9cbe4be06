"""What stands before every page: whose name it is asked by, who asks, and what the browser may do with it.

Host      only names that mean this machine: a foreign name that leads here is DNS rebinding
token     where one is set, nothing is shown without it; kept as a cookie after the first visit
session   a random cookie that forms are bound to
headers   no script but ours, no frame, no guessing of types, nothing kept by the browser
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from checker.errors import fault
from checker.log import event
from checker.serve.forms import Sessions

__all__ = ["FEED", "HEADERS", "LANGUAGES", "Door", "Gate", "Refusal"]

FEED: Final = "/calendar.ics"
"""What calendar programs fetch: they keep no cookie, so that the token stands in the address each time."""
LANGUAGES: Final = ("en", "zh")

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

# How the page looks that asks for the token.
_OPEN: Final = ("/static/report.css", "/static/serve.css")
_METHODS: Final = ("GET", "HEAD", "POST")
_SESSION: Final = "checker_session"
_LANGUAGE: Final = "checker_language"
_ENTRY: Final = "checker_entry"
_LONG: Final = 180 * 24 * 3600
_LONGEST_COOKIE: Final = 200

Refusal = Callable[[int, str, str], Response]
"""Draws a page that says why nothing is shown: status, sentence of the words, language."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in.

    hosts: the names it may be asked by, besides addresses in figures. any_address: whether every address in
    figures will do; else only those of this machine. token: what a visitor must know, or nothing.
    """

    hosts: frozenset[str]
    any_address: bool = False
    token: str = ""
    is_https: bool = False
    language: str = "en"

    def knows(self, host: str) -> bool:
        """Tell whether a Host header names this machine, whatever its port."""
        try:
            parts = urlsplit(f"//{host}")
            name, _ = parts.hostname or "", parts.port
        except ValueError:
            return False
        if not name or parts.netloc != host or "@" in host:
            return False
        if name in self.hosts:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self.any_address or address.is_loopback

    def opens(self, token: str) -> bool:
        """Tell whether a token is the one, in a time that does not say how nearly."""
        return hmac.compare_digest(_digest(self.token, token), _digest(self.token, self.token))

    @property
    def entry(self) -> str:
        """What the cookie of a visitor who knew the token holds: not the token itself."""
        return _digest(self.token, "checker serve: a visitor who knew the token").hex()

    def admits(self, entry: str) -> bool:
        """Tell whether a cookie is that of a visitor who knew the token."""
        given = entry.encode("utf-8", "surrogatepass")
        return not self.token or hmac.compare_digest(given, self.entry.encode())


def _digest(key: str, text: str) -> bytes:
    return hmac.new(key.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


class Gate:
    """Wraps the application; nothing reaches it, or leaves it, but through here."""

    def __init__(self, app: ASGIApp, door: Door, sessions: Sessions, refusal: Refusal) -> None:
        self._app = app
        self._door = door
        self._sessions = sessions
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookies = _cookies(headers)
        query = _query(scope)
        language = _language(query, cookies, self._door.language)
        session = cookies.get(_SESSION, "")
        fresh = [] if session else [self._cookie(_SESSION, session := self._sessions.begin())]
        scope["state"] = dict(scope.get("state", {})) | {"session": session, "language": language}
        answer, more = self._answer(scope, headers, cookies, query, language)
        await self._sent(answer or self._app, scope, receive, _with_headers(send, [*fresh, *more]), language)

    async def _sent(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, language: str) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - a bug on one page ends no other, and shows nothing
            event("ERROR", "page failed", path=scope["path"], fault=fault(error))
            if not started:
                await self._refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "failed", language)(
                    scope, receive, send
                )

    def _answer(
        self,
        scope: Scope,
        headers: Headers,
        cookies: dict[str, str],
        query: list[tuple[str, str]],
        language: str,
    ) -> tuple[Response | None, list[str]]:
        """Return what is answered in the page's place, if anything, and the cookies to set."""
        door = self._door
        if len(headers.getlist("host")) != 1 or not door.knows(headers["host"]):
            return self._refusal(HTTPStatus.MISDIRECTED_REQUEST, "refused_host", language), []
        if scope["method"] not in _METHODS:
            return self._refusal(HTTPStatus.METHOD_NOT_ALLOWED, "refused_method", language), []
        asked, is_read = dict(query), scope["method"] != "POST"
        cookies_to_set: list[str] = []
        if door.token:
            knows = "token" in asked and is_read and door.opens(asked["token"])
            if knows and scope["path"] == FEED:
                return None, []
            if knows:
                cookies_to_set.append(self._cookie(_ENTRY, door.entry, _LONG))
            elif scope["path"] not in _OPEN and not door.admits(cookies.get(_ENTRY, "")):
                return self._refusal(HTTPStatus.UNAUTHORIZED, "refused_token", language), []
        if not is_read or not {"token", "lang"} & asked.keys() or scope["path"] == FEED:
            return None, cookies_to_set
        # Neither stays in the address, which is copied and remembered.
        if asked.get("lang") in LANGUAGES:
            cookies_to_set.append(self._cookie(_LANGUAGE, asked["lang"], _LONG))
        rest = [(name, value) for name, value in query if name not in ("token", "lang")]
        path = "/" + scope["path"].lstrip("/\\")
        to = f"{path}?{urlencode(rest)}" if rest else path
        return RedirectResponse(to, HTTPStatus.SEE_OTHER), cookies_to_set

    def _cookie(self, name: str, value: str, age: int | None = None) -> str:
        parts = [f"{name}={value}", "HttpOnly", "SameSite=Strict", "Path=/"]
        parts += [] if age is None else [f"Max-Age={age}"]
        return "; ".join(parts + ["Secure"] * self._door.is_https)


def _with_headers(send: Send, cookies: Iterable[str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            for cookie in cookies:
                headers.append("set-cookie", cookie)
        await send(message)

    return sending


def _cookies(headers: Headers) -> dict[str, str]:
    pairs = (pair for line in headers.getlist("cookie") for pair in cookie_parser(line).items())
    return {name: value for name, value in pairs if len(value) <= _LONGEST_COOKIE}


def _query(scope: Scope) -> list[tuple[str, str]]:
    try:
        return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=60)
    except ValueError:
        return []


def _language(query: Iterable[tuple[str, str]], cookies: dict[str, str], otherwise: str) -> str:
    wanted = dict(query).get("lang", "")
    if wanted in LANGUAGES:
        return wanted
    kept = cookies.get(_LANGUAGE, "")
    return kept if kept in LANGUAGES else otherwise
