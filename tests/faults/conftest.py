"""Two consoles for all: one that stalls, and one that is well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.common import Replica, serve
from tests.faults.machine import Machine


@pytest.fixture(scope="session")
def consoles() -> Iterator[tuple[Replica, Replica]]:
    """Run both."""
    with serve("amazon", scenario="stalls") as first, serve("amazon", scenario="no-otp") as second:
        first.set_latency(10)
        second.set_latency(10)
        yield first, second


@pytest.fixture
def replica(consoles: tuple[Replica, Replica]) -> Replica:
    """The console of the account that breaks: its dashboard begins and never ends."""
    console = consoles[0]
    console.reset()
    console.use("stalls")
    return console


@pytest.fixture
def well(consoles: tuple[Replica, Replica]) -> Replica:
    """The console of the account that must go on."""
    console = consoles[1]
    console.reset()
    console.use("no-otp")
    return console


@pytest.fixture
def machine(tmp_path: Path, replica: Replica) -> Machine:
    """A seller who looks at the US only."""
    return Machine(tmp_path, replica.url, page_seconds=40).settle()
