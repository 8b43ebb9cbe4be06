"""`checker doctor`: each thing a run needs, what to type where it fails, in both languages."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checker.checkup import machine as machine_checks
from checker.checkup.check import Teller
from checker.cli.main import main
from checker.model import Exit
from checker.report.words import words_for
from tests.unit.schedule.conftest import Machine

HAN = re.compile("[\u4e00-\u9fff]")
# What stays as it is in every language.
PLAIN = re.compile(r"-> (checker|chmod|loginctl|timedatectl|apt-get) ")

Checks = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def settled(config: Path) -> Path:
    """Settings whose password is in a private file."""
    text = config.read_text(encoding="utf-8").replace('password = "x"', 'password_file = "main.password"')
    config.write_text(text, encoding="utf-8")
    secret = config.parent / "main.password"
    secret.write_text("x\n", encoding="utf-8")
    secret.chmod(0o600)
    return config


def made_browser(path: Path, script: str) -> Path:
    """Return a browser that answers `--version` and does what the script says otherwise."""
    text = f'#!/bin/sh\ncase "$*" in *--version*) echo "Chromium 150.0.1.2";; *) {script};; esac\n'
    path.write_text(text, encoding="utf-8")
    path.chmod(0o700)
    return path


@pytest.fixture
def quick_browser(tmp_path: Path) -> Path:
    """Return a browser that shows an empty page at once."""
    return made_browser(tmp_path / "quick", "echo '<html></html>'")


@pytest.fixture
def checks(
    settled: Path, machine: Machine, quick_browser: Path, capsys: pytest.CaptureFixture[str]
) -> Checks:
    """Run the doctor over the settings, with more lines in them; return its checks by name.

    real: whether it starts the browser of this machine, which takes longer than all its other checks.
    """

    def run(more: str = "", *words: str, real: bool = False) -> dict[str, dict[str, Any]]:
        settled.write_text(settled.read_text(encoding="utf-8") + more, encoding="utf-8")
        with pytest.MonkeyPatch.context() as patched:
            if not real:
                patched.setenv("CHECKER_BROWSER", str(quick_browser))
            main(["doctor", "--json", *words, "--config", str(settled)])
        return {one["name"]: one for one in json.loads(capsys.readouterr().out)["checks"]}

    return run


class TestChecks:
    """One thing each."""

    def test_a_browser_that_starts_has_shown_an_empty_page(self, checks: Checks) -> None:
        """The real one of this machine; as root without its sandbox, which is said."""
        found = checks(real=True)

        assert found["browser"]["state"] == "ok"
        assert found["sandbox"]["state"] == ("warned" if os.geteuid() == 0 else "ok")

    @pytest.mark.parametrize(
        ("script", "fix"),
        [
            ("echo 'No usable sandbox! Update your kernel' >&2; exit 1", "sysctl kernel.unprivileged"),
            ("echo 'libnss3.so: cannot open' >&2; exit 127", "checker browser install"),
        ],
    )
    def test_a_browser_that_does_not_start_fails(
        self, checks: Checks, tmp_path: Path, script: str, fix: str
    ) -> None:
        """For want of a sandbox, or of a library: each with its own next step."""
        found = checks(f"[browser]\npath = '{made_browser(tmp_path / 'browser', script)}'\n")["sandbox"]

        assert found["state"] == "failed"
        assert fix in found["fix"]

    @pytest.mark.parametrize(("mode", "state"), [(0o644, "failed"), (0o600, "ok")])
    def test_a_secret_that_others_can_read_fails(
        self, checks: Checks, settled: Path, mode: int, state: str
    ) -> None:
        """With the line that closes it."""
        secret = settled.parent / "main.password"
        secret.chmod(mode)
        found = checks()["password of main"]

        assert found["state"] == state
        assert found["fix"] == (f"chmod 600 '{secret}'" if state == "failed" else None)

    def test_secrets_in_settings_that_others_can_read(self, checks: Checks, settled: Path) -> None:
        """The settings themselves are closed then."""
        settled.chmod(0o644)
        assert checks()["settings"]["state"] == "ok"
        found = checks('[notify.routes.a]\nto = "seller"\nurl = "json://token@127.0.0.1"\n')

        assert found["settings"]["state"] == "warned"
        assert found["settings"]["fix"].startswith("chmod 600 ")

    def test_keys_that_others_can_read_fail(self, checks: Checks, settled: Path) -> None:
        """That of sessions beside the settings, that of the evidence in its folder."""
        (settled.parent / "session.key").write_text("k" * 40, encoding="utf-8")
        (settled.parent / "session.key").chmod(0o644)
        folder = settled.parent / "data" / "keys"
        folder.mkdir(parents=True)
        (folder / "evidence-signing.pem").touch(0o644)
        (folder / "evidence-signing.pem").chmod(0o644)
        found = checks()

        assert found["session key"]["state"] == "failed"
        assert found["evidence key"]["fix"] == f"chmod 600 '{folder}/evidence-signing.pem'"

    def test_kept_sessions_have_an_age(self, checks: Checks, settled: Path) -> None:
        """After a month it will have ended: sign in before cron has to."""
        folder = settled.parent / "data" / "sessions"
        folder.mkdir(parents=True, mode=0o700)
        session = folder / "main.session"
        session.touch()
        assert checks()["session of main"]["state"] == "ok"
        old = (datetime.now(UTC) - timedelta(days=40)).timestamp()
        os.utime(session, (old, old))
        found = checks()["session of main"]

        assert (found["state"], found["fix"]) == ("warned", "checker login main")
        assert "40 days" in found["text"]

    def test_overrides_are_read_and_strangers_named(self, checks: Checks, settled: Path) -> None:
        """A misspelt file changes nothing; a broken one is found before any account needs it."""
        folder = settled.parent / "overrides"
        folder.mkdir()
        (folder / "amazn.toml").touch()
        (folder / "ebay.toml").write_text("nonsense = 1\n", encoding="utf-8")
        (folder / "etsy.toml").touch()
        found = checks()

        assert found["override amazn.toml"]["state"] == "warned"
        assert "amazon" in found["override amazn.toml"]["fix"]
        assert found["override ebay.toml"]["state"] == "failed"
        assert found["override etsy.toml"]["state"] == "ok"

    def test_rules_kept_from_the_page_are_read_as_well(self, checks: Checks, settled: Path) -> None:
        """Each in the folder of its marketplace; one of no marketplace changes nothing."""
        folder = settled.parent / "overrides"
        for name, text in (("amazn", ""), ("ebay", "nonsense = 1\n"), ("etsy", "")):
            (folder / name).mkdir(parents=True)
            (folder / name / "kept.toml").write_text(text, encoding="utf-8")
        (folder / "ozon").mkdir()
        found = checks()

        states = {name: found[f"override {name}"]["state"] for name in ("amazn", "ebay", "etsy")}
        assert states == {"amazn": "warned", "ebay": "failed", "etsy": "ok"}
        assert "override ozon" not in found

    def test_schedule_by_cron_by_hand_and_by_nobody(
        self, checks: Checks, machine: Machine, settled: Path
    ) -> None:
        """Ours, a line of the user's own, none."""
        assert checks()["schedule"]["fix"].startswith("checker schedule install")
        machine.tab.write_text("1 2 * * * /opt/bin/checker run\n", encoding="utf-8")
        assert checks()["schedule"]["text"] == "a crontab line written by hand"
        machine.tab.write_text("# 1 2 * * * /opt/bin/checker run\n", encoding="utf-8")
        assert checks()["schedule"]["state"] == "warned"
        main(["schedule", "install", "--yes", "--config", str(settled)])
        assert checks()["schedule"]["text"] == "a crontab line of checker's own"

    def test_schedule_by_a_timer(self, checks: Checks, machine: Machine, settled: Path) -> None:
        """One that sleeps, or ends with the session, is told."""
        machine.has("session", "isolates")
        main(["schedule", "install", "--yes", "--config", str(settled)])
        assert checks()["schedule"]["state"] == "ok"
        (machine.folder / "linger").write_text("no", encoding="utf-8")
        assert checks()["schedule"]["fix"] == "loginctl enable-linger"
        (machine.folder / "active").unlink()
        assert checks()["schedule"]["fix"] == "checker schedule install"

    @pytest.mark.parametrize(
        ("text", "state"), [(None, "failed"), ("nonsense", "failed"), ("https://hc.example/canary", "ok")]
    )
    def test_the_dead_mans_address(self, checks: Checks, settled: Path, text: str | None, state: str) -> None:
        """It is read, and not pinged."""
        if text is not None:
            (settled.parent / "ping").write_text(text, encoding="utf-8")
            (settled.parent / "ping").chmod(0o600)

        found = checks('[schedule]\nping_url_file = "ping"\n')["dead-man switch"]

        assert found["state"] == state
        assert "canary" not in json.dumps(found)

    def test_an_address_nothing_understands_fails(self, checks: Checks) -> None:
        """Found now, and not when the first red cannot be told."""
        found = checks('[notify.routes.a]\nto = "seller"\nurl = "nothing://canary"\n')

        assert found["route a"]["state"] == "failed"
        assert "canary" not in json.dumps(found)

    @pytest.mark.usefixtures("machine")
    def test_without_an_account_it_says_how_to_begin(self, tmp_path: Path) -> None:
        """78, and `checker init`."""
        path = tmp_path / "empty.toml"
        path.write_text('[paths]\ndata_dir = "data"\n', encoding="utf-8")

        assert main(["doctor", "--config", str(path)]) == Exit.CONFIG

    @pytest.mark.usefixtures("machine")
    @pytest.mark.parametrize(("answer", "state"), [("yes", "ok"), ("no", "warned"), ("", "ok")])
    def test_the_clock(
        self,
        config: Path,
        tmp_path: Path,
        answer: str,
        state: str,
    ) -> None:
        """Kept right, running free, or nobody can say."""
        from checker.settings import load

        program = tmp_path / "bin" / "timedatectl"
        program.write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
        program.chmod(0o700)
        (config.parent / "data").mkdir()

        found = machine_checks.clock(Teller(words_for("en")), load(config, {}), datetime.now(UTC))

        assert found.state == state


class TestWhole:
    """All of it."""

    TROUBLES = (
        "[notify.routes.a]\nto = 'seller'\nurl_file = 'nowhere'\n"
        "[notify.routes.b]\nto = 'seller'\nurl = 'nothing://x'\n"
        "[schedule]\nping_url_file = 'nowhere'\n"
        "[accounts.two]\nmarketplace = 'amazon'\nusername = 'b'\npassword_command = ['no-such-program']\n"
        "[accounts.three]\nmarketplace = 'ebay'\nusername = 'c'\npassword = 'x'\n"
    )

    def test_nothing_is_sent(self, checks: Checks, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without --online no address is connected to; with it, a host that is not there is a failed line."""

        def refuse(*_given: object, **_more: object) -> None:
            raise ConnectionRefusedError(111, "Connection refused")

        asked: list[object] = []
        monkeypatch.setattr(socket, "create_connection", refuse)
        monkeypatch.setattr(socket.socket, "connect", lambda _self, address: asked.append(address))

        assert "network of main" not in checks(self.TROUBLES)
        assert asked == []
        assert checks("", "--online")["network of main"]["fix"].startswith("look at network")

    def test_every_line_that_is_not_fine_says_what_to_type(self, checks: Checks) -> None:
        """In JSON as well."""
        found = checks(self.TROUBLES)

        assert sum(one["state"] == "failed" for one in found.values()) >= 4
        assert all(one["fix"] for one in found.values() if one["state"] != "ok")

    @pytest.mark.usefixtures("machine")
    def test_in_chinese_nothing_is_english(
        self,
        settled: Path,
        quick_browser: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Every line but what is to be typed; names for programs stay English in JSON."""
        monkeypatch.setenv("CHECKER_BROWSER", str(quick_browser))
        text = settled.read_text(encoding="utf-8") + self.TROUBLES + "[report]\nlanguage = 'zh'\n"
        settled.write_text(text, encoding="utf-8")
        main(["doctor", "--config", str(settled)])
        shown = capsys.readouterr().out.splitlines()
        main(["doctor", "--json", "--config", str(settled)])
        names = {one["name"] for one in json.loads(capsys.readouterr().out)["checks"]}

        assert [line for line in shown if not HAN.search(line) and not PLAIN.search(line)] == []
        assert {"settings", "password of three", "route a"} <= names

    @pytest.mark.usefixtures("machine")
    def test_forget_and_notify_speak_chinese_too(
        self, settled: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Questions, answers and refusals."""
        settled.write_text(
            settled.read_text(encoding="utf-8") + "[report]\nlanguage = 'zh'\n", encoding="utf-8"
        )
        config = ["--config", str(settled)]
        codes = [main([*words, *config]) for words in (
            ["forget", "nobody", "--yes"], ["notify", "test"], ["notify", "send"], ["notify", "log"]
        )]  # fmt: skip
        told = capsys.readouterr()

        assert codes == [Exit.USAGE, Exit.CONFIG, Exit.OK, Exit.OK]
        for sentence in ("没有账户 'nobody' 的任何记录", "没有配置消息通道", "尚未发送过消息"):
            assert sentence in told.err
        assert "已送达 0，失败 0，暂缓 0" in told.out
