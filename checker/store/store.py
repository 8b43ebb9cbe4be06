"""The store as the rest of the program sees it.

    with open_store("sqlite:///checker.db") as store:
        with store.transaction():
            before = store.known("amazon", "main")
            ...
            store.record(run, comparison.known, {("amazon", "main"): sites})
        ...                                          # told to whoever must know
        store.mark_told([one.message for one in store.untold()], now, "terminal")

Every refusal of the database or the disk is a StoreError that says what happened, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from checker.errors import StoreError, UsageError
from checker.model import Change, Key, Known, Place, QuietGroup, Run, Site
from checker.model.latch import Latch
from checker.store import forgetting, latches, recall, sqlitefile
from checker.store.acts import Act, act_on, acts_of
from checker.store.engine import PATIENCE, open_engine, place_of
from checker.store.outbox import Damaged, Untold, mark_told, untold, untold_damaged
from checker.store.recall import Entry, RunRow
from checker.store.recording import record
from checker.store.refusals import Place as StorePlace
from checker.store.refusals import told
from checker.store.transactions import reading, writing

__all__ = ["Store", "open_store"]


def open_store(url: str, *, fresh: bool = False, patience: float = PATIENCE) -> Store:
    """Open the store at `url`, making it if there never was one; see `open_engine` for what is refused.

    fresh: make a new one where it is gone or damaged. patience: seconds to wait for another's lock.
    """
    return Store(place_of(url), open_engine(url, fresh=fresh, patience=patience))


class Store:
    """Readings, states, runs and sites of all accounts; close it, or use it in a `with`."""

    def __init__(self, place: StorePlace, engine: Engine) -> None:
        self.place = place
        self.engine = engine
        self._held: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def record(
        self,
        run: Run,
        known: Mapping[Key, Known],
        listed: Mapping[tuple[str, str], Sequence[Site]],
    ) -> None:
        """Store a run with what it changed, wholly or not at all.

        known: the new state of every key the run touched. listed: by (marketplace, account), the sites
        its picker named; an empty list says nothing. A dry run is never stored: ValueError.
        """
        if run.dry_run:
            raise ValueError(f"{run.run_id} was a dry run: it is not stored")
        with self._writing() as connection:
            record(connection, run, known, listed)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that is asked and written in the block one transaction, which no writer comes between.

        What a run compares with is then what it replaces: an acknowledgement given meanwhile waits.
        """
        with told(self.place), writing(self.engine) as connection:
            self._held = connection
            try:
                yield
            finally:
                self._held = None

    def untold(self) -> list[Untold]:
        """Return the messages nobody was told yet, those of runs that ended before they could among them."""
        with self._reading() as connection:
            return untold(connection)

    def untold_damaged(self) -> list[Damaged]:
        """Return the messages nobody was told yet and that cannot be read: say so, and mark them as told."""
        with self._reading() as connection:
            return untold_damaged(connection)

    def mark_told(self, messages: Iterable[str], at: datetime, by: str) -> None:
        """Note that these messages were told at that moment, by what."""
        with self._writing() as connection:
            mark_told(connection, messages, at, by)

    def findings(
        self, accounts: Collection[str] | None = None, *, or_unread: bool = False
    ) -> dict[Key, Known]:
        """Return the state of every key at which a finding is open.

        Args:
            accounts: Only of the accounts of these names.
            or_unread: Also of those that the last look got nothing out of: what a person may acknowledge.

        Returns:
            The states by key.
        """
        with self._reading() as connection:
            return recall.known_states(connection, only_open=True, or_unread=or_unread, accounts=accounts)

    def act(self, key: Key, act: Act, change: Callable[[Known], Known]) -> Known:
        """Change a finding as a person wants it, note that in the journal, and return the new state."""
        with self._writing() as connection:
            return act_on(connection, key, act, change)

    def acts(self, key: Key, limit: int = 100) -> list[Act]:
        """Return what people did to the findings of a key, oldest first."""
        with self._reading() as connection:
            return acts_of(connection, key, limit)

    def changed_last(self, keys: Collection[Key]) -> set[Key]:
        """Return which of these keys got worse in the last run of their account."""
        with self._reading() as connection:
            return recall.changed_last(connection, keys)

    def run_named(self, name: str) -> str:
        """Return the id of a run a person names: its id, `last`, `last~1`; UsageError if there is none."""
        text, _, back = name.partition("~")
        if text != "last":
            return name
        steps = int(back) if back.isdigit() else 0
        rows = self.runs(steps + 1)
        if len(rows) <= steps:
            raise UsageError(f"there are only {len(rows)} runs", hint="`checker runs` lists them")
        return rows[steps].run_id

    def changes(self, key: Key, limit: int = 100) -> list[tuple[datetime, str, Change]]:
        """Return the last changes of a key, each with the moment and the id of its run, oldest first."""
        with self._reading() as connection:
            return recall.changes_of(connection, key, limit)

    def known(self, marketplace: str, account: str, sites: Collection[str] | None = None) -> dict[Key, Known]:
        """Return what is known of an account's keys, or only of those of some of its sites."""
        with self._reading() as connection:
            return recall.known_states(connection, marketplace, account, sites)

    def all_known(
        self, accounts: Collection[str] | None = None, sites: Collection[str] | None = None
    ) -> dict[Key, Known]:
        """Return what is known of every key, or of those of accounts and sites of these names."""
        with self._reading() as connection:
            return recall.known_states(connection, accounts=accounts, site_codes=sites)

    def known_of(self, keys: Collection[Key]) -> dict[Key, Known]:
        """Return what is known of these keys; nothing for one that is not known."""
        with self._reading() as connection:
            return recall.known_states(connection, keys=keys)

    def gist(
        self,
        fresh_since: datetime,
        accounts: Collection[str] | None = None,
        sites: Collection[str] | None = None,
    ) -> tuple[dict[Key, Known], list[QuietGroup]]:
        """Return what an overview needs of all that is known, as of one moment.

        Args:
            fresh_since: What was looked at before this moment is not fresh.
            accounts: Only of the accounts of these names.
            sites: Only of the sites of these codes.

        Returns:
            The states that must be looked at, and how many there are of each kind of the others.
        """
        with self._reading() as connection:
            loud = recall.known_states(connection, accounts=accounts, site_codes=sites, only_loud=True)
            return loud, recall.quiet_groups(connection, fresh_since, accounts, sites)

    def loud(self) -> dict[Key, Known]:
        """Return the first half of `gist` alone: all that is open or was not read is in it."""
        with self._reading() as connection:
            return recall.known_states(connection, only_loud=True)

    def quiet(self, fresh_since: datetime) -> list[QuietGroup]:
        """Return the second half of `gist` alone, of every account."""
        with self._reading() as connection:
            return recall.quiet_groups(connection, fresh_since)

    def places(self, accounts: Collection[str] | None = None) -> set[Place]:
        """Return every place something is known of, of all accounts or of those of these names."""
        with self._reading() as connection:
            return recall.places_of(connection, accounts)

    def all_sites(self, accounts: Collection[str] | None = None) -> dict[Place, Site]:
        """Return the sites the pickers of all accounts listed last, or of those of these names, by place."""
        with self._reading() as connection:
            return recall.all_listed_sites(connection, accounts)

    def sites(self, marketplace: str, account: str) -> dict[Place, Site]:
        """Return the sites the account's picker listed last, by place; none before its first run."""
        with self._reading() as connection:
            return recall.listed_sites(connection, marketplace, account)

    def vanished_sites(self, marketplace: str, account: str) -> dict[Place, Site]:
        """Return the sites the account's picker listed once, and did not when it was last read, by place."""
        with self._reading() as connection:
            return recall.listed_sites(connection, marketplace, account, listed=False)

    def runs(self, limit: int = 20) -> list[RunRow]:
        """Return the runs recorded last, the newest first."""
        with self._reading() as connection:
            return recall.run_rows(connection, limit)

    def run(self, run_id: str) -> Run:
        """Return a run as it was recorded; UsageError if there is none of that id."""
        with self._reading() as connection:
            found = recall.run_of(connection, run_id)
        if found is None:
            raise UsageError(f"no run {run_id} in {self.place.name}", hint="`checker runs` lists them")
        return found

    def last_run(self) -> Run | None:
        """Return the run recorded last, or nothing before the first."""
        with self._reading() as connection:
            newest = recall.run_rows(connection, 1)
            return recall.run_of(connection, newest[0].run_id) if newest else None

    def history(self, key: Key, limit: int = 100) -> list[Entry]:
        """Return the last `limit` readings of a key with their runs, the oldest first."""
        with self._reading() as connection:
            return recall.history(connection, key, limit)

    def bundles(self) -> set[str]:
        """Return the digests of all evidence that readings name."""
        with self._reading() as connection:
            return recall.bundle_digests(connection)

    def find_keys(self, fragment: str) -> list[Key]:
        """Return the keys `fragment` may mean, whatever its case; one alone if it is written out in full."""
        with self._reading() as connection:
            return recall.find_keys(connection, fragment)

    def met_unreadable(self, marketplace: str, native: str) -> bool:
        """Tell whether a word of a marketplace was ever recorded as one that could not be understood."""
        with self._reading() as connection:
            return recall.met_unreadable(connection, marketplace, native)

    def latch(self, marketplace: str, account: str) -> Latch | None:
        """Return what keeps an account from being signed in to, or nothing."""
        with self._reading() as connection:
            return latches.latch_of(connection, marketplace, account)

    def latches(self) -> list[Latch]:
        """Return every latch."""
        with self._reading() as connection:
            return latches.latch_rows(connection)

    def set_latch(self, latch: Latch) -> None:
        """Keep an account from being signed in to until a person acted."""
        with self._writing() as connection:
            latches.put(connection, latch)

    def lift_latch(self, marketplace: str, account: str) -> bool:
        """Let an account be signed in to again; tell whether it was latched."""
        with self._writing() as connection:
            return latches.lift(connection, marketplace, account)

    def count_submission(self, marketplace: str, account: str, at: datetime) -> None:
        """Note that a password is being sent, before it is known what comes of it."""
        with self._writing() as connection:
            latches.count_submission(connection, marketplace, account, at)

    def forget_submissions(self, marketplace: str, account: str) -> None:
        """Note that the console answered."""
        with self._writing() as connection:
            latches.forget_submissions(connection, marketplace, account)

    def unanswered(self, marketplace: str, account: str) -> int:
        """Return how many passwords in a row were sent without an answer."""
        with self._reading() as connection:
            return latches.unanswered(connection, marketplace, account)

    def forget(self, marketplace: str, account: str) -> int:
        """Forget what is known of an account; return of how many keys something was."""
        with self._writing() as connection:
            return forgetting.forget(connection, marketplace, account)

    def backup(self, path: Path) -> None:
        """Copy the store as it stands at one moment to a new file; a run may go on meanwhile."""
        if self.place.path is None:
            raise StoreError(
                f"{self.place.name} is not a file", hint="Use the database's own backup, e.g. pg_dump."
            )
        with told(self.place):
            sqlitefile.backup(self.place, self.place.path, path)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._held is not None:
            yield self._held
            return
        with told(self.place), writing(self.engine) as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            if self._held is not None:
                yield self._held
                return
            with told(self.place), reading(self.engine) as connection:
                yield connection
        except ValueError as error:  # what is stored was valid when it was stored
            raise self.place.damaged(f"a row of it cannot be read: {error}") from error
