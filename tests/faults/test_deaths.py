"""B4, B5: whatever hangs or dies, it is one outcome, the next account is visited, and nothing is left."""

from __future__ import annotations

import psutil
import pytest

from checker.model import Exit
from fixtures.common import Replica
from tests.faults.machine import PATIENCE, Machine, asked_for


@pytest.mark.parametrize("part", ["renderer", "browser", "driver", "worker"])
def test_b5_a_part_that_is_killed_is_one_outcome(
    machine: Machine, replica: Replica, well: Replica, part: str
) -> None:
    """The account whose browser, renderer, driver or worker died is `crashed`; the next one is read."""
    machine.second = well.url
    machine.settle()
    with machine.running("run") as running:
        asked_for(replica, "/performance/dashboard")
        running.one(part).kill()
        done = running.ended()

    assert done.code == Exit.INCOMPLETE
    assert machine.outcomes() == {"main": "crashed", "second": "read"}
    assert "Traceback" not in done.err + done.out
    assert machine.left() == []


def test_b5_nothing_outlives_a_run_that_was_killed(machine: Machine, replica: Replica) -> None:
    """SIGKILL of the run itself: worker, driver and browser end by themselves, and take their files along."""
    with machine.running("run") as running:
        asked_for(replica, "/performance/dashboard")
        family = [process for process in running.family if process.pid != running.process.pid]
        running.process.kill()
        running.process.wait()
        _, alive = psutil.wait_procs(family, timeout=PATIENCE)

    assert len(family) >= 3
    assert alive == []
    assert machine.left() == []


def test_b4_a_page_that_hangs_its_renderer_costs_its_budget_and_no_more(
    machine: Machine, replica: Replica, well: Replica
) -> None:
    """A script that never returns: the account is `timeout`, what was read stays, the next one is read."""
    replica.use("frozen")
    machine.second = well.url
    machine.account_seconds = 40
    machine.settle()
    done = machine.checker("run", "--json")

    assert done.code == Exit.INCOMPLETE
    assert machine.outcomes() == {"main": "timeout", "second": "read"}
    assert [visit["account"] for visit in done.document["visits"]] == ["main", "second"]
    assert machine.left() == []


def test_two_workers_at_once_keep_the_order_of_the_accounts(
    machine: Machine, replica: Replica, well: Replica
) -> None:
    """With `workers = 2` the slow first account does not hold the second up, nor change the order."""
    replica.use("slow")
    machine.second = well.url
    machine.extra = {"[limits]": "[limits]\nworkers = 2"}
    machine.page_seconds = 20
    machine.settle()
    done = machine.checker("run", "--json")

    assert [(visit["account"], visit["outcome"]) for visit in done.document["visits"]] == [
        ("main", "read"),
        ("second", "read"),
    ]
    assert done.code == Exit.OK
    assert machine.left() == []
