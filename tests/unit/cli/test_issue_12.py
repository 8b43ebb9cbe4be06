"""What people stumbled over (issue 12), each by its number; over a store that a story filled."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from selectolax.lexbor import LexborHTMLParser

from checker.cli.data import everything_after
from checker.cli.keys import complete_account
from checker.cli.telling import finished, has_news
from checker.compare import acknowledge, snooze
from checker.errors import Stop
from checker.model import Comparator, Exit, Level, Outcome, Target, TargetOrigin, Unit
from checker.report.document import run_document
from checker.report.findings import open_findings, sections, tally
from checker.report.formats import format_target
from checker.report.html import render_html
from checker.report.rollup import Standing, roll_up_run
from checker.report.terminal import print_run
from checker.run.account_secrets import AccountSecrets
from checker.run.close_ups import CloseUps
from checker.run.execute import Finished
from checker.settings import Account
from checker.store import Act, open_store
from tests.unit.cli.conftest import TODAY, Shop, lost, shown, status, visit
from tests.unit.report.page import texts

Checker = Callable[..., int]
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MISSING = "is missing from the summary answer"


def _told(shop: Shop, done: Finished, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Tell a run as `checker run` does, and return the exit code and what was printed."""
    code = finished(
        done, shop.settings, TODAY, as_json=False, everything=everything_after(done, shop.settings)
    )
    return code, capsys.readouterr().out


def _red(shop: Shop) -> Finished:
    """Record a first run in which both Amazon accounts are red."""
    reds = [
        visit("main", "US", status("main", "US", Level.CRITICAL), shown("main", "US", "x", Level.WARNING)),
        visit("second", "CA", status("second", "CA", Level.DEACTIVATED)),
    ]
    return shop.record(reds, 3 * DAY)


def _ack_everything(shop: Shop) -> None:
    with open_store(shop.settings.store.url) as store:
        for key in store.findings():
            act = Act(TODAY, "ack", "ann", "ticket 7")
            store.act(key, act, lambda state: acknowledge(state, "ann", "ticket 7", TODAY - 2 * DAY))


class TestTheHeadline:
    """1: what everybody looks at first."""

    def test_12_1_speaks_for_everything_known_whatever_the_run_looked_at(
        self, shop: Shop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A run of one green site leaves `latest.html` red, with what is open elsewhere."""
        _told(shop, _red(shop), capsys)
        done = shop.record([visit("main", "MX", status("main", "MX", Level.OK))], HOUR)
        _told(shop, done, capsys)

        page = LexborHTMLParser((shop.data / "reports" / "latest.html").read_text(encoding="utf-8"))
        (headline,) = texts(page, "h1")
        assert "3 open (deactivated 1, critical 1, warning 1)" in headline
        assert page.css("header.critical")
        assert not page.css("header.ok")
        (line,) = texts(page, ".bottom-line")
        assert line.startswith("This run looked at main Mexico (MX) only, and read 1 of 3 sites;")

    def test_12_1_an_old_green_elsewhere_is_not_green(self, shop: Shop) -> None:
        """What the run did not visit stands by what is stored, as long as that is not too old."""
        shop.record([visit("main", "US", status("main", "US", Level.OK))], 10 * DAY)
        shop.record([visit("main", "CA", status("main", "CA", Level.OK))], DAY)
        done = shop.record([visit("main", "MX", status("main", "MX", Level.OK))], HOUR)
        everything = everything_after(done, shop.settings)

        lines = roll_up_run(done.run, everything.known, everything.places)

        assert {line.place.site.code: line.standing for line in lines} == {
            "US": Standing.UNKNOWN,
            "CA": Standing.OK,
            "MX": Standing.OK,
        }


class TestFailOn:
    """2: an exit code, and nothing else."""

    def test_12_2_changes_the_exit_code_only(self, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
        """New criticals are printed and told, though the code is 0; the next run has nothing new of them."""
        red = [visit("main", "US", status("main", "US", Level.CRITICAL))]
        done = shop.record(red, 2 * HOUR, fail_on=Level.DEACTIVATED)
        code, out = _told(shop, done, capsys)
        with open_store(shop.settings.store.url) as store:
            left = store.untold()

        assert code == Exit.OK
        assert "Newly red" in out
        assert left == []

    def test_12_2_nothing_is_told_that_nobody_could_have_seen(
        self, shop: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where printing fails, every message waits for the next run, and the exit code says so."""
        done = _red(shop)

        def full(_self: object, *_args: object, **_kwargs: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Console, "print", full)
        monkeypatch.setattr("checker.cli.telling.hush", lambda: None)
        code, _ = _told(shop, done, capsys)
        with open_store(shop.settings.store.url) as store:
            left = store.untold()

        assert code == Exit.NEW
        assert len(left) == len(done.messages) > 0


class TestSilence:
    """3: cron's mail is the alarm."""

    def test_12_3_e3_everything_acknowledged_is_silence(
        self, shop: Shop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Twice a day, for days: not a byte, and exit 11 all the same."""
        _told(shop, _red(shop), capsys)
        _ack_everything(shop)
        again = [
            visit(
                "main", "US", status("main", "US", Level.CRITICAL), shown("main", "US", "x", Level.WARNING)
            ),
            visit("second", "CA", status("second", "CA", Level.DEACTIVATED)),
        ]
        for hours in (60, 48, 36, 24):
            code, out = _told(shop, shop.record(again, timedelta(hours=hours)), capsys)
            assert (code, out) == (Exit.CRITICAL, "")

    def test_12_3_an_open_finding_speaks_when_its_reminder_is_due_and_not_before(
        self, shop: Shop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Once a day, and nothing of it that was snoozed."""
        red = [visit("main", "US", status("main", "US", Level.CRITICAL))]
        _told(shop, shop.record(red, 3 * DAY), capsys)
        _, soon = _told(shop, shop.record(red, timedelta(hours=60)), capsys)
        _, due = _told(shop, shop.record(red, timedelta(hours=47)), capsys)
        with open_store(shop.settings.store.url) as store:
            (key,) = store.findings()
            store.act(key, Act(TODAY, "snooze", "ann"), lambda state: snooze(state, TODAY + DAY))
        _, snoozed = _told(shop, shop.record(red, HOUR), capsys)

        assert soon == snoozed == ""
        assert "Still open" in due

    def test_12_3_what_was_acknowledged_is_counted_and_not_listed_again(
        self, shop: Shop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """When something else is news, one line says how many more there are."""
        _told(shop, _red(shop), capsys)
        _ack_everything(shop)
        _, out = _told(
            shop, shop.record([visit("main", "MX", status("main", "MX", Level.CRITICAL))], HOUR), capsys
        )

        assert "Newly red (1)" in out
        assert "3 more are acknowledged or snoozed: checker findings --acked" in out
        assert "Still open" not in out

    def test_12_3_an_end_is_told_though_the_exit_code_is_0(
        self, shop: Shop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A red that is over is said once, to cron as well."""
        fine = [visit("main", "US", status("main", "US", Level.OK))]
        _told(shop, shop.record([visit("main", "US", status("main", "US", Level.CRITICAL))], 3 * DAY), capsys)
        _told(shop, shop.record(fine, 2 * DAY), capsys)
        code, over = _told(shop, shop.record(fine, DAY), capsys)
        _, after = _told(shop, shop.record(fine, HOUR), capsys)

        assert code == Exit.OK
        assert "resolved" in over
        assert after == ""


class TestCounts:
    """4: one state, one count."""

    def test_12_4_run_findings_page_and_chips_count_alike(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Status and rating are one finding, a counter and its items another, wherever they are counted."""
        done = shop.record(
            [
                visit(
                    "main",
                    "US",
                    status("main", "US", Level.CRITICAL),
                    shown("main", "US", "account.health_rating", Level.CRITICAL, **_of_account()),
                    shown("main", "US", "policy.violations.listing", Level.CRITICAL),
                    shown("main", "US", "policy.violations.listing", Level.CRITICAL, item="V1"),
                    shown("main", "US", "policy.violations.listing", Level.CRITICAL, item="V2"),
                    lost("main", "US", "orders.defect_rate", "not in the answer"),
                )
            ],
            HOUR,
        )
        everything = everything_after(done, shop.settings)
        run_checker("findings", "--json")
        document = json.loads(capsys.readouterr().out)
        (line,) = roll_up_run(done.run, everything.known, everything.places)

        assert tally(open_findings(everything.known)).total == document["total"] == line.open == 2
        assert document["summary"] == "CRITICAL 2"
        assert len(sections(done.run, everything.known, everything.places).red) == 2
        assert sum(finding["part_of"] is None for finding in document["findings"]) == 2
        assert line.standing is Standing.CRITICAL

    def test_12_4_a_chip_is_the_worst_open_level_whatever_is_unread(self, shop: Shop) -> None:
        """An account that could not be signed in to today is as red on the page as it was yesterday."""
        shop.record([visit("main", "US", shown("main", "US", "x", Level.CRITICAL))], DAY)
        done = shop.record([visit("main", "US", outcome=Outcome.CAPTCHA)], HOUR)
        everything = everything_after(done, shop.settings)

        page = LexborHTMLParser(
            render_html(done.run, everything.known, everything.places, lambda _: None, now=TODAY)
        )

        assert page.css("h3.account .badge.critical")
        assert page.css("details.site .badge.critical")


@pytest.mark.parametrize(
    ("comparator", "said"),
    [
        (Comparator.GTE, "≥ 200, critical below 100"),
        (Comparator.GT, "> 200, critical at 100 or below"),
        (Comparator.LT, "< 200, critical from 100"),
        (Comparator.LTE, "≤ 200, critical above 100"),
    ],
)
def test_12_5_a_second_step_says_which_side_of_it_is_critical(comparator: Comparator, said: str) -> None:
    """A floor is undercut, a ceiling is passed."""
    target = Target(Decimal(200), comparator, TargetOrigin.CONSOLE, critical=Decimal(100))

    assert format_target(target, Unit.POINTS, "en") == said
    assert "100" in format_target(target, Unit.POINTS, "zh")


class TestUnknownNames:
    """6: a mistyped name is an error, and never "nothing is open"."""

    @pytest.mark.parametrize(
        ("arguments", "named"),
        [
            (("show", "--account", "mian"), "mian"),
            (("show", "--site", "ZZ"), "ZZ"),
            (("findings", "--account", "mian"), "mian"),
        ],
    )
    def test_12_6_is_refused_with_those_there_are(
        self,
        shop: Shop,
        run_checker: Checker,
        capsys: pytest.CaptureFixture[str],
        arguments: tuple[str, ...],
        named: str,
    ) -> None:
        """Exit 64, nothing on standard output, the known ones on standard error."""
        _red(shop)
        assert run_checker(*arguments) == Exit.USAGE
        told = capsys.readouterr()

        assert told.out == ""
        assert named in told.err
        assert "US" in told.err or "main" in told.err

    def test_12_6_a_document_is_not_imported_into_another_marketplaces_account(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Nor into one nobody knows; nothing is stored."""
        report = shop.config.parent / "report.json"
        report.write_text(json.dumps({"performanceMetrics": [], "accountStatuses": []}), encoding="utf-8")

        assert run_checker("import", "amazon-report", str(report), "--account", "bay") == Exit.USAGE
        assert "bay is an account on ebay" in capsys.readouterr().err
        assert run_checker("import", "amazon-report", str(report), "--account", "mian") == Exit.USAGE
        assert "main, second" in capsys.readouterr().err
        with open_store(shop.settings.store.url) as store:
            assert store.all_known() == {}

    def test_12_6_an_account_can_be_forgotten(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Everything of it goes and nothing of others; a later run begins anew."""
        _red(shop)
        close_ups = {alias: CloseUps(shop.settings.paths.data_dir, alias) for alias in ("main", "second")}
        for alias, kept in close_ups.items():
            kept.note([replace(status(alias, "CA", Level.OK), evidence=("a.png",))])
        assert run_checker("forget", "second") == Exit.USAGE
        assert "--yes" in capsys.readouterr().err
        assert run_checker("forget", "second", "--yes", "--json") == Exit.OK
        assert json.loads(capsys.readouterr().out)["keys"] == 1
        with open_store(shop.settings.store.url) as store:
            left = {key.account for key in store.all_known()}
            waiting = {key.account for one in store.untold() for key in one.keys}

        assert left == waiting == {"main"}
        assert [alias for alias, kept in close_ups.items() if kept.read()] == ["main"]
        assert run_checker("forget", "second", "--yes") == Exit.USAGE
        assert shop.record([visit("second", "CA", status("second", "CA", Level.CRITICAL))], HOUR).messages


class TestThePersonsPart:
    """7: what somebody must do is never hidden behind a graver code."""

    def test_12_7_run_json_names_it_beside_10(self, shop: Shop) -> None:
        """New reds on one account, a captcha on the other: 10, and 21 with who, what and where."""
        done = shop.record(
            [
                visit("main", "US", status("main", "US", Level.CRITICAL)),
                visit("second", "CA", outcome=Outcome.CAPTCHA),
            ],
            HOUR,
        )
        document = run_document(done.run, done.known)

        assert (document.exit_code, document.exit_codes) == (Exit.NEW, [Exit.PERSON])
        (need,) = document.needs
        assert (need.account, need.sites, need.outcome) == ("second", ["CA"], Outcome.CAPTCHA)
        assert "checker login" in need.advice

    def test_12_7_the_headline_names_it_too(self, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
        """In words, with the account."""
        done = shop.record(
            [
                visit("main", "US", status("main", "US", Level.CRITICAL)),
                visit("second", "CA", outcome=Outcome.CREDENTIALS_REFUSED),
            ],
            HOUR,
        )
        _, out = _told(shop, done, capsys)

        assert "could not sign in to second: password refused" in " ".join(out.split())

    def test_12_7_the_readme_states_the_order(self) -> None:
        """Every code there is, in the order in which one wins over another."""
        from checker.model.exits import _PRECEDENCE

        readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
        order = " > ".join(str(int(code)) for code in _PRECEDENCE)

        assert order in " ".join(readme.split())


def test_12_8_e3_a_second_run_says_in_a_terminal_why_it_leaves(shop: Shop) -> None:
    """In a terminal it names the account that is held; under cron it is silent."""
    from checker.run.locks import hold

    command = [sys.executable, "-m", "checker", "run", "--account", "main", "--config", str(shop.config)]
    with hold(shop.settings.paths.sessions_dir, "main"):
        cron = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        ours, theirs = pty.openpty()
        watched = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=theirs, check=False, timeout=300,
            env={**os.environ, "TERM": "xterm"},
        )  # fmt: skip
        os.close(theirs)
        said = os.read(ours, 10_000).decode()
        os.close(ours)

    assert (cron.returncode, cron.stdout, cron.stderr) == (Exit.BUSY, "", "")
    assert watched.returncode == Exit.BUSY
    assert "another run is visiting main" in said


class TestMessages:
    """9: nothing literal, nothing fifty times, nothing sent in vain."""

    def test_12_9_a_hint_of_several_lines_has_several_lines(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Line ends end lines; everything else that could act is still shown."""
        from checker.cli.options import say

        say("first\nsecond \x1b[31m")

        assert capsys.readouterr().err == "first\nsecond \\x1b[31m\n"

    def test_12_9_doctor_says_one_cause_once(self) -> None:
        """Fifty widgets of one cause: the cause once, and the widgets below it."""
        from checker.model import Presence
        from checker.report.doctor import print_doctor
        from checker.report.flow_documents import DoctorDocument, LookModel

        looks = tuple(
            LookModel(
                key=f"amazon/main/US/m{n}", presence=Presence.UNREADABLE, level=Level.UNKNOWN, native=None,
                value=None, page=None, rule=None, place=0, reason=f"'m{n}' is not in the summary answer",
            )
            for n in range(50)
        )  # fmt: skip
        document = DoctorDocument(
            account="main", marketplace="amazon", flow="amazon 1", states=(), unknown=(), sights=(),
            outcomes=dict.fromkeys(("US", "CA"), Outcome.PARTIAL), details={}, readings=looks,
        )  # fmt: skip
        out = StringIO()
        print_doctor(document, Console(file=out, width=200))

        assert out.getvalue().count("is not in the summary answer") == 1
        assert "US, CA: partial" in out.getvalue()

    def test_12_9_a_missing_secret_is_found_before_anything_is_sent(self, tmp_path: Path) -> None:
        """Without the seed's file not even the user name is given out."""
        password = tmp_path / "p"
        password.write_text("hunter2\n", encoding="utf-8")
        password.chmod(0o600)
        account = Account(
            marketplace="amazon", username="ann", password_file=password, totp_secret_file=tmp_path / "gone"
        )
        secrets = AccountSecrets("main", account, None, lambda _event: None)

        with pytest.raises(Stop) as stop:
            _ = secrets.username

        assert stop.value.outcome is Outcome.SECRET_MISSING
        assert not secrets.sent


class TestReading:
    """10: what is read, copied and typed."""

    def test_12_10_folded_rows_name_account_and_marketplace(
        self, shop: Shop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """On the page and in the terminal."""
        _told(shop, _red(shop), capsys)
        done = shop.record([visit("main", "MX", status("main", "MX", Level.WARNING))], HOUR)
        _, out = _told(shop, done, capsys)
        page = LexborHTMLParser((shop.data / "reports" / "latest.html").read_text(encoding="utf-8"))

        folds = texts(page, "details.fold summary")
        assert any("amazon · second" in fold for fold in folds)
        assert "amazon · second" in out

    @pytest.mark.parametrize("width", [40, 80])
    def test_12_10_names_to_copy_do_not_break(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, run_checker: Checker, width: int,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        """Run ids, evidence and digests stand whole on a line, however narrow the terminal."""
        picture = "20261130T001132Z-6e8cad/main/MX/amazon.breakdown_status-0f2c42928f1a.png"
        digest = "sha256:" + "0123456789abcdef" * 4
        red = status("main", "US", Level.CRITICAL, evidence=(picture,), bundle=digest)
        done = shop.record([visit("main", "US", red)], HOUR)
        page = Console(width=width, record=True, file=StringIO())
        print_run(done.run, done.known, (), page, now=TODAY)
        text = page.export_text()
        monkeypatch.setenv("COLUMNS", str(width))
        run_checker("runs")

        assert picture in text
        assert digest in text
        assert done.run.run_id in capsys.readouterr().out

    def test_12_10_what_nobody_judges_is_not_unknown(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A number for information is shown, in its history as well."""
        total = shown(
            "main", "US", "orders.total", Level.UNKNOWN, native="", value=Decimal(12), unit=Unit.COUNT
        )
        done = shop.record([visit("main", "US", status("main", "US", Level.OK), total)], HOUR)
        everything = everything_after(done, shop.settings)
        page = LexborHTMLParser(
            render_html(done.run, everything.known, everything.places, lambda _: None, now=TODAY)
        )
        run_checker("history", "amazon/main/US/orders.total")

        (row,) = [text for text in texts(page, ".readings tr") if text.startswith("Orders")]
        assert "Unknown" not in row + capsys.readouterr().out

    def test_12_10_sites_the_settings_leave_out_are_not_never_read(self, shop: Shop) -> None:
        """They are named in one line, and neither counted nor unknown."""
        text = shop.config.read_text(encoding="utf-8")
        shop.config.write_text(
            text.replace("[accounts.main]", '[accounts.main]\nsites = ["US"]'), encoding="utf-8"
        )
        shop.record(
            [visit("main", "US", status("main", "US", Level.OK)), visit("main", "CA"), visit("main", "MX")],
            DAY,
        )
        done = shop.record([visit("main", "US", status("main", "US", Level.OK))], HOUR)
        everything = everything_after(done, shop.settings)
        page = Console(width=100, record=True, file=StringIO())
        print_run(done.run, everything.known, everything.places, page, now=TODAY)
        said = page.export_text()

        assert "green 1 of 1 sites" in said
        assert "never read" not in said

    def test_12_10_tab_completes_accounts(self, shop: Shop) -> None:
        """Those of the settings and those of the store."""
        context: Any = type("Context", (), {"params": {"config": str(shop.config)}})()

        assert [alias for alias, _ in complete_account(context, "")] == ["bay", "main", "second"]
        assert [alias for alias, _ in complete_account(context, "se")] == ["second"]

    def test_12_10_replay_last_is_the_latest_kept_run(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Not a folder called `last`; where nothing is kept, that is said."""
        assert run_checker("replay", "last") == Exit.USAGE
        assert re.search(r"no run's visits are kept", capsys.readouterr().err)

        from checker.cli.replay import _folder

        (shop.data / "visits" / "20260101T000000Z-aaaaaa" / "main").mkdir(parents=True)
        (shop.data / "visits" / "20260102T000000Z-bbbbbb" / "main").mkdir(parents=True)
        assert _folder(shop.settings, "last").name == "20260102T000000Z-bbbbbb"


class TestUnreadable:
    """What cannot be read is one matter."""

    def _many(self, shop: Shop, ago: timedelta = HOUR) -> Finished:
        visits = [
            visit(
                account, site, status(account, site, Level.OK),
                *(lost(account, site, f"m{n}", f"'m{n}' {MISSING}") for n in range(3)),
            )
            for account in ("main", "second")
            for site in ("US", "CA", "MX")
        ]  # fmt: skip
        return shop.record(visits, ago)

    def test_one_cause_on_many_sites_is_one_matter_everywhere(
        self, shop: Shop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Three widgets on six sites: one entry in the terminal, on the page and in the document."""
        done = self._many(shop)
        _, out = _told(shop, done, capsys)
        page = LexborHTMLParser((shop.data / "reports" / "latest.html").read_text(encoding="utf-8"))
        (entry,) = run_document(done.run, done.known).unread

        wanted = "… is missing from the summary answer: 3 widgets on 6 sites"
        assert " ".join(out.split()).count(wanted) == 1
        assert sum(wanted in text for text in texts(page, ".section-unavailable li")) == 1
        assert (entry.widgets, len(entry.sites), len(entry.keys), entry.unavailable) == (3, 6, 18, True)

    def test_what_was_never_readable_can_be_accepted(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Then the headline no longer mentions it, the sites are green, and the list still names it."""
        done = self._many(shop, DAY)
        _, before = _told(shop, done, capsys)
        keys = run_document(done.run, done.known).unread[0].keys
        assert run_checker("ack", *keys, "--reason", "not on this console", "--by", "ann") == Exit.OK
        capsys.readouterr()
        done = self._many(shop)
        everything = everything_after(done, shop.settings)
        page = Console(width=100, record=True, file=StringIO())
        print_run(done.run, everything.known, everything.places, page, now=TODAY)
        after = page.export_text()

        assert "3 widgets not available here" in before.splitlines()[0]
        assert after.splitlines()[0] == "Nothing new"
        assert "green 6 of 6 sites" in after
        assert "Not available here (1)" in after
        assert "accepted" in after

    def test_one_that_was_readable_is_loud_whoever_knows_of_it(
        self, shop: Shop, run_checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Until it is read again it stands among what could not be read."""
        shop.record([visit("main", "US", shown("main", "US", "m0", Level.OK))], 2 * DAY)
        gone = lost("main", "US", "m0", "missing")
        _told(shop, shop.record([visit("main", "US", gone)], DAY), capsys)
        assert run_checker("ack", str(gone.key), "--reason", "x") == Exit.OK
        done = shop.record([visit("main", "US", gone)], HOUR)
        everything = everything_after(done, shop.settings)
        page = Console(width=100, record=True, file=StringIO())
        print_run(done.run, everything.known, everything.places, page, now=TODAY)

        assert "Could not be read (1)" in page.export_text()


def _of_account() -> dict[str, Any]:
    from checker.model import Scope

    return {"scope": Scope.ACCOUNT}


def test_a_run_with_nothing_to_say_has_no_news(shop: Shop) -> None:
    """All well: no news; a signal, or evidence that is missing: news."""
    from dataclasses import replace

    done = shop.record([visit("main", "US", status("main", "US", Level.OK))], HOUR)

    assert not has_news(done)
    assert has_news(replace(done, run=replace(done.run, exit_code=130)))
    assert has_news(replace(done, run=replace(done.run, exit_code=Exit.EVIDENCE)))


def test_reports_of_long_ago_go_and_nothing_else_does(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder does not grow for ever: a report can be written again from the store."""
    folder = shop.data / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    old, fresh = (TODAY - shop.settings.report.keep_days * DAY - HOUR), TODAY - DAY
    kept = {f"{fresh:%Y%m%dT%H%M%SZ}-abcdef.html", "mine.html", f"{old:%Y%m%dT%H%M%SZ}-abcdef.txt"}
    for name in {*kept, f"{old:%Y%m%dT%H%M%SZ}-abcdef.html"}:
        (folder / name).write_text("x", encoding="utf-8")
    done = shop.record([visit("main", "US", status("main", "US", Level.OK))], HOUR)

    _told(shop, done, capsys)

    assert {path.name for path in folder.iterdir()} == {*kept, "latest.html", f"{done.run.run_id}.html"}


class TestMessagesOfARun:
    """A run hands what it tells to the routes as well."""

    def _with_route(self, shop: Shop, url: str) -> None:
        with shop.config.open("a", encoding="utf-8") as file:
            file.write(f'[notify]\nattempts = 1\n[notify.routes.team]\nto = "seller"\nurl = "{url}"\n')

    def test_b9_a_message_that_waits_ends_in_32_and_goes_with_the_next_run(
        self, shop: Shop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Nobody listens: 10 wins over 32 while it is new; a quiet run then ends in 32, and says why."""
        self._with_route(shop, "json://127.0.0.1:9/sekret-token-abcdef")
        red = [visit("main", "US", status("main", "US", Level.CRITICAL))]
        first, _ = _told(shop, shop.record(red, 2 * HOUR), capsys)
        done = finished(
            again := shop.record(red, HOUR),
            shop.settings,
            TODAY,
            as_json=False,
            everything=everything_after(again, shop.settings),
        )
        said = capsys.readouterr()

        assert (first, done) == (Exit.NEW, Exit.QUEUED)
        assert said.out == ""
        assert "not delivered, the next run tries again: team" in said.err
        assert "sekret" not in said.err
