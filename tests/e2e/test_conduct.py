"""Manners, proxies and other people's browsers, as a user meets them: exit codes, words, files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from checker.browser import ensure_browser
from checker.console.guard import AGENT
from checker.model import Exit
from fixtures.common import Replica
from tests.e2e.seller import Seller
from tests.guard.proxying import proxy, tells_address


def _set(seller: Seller, text: str, *, table: str = "") -> None:
    """Add a line to the account's table, the last of the file, or a table of its own."""
    with seller.config.open("a", encoding="utf-8") as file:
        file.write(f"{table}\n{text}\n" if table else f"{text}\n")


@pytest.fixture
def browser_of_a_person(tmp_path: Path) -> Iterator[str]:
    """Run a browser as a person would, its debugging port open."""
    found = ensure_browser(None, lambda _text: None)
    words = ["--remote-debugging-port=0", f"--user-data-dir={tmp_path / 'profile'}", "--headless"]
    words += ["--no-sandbox"] if os.geteuid() == 0 else []
    argv = [str(found.path), *words, "about:blank"]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        assert running.stderr is not None
        said = next(line for line in running.stderr if "DevTools listening on" in line)
        yield said.rpartition(" ")[2].strip()
        still_there = running.poll() is None
        os.killpg(running.pid, signal.SIGKILL)
        assert still_there


def test_a_console_that_says_stop_is_left_alone_by_later_runs(replica: Replica, seller: Seller) -> None:
    """429: this run ends, and the next one opens nothing, says until when and why, and exits 23."""
    replica.use("http-429")
    told = seller.checker("run", "--json")
    replica.use("no-otp")
    replica.log.clear()
    next_one = seller.checker("run", "--json")
    (visit,) = next_one.document["visits"]

    assert told.code == Exit.BLOCKED
    assert next_one.code == Exit.BLOCKED
    assert list(replica.log) == []
    assert "left alone until" in visit["detail"]
    assert str(seller.data / "conduct" / "amazon.json") in visit["detail"]


def test_a_budget_that_is_spent_ends_the_run(replica: Replica, seller: Seller) -> None:
    """Two pages were allowed, two were opened."""
    text = seller.config.read_text(encoding="utf-8").replace("[limits]", "[limits]\npages_per_day = 2")
    seller.config.write_text(text, encoding="utf-8")
    done = seller.checker("run", "--json")

    assert done.code == Exit.BLOCKED
    assert {visit["outcome"] for visit in done.document["visits"]} == {"budget_spent"}
    kept = json.loads((seller.data / "conduct" / "main.pages.json").read_text(encoding="utf-8"))
    assert kept["pages"] == 2


def test_every_address_is_in_the_access_log(replica: Replica, seller: Seller) -> None:
    """What the console heard is what the log says, path by path, and no query is in it."""
    seller.checker("run")

    text = (seller.data / "access" / "main.jsonl").read_text(encoding="utf-8")
    logged = {(line["method"], line["path"]) for line in map(json.loads, text.splitlines())}
    heard = {(record.method, record.path) for record in replica.log}
    assert heard <= logged
    assert "?" not in text


def test_a_proxy_that_is_down_is_named_and_never_gone_round(replica: Replica, seller: Seller) -> None:
    """Nothing reaches the console, and the words name the proxy and not its password."""
    _set(seller, 'proxy = "http://user:canary-proxy-77@127.0.0.1:9"')
    done = seller.checker("run")

    assert done.code == Exit.INCOMPLETE
    assert list(replica.log) == []
    assert "proxy" in done.out + done.err
    assert "canary-proxy-77" not in done.out + done.err


def test_c5_a_proxy_with_another_exit_ends_the_run_before_the_console_hears_of_it(
    replica: Replica, seller: Seller
) -> None:
    """A page outside is asked through the proxy; only if it names the exit wanted does the run go on."""
    with proxy("user:canary-proxy-77", tunnels=True) as between, tells_address("198.51.100.9") as page:
        _set(seller, f'proxy = "{between.url}"\nproxy_exit_page = "{page}"\nproxy_exit = "203.0.113.7"')
        elsewhere = seller.checker("run", "--json")
        heard, asked = list(replica.log), list(between.asked)
        text = seller.config.read_text(encoding="utf-8").replace("203.0.113.7", "198.51.100.0/24")
        seller.config.write_text(text, encoding="utf-8")
        there = seller.checker("run", "--json")

    assert elsewhere.code == Exit.INCOMPLETE
    assert "it is 198.51.100.9" in elsewhere.document["visits"][0]["detail"]
    assert heard == []
    assert asked == [f"CONNECT {urlsplit(page).netloc}"]
    assert there.code == Exit.OK
    assert "canary-proxy-77" not in elsewhere.out + elsewhere.err + there.out + there.err


def test_a_browser_that_a_person_runs_is_used_and_left_running(
    replica: Replica, seller: Seller, browser_of_a_person: str
) -> None:
    """The shop is read in their profile, under our name, and their browser outlives the run."""
    _set(seller, f'cdp_url = "{browser_of_a_person}"')
    done = seller.checker("run", "--json")

    assert done.code == Exit.OK, done.err
    assert {visit["outcome"] for visit in done.document["visits"]} == {"read"}
    assert [r for r in replica.log if AGENT not in r.headers.get("user-agent", "")] == []
    assert not list((seller.data / "sessions").glob("*.session"))


def test_a_browser_that_is_not_there_is_said_with_what_to_do(seller: Seller) -> None:
    """The message names the setting and the way out."""
    _set(seller, 'cdp_url = "http://127.0.0.1:9"')
    done = seller.checker("run")

    assert "cdp_url" in done.out + done.err
    assert "debugging port" in (done.out + done.err).replace("\n", " ")
    assert "Traceback" not in done.err
