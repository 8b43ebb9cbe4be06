"""What is kept of a visit in a real browser, and what must never be in it."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession
from pydantic import SecretStr

from checker.console import LiveConsole
from checker.evidence import Camera, Watch
from checker.evidence.catalog import bundles
from checker.evidence.flaws import Flaw
from checker.evidence.ledger import Ledger
from checker.evidence.masks import mhtml_texts
from checker.evidence.sealing import Sealer
from checker.evidence.vault import Vault
from checker.evidence.verify import Trust, verify
from checker.evidence.witness import Habits, Witness
from checker.model import Claim, Level, Outcome, Reading, Visit
from checker.model.wire import load_visit
from checker.report.evidence_files import ledger_schema, manifest_schema, provenance_schema, record_schema
from checker.run.visits import visit_sites
from checker.secrets import Scrubber
from checker.testing import Driver, Login
from checker.testing.driving import Session
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common import serve
from flows.amazon import AmazonFlow
from tests.certificates import self_signed
from tests.faults.disk import Fault
from tests.unit.secrets.test_token_shapes import CANARY, DRAWN, PLANTED

FACTS = {
    "flow": "amazon 1",
    "playwright": "1",
    "python": "3",
    "simulated_clock_seconds": 0,
    "tool": "test",
}
_PASSWORD_BOX = (
    """() => document.body.insertAdjacentHTML('beforeend', '<input type=password value=canary>')"""
)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Watched:
    """A visit with a witness beside it, and the folder it kept things in."""

    root: Path
    habits: Habits = field(default_factory=Habits)
    spoil: Callable[[LiveConsole], None] | None = None
    warned: list[str] = field(default_factory=list)
    cookies: set[str] = field(default_factory=set)
    witnesses: list[Witness] = field(default_factory=list)

    def __call__(self, console: LiveConsole) -> Callable[[Camera], Watch]:
        """Put a witness around each camera of a console."""
        sealer = Sealer(self.root, self.root.parent / "keys", _now)
        secrets = Scrubber([SecretStr(DEMO_ACCOUNT.password)])

        def watch(camera: Camera) -> Watch:
            camera.root = self.root
            camera.vault = Vault(self.root, camera.folder)
            witness = Witness(
                console,
                camera,
                sealer,
                "run",
                "main",
                FACTS,
                secrets,
                self.habits,
                self.warned.append,
            )
            self.witnesses.append(witness)
            return _Watching(self, witness, console)

        return watch

    @property
    def trust(self) -> Trust:
        """What is believed of it."""
        ledger = Ledger(self.root, _now, self.root.parent / "keys")
        return Trust(ledger.trusted(), (), ledger)

    @property
    def folders(self) -> list[Path]:
        """The bundles there are."""
        return [self.root / held.folder for held in bundles(self.root)]


@dataclass
class _Watching:
    """Spoils the page before the witness looks, and remembers the browser's cookies."""

    watched: Watched
    witness: Witness
    console: LiveConsole

    @property
    def missed(self) -> int:
        return self.witness.missed

    def with_pictures(self, claim: Claim) -> Claim:
        self.watched.cookies |= {str(c.get("value")) for c in self.console.raw.context.cookies()}
        if self.watched.spoil is not None:
            self.watched.spoil(self.console)
        return self.witness.with_pictures(claim)

    def sealed(self, visit: Visit) -> Visit:
        return self.witness.sealed(visit)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """Return what watches."""
    return Watched(tmp_path / "evidence")


def _play(amazon: Driver, watched: Watched, scenario: str = "red") -> Visit:
    """Visit the US once with a witness beside it."""
    with amazon.session(scenario) as session:
        return _visit(session, watched)


def _visit(session: Session, watched: Watched) -> Visit:
    visits = visit_sites(
        session.flow,
        session.console,
        "main",
        [session.story.site("US")],
        watched.root,
        Path("run/main"),
        _now,
        # What a second look makes of a red is tried elsewhere.
        has_time=lambda: False,
        watch=watched(session.console),
    )
    ((visit, _),) = visits
    return visit


_WRITES = "() => fetch('/case/submit?of=canary', {method: 'POST'}).catch(() => 0)"


@pytest.fixture(scope="module")
def kept(amazon: Driver, tmp_path_factory: pytest.TempPathFactory) -> tuple[Visit, Watched]:
    """Return a red visit with all that was kept of it; its pages tried to send something."""
    watched = Watched(tmp_path_factory.mktemp("kept") / "evidence")
    watched.spoil = lambda console: console.raw.evaluate(_WRITES)
    return _play(amazon, watched), watched


def _as_read(visit: Visit) -> list[Reading]:
    """Return what was read, without what proves it and when."""
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        # How a page is built is a measure with a margin, not a value.
        replace(
            r,
            evidence=(),
            bundle="",
            observed_at=at,
            origin=replace(r.origin, structure=""),
            # Of equal rank, what was seen first is told first.
            claims=tuple(sorted(r.claims, key=repr)),
        )
        for r in visit.readings
    ]


def test_a_red_visit_is_sealed_whole(kept: tuple[Visit, Watched]) -> None:
    """Pictures, page, answers, exchanges, record, provenance are there, listed, signed, in the ledger."""
    visit, watched = kept

    assert watched.warned == []
    (folder,) = watched.folders
    verdict = verify(folder, watched.trust)
    assert verdict.is_good, verdict.problems
    names = " ".join(path.name for path in folder.iterdir())
    for form in (r"page-\S+\.png", r"page-\S+\.mhtml", r"page-\S+\.html", r"answer-summary-\S+\.json",
                 r"exchanges-\S+\.json", r"context-\S+\.png", r"body-\S+\.bin", "record.json"):  # fmt: skip
        assert re.search(form, names), form
    red = [reading for reading in visit.readings if reading.level is Level.CRITICAL]
    assert {verdict.bundle} == {reading.bundle for reading in red}
    assert all((watched.root / name).is_file() for reading in red for name in reading.evidence)
    assert {0o600} == {path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert watched.warned == []
    assert [witness.missed for witness in watched.witnesses] == [0]
    exchanges = [json.loads(path.read_bytes()) for path in folder.glob("exchanges-*.json")]
    rows = [row for exchange in exchanges for row in exchange["exchanges"]]
    posted = {row["posted"] for row in rows if row["method"] == "POST"}
    assert {"{}", '{"cards":["GREETING_HEADER"]}'} <= posted
    record = load_visit((folder / "record.json").read_text(encoding="utf-8"))
    assert len(record.readings) == len(visit.readings)
    for name, schema in (("record", record_schema()), ("manifest", manifest_schema())):
        jsonschema.validate(json.loads((folder / f"{name}.json").read_bytes()), schema)
    for line in (watched.root / "ledger.jsonl").read_bytes().splitlines():
        jsonschema.validate(json.loads(line), ledger_schema())


def test_the_provenance_says_where_it_came_from(kept: tuple[Visit, Watched]) -> None:
    """Versions, browser, zone, clocks, the way to the page, the account, what was blocked and masked."""
    visit, watched = kept

    told: dict[str, Any] = json.loads((watched.folders[0] / "provenance.json").read_bytes())
    jsonschema.validate(told, provenance_schema())
    page = told["pages"][-1]
    assert re.match(r"chromium \d+", told["browser"]["browser"])
    assert (told["browser"]["zone"], told["browser"]["viewport"]) == ("UTC", [1440, 1000])
    assert "Agent/marketplace-health-checker" in page["user_agent"]
    assert [step["status"] for step in page["navigation"]][-1:] == [200]
    assert abs(page["clock"]["server_ahead_seconds"]) <= 5
    assert page["tls"] is None
    assert all("POST 127.0.0.1/case/submit" in page["blocked"] for page in told["pages"])
    assert told["blocked_requests"] == visit.blocked >= len(page["blocked"])
    assert told["identity"]["site"] == "US"
    assert told["identity"]["console_account"]
    assert told["withheld"] == []
    assert int(told["time"]["sealed"]["monotonic_ns"]) > int(told["time"]["began"]["monotonic_ns"])


@dataclass
class _Trusting:
    """The browser of the tests, with profiles that believe any certificate."""

    browser: Browser

    def new_context(self, **options: Any) -> BrowserContext:
        return self.browser.new_context(ignore_https_errors=True, **options)

    def new_browser_cdp_session(self) -> CDPSession:
        return self.browser.new_browser_cdp_session()


def test_the_provenance_names_the_certificate_of_a_console_over_tls(
    shared_browser: Browser, watched: Watched, tmp_path: Path
) -> None:
    """Whom it names, who issued it, since when and until when it is valid, and how it was spoken."""
    since, until = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2035, 6, 7, 8, 9, 10, tzinfo=UTC)
    pem = self_signed(tmp_path / "console.pem", "sellercentral.replica.example", since, until)
    login = Login(DEMO_ACCOUNT.username, DEMO_ACCOUNT.password, DEMO_ACCOUNT.totp_secret)
    with serve("amazon", certificate=pem) as replica:
        replica.set_latency(5)
        browser = cast("Browser", _Trusting(shared_browser))
        _play(Driver(browser, AmazonFlow, replica, login, tmp_path / "driver"), watched)

    told = json.loads((watched.folders[0] / "provenance.json").read_bytes())
    jsonschema.validate(told, provenance_schema())
    for page in told["pages"]:
        assert page["navigation"][-1]["url"].startswith("https://127.0.0.1:")
        assert page["tls"] == {
            "issuer": "sellercentral.replica.example",
            "protocol": "TLS 1.3",
            "subject": "sellercentral.replica.example",
            "valid_from": "2025-01-02T03:04:05.000Z",
            "valid_to": "2035-06-07T08:09:10.000Z",
        }


def test_no_password_cookie_or_token_is_in_any_text(kept: tuple[Visit, Watched]) -> None:
    """The browser's own cookies, the password, and cookie headers are in no file, however it is encoded."""
    _, watched = kept

    secrets = [c.encode() for c in watched.cookies if len(c) >= 12] + [DEMO_ACCOUNT.password.encode()]
    assert len(secrets) > 1
    for path in watched.folders[0].iterdir():
        data = path.read_bytes()
        text = data + (mhtml_texts(data) if path.suffix == ".mhtml" else b"")
        assert [secret for secret in secrets if secret in text] == [], path.name
        assert b'"set-cookie"' not in text, path.name
        assert b'"cookie"' not in text, path.name


def test_what_a_well_shop_shows_is_kept_only_when_asked_for(amazon: Driver, watched: Watched) -> None:
    """Without a red there is no bundle; with `every_visit` there is one, without pictures."""
    _play(amazon, watched, "healthy")
    assert watched.folders == []

    watched.habits = Habits(every_visit=True)
    visit = _play(amazon, watched, "healthy")

    (folder,) = watched.folders
    assert list(folder.glob("page-*.mhtml"))
    assert not list(folder.glob("*.png"))
    assert all(reading.bundle for reading in visit.readings)


def test_nothing_is_kept_of_a_page_with_a_sign_in_form(amazon: Driver, watched: Watched) -> None:
    """A password box on the page: it is read and told, nothing of it is kept, which is counted and said."""
    watched.spoil = lambda console: console.raw.evaluate(_PASSWORD_BOX)
    visit = _play(amazon, watched)

    (folder,) = watched.folders
    assert {"record.json", "provenance.json", "manifest.json", "manifest.sig"} == {
        path.name for path in folder.iterdir()
    }
    assert b"a sign-in form stood on the page" in (folder / "provenance.json").read_bytes()
    assert watched.witnesses[0].missed > 0
    assert any(reading.level is Level.CRITICAL for reading in visit.readings)


_NO_ROOM, _NO_FOLDER, _OUR_FAULT = "no room", "no folder", "a fault of ours"


def test_b6_a_visit_is_read_and_told_whatever_happens_to_its_evidence(
    amazon: Driver, kept: tuple[Visit, Watched], tmp_path: Path
) -> None:
    """No room, no folder, a fault of our own: the readings are the same, and the loss is counted and said."""
    whole = _as_read(kept[0])
    with amazon.session("red") as session:
        for fault in (_NO_ROOM, _NO_FOLDER, _OUR_FAULT):
            watched = Watched(tmp_path / fault)
            match fault:
                case "no room":
                    watched.habits = Habits(floor=2**62)
                case "no folder":
                    watched.root.write_bytes(b"")
                case _:
                    watched.spoil = lambda console: setattr(console.given, "raw", None)
            visit = _visit(session, watched)

            assert whole == _as_read(visit), fault
            assert visit.outcome is Outcome.READ, fault
            assert watched.witnesses[0].missed > 0, fault
            assert watched.warned, fault
            assert not any("Traceback" in text for text in watched.warned), fault


# Some of the two hundred operations of a visit: from there on, and once.
_FOR_GOOD, _ONCE = (1, 60), (18, 150)


def test_b6_a_disk_that_fails_while_a_visit_is_kept_costs_what_it_should_have_held(
    amazon: Driver, kept: tuple[Visit, Watched], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is read, the loss is counted, and what is sealed verifies or shows as unsealed."""
    whole = _as_read(kept[0])
    with amazon.session("red") as session:
        for at in (*_FOR_GOOD, *_ONCE):
            watched = Watched(tmp_path / str(at))
            fault = Fault(errno.EIO if at in _ONCE else errno.ENOSPC, at, for_good=at in _FOR_GOOD)
            with monkeypatch.context() as patched:
                for name in ("open", "mkdir", "link", "rename", "unlink", "fsync"):
                    patched.setattr(os, name, _failing(getattr(os, name), name, fault))
                visit = _visit(session, watched)

            assert whole == _as_read(visit), at
            assert visit.outcome is Outcome.READ, at
            assert fault.count >= at, at
            for folder in watched.folders:
                verdict = verify(folder, watched.trust)
                found = {problem.flaw for problem in verdict.problems}
                assert found <= {Flaw.UNSEALED, Flaw.NOT_IN_LEDGER}, at
                if not verdict.is_good:
                    assert watched.witnesses[0].missed > 0, at
            assert watched.witnesses[0].missed > 0 or any(reading.bundle for reading in visit.readings), at


def _failing(real: Callable[..., Any], name: str, fault: Fault) -> Callable[..., Any]:
    def act(*arguments: Any, **keywords: Any) -> Any:
        fault.strike(name, OSError(fault.code, os.strerror(fault.code)))
        return real(*arguments, **keywords)

    return act


_PLANT = """
(shapes) => {
  const box = document.createElement('div');
  box.innerHTML = shapes.join('');
  document.body.append(box);
  const canary = 'q7Zx0Rk9TvB3nM1wLs8Yd2';
  document.title = `Bearer ${canary}`;
  history.replaceState(0, '', `${location.pathname}?token=${canary}#access_token=${canary}`);
}
"""


def test_11_13_no_token_planted_in_a_page_is_in_any_artefact(amazon: Driver, watched: Watched) -> None:
    """Every shape there is, in the page, its title and its address: gone from each file that is kept."""
    shapes = [text for text in PLANTED.values() if text.startswith("<")]
    watched.spoil = lambda console: console.raw.evaluate(_PLANT, shapes)

    _play(amazon, watched)

    (folder,) = watched.folders
    canaries = (CANARY.encode(), DRAWN.encode())
    held = [path.name for path in folder.iterdir() if any(one in _opened(path) for one in canaries)]
    assert held == []
    assert verify(folder, watched.trust).is_good
    masks = json.loads((folder / "provenance.json").read_bytes())["masks"]
    assert sum(masks.values()) >= len(shapes)


def _opened(path: Path) -> bytes:
    data = path.read_bytes()
    return data + (mhtml_texts(data) if path.suffix == ".mhtml" else b"")
