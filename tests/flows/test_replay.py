"""A kept visit is read again offline: by the same flow the same, by a mended one better, never greener."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from checker.console.kept import dump_part
from checker.model import Level, Outcome, Presence
from checker.run.audit import KnownValues
from checker.run.capture import case_of, known_words, write_case
from checker.run.replay import Difference, differences, opened, replay
from checker.secrets import Scrubber
from checker.testing import Driver
from fixtures.amazon.accounts import DEMO_ACCOUNT
from flows.amazon import AmazonFlow
from tests.flows.keeping import keep

MENDED = Path(__file__).with_name("mended.toml")

SCENARIOS = (
    ("red", ("US",)),
    ("demo-day-2", ("US", "CA")),
    ("many-violations", ("US",)),
    ("german", ("US",)),
    ("chinese", ("US",)),
    ("hostile-text", ("US",)),
    ("session-expired-midway", ("US",)),
    ("http-429", ("US",)),
)


@pytest.mark.parametrize(("scenario", "sites"), SCENARIOS)
def test_the_same_flow_reads_the_same_and_a_case_of_it_holds_nothing_of_the_seller(
    amazon: Driver, tmp_path: Path, scenario: str, sites: tuple[str, ...]
) -> None:
    """Reading it again gives every visit as it was; redacted, it reads the same, and the audit is clean."""
    scrubber = Scrubber()
    kept = keep(amazon, scenario, tmp_path / "visits", sites, scrubber)

    replayed = kept.replayed()
    assert len(kept.visits) == len(replayed) > 0
    for live, again in zip(kept.visits, replayed, strict=True):
        assert (live.outcome, live.detail) == (again.now.outcome, again.now.detail)
        assert live == again.then
        found = differences(live, again.now)
        assert not found, _told(found[0])
        assert live.site == again.now.site
    assert not any(scrubber.found_in(dump_part(part, compressed=False)) for part in kept.parts)

    parts = kept.parts
    words = known_words(AmazonFlow(), parts)
    known = KnownValues(scrubber).name(
        DEMO_ACCOUNT.username, DEMO_ACCOUNT.business_name, DEMO_ACCOUNT.merchant_id
    )
    for part in parts:
        known.learn(part, words)
    known.forget(words)
    case = case_of(parts, AmazonFlow(), AmazonFlow(), avoid=known.tokens)
    assert [hit for part in case.parts for hit in known.find(part, "case", words)] == []
    assert [hit for part in parts for hit in known.find(part, "original", words)] != []
    assert case.other == 0

    write_case(case, tmp_path / "case")
    (written,) = opened(tmp_path / "case")
    shared = replay(written.parts(), AmazonFlow())
    assert [differences(one.then, one.now) for one in shared] == [[] for _ in replayed]


def test_a_mended_flow_reads_what_a_redesign_hid(amazon: Driver, tmp_path: Path) -> None:
    """New classes and addresses in an override are enough: also answers nobody had a name for were kept."""
    kept = keep(amazon, "redesign-red", tmp_path)

    (hidden,) = kept.replayed()
    (mended,) = kept.replayed(AmazonFlow(MENDED))
    then = {str(reading.key): reading for reading in hidden.now.readings}
    now = {str(reading.key): reading for reading in mended.now.readings}
    rating = "amazon/main/US/account.health_rating"
    # Its word was read wherever it stands; its number stands where only the override looks.
    assert (then[rating].level, then[rating].value) == (Level.CRITICAL, None)
    assert (now[rating].level, now[rating].value) == (Level.CRITICAL, Decimal(62))
    # The tabs of its lists were never opened then: what was not kept is neither made up nor called nothing.
    assert mended.now.outcome is Outcome.PARTIAL
    lists = {key: now[key].presence for key in now if "/policy.list@" in key}
    assert lists == {key: then[key].presence for key in then if "/policy.list@" in key}
    assert Presence.UNREADABLE in lists.values()


def _told(difference: Difference) -> str:
    """Return what is not the same, field by field."""
    first, second = difference.then, difference.now
    if first is None or second is None:
        return f"{difference.key}: {first} {second}"
    return "\n".join(
        f"{difference.key} {one.name}: {getattr(first, one.name)} then, {getattr(second, one.name)} now"
        for one in fields(first)
        if getattr(first, one.name) != getattr(second, one.name)
    )
