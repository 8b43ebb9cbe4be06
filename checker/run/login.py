"""`checker login`: a person clears what only a person may, and the session is kept.

window     the browser's own window; the person does everything in it
remote     the same without a screen, seen and driven from the person's own browser
terminal   we sign in as in any run, and the person answers codes, or approves on a phone

In the first two nothing of ours presses, types or reads: we look at which page it is, until it is
one behind the sign-in. Only then the guard is put up, and the sites are listed to prove whose shops
they are.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage

from checker.browser import Browser, ensure_browser
from checker.browser.launch import Launch, browser_context
from checker.browser.profile import profile_context
from checker.browser.proxy_exit import heed_exit
from checker.console import Bounds, Guard, LiveConsole, Person, Phase, Policy, sign_in
from checker.console.snapshot import TooLargeError, take
from checker.console.states import may_end_at, recognise
from checker.errors import CheckerError, Stop, UsageError
from checker.flow import Flow, flow_named
from checker.flow.site_toml import State
from checker.model import FACTS, Exit, Outcome, addressed, owners_of
from checker.run.account_secrets import AccountSecrets
from checker.run.entrance import with_fingerprint
from checker.run.job import Ended, Event, Warned
from checker.run.latching import hear, latch_after, latched
from checker.run.locks import hold
from checker.run.scratch import scratch_folder
from checker.run.sessions import KeptSession, open_session
from checker.run.steps import last_step
from checker.run.supervisor import AccountRun
from checker.run.whereabouts import Whereabouts
from checker.settings import Account, Settings
from checker.store import Store, open_store

__all__ = ["LoggedIn", "Way", "log_in"]

_LOOK: Final = 0.4
_LOOKS: Final = 2
# How much longer a page nobody knows must be at rest where a person acts: a form is filled in slowly.
_BY_HAND: Final = 2.0

WAYS: Final = (
    "without a screen there are two ways: `checker login ALIAS --terminal` asks here for the code the console"
    " sent; `checker login ALIAS --remote-debugging 9222` lets you drive its browser from your own"
)


class Way(StrEnum):
    """How a person gets at the page."""

    WINDOW = "window"
    REMOTE = "remote"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """What came of it.

    lifted: what had kept the account from being signed in to. sites: how many the console lists.
    """

    alias: str
    marketplace: str
    kept: bool
    lifted: Outcome | None
    sites: int


def log_in(
    settings: Settings,
    alias: str,
    way: Way,
    say: Callable[[str], None],
    person: Person,
    *,
    port: int = 0,
    seconds: float = 900,
) -> LoggedIn:
    """Have a person sign in, keep the session and lift the latch; raise CheckerError if it came to nothing.

    port: of the remote way. seconds: how long a person may take.
    """
    account = settings.require_accounts([alias])[alias]
    flow = flow_named(account.marketplace, settings.folder / "overrides", settings.flows.allow)
    with ExitStack() as held:
        if not held.enter_context(hold(settings.paths.sessions_dir, alias)):
            raise CheckerError(
                f"another run holds the account {alias}",
                exit_code=Exit.BUSY,
                hint="wait until it is done, then log in again",
            )
        browser = ensure_browser(settings.browser.path, say)
        if way is Way.WINDOW:
            _need_screen(browser, os.environ)
        store = held.enter_context(open_store(settings.store.url))
        _temporary_in(held.enter_context(scratch_folder(settings.paths.sessions_dir, alias)))
        login = _Login(settings, alias, account, flow, store, say)
        return login.through(way, browser, person, port, seconds)


class _Login:
    """One login under way; its account is held."""

    def __init__(
        self,
        settings: Settings,
        alias: str,
        account: Account,
        flow: Flow,
        store: Store,
        say: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._alias = alias
        self._account = account
        self._flow = flow
        self._store = store
        self._say = say
        self._at = datetime.now(UTC)
        self._secrets = AccountSecrets(
            alias, account, last_step(settings.paths.sessions_dir, alias), self._hear
        )

    def through(self, way: Way, browser: Browser, person: Person, port: int, seconds: float) -> LoggedIn:
        """Go the way to its end; what ends it early is told as an outcome is, and latches as in a run."""
        session = open_session(self._settings, self._alias, self._account, self._flow, self._say)
        launch = _launch(self._account, self._flow, session, browser, way, port)
        if self._account.proxy_exit is not None:
            heed_exit(launch.proxy, self._account.proxy_exit, self._account.proxy_exit_page)
        try:
            if way is Way.TERMINAL:
                self._heed_refused_secret()
            with _context(launch, session, self._say) as context:
                session.prepare(context)
                guard = Guard(Policy(self._flow.toml, self._account.origin or "", attended=True))
                if way is Way.TERMINAL:
                    guard.install(context)
                    console = self._console(context.new_page(), guard)
                    sign_in(console, self._secrets, person)
                else:
                    page = self._by_hand(context, guard.policy, way, port, seconds)
                    guard.install(context)
                    console = self._console(page, guard)
                return self._arrived(console, guard, session, context)
        except Stop as stop:
            raise self._refused(stop, session, way) from None

    def _by_hand(
        self, context: BrowserContext, policy: Policy, way: Way, port: int, seconds: float
    ) -> BrowserPage:
        page = context.new_page()
        where = "in the window that has opened" if way is Way.WINDOW else _how_to_attach(port)
        self._say(f"{self._alias}: sign in {where}; this ends by itself once you are in")
        start = self._account.origin or f"https://{self._flow.toml.hosts.start}"
        with suppress(BrowserError):
            page.goto(start + self._flow.toml.pages[self._flow.toml.signin.start].path)
        return _until_in(context, self._flow, policy, seconds, self._say)

    def _arrived(
        self, console: LiveConsole, guard: Guard, session: KeptSession, context: BrowserContext
    ) -> LoggedIn:
        guard.phase = Phase.READ
        listed = self._flow.sites(console)
        before = owners_of(list(self._store.sites(self._account.marketplace, self._alias).values()))
        now = owners_of(listed)
        if now and before and not now & before:
            raise Stop(
                Outcome.WRONG_PLACE,
                f"this login opens the shops of {', '.join(sorted(now))}; {self._alias} has always been"
                f" {', '.join(sorted(before))}: give it an alias of its own",
            )
        kept = session.keep(context)
        latch = self._store.latch(self._account.marketplace, self._alias)
        self._store.lift_latch(self._account.marketplace, self._alias)
        lifted = None if latch is None else latch.outcome
        return LoggedIn(self._alias, self._account.marketplace, kept, lifted, len(listed))

    def _heed_refused_secret(self) -> None:
        """Raise Stop rather than send a password again that the console has refused."""
        latch = self._store.latch(self._account.marketplace, self._alias)
        if latch is None or not latch.by_secret or latch.outcome is Outcome.CODE_NEEDED:
            return
        known = latched(latch)
        if self._secrets.are_those_of(known.salt, known.fingerprint):
            raise Stop(latch.outcome, f"the password is still the one of {latch.since:%Y-%m-%d %H:%M} UTC")

    def _refused(self, stop: Stop, session: KeptSession, way: Way) -> CheckerError:
        facts = FACTS[stop.outcome]
        if stop.outcome in (Outcome.WRONG_PLACE, Outcome.UNSAFE_PAGE):
            session.destroy()
        if way is Way.TERMINAL and self._secrets.sent and facts.latch:
            ended = with_fingerprint(Ended(outcome=stop.outcome, detail=stop.detail), self._secrets)
            came = AccountRun(self._alias, ended=ended)
            latch_after(self._store, self._account.marketplace, came, self._at)
        return CheckerError(
            f"{self._alias}: {stop.detail}",
            exit_code=facts.exit,
            hint=WAYS
            if way is Way.TERMINAL and stop.outcome is Outcome.CAPTCHA
            else addressed(facts.advice, (self._alias,)),
        )

    def _console(self, page: BrowserPage, guard: Guard) -> LiveConsole:
        limits = self._settings.limits
        bounds = Bounds(page=limits.page_seconds, pause=limits.pause_seconds)
        folder = self._settings.paths.sessions_dir
        pages = Whereabouts.of(folder, self._alias, self._account, self._flow.toml)
        return LiveConsole(page, self._flow, self._alias, guard, bounds, found_pages=pages.found)

    def _hear(self, event: Event) -> None:
        folder = self._settings.paths.sessions_dir
        hear(self._store, folder, self._account.marketplace, self._alias, self._at, event)
        if isinstance(event, Warned):
            self._say(event.text)


@dataclass
class _Seen:
    """What a window has shown: its state, as it was drawn, and since when."""

    shown: tuple[str, str]
    since: float
    looks: int = 1


def _until_in(
    context: BrowserContext, flow: Flow, policy: Policy, seconds: float, say: Callable[[str], None]
) -> BrowserPage:
    """Look at every page until one is behind the sign-in; raise Stop if none ever is.

    It must have been so for two looks, and as long as its state asks for: a page that is only not known to
    be anything else is believed once it has come to rest, as in a run.
    """
    deadline = time.monotonic() + seconds
    seen: dict[BrowserPage, _Seen] = {}
    told = ""
    while time.monotonic() < deadline:
        for page, state, text in list(_states(context, flow, policy)):
            is_in = state.act == "arrived"
            shown = (state.name, text if state.steady else "")
            before = seen.get(page)
            if before is None or before.shown != shown:
                before = seen[page] = _Seen(shown, time.monotonic(), 0)
            before.looks += 1
            if (
                is_in
                and before.looks >= _LOOKS
                and time.monotonic() - before.since >= state.steady * _BY_HAND
            ):
                return page
            if state.name != told and not is_in:
                told = state.name
                say(f"the page shows: {state.name}")
        if not context.pages:
            break
        try:
            context.pages[0].wait_for_timeout(_LOOK * 1000)
        except BrowserError:
            break
    raise Stop(Outcome.ACTION_NEEDED, "the browser was closed, or its time was up, before anybody was in")


def _states(context: BrowserContext, flow: Flow, policy: Policy) -> Iterator[tuple[BrowserPage, State, str]]:
    """Yield the console's own pages that are recognised, with their text; a person may have others open."""
    for page in context.pages:
        try:
            taken = take(page, "", HTTPStatus.OK, ready=True) if policy.at_home(page.url) else None
        except (BrowserError, TooLargeError):
            continue  # it is on its way to another one
        state = None if taken is None else recognise(taken, flow.toml)
        if taken is not None and state is not None and may_end_at(state, policy, page.url):
            yield page, state, taken.text


def _need_screen(browser: Browser, environ: Mapping[str, str]) -> None:
    has_screen = sys.platform in ("darwin", "win32") or any(
        environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if not has_screen:
        raise UsageError("there is no screen here to open a window on", hint=WAYS)
    if browser.headless_only:
        raise UsageError(
            f"{browser.path} cannot open a window",
            hint=f"set browser.path to Chrome or Chromium; or, as {WAYS}",
        )


def _how_to_attach(port: int) -> str:
    return (
        f"from your own Chrome: open chrome://inspect, add localhost:{port} under Configure, and choose"
        f" `inspect`. From another machine first: ssh -L {port}:127.0.0.1:{port} THIS_MACHINE. Until this"
        " ends, every user of this machine can reach that port"
    )


def _launch(
    account: Account,
    flow: Flow,
    session: KeptSession,
    browser: Browser,
    way: Way,
    port: int,
) -> Launch:
    return Launch(
        browser,
        flow.toml.allowed_hosts,
        origin=account.origin or "",
        locale=account.locale or "en-US",
        proxy=account.proxy.get_secret_value() if account.proxy is not None else "",
        headless=way is not Way.WINDOW,
        state=session.state,
        arguments=(f"--remote-debugging-port={port}",) if way is Way.REMOTE else (),
        attended=way is not Way.TERMINAL,
    )


def _context(
    launch: Launch, session: KeptSession, warn: Callable[[str], None]
) -> AbstractContextManager[BrowserContext]:
    if session.profile is not None:
        return profile_context(launch, session.profile, warn)
    return browser_context(launch, warn)


def _temporary_in(folder: Path) -> None:
    """Have the browser keep what it needs while it runs in a folder that is gone afterwards."""
    os.environ["TMPDIR"] = str(folder)
