"""`checker run` from end to end: what it prints, stores and leaves behind, and how it ends."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import jsonschema

from checker.model import Exit
from fixtures.common.server import Replica
from tests.e2e.seller import Ran, Seller

LEVEL = "allegro/main/ALLEGRO/account.level"


def test_a_red_is_announced_once_then_known_and_told_when_two_looks_say_it_is_over(
    plain: Replica, trader: Seller
) -> None:
    """Five runs end in 0, 10, 11, 11, 0; what the red one printed, filed, asked and left is as promised."""
    trader.add("[findings]\ngood_minutes_apart = 0")
    well = trader.here("run", "--json")
    plain.use("red")
    first = trader.checker("run", "--json")
    left_running = _left_running(trader)
    report = (trader.data / "reports" / "latest.html").read_text(encoding="utf-8")
    again = trader.here("run", "--json")
    plain.use("no-otp")
    better = trader.here("run", "--json")
    over = trader.here("run", "--json")

    assert (well.code, well.document["changes"]) == (Exit.OK, [])
    assert (first.code, _changed(first)[LEVEL]) == (Exit.NEW, "new")
    assert (again.code, again.document["changes"]) == (Exit.CRITICAL, [])
    # One green is not believed.
    assert (better.code, "resolved" in _changed(better).values()) == (Exit.CRITICAL, False)
    assert (over.code, set(_changed(over).values())) == (Exit.OK, {"resolved"})

    _holds_against_its_schema(trader, first)
    assert "data:image/png;base64," in report
    assert "<script" not in report
    _is_its_owners_alone(trader)
    _says_that_a_program_asks_and_logs_what_for(plain, trader)
    assert left_running == []


def _changed(done: Ran) -> dict[str, str]:
    return {change["key"]: change["verb"] for change in done.document["changes"]}


def _holds_against_its_schema(seller: Seller, done: Ran) -> None:
    schema = seller.here("schema", "run").document
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(done.document)
    assert {"run_id", "started_at", "finished_at", "exit_code", "visits", "readings", "changes"} <= set(
        done.document
    )


def _is_its_owners_alone(seller: Seller) -> None:
    """Every file is 0600 in folders of 0700."""
    for path in seller.data.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert (0o700 if path.is_dir() else 0o600) == mode, path


def _says_that_a_program_asks_and_logs_what_for(replica: Replica, seller: Seller) -> None:
    """The agent's name is in every request; each is in the access log, path by path and without a query."""
    (agent,) = {record.headers.get("user-agent", "") for record in replica.log}
    assert "Agent/marketplace-health-checker" in agent
    text = (seller.data / "access" / "main.jsonl").read_text(encoding="utf-8")
    logged = {(line["method"], line["path"]) for line in map(json.loads, text.splitlines())}
    assert {(record.method, record.path) for record in replica.log} <= logged
    assert "?" not in text


def _left_running(seller: Seller) -> list[bytes]:
    """Return the command lines of what outlives a run."""
    marks = [str(seller.home).encode(), str(seller.config).encode()]
    alive = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environ = (folder / "environ").read_bytes()
        except OSError:
            continue
        if int(folder.name) != os.getpid() and any(mark in environ for mark in marks):
            alive.append((folder / "cmdline").read_bytes())
    return alive


class TestWhatIsAskedFor:
    """Accounts, sites and levels; dry runs are in `test_output.py`."""

    def test_the_sites_asked_for_are_visited_and_one_not_listed_is_said_to_be_missing(
        self, seller: Seller
    ) -> None:
        """`--site` narrows what the account names; a site that is not there makes the run incomplete."""
        seller.sites = ("US", "CA", "ZZ")
        seller.settle()
        done = seller.here("run", "--site", "ca", "--site", "zz", "--json")

        assert {visit["site"]: visit["outcome"] for visit in done.document["visits"]} == {
            "CA": "read",
            "ZZ": "not_reachable",
        }
        assert done.code == Exit.INCOMPLETE

    def test_an_unknown_account_is_refused_with_those_there_are(self, seller: Seller) -> None:
        """The message names the accounts of the file."""
        done = seller.here("run", "--account", "shop2")

        assert done.code == Exit.CONFIG
        assert "main" in done.err
        assert "Traceback" not in done.err


class TestBadInput:
    """One clear message with the next step, the right code, nothing lost, nothing green.

    Pages that are not what they should be are in `test_sessions.py`.
    """

    def test_a_wrong_setting_names_its_line_and_every_other_problem(self, seller: Seller) -> None:
        """Two mistakes in one file are told at once, each with its line, and no secret is repeated."""
        text = seller.config.read_text(encoding="utf-8").replace("page_seconds", "page_secs")
        text = text.replace("[accounts.main]", '[accounts.main]\npassword = "hunter2-canary"')
        seller.config.write_text(text, encoding="utf-8")
        done = seller.here("run")

        assert done.code == Exit.CONFIG
        assert f"{seller.config}:6" in done.err
        assert "page_secs" in done.err
        assert "password" in done.err
        assert "hunter2-canary" not in done.err + done.out

    def test_a_damaged_store_is_left_alone(self, seller: Seller) -> None:
        """Random bytes where the store was: exit 30, the file untouched, no new baseline."""
        seller.here("findings")
        store = seller.data / "checker.db"
        for extra in seller.data.glob("checker.db-*"):
            extra.unlink()
        store.write_bytes(b"not a database" * 400)
        done = seller.here("run")

        assert done.code == Exit.STORE
        assert store.read_bytes() == b"not a database" * 400

    def test_the_stop_switch_stops_before_the_first_page(self, replica: Replica, seller: Seller) -> None:
        """With the switch on, the console never hears from us."""
        seller.data.mkdir(exist_ok=True)
        (seller.data / "STOP").touch()
        done = seller.here("run", "--json")

        assert done.code == Exit.BLOCKED
        assert [record for record in replica.log if not record.path.startswith("/__replica__")] == []

    def test_a_second_run_on_the_same_account_leaves_quietly(self, seller: Seller) -> None:
        """While another run holds the account: exit 75, and not a word."""
        from checker.run.locks import hold

        with hold(seller.data / "sessions", "main") as free:
            assert free
            done = seller.here("run")

        assert (done.code, done.out, done.err) == (Exit.BUSY, "", "")
