"""A console driven in a real browser: bounded, recognised before it is read, and guarded."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Dialog, Locator, Request, Response
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import TimeoutError as BrowserTimeout
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

from checker.console.answers import CaughtAnswers, parse_answer
from checker.console.guard import Guard
from checker.console.retry_after import seconds_asked
from checker.console.seen import SeenPages
from checker.console.snapshot import TooLargeError, take
from checker.console.states import led_elsewhere, recognise, stop_for
from checker.errors import Stop
from checker.flow import Answer, Flow, Page, Recorder, SiteToml
from checker.flow.site_toml import PageSpec, Rule, State
from checker.model import Outcome, Site

__all__ = ["Bounds", "LiveConsole", "locate", "located"]

_LOOK_AGAIN_MS: Final = 80
_SETTLED_LOOKS: Final = 2
_TRANSIENT = (
    "ERR_CONNECTION_RESET",
    "ERR_NETWORK_CHANGED",
    "ERR_EMPTY_RESPONSE",
    "ERR_CONNECTION_CLOSED",
    # The error page of an earlier address that came in late.
    "interrupted by another navigation",
)
_PROXY_DOWN = ("ERR_PROXY_", "ERR_TUNNEL_CONNECTION_FAILED", "ERR_SOCKS_", "ERR_UNEXPECTED_PROXY_AUTH")
_PROXY_REFUSES: Final = 407
_TOO_MANY: Final = 429
_ASKS_TO_WAIT: Final = (_TOO_MANY, 503)
_ASK = """
async ([url, headers, milliseconds]) => {
  const signal = AbortSignal.timeout(milliseconds);
  const answer = await fetch(url, {headers, credentials: 'include', signal});
  return [answer.url, answer.status, await answer.text()];
}
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long the console waits, in seconds, and how long it pauses between two pages."""

    page: float = 30.0
    answer: float = 8.0
    pause: float = 0.0


class LiveConsole:
    """The only thing a flow may touch; see `checker.flow.contract.Console`."""

    def __init__(
        self,
        browser_page: BrowserPage,
        flow: Flow,
        account: str,
        guard: Guard,
        bounds: Bounds,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        may_go_on: Callable[[], None] = lambda: None,
        while_waiting: Callable[[], None] = lambda: None,
        home: str = "",
    ) -> None:
        self.raw = browser_page
        self.guard = guard
        self._flow = flow
        self._toml = flow.toml
        self._account = account
        self.bounds = bounds
        self._now = now
        self._may_go_on = may_go_on
        self._while_waiting = while_waiting
        self._answers = CaughtAnswers(browser_page, flow.toml.answers)
        self._name = ""
        self._status = 0
        self._broken_off = ""
        self._given_up: set[str] = set()
        self._opened = 0
        self._display = 0
        self._host = ""
        self._meant = ""
        self.seen = SeenPages(flow.toml.notices)
        if home:
            self.at(home)
            # Where a sign-in ends is the console's affair; a host that a flow goes to is a site.
            self._meant = ""
        browser_page.set_default_timeout(bounds.page * 1000)
        browser_page.on("response", self._note_status)
        browser_page.on("requestfailed", self._note_failure)
        browser_page.on("popup", _close_popup)
        browser_page.on("dialog", _answer_dialog)

    # What a flow sees...

    @property
    def toml(self) -> SiteToml:
        """The flow's own data."""
        return self._toml

    @property
    def labels(self) -> Mapping[str, str]:
        """The words of the console's own label files."""
        self._answers.learn_labels()
        return self._answers.labels

    @property
    def blocked(self) -> Sequence[str]:
        """What the guard turned away since the page was opened."""
        return tuple(str(blocked) for blocked in self.guard.blocked)

    def at(self, host: str) -> None:
        """Open pages on this host from now on; a stand-in console is told which host was meant.

        With an `origin` every host is one address, so the name travels as a proxy would pass it on.
        """
        if host not in self._toml.allowed_hosts:
            raise ValueError(f"{host} is no host of {self._toml.flow.marketplace}")
        self._host = self._meant = host
        if self.guard.policy.origin:
            self.raw.set_extra_http_headers({"X-Forwarded-Host": host})

    def open(self, page: str, **query: str) -> Page:
        """Open a page of site.toml and wait until it is ready; raise Stop on any other state."""
        self.go(page, **query)
        state, seen = self.settle()
        stop = stop_for(state, page) or led_elsewhere(self.raw.url, self._meant, self._toml)
        if stop is not None:
            raise stop
        return self.seen.note(seen)

    def page(self) -> Page:
        """Return the open page as it is now, a moment after what was waited for came in."""
        self.wait(_LOOK_AGAIN_MS / 1000)
        return self.seen.note(self._take(ready=True))

    def answer(self, name: str) -> Answer | None:
        """Return the latest answer of that name, waiting a while for it if that was not done yet."""
        if name not in self._given_up:
            self._until(lambda: self._answers.count(name) > 0, self.bounds.answer)
        caught = self.answers(name)
        return caught[-1] if caught else None

    def answers(self, name: str) -> Sequence[Answer]:
        """Return every answer of that name since the page was opened; raise Stop if one says 429."""
        caught = self._answers.named(name)
        for answer in caught:
            _heed(answer)
        return caught

    def ask(self, name: str, **query: str) -> Answer | None:
        """GET an answer that site.toml allows asking for, from within the page and past the guard."""
        spec = self._toml.answers[name]
        if spec.ask is None:
            return None
        path = spec.ask + (f"?{urlencode(query)}" if query else "")
        arguments = [path, dict(spec.headers), int(self.bounds.answer * 1000)]
        try:
            url, status, body = self.raw.evaluate(_ASK, arguments)
        except BrowserError:
            return None
        answer = parse_answer(name, url, status, str(body).encode("utf-8", "surrogatepass"))
        _heed(answer)
        return answer

    def press(self, control: str, nth: int = 0, *, awaits: str = "") -> Page:
        """Press a control of site.toml, wait for the answer named, return the page after it."""
        found = locate(self.raw, self._toml.controls[control])
        self._display += 1
        before = self._answers.count(awaits) if awaits else 0
        if found is None:
            return self.page()
        try:
            found.nth(nth).click(timeout=self.bounds.answer * 1000)
        except BrowserError as error:
            raise Stop(Outcome.TIMEOUT, f"{control} could not be pressed: {_first_line(error)}") from None
        if awaits:
            self._until(lambda: self._answers.count(awaits) > before, self.bounds.answer)
        _, seen = self.settle()
        return self.seen.note(seen)

    def recorder(self, site: Site, language: str = "") -> Recorder:
        """Return what writes the readings of `site`."""
        flow, structure = self._flow, self.seen.structure_of
        market = self._toml.flow.marketplace
        return Recorder(market, self._account, site, flow.version, self._now, language, structure)

    @property
    def displayed(self) -> tuple[str, int]:
        """The name of the page that is open, and a number that changes with what it displays."""
        return self._name, self._display

    # ... and what the run and the sign-in see besides.

    def go(self, page: str, **query: str) -> None:
        """Send the browser to a page of site.toml, on the host where it stands; raise Stop if it cannot."""
        self._may_go_on()
        if self._opened and self.bounds.pause:
            self.wait(self.bounds.pause)
        self._opened += 1
        self._display += 1
        self._answers.forget()
        self.guard.forget()
        self._name = page
        self._status = 0
        self._broken_off = ""
        self._given_up.clear()
        url = self.address(self._toml.pages[page].path, query)
        try:
            for attempt in Retrying(
                retry=retry_if_exception(_is_transient),
                stop=stop_after_attempt(2),
                wait=wait_fixed(1),
                reraise=True,
            ):
                with attempt:
                    self._goto(url)
        except BrowserError as error:
            raise _stop_for(error, page) from None

    def settle(self) -> tuple[State, Page]:
        """Wait until the page is in a known state, seen twice, and (when signed in) ready to be read.

        Its answers are waited for as long as any answer; a console that does not send one is read without.
        """
        began = time.monotonic()
        drawn: float | None = None
        last, looks = "", 0
        while True:
            page = self._take(ready=False)
            state = recognise(page, self._toml.states)
            looks = looks + 1 if state is not None and state.name == last else 1
            last = state.name if state is not None else ""
            spec = self._spec_of(page)
            there = state is not None and (state.act != "arrived" or self._is_drawn(page, spec))
            drawn = (drawn or time.monotonic()) if there else None
            complete = state is None or state.act != "arrived" or self._has_answers(spec, drawn)
            if state is not None and state.act != "wait" and looks >= _SETTLED_LOOKS and there and complete:
                return self._refuse(state, page)
            if time.monotonic() >= began + self.bounds.page:
                return self._late(state, page)
            self.wait(_LOOK_AGAIN_MS / 1000)

    def address(self, path: str, query: Mapping[str, str]) -> str:
        """Return the full address of a path: on the host gone to, else where the console stands or begins."""
        stays = not self._host and self.guard.policy.at_home(self.raw.url)
        base = self.raw.url if stays else self._home()
        parts = urlsplit(base)
        return f"{parts.scheme}://{parts.netloc}{path}" + (f"?{urlencode(query)}" if query else "")

    def wait(self, seconds: float) -> None:
        """Wait while the browser goes on working; raise Stop if it has ended, or we were asked to end."""
        self._while_waiting()
        try:
            self.raw.wait_for_timeout(seconds * 1000)
        except BrowserError as error:
            raise Stop(Outcome.CRASHED, _first_line(error)) from None
        self.guard.heed()

    def caught(self) -> Iterator[tuple[Answer, bytes]]:
        """Yield the answers caught since the page was opened, each with its body byte for byte."""
        return self._answers.raw()

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

    def _home(self) -> str:
        return self.guard.policy.origin or f"https://{self._host or self._toml.hosts.start}"

    def _goto(self, url: str) -> None:
        try:
            response = self.raw.goto(url, wait_until="domcontentloaded")
        except BrowserTimeout:
            if self._broken_off:
                raise Stop(Outcome.UNREACHABLE, f"{self._name} broke off: {self._broken_off}") from None
            raise Stop(Outcome.TIMEOUT, f"{self._name} did not load in {self.bounds.page:.0f} s") from None
        except BrowserError as error:
            if _is_transient(error):
                raise
            raise _stop_for(error, self._name) from None
        if response is not None and response.status == _PROXY_REFUSES:
            raise _without_proxy(self._name, "407: it refuses its user name or password")

    def _note_status(self, response: Response) -> None:
        if response.status in _ASKS_TO_WAIT:
            asked = seconds_asked(response.headers.get("retry-after", ""), self._now())
            self.guard.asked_to_wait = max(self.guard.asked_to_wait, asked)
        if self._is_document(response.request):
            self._status = response.status

    def _note_failure(self, request: Request) -> None:
        if self._is_document(request):
            self._broken_off = request.failure or "the connection failed"

    def _is_document(self, request: Request) -> bool:
        try:
            return request.is_navigation_request() and request.frame == self.raw.main_frame
        except BrowserError:
            # The frame is not there yet: a window of its own that opens.
            return False

    def _take(self, *, ready: bool) -> Page:
        for _ in range(3):
            try:
                return take(self.raw, self._name, self._status, ready=ready)
            except TooLargeError:
                raise Stop(Outcome.UNKNOWN_PAGE, f"{self._name} is larger than any console page") from None
            except BrowserError as error:
                # A navigation under way takes the page from under the snapshot: look again.
                if self.raw.is_closed() or "crash" in str(error).lower():
                    raise Stop(Outcome.CRASHED, _first_line(error)) from None
                self.wait(_LOOK_AGAIN_MS / 1000)
        raise Stop(Outcome.TIMEOUT, f"{self._name} keeps changing and could not be read")

    def _spec_of(self, page: Page) -> PageSpec | None:
        """Return what is known of the page that is open, which a press may have made another one."""
        spec = self._toml.pages.get(self._name)
        return spec if spec is not None and spec.stands_at(urlsplit(page.url).path) else None

    def _is_drawn(self, page: Page, spec: PageSpec | None) -> bool:
        if spec is None:
            return True
        there = all(page.has(css, visible=False) for css in spec.ready)
        return there and not any(page.has(css) for css in spec.busy)

    def _has_answers(self, spec: PageSpec | None, drawn: float | None) -> bool:
        missing = {name for name in (spec.answers if spec else ()) if not self._answers.count(name)}
        if not missing:
            return True
        late = drawn is not None and time.monotonic() >= drawn + self.bounds.answer
        if late:
            self._given_up |= missing
        return late

    def _refuse(self, state: State, page: Page) -> tuple[State, Page]:
        """Close what lies over a page that is otherwise ready, by its refusal only."""
        pressed = False
        for overlay in self._toml.overlays:
            if state.act == "arrived" and page.has(overlay.css):
                found = locate(self.raw, overlay.refuse)
                if found is not None:
                    # An overlay that stays is no reason to stop: what lies under it can still be read.
                    with contextlib.suppress(BrowserError):
                        found.first.click(timeout=3_000)
                    pressed = True
        return state, (self._take(ready=True) if pressed else _ready(page))

    def _late(self, state: State | None, page: Page) -> tuple[State, Page]:
        if state is not None and state.act != "wait":
            return state, page
        turned_away = (
            f"; turned away: {self.guard.blocked[-1]} ({self.guard.blocked[-1].why})"
            if self.guard.blocked
            else ""
        )
        raise Stop(
            Outcome.UNKNOWN_PAGE,
            f"{page.url} is no page the flow knows (title: {page.title!r}){turned_away}",
        )

    def _until(self, done: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() >= deadline:
                return False
            self.wait(_LOOK_AGAIN_MS / 1000)
        return True


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


def _heed(answer: Answer) -> None:
    if answer.status == _TOO_MANY:
        raise Stop(Outcome.RATE_LIMITED, f"{answer.name} answers 429: Too Many Requests")


def locate(page: BrowserPage, chain: Sequence[Rule]) -> Locator | None:
    """Return the visible elements of the first rule of a chain that finds any, shadow roots pierced."""
    found = located(page, chain)
    return None if found is None else found[1]


def located(page: BrowserPage, chain: Sequence[Rule]) -> tuple[int, Locator] | None:
    """Return what `locate` returns with the place in the chain of the rule that found it."""
    for place, rule in enumerate(chain):
        found = _by(page, rule).locator("visible=true")
        if found.count():
            return place, found
    return None


def _by(page: BrowserPage, rule: Rule) -> Locator:
    if rule.role:
        return page.get_by_role(rule.role, name=rule.name or None)  # type: ignore[arg-type]  # a role of ARIA's list
    if rule.label:
        return page.get_by_label(rule.label)
    found = page.locator(rule.css) if rule.css else page.get_by_test_id(rule.testid)
    return found.filter(has_text=rule.text) if rule.text else found


def _ready(page: Page) -> Page:
    return Page(page.name, page.url, page.status, page.html, page.title, ready=True)


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, BrowserError) and any(code in str(error) for code in _TRANSIENT)


def _stop_for(error: BrowserError, page: str) -> Stop:
    text = _first_line(error)
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


def _first_line(error: BrowserError) -> str:
    """Return the first line of a browser error without the query, which may hold a token."""
    line = str(error).splitlines()[0] if str(error) else type(error).__name__
    return line.partition("?")[0][:200]
