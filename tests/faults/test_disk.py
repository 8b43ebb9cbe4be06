"""B6: a disk that fails: what was read is told, nothing is lost or cut short, and nothing becomes green."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checker.model import Exit
from fixtures.common import Replica
from tests.faults.disk import VARIABLE
from tests.faults.machine import Machine

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def red_home(consoles: tuple[Replica, Replica, Replica], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a seller whose shop is known to be red; the next run finds nothing new."""
    console = consoles[2]
    console.reset()
    console.use("red")
    machine = Machine(tmp_path_factory.mktemp("red") / "home", console.url, sites=(), marketplace="allegro")
    machine.home.mkdir()
    done = machine.settle().here("run", "--json")
    assert done.code == Exit.NEW, done.err
    return machine.home


@pytest.fixture
def red(red_home: Path, consoles: tuple[Replica, Replica, Replica], tmp_path: Path) -> Machine:
    """A copy of that seller, still signed in."""
    consoles[2].use("red")
    shutil.copytree(red_home, tmp_path / "home")
    return Machine(tmp_path / "home", consoles[2].url, sites=(), marketplace="allegro")


def test_b6_whichever_operation_fails_it_is_told_and_nothing_is_cut_short(
    red: Machine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Once or for good, each in turn: 30, 31 or as ever; told once it was read; the store whole."""
    scratch = tmp_path_factory.mktemp("copies")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.sweeping", str(red.home), str(scratch)],
        capture_output=True,
        text=True,
        check=True,
        cwd=_ROOT,
        env={"PATH": os.environ["PATH"]},
    )
    whole, *rows, printed = map(json.loads, done.stdout.splitlines())

    assert (whole["code"], whole["told"], whole["runs"]) == (Exit.CRITICAL, True, 2)
    assert (printed["code"], printed["runs"]) == (Exit.QUEUED, 2)
    assert "the next run tells it" in printed["err"]
    assert len(rows) > 25
    for row in rows:
        case = f"{row['fault']} at {row['at']} ({row['operation']}): {row['code']}\n{row['err']}"
        assert row["code"] in (Exit.CRITICAL, Exit.STORE, Exit.EVIDENCE), case
        assert "bug" not in row["err"], case
        assert row["told"] or (not row["read"] and row["code"] == Exit.STORE), case
        assert row["sound"], case
        assert row["whole"], case
        assert row["states"] == whole["states"], case
        assert row["code"] == Exit.STORE or row["runs"] == 2, case


@pytest.mark.parametrize("cause", ["full", "below the floor"])
def test_b6_a_full_disk_costs_evidence_and_nothing_else(red: Machine, tmp_path: Path, cause: str) -> None:
    """Nothing but the store takes anything more, or too little is free: read, told, 31, with the reason."""
    if cause == "full":
        (tmp_path / "site" / "sitecustomize.py").parent.mkdir()
        (tmp_path / "site" / "sitecustomize.py").write_text("import tests.faults.disk\n", encoding="ascii")
        spared = "checker.db main.lock"
        red.environ |= {
            "PYTHONPATH": f"{tmp_path / 'site'}:{_ROOT}",
            VARIABLE: f"ENOSPC 1 for-good {red.data} {spared}",
        }
    else:
        red.environ["CHECKER_EVIDENCE__FLOOR_MEGABYTES"] = "1000000000"
    kept = [path for path in red.data.rglob("*") if path.suffix in (".png", ".html")]
    before = {path: path.stat().st_size for path in kept if path.name != "latest.html"}
    done = red.checker("run", "--json")

    assert done.code == Exit.EVIDENCE, done.err
    assert "critical" in {reading["level"] for reading in done.document["readings"]}
    assert "evidence" in done.err
    assert {path: path.stat().st_size for path in before} == before
    assert list(red.data.rglob("*.part")) == []
    red.environ.clear()
    assert red.here("evidence", "verify").code == Exit.OK
