"""What every page is drawn from: store, settings and clock, looked at once for as long as nothing changes.

desk = Desk(settings, clock)
desk.look().standings            the same rollup as in every report
with desk.store() as store: ...  one request at a time
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Final

from checker.compare import cause_of
from checker.errors import CheckerError, StoreError
from checker.evidence.ledger import Ledger
from checker.model import Key, Known, QuietGroup
from checker.model import Place as PlaceId
from checker.model.latch import Latch
from checker.notify.telling import reader_zone
from checker.report.findings import Finding, open_findings
from checker.report.lists import short_id
from checker.report.rollup import Place, SiteStanding, roll_up_state
from checker.report.unread import Unread, unread_known
from checker.run.acting import Doing, act_on
from checker.run.knowledge import gist_of
from checker.settings import Account, Settings
from checker.store import Store, open_store
from checker.store.engine import place_of
from checker.store.sqlitefile import was_here

__all__ = ["Desk", "NoStoreYetError", "Snapshot"]

_LONGEST: Final = timedelta(minutes=1)
"""How long a snapshot is shown: what is stale, or late, depends on the time."""
_UNSTAMPED: Final = timedelta(seconds=5)
_PATIENCE: Final = 3.0
_QUICK: Final = 2.0
"""What takes longer to look at, in seconds, no page waits for twice."""

_Stamp = tuple[tuple[int, int, int], ...]


class NoStoreYetError(StoreError):
    """No run was ever recorded here."""


@dataclass(frozen=True)
class Snapshot:
    """What every page needs of all that is known at one moment.

    known: the states that must be looked at; the others are counted in `quiet`, and are asked of the store by
    whoever shows them. findings: grouped and ordered as in every report.
    """

    at: datetime
    known: Mapping[Key, Known]
    quiet: tuple[QuietGroup, ...]
    places: tuple[Place, ...]
    standings: tuple[SiteStanding, ...]
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    latches: tuple[Latch, ...]

    @cached_property
    def by_place(self) -> Mapping[PlaceId, Place]:
        """The places by what tells them apart."""
        return {place.id: place for place in self.places}

    @cached_property
    def by_id(self) -> Mapping[str, Finding]:
        """The findings by the short ids `checker findings` prints: of the whole, and of each part."""
        found: dict[str, Finding] = {}
        for finding in self.findings:
            for part in finding.whole:
                found.setdefault(short_id(part.key), finding)
        return found

    def with_cause(self, finding: Finding) -> Finding:
        """Return a finding with what best explains it."""
        reading = finding.reading
        if reading is None:
            return finding
        place = finding.key.place
        here = (state for state in self.known.values() if state.key.place == place)
        beside = [state.good for state in here if state.is_open and state.good is not None]
        site = None if finding.place is None else finding.place.site
        return replace(finding, cause=cause_of(reading, site, beside))


@dataclass(frozen=True, slots=True)
class _Besides:
    """What does not depend on the time."""

    places: tuple[Place, ...]
    latches: tuple[Latch, ...]


class Desk:
    """Looks into the store for the pages; safe to be used by several threads.

    What takes long to look at (hundreds of accounts) is looked at again beside the pages, which show what was
    known before for as long as that takes; `is_behind` says so.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.clock = clock
        self.quick = _QUICK
        self._lock = threading.RLock()
        self._store: Store | None = None
        self._stamp: _Stamp = ()
        self._snapshot: Snapshot | None = None
        self._snapshot_stamp: _Stamp = ()
        self._seconds = 0.0
        self._beside: threading.Thread | None = None

    @property
    def evidence(self) -> Path:
        """The evidence folder."""
        return self.settings.paths.evidence_dir

    @property
    def ledger(self) -> Ledger:
        """The ledger of the evidence."""
        return Ledger(self.evidence, self.clock, self.settings.paths.keys_dir)

    @property
    def zone(self) -> tzinfo:
        """The zone of whoever reads."""
        return reader_zone(self.settings)

    @property
    def accounts(self) -> Mapping[str, Account]:
        """The accounts of the settings."""
        return self.settings.accounts

    @property
    def is_behind(self) -> bool:
        """Whether something was written that is still being looked at."""
        return self._beside is not None and self._beside.is_alive()

    def look(self) -> Snapshot:
        """Return everything known.

        Raises:
            StoreError: The store is missing, damaged, newer or locked.
        """
        with self._lock, self.store() as store:
            now, snapshot = self.clock(), self._snapshot
            if snapshot is None or (self._is_old(snapshot, now) and self._seconds <= self.quick):
                return self._kept(self._looked_into(store, now), self._stamp)
            if self._is_old(snapshot, now):
                self._look_beside(self._stamp)
            elif not timedelta() <= now - snapshot.at < _LONGEST:
                # Nothing was written since: only what depends on the time is worked out again.
                again = self._looked(snapshot.known, self._counted(store, now), snapshot, now)
                return self._kept(again, self._snapshot_stamp)
            return snapshot

    def state_of(self, key: Key) -> Known | None:
        """Return what is known of a key, quiet or not, as it stands in the store now."""
        with self.store() as store:
            return store.known_of([key]).get(key)

    def states_at(self, place: PlaceId) -> dict[Key, Known]:
        """Return everything known of one place, quiet or not, as it stands in the store now."""
        with self.store() as store:
            found = store.known(place.marketplace, place.account, [place.site])
        return {key: state for key, state in found.items() if key.place == place}

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Give the store for the time of the block, to nobody else meanwhile.

        Raises:
            StoreError: It cannot be used. It is looked at afresh the next time.
        """
        with self._lock:
            try:
                yield self._opened()
            except StoreError:
                self.close()
                raise

    def act(self, keys: Iterable[Key], doing: Doing) -> list[Key]:
        """Do to findings what a person wants, as the command line does it; UsageError if it cannot be."""
        with self.store() as store:
            done = act_on(store, lambda _known: keys, doing)
            snapshot = self._snapshot
            if snapshot is not None:
                # Whoever did it sees it at once, however long everything takes to be looked at.
                known = {**snapshot.known, **store.known_of(done)}
                self._snapshot = self._looked(known, snapshot.quiet, snapshot, self.clock())
            return done

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            self._snapshot = None
            self._let_go()

    def _let_go(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            store.close()

    def _opened(self) -> Store:
        place = place_of(self.settings.store.url)
        path = place.path
        if path is not None and not path.exists() and not was_here(path):
            raise NoStoreYetError(f"there is no store yet: {place.name}", hint="checker run")
        stamp = () if path is None else _stamp(path)
        if self._store is None or stamp != self._stamp:
            # What changed is looked through before anything is said by it, as every command does.
            self._let_go()
            self._store = open_store(self.settings.store.url, patience=_PATIENCE)
            self._stamp = () if path is None else _stamp(path)
        return self._store

    def _is_old(self, snapshot: Snapshot, now: datetime) -> bool:
        """Tell whether something was, or may have been, written since it was looked at."""
        if self._stamp:
            return self._snapshot_stamp != self._stamp
        return now - snapshot.at >= _UNSTAMPED

    def _kept(self, snapshot: Snapshot, stamp: _Stamp) -> Snapshot:
        self._snapshot, self._snapshot_stamp = snapshot, stamp
        return snapshot

    def _look_beside(self, stamp: _Stamp) -> None:
        """Begin to look at everything again, with a store of its own, unless that is under way."""

        def looking() -> None:
            try:
                with open_store(self.settings.store.url, patience=_PATIENCE) as store:
                    snapshot = self._looked_into(store, self.clock())
            except CheckerError:
                # The next page meets it as well, and says so.
                return
            with self._lock:
                self._kept(snapshot, stamp)

        if not self.is_behind:
            self._beside = threading.Thread(target=looking, daemon=True)
            self._beside.start()

    def _looked_into(self, store: Store, now: datetime) -> Snapshot:
        begun = time.monotonic()
        gist = gist_of(store, self.settings, now)
        besides = _Besides(tuple(gist.places), tuple(store.latches()))
        snapshot = self._looked(gist.known, gist.quiet, besides, now)
        self._seconds = time.monotonic() - begun
        return snapshot

    def _counted(self, store: Store, now: datetime) -> Sequence[QuietGroup]:
        """Count again what of the quiet keys is fresh by now."""
        return store.quiet(now - self.settings.findings.rules.stale_after)

    def _looked(
        self,
        known: Mapping[Key, Known],
        quiet: Sequence[QuietGroup],
        besides: _Besides | Snapshot,
        now: datetime,
    ) -> Snapshot:
        stale_after = self.settings.findings.rules.stale_after
        places = besides.places
        return Snapshot(
            now,
            known,
            tuple(quiet),
            places,
            roll_up_state(known, places, now, stale_after, quiet),
            open_findings(known, places, now),
            unread_known(known, places),
            besides.latches,
        )


def _stamp(path: Path) -> _Stamp:
    """Return what differs as soon as anything was written into the store, or another put in its place."""
    found = []
    for file in (path, path.with_name(f"{path.name}-wal")):
        try:
            about = file.stat()
        except OSError:
            found.append((0, 0, 0))
        else:
            found.append((about.st_ino, about.st_mtime_ns, about.st_size))
    return tuple(found)
