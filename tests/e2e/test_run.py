"""`checker run` from end to end: what it prints, stores and leaves behind, and how it ends."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import jsonschema

from checker.model import Exit
from fixtures.common.server import Replica
from tests.e2e.seller import Seller


def _levels(document: dict[str, object]) -> dict[str, str]:
    readings = document["readings"]
    assert isinstance(readings, list)
    return {reading["key"]: reading["level"] for reading in readings}


class TestTheSameRed:
    """Never the same alarm twice, never one missed."""

    def test_is_announced_once_and_then_known(self, replica: Replica, seller: Seller) -> None:
        """A well shop ends in 0, a new red in 10, the same red a run later in 11 without news."""
        well = seller.checker("run", "--json")
        replica.use("red")
        replica.state.used_totp_steps.clear()
        first = seller.checker("run", "--json")
        replica.state.used_totp_steps.clear()
        again = seller.checker("run", "--json")

        assert (well.code, well.document["changes"]) == (Exit.OK, [])
        assert first.code == Exit.NEW
        assert "amazon/main/US/account.health_rating" in {c["key"] for c in first.document["changes"]}
        assert (again.code, again.document["changes"]) == (Exit.CRITICAL, [])

    def test_is_told_when_it_is_over(self, replica: Replica, seller: Seller) -> None:
        """One green is not believed; the second one says resolved, and ends in 0."""
        text = seller.config.read_text(encoding="utf-8")
        seller.config.write_text(text + "[findings]\ngood_minutes_apart = 0\n", encoding="utf-8")
        replica.use("red")
        seller.checker("run")
        replica.use("no-otp")
        better = seller.checker("run", "--json")
        over = seller.checker("run", "--json")

        assert {"resolved"} == {change["verb"] for change in over.document["changes"]}
        assert "resolved" not in {change["verb"] for change in better.document["changes"]}
        assert (better.code, over.code) == (Exit.CRITICAL, Exit.OK)

    def test_is_told_by_the_next_run_if_the_first_could_not(self, replica: Replica, seller: Seller) -> None:
        """Whoever should have read its output was gone: it ends as it must, and the next run tells."""
        replica.use("red")
        unheard = seller.checker("run", heard=False)
        late = seller.checker("run", "--json")
        after = seller.checker("run", "--json")

        assert unheard.code == Exit.NEW
        assert "Pipe" not in unheard.err
        assert {change["late"] for change in late.document["changes"]} == {True}
        assert (late.code, after.code) == (Exit.NEW, Exit.CRITICAL)
        assert after.document["changes"] == []

    def test_leaves_a_reader_of_one_line_in_peace(self, seller: Seller) -> None:
        """`checker findings | head -1`: no fault, no word on standard error."""
        gone = seller.checker("findings", heard=False)

        assert (gone.code, gone.err) == (Exit.OK, "")

    def test_counts_only_from_the_level_asked_for(self, replica: Replica, seller: Seller) -> None:
        """With `--fail-on deactivated` a critical shop leaves the exit code alone."""
        replica.use("red")

        assert seller.checker("run", "--fail-on", "deactivated").code == Exit.OK


class TestOutput:
    """Data on standard output, words on standard error, nothing when there is nothing to say."""

    def test_is_silent_under_cron_when_all_is_well(self, seller: Seller) -> None:
        """No terminal, exit 0: not a byte on standard output."""
        done = seller.checker("run")

        assert (done.code, done.out, done.err) == (Exit.OK, "", "")

    def test_is_one_document_that_its_schema_describes(self, replica: Replica, seller: Seller) -> None:
        """Real output of a red run holds against `checker schema run`."""
        replica.use("red")
        document = seller.checker("run", "--json").document
        schema = seller.checker("schema", "run").document

        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        ).validate(document)
        assert {"run_id", "started_at", "finished_at", "exit_code", "visits", "readings", "changes"} <= set(
            document
        )

    def test_a_red_run_tells_a_person_where_why_and_what_to_do(
        self, replica: Replica, seller: Seller
    ) -> None:
        """The words name the site, the console's own word and the report's place."""
        replica.use("red")
        done = seller.checker("run")

        assert done.code == Exit.NEW
        for word in ("United States (US)", "Newly red", "What to do", str(seller.data / "reports")):
            assert word in done.out

    def test_leaves_a_report_and_pictures_only_its_owner_can_read(
        self, replica: Replica, seller: Seller
    ) -> None:
        """The report embeds its pictures; every file is 0600 in folders of 0700."""
        replica.use("red")
        seller.checker("run")

        report = (seller.data / "reports" / "latest.html").read_text(encoding="utf-8")
        assert "data:image/png;base64," in report
        assert "<script" not in report
        for path in seller.data.rglob("*"):
            mode = stat.S_IMODE(path.stat().st_mode)
            assert (0o700 if path.is_dir() else 0o600) == mode, path


class TestWhatIsAskedFor:
    """Accounts, sites and dry runs."""

    def test_a_dry_run_stores_nothing_and_counts_nothing_as_told(
        self, replica: Replica, seller: Seller
    ) -> None:
        """The red of a dry run is still new in the run after it."""
        replica.use("red")
        dry = seller.checker("run", "--dry-run", "--json")
        files = [path for path in seller.data.rglob("*") if path.suffix in (".png", ".html")]
        real = seller.checker("run", "--json")

        assert (dry.document["dry_run"], files) == (True, [])
        assert (dry.code, real.code) == (Exit.NEW, Exit.NEW)

    def test_only_the_site_asked_for_is_visited(self, seller: Seller) -> None:
        """`--site` narrows what the account lists."""
        seller.sites = ()
        seller.settle()
        done = seller.checker("run", "--site", "ca", "--json")

        assert [visit["site"] for visit in done.document["visits"]] == ["CA"]

    def test_a_site_the_console_does_not_list_is_said_to_be_missing(self, seller: Seller) -> None:
        """A site that was configured and is not there makes the run incomplete, loudly."""
        seller.sites = ("US", "ZZ")
        seller.settle()
        done = seller.checker("run", "--json")

        missing = [visit for visit in done.document["visits"] if visit["site"] == "ZZ"]
        assert [visit["outcome"] for visit in missing] == ["not_reachable"]
        assert done.code == Exit.INCOMPLETE

    def test_an_unknown_account_is_refused_with_those_there_are(self, seller: Seller) -> None:
        """The message names the accounts of the file."""
        done = seller.checker("run", "--account", "shop2")

        assert done.code == Exit.CONFIG
        assert "main" in done.err
        assert "Traceback" not in done.err


class TestBadInput:
    """One clear message with the next step, the right code, nothing lost, nothing green."""

    def test_a_wrong_setting_names_its_line_and_every_other_problem(self, seller: Seller) -> None:
        """Two mistakes in one file are told at once, each with its line, and no secret is repeated."""
        text = seller.config.read_text(encoding="utf-8").replace("page_seconds", "page_secs")
        text = text.replace("[accounts.main]", '[accounts.main]\npassword = "hunter2-canary"')
        seller.config.write_text(text, encoding="utf-8")
        done = seller.checker("run")

        assert done.code == Exit.CONFIG
        assert f"{seller.config}:6" in done.err
        assert "page_secs" in done.err
        assert "password" in done.err
        assert "hunter2-canary" not in done.err + done.out

    def test_a_console_that_cannot_be_reached_keeps_what_was_known(
        self, replica: Replica, seller: Seller
    ) -> None:
        """The red that was known stays known, with nothing green and exit 20."""
        replica.use("red")
        seller.checker("run")
        seller.origin = "http://127.0.0.1:9"
        seller.settle()
        done = seller.checker("run", "--json")
        known = seller.checker("show", "--json").document["known"]

        assert done.code == Exit.INCOMPLETE
        assert {"unreachable"} == {visit["outcome"] for visit in done.document["visits"]}
        assert {"unknown"} == set(_levels(done.document).values())
        rating = next(k for k in known if k["key"] == "amazon/main/US/account.health_rating")
        assert rating["level"] == "critical"

    def test_a_page_that_is_not_what_it_should_be_is_never_green(
        self, replica: Replica, seller: Seller
    ) -> None:
        """A login page, a blank page, an error page: whatever stands there, no reading is ok."""
        seller.page_seconds = 3
        seller.settle()
        for scenario in ("blank-200", "http-500", "maintenance", "captcha"):
            replica.reset()
            replica.use(scenario)
            replica.state.used_totp_steps.clear()
            done = seller.checker("run", "--json")

            # The home page is a page of its own: what its panel says was really read there.
            levels = {key: level for key, level in _levels(done.document).items() if "breakdown" not in key}
            assert "ok" not in levels.values(), scenario
            assert done.code in (Exit.INCOMPLETE, Exit.PERSON), scenario

    def test_a_damaged_store_is_left_alone(self, seller: Seller) -> None:
        """Random bytes where the store was: exit 30, the file untouched, no new baseline."""
        seller.checker("run")
        store = seller.data / "checker.db"
        for extra in seller.data.glob("checker.db-*"):
            extra.unlink()
        store.write_bytes(b"not a database" * 400)
        done = seller.checker("run")

        assert done.code == Exit.STORE
        assert store.read_bytes() == b"not a database" * 400

    def test_the_stop_switch_stops_before_the_first_page(self, replica: Replica, seller: Seller) -> None:
        """With the switch on, the console never hears from us."""
        seller.data.mkdir(exist_ok=True)
        (seller.data / "STOP").touch()
        done = seller.checker("run", "--json")

        assert done.code == Exit.BLOCKED
        assert [record for record in replica.log if not record.path.startswith("/__replica__")] == []

    def test_a_second_run_on_the_same_account_leaves_quietly(self, seller: Seller) -> None:
        """While another run holds the account: exit 75, and not a word."""
        from checker.run.locks import hold

        with hold(seller.data / "sessions", "main") as free:
            assert free
            done = seller.checker("run")

        assert (done.code, done.out, done.err) == (Exit.BUSY, "", "")


class TestSecrets:
    """A planted secret is nowhere but in the form it was typed into."""

    def test_are_in_no_output_and_no_file(self, replica: Replica, seller: Seller) -> None:
        """After a good run, a refused password and a page that breaks: nothing holds password or seed."""
        seen = ""
        for scenario in ("otp", "wrong-password", "maintenance"):
            replica.reset()
            replica.use(scenario)
            if scenario == "wrong-password":
                seller.password = "planted-canary-7f3a"
                seller.settle()
            done = seller.checker("run", "--json")
            seen += done.out + done.err

        planted = ["planted-canary-7f3a", seller.totp_secret]
        own = {seller.home / "main.password", seller.home / "main.totp"}
        files = [path for path in seller.home.rglob("*") if path.is_file() and path not in own]
        assert [secret for secret in planted if secret in seen] == []
        assert [path for path in files for secret in planted if secret.encode() in path.read_bytes()] == []

    def test_every_request_says_that_a_program_sends_it(self, replica: Replica, seller: Seller) -> None:
        """The agent's name is in the user agent of every single request."""
        seller.checker("run")

        agents = {record.headers.get("user-agent", "") for record in replica.log}
        assert len(agents) == 1
        assert "Agent/marketplace-health-checker" in agents.pop()


def test_nothing_is_left_running(seller: Seller) -> None:
    """No process of the run outlives it."""
    seller.checker("run")

    marks = [str(seller.home).encode(), str(seller.config).encode()]
    alive = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environ = (folder / "environ").read_bytes()
        except OSError:
            continue
        if int(folder.name) != os.getpid() and any(mark in environ for mark in marks):
            alive.append((folder / "cmdline").read_bytes())
    assert alive == []
