"""A seller, and a visitor of the pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.unit.serve.story import Seller


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a seller's story once."""
    return Seller(tmp_path_factory.mktemp("told")).made().home


@pytest.fixture
def seller(told: Path, tmp_path: Path) -> Seller:
    """Return a seller with something of everything."""
    home = tmp_path / "seller"
    shutil.copytree(told, home, symlinks=True)
    return Seller(home)


@pytest.fixture
def visitor(seller: Seller) -> Iterator[TestClient]:
    """Give a visitor of the pages on this machine."""
    with seller.visitor() as visitor:
        yield visitor
