"""What went over the wire for the page that is open: how it was reached, and every exchange it made.

Only what is seen after sign-in is noted; headers that carry cookies or tokens are never looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import Request, Response

from checker.evidence.masks import Masks, kept_headers
from checker.evidence.posted import LONGEST, is_json

__all__ = ["Exchange", "Traffic"]

MOST: Final = 400
"""Of one page, so that a page that never stops asking does not fill the memory."""
LARGEST_BODY: Final = 10_000_000
LARGEST_PAGE: Final = 60_000_000
_NO_BODY: Final = frozenset(
    {HTTPStatus.NO_CONTENT, *range(HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.BAD_REQUEST)}
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its response, as far as it may be kept; `body` is none where there is none to keep.

    posted: what the request itself said, where that was JSON.
    """

    at: str
    method: str
    url: str
    status: int
    resource: str
    request_headers: Mapping[str, str]
    response_headers: Mapping[str, str]
    body: bytes | None
    lost: str = ""
    posted: str = ""


@dataclass
class _Seen:
    at: datetime
    request: Request
    response: Response


@dataclass
class Traffic:
    """Listens to one page; `is_reading` tells whether sign-in is behind us."""

    page: BrowserPage
    is_reading: Callable[[], bool]
    _chain: list[_Seen] = field(default_factory=list)
    _seen: list[_Seen] = field(default_factory=list)
    _ended: set[Request] = field(default_factory=set)
    overflow: int = 0

    def __post_init__(self) -> None:
        """Begin to listen."""
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("requestfinished", self._finished)

    def close(self) -> None:
        """Listen no more."""
        with suppress(BrowserError, KeyError, ValueError):
            self.page.remove_listener("request", self._asked)
            self.page.remove_listener("response", self._answered)
            self.page.remove_listener("requestfinished", self._finished)

    def chain(self, masks: Masks) -> list[dict[str, Any]]:
        """Return how the open page was reached: every step with its status."""
        return [
            {
                "at": _text(seen.at),
                "method": seen.request.method,
                "status": seen.response.status,
                "to": masks.url(seen.response.headers.get("location", "")),
                "url": masks.url(seen.request.url),
            }
            for seen in self._chain
        ]

    def tls(self) -> dict[str, Any] | None:
        """Return whom the page's certificate names and how long it is valid; none for plain HTTP."""
        if not self._chain:
            return None
        try:
            details = self._chain[-1].response.security_details()
        except BrowserError:
            return None
        if not details or not details.get("subjectName"):
            return None
        return {
            "issuer": details.get("issuer", ""),
            "protocol": details.get("protocol", ""),
            "subject": details.get("subjectName", ""),
            "valid_from": _of_epoch(details.get("validFrom")),
            "valid_to": _of_epoch(details.get("validTo")),
        }

    def clock(self) -> dict[str, Any] | None:
        """Return what the server's clock said, and how far it is ahead of ours, to the second."""
        if not self._chain:
            return None
        seen = self._chain[-1]
        date = seen.response.headers.get("date", "")
        try:
            theirs = parsedate_to_datetime(date)
        except ValueError:
            return None
        if theirs.tzinfo is None:
            theirs = theirs.replace(tzinfo=UTC)
        ahead = round((theirs - seen.at.replace(microsecond=0)).total_seconds())
        return {"ours": _text(seen.at), "server_ahead_seconds": ahead, "servers": _text(theirs)}

    def user_agent(self) -> str:
        """Return how the browser called itself."""
        return self._chain[-1].request.headers.get("user-agent", "") if self._chain else ""

    def exchanges(self, masks: Masks) -> Iterator[Exchange]:
        """Yield what the open page asked for so far, bodies included while the browser still has them."""
        total = 0
        for seen in (*self._chain, *self._seen):
            body, lost = self._body(seen, LARGEST_PAGE - total)
            total += len(body or b"")
            yield Exchange(
                _text(seen.at),
                seen.request.method,
                masks.url(seen.request.url),
                seen.response.status,
                seen.request.resource_type,
                kept_headers(seen.request.headers, masks),
                kept_headers(seen.response.headers, masks),
                body,
                lost,
                _posted(seen.request, masks),
            )

    def _body(self, seen: _Seen, room: int) -> tuple[bytes | None, str]:
        response = seen.response
        if seen.request not in self._ended:
            # One that never ends cannot be waited for.
            return None, "it had not come to its end"
        if response.status in _NO_BODY:
            return None, ""
        declared = response.headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > min(LARGEST_BODY, room):
            return None, "too large"
        try:
            body = response.body()
        except BrowserError:
            return None, "the browser no longer has it"
        return (body, "") if len(body) <= min(LARGEST_BODY, room) else (None, "too large")

    def _asked(self, request: Request) -> None:
        if self._is_document(request) and request.redirected_from is None:
            self._chain.clear()
            self._seen.clear()
            self._ended.clear()
            self.overflow = 0

    def _finished(self, request: Request) -> None:
        self._ended.add(request)

    def _answered(self, response: Response) -> None:
        request = response.request
        if not self.is_reading() or request.url.startswith(("data:", "blob:")):
            return
        seen = _Seen(datetime.now(UTC), request, response)
        if self._is_document(request):
            self._chain.append(seen)
        elif len(self._seen) < MOST:
            self._seen.append(seen)
        else:
            self.overflow += 1

    def _is_document(self, request: Request) -> bool:
        try:
            return request.is_navigation_request() and request.frame == self.page.main_frame
        except BrowserError:
            return False


def _posted(request: Request, masks: Masks) -> str:
    """Return the JSON a request sent in order to read, tokens and cookies blanked; else nothing."""
    try:
        sent = request.post_data_buffer or b""
    except BrowserError:
        return ""
    text = "" if len(sent) > LONGEST else sent.decode("utf-8", "replace")
    return masks.text(text.encode())[0].decode("utf-8", "replace") if is_json(text) else ""


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _of_epoch(seconds: object) -> str:
    if not isinstance(seconds, int | float):
        return ""
    return _text(datetime.fromtimestamp(seconds, UTC))
