"""One sealed bundle per test, one time-stamping authority for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.evidence.bench import Authority, Installation, answering


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """Return an installation with one sealed bundle."""
    made = Installation(tmp_path)
    made.seal()
    return made


@pytest.fixture(scope="session")
def served_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Run an authority."""
    with answering(Authority(tmp_path_factory.mktemp("tsa")).make()) as authority:
        yield authority


@pytest.fixture
def authority(served_authority: Authority) -> Authority:
    """Return the authority in a good mood."""
    served_authority.mood = "stamp"
    served_authority.asked = 0
    return served_authority
