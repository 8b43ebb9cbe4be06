"""One account, visited in a process of its own: `python -m checker.run.worker RESULT_FD`, the job on stdin.

A process, because the browser's host rules are per account and a page that hangs hangs whoever waits
for it: the wall clock is outside, in the supervisor.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from playwright.sync_api import BrowserContext
from playwright.sync_api import Page as BrowserPage

from checker.browser import Browser
from checker.browser.attach import attached_page
from checker.browser.launch import Launch, browser_context
from checker.browser.profile import profile_context
from checker.browser.proxy_exit import heed_exit
from checker.console import Bounds, Guard, LiveConsole, Policy
from checker.console.attached import install_on
from checker.console.watched import WatchedConsole
from checker.errors import CheckerError, ConfigError, Stop
from checker.evidence import Camera, Watch, slug
from checker.flow import Flow, flow_named
from checker.memory import keep_memory_private
from checker.model import FACTS, Exit, Outcome, Site
from checker.model.wire import dump_reading, dump_site, dump_visit
from checker.run.conduct import AccessLog, count_page
from checker.run.entrance import Keeper, LatchedError, broke, enter, heed_latch, with_fingerprint
from checker.run.examined import album_in, dump_examination
from checker.run.hushing import without_secrets
from checker.run.job import Ended, Event, Examined, Job, Said, SitesListed, Took, Visited, Warned
from checker.run.keeping import KnownSecrets, VisitKeeper
from checker.run.lifeline import Interruption, watch_browser, watch_supervisor
from checker.run.sessions import KeptSession, open_session
from checker.run.visits import Before, not_listed, visit_sites
from checker.run.watching import watcher
from checker.run.whereabouts import Whereabouts
from checker.secrets import Scrubber
from checker.settings import PREFIX, Account, Settings, load

__all__ = ["main", "work"]

Tell = Callable[[Event], None]


def work(
    job: Job,
    settings: Settings,
    tell: Tell,
    interruption: Interruption | None = None,
    given: Scrubber | None = None,
) -> Ended:
    """Visit one account; every outcome a person can act on is returned, never raised.

    given: learns each secret before it is typed.
    """
    account = settings.accounts[job.alias]
    interruption = interruption or Interruption()
    scrubber = Scrubber(account.inline_secrets())
    secrets = KnownSecrets(job.alias, account, job.last_step, tell, scrubber=scrubber, given=given)
    missed = 0
    guard: Guard | None = None
    try:
        heed_latch(job, secrets, tell)
        flow = _flow(settings, account)

        def warn(text: str) -> None:
            tell(Warned(text=text))

        session = open_session(settings, job.alias, account, flow, warn, keep=not job.dry_run)
        log = AccessLog(settings.paths.data_dir, job.alias, scrubber, warn)
        guard = Guard(Policy(flow.toml, account.origin or ""), visited=log)
        launch = _launch(job, settings, account, flow, session)
        if account.proxy_exit is not None:
            heed_exit(launch.proxy, account.proxy_exit, account.proxy_exit_page)
        with _guarded_page(account, launch, session, guard, warn) as page:
            pages = Whereabouts.of(settings.paths.sessions_dir, job.alias, account, flow.toml)
            console = _console(job, settings, flow, page, guard, interruption, pages.found)
            console.is_secret = secrets.given.found_in
            tell(Said(text=f"{job.alias}: signing in to {flow.toml.flow.title}"))
            keeper = Keeper(session, page.context)
            with _examined(console, tell), pages.learning(console, tell, keep=not job.dry_run):
                enter(console, page.context, secrets, session, tell)
                visits = _visit_keeper(job, flow, console, scrubber, warn)
                missed = _visit_all(
                    job,
                    account,
                    flow,
                    visits,
                    tell,
                    interruption,
                    keeper,
                    watch=watcher(job, settings, console, secrets.given, tell),
                    has_time=_half_of(settings.limits.account_seconds),
                )
    except Stop as stop:
        ended = Ended(
            outcome=stop.outcome,
            detail=stop.detail,
            pictures_missed=missed,
            asked_to_wait=0.0 if guard is None else guard.asked_to_wait,
        )
        return with_fingerprint(ended, secrets) if FACTS[stop.outcome].latch else ended
    except LatchedError as latch:
        return latch.ended
    return Ended(outcome=Outcome.READ, pictures_missed=missed, asked_to_wait=guard.asked_to_wait)


@contextmanager
def _guarded_page(
    account: Account, launch: Launch, session: KeptSession, guard: Guard, warn: Callable[[str], None]
) -> Iterator[BrowserPage]:
    if account.cdp_url is not None:
        with attached_page(account.cdp_url.get_secret_value()) as page:
            install_on(guard, page)
            yield page
        return
    with _context(launch, session, warn) as context, watch_browser():
        guard.install(context)
        session.prepare(context)
        yield context.new_page()


def _flow(settings: Settings, account: Account) -> Flow:
    """Load the account's flow, here where it can spoil this account alone; raise Stop if it is no use."""
    try:
        flow = flow_named(account.marketplace, _overrides(settings), settings.flows.allow)
        flow.toml.host_of(account.home)
    except ConfigError as error:
        raise Stop(Outcome.FLOW_UNUSABLE, error.message) from None
    return flow


@contextmanager
def _examined(console: LiveConsole, tell: Tell) -> Iterator[None]:
    """Tell what a watched console saw, however far it came."""
    try:
        yield
    finally:
        if isinstance(console, WatchedConsole):
            tell(Examined(seen=dump_examination(console)))


def _context(
    launch: Launch, session: KeptSession, warn: Callable[[str], None]
) -> AbstractContextManager[BrowserContext]:
    if session.profile is not None:
        return profile_context(launch, session.profile, warn)
    return browser_context(launch, warn)


def _visit_all(
    job: Job,
    account: Account,
    flow: Flow,
    kept: VisitKeeper,
    tell: Tell,
    interruption: Interruption,
    keeper: Keeper,
    *,
    watch: Callable[[Camera], Watch],
    has_time: Callable[[], bool],
) -> int:
    tell(Said(text=f"{job.alias}: listing the sites"))
    console = kept.console

    def proven() -> Sequence[Site]:
        sites = flow.sites(console)
        keeper.prove_owner(job, sites)
        return sites

    listed = kept.listed(proven)
    tell(SitesListed(sites=tuple(dump_site(site) for site in listed)))
    wanted = _wanted(job, account, listed)
    missed = 0
    visits = visit_sites(
        flow,
        console,
        job.alias,
        console.entering(wanted) if isinstance(console, WatchedConsole) else wanted,
        job.evidence,
        Path(job.run_id) / slug(job.alias),
        _clock(job),
        before=Before(job.known, frozenset(job.judged), job.pictured),
        has_time=has_time,
        heard=lambda reading: tell(Took(reading=dump_reading(reading))),
        watch=watch,
    )
    tell(Said(text=_progress(job, wanted, 0), done=0, total=len(wanted)))
    for done, (visit, failed) in enumerate(visits, start=1):
        missed += failed
        kept.visited(visit)
        keeper.after(visit)
        tell(Visited(visit=dump_visit(visit)))
        tell(Said(text=_progress(job, wanted, done), done=done, total=len(wanted)))
    for code_ in _unlisted(job, account, listed):
        tell(Visited(visit=dump_visit(not_listed(flow.marketplace, job.alias, code_))))
    interruption.excuse()
    try:
        flow.leave(console)
    except Stop as stop:
        tell(Warned(text=f"{job.alias}: the console's own selection was not put back ({stop.detail})"))
    return missed


def _half_of(seconds: float) -> Callable[[], bool]:
    """Return what tells whether less than half of the account's time is used: only then are reds reread."""
    until = time.monotonic() + seconds / 2
    return lambda: time.monotonic() < until


def _wanted(job: Job, account: Account, listed: Sequence[Site]) -> list[Site]:
    return [site for site in listed if account.wants(site.code) and (not job.sites or site.code in job.sites)]


def _unlisted(job: Job, account: Account, listed: Sequence[Site]) -> list[str]:
    """Return the sites that were asked for, or seen before, and that the console does not list."""
    there = {site.code for site in listed}
    configured = () if account.sites == "all" else account.sites
    expected = job.sites or (*configured, *(code for code in job.expected if account.wants(code)))
    return sorted({code for code in expected if code not in there})


def _progress(job: Job, wanted: Sequence[Site], done: int) -> str:
    return f"{job.alias}: {wanted[done].label}" if done < len(wanted) else f"{job.alias}: done"


def _launch(job: Job, settings: Settings, account: Account, flow: Flow, session: KeptSession) -> Launch:
    proxy = account.proxy.get_secret_value() if account.proxy is not None else ""
    return Launch(
        Browser(job.browser, "job", None, job.headless_only),
        flow.toml.allowed_hosts,
        origin=account.origin or "",
        locale=account.locale or "en-US",
        proxy=proxy,
        headless=settings.browser.headless or job.headless_only,
        state=session.state,
    )


def _console(
    job: Job,
    settings: Settings,
    flow: Flow,
    page: object,
    guard: Guard,
    interruption: Interruption,
    found_pages: Mapping[str, str],
) -> LiveConsole:
    def may_go_on() -> None:
        interruption.heed()
        _stop_switch(settings.stop_file)
        # The platform's day, not the story's: no clock of ours makes it more patient.
        count_page(settings.paths.data_dir, job.alias, limits.pages_per_day, datetime.now(UTC))

    limits = settings.limits
    bounds = Bounds(page=limits.page_seconds, pause=limits.pause_seconds)
    kind = _watched(job) if job.examine else LiveConsole
    return kind(
        page,  # type: ignore[arg-type]  # Playwright's own type, kept out of this module's imports
        flow,
        job.alias,
        guard,
        bounds,
        now=_clock(job),
        may_go_on=may_go_on,
        while_waiting=interruption.heed,
        home=flow.toml.host_of(settings.accounts[job.alias].home),
        found_pages=found_pages,
    )


def _visit_keeper(
    job: Job, flow: Flow, console: LiveConsole, scrubber: Scrubber, warn: Callable[[str], None]
) -> VisitKeeper:
    return VisitKeeper(
        job.visits,
        job.run_id,
        job.alias,
        flow,
        console,
        now=_clock(job),
        scrubber=scrubber,
        warn=warn,
        cookies=console.raw.context.cookies,
    )


def _watched(job: Job) -> Callable[..., LiveConsole]:
    return partial(WatchedConsole, album=album_in(job.evidence, Path(job.run_id) / slug(job.alias)))


def _stop_switch(path: Path) -> None:
    if path.exists():
        raise Stop(Outcome.STOPPED, f"the stop switch {path} is there; remove it to go on")


def _clock(job: Job) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(seconds=job.clock_offset)


def _overrides(settings: Settings) -> Path | None:
    return None if settings.file is None else settings.file.parent / "overrides"


def main(argv: Sequence[str]) -> int:
    """Do the job on standard input, write events to the descriptor named, return an exit code."""
    os.umask(0o077)
    keep_memory_private()
    interruption = Interruption()
    interruption.install()
    given = Scrubber()
    with os.fdopen(int(argv[1]), "w", encoding="utf-8", errors="backslashreplace") as out:

        def tell(event: Event) -> None:
            try:
                out.write(without_secrets(event, given).model_dump_json() + "\n")
                out.flush()
            except BrokenPipeError:
                # Nobody listens any more: our end is under way, and is not ours to hurry.
                supervisor.join()

        job = Job.model_validate_json(sys.stdin.buffer.readline())
        supervisor = watch_supervisor(sys.stdin.fileno())
        try:
            tell(work(job, _settings(job), tell, interruption, given))
        except CheckerError as error:
            tell(Ended(outcome=Outcome.CRASHED, detail=str(error)))
            return error.exit_code
        except Exception as error:  # noqa: BLE001 - a dead browser or a bug: named, without what variables held
            detail = broke(error, asked=interruption.was_asked)
            tell(Ended(outcome=detail.outcome, detail=detail.detail))
            return Exit.BUG
    return Exit.OK


def _settings(job: Job) -> Settings:
    """Load the settings, and leave no secret of ours in what every program we start inherits."""
    settings = load(job.config)
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        del os.environ[name]
    return settings


if __name__ == "__main__":
    sys.exit(main(sys.argv))
