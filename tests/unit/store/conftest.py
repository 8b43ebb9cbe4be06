"""A store of its own for every test, in a real file and, where that may matter, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.store import Store, open_store
from tests.postgresql import Server, running_server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Return a PostgreSQL server, for all the tests of this process that want one."""
    with running_server() as server:
        yield server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store's file is, or will be, and what belongs to it may be put."""
    return tmp_path / "checker.db"


@pytest.fixture
def url(request: pytest.FixtureRequest, path: Path) -> Iterator[str]:
    """Return the URL of a store that holds nothing; of the database a test names, else of a file."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("server")
    url = server.store()
    yield url
    server.drop(url)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Return an open store that holds nothing yet."""
    with open_store(url) as store:
        yield store
