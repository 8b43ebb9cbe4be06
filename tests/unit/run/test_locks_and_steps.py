"""One run at a time on one account, and one use of one authenticator step."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from checker.errors import StoreError
from checker.run.locks import hold
from checker.run.steps import last_step, remember_step


def test_an_account_is_held_once(tmp_path: Path) -> None:
    """A second run finds it taken, another account is free, and it is free again afterwards."""
    folder = tmp_path / "sessions"
    with hold(folder, "main") as first, hold(folder, "main") as second, hold(folder, "other") as other:
        assert (first, second, other) == (True, False, True)
    with hold(folder, "main") as again:
        assert again


def test_a_lock_is_let_go_when_its_run_breaks(tmp_path: Path) -> None:
    """An exception inside does not keep the next run out."""
    with pytest.raises(RuntimeError), hold(tmp_path, "main"):
        raise RuntimeError

    with hold(tmp_path, "main") as free:
        assert free


def test_a_planted_lock_is_not_followed(tmp_path: Path) -> None:
    """A link where the lock should be is refused, and nothing is made where it points."""
    (tmp_path / "main.lock").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StoreError, match="symbolic"), hold(tmp_path, "main"):
        pass

    assert not (tmp_path / "elsewhere").exists()


def test_a_step_is_remembered(tmp_path: Path) -> None:
    """Each account's own, the last one wins, and nobody else can read it."""
    folder = tmp_path / "sessions"
    remember_step(folder, "main", 41)
    remember_step(folder, "main", 42)

    assert (last_step(folder, "main"), last_step(folder, "other")) == (42, None)
    assert stat.S_IMODE((folder / "main.step").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["main.step"]


@pytest.mark.parametrize("content", [b"", b"x", b"\xff", b"1 2"])
def test_a_damaged_step_is_no_step(tmp_path: Path, content: bytes) -> None:
    """What cannot be read is not guessed."""
    (tmp_path / "main.step").write_bytes(content)

    assert last_step(tmp_path, "main") is None
