"""A store of its own for every test, in a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.store import Store, open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store's file is, or will be."""
    return tmp_path / "checker.db"


@pytest.fixture
def url(path: Path) -> str:
    """Return the URL of the store."""
    return f"sqlite:///{path}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Return an open store that holds nothing yet."""
    with open_store(url) as store:
        yield store
