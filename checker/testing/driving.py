"""Driving a flow over a replica as a worker does, in one shared browser: a fresh profile each time."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import BrowserContext, Response
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage

from checker.browser import Browser, ensure_browser
from checker.browser.launch import Launch, new_context, running_browser
from checker.console import Bounds, Guard, LiveConsole, Person, Phase, Policy, sign_in
from checker.errors import Stop
from checker.evidence import Camera, Unwatched, Watch
from checker.flow import Flow
from checker.model import Outcome, Site, Visit
from checker.run.visits import visit_sites
from checker.testing.login import AtPhone, Login
from checker.testing.replica import ReplicaHandle
from checker.testing.story import Story, place_of

__all__ = [
    "CONTRACT_BOUNDS",
    "Driver",
    "LeftOpen",
    "Profile",
    "Routes",
    "Session",
    "contract_browser",
    "found_browser",
]

CONTRACT_BOUNDS: Final = Bounds(page=8.0, answer=1.5, pause=0.0, steady=0.3)
"""Short enough for a scenario a second or two long; what a scenario withholds costs its bound."""

# What a console is told and shows is the same; fewer processes that talk to each other cost a tenth less.
_FEWER_PROCESSES: Final = ("--in-process-gpu", "--enable-features=NetworkServiceInProcess2")
_ALIAS: Final = "main"
_LOOKS_AT_WINDOWS: Final = 30
_SHORTEST_SECRET: Final = 12
_PLAYS = count(1)

Routes = Callable[[BrowserContext], None]
"""What a test does to a profile before the flow sees it: taking routes of the replica away, say."""


@cache
def found_browser(path: Path | None = None) -> Browser:
    """Return the browser that plays are driven in, looked for once: to ask one its version starts it."""
    return ensure_browser(path, lambda _text: None)


@contextmanager
def contract_browser(path: Path | None = None) -> Iterator[DrivenBrowser]:
    """Run one browser for all the replicas of a session: nothing resolves in it but this machine."""
    launch = Launch(found_browser(path), (), "http://127.0.0.1", arguments=_FEWER_PROCESSES)
    with running_browser(launch, lambda _text: None) as browser:
        yield browser


@dataclass
class Profile:
    """What a browser keeps of one play for the next: the first that finds it empty signs in.

    For all that is not about signing in; whoever plays without one makes the console forget its session.
    """

    cookies: list[Any] = field(default_factory=list, repr=False)


@dataclass
class Session:
    """An account that is signed in, its sites listed; each visit is told to the story."""

    flow: Flow
    console: LiveConsole
    story: Story
    watch: Callable[[Camera], Watch]
    _visited: int = field(default=0)
    _first: dict[str, Visit] = field(default_factory=dict)

    def visits(self, sites: Collection[Site]) -> Iterator[Visit]:
        """Visit these sites in turn, as a run does: some outcomes end the account."""
        self._visited += 1
        now = self.console.recorder(Site("", "", "")).now
        folder = Path(f"visits-{self._visited}")
        for visit, _ in visit_sites(
            self.flow,
            self.console,
            _ALIAS,
            list(sites),
            self.story.folder,
            folder,
            now,
            # What a second look makes of a red is the run's business, not the flow's.
            has_time=lambda: False,
            watch=self.watch,
        ):
            self.story.visits.append(visit)
            yield visit

    def visit(self, place: str) -> Visit:
        """Visit one site."""
        (visit,) = self.visits([self.story.site(place)])
        return visit

    def first_visit(self, place: str) -> Visit:
        """Return what this came to the first time, when nobody had broken anything yet."""
        if place not in self._first:
            self._first[place] = self.visit(place)
        return self._first[place]


@dataclass
class LeftOpen:
    """Where a session is left for whoever asks for the same one next, for all the drivers of a browser.

    A guard minds the whole browser: there is one such session at most, which ends before another begins.
    """

    session: Session | None = field(default=None, init=False)
    _asked: tuple[object, ...] = field(default=(), init=False)
    _stack: ExitStack = field(default_factory=ExitStack, init=False)

    def go_on(self, begin: Callable[[], AbstractContextManager[Session]], *asked: object) -> Session:
        """Return the session if it is what is asked for now, else begin one."""
        if self.session is None or self._asked != asked:
            self.session = self._stack.enter_context(begin())
            self._asked = asked
        return self.session

    def end(self) -> None:
        """End it, if there is one."""
        self.session = None
        self._stack.close()


@dataclass
class Driver:
    """Drives a flow over its replica, in a browser that is already running.

    flow: makes the flow, afresh for each account, as a worker does. root: where evidence is written.
    console: makes the console the flow is given. pictures: where a picture of each play's last page is put;
    none takes none. watch: returns what keeps the evidence of a visit; without it nothing does, since
    close-ups are a third of what a play costs and no rule of the contract asks what they show.
    left_open: where `resumed` leaves a session; without it that one ends with its block, too.
    """

    browser: DrivenBrowser
    flow: Callable[[], Flow]
    replica: ReplicaHandle
    login: Login
    root: Path
    bounds: Bounds = CONTRACT_BOUNDS
    console: Callable[..., LiveConsole] = LiveConsole
    pictures: Path | None = None
    watch: Callable[[Camera], Watch] = lambda _camera: Unwatched()
    left_open: LeftOpen | None = None

    def play(
        self,
        scenario: str,
        sites: Collection[str] | None = None,
        *,
        bounds: Bounds | None = None,
        after_visit: Callable[[LiveConsole, int], None] = lambda _console, _number: None,
        routes: Routes | None = None,
        fresh: bool = True,
        profile: Profile | None = None,
    ) -> Story:
        """Play a scenario from a fresh profile to the end.

        sites: which to visit; None for every site listed. after_visit: told the console and how many visits
        are done. fresh: whether the console forgets beforehand who was there. profile: in which to play.
        """
        with self._account(scenario, bounds or self.bounds, routes, fresh=fresh, profile=profile) as session:
            story = session.story
            try:
                self._arrive(session, profile)
                wanted = [site for site in story.sites if sites is None or place_of(site) in sites]
                for number, _ in enumerate(session.visits(wanted), start=1):
                    after_visit(session.console, number)
                # As the worker does it: a selection that could not be put back is a warning, not an outcome.
                with suppress(Stop):
                    session.flow.leave(session.console)
            except Stop as stop:
                story.ended, story.detail = stop.outcome, stop.detail
        return story

    @contextmanager
    def session(
        self, scenario: str, *, bounds: Bounds | None = None, profile: Profile | None = None
    ) -> Iterator[Session]:
        """Sign in once and list the sites, for many visits of one account; raise Stop if that fails."""
        with self._account(scenario, bounds or self.bounds, None, fresh=True, profile=profile) as session:
            self._arrive(session, profile)
            yield session

    @contextmanager
    def resumed(self, scenario: str, *, profile: Profile | None = None) -> Iterator[Session]:
        """Go on with a session as above where one was left open and nothing was played since."""
        if self.left_open is None:
            with self.session(scenario, profile=profile) as session:
                yield session
        else:
            yield self.left_open.go_on(
                lambda: self.session(scenario, profile=profile), self.replica.url, scenario
            )

    @contextmanager
    def opened(self, scenario: str, *, attended: bool = False) -> Iterator[Session]:
        """Open a profile that has not signed in yet; attended: what only a person may send may be sent."""
        with self._account(scenario, self.bounds, None, fresh=True, attended=attended) as session:
            yield session

    def sign_in(self, session: Session, person: Person | None = None) -> None:
        """Sign in with the replica's account, and a person where one is there; raise Stop if it fails."""
        sign_in(session.console, self._present, person)

    def _arrive(self, session: Session, profile: Profile | None) -> None:
        if profile is not None and profile.cookies:
            session.console.guard.phase = Phase.READ
            try:
                session.story.sites = list(session.flow.sites(session.console))
            except Stop as stop:
                if stop.outcome is not Outcome.SESSION_EXPIRED:
                    raise
            else:
                return
        self.sign_in(session, AtPhone(self._present) if self.login.attended else None)
        session.story.sites = list(session.flow.sites(session.console))

    @contextmanager
    def _account(
        self,
        scenario: str,
        bounds: Bounds,
        routes: Routes | None,
        *,
        fresh: bool,
        attended: bool = False,
        profile: Profile | None = None,
    ) -> Iterator[Session]:
        if self.left_open is not None:
            self.left_open.end()
        self.replica.use(scenario)
        if fresh and profile is None:
            self.replica.reset()
        asked, deeds = len(tuple(self.replica.log)), len(self._forbidden())
        self._present = self.login.afresh()
        flow = self.flow()
        folder = self.root / f"{next(_PLAYS):03d}-{re.sub(r'[^a-z0-9-]', '_', scenario)}"
        story = Story(scenario, datetime.now(UTC), folder)
        policy = Policy(flow.toml, self.replica.url, attended=attended or self.login.attended)
        launch = Launch(found_browser(), (), self.replica.url)
        context = new_context(self.browser, launch)
        context.add_cookies([] if profile is None else profile.cookies)
        try:
            guard = Guard(policy)
            guard.install(context)
            if routes is not None:
                routes(context)
            context.on("response", lambda response: _note_foreign(story, policy, response))
            page = context.new_page()
            page.on(
                "framenavigated",
                lambda frame: story.opened.append(frame.url) if not frame.parent_frame else None,
            )
            yield Session(flow, self.console(page, flow, _ALIAS, guard, bounds), story, self.watch)
            story.windows = _windows_left(page)
        finally:
            if self.pictures is not None:
                self._picture(page, story)
            with suppress(BrowserError):
                kept = context.cookies()
                cookies = [str(cookie.get("value", "")) for cookie in kept]
                story.secrets |= {value for value in cookies if len(value) >= _SHORTEST_SECRET}
                if profile is not None:
                    profile.cookies = list(kept)
            context.close()
            story.secrets |= {self.login.secret, self.login.totp_secret, *self._present.typed} - {""}
            story.requests = tuple(self.replica.log)[asked:]
            story.forbidden = self._forbidden()[deeds:]

    def _picture(self, page: BrowserPage, story: Story) -> None:
        """Take a picture of the page an account ends on; a page that cannot be photographed has none."""
        picture = self.pictures / f"{story.folder.name}.png" if self.pictures else Path()
        with suppress(BrowserError):
            picture.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=picture, timeout=2_000)
            story.picture = picture

    def _forbidden(self) -> tuple[str, ...]:
        return tuple(getattr(self.replica.state, "forbidden", ()))


def _windows_left(page: BrowserPage) -> int:
    """Return how many windows are open once those that are being closed are gone."""
    context = page.context
    with suppress(BrowserError):
        for _ in range(_LOOKS_AT_WINDOWS):
            if len(context.pages) <= 1:
                break
            page.wait_for_timeout(100)
    return len(context.pages)


def _note_foreign(story: Story, policy: Policy, response: Response) -> None:
    """Note an answer that came from elsewhere; one the guard sent home itself came from nowhere."""
    url = response.url
    if urlsplit(url).scheme not in ("http", "https") or policy.at_home(url):
        return
    if policy.judge(Phase.READ, response.request.method, url) != "reroute":
        story.foreign.append(url)
