"""The demo tells the true story, and leaves what it said it would leave."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import fixtures.demo
from checker.cli import main
from checker.model import Exit
from tests.e2e.seller import Seller


def _demo(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    tmp = home / "tmp"
    tmp.mkdir(exist_ok=True)
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(tmp), "COLUMNS": "100"}
    argv = [sys.executable, "-m", "checker", "demo", *arguments]
    return subprocess.run(
        argv, capture_output=True, text=True, env=environ, cwd=home, check=False, timeout=500
    )


def test_the_whole_story_and_what_is_kept_of_it(tmp_path: Path) -> None:
    """Three mornings as they were told, the report that was named, and a folder that answers commands."""
    folder = tmp_path / "kept"
    done = _demo(tmp_path, "--keep", str(folder))
    assert done.returncode == Exit.OK, done.stderr
    assert "main: Mexico" in done.stderr
    first, second, third = re.split(r"^\d of 3", done.stdout, flags=re.MULTILINE)[1:]

    _the_second_morning_brings_three_unopened_sites_and_one_violation(first, second, third)
    _the_deadline_of_the_real_violation_is_told(second, third)
    _the_report_is_self_contained(Path(re.findall(r"^Report: (.+)$", done.stdout, flags=re.MULTILINE)[-1]))
    _what_was_kept_answers_every_later_command(Seller(folder, ""))


def _the_second_morning_brings_three_unopened_sites_and_one_violation(
    first: str, second: str, third: str
) -> None:
    """Canada, Mexico, Japan and the US listing are newly red, once, on the second morning only."""
    assert "Newly red" not in first
    assert "green 5 of 5 sites" in first
    for name in ("Canada (CA)", "Mexico (MX)", "Japan (JP)", "B0DEMOLMP2"):
        assert name in second.partition("Every site")[0]
    assert "Newly red" in second
    assert second.count("One event: sites never opened") == 1
    assert "Canada (CA), Japan (JP), Mexico (MX), never opened or dormant" in re.sub(r"\s+", " ", second)
    assert "confirm before acting" in re.sub(r"\s+", " ", second)
    assert "One event" not in third
    assert "Newly red" not in third
    assert "Nothing new, 4 open (deactivated 1, critical 3)" in third
    assert "Still open, told before (4)" in third


def _the_deadline_of_the_real_violation_is_told(second: str, third: str) -> None:
    """The violation's card says by when something must be done, and the next morning says it again."""
    violation = second[second.index("Listing policy violations") :].partition("Every site")[0]

    assert re.search(r"Deadline\s+\d+ \w+ 20\d\d, 23:59", violation) is not None
    still = re.sub(r"\s+", " ", third)
    assert re.search(
        r"Listing policy violations \(B0DEMOLMP2\) Since 24 hours ago Deadline in \d+ days", still
    )


def _the_report_is_self_contained(path: Path) -> None:
    """It opens with the news, holds its pictures, and reaches for nothing outside of itself."""
    html = path.read_text(encoding="utf-8")

    assert html.index("Newly red") < html.index("Every site")
    assert html.count("data:image/png;base64,") >= 4
    assert re.findall(r"(?:src|href)=[\"']https?://(?!sellercentral)", html) == []


def _what_was_kept_answers_every_later_command(kept: Seller) -> None:
    """`show` and `history` work on it; a run finds that the console is gone, and says so."""
    shown = kept.here("show", "--json").document
    history = kept.here("history", "MX/account.status", "--json").document
    gone = kept.here("run")

    assert {"CA", "JP", "MX", "UK", "US"} == {known["site"] for known in shown["known"]}
    assert [point["level"] for point in history["points"]] == ["ok", "deactivated", "deactivated"]
    assert gone.code == Exit.INCOMPLETE


def test_a_folder_with_something_in_it_is_not_touched(tmp_path: Path) -> None:
    """`--keep` refuses a folder that is not empty."""
    (tmp_path / "mine.txt").write_text("keep me", encoding="utf-8")
    done = _demo(tmp_path, "--keep", str(tmp_path))

    assert done.returncode == Exit.USAGE
    assert "not empty" in done.stderr


def test_without_keep_nothing_but_the_report_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything temporary is gone, the report it named is there, and --json is one document."""
    # The second morning alone, of one site: the whole story is told above.
    monkeypatch.setenv("CHECKER_ACCOUNTS__MAIN__SITES", "us")
    monkeypatch.setattr(fixtures.demo, "STEPS", fixtures.demo.STEPS[1:2])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code = main(["demo", "--json"])
    printed = capsys.readouterr().out

    assert code == Exit.OK
    assert [json.loads(printed)["changes"][n]["verb"] for n in (0, 1)] == ["new", "new"]
    assert [path.suffix for path in tmp_path.iterdir()] == [".html"]
