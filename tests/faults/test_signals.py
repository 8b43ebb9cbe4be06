"""B2: a run that is told to end ends, with what it has read, and leaves nothing behind.

By either signal while it reads, by SIGINT while it signs in; by SIGTERM then in `test_canaries.py`.
"""

from __future__ import annotations

import signal

import pytest

from checker.model import Exit, Outcome, Presence
from checker.store import open_store
from fixtures.common import Replica
from tests.faults.machine import Machine, asked_for


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_b2_a_read_that_is_broken_off_keeps_what_it_read(
    machine: Machine, replica: Replica, number: signal.Signals
) -> None:
    """128+n; the visit is stored as stopped and says it is partial; what was read before is in it.

    The session is kept as well: the next run goes on with it, and sends no secret.
    """
    with machine.running("run") as running:
        asked_for(replica, "/performance/dashboard")
        running.process.send_signal(number)
        done = running.ended()
    left = machine.left()

    with open_store(f"sqlite:///{machine.data / 'checker.db'}") as store:
        run = store.last_run()
    assert done.code == 128 + number
    assert "Traceback" not in done.err
    assert run is not None
    (visit,) = run.visits
    assert visit.outcome is Outcome.STOPPED
    assert "partial" in visit.detail
    assert Presence.SHOWN in {reading.presence for reading in visit.readings}
    assert left == []

    replica.use("healthy")
    again = machine.checker("run")
    assert again.code == Exit.OK, again.err
    assert machine.outcomes() == {"main": "read"}
    assert len(replica.log.password_posts()) == 1


def test_b2_a_sign_in_that_is_broken_off_sends_nothing_more(machine: Machine, replica: Replica) -> None:
    """While the answer to the password is awaited: 130, one password sent, nothing called green."""
    replica.use("sign-in-stalls")
    with machine.running("run") as running:
        asked_for(replica, "/ap/mfa")
        running.process.send_signal(signal.SIGINT)
        done = running.ended()

    assert done.code == 128 + signal.SIGINT
    assert len(replica.log.password_posts()) == 1
    assert machine.outcomes() == {"main": "stopped"}
    assert machine.left() == []
