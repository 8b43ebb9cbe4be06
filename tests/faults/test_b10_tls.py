"""B10: who cannot prove to be the console, or cannot be found, is not it: nothing is sent or green."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from playwright.sync_api import Browser

from checker.browser.launch import Launch, launch_options
from checker.console import Bounds
from checker.model import Level, Outcome
from checker.testing import Driver, Login, Profile, Story, found_browser
from fixtures.common import Replica, serve
from tests.certificates import Authority, self_signed, trusted_in
from tests.flows.conftest import flow_of

BOUNDS: Final = Bounds(page=8.0, answer=1.5, pause=0.0, site=6.0, steady=0.3)
NOW, DAY = datetime.now(UTC), timedelta(days=1)
PROOFS: Final = {
    "signed by itself": (NOW - DAY, NOW + DAY, "127.0.0.1"),
    "run out": (NOW - 9 * DAY, NOW - DAY, "127.0.0.1"),
    "not valid yet": (NOW + DAY, NOW + 9 * DAY, "127.0.0.1"),
    "of another host": (NOW - DAY, NOW + DAY, "console.example"),
}
# Signed by an authority that the browser trusts, and wrong in this one way.
FLAWS: Final[dict[str, dict[str, Any]]] = {
    "run out": {"valid_from": NOW - 9 * DAY, "valid_to": NOW - DAY},
    "not valid yet": {"valid_from": NOW + DAY, "valid_to": NOW + 9 * DAY},
    "of another host": {"hosts": ["console.example"]},
    "of no host": {"hosts": []},
    "not for a server": {"use": ExtendedKeyUsageOID.CLIENT_AUTH},
    "signed by a stranger": {"by": Authority("a stranger")},
}

REFUSED: Final = ([Outcome.UNREACHABLE], list[str](), list[Any]())


@dataclass
class Named:
    """A replica that is looked for at another address."""

    replica: Replica
    url: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.replica, name)


@pytest.fixture(params=[*PROOFS, "no TLS at all", "an unknown name"])
def console(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Named]:
    """A console with a bad proof of who it is, with none, or without an address."""
    path = None
    if request.param in PROOFS:
        begins, ends, host = PROOFS[request.param]
        path = self_signed(tmp_path / "console.pem", "console", begins, ends, host)
    with serve("allegro", "healthy", certificate=path) as replica:
        unknown = request.param == "an unknown name"
        yield Named(replica, "https://gone.example" if unknown else f"https://127.0.0.1:{replica.port}")


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Somebody who signs for consoles."""
    return Authority("an authority of the tests")


@pytest.fixture(scope="module")
def trusting(
    shared_browser: Browser, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Run a browser that trusts that authority and is otherwise started as always."""
    home = tmp_path_factory.mktemp("home")
    trusted_in(home, authority)
    options = launch_options(Launch(found_browser(), (), "https://127.0.0.1"), lambda _text: None)
    running = shared_browser.browser_type.launch(**{**options, "env": {**os.environ, "HOME": str(home)}})
    yield running
    running.close()


def _played(browser: Browser, console: Any, root: Path, *, signed_in: bool) -> Story:
    account = console.account
    login = Login(account.username, account.password, account.totp_secret)
    driver = Driver(browser, flow_of("allegro"), console, login, root, BOUNDS)
    session = {"name": "QXLSESSID", "value": "a-session-of-before", "url": console.url}
    return driver.play("healthy", profile=Profile([session] if signed_in else []))


def _given(story: Story, console: Any, *, signed_in: bool) -> tuple[list[Outcome], list[str], list[Any]]:
    """Return how it ended, what was called well, and what the console was asked: a secret, or a session."""
    ended = [visit.outcome for visit in story.visits] if signed_in else [story.ended]
    well = [str(one.key) for visit in story.visits for one in visit.readings if one.level is Level.OK]
    return ended, well, list(console.log)


@pytest.mark.parametrize("signed_in", [False, True], ids=["new", "signed in"])
def test_b10_a_console_that_cannot_prove_itself_is_unreachable(
    shared_browser: Browser, tmp_path: Path, console: Named, signed_in: bool
) -> None:
    """Unreachable, whether there is a session or not: nothing is read, and not one request is made."""
    story = _played(shared_browser, console, tmp_path, signed_in=signed_in)

    assert _given(story, console, signed_in=signed_in) == REFUSED


@pytest.mark.parametrize("signed_in", [False, True], ids=["new", "signed in"])
@pytest.mark.parametrize("flaw", FLAWS)
def test_b10_one_flaw_is_enough(
    trusting: Browser, authority: Authority, tmp_path: Path, flaw: str, signed_in: bool
) -> None:
    """A certificate that is right but for one thing is wrong: the authority that signed it is trusted."""
    wanted = {"valid_from": NOW - DAY, "valid_to": NOW + DAY, **FLAWS[flaw]}
    signs = wanted.pop("by", authority)
    with serve("allegro", "healthy", certificate=signs.sign(tmp_path / "console.pem", **wanted)) as console:
        story = _played(trusting, console, tmp_path, signed_in=signed_in)

        assert _given(story, console, signed_in=signed_in) == REFUSED


def test_b10_a_certificate_without_a_flaw_is_a_proof(
    trusting: Browser, authority: Authority, tmp_path: Path
) -> None:
    """What the flaws above are told from: signed in at, and read."""
    path = authority.sign(tmp_path / "console.pem", NOW - DAY, NOW + DAY)
    with serve("allegro", "healthy", certificate=path) as console:
        story = _played(trusting, console, tmp_path, signed_in=False)

        assert story.ended is Outcome.READ
        assert [visit.outcome for visit in story.visits] == [Outcome.READ]
        assert len(console.log.password_posts()) == 1
