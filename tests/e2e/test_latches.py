"""What a person must clear is cleared by a person, and by nothing else."""

from __future__ import annotations

from checker.model import Exit
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common.server import Replica
from tests.e2e.seller import Seller

RUNS = 6
"""Twice as many as the wrong passwords that lock an account; each starts a worker, which finds the latch."""


def test_c9_a_wrong_password_under_cron_is_tried_once(plain: Replica, trader: Seller) -> None:
    """However often it runs: one attempt, 22 every time, the account not locked; corrected, it works at once.

    The first is a dry run: it stores no reading, but a password it was refused must not be sent again.
    """
    trader.password = "yesterday's password"
    trader.settle()
    runs = [trader.here("run", "--dry-run"), *(trader.here("run") for _ in range(RUNS - 2))]
    runs.append(trader.checker("run"))
    attempts = len(plain.log.password_posts())
    trader.password = DEMO_ACCOUNT.password
    trader.settle()
    mended = trader.here("run")

    assert {done.code for done in runs} == {int(Exit.CREDENTIALS)}
    assert attempts == 1
    assert plain.state.locked == set()
    assert "checker login main" in runs[-1].out
    assert "yesterday" not in "".join(done.out + done.err for done in runs)
    assert mended.code == Exit.OK
    assert len(plain.log.password_posts()) == 2


def test_a_captcha_is_not_met_again_until_a_person_was_there(plain: Replica, trader: Seller) -> None:
    """The next run asks the console for nothing, also with another password, and says what to do."""
    plain.use("captcha")
    first = trader.here("run")
    requests = len(plain.log)
    trader.password = "another"
    trader.settle()
    second = trader.here("run")

    assert (first.code, second.code) == (Exit.PERSON, Exit.PERSON)
    assert len(plain.log) == requests
    assert "checker login main" in second.out


def test_a_password_that_is_never_answered_is_not_sent_for_ever(replica: Replica, seller: Seller) -> None:
    """Two runs in which nothing came after it; in the third a person must look."""
    replica.use("sign-in-stalls")
    codes = [seller.here("run").code for _ in range(3)]

    assert codes == [Exit.INCOMPLETE, Exit.INCOMPLETE, Exit.PERSON]
    assert len(replica.log.password_posts()) == 2
