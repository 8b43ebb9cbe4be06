"""Every console as somebody else would have built it: never a wrong value, a false green, a missed red.

What each must come to stands in `dialect_floors.toml`; `python -m tests.dialects` plays more, and tells more.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from checker.testing.dialects import Played, Tally, scenarios_of
from tests.dialects.consoles import CONSOLES, FLOORS, IN_CI, OTHERS_EVERY, PACE, SEEDS, stage, truths


@pytest.mark.parametrize("console", sorted(CONSOLES))
@pytest.mark.timeout(600)
def test_a_console_nobody_has_met_is_read_or_said_to_be_unreadable(
    console: str, shared_browser: Browser, tmp_path: Path
) -> None:
    """Who has the secrets gets in; no value is wrong, no green false, no red unsaid; most is read."""
    row = _played(console, shared_browser, tmp_path)
    whole = sum((one.tally for one in row), Tally())
    floors = FLOORS[console]

    assert whole.dangers <= floors.dangers, _told(row, lambda tally: tally.dangers)
    assert whole.shut_out <= floors.shut_out, _told(row, lambda tally: tally.shut_out)
    assert whole.share_right >= floors.right, _told(row, lambda tally: tally.unreadable)


def _played(console: str, browser: Browser, folder: Path) -> list[Played]:
    """Play a console in all the dialects of CI; each shows a red at least."""
    with stage(console, browser, folder, IN_CI) as running:
        return [
            running.play(seed, scenario, PACE)
            for seed in range(1, SEEDS + 1)
            for scenario in scenarios_of(truths(console), seed, OTHERS_EVERY)
        ]


def _told(row: list[Played], fails: Callable[[Tally], int]) -> str:
    """Return the plays that fail: seed, scenario, what was chosen, what came of it, a picture's path."""
    return "\n".join(str(one) for one in row if fails(one.tally))
