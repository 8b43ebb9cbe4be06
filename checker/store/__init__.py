"""What is remembered between runs: SQLite by default, PostgreSQL for a fleet."""

from checker.store.acts import Act
from checker.store.outbox import Damaged, Untold
from checker.store.recall import Entry, RunRow
from checker.store.store import Store, open_store

__all__ = ["Act", "Damaged", "Entry", "RunRow", "Store", "Untold", "open_store"]
