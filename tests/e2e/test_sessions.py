"""A normal run does not sign in at all; a session that is not ours, or leads elsewhere, is destroyed."""

from __future__ import annotations

import json

from checker.model import Exit
from fixtures.common.server import Replica
from tests.e2e.seller import Ran, Seller


def _outcomes(done: Ran) -> dict[str, str]:
    return {visit["site"]: visit["outcome"] for visit in done.document["visits"]}


def _presences(done: Ran) -> set[str]:
    return {reading["presence"] for reading in done.document["readings"]}


def _known(seller: Seller) -> dict[str, str]:
    return {entry["key"]: entry["level"] for entry in seller.here("show", "--json").document["known"]}


def test_c7_one_sign_in_serves_many_runs_and_a_planted_session_none(plain: Replica, trader: Seller) -> None:
    """The second run sends no password; the third does, as the session ended; a planted one is refused.

    Plain text where the sealed file was: destroyed, a fresh sign-in, and the operator hears of it.
    """
    first = trader.here("run", "--json")
    second = trader.here("run", "--json")
    reused = plain.state.sign_ins
    plain.state.expire_sessions()
    third = trader.here("run", "--json")
    sealed = trader.data / "sessions" / "main.session"
    modes = [path.stat().st_mode & 0o777 for path in (sealed, trader.home / "session.key")]
    afresh = len(plain.log.password_posts())
    sealed.write_text(json.dumps({"cookies": [], "origins": []}), encoding="utf-8")
    plain.use("red")
    planted = trader.here("run")

    assert [done.code for done in (first, second, third)] == [Exit.OK] * 3
    assert (reused, afresh) == (1, 2)
    assert modes == [0o600, 0o600]
    assert planted.code == Exit.NEW
    assert "refused" in planted.err
    assert "it is not sealed" in planted.err
    assert plain.state.sign_ins == 3
    assert len(plain.log.password_posts()) == 3
    assert sealed.read_bytes().startswith(b"MHC1")


def test_a2_a_session_that_ends_midway_keeps_what_was_read(replica: Replica, seller: Seller) -> None:
    """The sites before it are stored, the others are not observed, exit 20; the next run signs in afresh."""
    seller.sites = ("US", "CA")
    seller.settle()
    replica.use("session-expired-midway")
    midway = seller.here("run", "--json")
    passwords = len(replica.log.password_posts())
    replica.use("trading-na")
    after = seller.here("run", "--json")

    assert midway.code == Exit.INCOMPLETE
    assert "session_expired" in _outcomes(midway).values()
    assert {"shown", "not_observed"} <= _presences(midway)
    assert passwords == 1
    assert len(replica.log.password_posts()) == 2
    assert set(_outcomes(after).values()) == {"read"}


def test_a3_another_account_is_a_safety_stop(replica: Replica, seller: Seller) -> None:
    """24, nothing of it stored, the session destroyed; and no further sign-in until a person looked."""
    seller.here("run")
    before = _known(seller)
    replica.use("other-account")
    stopped = seller.here("run", "--json")
    requests = len(replica.log)
    again = seller.here("run", "--json")

    assert (stopped.code, again.code) == (Exit.SAFETY, Exit.SAFETY)
    assert set(_outcomes(stopped).values()) == {"wrong_place"}
    assert "shown" not in _presences(stopped)
    assert not (seller.data / "sessions" / "main.session").exists()
    assert len(replica.log) == requests
    assert before != {}
    assert _known(seller) == before


def test_a1_what_is_not_a_console_page_is_never_green_and_changes_nothing(
    plain: Replica, trader: Seller
) -> None:
    """Unreachable, blank, broken, closed, a captcha: not observed, nothing resolved, the red stays known.

    And whatever came of it, no secret is in any output or file.
    """
    plain.use("red")
    first = trader.here("run", "--json")
    before = _known(trader)
    said = first.out + first.err
    for scenario, outcome, code in (
        ("unreachable", "unreachable", Exit.INCOMPLETE),
        ("blank-200", "unknown_page", Exit.INCOMPLETE),
        ("http-500", "site_down", Exit.INCOMPLETE),
        ("maintenance", "site_down", Exit.INCOMPLETE),
        ("http-503-everywhere", "site_down", Exit.INCOMPLETE),
        ("captcha", "captcha", Exit.PERSON),
    ):
        reachable = scenario != "unreachable"
        trader.origin = plain.url if reachable else "http://127.0.0.1:9"
        trader.settle()
        if reachable:
            # What stands where the sign-in was is met by a session that has ended.
            plain.state.expire_sessions()
            plain.use(scenario)
        done = trader.here("run", "--json")
        said += done.out + done.err

        assert (done.code, set(_outcomes(done).values())) == (code, {outcome}), scenario
        assert _presences(done) == {"not_observed"}, scenario
        assert {reading["level"] for reading in done.document["readings"]} == {"unknown"}, scenario
        assert "resolved" not in {change["verb"] for change in done.document["changes"]}, scenario
        known = _known(trader)
        assert before.items() <= known.items(), scenario
        assert {known[key] for key in known.keys() - before.keys()} <= {"unknown"}, scenario

    assert (first.code, before["allegro/main/ALLEGRO/account.level"]) == (Exit.NEW, "critical")
    own = {trader.home / "main.password", trader.home / "main.totp"}
    files = [path.read_bytes() for path in trader.home.rglob("*") if path.is_file() and path not in own]
    assert len(files) > 10
    for secret in (trader.password, trader.totp_secret):
        assert secret not in said
        assert [data[:80] for data in files if secret.encode() in data] == []


def test_a_profile_of_its_own_is_the_second_mode(plain: Replica, trader: Seller) -> None:
    """With `session = "profile"` the browser remembers; one sign-in serves two runs."""
    trader.add('session = "profile"')
    first = trader.here("run", "--json")
    second = trader.here("run", "--json")

    profile = trader.data / "profiles" / "main"
    assert (first.code, second.code) == (Exit.OK, Exit.OK)
    assert plain.state.sign_ins == 1
    assert profile.stat().st_mode & 0o777 == 0o700
    assert any(profile.iterdir())


def test_without_a_session_every_run_signs_in(plain: Replica, trader: Seller) -> None:
    """With `session = "none"` nothing is kept, and no key is made."""
    trader.add('session = "none"')
    for _ in range(2):
        trader.here("run")

    assert plain.state.sign_ins == 2
    assert not (trader.data / "sessions" / "main.session").exists()
    assert not (trader.home / "session.key").exists()
