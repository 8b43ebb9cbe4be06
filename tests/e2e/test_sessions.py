"""A normal run does not sign in at all; a session that is not ours, or leads elsewhere, is destroyed."""

from __future__ import annotations

import json

import pytest

from checker.model import Exit
from fixtures.common.server import Replica
from tests.e2e.seller import Ran, Seller


def _outcomes(done: Ran) -> dict[str, str]:
    return {visit["site"]: visit["outcome"] for visit in done.document["visits"]}


def _presences(done: Ran) -> set[str]:
    return {reading["presence"] for reading in done.document["readings"]}


def test_one_sign_in_serves_many_runs(replica: Replica, seller: Seller) -> None:
    """The second run sends no password; once the console ended the session, the third signs in once."""
    first = seller.checker("run", "--json")
    second = seller.checker("run", "--json")
    reused = replica.state.sign_ins
    replica.state.expire_sessions()
    third = seller.checker("run", "--json")

    assert [done.code for done in (first, second, third)] == [Exit.OK] * 3
    assert reused == 1
    assert replica.state.sign_ins == 2
    assert len(replica.log.password_posts()) == 2
    sealed = seller.data / "sessions" / "main.session"
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert (seller.home / "session.key").stat().st_mode & 0o777 == 0o600


def test_c7_a_planted_session_is_refused_and_the_run_signs_in_afresh(
    replica: Replica, seller: Seller
) -> None:
    """Plain text where the sealed file was: destroyed, a fresh sign-in, and the operator hears of it."""
    seller.checker("run")
    sealed = seller.data / "sessions" / "main.session"
    sealed.write_text(json.dumps({"cookies": [], "origins": []}), encoding="utf-8")
    replica.use("red")
    done = seller.checker("run")

    assert done.code == Exit.NEW
    assert "refused" in done.err
    assert "it is not sealed" in done.err
    assert replica.state.sign_ins == 2
    assert sealed.read_bytes().startswith(b"MHC1")


def test_a2_a_session_that_ends_midway_keeps_what_was_read(replica: Replica, seller: Seller) -> None:
    """The sites before it are stored, the others are not observed, exit 20; the next run signs in afresh."""
    seller.sites = ("US", "CA", "MX")
    seller.settle()
    replica.use("trading-na")
    replica.state.used_totp_steps.clear()
    seller.checker("run")
    replica.use("session-expired-midway")
    midway = seller.checker("run", "--json")
    passwords = len(replica.log.password_posts())
    replica.use("trading-na")
    after = seller.checker("run", "--json")

    assert midway.code == Exit.INCOMPLETE
    assert "session_expired" in _outcomes(midway).values()
    assert {"shown", "not_observed"} <= _presences(midway)
    assert passwords == 1
    assert len(replica.log.password_posts()) == 2
    assert set(_outcomes(after).values()) == {"read"}


def test_a3_another_account_is_a_safety_stop(replica: Replica, seller: Seller) -> None:
    """24, nothing of it stored, the session destroyed; and no further sign-in until a person looked."""
    seller.checker("run")
    before = seller.checker("show", "--json").document["known"]
    replica.use("other-account")
    stopped = seller.checker("run", "--json")
    requests = len(replica.log)
    again = seller.checker("run", "--json")
    known = seller.checker("show", "--json").document["known"]

    assert (stopped.code, again.code) == (Exit.SAFETY, Exit.SAFETY)
    assert set(_outcomes(stopped).values()) == {"wrong_place"}
    assert "shown" not in _presences(stopped)
    assert not (seller.data / "sessions" / "main.session").exists()
    assert len(replica.log) == requests
    assert [entry["level"] for entry in known] == [entry["level"] for entry in before]


@pytest.mark.parametrize("scenario", ["captcha", "http-503-everywhere"])
def test_a1_what_is_not_a_console_page_changes_nothing(
    replica: Replica, seller: Seller, scenario: str
) -> None:
    """A sign-in that fails is not observed: nothing known changes, nothing is green, nothing resolved."""
    replica.use("red")
    seller.checker("run")
    before = seller.checker("show", "--json").document["known"]
    replica.state.expire_sessions()
    replica.use(scenario)
    done = seller.checker("run", "--json")
    known = seller.checker("show", "--json").document["known"]

    assert done.code in (Exit.PERSON, Exit.INCOMPLETE)
    assert _presences(done) == {"not_observed"}
    assert [(entry["key"], entry["level"]) for entry in known] == [
        (entry["key"], entry["level"]) for entry in before
    ]
    assert "resolved" not in {change["verb"] for change in done.document["changes"]}


def test_a_profile_of_its_own_is_the_second_mode(replica: Replica, seller: Seller) -> None:
    """With `session = "profile"` the browser remembers; one sign-in serves two runs."""
    text = seller.config.read_text(encoding="utf-8")
    seller.config.write_text(text + 'session = "profile"\n', encoding="utf-8")
    first = seller.checker("run", "--json")
    second = seller.checker("run", "--json")

    profile = seller.data / "profiles" / "main"
    assert (first.code, second.code) == (Exit.OK, Exit.OK)
    assert replica.state.sign_ins == 1
    assert profile.stat().st_mode & 0o777 == 0o700
    assert any(profile.iterdir())


def test_without_a_session_every_run_signs_in(replica: Replica, seller: Seller) -> None:
    """With `session = "none"` nothing is kept, and no key is made."""
    text = seller.config.read_text(encoding="utf-8")
    seller.config.write_text(text + 'session = "none"\n', encoding="utf-8")
    for _ in range(2):
        seller.checker("run")

    assert replica.state.sign_ins == 2
    assert not (seller.data / "sessions" / "main.session").exists()
    assert not (seller.home / "session.key").exists()
