"""C1: a planted secret is nowhere but in its own file, whatever happens to the run.

Password, seed, every code of the time, and every token the console set as a cookie; as they are, and
in base64, URL, hexadecimal and UTF-16 forms: in no output, no file, no command line, no environment.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from checker.model import Exit
from checker.secrets import Scrubber
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.amazon.person import code_now
from fixtures.common import Replica
from tests.faults.echoing import ECHOED, FORMS, echoing
from tests.faults.machine import Machine, Running, asked_for

WRONG = "hunter2-canary-7f3a"


def _until(path: str, deed: Callable[[Running], None]) -> Callable[[Running, Replica], None]:
    def act(running: Running, replica: Replica) -> None:
        asked_for(replica, path)
        deed(running)

    return act


def _nothing(_running: Running, _replica: Replica) -> None:
    return


# The console, what it plays, and what is done meanwhile: a console with one page, or one that asks for a code
# on a page of its own.
STORIES: dict[str, tuple[str, str, Callable[[Running, Replica], None]]] = {
    "success": ("plain", "otp", _nothing),
    "wrong password": ("plain", "wrong-password", _nothing),
    "captcha": ("plain", "captcha", _nothing),
    "timeout": ("plain", "never-loads", _nothing),
    "crash": (
        "plain",
        "never-loads",
        _until("/sales-quality", lambda running: running.one("browser").kill()),
    ),
    "driver": ("replica", "sign-in-stalls", _until("/ap/mfa", lambda running: running.one("driver").kill())),
    "terminated": (
        "replica",
        "sign-in-stalls",
        _until("/ap/mfa", lambda running: running.process.terminate()),
    ),
    "killed": ("replica", "sign-in-stalls", _until("/ap/mfa", lambda running: running.process.kill())),
    "store": ("plain", "no-otp", _nothing),
}


@contextmanager
def _watching(running: Running) -> Iterator[set[bytes]]:
    """Collect each command line and environment of the run's processes, from its first moment to its last."""
    seen: set[bytes] = set()
    others = set(psutil.pids()) - {running.process.pid}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            for process in running.since(others):
                for name in ("cmdline", "environ"):
                    with suppress(OSError):
                        seen.add((Path("/proc") / str(process.pid) / name).read_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _tokens(replica: Replica) -> set[str]:
    found: set[str] = set()
    for session in replica.state.sessions.values():
        found |= {*session.tokens, *session.form_tokens}
        if session.access_token:
            found |= {session.access_token, session.access_token[::-1]}
    return found


@pytest.mark.parametrize("story", STORIES)
def test_c1_no_canary_is_anywhere(
    request: pytest.FixtureRequest, story: str, record_property: Callable[[str, object], None]
) -> None:
    """After success and after every failure path; how much was looked through is in the JUnit report."""
    console, scenario, act = STORIES[story]
    replica: Replica = request.getfixturevalue(console)
    machine: Machine = request.getfixturevalue("trader" if console == "plain" else "machine")
    replica.use(scenario)
    machine.password = WRONG if story == "wrong password" else DEMO_ACCOUNT.password
    # Long enough to sign in on a busy machine: what is stalled for ever ends by it all the same.
    machine.account_seconds = 40 if story == "timeout" else 60
    machine.environ = {"DEBUG": "pw:*"}
    machine.settle()
    if story == "store":
        machine.data.mkdir()
        (machine.data / "checker.db").write_bytes(b"not a database" * 400)
    codes = {code_now(step) for step in range(-1, 3)}
    with machine.running("run", "--json") as running, _watching(running) as seen:
        act(running, replica)
        done = running.ended()
    codes |= {code_now(step) for step in range(-1, 3)}

    tokens = _tokens(replica)
    secrets = Scrubber(SecretStr(text) for text in {machine.password, machine.totp_secret, *codes, *tokens})
    own = {machine.home / "main.password", machine.home / "main.totp"}
    files = [path for path in machine.home.rglob("*") if path.is_file() and path not in own]
    looked = {"files": len(files), "bytes": sum(path.stat().st_size for path in files)}
    looked |= {"process views": len(seen), "secrets": len({machine.password, *codes, *tokens}) + 1}
    for name, count in looked.items():
        record_property(name, count)
    assert story == "store" or tokens != set()
    assert story == "store" or len(seen) >= 6
    assert not secrets.found_in((done.out + done.err).encode())
    assert [text[:80] for text in seen if secrets.found_in(text)] == []
    assert [path for path in files if secrets.found_in(path.read_bytes())] == []
    assert "pw:" not in done.err


def test_the_scan_finds_what_it_looks_for(tmp_path: Path) -> None:
    """A test that cannot fail is none: every planted form is found."""
    import base64
    from urllib.parse import quote

    secret = "correct horse battery"
    scan = Scrubber([SecretStr(secret)])
    for form in (
        secret.encode(),
        base64.b64encode(b"user:" + secret.encode()),
        quote(secret).encode(),
        secret.encode("utf-16-le"),
        secret.encode().hex().encode(),
    ):
        assert scan.found_in(b"before " + form + b" after"), form
    assert not scan.found_in(str(time.time()).encode())


def _ways(data: bytes) -> list[str]:
    """Return the ways in which a password that a console repeats stands in something."""
    text = data.decode("utf-8", "replace").casefold()
    return [way for way, form in FORMS.items() if form.casefold() in text]


@pytest.mark.parametrize("address", [False, True], ids=["on the page", "in its address as well"])
def test_c1_a_secret_that_the_console_repeats_goes_no_further(tmp_path: Path, *, address: bool) -> None:
    """In title, text, attribute, box, link, error and answer; in no output, record, kept page or picture.

    What was read is told all the same, a red among it; a page that writes it into an address is left.
    """
    with echoing("red", address=address) as console:
        machine = Machine(tmp_path, console.url, sites=(), marketplace="allegro", password=ECHOED)
        machine.account_seconds = 90
        machine.settle()
        with machine.running("run", "--json") as running:
            done = running.ended()
        shown = machine.checker("report", "--out", str(machine.home / "again.html"))

    own = {machine.home / "main.password", machine.home / "main.totp"}
    files = {
        path: path.read_bytes() for path in machine.home.rglob("*") if path.is_file() and path not in own
    }
    files |= {path / "unpacked": gzip.decompress(files[path]) for path in files if path.suffix == ".gz"}
    scan = Scrubber([SecretStr(ECHOED)])
    assert _ways(done.out.encode()) == []
    assert _ways(done.err.encode()) == []
    assert shown.code == Exit.OK, shown.err
    assert {str(path): _ways(data) for path, data in files.items() if _ways(data)} == {}
    assert [path for path, data in files.items() if scan.found_in(data)] == []
    assert [path for path in files if path.suffix == ".png"] == []
    assert done.code == (Exit.SAFETY if address else Exit.NEW), done.err
