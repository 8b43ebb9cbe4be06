"""What a person must clear is cleared by a person, and by nothing else."""

from __future__ import annotations

import pytest

from checker.cli import main
from checker.model import Exit
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common.server import Replica
from tests.e2e.seller import Seller

HOURS = 24


def test_c9_a_wrong_password_under_cron_is_tried_once(
    replica: Replica, seller: Seller, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twenty-four runs: one attempt, 22 every time, the account not locked; corrected, it works at once."""
    seller.password = "yesterday's password"
    seller.settle()
    # Those between the first and the last run here: starting one takes far longer than what it does.
    first = seller.checker("run")
    between = {main(["run", "--config", str(seller.config)]) for _ in range(HOURS - 2)}
    said = "".join(capsys.readouterr())
    runs = [first, seller.checker("run")]
    attempts = len(replica.log.password_posts())
    seller.password = DEMO_ACCOUNT.password
    seller.settle()
    mended = seller.checker("run")

    assert {*between, *(done.code for done in runs)} == {int(Exit.CREDENTIALS)}
    assert attempts == 1
    assert replica.state.locked == set()
    assert "checker login main" in runs[-1].out
    assert "yesterday" not in said + "".join(done.out + done.err for done in runs)
    assert mended.code == Exit.OK
    assert len(replica.log.password_posts()) == 2


def test_a_captcha_is_not_met_again_until_a_person_was_there(replica: Replica, seller: Seller) -> None:
    """The next run asks the console for nothing, also with another password, and says what to do."""
    replica.use("captcha")
    first = seller.checker("run")
    requests = len(replica.log)
    seller.password = "another"
    seller.settle()
    second = seller.checker("run")

    assert (first.code, second.code) == (Exit.PERSON, Exit.PERSON)
    assert len(replica.log) == requests
    assert "checker login main" in second.out


def test_a_dry_run_latches_as_well(replica: Replica, seller: Seller) -> None:
    """It stores no reading, but a password it was refused must not be sent again."""
    replica.use("wrong-password")
    for _ in range(2):
        assert seller.checker("run", "--dry-run").code == Exit.CREDENTIALS

    assert len(replica.log.password_posts()) == 1


def test_a_password_that_is_never_answered_is_not_sent_for_ever(replica: Replica, seller: Seller) -> None:
    """Two runs in which nothing came after it; from the third on a person must look."""
    replica.use("sign-in-stalls")
    seller.page_seconds = 1.5
    seller.settle()
    codes = [seller.checker("run").code for _ in range(4)]

    assert codes == [Exit.INCOMPLETE, Exit.INCOMPLETE, Exit.PERSON, Exit.PERSON]
    assert len(replica.log.password_posts()) == 2
