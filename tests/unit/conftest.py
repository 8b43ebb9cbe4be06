"""A new store that these tests have made in this process is a copy of the first."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from checker.store import engine, sqlitefile

# Here the making itself is looked at.
_MADE_EACH_TIME: Final = frozenset(
    {
        "test_damage.py",
        "test_migrations.py",
        "test_older.py",
        "test_opening.py",
        "test_two_at_once.py",
        "test_upkeep.py",
        "test_whole_or_nothing.py",
        "test_year.py",
    }
)


@pytest.fixture(scope="session")
def first_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the first store is kept as it was when its tables had been made."""
    return tmp_path_factory.mktemp("store") / "first.db"


@pytest.fixture(scope="module", autouse=True)
def stores_are_copied(request: pytest.FixtureRequest, first_store: Path) -> Iterator[None]:
    """Fill a new store with a copy: sooner made than its tables, and put in place as ever."""
    if request.path.name in _MADE_EACH_TIME:
        yield
        return
    make = sqlitefile.make

    def copied(path: Path, fill: Callable[[Path], None]) -> bool:
        # What is put back from a copy of somebody's is no new store.
        if fill.__module__ != engine.__name__:
            return make(path, fill)
        if not first_store.exists():
            draft = first_store.with_suffix(".new")
            draft.touch()
            fill(draft)
            draft.rename(first_store)

        def copy(draft: Path) -> None:
            shutil.copyfile(first_store, draft)

        return make(path, copy)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlitefile, "make", copied)
        yield
