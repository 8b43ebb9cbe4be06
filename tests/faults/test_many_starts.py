"""B3: of many starts at once one works, and the others leave without a word."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter

from checker.model import Exit
from fixtures.common import Replica
from tests.faults.machine import Machine

# Each child is a process of its own that runs the command from its beginning; what it would import is
# there already, so that all of them come to the lock at the same moment.
FIFTY = """
import json, os, signal, sys
import checker.cli, checker.cli.data, checker.cli.run, checker.cli.telling
import checker.report.terminal, checker.run.execute
children = []
go_read, go_write = os.pipe()
for number in range(50):
    child = os.fork()
    if child == 0:
        os.close(go_write)
        os.read(go_read, 1)
        words = os.open(f"words.{number}", os.O_CREAT | os.O_WRONLY, 0o600)
        os.dup2(words, 1)
        os.dup2(words, 2)
        code = checker.cli.main(["run", "--config", sys.argv[1]])
        sys.stdout.flush()
        os._exit(code)
    children.append(child)
os.close(go_read)
os.close(go_write)
# The one that works goes on until the others have left, however long they take on a busy machine.
ended = dict(os.wait() for _ in range(49))
for child in set(children) - set(ended):
    os.kill(child, signal.SIGTERM)
    ended[child] = os.waitpid(child, 0)[1]
print(json.dumps([os.waitstatus_to_exitcode(status) for status in ended.values()]))
"""


def test_b3_of_fifty_starts_at_once_one_works(machine: Machine, replica: Replica) -> None:
    """Forty-nine end in 75 without a byte while one works, until it is told to end; one password was sent."""
    machine.account_seconds = 140
    machine.settle()
    done = subprocess.run(
        [sys.executable, "-c", FIFTY, str(machine.config)],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(machine.home), "TMPDIR": str(machine.tmp)},
        cwd=machine.home,
        check=True,
        timeout=400,
    )

    said = [path.read_text() for path in machine.home.glob("words.*") if path.stat().st_size]
    assert Counter(json.loads(done.stdout)) == {int(Exit.BUSY): 49, 128 + signal.SIGTERM: 1}, said
    assert len(said) <= 1
    assert len(list((machine.data / "reports").glob("*.html"))) <= 2
    assert len(replica.log.password_posts()) <= 1
    assert machine.left() == []
