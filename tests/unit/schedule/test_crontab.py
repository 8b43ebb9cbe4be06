"""`checker schedule` over a crontab: our block and no other byte."""

from __future__ import annotations

import io
import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from checker.cli.main import main
from checker.model import Exit
from tests.unit.schedule.conftest import Machine

Schedule = Callable[..., int]
THEIRS = b'# mine\nMAILTO="me"\n\n*/5 * * * * echo 100\\% \xff\xfe\t\n@reboot x\r\n'


def lines(machine: Machine) -> list[str]:
    """Return the lines of our block that cron reads."""
    text = machine.tab.read_text(encoding="utf-8", errors="surrogateescape")
    return [line for line in text.splitlines() if "checker" in line and not line.startswith("#")]


def as_cron_runs(line: str) -> str:
    r"""Return what cron hands to the shell: up to the first bare `%`, and `\%` as `%`."""
    command = line.split(maxsplit=5)[5]
    made, escaped = "", False
    for mark in command:
        if escaped:
            made = made[:-1] + mark if mark in "%\\" else made + mark
            escaped = False
        elif mark == "%":
            break
        else:
            escaped = mark == "\\"
            made += mark
    return made


def test_install_and_remove_leave_the_rest_byte_for_byte(machine: Machine, schedule: Schedule) -> None:
    """What was there is there again, bytes that are no text included."""
    machine.tab.write_bytes(THEIRS)

    assert schedule("install", "--yes") == Exit.OK
    assert machine.tab.read_bytes().startswith(THEIRS)
    assert schedule("remove", "--yes") == Exit.OK
    assert machine.tab.read_bytes() == THEIRS


def test_installing_twice_is_installing_once(
    machine: Machine, schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second time nothing is written, and it says so."""
    schedule("install", "--yes")
    before = machine.tab.read_bytes()
    capsys.readouterr()

    assert schedule("install") == Exit.OK
    assert machine.tab.read_bytes() == before
    assert "it is installed already" in capsys.readouterr().err
    assert schedule("remove", "--yes") == Exit.OK
    assert schedule("remove", "--yes") == Exit.OK
    assert "nothing of ours" in capsys.readouterr().err


def test_other_times_take_the_place_of_the_old_ones(machine: Machine, schedule: Schedule) -> None:
    """Where the block stood, what follows it stays behind it."""
    schedule("install", "--yes")
    machine.tab.write_bytes(machine.tab.read_bytes() + THEIRS)

    assert schedule("install", "--yes", "--at", "06:05,18:05,20:30", "--again") == Exit.OK
    assert [line.split(" /")[0] for line in lines(machine)] == ["5 6,18 * * *", "30 20 * * *", "*/30 * * * *"]
    assert " run --again --config " in lines(machine)[2]
    assert machine.tab.read_bytes().endswith(THEIRS)


def test_a_path_with_everything_in_it_reaches_the_program(
    machine: Machine, schedule: Schedule, config: Path
) -> None:
    """Spaces, quotes, `%` and `$` come through cron and the shell as they are."""
    schedule("install", "--yes", "--at", "07:17")
    command = as_cron_runs(lines(machine)[0])

    program, *rest = shlex.split(command)
    assert Path(program).name == "checker"
    assert rest == ["run", "--config", str(config)]
    echoed = command.replace(program, "printf '%s\\n'", 1)
    shown = subprocess.run(["/bin/sh", "-c", echoed], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines() == ["run", "--config", str(config)]


def test_nothing_is_written_without_a_yes(
    machine: Machine, schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal and without --yes: it shows the line, and ends in 64."""
    assert schedule("install") == Exit.USAGE
    assert not machine.tab.exists()
    told = capsys.readouterr().err
    assert "17 7,19 * * *" in told
    assert "-> if you are sure: --yes" in told


class Person(io.StringIO):
    """Somebody at a terminal, who answers once, and may do something else first."""

    def __init__(self, answer: str, first: Callable[[], object] = lambda: None) -> None:
        super().__init__(answer)
        self._first = first

    def isatty(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # typeshed says bytes
        self._first()
        return super().readline(-1 if size is None else size)


@pytest.mark.parametrize(("answer", "code"), [("y\n", Exit.OK), ("是\n", Exit.OK), ("n\n", 130), ("\n", 130)])
def test_a_person_is_asked(
    machine: Machine, schedule: Schedule, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    """Only a yes is one, to installing and to removing."""
    monkeypatch.setattr(sys, "stdin", Person(answer))
    assert schedule("install") == code
    assert machine.tab.exists() is (code == Exit.OK)

    machine.tab.write_bytes(THEIRS)
    schedule("install", "--yes")
    monkeypatch.setattr(sys, "stdin", Person(answer))
    assert schedule("remove") == code
    assert (machine.tab.read_bytes() == THEIRS) is (code == Exit.OK)


def test_what_somebody_else_writes_meanwhile_is_not_lost(
    machine: Machine,
    schedule: Schedule,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Between the question and the answer the crontab changed: it is left as it is, and that is said."""
    monkeypatch.setattr(sys, "stdin", Person("y\n", lambda: machine.tab.write_bytes(THEIRS)))

    assert schedule("install") == Exit.BUSY
    assert machine.tab.read_bytes() == THEIRS
    assert "changed by somebody else" in capsys.readouterr().err


def test_a_crontab_that_cannot_be_read_is_not_written(
    machine: Machine, schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unreadable crontab is not an empty one."""
    machine.tab.write_bytes(THEIRS)
    machine.has("unreadable")

    assert schedule("install", "--yes") == Exit.CONFIG
    assert machine.tab.read_bytes() == THEIRS
    assert "cannot be read: you may not" in capsys.readouterr().err


def test_a_crontab_that_is_not_taken_is_told(
    machine: Machine, schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the program said stands in the message."""
    machine.has("full")

    assert schedule("install", "--yes") == Exit.CONFIG
    assert "no space left" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["lost", "doubled"])
def test_a_damaged_block_is_left_alone(machine: Machine, schedule: Schedule, damage: str) -> None:
    """Where our block ends cannot be known: neither installed over nor removed."""
    schedule("install", "--yes")
    ours = machine.tab.read_bytes()
    broken = ours * 2 if damage == "doubled" else ours[: ours.rindex(b"# <<<")]
    machine.tab.write_bytes(broken + THEIRS)

    assert schedule("install", "--yes", "--at", "01:00") == Exit.CONFIG
    assert schedule("remove", "--yes") == Exit.CONFIG
    assert machine.tab.read_bytes() == broken + THEIRS


def test_each_settings_file_has_a_block_of_its_own(
    machine: Machine, schedule: Schedule, tmp_path: Path
) -> None:
    """Removing one leaves the other."""
    other = tmp_path / "other.toml"
    other.write_text('[paths]\ndata_dir = "other"\n', encoding="utf-8")
    schedule("install", "--yes")
    first = machine.tab.read_bytes()
    assert main(["schedule", "install", "--yes", "--config", str(other)]) == Exit.OK

    assert len(lines(machine)) == 2
    assert main(["schedule", "remove", "--yes", "--config", str(other)]) == Exit.OK
    assert machine.tab.read_bytes() == first


@pytest.mark.parametrize(
    "name", ["back\\slash", "x" * 240 + "/" + "y" * 240 + "/" + "z" * 240 + "/" + "w" * 240]
)
def test_what_cron_cannot_carry_is_refused(machine: Machine, tmp_path: Path, name: str) -> None:
    """Nothing is installed that would run otherwise than it reads."""
    folder = tmp_path / name
    folder.mkdir(parents=True)
    path = folder / "checker.toml"
    path.write_text(f'[paths]\ndata_dir = "{tmp_path}/d"\n', encoding="utf-8")

    assert main(["schedule", "install", "--cron", "--yes", "--config", str(path)]) == Exit.CONFIG
    assert not machine.tab.exists()


@pytest.mark.parametrize("at", ["25:00", "7", "", "07:17,noon", "07:60"])
def test_times_that_are_none_are_refused(machine: Machine, schedule: Schedule, at: str) -> None:
    """With an example of how to write them."""
    assert schedule("install", "--yes", "--at", at) == Exit.USAGE
    assert not machine.tab.exists()


def test_show_says_whether_it_is_installed(
    machine: Machine, schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """20 until it is, and again once the settings say otherwise; as JSON it holds against its schema."""
    assert schedule("show") == Exit.INCOMPLETE
    schedule("install", "--yes")
    capsys.readouterr()

    assert schedule("show", "--json") == Exit.OK
    document = json.loads(capsys.readouterr().out)
    assert document["kind"] == "cron"
    main(["schema", "schedule"])
    jsonschema.Draft202012Validator(json.loads(capsys.readouterr().out)).validate(document)
    assert schedule("show", "--at", "03:03") == Exit.INCOMPLETE


def test_variables_of_this_terminal_are_named(
    machine: Machine,
    schedule: Schedule,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They would not be there when cron starts it; the value is not shown."""
    monkeypatch.setenv("CHECKER_ACCOUNTS__MAIN__PASSWORD", "canary-1")

    schedule("install", "--yes")

    told = capsys.readouterr().err
    assert "CHECKER_ACCOUNTS__MAIN__PASSWORD" in told
    assert "canary-1" not in told + machine.tab.read_text(encoding="utf-8")


def test_it_speaks_the_readers_language(
    machine: Machine, schedule: Schedule, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Chinese where the settings say so."""
    config.write_text(config.read_text(encoding="utf-8") + '[report]\nlanguage = "zh"\n', encoding="utf-8")

    assert schedule("install", "--yes") == Exit.OK
    assert "已写入用户" in capsys.readouterr().err


def test_without_any_scheduler_it_names_the_command(
    schedule: Schedule, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another scheduler can be given the very same words."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert schedule("install", "--yes") == Exit.CONFIG
    assert " run --config " in capsys.readouterr().err
