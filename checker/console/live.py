"""A console driven in a real browser: bounded, recognised before it is read, and guarded."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from playwright.sync_api import Dialog, Locator, Request, Response
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import TimeoutError as BrowserTimeout
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

from checker.console.answers import Caught, CaughtAnswers, answers_of, blocked_for, parse_answer
from checker.console.finding import GONE, NotHereError, PageFinder, with_query
from checker.console.guard import Guard, Phase
from checker.console.quiet import LOOKS, STILL_FOR, Network, Waiting, is_busy
from checker.console.retry_after import seconds_asked
from checker.console.seen import SeenPages
from checker.console.snapshot import TooLargeError, take
from checker.console.states import led_elsewhere, recognise, stop_for
from checker.console.wanted import Wanted
from checker.errors import NotOffered, Stop
from checker.flow import Answer, Document, Flow, Page, Recorder, SiteToml
from checker.flow.site_toml import PageSpec, Rule, State
from checker.model import Outcome, Site

__all__ = ["Bounds", "LiveConsole", "locate", "located"]

_LOOK_AGAIN_MS: Final = 80
# How long nothing changes on a page that shows all that is wanted of it.
_DRAWN_FOR: Final = 0.1
# How much of the time for an answer is given to what is missing where other things are there.
_FOR_THE_REST: Final = 0.6
_ERROR: Final = 400
_OK: Final = 200
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
    """How long the console waits, in seconds, and how long it pauses between two pages.

    page: for a page to come; answer: for one answer, or whatever else is wanted of a page that is there;
    site: for everything that does not come, at one site.
    """

    page: float = 30.0
    answer: float = 8.0
    pause: float = 0.0
    site: float = 20.0


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
        found_pages: Mapping[str, str] | None = None,
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
        self._answers = CaughtAnswers(browser_page, flow.toml)
        self._network = Network(browser_page)
        self._wanted = Wanted(flow.toml, self._answers.has)
        self._name = ""
        self._status = 0
        self._broken_off = ""
        self._opened = 0
        self._pressed = 0
        self._in_vain = 0.0
        self._standing: tuple[object, ...] = ()
        self._finder = PageFinder(flow.toml, guard.policy, self._opened_at, self.address, found_pages or {})
        self._strayed = False
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
    def notes(self) -> Sequence[str]:
        """What the operator is told of this console: where pages were found, what it does not offer."""
        return tuple(self._finder.notes)

    @property
    def found_pages(self) -> Mapping[str, str]:
        """Where pages were found that are not where they usually are, for the next run of this account."""
        return dict(self._finder.found)

    @property
    def strayed(self) -> bool:
        """Whether a search has left another page on the screen than the one a stop tells of."""
        return self._strayed

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
        """Open a page of site.toml and wait until it is ready; raise Stop on any other state.

        Where none of its paths opens, the console's own links are looked through. What stands on the screen
        already, untouched, is not loaded again; see `reopen`.
        """
        if self.is_open(page, query):
            return self._seen_again()
        opened = self._opened
        try:
            seen = self._finder.find(page, query, self._meant)
        except Stop as stop:
            self._strayed = stop.outcome is Outcome.UNKNOWN_PAGE and self._opened > opened + 1
            raise
        self._finder.arrived(self.raw.url, seen)
        self._standing = self._standing_as(page, query)
        return self.seen.note(seen)

    def is_open(self, page: str, query: Mapping[str, str]) -> bool:
        """Tell whether a page stands on the screen as it was opened, untouched."""
        return self._standing == self._standing_as(page, query)

    def reopen(self, page: str, **query: str) -> Page:
        """Open a page and load it again; see the contract."""
        self.begin_look()
        return self.open(page, **query)

    def offered(self, page: str, **query: str) -> Page | None:
        """Open a page that this console need not have; none, noted once, where it is not offered."""
        try:
            return self.open(page, **query)
        except NotOffered:
            return None

    def page(self) -> Page:
        """Return the open page as it is now, a moment after what was waited for came in."""
        return self._seen_again()

    def documents(self, name: str) -> Sequence[Document]:
        """Return what fits an answer, whatever brought it; raise Stop if the console says 429 instead."""
        self._answers.look_inside(self._status)
        found = self._answers.documents(name)
        for answer in self._answers.named(name):
            _heed(answer)
        if not found and self._answers.told_off:
            raise Stop(Outcome.RATE_LIMITED, f"a call of {self._name} answers 429: Too Many Requests")
        return found

    def answer(self, name: str) -> Answer | None:
        """Return the latest answer of that name, waiting a while for it if that was not done yet."""
        if not self._wanted.is_vain(self._name, name):
            began = time.monotonic()
            if not self._until(lambda: self._answers.has(name), self._patience(self.bounds.answer)):
                self._in_vain += time.monotonic() - began
                self._wanted.give_up(self._name, frozenset({f"answer {name}"}))
        caught = self.answers(name)
        return caught[-1] if caught else None

    def answers(self, name: str) -> Sequence[Answer]:
        """Return every answer of that name since the page was opened; raise Stop if one says 429.

        What came from its address counts; where nothing did, what fits its shape.
        """
        caught = self._answers.named(name)
        for answer in caught:
            _heed(answer)
        if caught or self.toml.answers[name].form is None:
            return caught
        return answers_of(self.documents(name))

    def blocked_for(self, name: str) -> Sequence[str]:
        """Return the requests turned away that could have brought an answer; telemetry is none of them."""
        return blocked_for(self._toml, name, self.blocked)

    def ask(self, name: str, **query: str) -> Answer | None:
        """GET an answer that site.toml allows asking for, unless the page was given it since it last changed.

        It goes from within the page and past the guard, like a call of the page's own.
        """
        spec = self._toml.answers[name]
        if spec.ask is None:
            return None
        own = self._own_answer(name, query)
        if own is not None:
            return own
        path = spec.ask + (f"?{urlencode(query)}" if query else "")
        arguments = [path, dict(spec.headers), int(self.bounds.answer * 1000)]
        self._answers.expect(urljoin(self.raw.url, path))
        try:
            url, status, body = self.raw.evaluate(_ASK, arguments)
        except BrowserError:
            return None
        data = str(body).encode("utf-8", "surrogatepass")
        answer = parse_answer(name, url, status, data)
        self._answers.note_asked(answer, url, data)
        _heed(answer)
        return answer

    def press(self, control: str, nth: int = 0, *, awaits: str = "") -> Page:
        """Press a control of site.toml, wait for the answer named, return the page after it."""
        found = locate(self.raw, self._toml.controls[control])
        self._display += 1
        self._standing = ()
        before = self._answers.count(awaits) if awaits else 0
        if found is None:
            return self.page()
        self._pressed = self._answers.number
        try:
            found.nth(nth).click(timeout=self.bounds.answer * 1000)
        except BrowserError as error:
            raise Stop(Outcome.TIMEOUT, f"{control} could not be pressed: {_first_line(error)}") from None
        if awaits:
            self._until(lambda: self._answers.count(awaits) > before, self.bounds.answer)
        _, seen = self.settle()
        return self.seen.note(seen)

    @property
    def spent(self) -> float:
        """How many seconds of this site were waited for what did not come."""
        return self._in_vain

    def begin_site(self) -> None:
        """Begin another site: pages are loaded anew, and there is patience again for what does not come."""
        self._standing = ()
        self._in_vain = 0.0

    def begin_look(self) -> None:
        """Begin another look at the same site: pages are loaded anew."""
        self._standing = ()

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
        self._go(page, self.address(self._toml.pages[page].path, query))

    def _go(self, page: str, url: str) -> None:
        self._may_go_on()
        if self._opened and self.bounds.pause:
            self.wait(self.bounds.pause)
        self._opened += 1
        self._display += 1
        self._answers.forget()
        self._network.forget()
        self.guard.forget()
        self._name = page
        self._status = 0
        self._broken_off = ""
        self._pressed = 0
        self._standing = ()
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

        Ready is a page that is drawn and holds what is wanted of it. What is missing of that is waited for as
        long as an answer, on a page that is at rest; a console that does not have it is read without.
        """
        waiting = Waiting()
        while True:
            page = self._take(ready=False)
            state = recognise(page, self._toml.states)
            waiting.look(page, state)
            late = time.monotonic() >= waiting.began + self.bounds.page
            if state is None or state.act == "wait":
                if late or (state is None and self._is_lost(waiting, page)):
                    return self._late(state, page)
            elif state.act != "arrived":
                if waiting.looks >= LOOKS:
                    return state, _ready(page)
                if late:
                    return self._late(state, page)
            else:
                ready = self._readiness(waiting, page, late=late)
                if ready is not None:
                    return self._refuse(state, page) if ready else self._late(state, page)
            self.wait(_LOOK_AGAIN_MS / 1000)

    def _readiness(self, waiting: Waiting, page: Page, *, late: bool) -> bool | None:
        """Tell whether a page is ready, is not and will not be, or is to be looked at again."""
        spec = self._spec_of(page)
        reading = self.guard.phase is Phase.READ
        if spec is not None:
            self._answers.look_inside(self._status)
        here = self._wanted.look(page, spec, whole=reading)
        if len(here.missing) < waiting.missing:
            waiting.sight.stir()
        waiting.missing = len(here.missing)
        busy = _is_busy(page, spec)
        if waiting.looks >= LOOKS and not busy:
            if here.some and not here.missing:
                still = _DRAWN_FOR if here.drawn else STILL_FOR
                if waiting.sight.is_still(still, LOOKS):
                    return True
            if waiting.is_at_rest(self._network.is_quiet(self.bounds.answer), self.bounds.answer):
                rest = waiting.rested()
                wait = self.bounds.answer * (_FOR_THE_REST if here.some else 1.0)
                if not here.news or rest >= self._patience(wait):
                    self._give_up(page, here.news, rest)
                    return self._is_drawn(page, spec)
        if late or (busy and waiting.lasted() >= self._patience(self.bounds.page)):
            self._give_up(page, here.news, waiting.lasted())
            return False
        return None

    def _give_up(self, page: Page, names: frozenset[str], waited: float) -> None:
        if names and self._status < _ERROR and self.guard.phase is Phase.READ:
            self._wanted.give_up(page.name, names)
            self._in_vain += waited

    def _patience(self, seconds: float) -> float:
        """Return how long may still be waited at this site, at most so long; not at all on an error page."""
        if self._status >= _ERROR:
            return 0.0
        return max(0.0, min(seconds, self.bounds.site - self._in_vain))

    def _is_lost(self, waiting: Waiting, page: Page) -> bool:
        """Tell whether a page that is nothing known is done, and will not become anything."""
        quiet = self._network.is_quiet(self.bounds.answer)
        if is_busy(page) or not waiting.is_at_rest(quiet, self.bounds.answer):
            return False
        return self._status in GONE or waiting.rested() >= self.bounds.answer

    def _opened_at(self, page: str, url: str) -> Page:
        """Open an address as a page; raise NotHereError where that page is not there, Stop for all else."""
        self._go(page, url)
        try:
            state, seen = self.settle()
        except Stop as stop:
            if stop.outcome is Outcome.UNKNOWN_PAGE:
                raise NotHereError(stop, gone=self._status in GONE) from None
            raise
        problem = stop_for(state, page) or led_elsewhere(self.raw.url, self._meant, self._toml)
        problem = problem or self._not_it(page, seen)
        if problem is None:
            return seen
        if self._status in GONE or problem.outcome is Outcome.UNKNOWN_PAGE:
            raise NotHereError(problem, gone=self._status in GONE)
        raise problem

    def _not_it(self, page: str, seen: Page) -> Stop | None:
        """Return what says that the page that came is not the one asked for; none where it may be."""
        path = urlsplit(seen.url).path
        if seen.status in GONE:
            return Stop(Outcome.UNKNOWN_PAGE, f"{page}: the console answers {seen.status} at {path}")
        other = self._finder.other_page_at(path, page)
        if not other:
            return None
        return Stop(Outcome.UNKNOWN_PAGE, f"asked for {page}, the console led to {other} ({path})")

    def _standing_as(self, page: str, query: Mapping[str, str]) -> tuple[object, ...]:
        return page, tuple(sorted(query.items())), self._host, self._display, self.raw.url

    def _seen_again(self) -> Page:
        self.wait(_LOOK_AGAIN_MS / 1000)
        page = self._take(ready=True)
        return self.seen.note(
            page if self._is_drawn(page, self._spec_of(page)) else _ready(page, ready=False)
        )

    def _is_drawn(self, page: Page, spec: PageSpec | None) -> bool:
        """Tell whether a page has its signs, and nothing on it says that it is not done."""
        signs = spec.ready if spec else ()
        return not _is_busy(page, spec) and all(page.has(css, visible=False) for css in signs)

    def _own_answer(self, name: str, query: Mapping[str, str]) -> Answer | None:
        """Return what the page itself was given of what we would ask for, since it was last touched."""
        documents = self._answers.documents(name, self._pressed)
        caught = [
            *answers_of([document for document in documents if not document.asked]),
            *self._answers.named(name, self._pressed),
        ]
        fit = [one for one in caught if one.status == _OK and not one.problem]
        return next((one for one in reversed(fit) if query.items() <= one.query.items()), None)

    # ... and where the browser is.

    # ... and where the browser is.

    def address(self, path: str, query: Mapping[str, str]) -> str:
        """Return the full address of a path: on the host gone to, else where the console stands or begins."""
        stays = not self._host and self.guard.policy.at_home(self.raw.url)
        base = self.raw.url if stays else self._home()
        parts = urlsplit(base)
        url = f"{parts.scheme}://{parts.netloc}{path}"
        return with_query(url, query)

    def wait(self, seconds: float) -> None:
        """Wait while the browser goes on working; raise Stop if it has ended, or we were asked to end."""
        self._while_waiting()
        try:
            self.raw.wait_for_timeout(seconds * 1000)
        except BrowserError as error:
            raise Stop(Outcome.CRASHED, _first_line(error)) from None
        self.guard.heed()

    def caught(self) -> Iterator[tuple[Answer, bytes]]:
        """Yield the answers that have a name, caught since the page was opened, each byte for byte."""
        return self._answers.raw()

    def heard(self) -> Sequence[Caught]:
        """Return everything the page was given since it was opened that is JSON, named or not."""
        return self._answers.everything()

    def is_named(self, caught: Caught) -> bool:
        """Tell whether something the page was given is an answer of site.toml, by address or by shape."""
        return self._answers.is_named(caught)

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
        """Return what is known of the page that is open, which a press or a redirect may have made another.

        While signing in, only what stands at its own address is it: what comes before is not waited for.
        """
        spec = self._toml.pages.get(self._name)
        path = urlsplit(page.url).path
        if spec is None or (self.guard.phase is Phase.SIGN_IN and not spec.stands_at(path)):
            return None
        return None if self._finder.other_page_at(path, self._name) else spec

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


def _is_busy(page: Page, spec: PageSpec | None) -> bool:
    return is_busy(page) or any(page.has(css) for css in (spec.busy if spec else ()))


def _ready(page: Page, *, ready: bool = True) -> Page:
    return Page(page.name, page.url, page.status, page.html, page.title, ready=ready)


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
