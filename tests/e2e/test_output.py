"""11.17: what becomes of a run whose output nobody takes, and what a dry run leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.model.exits import Exit
from fixtures.common.server import Replica
from tests.e2e.seller import Seller

_SHELL = "exec {python} -m checker {command} --config {config} {streams}"


def typed(seller: Seller, command: str, streams: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a shell, with its streams as the shell is told."""
    line = _SHELL.format(python=sys.executable, command=command, config=seller.config, streams=streams)
    environ = {"PATH": os.environ["PATH"], "HOME": str(seller.home), "TMPDIR": str(seller.home)}
    return subprocess.run(
        ["/usr/bin/env", "bash", "-c", line],
        env=environ,
        cwd=seller.home,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


@pytest.mark.parametrize("streams", [">&-", ">/dev/full", "<&- >&- 2>&-"])
def test_11_17_a_run_that_cannot_print_is_told_by_the_next(
    replica: Replica, seller: Seller, streams: str
) -> None:
    """Closed or full: the code is that of what was found, no traceback, nothing marked told, store sound."""
    replica.use("red")

    unheard = typed(seller, "run", streams)
    late = seller.checker("run", "--json")

    assert unheard.returncode == Exit.NEW
    assert "Traceback" not in unheard.stderr
    assert "This is a bug" not in unheard.stderr
    assert {change["late"] for change in late.document["changes"]} == {True}
    assert seller.checker("store", "check").code == Exit.OK


@pytest.mark.parametrize(
    ("command", "streams"),
    [
        ("show", ">&- 2>&-"),
        ("runs --json", ">/dev/full"),
        ("schema run", ">&-"),
        ("evidence list --json", ">/dev/full"),
    ],
)
def test_11_17_a_command_that_cannot_print_says_so(seller: Seller, command: str, streams: str) -> None:
    """What was asked for was not given: never 0, and no fault of the program's."""
    done = typed(seller, command, streams)

    assert done.returncode == Exit.QUEUED
    assert "This is a bug" not in done.stderr
    assert "Traceback" not in done.stderr


def test_11_17_what_was_found_is_not_changed_by_a_lost_word(seller: Seller, tmp_path: Path) -> None:
    """A refusal keeps its own code, with nobody to read it on either stream."""
    assert typed(seller, "history nothing-like-it --json", ">&-").returncode == Exit.USAGE
    assert typed(seller, f"store restore {tmp_path / 'none'}", ">&- 2>&-").returncode == Exit.USAGE


def test_11_17_a_dry_run_leaves_no_key_no_session_and_no_evidence(replica: Replica, seller: Seller) -> None:
    """Red or not: neither the key that seals evidence nor that of sessions is made, and no run is known."""
    replica.use("red")
    done = seller.checker("run", "--dry-run", "--json")

    assert done.code == Exit.NEW, done.err
    made = {path.relative_to(seller.home).as_posix() for path in seller.home.rglob("*") if path.is_file()}
    assert not [name for name in made if name.endswith((".pem", ".key", ".session", ".png", ".html", ".gz"))]
    assert not (seller.data / "keys").exists()
    assert seller.checker("runs", "--json").document["runs"] == []


def test_11_17_a_dry_run_uses_the_session_that_is_there(replica: Replica, seller: Seller) -> None:
    """A session an earlier run kept saves a sign-in, and is left byte for byte as it was."""
    seller.checker("run")
    kept = seller.data / "sessions" / "main.session"
    before, submissions = kept.read_bytes(), len(replica.log.password_posts())

    done = seller.checker("run", "--dry-run")

    assert done.code in (Exit.OK, Exit.CRITICAL, Exit.WARNING), done.err
    assert kept.read_bytes() == before
    assert len(replica.log.password_posts()) == submissions


_ASKED = """
import ctypes, resource
from checker.memory import keep_memory_private
resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, resource.getrlimit(resource.RLIMIT_CORE)[1]))
keep_memory_private()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def test_11_17_a_process_with_secrets_writes_no_core_and_cannot_be_looked_into() -> None:
    """The limit is 0 for good, and the kernel says that it is not dumpable."""
    asked = subprocess.run([sys.executable, "-c", _ASKED], capture_output=True, text=True, check=True)

    assert asked.stdout.strip() == "(0, 0) 0"


def test_11_17_a_worker_is_such_a_process() -> None:
    """While it waits for its job, its limit on core files is 0 already."""
    read_end, write_end = os.pipe()
    worker = subprocess.Popen(
        [sys.executable, "-m", "checker.run.worker", str(write_end)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(write_end,),
    )
    os.close(write_end)
    limits = Path(f"/proc/{worker.pid}/limits")
    try:
        while worker.poll() is None and not _has_no_cores(limits.read_text(encoding="ascii")):
            pass
        assert _has_no_cores(limits.read_text(encoding="ascii"))
    finally:
        worker.kill()
        worker.communicate()
        os.close(read_end)


def _has_no_cores(limits: str) -> bool:
    line = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    return line.split()[4:6] == ["0", "0"]
