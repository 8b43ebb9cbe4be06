"""A replica and a seller for each test of the command line."""

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


@pytest.fixture
def replica(console: Replica) -> Replica:
    """The replica as it was at the start."""
    console.reset()
    console.use("no-otp")
    console.log.clear()
    return console


@pytest.fixture
def seller(tmp_path: Path, replica: Replica) -> Seller:
    """A seller who looks at the US only."""
    return Seller(tmp_path, replica.url).settle()
