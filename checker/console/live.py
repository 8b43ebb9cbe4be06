"""A console driven in a real browser: bounded, recognised before it is read, and guarded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage

from checker.console.answers import WAITS, CaughtAnswers, answers_of, blocked_for, parse_answer
from checker.console.explain import told
from checker.console.finding import GONE, NotHereError, PageFinder, with_query
from checker.console.guard import Guard, Phase
from checker.console.presses import press_declared, refuse_overlays
from checker.console.quiet import LOOKS, Network, Waiting
from checker.console.seen import SeenPages
from checker.console.states import Look, Moment, is_steady, led_elsewhere, look_again, may_end_at, stop_for
from checker.console.tab import LOOK_AGAIN, Bounds, Tab, first_line, locate, located
from checker.console.wanted import Readiness, Wanted, is_drawn
from checker.errors import NotOffered, Stop
from checker.flow import Answer, Document, Flow, Heard, Page, Recorder, SiteToml, page_claims
from checker.flow.site_toml import PageSpec, State
from checker.model import Claim, Outcome, Site

__all__ = ["Bounds", "LiveConsole", "locate", "located"]

# A page that is read or typed into is first rid of what lies over it; one that ends a visit stays as it is.
_MAY_BE_COVERED: Final = ("arrived", "user", "password", "credentials", "code", "open")


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
        self._tab = Tab(browser_page, guard, bounds.page, now, self.wait)
        self._answers = CaughtAnswers(browser_page, flow.toml)
        self._network = Network(browser_page)
        self._wanted = Wanted(flow.toml, self._answers.has)
        self._readiness = Readiness(self._wanted, self._network, bounds)
        self._name = ""
        self._opened = 0
        self._pressed = 0
        self._readiness.begin_site()
        self._standing: tuple[object, ...] = ()
        self.finder = PageFinder(
            *(flow.toml, guard.policy, self._opened_at, self.address, found_pages or {}, self._is_known),
            turned_away=lambda: self._answers.refused is not None,
        )
        self._strayed = False
        self._display = self._rested = 0
        self._host = self._meant = ""
        self.seen = SeenPages(flow.toml.notices)
        self.moment = Moment()
        self.look: Look | None = None
        self.hushed: list[str] = []
        self.is_secret: Callable[[bytes], bool] | None = None
        if home:
            self.at(home)
            # Where a sign-in ends is the console's affair; a host that a flow goes to is a site.
            self._meant = ""

    @property
    def toml(self) -> SiteToml:
        """The flow's own data."""
        return self._toml

    @property
    def host(self) -> str:
        """The host of site.toml that pages are opened on; empty where the account names none."""
        return self._host

    @property
    def labels(self) -> Mapping[str, str]:
        """The words of the console's own label files."""
        self._answers.learn_labels()
        return self._answers.labels

    @property
    def notes(self) -> Sequence[str]:
        """What the operator is told of this console: where pages were found, what it does not offer."""
        return tuple(self.finder.notes)

    @property
    def found_pages(self) -> Mapping[str, str]:
        """Where pages were found that are not where they usually are, for the next run of this account."""
        return dict(self.finder.found)

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

    def open(self, page: str, /, **query: str) -> Page:
        """Open a page of site.toml and wait until it is ready; raise Stop on any other state.

        Where none of its paths opens, the console's own links are looked through. What stands on the screen
        already, untouched, is not loaded again; see `reopen`.
        """
        if self.is_open(page, query):
            return self._seen_again()
        opened = self._opened
        try:
            seen = self.finder.find(page, query, self._meant)
        except Stop as stop:
            unknown = stop.outcome is Outcome.UNKNOWN_PAGE
            self._strayed = unknown and self._opened > opened + 1
            raise self.told((self._answers.why_blank(page) if unknown else None) or stop) from None
        self.finder.arrived(self.raw.url, seen)
        self._standing = self._standing_as(page, query)
        return self.seen.note(seen)

    def is_open(self, page: str, query: Mapping[str, str]) -> bool:
        """Tell whether a page stands on the screen as it was opened, untouched."""
        return self._standing == self._standing_as(page, query)

    def reopen(self, page: str, /, **query: str) -> Page:
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
        self._answers.look_inside(self._tab.status)
        found = self._answers.documents(name)
        for answer in self._answers.named(name):
            _heed(answer)
        if not found and self._answers.told_off:
            raise Stop(Outcome.RATE_LIMITED, WAITS.format(self._name))
        return found

    def answer(self, name: str) -> Answer | None:
        """Return the latest answer of that name, waiting a while for it if that was not done yet."""
        if not self._wanted.is_vain(self._name, f"answer {name}"):
            began = time.monotonic()
            patience = self._readiness.patience(self.bounds.answer, self._tab.status)
            if not self._until(lambda: self._answers.has(name), patience):
                self._readiness.spent += time.monotonic() - began
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
        self._answers.expect(urljoin(self.raw.url, path))
        given = self._tab.ask(path, spec.headers, self.bounds.answer)
        if given is None:
            return None
        url, status, data = given
        answer = parse_answer(name, url, status, data)
        self._answers.note_asked(answer, url, data)
        _heed(answer)
        return answer

    def follow(self, page: str, address: str) -> Page:
        """Open an address that the open page offers, as that page; see the contract."""
        url = urljoin(self.raw.url, address).partition("#")[0]
        if not self.guard.policy.may_open(url):
            raise Stop(Outcome.UNKNOWN_PAGE, f"{page}: the console leads to what is not to be opened")
        # What the page that is left shows is another place's.
        self.seen.drop()
        try:
            return self.seen.note(self._opened_at(page, url))
        except NotHereError as missing:
            raise missing.stop from None

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
            press_declared(found.nth(nth), control, self._toml, self.bounds.answer)
        except BrowserError as error:
            raise Stop(Outcome.TIMEOUT, f"{control} could not be pressed: {first_line(error)}") from None
        if awaits:
            self._until(lambda: self._answers.count(awaits) > before, self.bounds.answer)
        _, seen = self.settle()
        return self.seen.note(seen)

    @property
    def spent(self) -> float:
        """How many seconds of this site were waited for what did not come."""
        return self._readiness.spent

    def begin_site(self) -> None:
        """Begin another site: pages are loaded anew, and there is patience again for what does not come."""
        self._standing = ()
        self._readiness.begin_site()

    def begin_look(self) -> None:
        """Begin another look at the same site: pages are loaded anew."""
        self._standing = ()

    def recorder(self, site: Site, page: Page | None = None) -> Recorder:
        """Return what writes the claims of a page of `site`, in the page's own language and number format."""
        return self._flow.recorder(self._account, site, page, self._now, self.seen.structure_of)

    def claims(self, site: Site, page: Page) -> Iterator[Claim]:
        """Yield everything that site.toml declares of an open page."""
        return page_claims(self.recorder(site, page), self._toml, page, self.documents)

    @property
    def displayed(self) -> tuple[str, int]:
        """The name of the page that is open, and a number that changes with what it displays."""
        return self._name, self._display

    def leave(self) -> None:
        """Pause as between two pages, then tell that the open page is left: what it draws late is there."""
        if self._opened > self._rested and self.bounds.pause:
            self._rested = self._opened
            self.wait(self.bounds.pause)
        self.seen.leave()

    def go(self, page: str, **query: str) -> None:
        """Send the browser to a page of site.toml, on the host where it stands; raise Stop if it cannot."""
        self._go(page, self.address(self._toml.pages[page].path, query))

    def go_to(self, page: str, path: str) -> None:
        """Send the browser to a path of the console, as that page; raise Stop if it cannot."""
        self._go(page, self.address(path, {}))

    def _go(self, page: str, url: str) -> None:
        self.leave()
        self._may_go_on()
        self._opened += 1
        self._display += 1
        self._answers.forget()
        self._network.forget()
        self.guard.forget()
        self._name = page
        self._pressed = 0
        self._standing = ()
        self._tab.go(page, url)

    def arrive(self) -> None:
        """Wait until what was asked for last begins to come; raise Stop if it does not."""
        self._tab.arrive(self._name)

    def settle(self) -> tuple[State, Page]:
        """Wait until the page is in a known state, seen twice, and (when signed in) ready to be read.

        Ready is a page that is drawn and holds what is wanted of it. What is missing of that is waited for as
        long as an answer, on a page that is at rest; a console that does not have it is read without.
        """
        waiting = Waiting(self.bounds.steady)
        while True:
            page = self._tab.glance(self._name)
            taken = page is None
            page = page or self._tab.take(self._name, ready=False)
            self.look = look = look_again(self.look, page, self._toml, self.moment)
            state = look.state(reading=self.guard.phase is Phase.READ)
            if state is not None and not may_end_at(state, self.guard.policy, self.raw.url):
                state = None
            waiting.look(page, state)
            ready = self._judge(waiting, page, state, taken=taken)
            if ready is None:
                self.wait(waiting.until_next_look())
            elif taken:
                if state is None or state.act == "arrived":
                    self._readiness.end()
                return self._refuse(state, page) if state is not None and ready else self._late(state, page)
            else:
                # What ends the wait is seen, and not only glanced at.
                self._tab.forget()

    def _judge(self, waiting: Waiting, page: Page, state: State | None, *, taken: bool) -> bool | None:
        """Tell whether a page is ready, never will be, or is to be looked at again; taken: a moment ago."""
        late = waiting.waited() >= self.bounds.page
        if state is None:
            return False if self._readiness.is_lost(waiting, page) else None
        if state.act != "arrived":
            known = state.act != "wait" and waiting.looks >= LOOKS
            return True if known else False if late else None
        spec = self._spec_of(page)
        if spec is not None and taken:
            self._answers.look_inside(self._tab.status)
        ready = self._readiness.judge(waiting, page, spec, reading=self.guard.phase is Phase.READ)
        return ready if late or is_steady(state, page, waiting, self._answers.has_own(spec)) else None

    def told(self, stop: Stop) -> Stop:
        """Return a stop that says what was met and what was turned away, without the secrets in `hushed`."""
        return told(stop, self.look, self._toml, tuple(self.guard.blocked), self.hushed)

    def _opened_at(self, page: str, url: str) -> Page:
        """Open an address as a page; raise NotHereError where that page is not there, Stop for all else."""
        self._go(page, url)
        try:
            state, seen = self.settle()
        except Stop as stop:
            if stop.outcome is Outcome.UNKNOWN_PAGE:
                raise NotHereError(stop, gone=self._tab.status in GONE) from None
            raise
        problem = stop_for(state, page) or led_elsewhere(self.raw.url, self._meant, self._toml)
        problem = problem or self._not_it(page, seen)
        if problem is None:
            return seen
        gone = self._tab.status in GONE
        if gone or problem.outcome is Outcome.UNKNOWN_PAGE:
            raise NotHereError(problem, gone=gone, stands=(self.raw.url, seen))
        raise problem

    def _is_known(self, name: str, page: Page) -> bool:
        """Tell whether a page has anything of what is wanted of it; where nothing is, any page will do."""
        here = self._readiness.wanted.look(page, self._toml.pages[name], whole=True)
        return here.some or not here.missing

    def _not_it(self, page: str, seen: Page) -> Stop | None:
        """Return what says that the page that came is not the one asked for; none where it may be."""
        path = urlsplit(seen.url).path
        if seen.status in GONE:
            return Stop(Outcome.UNKNOWN_PAGE, f"{page}: the console answers {seen.status} at {path}")
        other = self.finder.other_page_at(path, page)
        if not other:
            return None
        return Stop(Outcome.UNKNOWN_PAGE, f"asked for {page}, the console led to {other} ({path})")

    def _standing_as(self, page: str, query: Mapping[str, str]) -> tuple[object, ...]:
        return page, tuple(sorted(query.items())), self._host, self._display, self.raw.url

    def _seen_again(self) -> Page:
        self.wait(LOOK_AGAIN)
        page = self._tab.take(self._name, ready=True)
        return self.seen.note(page if is_drawn(page, self._spec_of(page)) else _ready(page, ready=False))

    def _own_answer(self, name: str, query: Mapping[str, str]) -> Answer | None:
        """Return what the page was given of what we would ask for, since it was last touched."""
        documents = self._answers.documents(name, self._pressed)
        caught = [
            *answers_of([document for document in documents if not document.asked]),
            *self._answers.named(name, self._pressed),
        ]
        fit = [one for one in caught if one.status == HTTPStatus.OK and not one.problem]
        return next((one for one in reversed(fit) if query.items() <= one.query.items()), None)

    def address(self, path: str, query: Mapping[str, str]) -> str:
        """Return the full address of a path: on the host gone to, else where the console stands or begins."""
        stays = not self._host and self.guard.policy.at_home(self.raw.url)
        base = self.raw.url if stays else self._home()
        parts = urlsplit(base)
        return with_query(f"{parts.scheme}://{parts.netloc}{path}", query)

    def wait(self, seconds: float) -> None:
        """Wait while the browser goes on working; raise Stop if it has ended, or we were asked to end."""
        self._while_waiting()
        self._answers.let_change()
        try:
            self.raw.wait_for_timeout(seconds * 1000)
        except BrowserError as error:
            raise Stop(Outcome.CRASHED, first_line(error)) from None
        self.guard.heed()

    @property
    def given(self) -> CaughtAnswers:
        """What the page was given since it was opened."""
        return self._answers

    def heard(self) -> Sequence[Heard]:
        """Return all the JSON of that, named or not."""
        return self._answers.heard()

    def picture(self, css: str = "") -> bytes | None:
        """Return a PNG of the page, or of an element; none if it cannot be drawn, or shows a secret."""
        return None if self.shows_secret() else self._tab.picture(css)

    def shows_secret(self) -> bool:
        """Tell whether the page says anything of which `is_secret` tells that it is one."""
        return self.is_secret is not None and self._tab.says(self._name, self.is_secret)

    def _home(self) -> str:
        return self.guard.policy.origin or f"https://{self._host or self._toml.hosts.start}"

    def _spec_of(self, page: Page) -> PageSpec | None:
        """Return what is known of the page that is open, which a press or a redirect may have made another.

        While signing in, only what stands at its own address is it: what comes before is not waited for.
        """
        spec = self._toml.pages.get(self._name)
        path = urlsplit(page.url).path
        if spec is None or (self.guard.phase is Phase.SIGN_IN and not spec.stands_at(path)):
            return None
        return None if self.finder.other_page_at(path, self._name) else spec

    def _refuse(self, state: State, page: Page) -> tuple[State, Page]:
        """Close what lies over a page that is otherwise ready, by its refusal only."""
        if state.act not in _MAY_BE_COVERED:
            return state, _ready(page)
        # An overlay that stays is no reason to stop: what lies under it can still be read.
        return state, (self._tab.take(self._name, ready=True) if self.refuse_overlays(page) else _ready(page))

    def refuse_overlays(self, page: Page | None = None) -> bool:
        """Refuse what lies over a page, by itself the one that is open; tell whether anything was pressed."""
        page = page or self._tab.take(self._name, ready=False)
        there = [overlay for overlay in self._toml.overlays if page.has(overlay.css)]
        return refuse_overlays(self.raw, there, self._toml)

    def _late(self, state: State | None, page: Page) -> tuple[State, Page]:
        if state is not None and state.act != "wait":
            return state, page
        raise self.told(Stop(Outcome.UNKNOWN_PAGE, f"{self._name} led to no page the flow knows"))

    def _until(self, done: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() >= deadline:
                return False
            self.wait(LOOK_AGAIN)
        return True


def _heed(answer: Answer) -> None:
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Stop(Outcome.RATE_LIMITED, f"{answer.name} answers 429: Too Many Requests")


def _ready(page: Page, *, ready: bool = True) -> Page:
    return Page(page.name, page.url, page.status, page.html, page.title, ready=ready)
