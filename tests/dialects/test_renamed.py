"""All that nobody but the replica says is renamed at once: what public material proves is still read."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from checker.testing.dialects import Tally
from fixtures.common.dialect import Dialect
from fixtures.common.dialect.choices import MOVED
from tests.dialects.consoles import CONSOLES, FLOORS, IN_CI, PACE, stage

INFERRED = frozenset({"names", "pages", "calls"})
"""Classes and ids, addresses of pages and of their calls, as far as nobody saw them; what was seen stays."""


def seed_that_moves_pages() -> int:
    """Return the first seed whose pages, where nobody saw them, stand elsewhere."""
    return next(seed for seed in range(1, 100) if Dialect(seed).chance("pages move", MOVED))


@pytest.mark.parametrize("console", CONSOLES)
def test_no_invention_of_the_replica_is_a_condition(
    console: str, shared_browser: Browser, tmp_path: Path
) -> None:
    """A shop that is well and one that is red are read alike when every inferred name has changed."""
    seed = seed_that_moves_pages()
    with stage(console, shared_browser, tmp_path, IN_CI) as running:
        row = [running.play(seed, scenario, PACE, INFERRED) for scenario in ("healthy", "red")]
    whole = sum((one.tally for one in row), Tally())
    told = "\n".join(map(str, row))

    assert whole.dangers <= FLOORS[console].renamed_dangers, told
    assert whole.share_right >= FLOORS[console].renamed, told
