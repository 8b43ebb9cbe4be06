"""One replica and one browser for all the scenarios of a session, wiped between two tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fixtures.common import Replica, serve
from tests.flows.driving import Driver, running


@pytest.fixture(scope="session")
def served() -> Iterator[Replica]:
    """Run the Amazon replica."""
    with serve("amazon") as replica:
        yield replica


@pytest.fixture(scope="session")
def browser(served: Replica, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Run the browser."""
    with running(served, tmp_path_factory.mktemp("evidence")) as driver:
        yield driver


@pytest.fixture
def replica(served: Replica) -> Replica:
    """Return the replica as if nobody had ever been there; its answers come at once."""
    served.reset()
    served.set_latency(5)
    return served


@pytest.fixture
def drive(browser: Driver, replica: Replica) -> Driver:
    """Return what plays a scenario."""
    return browser
