"""One run from beginning to end: plan, visit, compare, store."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

from checker.browser import ensure_browser
from checker.browser.find import Browser
from checker.compare import (
    Comparison,
    compare,
    compare_sites,
    is_accepted,
    is_stale,
    settled_sites,
    with_drift,
    with_known_keys,
)
from checker.errors import StoreError
from checker.model import (
    Change,
    Exit,
    Key,
    Known,
    Level,
    Outcome,
    Place,
    Presence,
    Rules,
    Run,
    Scope,
    Site,
    Tell,
    Visit,
    exit_code,
    gravest,
    owners_of,
)
from checker.run.close_ups import CloseUps
from checker.run.flows import no_flow_usable, without_flow
from checker.run.job import Event, Job, Warned
from checker.run.latching import latched
from checker.run.locks import hold
from checker.run.pool import Pool
from checker.run.run_ids import forget_old, new_run_id
from checker.run.steps import last_step
from checker.run.supervisor import AccountRun
from checker.run.unreached import (
    is_named_only,
    never_reached,
    not_listed_now,
    vanished,
    with_unobserved,
)
from checker.run.words import untold_words
from checker.settings import Account, Settings
from checker.store import Damaged, Store, open_store

__all__ = ["Finished", "Gathered", "Request", "conclude", "execute"]

_FIRST_SIGNAL: Final = 128


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
    messages: the names of what is told with it: they are marked as told once a person could see them.
    damaged: what was to be told and cannot be read; its names are among the messages, the rest is told.
    refused: why nothing of the run could be stored; it is told all the same, and again by the next run.
    """

    run: Run
    known: Mapping[Key, Known]
    sites: Mapping[tuple[str, str], Sequence[Site]]
    messages: Sequence[str] = ()
    damaged: Sequence[Damaged] = ()
    refused: StoreError | None = None

    @property
    def has_news(self) -> bool:
        """Whether there is anything to tell, whatever the exit code: also that a finding is over."""
        return bool(self.messages) or any(change.tell is not Tell.NOT for change in self.run.changes)


@dataclass
class Gathered:
    """What the accounts of a run came to so far."""

    visits: list[Visit] = field(default_factory=list)
    listed: dict[tuple[str, str], Sequence[Site]] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)


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
            _gather(gathered, store, free[came.alias], came, request.codes(came.alias), started)
            if not request.dry_run:
                with suppress(OSError):  # they are taken again then
                    readings = (reading for visit in came.visits for reading in visit.readings)
                    CloseUps(settings.paths.data_dir, came.alias).note(readings)
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
    compared = _compared(store, gathered.visits, started, request.rules)
    comparison, before, visits = compared.comparison, compared.before, compared.visits
    known = before | dict(comparison.known)
    listed = _settled_listings(store, gathered, visits)
    changes = (*comparison.changes, *_site_changes(store, listed))
    late = [] if request.dry_run else store.untold()
    damaged = [] if request.dry_run else store.untold_damaged()
    told = [*(change for one in late for change in one.changes), *changes]
    codes = [*gathered.codes, *compared.codes, *_stale(known, request, started)]
    codes += [_FIRST_SIGNAL + signal] if signal else []
    codes += [Exit.INCOMPLETE] if damaged else []
    code = gravest([exit_code(visits, told, known.values(), request.fail_on, started), *codes])
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
        store.record(run, comparison.known, listed)
        late = store.untold()
    messages = [*(one.message for one in late), *(one.message for one in damaged)]
    events = (*(one.event for one in late if one.event is not None and one.run_id != run_id), *run.events)
    run = replace(run, changes=tuple(told), events=events)
    return Finished(run, known, gathered.listed, messages, damaged)


@dataclass
class _Compared:
    """A comparison of a run, with what it compared."""

    comparison: Comparison
    before: dict[Key, Known]
    visits: list[Visit]
    codes: list[int] = field(default_factory=list)


def _compared(store: Store, visits: Sequence[Visit], at: datetime, rules: Rules) -> _Compared:
    """Compare the visits with what was known; an account that cannot be compared costs itself alone.

    It is compared with nothing, as one that crashed: nothing of what is known of it changes, and it is told.
    """
    before = {
        account: store.known(*account) for account in sorted({(v.marketplace, v.account) for v in visits})
    }
    try:
        return _compare(before, visits, at, rules)
    except Exception:  # noqa: BLE001 - whatever it is, it is found out below whose
        broken = dict(_that_fail(before, visits, at, rules))
    fine = {account: known for account, known in before.items() if account not in broken}
    told = [
        replace(visit, outcome=Outcome.CRASHED, detail=broken[visit.marketplace, visit.account], readings=())
        if (visit.marketplace, visit.account) in broken
        else visit
        for visit in visits
    ]
    compared = _compare(fine, told, at, rules)
    compared.codes.append(Exit.BUG)
    return compared


def _that_fail(
    before: Mapping[tuple[str, str], Mapping[Key, Known]],
    visits: Sequence[Visit],
    at: datetime,
    rules: Rules,
) -> Iterable[tuple[tuple[str, str], str]]:
    """Yield the accounts whose comparison fails by itself, each with what went wrong; all if none does."""
    alone = {account: _error_of(account, before, visits, at, rules) for account in before}
    together = "" if any(alone.values()) else "the comparison of all accounts together failed"
    for account, error in alone.items():
        if error or together:
            yield account, error or together


def _error_of(
    account: tuple[str, str],
    before: Mapping[tuple[str, str], Mapping[Key, Known]],
    visits: Sequence[Visit],
    at: datetime,
    rules: Rules,
) -> str:
    own = [visit for visit in visits if (visit.marketplace, visit.account) == account]
    try:
        _compare({account: before[account]}, own, at, rules)
    except Exception as error:  # noqa: BLE001 - a bug of ours, told as one
        # Without its text: it may quote what a page said.
        return f"what was read could not be compared: {type(error).__name__}; this is a bug of the checker"
    return ""


def _compare(
    before: Mapping[tuple[str, str], Mapping[Key, Known]],
    visits: Sequence[Visit],
    at: datetime,
    rules: Rules,
) -> _Compared:
    known: dict[Key, Known] = {}
    for of_account in before.values():
        known |= of_account
    compared = [
        # Of an account that cannot be compared nothing is known here, and nothing is concluded.
        with_unobserved(visit, known, at) if (visit.marketplace, visit.account) in before else visit
        for visit in with_drift(known, with_known_keys(known, visits))
    ]
    comparison = compare(known, compared, at, rules)
    return _Compared(comparison, known, [_as_settled(visit, comparison) for visit in compared])


def _as_settled(visit: Visit, comparison: Comparison) -> Visit:
    """Return the visit with its reds disputed where a change of the page speaks against them."""
    if not any(reading.key in comparison.disputed for reading in visit.readings):
        return visit
    readings = tuple(
        comparison.known[reading.key].last if reading.key in comparison.disputed else reading
        for reading in visit.readings
    )
    return replace(visit, readings=readings)


def _stale(known: Mapping[Key, Known], request: Request, now: datetime) -> list[int]:
    """Return that the run is incomplete if what is open, or said of an account, was not read for too long."""
    codes = {alias: request.codes(alias) for alias in {key.account for key in known}}
    wanted = (s for key, s in known.items() if not codes[key.account] or key.site in codes[key.account])
    matter = (s for s in wanted if s.is_open or s.last.scope is Scope.ACCOUNT)
    stale = (is_stale(s, now, request.rules) for s in matter if not is_accepted(s, now))
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
        expected=tuple(dict.fromkeys(place.site for place in before)),
        owners=tuple(sorted(owners_of(list(before.values())))),
        latch=None if latch is None else latched(latch),
        unanswered=store.unanswered(marketplace, alias),
        last_step=last_step(settings.paths.sessions_dir, alias),
        known=_settled(known),
        judged=_judged(known),
        pictured=_pictured(settings, request, alias, evidence),
        dry_run=request.dry_run,
        examine=request.examine is not None,
        clock_offset=request.offset.total_seconds(),
    )


def _pictured(settings: Settings, request: Request, alias: str, evidence: Path) -> dict[str, str] | None:
    """Return of which layout of what there is a close-up; None where none could be shown to anybody."""
    kept = settings.evidence
    if request.dry_run or not kept.enabled or not kept.screenshots or kept.recipient is not None:
        return None
    return CloseUps(settings.paths.data_dir, alias).layouts(evidence)


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
        elif state.is_open and state.good is not None and not state.good.disputed:
            settled[str(key)] = state.good.fingerprint
    return settled


def _judged(known: Mapping[Key, Known]) -> tuple[str, ...]:
    """Return what had a level when it was last read."""
    judged = (key for key, state in known.items() if state.good and state.good.level is not Level.UNKNOWN)
    return tuple(str(key) for key in judged)


def _gather(
    gathered: Gathered, store: Store, account: Account, came: AccountRun, asked: Sequence[str], now: datetime
) -> None:
    gone = vanished(store, account, came, asked)
    # The worker knows of a site that is gone no more than its code.
    came.visits = [visit for visit in came.visits if not is_named_only(visit, gone)]
    visits = [*came.visits, *not_listed_now(store, account, came, gone, now)]
    gathered.visits += [*visits, *never_reached(store, account, came, asked, visits, gone)]
    if came.sites:
        gathered.listed[account.marketplace, came.alias] = came.sites
    if came.ended is not None and came.ended.pictures_missed:
        gathered.codes.append(Exit.EVIDENCE)
    if came.is_unstored:
        gathered.codes.append(Exit.STORE)


def _settled_listings(
    store: Store, gathered: Gathered, visits: Sequence[Visit]
) -> dict[tuple[str, str], Sequence[Site]]:
    """Return the sites each picker named, with the registration that their visits came to."""
    settled: dict[tuple[str, str], Sequence[Site]] = {}
    for (marketplace, alias), sites in gathered.listed.items():
        listed = {Place(marketplace, alias, site.code, site.shop): site for site in sites}
        own = [v for v in visits if (v.marketplace, v.account) == (marketplace, alias)]
        settled[marketplace, alias] = list(
            settled_sites(store.sites(marketplace, alias), listed, own).values()
        )
    return settled


def _site_changes(store: Store, listed: Mapping[tuple[str, str], Sequence[Site]]) -> list[Change]:
    changes: list[Change] = []
    for (marketplace, alias), sites in listed.items():
        now = {Place(marketplace, alias, site.code, site.shop): site for site in sites}
        changes += compare_sites(store.sites(marketplace, alias), now)
    return changes
