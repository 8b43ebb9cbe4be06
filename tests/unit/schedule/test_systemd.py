"""`checker schedule` with a systemd user session."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.model import Exit
from tests.unit.schedule.conftest import Machine

Schedule = Callable[..., int]


def unit(machine: Machine, ending: str) -> str:
    """Return the one unit with that ending."""
    (path,) = machine.units.glob(f"*{ending}")
    return path.read_text(encoding="utf-8")


def test_a_timer_is_installed_persistent_and_late_at_random(machine: Machine, schedule: Schedule) -> None:
    """At the times of the settings; started once and again after a reboot."""
    machine.has("session", "isolates")

    assert schedule("install", "--yes") == Exit.OK
    timer = unit(machine, ".timer")
    assert "OnCalendar=*-*-* 07:17:00\nOnCalendar=*-*-* 19:17:00\n" in timer
    assert "Persistent=true\nRandomizedDelaySec=600\n" in timer
    assert next(line for line in machine.called if "enable" in line).startswith("--user enable --now ")
    assert not machine.tab.exists()


def test_the_service_is_hardened_as_far_as_a_browser_bears(machine: Machine, schedule: Schedule) -> None:
    """No new privileges, a file system of its own; nothing that takes a browser's sandbox or JavaScript."""
    machine.has("session", "isolates")
    schedule("install", "--yes")
    service = unit(machine, ".service")

    for line in ("NoNewPrivileges=yes", "PrivateTmp=yes", "ProtectSystem=strict", "UMask=0077"):
        assert f"\n{line}\n" in service
    for word in ("RestrictNamespaces", "MemoryDenyWriteExecute", "SystemCallFilter", "ProtectHome=yes"):
        assert word not in service


def test_where_name_spaces_are_missing_the_service_still_starts(
    machine: Machine, schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """What would keep it from starting is left out, and told."""
    machine.has("session")

    schedule("install", "--yes")

    assert "PrivateTmp" not in unit(machine, ".service")
    assert "NoNewPrivileges=yes" in unit(machine, ".service")
    assert "PrivateTmp and ProtectSystem are left out" in capsys.readouterr().err


def test_where_the_browser_needs_its_helper_nothing_keeps_it_from_gaining_privileges(
    machine: Machine,
    schedule: Schedule,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every option that implies NoNewPrivileges for a user's service is left out, and that is told."""
    monkeypatch.setattr("checker.schedule.systemd.needs_helper", lambda: True)
    machine.has("session", "isolates")

    schedule("install", "--yes")

    service = unit(machine, ".service")
    for word in ("NoNewPrivileges", "Restrict", "LockPersonality", "SystemCall", "Private", "Protect"):
        assert word not in service
    assert "UMask=0077" in service
    assert "needs its setuid helper" in capsys.readouterr().err


def test_systemd_finds_nothing_wrong_with_the_units(machine: Machine, schedule: Schedule) -> None:
    """`systemd-analyze verify` resolves every quote, `%` and `$`; without it, the text is looked at."""
    machine.has("session", "isolates")
    schedule("install", "--yes", "--again")
    units = sorted(machine.units.iterdir())
    assert len(units) == 4
    service = next(path for path in units if path.suffix == ".service")
    assert 'a 50%% $HOME \'shop\' \\"x\\"/checker.toml"' in service.read_text(encoding="utf-8")
    verifier = shutil.which("systemd-analyze")
    if verifier is None:
        return

    done = subprocess.run(
        [verifier, "verify", "--user", "--man=no", *map(str, units)],
        capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(machine.folder)},
    )  # fmt: skip

    ours = [line for line in done.stderr.splitlines() if "marketplace-health-checker" in line]
    assert ours == []
    assert done.returncode == 0, done.stderr


def test_installing_twice_is_installing_once(
    machine: Machine, schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second time nothing is asked and nothing enabled."""
    machine.has("session", "isolates")
    schedule("install", "--yes")
    enabled = sum(" enable " in line for line in machine.called)

    assert schedule("install") == Exit.OK
    assert sum(" enable " in line for line in machine.called) == enabled
    assert "it is installed already" in capsys.readouterr().err
    assert schedule("show") == Exit.OK


def test_remove_takes_our_units_and_no_others(machine: Machine, schedule: Schedule) -> None:
    """A unit of somebody else stays, though it lies beside them."""
    machine.has("session", "isolates")
    machine.units.mkdir(parents=True)
    other = machine.units / "marketplace-health-checker-mine.service"
    other.write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")
    schedule("install", "--yes", "--again")

    assert schedule("remove", "--yes") == Exit.OK
    assert list(machine.units.iterdir()) == [other]
    assert not (machine.folder / "active").exists()


def test_a_unit_of_that_name_which_is_not_ours_is_refused(
    machine: Machine, schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named, and left as it is."""
    machine.has("session", "isolates")
    schedule("install", "--yes")
    (path,) = machine.units.glob("*.service")
    path.write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")

    assert schedule("install", "--yes") == Exit.CONFIG
    assert path.read_text(encoding="utf-8") == "[Service]\nExecStart=/bin/true\n"
    assert str(path) in capsys.readouterr().err


def test_the_other_kind_is_removed(machine: Machine, schedule: Schedule) -> None:
    """From cron to a timer and back: nothing ever runs twice."""
    machine.has("isolates")
    machine.tab.write_bytes(b"# theirs\n")
    schedule("install", "--yes")
    machine.has("session")

    assert schedule("install", "--yes") == Exit.OK
    assert machine.tab.read_bytes() == b"# theirs\n"
    assert schedule("install", "--yes", "--cron") == Exit.OK
    assert list(machine.units.iterdir()) == []
    assert b"checker.toml" in machine.tab.read_bytes()


def test_who_may_have_no_crontab_still_gets_a_timer(machine: Machine, schedule: Schedule) -> None:
    """That there is nothing of ours in it is all that matters."""
    machine.has("session", "isolates", "unreadable")

    assert schedule("install", "--yes", "--json") == Exit.OK
    assert schedule("remove", "--yes") == Exit.OK
    assert list(machine.units.iterdir()) == []


def test_what_systemd_refuses_is_told(
    machine: Machine, schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its own words, and the way by cron."""
    machine.has("session", "isolates", "refuse")

    assert schedule("install", "--yes") == Exit.CONFIG
    told = capsys.readouterr().err
    assert "Unit is masked" in told
    assert "checker schedule install --cron" in told


def test_what_would_keep_it_silent_is_said(
    machine: Machine, schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """A timer sends no mail, and stops with the session of a user who does not linger."""
    machine.has("session", "isolates")
    (machine.folder / "linger").write_text("no", encoding="utf-8")

    schedule("install", "--yes")

    told = capsys.readouterr().err
    assert "A timer sends no mail" in told
    assert "-> loginctl enable-linger" in told


def test_the_settings_say_when(machine: Machine, schedule: Schedule, config: Path) -> None:
    """`[schedule]` holds the times and how late it may be."""
    machine.has("session", "isolates")
    text = config.read_text(encoding="utf-8")
    config.write_text(f'{text}[schedule]\nat = ["05:00"]\njitter_minutes = 0\n', encoding="utf-8")

    schedule("install", "--yes")

    assert "OnCalendar=*-*-* 05:00:00\nPersistent=true\nRandomizedDelaySec=0\n" in unit(machine, ".timer")
