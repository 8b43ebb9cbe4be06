"""B1 and B6: a disk that fails, and a process that is killed, at every single operation of sealing."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.evidence.catalog import bundles
from checker.evidence.flaws import Flaw
from tests.unit.evidence.bench import FOLDER, Installation, flaws

# Everything through which sealing touches the disk.
_OPERATIONS = ("open", "write", "link", "rename", "fsync", "mkdir", "fdopen", "unlink")
SECOND = Path("20251125T000000Z-bbbbbb/main/US")


class _Tripped:
    """Counts the operations, and makes the one of that number fail."""

    def __init__(self, at: int, code: int) -> None:
        self.count = 0
        self._at, self._code = at, code

    def around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*arguments: Any, **keywords: Any) -> Any:
            self.count += 1
            if self.count == self._at:
                raise OSError(self._code, os.strerror(self._code))
            return real(*arguments, **keywords)

        return act


def _sealing(
    home: Path, monkeypatch: pytest.MonkeyPatch, at: int, code: int
) -> tuple[Installation, int, bool]:
    """Seal a second bundle with one operation failing; tell how many there were, and if sealing failed."""
    # How long a disk takes to be sure is not what is tried here.
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    installation = Installation(home)
    installation.seal()
    tripped = _Tripped(at, code)
    failed = False
    with monkeypatch.context() as patched:
        for name in _OPERATIONS:
            patched.setattr(os, name, tripped.around(getattr(os, name)))
        try:
            installation.seal(SECOND)
        except OSError:
            failed = True
    return installation, tripped.count, failed


@pytest.mark.parametrize(
    "code", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EMFILE], ids=errno.errorcode.get
)
def test_b6_a_disk_that_fails_at_any_operation_leaves_nothing_that_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Whichever fails: the old bundle is good, the new one good or visibly unsealed, the next seals."""
    _, total, _ = _sealing(tmp_path / "whole", monkeypatch, 0, code)
    for at in range(1, total + 1):
        installation, _, failed = _sealing(tmp_path / str(at), monkeypatch, at, code)

        assert installation.verify().is_good, at
        found = flaws(installation.verify(installation.root / SECOND))
        allowed = {Flaw.UNSEALED.value, Flaw.NO_BUNDLE.value, Flaw.NOT_IN_LEDGER.value}
        assert found <= allowed, at
        assert failed or not found, at
        installation.seal(Path("20251126T000000Z-cccccc/main/US"))
        assert installation.ledger.check() == [], at
    assert total > 20


_KILLED = """
import os, sys
from pathlib import Path
from tests.unit.evidence.bench import FOLDER, Installation
from tests.unit.evidence.test_faults import SECOND, _OPERATIONS
at = count = 0
def around(real):
    def act(*arguments, **keywords):
        global count
        count += 1
        if count == at:
            os._exit(9)
        return real(*arguments, **keywords)
    return act
for at in range(1, 400):
    home = Path(sys.argv[1]) / str(at)
    pid = os.fork()
    if pid == 0:
        os.fsync = lambda _descriptor: None
        installation = Installation(home)
        installation.seal()
        for name in _OPERATIONS:
            setattr(os, name, around(getattr(os, name)))
        installation.seal(SECOND)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0:
        print(at)
        break
"""


def test_b1_a_kill_at_any_operation_leaves_nothing_that_lies(tmp_path: Path) -> None:
    """Killed at operation n: what was sealed verifies, the rest shows as unsealed, and sealing goes on."""
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    last = int(done.stdout)

    for at in range(1, last):
        installation = Installation(tmp_path / str(at))
        assert installation.verify().is_good, at
        second = [held for held in bundles(installation.root) if held.folder == SECOND]
        if second and second[0].bundle:
            assert flaws(installation.verify(installation.root / SECOND)) <= {Flaw.NOT_IN_LEDGER.value}, at
        installation.seal(Path("20251126T000000Z-cccccc/main/US"))
        assert installation.ledger.check() == [], at
    assert last > 20


def test_d6_a_link_planted_in_the_evidence_folder_is_not_followed(tmp_path: Path) -> None:
    """With links where folders or files should be, nothing outside is written or sealed."""
    installation = Installation(tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    installation.root.mkdir()
    (installation.root / FOLDER.parts[0]).symlink_to(outside)

    with pytest.raises(OSError, match=r"ymbolic|directory"):
        installation.seal()

    assert list(outside.iterdir()) == []


def test_a_key_that_is_damaged_is_never_replaced_unasked(tmp_path: Path) -> None:
    """A key others can read, or that is none, stops sealing with words, and stays as it is."""
    from checker.errors import CheckerError

    installation = Installation(tmp_path)
    installation.seal()
    key = tmp_path / "keys" / "evidence-signing.pem"
    assert key.stat().st_mode & 0o777 == 0o600

    key.chmod(0o644)
    with pytest.raises(CheckerError, match="others can read it"):
        installation.seal(SECOND)
    key.chmod(0o600)
    key.write_bytes(b"nonsense")
    with pytest.raises(CheckerError, match="no private key"):
        installation.seal(SECOND)
    assert key.read_bytes() == b"nonsense"
