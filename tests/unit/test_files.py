"""The program's own files: private, whole, and never written through something that was planted."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from checker.cli.main import main
from checker.errors import ConfigError
from checker.files import append_to, make_folder, make_private, write_new, write_private
from checker.model.exits import Exit
from checker.run.conduct import AccessLog
from checker.secrets import Scrubber


def mode(path: Path) -> int:
    """Return who may do what with a file or folder."""
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077])
def _mask(request: pytest.FixtureRequest) -> object:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_mask")
def test_c6_whatever_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    """0600 and 0700 whatever the umask says, missing folders on the way included."""
    write_private(tmp_path / "a" / "b" / "file", b"1")
    write_new(tmp_path / "c" / "file", b"1")
    make_folder(tmp_path / "d" / "e")

    files = [tmp_path / "a" / "b" / "file", tmp_path / "c" / "file"]
    folders = [tmp_path / name for name in ("a", "a/b", "c", "d", "d/e")]
    assert {mode(path) for path in files} == {0o600}
    assert {mode(path) for path in folders} == {0o700}
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["file"]


@pytest.mark.parametrize("write", [write_private, write_new])
def test_11_16_a_planted_link_is_not_written_through(tmp_path: Path, write: object) -> None:
    """What a link points to stays as it is, whether the link is the file's name or that of its draft."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / "file").symlink_to(victim)
    (tmp_path / f".other.{os.getpid()}.part").symlink_to(victim)

    for name in ("file", "other"):
        try:
            write(tmp_path / name, b"theirs")  # type: ignore[operator]
        except FileExistsError:
            assert (write, name) == (write_new, "file")

    assert victim.read_bytes() == b"mine"
    assert (tmp_path / "other").read_bytes() == b"theirs"


def _link(place: Path, victim: Path) -> None:
    place.symlink_to(victim)


def _second_name(place: Path, victim: Path) -> None:
    os.link(victim, place)


def _pipe(place: Path, _victim: Path) -> None:
    os.mkfifo(place)


@pytest.mark.parametrize("plant", [_link, _second_name, _pipe])
def test_11_16_nothing_planted_is_appended_to(tmp_path: Path, plant: object) -> None:
    """A link, a second name of another file, a pipe nobody reads: refused at once, the victim untouched."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    plant(tmp_path / "log", victim)  # type: ignore[operator]

    with pytest.raises(OSError, match=r"symbolic links|same file|no regular|No such device"):
        append_to(tmp_path / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    assert victim.read_bytes() == b"mine"


def test_11_16_a_link_planted_for_the_access_log_is_said_and_not_followed(tmp_path: Path) -> None:
    """The visit goes on, the operator is told once, and nothing is appended to what the link points to."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "main.jsonl").symlink_to(victim)
    told: list[str] = []
    log = AccessLog(tmp_path, "main", Scrubber(), told.append)

    log("GET", "https://shop.example/a")
    log("GET", "https://shop.example/b")

    assert victim.read_bytes() == b"mine"
    assert len(told) == 1
    assert "symbolic" in told[0]


def test_11_16_an_older_log_others_can_read_is_closed(tmp_path: Path) -> None:
    """What was made with a careless mode is made private before anything is added."""
    (tmp_path / "log").write_bytes(b"")
    (tmp_path / "log").chmod(0o644)

    os.close(append_to(tmp_path / "log", os.O_WRONLY | os.O_APPEND))

    assert mode(tmp_path / "log") == 0o600


def test_11_16_an_open_data_folder_is_closed_and_that_is_said(tmp_path: Path) -> None:
    """The folder, its folders and the store become private; a stranger's file in it stays as it was."""
    data = tmp_path / "data"
    for name in ("evidence", "sessions"):
        (data / name).mkdir(parents=True)
        (data / name).chmod(0o755)
    for name in ("checker.db", "checker.db-wal", "notes.txt"):
        (data / name).write_bytes(b"")
        (data / name).chmod(0o644)
    data.chmod(0o777)

    told = make_private(data, ("evidence", "sessions", "visits", "checker.db*"))

    assert len(told) == 5
    assert str(data / "checker.db") in "".join(told)
    assert {mode(path) for path in (data, data / "evidence", data / "sessions")} == {0o700}
    assert (mode(data / "checker.db"), mode(data / "notes.txt")) == (0o600, 0o644)
    assert make_private(data, ("evidence", "sessions", "visits", "checker.db*")) == []
    assert make_private(tmp_path / "none", ("evidence",)) == []


@pytest.mark.parametrize("name", ["evidence", "access", "checker.db", "checker.db-wal"])
def test_11_16_a_linked_part_of_the_data_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Every command ends before it writes: exit 78, the link named, and what to do."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / name).symlink_to(tmp_path / "elsewhere")
    config = tmp_path / "checker.toml"
    config.write_text('[paths]\ndata_dir = "data"\n', encoding="utf-8")

    code = main(["runs", "--config", str(config)])

    told = capsys.readouterr().err
    assert code == Exit.CONFIG
    assert f"{tmp_path / 'data' / name} is a link" in told
    assert "remove the links" in told
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_11_16_a_data_folder_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns the folder could put anything in it."""
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    with pytest.raises(ConfigError, match="belongs to another user"):
        make_private(tmp_path, ("evidence",))
