"""A word nobody knows is told to the operator once, whatever the site, the run or the account."""

from __future__ import annotations

from checker.model import Level, Presence, Reading
from checker.run.words import untold_words
from checker.store import Store
from tests.unit.store.story import CA, ON_BOTH, day, key, reading, tell, visit

pytestmark = ON_BOTH


def unknown(native: str, site: str = "US", metric: str = "account.status", on: int = 0) -> Reading:
    """Return a status word no table knows."""
    why = f"unknown status word {native!r}"
    return Reading(
        key(metric, site=site), Presence.UNREADABLE, day(on), native=native, language="en", reason=why
    )


def told(store: Store, *readings: Reading) -> list[str]:
    """Return what is told of one visit."""
    return [text for _, text in untold_words(store, [visit(*readings)])]


def test_each_word_is_told_once_a_run(store: Store) -> None:
    """Two sites and two widgets saying the same are one message, with what to do."""
    readings = [unknown("Under review"), unknown("Under review", metric="account.health")]
    other = visit(unknown("Under review", "CA"), unknown("Shimmering", "CA"), site=CA)

    texts = [text for _, text in untold_words(store, [visit(*readings), other])]

    assert len(texts) == 2
    assert "'Under review' (en)" in texts[0]
    assert "overrides/amazon.toml" in texts[0]


def test_a_word_the_store_has_met_is_told_no_more(store: Store) -> None:
    """Neither in the next run, nor on another site, nor after it was gone for a while."""
    tell(store, visit(unknown("Under review %_")), on=0)

    assert told(store, unknown("Under review %_", on=1)) == []
    assert told(store, unknown("Under review %_", metric="other", on=1)) == []
    tell(store, visit(reading(key("account.status"), Level.OK, 1)), on=1)
    assert told(store, unknown("Under review %_", on=2)) == []
    assert len(told(store, unknown("Under review", on=2))) == 1


def test_what_is_unreadable_for_another_reason_is_no_word(store: Store) -> None:
    """A widget that is gone, and a word that was understood, are told elsewhere."""
    gone = Reading(key(), Presence.UNREADABLE, day(0), reason="not on the page")

    assert told(store, gone, reading(key("account.status"))) == []
