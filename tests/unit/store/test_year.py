"""A year of sixty runs, killed at random points, comes to the same findings as one that was not."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checker.store import open_store
from tests.unit.store.story import ON_BOTH, contents
from tests.unit.store.year import RUNS, live

KILLS = {"sqlite": 8, "postgresql": 3}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], int]:
    """The year without a kill: its store, what it told, and how many steps it took."""
    folder = tmp_path_factory.mktemp("year")
    steps: list[int] = []
    live(f"sqlite:///{folder / 'checker.db'}", folder / "told", lambda: steps.append(1))
    return folder / "checker.db", (folder / "told").read_text().split("\n")[:-1], len(steps)


def _live(url: str, told: Path, kill_at: int) -> int:
    argv = [sys.executable, "-m", "tests.unit.store.year", url, str(told), str(kill_at)]
    return subprocess.run(argv, check=False, capture_output=True, timeout=400).returncode


@ON_BOTH
def test_a_year_with_kills_is_the_same_year(
    path: Path, url: str, undisturbed: tuple[Path, list[str], int]
) -> None:
    """The same rows in every table, every message told at least once under the same name, none else."""
    calm, told, steps = undisturbed
    dice = random.Random(20261124)  # noqa: S311 - a story, not a secret
    mine = path.with_name("told")
    kills = KILLS[url.partition(":")[0]]
    ended = [_live(url, mine, dice.randrange(1, 2 * steps // kills)) for _ in range(kills)]
    last = _live(url, mine, 0)

    assert ended.count(-signal.SIGKILL) >= kills - 1
    assert last == 0
    ours, theirs = contents(url), contents(f"sqlite:///{calm}")
    for table in ours:
        assert ours[table] == theirs[table], table
    lines = mine.read_text().split("\n")[:-1]
    assert set(lines) == set(told)
    assert len(told) == len(set(told))


def test_the_year_has_something_of_everything(undisturbed: tuple[Path, list[str], int]) -> None:
    """Every verb a run can come to, and every way of telling it: else the test above proves little."""
    calm, _, _ = undisturbed

    with open_store(f"sqlite:///{calm}") as store:
        runs = [store.run(row.run_id) for row in store.runs(RUNS)]
        untold = store.untold()
        flapping = [state for state in store.all_known().values() if state.flapping]
    verbs = {change.verb.value for run in runs for change in run.changes}

    assert len(runs) == RUNS
    assert untold == []
    assert flapping
    assert verbs >= {
        "new", "regressed", "worsened", "improving", "improved", "resolved", "vanishing",
        "vanished", "unreadable", "readable", "flapping", "deadline",
    }  # fmt: skip
