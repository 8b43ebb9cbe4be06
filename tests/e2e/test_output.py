"""11.17: what becomes of a run whose output nobody takes, and what a dry run leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
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


def test_11_17_what_nobody_could_be_told_is_told_by_the_next_run(plain: Replica, trader: Seller) -> None:
    """Closed, full, or its reader gone: the code of what was found, nothing marked told, the store sound.

    Each of these runs finds what the one before it could not tell still untold, or it would end in 11.
    """
    plain.use("red")
    unheard = [typed(trader, "run", streams) for streams in (">&-", ">/dev/full", "<&- >&- 2>&-")]
    unread = trader.checker("run", heard=False)
    late = trader.here("run", "--json")
    after = trader.here("run", "--json")

    assert [done.returncode for done in unheard] == [Exit.NEW] * 3
    assert unread.code == Exit.NEW
    said = unread.err + "".join(done.stderr for done in unheard)
    assert [word for word in ("Traceback", "This is a bug", "Pipe") if word in said] == []
    assert {change["late"] for change in late.document["changes"]} == {True}
    assert (late.code, after.code) == (Exit.NEW, Exit.CRITICAL)
    assert after.document["changes"] == []
    assert trader.here("store", "check").code == Exit.OK


def test_11_17_a_reader_of_one_line_is_left_in_peace(seller: Seller) -> None:
    """`checker findings | head -1`: no fault, no word on standard error."""
    gone = seller.checker("findings", heard=False)

    assert (gone.code, gone.err) == (Exit.OK, "")


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


def test_11_17_a_dry_run_stores_nothing_tells_nothing_and_leaves_a_session_as_it_was(
    plain: Replica, trader: Seller
) -> None:
    """No key, session, evidence or run is made; its red is new in the next run; a kept session is used."""
    plain.use("red")
    dry = trader.here("run", "--dry-run", "--json")
    made = {path.relative_to(trader.home).as_posix() for path in trader.home.rglob("*") if path.is_file()}
    keys = (trader.data / "keys").exists()
    runs = trader.here("runs", "--json").document["runs"]
    # Below the level asked for: told all the same, and no matter for the exit code.
    real = trader.here("run", "--fail-on", "deactivated", "--json")
    kept = trader.data / "sessions" / "main.session"
    before, submissions = kept.read_bytes(), len(plain.log.password_posts())
    again = trader.here("run", "--dry-run")

    assert (dry.code, dry.document["dry_run"]) == (Exit.NEW, True), dry.err
    assert not [name for name in made if name.endswith((".pem", ".key", ".session", ".png", ".html", ".gz"))]
    assert (keys, runs) == (False, [])
    assert real.code == Exit.OK
    assert "new" in {change["verb"] for change in real.document["changes"]}
    assert again.code == Exit.CRITICAL, again.err
    assert kept.read_bytes() == before
    assert (submissions, len(plain.log.password_posts())) == (2, 2)


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
            with suppress(subprocess.TimeoutExpired):
                worker.wait(0.02)
        assert _has_no_cores(limits.read_text(encoding="ascii"))
    finally:
        worker.kill()
        worker.communicate()
        os.close(read_end)


def _has_no_cores(limits: str) -> bool:
    line = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    return line.split()[4:6] == ["0", "0"]
