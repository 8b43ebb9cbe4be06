"""`checker login`: a person clears it, the session is kept, and runs visit the account again."""

from __future__ import annotations

import json
import os
import pty
import socket
import subprocess
import sys
from contextlib import closing

from playwright.sync_api import Browser

from checker.model import Exit
from fixtures.amazon.accounts import DEMO_ACCOUNT, PERSON_CODE
from fixtures.amazon.person import submit_email, submit_password
from fixtures.common.server import Replica
from tests.e2e.seller import Seller


def _environ(seller: Seller) -> dict[str, str]:
    tmp = seller.home / "tmp"
    tmp.mkdir(exist_ok=True)
    return {"PATH": os.environ["PATH"], "HOME": str(seller.home), "TMPDIR": str(tmp)}


def _argv(seller: Seller, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "checker", "login", "main", *arguments, "--config", str(seller.config)]


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def test_the_person_answers_a_code_at_the_terminal(replica: Replica, seller: Seller) -> None:
    """On a real terminal: the code that came by mail is asked for, typed, and the latch is gone."""
    replica.use("cvf-code")
    before = seller.here("run")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        _argv(seller, "--terminal", "--json"),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environ(seller),
        cwd=seller.home,
    ) as process:
        assert process.stderr is not None
        said = b""
        while b"Type it here" not in said:
            said += os.read(process.stderr.fileno(), 1 << 16)
        os.write(ours, PERSON_CODE.encode() + b"\n")
        out, err = process.communicate(timeout=300)
    os.close(ours)
    os.close(theirs)
    after = seller.here("run")

    document = json.loads(out)
    assert before.code == Exit.PERSON
    assert process.returncode == Exit.OK, err
    assert (document["session_kept"], document["lifted"]) == (True, "code_needed")
    assert PERSON_CODE.encode() not in out + err
    assert after.code == Exit.OK
    assert replica.state.sign_ins == 1


def _as_the_person(
    process: subprocess.Popen[bytes], shared: Browser, replica: Replica, port: int
) -> tuple[bytes, tuple[bytes, bytes]]:
    """Solve the captcha from a second browser; return what was said before it, and what after."""
    assert process.stderr is not None
    said = b""
    while b"the page shows" not in said:
        said += os.read(process.stderr.fileno(), 1 << 16)
    browser = shared.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
    try:
        pages = [page for context in browser.contexts for page in context.pages]
        page = next(page for page in pages if replica.url in page.url)
        submit_email(page)
        submit_password(page)
        page.locator("input[name=cvf_captcha_input]").fill("replica")
        page.locator("form.cvf-widget-form-captcha input[type=submit]").click()
        return said, process.communicate(timeout=300)
    finally:
        browser.close()


def test_the_person_drives_the_browser_from_elsewhere(
    replica: Replica, seller: Seller, shared_browser: Browser
) -> None:
    """Without a screen: a second browser attaches, solves the captcha; the session is kept."""
    replica.use("captcha")
    before = seller.here("run")
    port = _free_port()
    with subprocess.Popen(
        _argv(seller, "--remote-debugging", str(port), "--json"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environ(seller),
        cwd=seller.home,
    ) as process:
        try:
            said, (out, err) = _as_the_person(process, shared_browser, replica, port)
        finally:
            process.kill()  # or a test that fails here waits for it
    after = seller.here("run")

    assert before.code == Exit.PERSON
    assert process.returncode == Exit.OK, err
    assert json.loads(out)["lifted"] == "captcha"
    assert f"localhost:{port}" in said.decode() + err.decode()
    assert DEMO_ACCOUNT.password.encode() not in out + err + said
    assert after.code == Exit.OK
    assert replica.state.sign_ins == 1


def test_without_a_screen_it_says_how(seller: Seller) -> None:
    """No window can be opened here: the message names both other ways."""
    done = seller.checker("login", "main")

    assert done.code == Exit.USAGE
    assert "--terminal" in done.err
    assert "--remote-debugging" in done.err


def test_a_refused_password_is_not_sent_by_login_either(replica: Replica, seller: Seller) -> None:
    """At the terminal the stored password would be typed: the one that was refused is not."""
    replica.use("wrong-password")
    seller.here("run")
    done = seller.checker("login", "main", "--terminal", stdin="")

    assert done.code == Exit.CREDENTIALS
    assert len(replica.log.password_posts()) == 1


def test_a_person_who_does_not_come_leaves_everything_as_it_was(replica: Replica, seller: Seller) -> None:
    """The time is up: 21, no session, and the latch stands."""
    replica.use("captcha")
    seller.here("run")
    port = str(_free_port())
    done = seller.checker("login", "main", "--remote-debugging", port, "--minutes", "0.02")
    requests = len(replica.log)
    after = seller.here("run")

    assert (done.code, after.code) == (Exit.PERSON, Exit.PERSON)
    assert len(replica.log) == requests
    assert not (seller.data / "sessions" / "main.session").exists()
