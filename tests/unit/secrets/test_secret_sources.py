"""Secrets come from a private file, a command, the settings or systemd, or are refused with advice."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from checker.secrets import (
    SecretError,
    SecretKind,
    SecretSource,
    read_password,
    read_secret,
    read_totp_secret,
)
from checker.settings import Account

CANARY = "canary Pa55 wörd"
PATH = {"PATH": os.environ["PATH"]}


def private(file: Path, content: str | bytes, mode: int = 0o600) -> Path:
    """Return a file with that content and mode."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    file.chmod(mode)
    return file


def taken(source: SecretSource, seconds: float = 30, **environ: str) -> tuple[str | None, list[str]]:
    """Return the secret a source gives, and the warnings."""
    warnings: list[str] = []
    found = read_secret(
        "main",
        SecretKind.PASSWORD,
        source,
        warn=warnings.append,
        environ=PATH | environ,
        command_seconds=seconds,
    )
    return (None if found is None else found.get_secret_value()), warnings


def refused(source: SecretSource, seconds: float = 30) -> str:
    """Return what is told of a source that gives nothing; never the secret."""
    with pytest.raises(SecretError) as caught:
        taken(source, seconds)
    assert caught.value.exit_code == 22
    assert CANARY not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


class TestFile:
    """C6: what a secret file may be."""

    @pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\n\n"])
    def test_line_end_is_trimmed(self, tmp_path: Path, ending: str) -> None:
        """The line end an editor adds is no part of the secret; blanks are."""
        file = private(tmp_path / "p", f" {CANARY} {ending}")

        assert taken(SecretSource(file=file)) == (f" {CANARY} ", [])

    def test_byte_order_mark(self, tmp_path: Path) -> None:
        """The mark a Windows editor puts first is no part of the secret."""
        assert taken(SecretSource(file=private(tmp_path / "p", b"\xef\xbb\xbfabcd")))[0] == "abcd"

    @pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
    def test_others_can_read_it(self, tmp_path: Path, mode: int) -> None:
        """A file open to group or others is refused with the very command that closes it."""
        file = private(tmp_path / "my password", CANARY, mode)

        told = refused(SecretSource(file=file))

        assert f"others can read {file} (mode {mode:04o})" in told
        assert f"chmod 600 '{file}'" in told

    def test_read_only_is_enough(self, tmp_path: Path) -> None:
        """A file of mode 0400 is as private as one of 0600."""
        assert taken(SecretSource(file=private(tmp_path / "p", "abcd", 0o400)))[0] == "abcd"

    def test_link(self, tmp_path: Path) -> None:
        """A link is followed, and what it leads to is what must be private."""
        (tmp_path / "good").symlink_to(private(tmp_path / "p", "abcd"))
        (tmp_path / "bad").symlink_to(private(tmp_path / "q", CANARY, 0o644))

        assert taken(SecretSource(file=tmp_path / "good"))[0] == "abcd"
        assert "others can read" in refused(SecretSource(file=tmp_path / "bad"))

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("", "is empty"),
            ("\n\n", "is empty"),
            ("  \n", "is empty"),
            (f"{CANARY}\nsecond", "more than one line"),
            (f"{CANARY}\0", "more than one line"),
            (CANARY.encode("latin-1"), "not UTF-8"),
            (CANARY * 300, "longer than 4096 bytes"),
        ],
    )
    def test_content(self, tmp_path: Path, content: str | bytes, told: str) -> None:
        """What cannot be one secret is refused, and told with the file's name."""
        file = private(tmp_path / "p", content)

        assert told in (words := refused(SecretSource(file=file)))
        assert str(file) in words

    def test_longest(self, tmp_path: Path) -> None:
        """A secret of just 4096 bytes is read whole."""
        assert taken(SecretSource(file=private(tmp_path / "p", "x" * 4096)))[0] == "x" * 4096

    def test_no_file(self, tmp_path: Path) -> None:
        """A missing file, a folder and a pipe nobody writes to are told at once."""
        os.mkfifo(tmp_path / "pipe", 0o600)

        assert "there is no file" in refused(SecretSource(file=tmp_path / "gone"))
        assert "is a folder" in refused(SecretSource(file=tmp_path))
        assert "is not a regular file" in refused(SecretSource(file=tmp_path / "pipe"))
        assert "cannot open" in refused(SecretSource(file=private(tmp_path / "p", "x") / "below"))


class TestCommand:
    """A user's own command, without a shell."""

    def test_output(self) -> None:
        """What it prints is the secret, without the line end; no shell looks at its words."""
        assert taken(SecretSource(command=("echo", "a b; $HOME")))[0] == "a b; $HOME"

    def test_environment(self) -> None:
        """It sees the environment the program was given."""
        assert taken(SecretSource(command=("printenv", "TOKEN")), TOKEN="abcd")[0] == "abcd"

    @pytest.mark.parametrize(
        ("script", "told"),
        [
            (f"print({CANARY!r}); raise SystemExit(3)", "ended with status 3"),
            (f"import sys; sys.stderr.write({CANARY!r}); sys.exit(1)", "ended with status 1"),
            ("pass", "is empty"),
            (f"print({CANARY!r} * 10000)", "longer than 4096 bytes"),
            ("while True: print('x' * 100)", "longer than 4096 bytes"),
        ],
    )
    def test_failures(self, script: str, told: str) -> None:
        """A command that fails is told by its status; neither of its outputs is repeated."""
        assert told in refused(SecretSource(command=(sys.executable, "-c", script)))

    def test_words_are_not_repeated(self) -> None:
        """Only the program is named: the words after it may hold a token."""
        assert "cannot start no-such-program" in refused(SecretSource(command=("no-such-program", CANARY)))
        assert "cannot be passed on" in refused(SecretSource(command=("echo", f"{CANARY}\0")))

    def test_bounded(self, tmp_path: Path) -> None:
        """A command that does not end is ended in time, with everything it started."""
        lock = tmp_path / "lock"
        script = (
            "import fcntl, subprocess\n"
            f"held = open({str(lock)!r}, 'w')\n"
            "fcntl.flock(held, fcntl.LOCK_EX)\n"
            "subprocess.run(['tail', '-f', '/dev/null'], pass_fds=[held.fileno()])\n"
        )

        assert "did not end within 1 s" in refused(SecretSource(command=(sys.executable, "-c", script)), 1)
        with lock.open("w") as free:
            # Comes back when the last of them is gone.
            fcntl.flock(free, fcntl.LOCK_EX)


class TestOtherSources:
    """Values in the settings, systemd, and nothing at all."""

    def test_value(self) -> None:
        """A value in the settings is taken, with a warning that does not repeat it."""
        secret, warnings = taken(SecretSource(value=SecretStr(CANARY)))

        assert secret == CANARY
        assert len(warnings) == 1
        assert "a file of mode 0600 keeps it from other eyes" in warnings[0]
        assert CANARY not in warnings[0]
        assert "not UTF-8" in refused(SecretSource(value=SecretStr(f"{CANARY}\udcff")))

    def test_systemd(self, tmp_path: Path) -> None:
        """A systemd credential stands in where the settings are silent, and only there."""
        private(tmp_path / "main.password", "from systemd\n", 0o440)
        file = private(tmp_path / "own", "from the file\n")
        directory = str(tmp_path)

        assert taken(SecretSource(), CREDENTIALS_DIRECTORY=directory)[0] == "from systemd"
        assert taken(SecretSource(file=file), CREDENTIALS_DIRECTORY=directory)[0] == "from the file"

    def test_named_source_is_final(self, tmp_path: Path) -> None:
        """A named source that fails is not replaced by the next one."""
        private(tmp_path / "main.password", "from systemd\n")

        with pytest.raises(SecretError, match="there is no file"):
            taken(SecretSource(file=tmp_path / "gone"), CREDENTIALS_DIRECTORY=str(tmp_path))

    def test_nothing(self, tmp_path: Path) -> None:
        """An account may have no seed, but must have a password."""
        account = Account(marketplace="amazon", username="u")
        environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}

        assert read_totp_secret("main", account, warn=pytest.fail, environ=environ) is None
        with pytest.raises(SecretError, match="account main has no password"):
            read_password("main", account, warn=pytest.fail, environ={})

    def test_of_an_account(self, tmp_path: Path) -> None:
        """Password and seed of an account come each from their own setting."""
        account = Account(
            marketplace="amazon",
            username="u",
            password_file=private(tmp_path / "p", "pass word"),
            totp_secret_command=("echo", "JBSWY3DPEHPK3PXP"),
        )

        assert read_password("main", account, warn=pytest.fail).get_secret_value() == "pass word"
        seed = read_totp_secret("main", account, warn=pytest.fail)
        assert seed is not None
        assert seed.get_secret_value() == "JBSWY3DPEHPK3PXP"
