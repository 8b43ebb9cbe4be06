"""Consoles for all: one that stalls, another with one page, and one that is well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fixtures.common import Replica, serve
from tests.faults.machine import Machine


@pytest.fixture(scope="session")
def consoles() -> Iterator[tuple[Replica, Replica, Replica]]:
    """Run them: Amazon's, of which something is read before it stalls, and two with one page."""
    with ExitStack() as running:
        served = [running.enter_context(serve(name)) for name in ("amazon", "allegro", "allegro")]
        for console in served:
            console.set_latency(10)
        yield served[0], served[1], served[2]


def _playing(console: Replica, scenario: str) -> Replica:
    console.reset()
    console.use(scenario)
    return console


@pytest.fixture
def replica(consoles: tuple[Replica, Replica, Replica]) -> Replica:
    """The console of the account that breaks: its dashboard begins and never ends."""
    return _playing(consoles[0], "stalls")


@pytest.fixture
def plain(consoles: tuple[Replica, Replica, Replica]) -> Replica:
    """The same with one page, which never ends."""
    return _playing(consoles[1], "never-loads")


@pytest.fixture
def well(consoles: tuple[Replica, Replica, Replica]) -> Replica:
    """The console of the account that must go on."""
    return _playing(consoles[2], "no-otp")


@pytest.fixture
def machine(tmp_path: Path, replica: Replica) -> Machine:
    """A seller who looks at the US only."""
    return Machine(tmp_path, replica.url, page_seconds=40).settle()


@pytest.fixture
def trader(tmp_path: Path, plain: Replica) -> Machine:
    """A seller whose console has one site with one page."""
    return Machine(tmp_path, plain.url, sites=(), marketplace="allegro", page_seconds=40).settle()
