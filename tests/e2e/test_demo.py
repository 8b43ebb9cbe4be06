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


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder and the words of one demo that was kept."""
    folder = tmp_path_factory.mktemp("demo") / "kept"
    done = _demo(folder.parent, "--keep", str(folder))
    assert done.returncode == Exit.OK, done.stderr
    assert "main: Mexico" in done.stderr
    return folder, done.stdout


def _demo(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    tmp = home / "tmp"
    tmp.mkdir(exist_ok=True)
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(tmp), "COLUMNS": "100"}
    argv = [sys.executable, "-m", "checker", "demo", *arguments]
    return subprocess.run(
        argv, capture_output=True, text=True, env=environ, cwd=home, check=False, timeout=500
    )


def _command(kept: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "checker", *arguments, "--config", str(kept / "checker.toml")]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300)


def test_the_second_morning_brings_three_unopened_sites_and_one_violation(kept: tuple[Path, str]) -> None:
    """Canada, Mexico, Japan and the US listing are newly red, once, on the second morning only."""
    first, second, third = re.split(r"^\d of 3", kept[1], flags=re.MULTILINE)[1:]

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


def test_the_deadline_of_the_real_violation_is_told(kept: tuple[Path, str]) -> None:
    """The violation's card says by when something must be done, and the next morning says it again."""
    second, third = re.split(r"^\d of 3", kept[1], flags=re.MULTILINE)[2:]
    violation = second[second.index("Listing policy violations") :].partition("Every site")[0]

    assert re.search(r"Deadline\s+\d+ \w+ 20\d\d, 23:59", violation) is not None
    still = re.sub(r"\s+", " ", third)
    assert re.search(
        r"Listing policy violations \(B0DEMOLMP2\) Since 24 hours ago Deadline in \d+ days", still
    )


def test_the_report_that_was_named_is_there_and_self_contained(kept: tuple[Path, str]) -> None:
    """It opens with the news, holds its pictures, and reaches for nothing outside of itself."""
    path = Path(re.findall(r"^Report: (.+)$", kept[1], flags=re.MULTILINE)[-1])
    html = path.read_text(encoding="utf-8")

    assert html.index("Newly red") < html.index("Every site")
    assert html.count("data:image/png;base64,") >= 4
    assert re.findall(r"(?:src|href)=[\"']https?://(?!sellercentral)", html) == []


def test_what_was_kept_answers_every_later_command(kept: tuple[Path, str]) -> None:
    """`show` and `history` work on it; a run finds that the console is gone, and says so."""
    folder, _ = kept
    shown = json.loads(_command(folder, "show", "--json").stdout)
    history = json.loads(_command(folder, "history", "MX/account.status", "--json").stdout)
    gone = _command(folder, "run")

    assert {"CA", "JP", "MX", "UK", "US"} == {known["site"] for known in shown["known"]}
    assert [point["level"] for point in history["points"]] == ["ok", "deactivated", "deactivated"]
    assert gone.returncode == Exit.INCOMPLETE


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
    # The second morning alone: the whole story is told above.
    monkeypatch.setattr(fixtures.demo, "STEPS", fixtures.demo.STEPS[1:2])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code = main(["demo", "--json"])
    printed = capsys.readouterr().out

    assert code == Exit.OK
    assert [json.loads(printed)["changes"][n]["verb"] for n in (0, 1)] == ["new", "new"]
    assert [path.suffix for path in tmp_path.iterdir()] == [".html"]
