"""A machine of one's own: `crontab`, `systemctl` and its like on the PATH, all of them made up."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

CRONTAB = """#!/bin/sh
# As Debian's: lists, or takes a new one from standard input.
tab="{folder}/crontab.txt"
case "$1" in
  -l) if [ -e "{folder}/unreadable" ]; then echo "you may not" >&2; exit 1; fi
      if [ -e "$tab" ]; then cat "$tab"; else echo "no crontab for somebody" >&2; exit 1; fi ;;
  -)  if [ -e "{folder}/full" ]; then echo "no space left" >&2; exit 1; fi
      cat > "$tab" ;;
  *)  exit 2 ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
echo "$*" >> "{folder}/called"
case "$2" in
  show-environment) [ -e "{folder}/session" ] ;;
  is-active) [ -e "{folder}/active" ] ;;
  enable) if [ -e "{folder}/refuse" ]; then echo "Unit is masked" >&2; exit 1; fi; touch "{folder}/active" ;;
  disable) rm -f "{folder}/active" ;;
esac
"""
TRIAL = '#!/bin/sh\n[ -e "{folder}/isolates" ]\n'
LOGINCTL = '#!/bin/sh\necho "Linger=$(cat "{folder}/linger" 2>/dev/null || echo yes)"\n'


@dataclass
class Machine:
    """What the made-up programs keep, and what they were called with."""

    folder: Path

    @property
    def tab(self) -> Path:
        """The crontab; not there until one is written."""
        return self.folder / "crontab.txt"

    @property
    def units(self) -> Path:
        """The folder of the user's units."""
        return self.folder / "config" / "systemd" / "user"

    @property
    def called(self) -> list[str]:
        """What `systemctl` was called with."""
        path = self.folder / "called"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def has(self, *names: str) -> None:
        """Give the machine a user session, name spaces, or a fault."""
        for name in names:
            (self.folder / name).touch()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with cron and without a user session of systemd."""
    folder, programs = tmp_path / "machine", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    for name, text in (
        ("crontab", CRONTAB), ("systemctl", SYSTEMCTL), ("systemd-run", TRIAL), ("loginctl", LOGINCTL)
    ):  # fmt: skip
        path = programs / name
        path.write_text(text.replace("{folder}", str(folder)), encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    for name in list(os.environ):
        if name.startswith("CHECKER_") and name != "CHECKER_BROWSER":
            monkeypatch.delenv(name)
    return Machine(folder)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings in a folder whose name has all that schedules treat otherwise."""
    folder = tmp_path / "a 50% $HOME 'shop' \"x\""
    folder.mkdir()
    path = folder / "checker.toml"
    path.write_text(
        '[paths]\ndata_dir = "data"\n'
        '[accounts.main]\nmarketplace = "amazon"\nusername = "a"\npassword = "x"\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture
def schedule(config: Path) -> Callable[..., int]:
    """Run one `checker schedule` command, and return its exit code."""
    from checker.cli.main import main

    return lambda *words: main(["schedule", *words, "--config", str(config)])
