"""One run from beginning to end: plan, visit, compare, store."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

from checker.browser import ensure_browser
from checker.browser.find import Browser
from checker.compare import Comparison, compare, compare_sites, is_stale, with_drift
from checker.errors import StoreError
from checker.model import (
    Change,
    Exit,
    Key,
    Known,
    Level,
    Outcome,
    Presence,
    Reading,
    Rules,
    Run,
    Scope,
    Site,
    Visit,
    exit_code,
    gravest,
)
from checker.run.entrance import owners_of
from checker.run.flows import no_flow_usable, without_flow
from checker.run.job import Ended, Event, Job, Warned
from checker.run.keeping import forget_old
from checker.run.latching import latched
from checker.run.locks import hold
from checker.run.pool import Pool
from checker.run.steps import last_step
from checker.run.supervisor import AccountRun
from checker.run.words import untold_words
from checker.settings import Account, Settings
from checker.store import Store, open_store

__all__ = ["EVERY_SITE", "Finished", "Gathered", "Request", "conclude", "execute", "new_run_id"]

_FIRST_SIGNAL: Final = 128

EVERY_SITE: Final = Site("ALL", "ALL", "every site")
"""Stands for the sites of an account whose sites nobody could list."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for.

    sites_of: by account, only these sites of it, in place of `sites`.
    visits: where the visits are kept even in a dry run; see `checker capture`.
    rules: when a finding counts as better, gone or stale.
    offset: how far the run's clock is ahead of this machine's, for a story told faster than it happens.
    examine: note what each chain of a flow's data finds, and keep the pictures here.
    """

    accounts: Sequence[str] = ()
    sites: Sequence[str] = ()
    dry_run: bool = False
    fail_on: Level = Level.WARNING
    offset: timedelta = timedelta(0)
    rules: Rules = field(default_factory=Rules)
    examine: Path | None = None
    sites_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    visits: Path | None = None

    def codes(self, alias: str) -> tuple[str, ...]:
        """Return the codes of the sites of an account that are wanted; none means every one."""
        return tuple(code.upper() for code in self.sites_of.get(alias, self.sites))


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished run, with what is now known of every key of its accounts.

    run: as it is told: what earlier runs could not tell any more stands in front of its changes.
    messages: the names of what is told with it.
    refused: why nothing of the run could be stored; it is told all the same, and again by the next run.
    """

    run: Run
    known: Mapping[Key, Known]
    sites: Mapping[tuple[str, str], Sequence[Site]]
    messages: Sequence[str] = ()
    refused: StoreError | None = None


@dataclass
class Gathered:
    """What the accounts of a run came to so far."""

    visits: list[Visit] = field(default_factory=list)
    listed: dict[tuple[str, str], Sequence[Site]] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)


def new_run_id(at: datetime) -> str:
    """Return an id that sorts by time and never repeats."""
    return f"{at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def execute(
    settings: Settings,
    request: Request,
    on_event: Callable[[str, Event], None],
    say: Callable[[str], None],
    interrupted: Callable[[], int] = lambda: 0,
) -> Finished:
    """Visit every account asked for, in turn, and store what was found; raise CheckerError before it begins.

    interrupted: the number of the signal that asks the run to end, or 0.
    """
    accounts = settings.require_accounts(list(request.accounts))
    started = datetime.now(UTC) + request.offset
    run_id = new_run_id(started)
    gathered = Gathered()
    with ExitStack() as held:
        # First of all: of fifty starts at once, forty-nine leave before they have looked for a browser.
        free = {
            alias: account
            for alias, account in accounts.items()
            if held.enter_context(hold(settings.paths.sessions_dir, alias))
        }
        gathered.codes += [Exit.BUSY] * (len(accounts) - len(free))
        if not free:
            return Finished(Run(run_id, started, started, (), (), Exit.BUSY, request.dry_run), {}, {})
        without = without_flow(free, settings.flows.allow)
        browser = ensure_browser(settings.browser.path, say)
        store = held.enter_context(open_store(settings.store.url))
        evidence = settings.paths.evidence_dir
        if request.dry_run:
            evidence = Path(held.enter_context(tempfile.TemporaryDirectory()))
        evidence = request.examine or evidence
        wanted = [alias for alias in free if alias not in without]
        jobs = [_job(settings, request, alias, browser, run_id, evidence, store) for alias in wanted]
        pool = Pool(settings, store, started, on_event, lambda: bool(interrupted()))
        for came in chain(without.values(), pool.visit(jobs)):
            _gather(gathered, store, free[came.alias], came, request.codes(came.alias))
        if not request.dry_run:
            most = settings.replay.keep_megabytes * 1_000_000
            forget_old(settings.paths.visits_dir, started, days=settings.replay.keep_days, most_bytes=most)
        if gathered.visits and all(visit.outcome is Outcome.FLOW_UNUSABLE for visit in gathered.visits):
            raise no_flow_usable(visit.detail for visit in gathered.visits)
        for alias, text in untold_words(store, gathered.visits):
            on_event(alias, Warned(text=text))
        return _told_anyway(store, run_id, started, request, gathered, interrupted())


def _told_anyway(
    store: Store, run_id: str, started: datetime, request: Request, gathered: Gathered, signal: int
) -> Finished:
    """Conclude; a store that does not take the run in costs the memory of it, not the telling."""
    try:
        return conclude(store, run_id, started, request, gathered, signal)
    except StoreError as refused:
        gathered.codes.append(Exit.STORE)
        done = _concluded(store, run_id, started, request, gathered, signal, stored=False)
        return replace(done, messages=(), refused=refused)


def conclude(
    store: Store, run_id: str, started: datetime, request: Request, gathered: Gathered, signal: int = 0
) -> Finished:
    """Compare the visits with what was known, store both unless it is a dry run, and weigh the exit code."""
    if request.dry_run or not gathered.visits:
        return _concluded(store, run_id, started, request, gathered, signal)
    # One transaction from the look-up to the writing: an acknowledgement given meanwhile is not lost.
    with store.transaction():
        return _concluded(store, run_id, started, request, gathered, signal)


def _concluded(
    store: Store,
    run_id: str,
    started: datetime,
    request: Request,
    gathered: Gathered,
    signal: int,
    *,
    stored: bool = True,
) -> Finished:
    before: dict[Key, Known] = {}
    for marketplace, alias in sorted({(visit.marketplace, visit.account) for visit in gathered.visits}):
        before |= store.known(marketplace, alias)
    visits = [_with_unobserved(visit, before, started) for visit in with_drift(before, gathered.visits)]
    comparison = compare(before, visits, started, request.rules)
    visits = [_as_believed(visit, comparison) for visit in visits]
    known = before | dict(comparison.known)
    changes = (*comparison.changes, *_site_changes(gathered, store))
    late = [] if request.dry_run else store.untold()
    told = [*(change for one in late for change in one.changes), *changes]
    signals = [_FIRST_SIGNAL + signal] if signal else []
    weighed = exit_code(visits, told, known.values(), request.fail_on)
    code = gravest([weighed, *gathered.codes, *_stale(known, request, started), *signals])
    finished = datetime.now(UTC) + request.offset
    run = Run(
        run_id,
        started,
        finished,
        tuple(visits),
        changes,
        code,
        request.dry_run,
        comparison.events,
        comparison.reminders,
    )
    if stored and not request.dry_run and visits:
        store.record(run, comparison.known, gathered.listed)
        late = store.untold()
    messages = [one.message for one in late]
    events = (*(one.event for one in late if one.event is not None and one.run_id != run_id), *run.events)
    return Finished(replace(run, changes=tuple(told), events=events), known, gathered.listed, messages)


def _as_believed(visit: Visit, comparison: Comparison) -> Visit:
    """Return the visit with what was taken for a fault of ours as unreadable, and not read in full."""
    if not any(reading.key in comparison.disbelieved for reading in visit.readings):
        return visit
    readings = tuple(
        comparison.known[reading.key].last if reading.key in comparison.disbelieved else reading
        for reading in visit.readings
    )
    outcome = Outcome.PARTIAL if visit.outcome is Outcome.READ else visit.outcome
    return replace(visit, readings=readings, outcome=outcome)


def _stale(known: Mapping[Key, Known], request: Request, now: datetime) -> list[int]:
    """Return that the run is incomplete if what is open, or said of an account, was not read for too long."""
    codes = {alias: request.codes(alias) for alias in {key.account for key in known}}
    wanted = (s for key, s in known.items() if not codes[key.account] or key.site in codes[key.account])
    stale = (is_stale(s, now, request.rules) for s in wanted if s.is_open or s.last.scope is Scope.ACCOUNT)
    return [Exit.INCOMPLETE] if any(stale) else []


def _job(
    settings: Settings,
    request: Request,
    alias: str,
    browser: Browser,
    run_id: str,
    evidence: Path,
    store: Store,
) -> Job:
    marketplace = settings.accounts[alias].marketplace
    before = store.sites(marketplace, alias)
    latch = store.latch(marketplace, alias)
    known = store.known(marketplace, alias)
    return Job(
        run_id=run_id,
        alias=alias,
        config=settings.file,
        browser=browser.path,
        headless_only=browser.headless_only,
        evidence=evidence,
        visits=_kept_in(settings, request),
        sites=request.codes(alias),
        expected=tuple(before),
        owners=tuple(sorted(owners_of(list(before.values())))),
        latch=None if latch is None else latched(latch),
        unanswered=store.unanswered(marketplace, alias),
        last_step=last_step(settings.paths.sessions_dir, alias),
        known=_settled(known),
        judged=_judged(known),
        dry_run=request.dry_run,
        examine=request.examine is not None,
        clock_offset=request.offset.total_seconds(),
    )


def _kept_in(settings: Settings, request: Request) -> Path | None:
    if request.visits is not None:
        return request.visits
    return settings.paths.visits_dir if settings.replay.keep_days and not request.dry_run else None


def _settled(known: Mapping[Key, Known]) -> dict[str, str]:
    """Return what need not be looked at twice: what is open already, and what could not be read before."""
    settled = {}
    for key, state in known.items():
        if state.last.presence is Presence.UNREADABLE:
            settled[str(key)] = Presence.UNREADABLE.value
        elif state.is_open and state.good is not None and state.pending_up is None:
            settled[str(key)] = state.good.fingerprint
    return settled


def _judged(known: Mapping[Key, Known]) -> tuple[str, ...]:
    """Return what had a level when it was last read."""
    judged = (key for key, state in known.items() if state.good and state.good.level is not Level.UNKNOWN)
    return tuple(str(key) for key in judged)


def _gather(
    gathered: Gathered, store: Store, account: Account, came: AccountRun, asked: Sequence[str]
) -> None:
    visits = [*came.visits, *_never_reached(store, account, came, asked)]
    gathered.visits += visits
    if came.sites:
        gathered.listed[account.marketplace, came.alias] = came.sites
    if came.ended is not None and came.ended.pictures_missed:
        gathered.codes.append(Exit.EVIDENCE)
    if came.is_unstored:
        gathered.codes.append(Exit.STORE)


def _never_reached(store: Store, account: Account, came: AccountRun, asked: Sequence[str]) -> Iterable[Visit]:
    """Yield a visit for every site asked for that the worker never came to, with the reason it did not."""
    ended = came.ended or Ended(outcome=Outcome.CRASHED, detail="the worker said nothing")
    if ended.outcome is Outcome.READ:
        # It says it read everything: what it did not come to, it passed over.
        ended = Ended(outcome=Outcome.SKIPPED, detail="the worker passed over this site")
    done = {(visit.site.code, visit.site.shop) for visit in came.visits}
    expected = came.sites or list(store.sites(account.marketplace, came.alias).values())
    codes = list(asked) or ([] if account.sites == "all" else list(account.sites))
    wanted = [site for site in expected if not codes or site.code in codes]
    met = {site.code for site in wanted} | {code for code, _ in done}
    wanted += [Site(code, code, code) for code in codes if code not in met]
    left = [site for site in wanted if (site.code, site.shop) not in done]
    if not left and not done:
        left = [EVERY_SITE]
    for site in left:
        yield Visit(account.marketplace, came.alias, site, ended.outcome, ended.detail)


def _site_changes(gathered: Gathered, store: Store) -> list[Change]:
    changes: list[Change] = []
    for (marketplace, alias), sites in gathered.listed.items():
        before = store.sites(marketplace, alias)
        changes += compare_sites(marketplace, alias, list(before), [site.code for site in sites])
    return changes


def _with_unobserved(visit: Visit, known: Mapping[Key, Known], at: datetime) -> Visit:
    """Add a `not_observed` reading for everything known of a site that this visit never got to.

    A visit that says it read the site, and read nothing at all, read it no more than one that says so.
    """
    if visit.outcome in (Outcome.READ, Outcome.PARTIAL, Outcome.DRIFT):
        if visit.readings:
            return visit
        visit = replace(visit, outcome=Outcome.PARTIAL, detail=visit.detail or "nothing was read")
    read = {reading.key for reading in visit.readings}
    place = (visit.marketplace, visit.account, visit.site.code, visit.site.shop)
    missed = [
        key
        for key in known
        if (key.marketplace, key.account, key.site, key.shop) == place and key not in read
    ]
    if not missed and not read and visit.site != EVERY_SITE:
        missed = [Key(visit.marketplace, visit.account, visit.site.code, "coverage", visit.site.shop)]
    readings = [_unobserved(key, known.get(key), visit, at) for key in sorted(missed)]
    return replace(visit, readings=(*visit.readings, *readings))


def _unobserved(key: Key, state: Known | None, visit: Visit, at: datetime) -> Reading:
    scope = Scope.ACCOUNT if state is None else state.last.scope
    reason = f"{visit.outcome.value}: {visit.detail}" if visit.detail else visit.outcome.value
    return Reading(key, Presence.NOT_OBSERVED, at, scope=scope, reason=reason)
