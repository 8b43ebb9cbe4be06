"""The accounts of a run, one worker each: as many at once as settings, cores and memory bear.

Results come in the order of the accounts, whoever was done first. Three accounts of one marketplace
that ended in the same way open the circuit: those not begun are not begun, and those that have begun and
neither sent a secret nor come in yet are called off. One that is in reads on.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

import psutil

from checker.compare import EQUAL_FAILURES, ending, open_circuit
from checker.errors import StoreError
from checker.model import Outcome
from checker.run.conduct import backed_off, heed_answer
from checker.run.job import Ended, Event, Job, Sending, SignedIn, Warned
from checker.run.latching import hear, latch_after
from checker.run.scratch import scratch_folder
from checker.run.supervisor import AccountRun, run_account
from checker.settings import Settings
from checker.store import Store

__all__ = ["Circuit", "Pool", "workers_borne"]

_BYTES_EACH: Final = 600 << 20
"""What a worker with its driver and browser may come to on a heavy page."""


class Circuit:
    """How the accounts of each marketplace ended so far; see `checker.compare.breaker`."""

    def __init__(self) -> None:
        self._endings: dict[str, list[Outcome]] = defaultdict(list)

    def note(self, marketplace: str, came: AccountRun) -> None:
        """Note how an account ended; one that was not tried says nothing."""
        if came.ended is not None and not came.ended.latched:
            visits = (visit.outcome for visit in came.visits)
            self._endings[marketplace].append(ending([came.ended.outcome, *visits]))

    def stops(self, marketplace: str) -> Ended | None:
        """Return how an account that is not to be signed in to any more ends; none while any may be."""
        failure = open_circuit(self._endings[marketplace])
        if failure is None:
            return None
        detail = f"{EQUAL_FAILURES} accounts ended in {failure.value}: no more of {marketplace} tried"
        return Ended(outcome=Outcome.SKIPPED, detail=detail)


def workers_borne(wanted: int, cores: int, free_bytes: int) -> int:
    """Return how many workers may run at once: at least one, never more than cores and memory bear."""
    return max(1, min(wanted, cores, free_bytes // _BYTES_EACH))


class Pool:
    """Visits accounts; their locks must be held."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        started: datetime,
        on_event: Callable[[str, Event], None],
        interrupted: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._store = store
        self._started = started
        self._on_event = on_event
        self._interrupted = interrupted
        self._circuit = Circuit()
        self._lock = threading.Lock()
        self._begun: set[str] = set()
        self._past_recall: set[str] = set()

    def visit(self, jobs: Sequence[Job]) -> Iterator[AccountRun]:
        """Yield what came of each account, in the order given; none is begun after an interruption."""
        wanted = min(self._settings.limits.workers, len(jobs))
        count = workers_borne(wanted, _cores(), psutil.virtual_memory().available)
        if count == 1:
            # In this thread, where a signal is heard at once.
            yield from (came for job in jobs if (came := self._visit(job)) is not None)
            return
        with ThreadPoolExecutor(count, thread_name_prefix="account") as threads:
            for came in threads.map(self._visit, jobs):
                if came is not None:
                    yield came

    def _visit(self, job: Job) -> AccountRun | None:
        if self._interrupted():
            return None
        marketplace = self._settings.accounts[job.alias].marketplace
        back_off = backed_off(self._settings.paths.data_dir, marketplace, datetime.now(UTC))
        if back_off is not None:
            detail = f"{marketplace}: {back_off.told}"
            return AccountRun(
                job.alias, ended=Ended(outcome=Outcome.RATE_LIMITED, detail=detail, latched=True)
            )
        if self._circuit_stops(marketplace) is None:
            self._pause_after_another(marketplace)
        if (stopped := self._circuit_stops(marketplace)) is not None:
            return AccountRun(job.alias, ended=stopped)
        came = self._run(marketplace, job)
        with self._lock:
            self._latch(marketplace, came)
            self._circuit.note(marketplace, came)
            if came.ended is not None:
                hours = self._settings.back_off_hours(marketplace)
                now = datetime.now(UTC)
                heed_answer(self._settings.paths.data_dir, marketplace, came.ended, came.visits, hours, now)
        return came

    def _run(self, marketplace: str, job: Job) -> AccountRun:
        """Run a worker; that none can be had, or its password not counted, ends this account only."""
        try:
            with scratch_folder(self._settings.paths.sessions_dir, job.alias) as scratch:
                return run_account(
                    job,
                    self._settings.limits.account_seconds,
                    lambda event: self._hear(marketplace, job.alias, event),
                    self._interrupted,
                    called_off=lambda: self._called_off(marketplace, job.alias),
                    scratch=scratch,
                )
        except StoreError as error:
            # A password that is not counted could be sent again by every run to come.
            detail = f"ended as the password was about to be sent, which could not be noted: {error.message}"
            ended = Ended(outcome=Outcome.CRASHED, detail=detail)
            return AccountRun(job.alias, ended=ended, is_unstored=True)
        except OSError as error:
            detail = f"no worker could be started: {error.strerror or type(error).__name__}"
            return AccountRun(job.alias, ended=Ended(outcome=Outcome.CRASHED, detail=detail))

    def _latch(self, marketplace: str, came: AccountRun) -> None:
        try:
            latch_after(self._store, marketplace, came, self._started)
        except StoreError as error:
            came.is_unstored = True
            text = f"that a person must act first could not be noted, and the next run may sign in: {error}"
            self._on_event(came.alias, Warned(text=text))

    def _circuit_stops(self, marketplace: str) -> Ended | None:
        with self._lock:
            return self._circuit.stops(marketplace)

    def _called_off(self, marketplace: str, alias: str) -> Ended | None:
        """Return why an account under way is not to be signed in to any more: not once a secret went out."""
        with self._lock:
            return None if alias in self._past_recall else self._circuit.stops(marketplace)

    def _pause_after_another(self, marketplace: str) -> None:
        """Pause between two accounts of one marketplace as between two pages."""
        with self._lock:
            first = marketplace not in self._begun
            self._begun.add(marketplace)
        if not first:
            threading.Event().wait(self._settings.limits.pause_seconds)

    def _hear(self, marketplace: str, alias: str, event: Event) -> None:
        with self._lock:
            if isinstance(event, Sending | SignedIn):
                self._past_recall.add(alias)
            try:
                hear(self._store, self._settings.paths.sessions_dir, marketplace, alias, self._started, event)
            except (OSError, StoreError) as error:
                if isinstance(event, Sending):
                    raise
                # Of the rest, the next run learns again what this one could not keep.
                text = error.message if isinstance(error, StoreError) else str(error.strerror)
                self._on_event(alias, Warned(text=f"the sign-in could not be noted: {text}"))
            self._on_event(alias, event)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
