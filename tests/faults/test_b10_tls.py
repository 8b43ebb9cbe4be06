"""B10: who cannot prove to be the console, or cannot be found, is not it: nothing is sent or green."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from checker.console import Bounds
from checker.model import Level, Outcome
from checker.testing import Driver, Login, Profile
from fixtures.common import Replica, serve
from tests.certificates import self_signed
from tests.flows.conftest import flow_of

BOUNDS: Final = Bounds(page=8.0, answer=1.5, pause=0.0, site=6.0, steady=0.3)
NOW, DAY = datetime.now(UTC), timedelta(days=1)
PROOFS: Final = {
    "signed by itself": (NOW - DAY, NOW + DAY, "127.0.0.1"),
    "run out": (NOW - 9 * DAY, NOW - DAY, "127.0.0.1"),
    "not valid yet": (NOW + DAY, NOW + 9 * DAY, "127.0.0.1"),
    "of another host": (NOW - DAY, NOW + DAY, "console.example"),
}


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


@pytest.mark.parametrize("signed_in", [False, True], ids=["new", "signed in"])
def test_b10_a_console_that_cannot_prove_itself_is_unreachable(
    shared_browser: Browser, tmp_path: Path, console: Named, signed_in: bool
) -> None:
    """Unreachable, whether there is a session or not: nothing is read, and not one request is made."""
    account = console.account
    login = Login(account.username, account.password, account.totp_secret)
    driver = Driver(shared_browser, flow_of("allegro"), console, login, tmp_path, BOUNDS)
    session = {"name": "QXLSESSID", "value": "a-session-of-before", "url": console.url}

    story = driver.play("healthy", profile=Profile([session] if signed_in else []))

    ended = [visit.outcome for visit in story.visits] if signed_in else [story.ended]
    assert ended == [Outcome.UNREACHABLE]
    assert [
        reading for visit in story.visits for reading in visit.readings if reading.level is Level.OK
    ] == []
    # Neither a secret nor the session goes to whoever it is.
    assert list(console.log) == []
