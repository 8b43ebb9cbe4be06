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


def test_a_console_that_says_stop_is_left_alone_by_later_runs(plain: Replica, trader: Seller) -> None:
    """429: this run ends, and the next one opens nothing, says until when and why, and exits 23."""
    plain.use("http-429")
    told = trader.here("run", "--json")
    plain.use("no-otp")
    plain.log.clear()
    next_one = trader.here("run", "--json")
    (visit,) = next_one.document["visits"]

    assert told.code == Exit.BLOCKED
    assert next_one.code == Exit.BLOCKED
    assert list(plain.log) == []
    assert "left alone until" in visit["detail"]
    assert str(trader.data / "conduct" / "allegro.json") in visit["detail"]


def test_a_budget_that_is_spent_ends_the_run(plain: Replica, trader: Seller) -> None:
    """One page was allowed, one was opened."""
    text = trader.config.read_text(encoding="utf-8").replace("[limits]", "[limits]\npages_per_day = 1")
    trader.config.write_text(text, encoding="utf-8")
    done = trader.here("run", "--json")

    assert done.code == Exit.BLOCKED
    assert {visit["outcome"] for visit in done.document["visits"]} == {"budget_spent"}
    kept = json.loads((trader.data / "conduct" / "main.pages.json").read_text(encoding="utf-8"))
    assert kept["pages"] == 1


def test_a_proxy_that_is_down_is_named_and_never_gone_round(plain: Replica, trader: Seller) -> None:
    """Nothing reaches the console, and the words name the proxy and not its password."""
    trader.add('proxy = "http://user:canary-proxy-77@127.0.0.1:9"')
    done = trader.here("run")

    assert done.code == Exit.INCOMPLETE
    assert list(plain.log) == []
    assert "proxy" in done.out + done.err
    assert "canary-proxy-77" not in done.out + done.err


def test_c5_a_proxy_with_another_exit_ends_the_run_before_the_console_hears_of_it(
    plain: Replica, trader: Seller
) -> None:
    """A page outside is asked through the proxy; only if it names the exit wanted does the run go on."""
    with proxy("user:canary-proxy-77", tunnels=True) as between, tells_address("198.51.100.9") as page:
        trader.add(f'proxy = "{between.url}"\nproxy_exit_page = "{page}"\nproxy_exit = "203.0.113.7"')
        elsewhere = trader.here("run", "--json")
        heard, asked = list(plain.log), list(between.asked)
        text = trader.config.read_text(encoding="utf-8").replace("203.0.113.7", "198.51.100.0/24")
        trader.config.write_text(text, encoding="utf-8")
        there = trader.here("run", "--json")

    assert elsewhere.code == Exit.INCOMPLETE
    assert "it is 198.51.100.9" in elsewhere.document["visits"][0]["detail"]
    assert heard == []
    assert asked == [f"CONNECT {urlsplit(page).netloc}"]
    assert there.code == Exit.OK
    assert "canary-proxy-77" not in elsewhere.out + elsewhere.err + there.out + there.err


def test_a_browser_that_a_person_runs_is_used_and_left_running(
    plain: Replica, trader: Seller, browser_of_a_person: str
) -> None:
    """The shop is read in their profile, under our name, and their browser outlives the run."""
    trader.add(f'cdp_url = "{browser_of_a_person}"')
    done = trader.here("run", "--json")

    assert done.code == Exit.OK, done.err
    assert {visit["outcome"] for visit in done.document["visits"]} == {"read"}
    assert [r for r in plain.log if AGENT not in r.headers.get("user-agent", "")] == []
    assert not list((trader.data / "sessions").glob("*.session"))


def test_a_browser_that_is_not_there_is_said_with_what_to_do(trader: Seller) -> None:
    """The message names the setting and the way out."""
    trader.add('cdp_url = "http://127.0.0.1:9"')
    done = trader.here("run")

    assert "cdp_url" in done.out + done.err
    assert "debugging port" in (done.out + done.err).replace("\n", " ")
    assert "Traceback" not in done.err
