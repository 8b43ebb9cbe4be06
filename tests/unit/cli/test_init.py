"""`checker init`: settings and secrets, by questions or by options."""

from __future__ import annotations

import asyncio
import io
import json
import os
import pty
import stat
import subprocess
import sys
import types
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.base import PipeInput
from prompt_toolkit.output.vt100 import Vt100_Output

from checker.cli.main import main
from checker.model import Exit
from checker.secrets import read_password, read_totp_secret
from checker.settings import load

CANARY = "canary Pa55 %$\"'wörd"
SEED = "JBSWY3DPEHPK3PXP JBSWY3DP"
ENTER = "\r"
DOWN = "\x1b[B"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file that is not there yet, in a folder that is not there either."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path / "new one" / "checker.toml"


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PipeInput, io.StringIO]]:
    """A person at a terminal: what they type, and what is drawn for them."""
    monkeypatch.setattr("checker.cli.beginning._is_attended", lambda: True)
    drawn = io.StringIO()
    output = Vt100_Output(drawn, lambda: Size(rows=50, columns=100), term="xterm")
    # The browser that other tests share leaves its loop running in this process; a command never has one.
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    with create_pipe_input() as typed, create_app_session(input=typed, output=output):
        yield typed, drawn
    asyncio._set_running_loop(loop)


def given(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Put a text onto standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def mode(path: Path) -> int:
    """Return who may read a file."""
    return stat.S_IMODE(path.stat().st_mode)


class TestOptions:
    """Without a terminal."""

    def init(self, config: Path, *more: str) -> int:
        """Run it with the least that is needed."""
        return main(["init", "--config", str(config), "--marketplace", "amazon", "--username", "a@b", *more])

    def test_settings_and_secrets_are_as_a_run_wants_them(
        self, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """They load, the secrets read back to the letter, only their owner can read them, none is shown."""
        given(monkeypatch, f"{CANARY}\n{SEED}\n")

        assert self.init(config, "--password-stdin", "--alias", "shop-1") == Exit.OK
        account = load(config, {}).accounts["shop-1"]
        password = read_password("shop-1", account, warn=pytest.fail)
        totp = read_totp_secret("shop-1", account, warn=pytest.fail)
        told = capsys.readouterr()

        assert (password.get_secret_value(), totp and totp.get_secret_value()) == (CANARY, SEED)
        assert {path.name: mode(path) for path in config.parent.iterdir()} == {
            "checker.toml": 0o600, "shop-1.password": 0o600, "shop-1.totp": 0o600,
        }  # fmt: skip
        assert mode(config.parent) == 0o700
        assert "canary" not in told.out + told.err + config.read_text(encoding="utf-8")

    def test_ends_with_the_next_three_commands(
        self, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Each can be typed as it stands; as JSON too."""
        given(monkeypatch, "x\n")
        self.init(config, "--password-stdin", "--json")
        told = json.loads(capsys.readouterr().out)

        assert [command.split(" --config")[0].split("checker ", 1)[1] for command in told["next"]] == [
            "doctor",
            "run --dry-run",
            "schedule install",
        ]
        assert all(command.endswith(f"--config '{config}'") for command in told["next"])
        assert told["written"] == [str(config), str(config.parent / "main.password")]

    def test_without_a_password_it_says_how_to_write_it(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """First of all, with the right mode."""
        assert self.init(config, "--yes") == Exit.OK
        assert f"(umask 077; cat > '{config.parent}/main.password')" in capsys.readouterr().err

    @pytest.mark.parametrize("there", ["checker.toml", "main.password", "main.totp"])
    def test_nothing_is_overwritten(
        self, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], there: str
    ) -> None:
        """Neither settings nor a secret, nor a link that leads nowhere; nothing else is written either."""
        config.parent.mkdir()
        (config.parent / there).symlink_to("/nowhere/at/all")
        given(monkeypatch, f"{CANARY}\n{SEED}\n")

        assert self.init(config, "--password-stdin") == Exit.CONFIG
        assert [path.name for path in config.parent.iterdir()] == [there]
        assert str(config.parent / there) in capsys.readouterr().err

    def test_a_command_is_kept_as_words(self, config: Path) -> None:
        """No shell will run it; its quotes are those of the words."""
        code = self.init(config, "--password-command", "pass show 'my shop'", "--totp-command", "oath x")

        account = load(config, {}).accounts["main"]
        assert code == Exit.OK
        assert account.password_command == ("pass", "show", "my shop")
        assert account.totp_secret_command == ("oath", "x")
        assert [path.name for path in config.parent.iterdir()] == ["checker.toml"]

    def test_the_keyring_takes_both(self, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing lies in a file, and the settings name none."""
        kept: dict[str, str] = {}
        monkeypatch.setitem(sys.modules, "keyring", _keyring(kept))
        given(monkeypatch, f"{CANARY}\n{SEED}\n")

        assert self.init(config, "--password-stdin", "--secrets", "keyring") == Exit.OK
        assert kept == {"main.password": CANARY, "main.totp": SEED}
        assert "_file" not in config.read_text(encoding="utf-8")
        assert list(load(config, {}).accounts) == ["main"]

    def test_a_keyring_that_is_locked_leaves_nothing_behind(
        self, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """It says what to do instead."""
        monkeypatch.setattr("checker.secrets.keyrings.has_keyring", lambda: False)
        given(monkeypatch, "x\n")

        assert self.init(config, "--password-stdin", "--secrets", "keyring") == Exit.CONFIG
        assert not config.exists()
        assert "or: --secrets file" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--marketplace", "nowhere"], "there are: "),
            (["--alias", "../x"], "--alias: 1 to 40"),
            (["--alias", "-rf"], "--alias: 1 to 40"),
            (["--username", " "], "--username"),
            (["--username", "a\nb"], "--username"),
            (["--password-command", "pass 'x"], "a quote in it is not closed"),
            (["--secrets", "command"], "not given: --password-command"),
            (["--secrets", "keyring"], "not given: --password-stdin"),
        ],
    )
    def test_what_will_not_do_is_refused(
        self, config: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
    ) -> None:
        """With the option to correct, and nothing written."""
        assert self.init(config, "--yes", *words) == Exit.USAGE
        assert said in capsys.readouterr().err
        assert not config.parent.exists()

    @pytest.mark.parametrize("text", ["", "\n", f"x\n{CANARY}\n"])
    def test_a_secret_that_is_none_is_refused_unseen(
        self, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
    ) -> None:
        """An empty password, a key no authenticator has: refused, and not repeated."""
        given(monkeypatch, text)

        assert self.init(config, "--password-stdin") == Exit.USAGE
        assert "canary" not in capsys.readouterr().err
        assert not config.parent.exists()

    def test_what_is_missing_is_named_at_once(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """In the language of the terminal."""
        assert main(["init", "--config", str(config), "--yes", "--language", "zh"]) == Exit.USAGE
        assert "未给出：--marketplace, --username" in capsys.readouterr().err


class TestQuestions:
    """In a terminal."""

    def test_a_person_is_asked_and_no_secret_is_drawn(
        self,
        config: Path,
        typing: tuple[PipeInput, io.StringIO],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Marketplace, alias, name, place, password, authenticator, a look at it; then a sign-in."""
        typed, drawn = typing
        answers = [ENTER, ENTER, f"you@example.com{ENTER}", ENTER, f"{CANARY}{ENTER}", "y", f"{SEED}{ENTER}"]
        typed.send_text("".join([*answers, "y", "n"]))

        assert main(["init", "--config", str(config)]) == Exit.OK
        account = load(config, {}).accounts["main"]
        told = capsys.readouterr()
        assert account.username == "you@example.com"
        assert read_password("main", account, warn=pytest.fail).get_secret_value() == CANARY
        assert (config.parent / "main.totp").read_text(encoding="utf-8") == f"{SEED}\n"
        assert "canary" not in drawn.getvalue() + told.out + told.err
        assert "JBSWY" not in drawn.getvalue() + told.out + told.err

    def test_no_is_no(self, config: Path, typing: tuple[PipeInput, io.StringIO]) -> None:
        """Who does not want it written has nothing written, secrets included."""
        typed, _ = typing
        typed.send_text(f"{ENTER}{ENTER}a{ENTER}{ENTER}{CANARY}{ENTER}nn")

        assert main(["init", "--config", str(config)]) == 130
        assert not config.parent.exists()

    def test_an_interrupt_ends_it(self, config: Path, typing: tuple[PipeInput, io.StringIO]) -> None:
        """Ctrl-C at any question: 130, nothing written."""
        typed, _ = typing
        typed.send_text(f"{ENTER}{ENTER}\x03")

        assert main(["init", "--config", str(config)]) == 130
        assert not config.parent.exists()

    def test_options_are_not_asked_for_again(
        self, config: Path, typing: tuple[PipeInput, io.StringIO]
    ) -> None:
        """Only what they leave open is asked."""
        typed, drawn = typing
        typed.send_text(f"pw{ENTER}n" + "y" + "n")
        words = ["--marketplace", "ebay", "--alias", "bay", "--username", "me", "--secrets", "file"]

        assert main(["init", "--config", str(config), "--language", "zh", *words]) == Exit.OK
        assert load(config, {}).accounts["bay"].marketplace == "ebay"
        assert load(config, {}).report.language == "zh"
        assert "哪个平台" not in drawn.getvalue()
        assert "密码（不显示）" in drawn.getvalue()

    def test_the_sign_in_it_offers_is_login(
        self, config: Path, typing: tuple[PipeInput, io.StringIO], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its exit code is that of `checker login`; the settings stay whatever comes of it."""
        asked: list[tuple[str, Path, bool]] = []

        def login(alias: str, path: Path, *, terminal: bool, **_more: object) -> int:
            asked.append((alias, path, terminal))
            return int(Exit.PERSON)

        monkeypatch.setattr("checker.cli.login.login", login)
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        typed, _ = typing
        typed.send_text(f"pw{ENTER}nyy")
        words = ["--marketplace", "ebay", "--alias", "bay", "--username", "me", "--secrets", "file"]

        assert main(["init", "--config", str(config), *words]) == Exit.PERSON
        assert asked == [("bay", config, True)]
        assert config.exists()


def test_a_real_terminal_shows_no_secret(config: Path) -> None:
    """As a process on a terminal of its own: what is typed into the password's box is never echoed."""
    ours, theirs = pty.openpty()
    words = ["--marketplace", "ebay", "--alias", "bay", "--username", "me", "--secrets", "file"]
    command = [sys.executable, "-m", "checker", "init", "--config", str(config), *words]
    environ: Mapping[str, str] = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    shown = b""
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ) as running:
        os.close(theirs)
        for until, answer in (
            (b"Password", b"canary-9\r"),
            (b"authenticator app", b"n"),
            (b"Write it", b"n"),
        ):
            while until not in shown:
                shown += os.read(ours, 4096)
            os.write(ours, answer)
        while running.poll() is None:
            try:
                shown += os.read(ours, 4096)
            except OSError:
                break
    os.close(ours)

    assert running.returncode == 130
    assert shown.count(b"*") >= len("canary-9")
    assert b"canary" not in shown


def _keyring(kept: dict[str, str]) -> types.ModuleType:
    """Return a keyring that keeps what it is given."""
    module = types.ModuleType("keyring")
    module.__spec__ = types.SimpleNamespace()  # type: ignore[assignment]  # what `find_spec` looks for
    module.set_password = lambda _service, name, text: kept.__setitem__(name, text)  # type: ignore[attr-defined]
    module.get_password = lambda _service, name: kept.get(name)  # type: ignore[attr-defined]
    return module
