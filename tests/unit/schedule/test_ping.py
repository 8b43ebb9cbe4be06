"""The dead-man switch, against a real server on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from checker.cli.main import main
from checker.errors import CheckerError, ConfigError
from checker.model import Exit
from checker.schedule.ping import Pinger, pinger, read_address
from checker.secrets import SecretError
from checker.settings import Settings, load

SECRET = "5f0c2a6e-canary-ping"


@dataclass
class Switch:
    """What the server heard, and what it answers next: each answer once, the last one for good."""

    url: str
    heard: list[tuple[str, str]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=lambda: [(200, "OK")])

    @property
    def endings(self) -> list[str]:
        """What stood after the address."""
        return [path.removeprefix(f"/ping/{SECRET}") for path, _ in self.heard]


@pytest.fixture
def switch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Switch]:
    """A server of the Healthchecks protocol."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    kept: list[Switch] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"])).decode()
            kept[0].heard.append((self.path, data))
            answers = kept[0].answers
            status, body = answers[0] if len(answers) == 1 else answers.pop(0)
            if status == 0:
                return
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.append(Switch(f"http://127.0.0.1:{server.server_port}/ping/{SECRET}"))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield kept[0]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settled(tmp_path: Path, switch: Switch) -> Callable[..., Settings]:
    """Load settings that name the switch."""

    def settle(more: str = "") -> Settings:
        secret = tmp_path / "ping.url"
        secret.write_text(f"{switch.url}/\n", encoding="utf-8")
        secret.chmod(0o600)
        path = tmp_path / "checker.toml"
        path.write_text(
            f'[paths]\ndata_dir = "data"\n[schedule]\nping_url_file = "ping.url"\n{more}', encoding="utf-8"
        )
        return load(path, {})

    return settle


def ready(settings: Settings, told: list[str]) -> Pinger:
    """Return what pings, without waiting between tries."""
    found = pinger(settings, told.append, lambda _seconds: None)
    assert found is not None
    return found


class TestProtocol:
    """What is sent where."""

    @pytest.mark.parametrize(
        ("code", "ending"),
        [(0, ""), (10, ""), (11, ""), (12, ""), (1, "/fail"), (22, "/fail"), (30, "/fail"), (143, "/fail")],
    )
    def test_e5_a_run_that_did_its_work_is_a_success(
        self, switch: Switch, settled: Callable[..., Settings], code: int, ending: str
    ) -> None:
        """A red is the seller's matter; that the checker could not look is the operator's."""
        told: list[str] = []
        switched = ready(settled(), told)

        switched.start()
        switched.finish(code)

        assert switch.endings == ["/start", ending]
        assert switch.heard[1][1] == f"exit code {code}"
        assert told == []

    def test_exit_status_is_sent_on_wish(self, switch: Switch, settled: Callable[..., Settings]) -> None:
        """`ping_status = "exit"` hands the code itself over."""
        ready(settled('ping_status = "exit"\n'), []).finish(22)

        assert switch.endings == ["/22"]

    def test_where_another_run_is_at_work_nothing_is_claimed(
        self, switch: Switch, settled: Callable[..., Settings]
    ) -> None:
        """75 neither keeps the switch quiet nor sets it off."""
        ready(settled(), []).finish(Exit.BUSY)

        assert switch.heard == []


class TestFailure:
    """What cannot be delivered."""

    @pytest.mark.parametrize("status", [500, 503, 429, 0])
    def test_what_may_pass_is_tried_three_times(
        self, switch: Switch, settled: Callable[..., Settings], status: int
    ) -> None:
        """Then the operator is told, once, without the address."""
        told: list[str] = []
        switch.answers = [(status, "")]

        ready(settled(), told).start()

        assert switch.endings == ["/start"] * 3
        assert len(told) == 1
        assert "127.0.0.1" in told[0]
        assert SECRET not in told[0]

    def test_the_second_try_may_do(self, switch: Switch, settled: Callable[..., Settings]) -> None:
        """Nothing is told of what arrived in the end."""
        told: list[str] = []
        switch.answers = [(503, ""), (200, "OK")]

        ready(settled(), told).start()

        assert told == []

    @pytest.mark.parametrize(
        ("answer", "said"),
        [((404, ""), "HTTP 404"), ((200, "OK (not found)"), "not found"), ((302, ""), "HTTP 302")],
    )
    def test_what_stays_wrong_is_tried_once(
        self, switch: Switch, settled: Callable[..., Settings], answer: tuple[int, str], said: str
    ) -> None:
        """A wrong address answers 200 as well, and says so; no redirect is followed."""
        told: list[str] = []
        switch.answers = [answer]

        ready(settled(), told).finish(0)

        assert switch.endings == [""]
        assert said in told[0]

    def test_nobody_there(self) -> None:
        """A closed port is a line, in the reader's language, and no exception."""
        told: list[str] = []
        address = f"http://127.0.0.1:9/{SECRET}"
        schedule = {"ping_url": address}
        settings = Settings.model_validate({"schedule": schedule, "report": {"language": "zh"}})

        ready(settings, told).start()

        assert told[0].startswith("无法通知 127.0.0.1")
        assert SECRET not in told[0]

    @pytest.mark.parametrize(("mode", "text"), [(0o644, "https://x.example/1"), (0o600, "not an address")])
    def test_an_address_that_cannot_be_used_is_told_and_the_run_goes_on(
        self, tmp_path: Path, settled: Callable[..., Settings], mode: int, text: str
    ) -> None:
        """Others can read it, or it is none: the switch will raise the alarm, and we say why."""
        settings, told = settled(), list[str]()
        secret = tmp_path / "ping.url"
        secret.write_text(text, encoding="utf-8")
        secret.chmod(mode)

        assert pinger(settings, told.append) is None
        assert any("dead-man switch" in line for line in told)
        with pytest.raises(SecretError):
            read_address(settings, {})


class TestSettings:
    """`[schedule] ping_url`."""

    @pytest.mark.parametrize("url", ["http://hc.example/x", "ftp://a/b", "x", "https://", "https://a b/c"])
    def test_an_address_that_gives_itself_away_is_refused(self, tmp_path: Path, url: str) -> None:
        """Plain http is for this machine only; the value is not repeated."""
        path = tmp_path / "checker.toml"
        path.write_text(f'[schedule]\nping_url = "{url}?{SECRET}"\n', encoding="utf-8")

        with pytest.raises(ConfigError) as caught:
            load(path, {})

        assert "checker.toml:2" in str(caught.value)
        assert SECRET not in str(caught.value)

    def test_it_has_one_source(self, tmp_path: Path) -> None:
        """Two are refused, and the words of a command are not shown."""
        path = tmp_path / "checker.toml"
        path.write_text(
            '[schedule]\nping_url_file = "a"\nping_url = "https://hc.example/x"\n', encoding="utf-8"
        )
        with pytest.raises(ConfigError, match="give only one of ping_url_file, ping_url"):
            load(path, {})
        path.write_text(f'[schedule]\nping_url_command = ["show", "{SECRET}"]\n', encoding="utf-8")

        assert SECRET not in str(load(path, {}).describe())


class TestRun:
    """`checker run` with a switch."""

    @pytest.fixture
    def outcome(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[int | CheckerError], None]:
        """Have the visits of a run end as a test wants."""

        def end(how: int | CheckerError) -> None:
            def visited(*_given: object, **_more: object) -> int:
                if isinstance(how, CheckerError):
                    raise how
                return how

            monkeypatch.setattr("checker.cli.run._visited", visited)

        return end

    def test_e5_the_dead_mans_switch_hears_of_whole_runs(
        self,
        tmp_path: Path,
        switch: Switch,
        settled: Callable[..., Settings],
        outcome: Callable[[int | CheckerError], None],
    ) -> None:
        """Around the whole run, and only a whole one: what is tried by hand keeps no switch quiet."""
        settled()
        outcome(10)
        config = ["--config", str(tmp_path / "checker.toml")]

        assert main(["run", *config]) == 10
        assert switch.endings == ["/start", ""]
        for part in (["--dry-run"], ["--site", "CA"], ["--account", "x"]):
            main(["run", *part, *config])
        assert len(switch.heard) == 2

    def test_e5_a_run_that_breaks_is_a_failure(
        self,
        tmp_path: Path,
        switch: Switch,
        settled: Callable[..., Settings],
        outcome: Callable[[int | CheckerError], None],
    ) -> None:
        """The exit code is that of the fault."""
        settled()
        outcome(CheckerError("broken", exit_code=Exit.STORE))

        assert main(["run", "--config", str(tmp_path / "checker.toml")]) == Exit.STORE
        assert switch.heard[-1] == (f"/ping/{SECRET}/fail", "exit code 30")

    def test_a_switch_that_is_down_changes_no_exit_code(
        self,
        tmp_path: Path,
        switch: Switch,
        settled: Callable[..., Settings],
        outcome: Callable[[int | CheckerError], None],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """It is said on standard error and in the log, and nothing of the address anywhere."""
        settled()
        outcome(12)
        switch.answers = [(404, "")]

        assert main(["run", "--config", str(tmp_path / "checker.toml")]) == 12
        told = capsys.readouterr()
        log = (tmp_path / "data" / "logs" / "checker.log").read_text(encoding="utf-8")
        assert "could not be told: HTTP 404" in told.err
        assert "could not be told: HTTP 404" in log
        assert SECRET not in told.err + told.out + log
