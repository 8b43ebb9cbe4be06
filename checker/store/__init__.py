"""What is remembered between runs: SQLite by default, PostgreSQL for a fleet."""

from checker.store.recall import Entry, RunRow
from checker.store.store import Store, open_store

__all__ = ["Entry", "RunRow", "Store", "open_store"]
