"""B4, B5: whatever hangs or dies, it is one outcome, the next account is visited, and nothing is left."""

from __future__ import annotations

import psutil

from checker.model import Exit
from fixtures.common import Replica
from tests.faults.machine import PATIENCE, Machine, asked_for


def test_b5_a_part_that_is_killed_is_one_outcome(
    machine: Machine, replica: Replica, plain: Replica, well: Replica
) -> None:
    """Each account whose renderer, browser, driver or worker died is `crashed`; the next one is visited."""
    machine.others = {"browser": replica, "driver": plain, "worker": plain, "well": well}
    # Each ends by its death, however long a busy machine takes to come there.
    machine.account_seconds = 250
    machine.settle()
    with machine.running("run") as running:
        for part in ("renderer", "browser", "driver", "worker"):
            console, page = (
                (replica, "/performance/dashboard")
                if part in ("renderer", "browser")
                else (plain, "/sales-quality")
            )
            asked_for(console, page)
            # The next account has the same authenticator: its code is taken as a new one.
            console.state.used_totp_steps.clear()
            console.log.clear()
            running.one(part).kill()
        done = running.ended()

    assert done.code == Exit.INCOMPLETE
    assert machine.outcomes() == {
        "main": "crashed",
        "browser": "crashed",
        "driver": "crashed",
        "worker": "crashed",
        "well": "read",
    }
    assert "Traceback" not in done.err + done.out
    assert machine.left() == []


def test_b5_nothing_outlives_a_run_that_was_killed(trader: Machine, plain: Replica) -> None:
    """SIGKILL of the run itself: worker, driver and browser end by themselves, and take their files along."""
    with trader.running("run") as running:
        asked_for(plain, "/sales-quality")
        family = [process for process in running.family if process.pid != running.process.pid]
        running.process.kill()
        running.process.wait()
        _, alive = psutil.wait_procs(family, timeout=PATIENCE)

    assert len(family) >= 3
    assert alive == []
    assert trader.left() == []


def test_b4_a_page_that_hangs_its_renderer_costs_its_budget_and_no_more(
    trader: Machine, plain: Replica, well: Replica
) -> None:
    """A script that never returns: the account is `timeout`, what was read stays, the next one is read.

    Once the page has come its renderer is stopped: it answers as little as before, and spares the processor.
    """
    plain.use("frozen")
    trader.others = {"second": well}
    trader.account_seconds = 40
    trader.settle()
    with trader.running("run", "--json") as running:
        asked_for(plain, "/sales-quality")
        running.one("renderer").suspend()
        done = running.ended()

    assert done.code == Exit.INCOMPLETE
    assert trader.outcomes() == {"main": "timeout", "second": "read"}
    assert [visit["account"] for visit in done.document["visits"]] == ["main", "second"]
    assert trader.left() == []


def test_two_workers_at_once_keep_the_order_of_the_accounts(
    trader: Machine, plain: Replica, well: Replica
) -> None:
    """With `workers = 2` the slow first account does not hold the second up, nor change the order."""
    plain.use("slow")
    plain.set_latency(None)
    trader.others = {"second": well}
    trader.extra = {"[limits]": "[limits]\nworkers = 2"}
    trader.page_seconds = 20
    trader.settle()
    try:
        done = trader.checker("run", "--json")
    finally:
        plain.set_latency(10)

    assert [(visit["account"], visit["outcome"]) for visit in done.document["visits"]] == [
        ("main", "read"),
        ("second", "read"),
    ]
    assert done.code == Exit.OK
    assert trader.left() == []
