"""What keeps an account from being signed in to outlives the process, and is lifted as a whole."""

from __future__ import annotations

from datetime import UTC, datetime

from checker.model import Actor, Outcome
from checker.model.latch import Latch
from checker.store import Store, open_store
from tests.unit.store.story import ON_BOTH

AT = datetime(2026, 11, 24, 7, 17, tzinfo=UTC)
REFUSED = Latch("amazon", "main", Outcome.CREDENTIALS_REFUSED, AT, "wrong password", "00ff", "digest")


@ON_BOTH
def test_a_latch_is_there_in_the_next_run(store: Store, url: str) -> None:
    """As it was set, and of that account alone."""
    store.set_latch(REFUSED)

    with open_store(url) as later:
        assert later.latch("amazon", "main") == REFUSED
        assert later.latch("amazon", "second") is None
        assert later.latch("ebay", "main") is None
        assert later.latches() == [REFUSED]


@ON_BOTH
def test_a_later_latch_takes_the_place_of_the_earlier(store: Store) -> None:
    """An account has one reason at a time."""
    captcha = Latch("amazon", "main", Outcome.CAPTCHA, AT, "a captcha")
    store.set_latch(REFUSED)
    store.set_latch(captcha)

    assert store.latches() == [captcha]


@ON_BOTH
def test_lifting_says_whether_there_was_one(store: Store) -> None:
    """And forgets the unanswered passwords with it."""
    store.set_latch(REFUSED)
    store.count_submission("amazon", "main", AT)

    assert store.lift_latch("amazon", "main")
    assert not store.lift_latch("amazon", "main")
    assert (store.latch("amazon", "main"), store.unanswered("amazon", "main")) == (None, 0)


@ON_BOTH
def test_unanswered_passwords_are_counted_until_the_console_answers(store: Store) -> None:
    """Each account on its own."""
    for _ in range(2):
        store.count_submission("amazon", "main", AT)
    store.count_submission("amazon", "second", AT)

    assert (store.unanswered("amazon", "main"), store.unanswered("amazon", "second")) == (2, 1)

    store.forget_submissions("amazon", "main")

    assert (store.unanswered("amazon", "main"), store.unanswered("amazon", "second")) == (0, 1)


def test_a_latch_says_how_it_is_lifted() -> None:
    """By another secret where one was about, by a person always, and never by waiting."""
    captcha = Latch("amazon", "main", Outcome.CAPTCHA, AT, "a captcha")

    assert REFUSED.by_secret
    assert not captcha.by_secret
    assert "correct the user name, password or seed" in REFUSED.told
    assert "correct" not in captcha.told
    for latch in (REFUSED, captcha):
        assert "checker login main" in latch.told
        assert "2026-11-24 07:17 UTC" in latch.told
    assert (REFUSED.actor, captcha.actor) == (Actor.OPERATOR, Actor.SELLER)
