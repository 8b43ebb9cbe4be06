"""`status`, `export`, `doctor` and the operator's log: for monitors, spreadsheets and whoever runs it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
import subprocess
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from loguru import logger
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from checker.cli.main import main
from checker.files import write_private
from checker.log import event, keep
from checker.model import Exit, Level, Outcome, Site, Visit
from checker.model.latch import Latch
from checker.secrets import Scrubber
from checker.store import open_store
from tests.unit.cli.conftest import TODAY, Shop, shown, status, visit

Checker = Callable[..., int]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
READ_AT = "marketplace_health_site_read_timestamp_seconds"
FORMULA = '=HYPERLINK("http://evil.example";"x")'


def _stories(shop: Shop) -> None:
    """Record a red with a hostile word, a warning, and a site in order."""
    shop.record(
        [
            visit(
                "main", "US", status("main", "US", Level.CRITICAL, native=FORMULA),
                shown("main", "US", "x", Level.WARNING, value=Decimal("0.0140"), reason="-1+1|calc"),
            ),
            visit("second", "CA", status("second", "CA", Level.OK)),
        ],
        2 * HOUR,
    )  # fmt: skip


def _without_ebay(shop: Shop) -> None:
    text = shop.config.read_text(encoding="utf-8")
    shop.config.write_text(
        text.replace("[accounts.bay]\n", "[accounts.bay]\nenabled = false\n"), encoding="utf-8"
    )


class TestStatus:
    """One line, and an exit code for monitors."""

    def test_says_what_is_open_and_how_long_ago_it_was_read(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """11 with something red open; the line counts as every report does."""
        _without_ebay(shop)
        _stories(shop)

        assert run_checker("status") == Exit.CRITICAL
        assert capsys.readouterr().out.startswith("2 open (critical 1, warning 1); the account read longest")

    def test_an_account_that_was_not_read_lately_is_incomplete(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """20 wins over what is known; an account that never was read counts."""
        _stories(shop)

        assert run_checker("status") == Exit.INCOMPLETE
        assert "bay not read for too long: never read" in capsys.readouterr().out
        _without_ebay(shop)
        assert run_checker("status", "--max-age", "1h") == Exit.INCOMPLETE
        assert run_checker("status", "--max-age", "3h") == Exit.CRITICAL
        assert run_checker("status", "--max-age", "soon") == Exit.USAGE

    def test_an_account_a_person_must_clear_is_named(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """22 for a refused password."""
        _without_ebay(shop)
        _stories(shop)
        with open_store(shop.settings.store.url) as store:
            store.set_latch(Latch("amazon", "second", Outcome.CREDENTIALS_REFUSED, TODAY))

        assert run_checker("status") == Exit.CREDENTIALS
        assert "second: Password refused" in capsys.readouterr().out

    def test_nagios_gets_its_own_codes_and_numbers(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """2 with a red, 3 where nothing was read for too long; numbers behind the bar."""
        assert run_checker("status", "--nagios") == 3
        _without_ebay(shop)
        _stories(shop)
        capsys.readouterr()

        assert run_checker("status", "--nagios") == 2
        line = capsys.readouterr().out
        assert line.startswith("MARKETPLACE CRITICAL - ")
        assert "| deactivated=0 critical=1 warning=1 late_accounts=0 latched_accounts=0" in line

    @pytest.mark.parametrize("command", ["status", "doctor"])
    def test_as_json_holds_against_its_schema(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str], command: str
    ) -> None:
        """Real output, real schema."""
        _stories(shop)
        run_checker(command, "--json")
        document = json.loads(capsys.readouterr().out)
        assert main(["schema", command]) == Exit.OK
        schema = json.loads(capsys.readouterr().out)

        jsonschema.Draft202012Validator(schema).validate(document)


class TestExport:
    """For spreadsheets and other programs; D2: nothing in it is ever a formula."""

    def test_d2_csv_has_no_formula_and_every_digit(
        self, shop: Shop, run_checker: Checker, capsysbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        """What could be one begins with an apostrophe; numbers stay numbers."""
        _stories(shop)
        assert run_checker("export", "csv") == Exit.OK
        rows = list(csv.DictReader(io.StringIO(capsysbinary.readouterr().out.decode("utf-8-sig"))))

        assert [row["native"] for row in rows] == [f"'{FORMULA}", "WARNING"]
        assert rows[1]["value"] == "0.0140"
        assert rows[1]["reason"].startswith("'-1+1")

    @pytest.mark.parametrize("table", ["readings", "coverage"])
    def test_csv_of_the_other_tables(
        self, shop: Shop, run_checker: Checker, capsysbinary: pytest.CaptureFixture[bytes], table: str
    ) -> None:
        """Every key, every site."""
        _stories(shop)
        assert run_checker("export", "csv", "--of", table) == Exit.OK
        rows = list(csv.DictReader(io.StringIO(capsysbinary.readouterr().out.decode("utf-8-sig"))))

        assert {row["account"] for row in rows} == {"main", "second"}

    def test_d2_xlsx_has_only_text_and_numbers(
        self, shop: Shop, run_checker: Checker, tmp_path: Path
    ) -> None:
        """No cell of any sheet is a formula, and the file is its owner's alone."""
        _stories(shop)
        out = tmp_path / "health.xlsx"
        assert run_checker("export", "xlsx", "--out", str(out)) == Exit.OK

        with zipfile.ZipFile(out) as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
            xml = b"".join(book.read(name) for name in sheets)
            texts = book.read("xl/sharedStrings.xml").decode()
        assert len(sheets) == 3
        assert b"<f>" not in xml
        assert "=HYPERLINK(" in texts
        assert stat.S_IMODE(out.stat().st_mode) == 0o600

    def test_junit_fails_what_is_red(
        self, shop: Shop, run_checker: Checker, capsysbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        """One case a site; red is a failure."""
        _stories(shop)
        assert run_checker("export", "junit") == Exit.OK
        suite = ET.fromstring(capsysbinary.readouterr().out)  # noqa: S314 - our own

        cases = {case.get("name"): [child.tag for child in case] for case in suite}
        assert cases == {"United States (US)": ["failure"], "Canada (CA)": []}
        assert suite.get("failures") == "1"

    def test_prometheus_is_written_whole_and_readable(
        self, shop: Shop, run_checker: Checker, tmp_path: Path
    ) -> None:
        """Help, type and samples of each gauge, in a file the collector may read."""
        _stories(shop)
        out = tmp_path / "health.prom"
        assert run_checker("export", "prometheus", "--out", str(out)) == Exit.OK
        lines = out.read_text(encoding="utf-8").splitlines()

        sample = 'marketplace_health_open_findings{marketplace="amazon",account="main",level="critical"} 1'
        assert sample in lines
        names = {line.split("{")[0].split(" ")[0] for line in lines if not line.startswith("#")}
        assert {f"# TYPE {name} gauge" for name in names} <= set(lines)
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
        assert stat.S_IMODE(out.stat().st_mode) == 0o644

    def test_prometheus_itself_finds_nothing_wrong(
        self, shop: Shop, run_checker: Checker, tmp_path: Path
    ) -> None:
        """The reference parser reads it, quotes in labels included; so does promtool where there is one."""
        _stories(shop)
        read = status("main", 'U"S\\', Level.OK)
        hostile = Site('U"S\\', "US", "x", zone="UTC")
        shop.record([Visit("amazon", "main", hostile, Outcome.READ, readings=(read,))], HOUR)
        out = tmp_path / "health.prom"
        run_checker("export", "prometheus", "--out", str(out))

        families = {family.name: family for family in text_string_to_metric_families(out.read_text("utf-8"))}
        sites = {sample.labels["site"] for sample in families[READ_AT].samples}
        assert 'U"S\\' in sites
        assert all(family.documentation for family in families.values())
        promtool = shutil.which("promtool")
        if promtool is not None:
            done = subprocess.run(
                [promtool, "check", "metrics"], input=out.read_bytes(), capture_output=True, check=False
            )
            assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def test_e4_prometheus_reads_the_old_one_or_the_new_one(self, tmp_path: Path) -> None:
        """While it is written again and again, every read finds a whole file that everybody may read."""
        out = tmp_path / "health.prom"
        texts = [f"# HELP a b\n# TYPE a gauge\na {number}\n".encode() * 500 for number in range(2)]
        write_private(out, texts[0], 0o644)
        seen: set[tuple[bytes, int]] = set()
        done = threading.Event()

        def read() -> None:
            while not done.is_set():
                with out.open("rb") as file:
                    seen.add((file.read(), stat.S_IMODE(os.fstat(file.fileno()).st_mode)))

        reader = threading.Thread(target=read)
        reader.start()
        for number in range(60):
            write_private(out, texts[number % 2], 0o644)
        done.set()
        reader.join()

        assert {text for text, _ in seen} <= set(texts)
        assert {mode for _, mode in seen} == {0o644}

    def test_markdown_is_only_read(
        self, shop: Shop, run_checker: Checker, capsysbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        """Nothing a page said is a link, a heading or a picture in it."""
        shop.record(
            [visit("main", "US", shown("main", "US", "m", Level.CRITICAL, item="[x](http://e) ![y](z) <b>"))],
            HOUR,
        )
        assert run_checker("export", "markdown") == Exit.OK
        text = capsysbinary.readouterr().out.decode()

        assert "](" not in text
        assert "http:" not in text
        assert "<b" not in text.replace("\\<", "")


class TestDoctor:
    """What a run needs, and what to type."""

    def test_every_failing_line_says_what_to_type(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A missing secret, a latch and a route's file that is not there; nothing was sent."""
        text = shop.config.read_text(encoding="utf-8")
        text = text.replace(
            '[accounts.main]\nmarketplace = "amazon"\nusername = "a"\npassword = "x"\n',
            '[accounts.main]\nmarketplace = "amazon"\nusername = "a"\npassword_file = "gone"\n',
        )
        text += '[notify.routes.team]\nto = "seller"\nurl_file = "nowhere"\n'
        shop.config.write_text(text, encoding="utf-8")
        with open_store(shop.settings.store.url) as store:
            store.set_latch(Latch("amazon", "second", Outcome.CAPTCHA, TODAY))

        code = run_checker("doctor", "--json")
        checks = {one["name"]: one for one in json.loads(capsys.readouterr().out)["checks"]}

        assert code == Exit.CONFIG
        for name, fix in (
            ("password of main", "chmod 600"),
            ("sign-in of second", "checker login second"),
            ("route team", "chmod 600"),
        ):
            assert checks[name]["state"] == "failed"
            assert fix in checks[name]["fix"]
        assert all(one["fix"] for one in checks.values() if one["state"] != "ok")

    def test_one_cause_is_said_once(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Two accounts on a marketplace without a flow: one line."""
        text = shop.config.read_text(encoding="utf-8").replace('"amazon"', '"nowhere"')
        shop.config.write_text(text, encoding="utf-8")
        run_checker("doctor")

        assert capsys.readouterr().out.count("no flow for marketplace 'nowhere'") == 1

    def test_prints_no_secret(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Neither a password nor the address of a route."""
        text = shop.config.read_text(encoding="utf-8").replace(
            'password = "x"', 'password = "hunter2-canary"'
        )
        text += '[notify.routes.team]\nto = "seller"\nurl = "json://canary-token@h"\n'
        shop.config.write_text(text, encoding="utf-8")
        run_checker("doctor")

        assert "canary" not in capsys.readouterr().out


class TestLog:
    """The operator's log in the data folder."""

    def test_is_private_dated_scrubbed_and_one_line_each(self, tmp_path: Path) -> None:
        """Whatever a page said forges no line, and no secret gets in."""
        logger.remove()
        folder = tmp_path / "logs"
        keep(folder, "INFO", Scrubber([SecretStr("hunter2")]), json=False, days=30, megabytes=1)
        event("INFO", "site visited", site="US", detail="a\nb hunter2")
        event("DEBUG", "not asked for")
        logger.remove()

        (line,) = (folder / "checker.log").read_text(encoding="utf-8").splitlines()
        assert line.startswith(f"{datetime.now(UTC):%Y-%m-%dT}")
        assert "hunter2" not in line
        assert '"a\\nb [secret]"' in line
        assert stat.S_IMODE((folder / "checker.log").stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_a_full_file_is_put_aside_and_an_old_one_goes(self, tmp_path: Path) -> None:
        """By size, and by age once it is no longer written to."""
        logger.remove()
        folder = tmp_path / "logs"
        folder.mkdir(mode=0o700)
        old = folder / "checker-20200101-abcdef.log"
        old.write_text("old\n", encoding="utf-8")
        os.utime(old, (0, 0))
        keep(folder, "INFO", Scrubber(), json=True, days=30, megabytes=1)
        for number in range(700):
            event("INFO", "x", number=number, text="y" * 1900)
        logger.remove()

        files = sorted(path.name for path in folder.iterdir())
        assert len(files) == 2
        assert not old.exists()
        lines = [json.loads(line) for path in folder.iterdir() for line in path.read_text().splitlines()]
        assert sorted(line["fields"]["number"] for line in lines) == list(range(700))

    def test_a_run_leaves_its_story(self, shop: Shop) -> None:
        """What was decided, and how it ended; `[log] level` changes what is written."""
        from checker.cli.data import everything_after
        from checker.cli.options import settings_of
        from checker.cli.telling import finished

        shop.config.write_text(
            shop.config.read_text(encoding="utf-8") + "[log]\njson = true\n", encoding="utf-8"
        )
        settings = settings_of(shop.config)
        done = shop.record([visit("main", "US", status("main", "US", Level.CRITICAL))], HOUR)
        finished(done, settings, TODAY, as_json=False, everything=everything_after(done, settings))
        logger.remove()

        lines = (shop.data / "logs" / "checker.log").read_text(encoding="utf-8").splitlines()
        said = [json.loads(line) for line in lines]
        assert [one["message"] for one in said] == ["decided", "event", "run ended"]
        assert said[0]["fields"]["verb"] == "new"
        assert said[-1]["fields"]["exit"] == Exit.NEW

    def test_off_writes_nothing(self, tmp_path: Path) -> None:
        """No folder is made either."""
        logger.remove()
        keep(tmp_path / "logs", "OFF", Scrubber(), json=False, days=30, megabytes=1)
        event("CRITICAL", "x")

        assert not (tmp_path / "logs").exists()
