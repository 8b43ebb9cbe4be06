"""A replica and a seller for each test of the command line.

`replica` and `seller` are Amazon's: many pages, several sites. `plain` and `trader` are of a console with one
page, which costs half the time: for what is true of a run, whatever it reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.common.server import Replica, serve
from tests.e2e.seller import Seller


@pytest.fixture(scope="session")
def console() -> Iterator[Replica]:
    """One replica for all; each test chooses its scenario."""
    with serve("amazon", scenario="no-otp") as replica:
        replica.set_latency(10)
        yield replica


@pytest.fixture(scope="session")
def plain_console() -> Iterator[Replica]:
    """The same with one page."""
    with serve("allegro", scenario="no-otp") as replica:
        replica.set_latency(10)
        yield replica


def _as_at_the_start(replica: Replica) -> Replica:
    replica.reset()
    replica.use("no-otp")
    replica.log.clear()
    return replica


@pytest.fixture
def replica(console: Replica) -> Replica:
    """The replica as it was at the start."""
    return _as_at_the_start(console)


@pytest.fixture
def plain(plain_console: Replica) -> Replica:
    """The replica with one page as it was at the start."""
    return _as_at_the_start(plain_console)


@pytest.fixture
def seller(tmp_path: Path, replica: Replica) -> Seller:
    """A seller who looks at the US only."""
    return Seller(tmp_path, replica.url).settle()


@pytest.fixture
def trader(tmp_path: Path, plain: Replica) -> Seller:
    """A seller whose console has one site with one page."""
    return Seller(tmp_path, plain.url, sites=(), marketplace="allegro").settle()
