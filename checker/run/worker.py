"""One account, visited in a process of its own: `python -m checker.run.worker RESULT_FD`, the job on stdin.

A process, because the browser's host rules are per account and a page that hangs hangs whoever waits
for it: the wall clock is outside, in the supervisor.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from pydantic import SecretStr

from checker.browser import Browser
from checker.browser.launch import Launch, browser_context
from checker.console import Bounds, Guard, LiveConsole, Policy, sign_in
from checker.errors import CheckerError, Stop
from checker.evidence import Camera, Watch, slug
from checker.flow import Flow, flow_named
from checker.model import Exit, Outcome, Site
from checker.model.wire import dump_site, dump_visit
from checker.run.job import Ended, Event, Job, Said, SitesListed, UsedStep, Visited, Warned
from checker.run.visits import not_listed, visit_sites
from checker.run.watching import Remembering, watcher
from checker.secrets import code, read_password, read_totp_secret, wait_needed
from checker.settings import Account, Settings, load

__all__ = ["AccountSecrets", "main", "work"]

Tell = Callable[[Event], None]


class AccountSecrets:
    """Fetches each secret at the moment its box is there, and remembers the steps already used."""

    def __init__(self, alias: str, account: Account, last_step: int | None, tell: Tell) -> None:
        self.username = account.username
        self._alias = alias
        self._account = account
        self._last = last_step
        self._tell = tell

    def password(self) -> SecretStr:
        """Return the password; raise Stop if its source cannot be read."""
        try:
            return read_password(self._alias, self._account, warn=self._warn)
        except CheckerError as error:
            raise Stop(Outcome.SECRET_MISSING, str(error)) from None

    def code(self, wait: Callable[[float], None]) -> SecretStr | None:
        """Return a code whose step was never used, waiting for it; none without a seed."""
        try:
            seed = read_totp_secret(self._alias, self._account, warn=self._warn)
            if seed is None:
                return None
            after = None if self._last is None else self._last + 1
            wait(wait_needed(seed, time.time(), not_before_step=after))
            typed = code(seed, time.time(), not_before_step=after)
        except CheckerError as error:
            raise Stop(Outcome.SECRET_MISSING, str(error)) from None
        self._last = typed.step
        # Told before it is typed: a crash in between must not lead to its being used twice.
        self._tell(UsedStep(step=typed.step))
        return typed.text

    def _warn(self, text: str) -> None:
        self._tell(Warned(text=text))


def work(job: Job, settings: Settings, tell: Tell) -> Ended:
    """Visit one account; every outcome a person can act on is returned, never raised."""
    account = settings.accounts[job.alias]
    missed = 0
    try:
        flow = flow_named(account.marketplace, _overrides(settings), settings.flows.allow)
        launch = _launch(job, settings, account, flow)
        with browser_context(launch, lambda text: tell(Warned(text=text))) as context:
            guard = Guard(Policy(flow.toml, account.origin or ""))
            guard.install(context)
            page = context.new_page()
            console = _console(job, settings, flow, page, guard)
            tell(Said(text=f"{job.alias}: signing in to {flow.toml.flow.title}"))
            credentials = Remembering(AccountSecrets(job.alias, account, job.last_step, tell), account)
            sign_in(console, credentials)
            watch = watcher(job, settings, console, credentials.given, tell)
            missed = _visit_all(job, account, flow, console, tell, watch)
    except Stop as stop:
        return Ended(outcome=stop.outcome, detail=stop.detail, pictures_missed=missed)
    return Ended(outcome=Outcome.READ, pictures_missed=missed)


def _visit_all(
    job: Job, account: Account, flow: Flow, console: LiveConsole, tell: Tell, watch: Callable[[Camera], Watch]
) -> int:
    tell(Said(text=f"{job.alias}: listing the sites"))
    listed = flow.sites(console)
    tell(SitesListed(sites=tuple(dump_site(site) for site in listed)))
    wanted = _wanted(job, account, listed)
    missed = 0
    visits = visit_sites(
        flow,
        console,
        job.alias,
        wanted,
        job.evidence,
        Path(job.run_id) / slug(job.alias),
        _clock(job),
        watch=watch,
    )
    tell(Said(text=_progress(job, wanted, 0), done=0, total=len(wanted)))
    for done, (visit, failed) in enumerate(visits, start=1):
        missed += failed
        tell(Visited(visit=dump_visit(visit)))
        tell(Said(text=_progress(job, wanted, done), done=done, total=len(wanted)))
    for code_ in _unlisted(job, account, listed):
        tell(Visited(visit=dump_visit(not_listed(flow.marketplace, job.alias, code_))))
    try:
        flow.leave(console)
    except Stop as stop:
        tell(Warned(text=f"{job.alias}: the console's own selection was not put back ({stop.detail})"))
    return missed


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


def _launch(job: Job, settings: Settings, account: Account, flow: Flow) -> Launch:
    proxy = account.proxy.get_secret_value() if account.proxy is not None else ""
    return Launch(
        Browser(job.browser, "job", None, job.headless_only),
        flow.toml.allowed_hosts,
        origin=account.origin or "",
        locale=account.locale or "en-US",
        proxy=proxy,
        headless=settings.browser.headless or job.headless_only,
    )


def _console(job: Job, settings: Settings, flow: Flow, page: object, guard: Guard) -> LiveConsole:
    limits = settings.limits
    bounds = Bounds(page=limits.page_seconds, pause=limits.pause_seconds)
    return LiveConsole(
        page,  # type: ignore[arg-type]  # Playwright's own type, kept out of this module's imports
        flow,
        job.alias,
        guard,
        bounds,
        now=_clock(job),
        may_go_on=lambda: _stop_switch(settings.stop_file),
    )


def _stop_switch(path: Path) -> None:
    if path.exists():
        raise Stop(Outcome.STOPPED, f"the stop switch {path} is there; remove it to go on")


def _clock(job: Job) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(seconds=job.clock_offset)


def _overrides(settings: Settings) -> Path | None:
    return None if settings.file is None else settings.file.parent / "overrides"


def _leave(number: int, _frame: FrameType | None) -> None:
    # Unwinds through every `finally`, so that the browser is closed.
    raise SystemExit(128 + number)


def main(argv: Sequence[str]) -> int:
    """Do the job on standard input, write events to the descriptor named, return an exit code."""
    os.umask(0o077)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(int(argv[1]), "w", encoding="utf-8", errors="backslashreplace") as out:

        def tell(event: Event) -> None:
            out.write(event.model_dump_json() + "\n")
            out.flush()

        job = Job.model_validate_json(sys.stdin.read())
        try:
            tell(work(job, load(job.config), tell))
        except CheckerError as error:
            tell(Ended(outcome=Outcome.CRASHED, detail=str(error)))
            return error.exit_code
    return Exit.OK


if __name__ == "__main__":
    sys.exit(main(sys.argv))
