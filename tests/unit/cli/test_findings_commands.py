"""`findings`, `ack`, `snooze`, `unack`, `history`, `runs`, `diff`: over a store that a story filled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from checker.cli.main import main
from checker.compare import compare
from checker.errors import UsageError
from checker.model import Exit, Key, Level, Outcome, Presence, Reading, Run, Scope, Site, Visit
from checker.report.lists import short_id
from checker.run.acting import moment_meant
from checker.store import open_store

TODAY = datetime.now(UTC).replace(microsecond=0)
US = Site("US", "ATVPDKIKX0DER", "United States", zone="America/Los_Angeles")
STATUS = Key("amazon", "main", "US", "account.status")
RATE = Key("amazon", "main", "US", "orders.defect_rate", variant="mfn")
ITEM = Key("amazon", "main", "US", "policy.violations.listing", item="PV-1")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A seller's settings, with a store of two runs: a rate turned red, then got a violation beside it."""
    path = tmp_path / "checker.toml"
    path.write_text(
        '[paths]\ndata_dir = "data"\n'
        '[accounts.main]\nmarketplace = "amazon"\nusername = "a"\npassword = "x"\n',
        encoding="utf-8",
    )
    (tmp_path / "data").mkdir(mode=0o700)
    with open_store(f"sqlite:///{tmp_path / 'data' / 'checker.db'}") as store:
        for number, readings in enumerate(_story()):
            at = TODAY - timedelta(hours=30 - 24 * number)
            seen = tuple(replace(reading, observed_at=at) for reading in readings)
            visit = Visit("amazon", "main", US, Outcome.READ, readings=seen, started_at=at)
            with store.transaction():
                found = compare(store.known("amazon", "main"), [visit], at)
                run = Run(f"run-{number}", at, at, (visit,), found.changes, 10, events=found.events)
                store.record(run, found.known, {("amazon", "main"): [US]})
    return path


def _story() -> list[list[Reading]]:
    def shown(key: Key, level: Level, **fields: Any) -> Reading:
        return Reading(key, Presence.SHOWN, TODAY, level, native=level.value.upper(), **fields)

    account = {"scope": Scope.ACCOUNT}
    item = shown(ITEM, Level.CRITICAL, scope=Scope.ITEM, deadline=TODAY + timedelta(days=20))
    return [
        [shown(STATUS, Level.OK, **account), shown(RATE, Level.WARNING)],
        [shown(STATUS, Level.OK, **account), shown(RATE, Level.WARNING), item],
    ]


def _run(config: Path, *arguments: str) -> int:
    return main([*arguments, "--config", str(config)])


def _document(config: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert _run(config, *arguments, "--json") == Exit.OK
    return json.loads(capsys.readouterr().out)


class TestFindings:
    """What is open, the worst first."""

    def test_lists_what_is_open_with_all_that_matters(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Id, key, level, since when, cause, deadline in the site's time and in UTC, how much is how."""
        assert _run(config, "findings") == Exit.OK
        out = capsys.readouterr().out

        assert out.index(short_id(ITEM)) < out.index(short_id(RATE))
        for word in (
            str(ITEM),
            str(RATE),
            "Critical",
            "Warning",
            "UTC",
            "CRITICAL 1, WARNING 1",
        ):
            assert word in out.replace("\n", " ")
        assert str(STATUS) not in out
        assert "green" not in out

    def test_as_json_holds_against_its_schema(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Real output, real schema, for every list there is."""
        for name, arguments in {
            "findings": ("findings",),
            "runs": ("runs",),
            "diff": ("diff", "last~1", "last"),
            "history": ("history", str(RATE)),
            "ack": ("snooze", str(RATE), "--until", "2d"),
        }.items():
            document = _document(config, capsys, *arguments)
            assert main(["schema", name]) == Exit.OK
            schema = json.loads(capsys.readouterr().out)
            jsonschema.Draft202012Validator.check_schema(schema)
            jsonschema.Draft202012Validator(schema).validate(document)

    def test_new_is_what_the_last_run_found(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The warning is older."""
        found = _document(config, capsys, "findings", "--new")["findings"]

        assert [(one["key"], one["is_new"]) for one in found] == [(str(ITEM), True)]

    def test_a_deadline_is_told_in_both_zones(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The same moment, in UTC and where the site is."""
        item = _document(config, capsys, "findings")["findings"][0]

        moments = [datetime.fromisoformat(item[name]) for name in ("deadline", "deadline_local")]
        assert moments[0] == moments[1]
        assert moments[0].utcoffset() == timedelta(0)
        assert moments[1].utcoffset() in (timedelta(hours=-8), timedelta(hours=-7))

    @pytest.mark.parametrize(
        ("only", "said"),
        [
            (("--acked",), "Nothing is acknowledged; `checker findings` lists what is open."),
            (("--new", "--acked"), "Nothing is new; `checker findings` lists what is open."),
        ],
    )
    def test_that_none_is_left_says_nothing_of_the_others(
        self, config: Path, capsys: pytest.CaptureFixture[str], only: tuple[str, ...], said: str
    ) -> None:
        """Two are open: an empty list of some of them is no "nothing is open", and nothing is green."""
        assert _run(config, "findings", *only) == Exit.OK
        out = capsys.readouterr().out
        document = _document(config, capsys, "findings", *only)

        assert out.strip() == said
        assert (document["summary"], document["findings"]) == ("none", [])

    def test_nothing_open_is_said(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Not an empty screen."""
        (config.parent / "data" / "checker.db").rename(config.parent / "data" / "aside.db")
        (config.parent / "data" / "checker.db.known").unlink()

        assert _run(config, "findings") == Exit.OK

        assert capsys.readouterr().out == "Nothing is open.\n"

    def test_is_told_in_chinese(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Words only: keys and ids stay."""
        config.write_text(
            config.read_text(encoding="utf-8") + '[report]\nlanguage = "zh"\n', encoding="utf-8"
        )
        _run(config, "findings")

        out = capsys.readouterr().out
        assert "严重" in out
        assert str(ITEM) in out


class TestAck:
    """Who knows of it."""

    @pytest.mark.parametrize("named", [str(RATE), short_id(RATE), "orders.defect_rate@mfn", "DEFECT"])
    def test_takes_an_id_a_key_or_a_part_of_one(
        self, config: Path, capsys: pytest.CaptureFixture[str], named: str
    ) -> None:
        """And says what it did."""
        assert _run(config, "ack", named, "--by", "ann", "--reason", "ticket 7") == Exit.OK
        assert f"acknowledged by ann: {RATE}" in capsys.readouterr().out.replace("\n", "")

        (one,) = _document(config, capsys, "findings", "--acked")["findings"]
        assert (one["key"], one["ack"]["by"], one["ack"]["reason"]) == (str(RATE), "ann", "ticket 7")

    def test_takes_several_or_none(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """One that is no finding, and none is acknowledged."""
        assert _run(config, "ack", short_id(RATE), "nowhere", "--reason", "x") == Exit.USAGE
        assert "no key holds 'nowhere'" in capsys.readouterr().err
        assert _document(config, capsys, "findings", "--acked")["findings"] == []

        acked = _document(config, capsys, "ack", short_id(RATE), short_id(ITEM), "--reason", "x")
        assert acked == {"act": "ack", "keys": [str(RATE), str(ITEM)]}

    def test_a_part_of_two_is_refused_with_both(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The message lists what it may mean."""
        assert _run(config, "ack", "amazon/main", "--reason", "x") == Exit.USAGE

        told = capsys.readouterr().err
        assert str(RATE) in told
        assert str(ITEM) in told

    def test_a_green_key_cannot_be_acknowledged(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """It is no finding."""
        assert _run(config, "ack", str(STATUS), "--reason", "x") == Exit.USAGE
        assert "checker findings" in capsys.readouterr().err

    def test_is_taken_back(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """With `unack`, snoozes too."""
        _run(config, "ack", short_id(RATE), "--reason", "x")
        _run(config, "snooze", short_id(RATE), "--until", "7d")
        capsys.readouterr()
        (before,) = _document(config, capsys, "findings", "--acked")["findings"]
        assert _run(config, "unack", short_id(RATE)) == Exit.OK
        capsys.readouterr()

        after = _document(config, capsys, "findings")["findings"][1]
        assert before["snoozed_until"] is not None
        assert (after["ack"], after["snoozed_until"]) == (None, None)

    def test_history_tells_it(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The timeline names who acknowledged, why, beside what runs found; and draws the levels."""
        _run(config, "ack", short_id(RATE), "--by", "ann", "--reason", "ticket 7")
        capsys.readouterr()
        assert _run(config, "history", short_id(RATE)) == Exit.OK

        out = capsys.readouterr().out
        assert "▄▄" in out or "ww" in out
        assert out.index("new") < out.index("acknowledged")
        for word in ("ticket 7", "ann", "run-0"):
            assert word in out


class TestUntil:
    """A span, a day, or a moment."""

    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("36h", TODAY + timedelta(hours=36)),
            ("7d", TODAY + timedelta(days=7)),
            ("2w", TODAY + timedelta(days=14)),
            ("2999-12-24", datetime(2999, 12, 25, tzinfo=UTC)),
            ("2999-12-24T10:00", datetime(2999, 12, 24, 10, tzinfo=UTC)),
            ("2999-12-24T10:00+02:00", datetime(2999, 12, 24, 8, tzinfo=UTC)),
            (None, None),
        ],
    )
    def test_is_understood(self, text: str | None, moment: datetime | None) -> None:
        """A day means its end; without a zone it is UTC."""
        assert moment_meant(text, TODAY) == moment

    @pytest.mark.parametrize(
        "text", ["", "soon", "7", "-3d", "7y", "2026-13-01", "1999-01-01", "0h", "9" * 20 + "w"]
    )
    def test_is_refused_otherwise(self, text: str) -> None:
        """What is no time, or over already, is said to be."""
        with pytest.raises(UsageError):
            moment_meant(text, TODAY)


class TestRuns:
    """What was done when, and what differs."""

    def test_are_listed_newest_first(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """With how each ended."""
        runs = _document(config, capsys, "runs")["runs"]
        assert [(run["run_id"], run["exit_code"]) for run in runs] == [("run-1", 10), ("run-0", 10)]

        assert _run(config, "runs", "--limit", "1") == Exit.OK
        out = capsys.readouterr().out
        assert "run-1" in out
        assert "run-0" not in out

    def test_diff_shows_what_two_runs_read_differently(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """What is the same in both is left out; what one did not look at is said to be."""
        (one,) = _document(config, capsys, "diff", "run-0", "run-1")["differences"]
        assert (one["key"], one["level_before"], one["level"]) == (str(ITEM), None, "critical")

        assert _run(config, "diff", "last~1", "last") == Exit.OK
        assert "not visited" in capsys.readouterr().out
        assert _run(config, "diff", "last", "last") == Exit.OK
        assert "Nothing differs." in capsys.readouterr().out

    def test_an_unknown_run_is_refused(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """With what lists them."""
        assert _run(config, "diff", "nope", "last") == Exit.USAGE
        assert "checker runs" in capsys.readouterr().err


class TestCompletion:
    """TAB offers keys, through the shell's own protocol."""

    @staticmethod
    def _asking(config: Path, line: str) -> dict[str, str]:
        words = f"checker {line}"
        return {
            "_CHECKER_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
            "CHECKER_CONFIG": str(config),
        }

    def _offered(self, config: Path, line: str) -> list[str]:
        """Ask a process, as the shell does."""
        done = subprocess.run(
            [sys.executable, "-m", "checker"],
            env={"PATH": os.environ["PATH"], "HOME": str(config.parent), **self._asking(config, line)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.stderr == ""
        return done.stdout.split()

    def test_a_shell_is_offered_what_fits(self, config: Path) -> None:
        """The whole way, through a process."""
        assert sorted(self._offered(config, "unack ama")) == sorted([str(ITEM), str(RATE)])

    @pytest.mark.parametrize(
        ("line", "offered"),
        [
            ("ack amazon/main/US/or", [str(RATE)]),
            (f"snooze {short_id(ITEM)[:4]}", [short_id(ITEM)]),
            ("history amazon/main/US/acc", [str(STATUS)]),
            ("diff run-", ["run-1", "run-0"]),
            ("ack nothing", []),
        ],
    )
    def test_offers_what_fits(
        self,
        config: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        line: str,
        offered: list[str],
    ) -> None:
        """Open findings for `ack`, every key for `history`, runs for `diff`."""
        for name, value in self._asking(config, line).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit):
            main([])
        told = capsys.readouterr()

        assert told.err == ""
        assert sorted(told.out.split()) == sorted(offered)

    def test_is_silent_where_there_is_no_store(self, tmp_path: Path) -> None:
        """A completion never fails and makes nothing."""
        config = tmp_path / "checker.toml"
        config.write_text('[paths]\ndata_dir = "nowhere"\n', encoding="utf-8")

        assert self._offered(config, "ack a") == []
        assert not (tmp_path / "nowhere").exists()
