"""The browser's own page: sent to addresses, looked at, pictured; what goes wrong with it is a stop."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from playwright.sync_api import Dialog, Locator, Request, Response
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import TimeoutError as BrowserTimeout
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

from checker.console.guard import Guard
from checker.console.presses import scoped
from checker.console.retry_after import seconds_asked
from checker.console.snapshot import Changes, TooLargeError, take
from checker.errors import Stop
from checker.flow import Page
from checker.flow.site_toml import Rule
from checker.model import Outcome

__all__ = ["LOOK_AGAIN", "Bounds", "Tab", "first_line", "locate", "located"]

LOOK_AGAIN: Final = 0.08
"""After how many seconds a page is looked at again."""

_TRANSIENT = (
    "ERR_CONNECTION_RESET",
    "ERR_NETWORK_CHANGED",
    "ERR_EMPTY_RESPONSE",
    "ERR_CONNECTION_CLOSED",
    # The error page of an earlier address that came in late.
    "interrupted by another navigation",
)
_PROXY_DOWN = ("ERR_PROXY_", "ERR_TUNNEL_CONNECTION_FAILED", "ERR_SOCKS_", "ERR_UNEXPECTED_PROXY_AUTH")
_ASKS_TO_WAIT: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_ASK: Final = """
async ([url, headers, milliseconds]) => {
  const signal = AbortSignal.timeout(milliseconds);
  const answer = await fetch(url, {headers, credentials: 'include', signal});
  return [answer.url, answer.status, await answer.text()];
}
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long the console waits, in seconds, and how long it pauses between two pages.

    page: for a page to come; answer: for one answer, or whatever else is wanted of a page that is there;
    site: for everything that does not come, at one site.
    steady: the share of the time for which a state without a mark of its own must hold to be believed.
    """

    page: float = 30.0
    answer: float = 8.0
    pause: float = 0.0
    site: float = 20.0
    steady: float = 1.0


class Tab:
    """One page of the browser.

    seconds: how long a page may take to come. wait: lets the browser go on for so many seconds.
    status: of the document that is open, 0 before there is one.
    """

    def __init__(
        self,
        raw: BrowserPage,
        guard: Guard,
        seconds: float,
        now: Callable[[], datetime],
        wait: Callable[[float], None],
    ) -> None:
        self.raw = raw
        self.status = 0
        self._guard = guard
        self._seconds = seconds
        self._now = now
        self._wait = wait
        self._broken_off = ""
        self._last = Page("", "", 0, "")
        self._changes = Changes(raw)
        self._asked: Request | None = None
        raw.set_default_timeout(seconds * 1000)
        raw.on("request", self._note_request)
        raw.on("response", self._note_status)
        raw.on("requestfailed", self._note_failure)
        raw.on("popup", _close_popup)
        raw.on("dialog", _answer_dialog)

    def go(self, name: str, url: str) -> None:
        """Send the browser to an address; raise Stop, which calls the page by its name, if it cannot."""
        self.status = 0
        self._broken_off = ""
        self._asked = None
        self._changes.forget()
        try:
            for attempt in Retrying(
                retry=retry_if_exception(_is_transient),
                stop=stop_after_attempt(2),
                wait=wait_fixed(1),
                reraise=True,
            ):
                with attempt:
                    self._goto(name, url)
        except BrowserError as error:
            raise _stop_for(error, name) from None

    def glance(self, name: str) -> Page | None:
        """Return the page taken last if nothing is known to have changed on it since the last glance."""
        self.arrive(name)
        last = self._last
        same = not self._changes.any() and (last.name, last.status, last.ready) == (name, self.status, False)
        return last if same else None

    def forget(self) -> None:
        """Have the next glance see nothing, so that the page is taken anew."""
        self._changes.forget()

    def take(self, name: str, *, ready: bool) -> Page:
        """Return the page as it is now, under the name it has; raise Stop if it cannot be looked at."""
        for _ in range(3):
            self.arrive(name)
            try:
                page = take(self.raw, name, self.status, ready=ready)
            except TooLargeError:
                raise Stop(Outcome.UNKNOWN_PAGE, f"{name} is larger than any console page") from None
            except BrowserError as error:
                # A navigation under way takes the page from under the snapshot: look again.
                if self.raw.is_closed() or "crash" in str(error).lower():
                    raise Stop(Outcome.CRASHED, first_line(error)) from None
                self._wait(LOOK_AGAIN)
            else:
                # What was worked out of a page holds as long as it stays the same.
                if page != self._last:
                    self._last = page
                return self._last
        raise Stop(Outcome.TIMEOUT, f"{name} keeps changing and could not be read")

    def arrive(self, name: str) -> None:
        """Wait until the document asked for last begins to come; raise Stop, which names it, if it does not.

        Until then the browser answers no question about the page, and a question has no time limit.
        """
        waited = 0.0
        while self._asked is not None:
            if waited >= self._seconds:
                raise Stop(Outcome.TIMEOUT, f"{name} did not answer in {self._seconds:.0f} s")
            self._wait(LOOK_AGAIN)
            waited += LOOK_AGAIN

    def ask(self, path: str, headers: Mapping[str, str], seconds: float) -> tuple[str, int, bytes] | None:
        """GET an address from within the page; return where it led, the status and the body, or nothing."""
        try:
            url, status, body = self.raw.evaluate(_ASK, [path, dict(headers), int(seconds * 1000)])
        except BrowserError:
            return None
        return url, status, str(body).encode("utf-8", "surrogatepass")

    def picture(self, css: str = "") -> bytes | None:
        """Return a PNG of the whole page, or of the element `css` finds; none if it cannot be drawn."""
        try:
            if not css:
                return self.raw.screenshot(full_page=True, timeout=10_000, animations="disabled")
            found = self.raw.locator(css).locator("visible=true")
            # What is not there now is not waited for: there may be dozens of unreadable widgets on a page.
            return found.first.screenshot(timeout=3_000, animations="disabled") if found.count() else None
        except BrowserError:
            return None

    def says(self, name: str, what: Callable[[bytes], bool]) -> bool:
        """Tell whether anything of the page fits: its address, title or text; of one that is lost it may."""
        try:
            said = self.take(name, ready=True)
        except Stop:
            return True
        return what("\n".join((said.url, said.title, said.html)).encode("utf-8", "replace"))

    def _goto(self, name: str, url: str) -> None:
        try:
            response = self.raw.goto(url, wait_until="domcontentloaded")
        except BrowserTimeout:
            if self._broken_off:
                raise Stop(Outcome.UNREACHABLE, f"{name} broke off: {self._broken_off}") from None
            raise Stop(Outcome.TIMEOUT, f"{name} did not load in {self._seconds:.0f} s") from None
        except BrowserError as error:
            if _is_transient(error):
                raise
            raise _stop_for(error, name) from None
        if response is not None and response.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            raise _without_proxy(name, "407: it refuses its user name or password")

    def _note_request(self, request: Request) -> None:
        if self._is_document(request):
            self._asked = request

    def _note_status(self, response: Response) -> None:
        if response.status in _ASKS_TO_WAIT:
            asked = seconds_asked(response.headers.get("retry-after", ""), self._now())
            self._guard.asked_to_wait = max(self._guard.asked_to_wait, asked)
        # An earlier document that answers late says nothing of the one that is awaited.
        if self._is_document(response.request) and self._awaits(response.request):
            self.status = response.status
            self._asked = None

    def _note_failure(self, request: Request) -> None:
        if self._is_document(request) and self._awaits(request):
            self._asked = None
            self._broken_off = request.failure or "the connection failed"

    def _awaits(self, request: Request) -> bool:
        """Tell whether a document is the one asked for last; of none that is awaited any will do."""
        return self._asked is None or request == self._asked

    def _is_document(self, request: Request) -> bool:
        try:
            return request.is_navigation_request() and request.frame == self.raw.main_frame
        except BrowserError:
            # The frame is not there yet: a window of its own that opens.
            return False


def locate(page: BrowserPage, chain: Sequence[Rule]) -> Locator | None:
    """Return the visible elements of the first rule of a chain that finds any, shadow roots pierced."""
    found = located(page, chain)
    return None if found is None else found[1]


def located(page: BrowserPage, chain: Sequence[Rule]) -> tuple[int, Locator] | None:
    """Return what `locate` returns with the place in the chain of the rule that found it."""
    for place, rule in enumerate(chain):
        found = scoped(page, rule).locator("visible=true")
        if found.count():
            return place, found
    return None


def _close_popup(popup: BrowserPage) -> None:
    with contextlib.suppress(BrowserError):
        popup.close()


def _answer_dialog(dialog: Dialog) -> None:
    """Say no to every dialog, but for the one that asks whether to leave: staying would end the visit."""
    with contextlib.suppress(BrowserError):
        if dialog.type == "beforeunload":
            dialog.accept()
        else:
            dialog.dismiss()


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, BrowserError) and any(code in str(error) for code in _TRANSIENT)


def _stop_for(error: BrowserError, page: str) -> Stop:
    text = first_line(error)
    if any(code in text for code in _PROXY_DOWN):
        return _without_proxy(page, text)
    if "ERR_NAME_NOT_RESOLVED" in text or "ERR_BLOCKED_BY_CLIENT" in text:
        return Stop(
            Outcome.UNREACHABLE, f"{page}: the host is unknown, or not one of this console's ({text})"
        )
    if "net::" in text:
        return Stop(Outcome.UNREACHABLE, f"{page}: {text}")
    return Stop(Outcome.CRASHED, f"{page}: {text}")


def _without_proxy(page: str, why: str) -> Stop:
    return Stop(
        Outcome.UNREACHABLE,
        f"{page}: the account's proxy does not let us through ({why}); nothing was sent without it",
    )


def first_line(error: BrowserError) -> str:
    """Return the first line of a browser error without the query, which may hold a token."""
    line = str(error).splitlines()[0] if str(error) else type(error).__name__
    return line.partition("?")[0][:200]
