"""E2, E3: cron as it is: no terminal, no environment, no input, a home nobody can write to, any umask."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

from checker.model import Exit
from fixtures.common.server import Replica
from tests.e2e.seller import Seller

# Not even root makes a file there.
NO_HOME = "/proc"


def by_cron(seller: Seller, umask: str) -> subprocess.CompletedProcess[str]:
    """Run a check as cron does it: in a session of its own, its input closed."""
    command = shlex.join([sys.executable, "-m", "checker", "run", "--config", str(seller.config)])
    script = f"umask {umask}; exec env -i PATH=/usr/bin:/bin HOME={NO_HOME} {command} <&-"
    return subprocess.run(
        ["/bin/sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
        cwd="/",
        start_new_session=True,
    )


def open_to_others(folder: Path) -> list[str]:
    """Return what somebody else could look into."""
    return [f"{path}: {path.stat().st_mode:o}" for path in folder.rglob("*") if path.stat().st_mode & 0o077]


def test_e2_cron_hears_nothing_of_a_quiet_day_and_plain_text_of_a_red_one(
    seller: Seller, replica: Replica
) -> None:
    """Under umask 000 not a word (E3); under 022 plain words and no colours; no file for others."""
    quiet = by_cron(seller, "000")

    assert quiet.returncode == Exit.OK, quiet.stderr
    assert (quiet.stdout, quiet.stderr) == ("", "")
    assert (seller.data / "reports" / "latest.html").is_file()
    assert open_to_others(seller.data) == []

    replica.use("red")
    red = by_cron(seller, "022")
    printed = red.stdout + red.stderr

    assert red.returncode == Exit.NEW, red.stderr
    for word in ("United States (US)", "Newly red", "What to do", str(seller.data / "reports")):
        assert word in red.stdout
    assert [sign for sign in ("\x1b", "\r", "Traceback") if sign in printed] == []
    assert open_to_others(seller.data) == []
