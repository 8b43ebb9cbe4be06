"""Driving a flow over a replica as a worker does, in one shared browser: a fresh profile each time.

story = drive("demo-day-2")
assert Level.CRITICAL is story.reading("US", "policy.violations.listing").level
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import BrowserContext
from pydantic import SecretStr

from checker.browser import ensure_browser
from checker.browser.launch import Launch, new_context, running_browser
from checker.console import Bounds, Guard, LiveConsole, Policy, sign_in
from checker.errors import Stop
from checker.evidence import Camera, Watch
from checker.flow import Flow
from checker.model import Level, Outcome, Presence, Reading, Site, Visit
from checker.run.visits import visit_sites
from checker.secrets import code
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common import Replica
from flows.amazon import AmazonFlow

__all__ = ["ALIAS", "BOUNDS", "Driver", "Routes", "Story", "running"]

ALIAS: Final = "main"
BOUNDS: Final = Bounds(page=6.0, answer=2.5, pause=0.0)
"""Short enough for a scenario a second or two long; what a scenario withholds costs its bound."""

Routes = Callable[[BrowserContext], None]
"""What a test does to a profile before the flow sees it: taking routes of the replica away, say."""


class DemoCredentials:
    """The replica's account. A second code is the next step's, which a console takes a little early."""

    username = DEMO_ACCOUNT.username

    def __init__(self) -> None:
        self._last: int | None = None

    def password(self) -> SecretStr:
        """Return the password."""
        return SecretStr(DEMO_ACCOUNT.password)

    def code(self, wait: Callable[[float], None]) -> SecretStr | None:  # noqa: ARG002 - no time to wait
        """Return a code of a step not used before, without waiting for it."""
        after = None if self._last is None else self._last + 1
        typed = code(SecretStr(DEMO_ACCOUNT.totp_secret), time.time(), not_before_step=after)
        self._last = typed.step
        return typed.text


@dataclass
class Story:
    """What came of one account: how it ended, which sites were listed, and every visit."""

    ended: Outcome = Outcome.READ
    detail: str = ""
    sites: list[Site] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def site(self, code: str) -> Site:
        """Return the one site of that code that was listed."""
        (found,) = [site for site in self.sites if site.code == code]
        return found

    def visit(self, code: str) -> Visit:
        """Return the one visit of that site."""
        (found,) = [visit for visit in self.visits if visit.site.code == code]
        return found

    def readings(self, code: str) -> dict[tuple[str, str, str], Reading]:
        """Return a site's readings by metric, variant and item."""
        return {(r.key.metric, r.key.variant, r.key.item): r for r in self.visit(code).readings}

    def reading(self, code: str, metric: str, variant: str = "", item: str = "") -> Reading:
        """Return one reading."""
        return self.readings(code)[metric, variant, item]

    def items(self, code: str) -> dict[str, Reading]:
        """Return a site's single violations by their number."""
        return {r.key.item: r for r in self.visit(code).readings if r.key.item}

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """How each visit ended, by site."""
        return {visit.site.code: visit.outcome for visit in self.visits}

    def green(self, code: str) -> set[tuple[str, str]]:
        """Return the metrics and variants a visit called ok."""
        return {(r.key.metric, r.key.variant) for r in self.visit(code).readings if r.level is Level.OK}

    def unreadable(self, code: str) -> set[tuple[str, str]]:
        """Return the metrics and variants a visit could not read."""
        readings = self.visit(code).readings
        return {(r.key.metric, r.key.variant) for r in readings if r.presence is Presence.UNREADABLE}


@dataclass
class Driver:
    """Drives the real flow in a browser that is already running."""

    browser: DrivenBrowser
    launch: Launch
    replica: Replica
    evidence: Path

    def __call__(
        self,
        scenario: str,
        sites: Sequence[str] = ("US",),
        *,
        routes: Routes | None = None,
        bounds: Bounds = BOUNDS,
        after_visit: Callable[[LiveConsole, int], None] = lambda _console, _number: None,
        flow: Flow | None = None,
        watch: Callable[[LiveConsole], Callable[[Camera], Watch]] = lambda _console: lambda camera: camera,
    ) -> Story:
        """Play a scenario from a fresh profile to the end; `sites` may be empty for every site listed."""
        self.replica.use(scenario)
        self.replica.state.used_totp_steps.clear()
        story = Story()
        flow = flow or AmazonFlow()
        with self._console(flow, routes, bounds, story) as console:
            try:
                sign_in(console, DemoCredentials())
                story.sites = list(flow.sites(console))
                wanted = [site for site in story.sites if not sites or site.code in sites]
                visits = visit_sites(
                    flow,
                    console,
                    ALIAS,
                    wanted,
                    self.evidence,
                    Path(scenario),
                    console.recorder(wanted[0]).now,
                    watch=watch(console),
                )
                for number, (visit, _) in enumerate(visits, start=1):
                    story.visits.append(visit)
                    after_visit(console, number)
                _leave(flow, console)
            except Stop as stop:
                story.ended, story.detail = stop.outcome, stop.detail
        return story

    @contextmanager
    def _console(
        self, flow: Flow, routes: Routes | None, bounds: Bounds, story: Story
    ) -> Iterator[LiveConsole]:
        context = new_context(self.browser, self.launch)
        try:
            guard = Guard(Policy(flow.toml, self.replica.url))
            guard.install(context)
            if routes is not None:
                routes(context)
            page = context.new_page()
            page.on(
                "framenavigated",
                lambda frame: story.opened.append(frame.url) if not frame.parent_frame else None,
            )
            yield LiveConsole(page, flow, ALIAS, guard, bounds)
        finally:
            context.close()


def _leave(flow: Flow, console: LiveConsole) -> None:
    # As the worker does it: a selection that could not be put back is a warning, not an outcome.
    with suppress(Stop):
        flow.leave(console)


@contextmanager
def running(replica: Replica, evidence: Path) -> Iterator[Driver]:
    """Run one browser for all the scenarios of a module."""
    launch = Launch(ensure_browser(None, lambda _text: None), AmazonFlow().toml.allowed_hosts, replica.url)
    with running_browser(launch, lambda _text: None) as browser:
        yield Driver(browser, launch, replica, evidence)
