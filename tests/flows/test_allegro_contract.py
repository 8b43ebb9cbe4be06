"""The Allegro flow against every scenario of its replica, and with each widget broken."""

from __future__ import annotations

import pytest

from checker.model import Level, Outcome, Presence
from checker.testing import (
    ABOUT_SIGNING_IN,
    HOWS,
    PATIENCE,
    PLAYED_ELSEWHERE,
    Driver,
    Expect,
    How,
    Profile,
    Seen,
    apart,
    common,
    contract_problems,
    mutants,
)
from checker.testing.expect import Said
from fixtures.common import replicas

ACCOUNT = "ALLEGRO"
WELL: dict[str, Said | tuple[Said, ...]] = {
    "account.level": (Level.OK, "SUPER"),
    "allegro.sales_quality_score": (Level.UNKNOWN, 410),
    "allegro.buyer_satisfaction": (Level.UNKNOWN, 150),
    "allegro.dispatch_in_time": (Level.UNKNOWN, 34),
    "allegro.fast_dispatch": (Level.UNKNOWN, 120),
    "allegro.no_returns": (Level.UNKNOWN, 66),
    # A code nobody has described has a key of its own.
    "allegro.metric_rules": (Level.UNKNOWN, 40),
}
HEALTHY = Expect({ACCOUNT: Seen(reads=WELL, unreadable=())}, listed=(ACCOUNT,), passwords=1)
RED = Expect(
    {
        ACCOUNT: Seen(
            reads={
                "account.level": (Level.CRITICAL, "UNACCEPTABLE"),
                "allegro.sales_quality_score": (Level.UNKNOWN, -60),
                "allegro.dispatch_in_time": (Level.UNKNOWN, 0),
            },
            unreadable=(),
        )
    }
)
NOT_RATED = Expect(
    {
        ACCOUNT: Seen(
            reads={
                "account.level": Presence.NOT_RATED,
                "allegro.sales_quality_score": Presence.NOT_RATED,
            },
            unreadable=(),
            green=False,
        )
    }
)


def graded(level: Level, word: str) -> Expect:
    """Return what an account of this grade must come to."""
    return Expect({ACCOUNT: Seen(reads={"account.level": (level, word)}, unreadable=())})


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that stops at the quality page must come to: nothing was read."""
    return Expect({ACCOUNT: Seen(outcome, green=False, lacks=("*",))}, passwords=1)


EXPECTED = {
    **common(HEALTHY, stopped),
    "healthy": HEALTHY,
    "red": RED,
    "red-second-store": RED,
    "never-registered": NOT_RATED,
    "not-rated": NOT_RATED,
    "needs-improvement": graded(Level.WARNING, "NEEDS_IMPROVEMENT"),
    "grades-good": graded(Level.OK, "GOOD"),
    "grades-best": graded(Level.OK, "SUPER_PLUS"),
    "oldest-first": graded(Level.OK, "SUPER"),
    "value-zero": Expect(
        {
            ACCOUNT: Seen(
                reads={
                    "account.level": (Level.OK, "NEUTRAL"),
                    "allegro.sales_quality_score": (Presence.SHOWN, 0),
                },
                unreadable=(),
            )
        }
    ),
    "polish": HEALTHY,
    "german": HEALTHY,
    "other-language": HEALTHY,
    "unknown-word": Expect({ACCOUNT: Seen(Outcome.PARTIAL, unreadable=("account.level",), green=False)}),
    # The page still says Super: the red stands, and says that something speaks against it.
    "contradiction": graded(Level.CRITICAL, "UNACCEPTABLE"),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": HEALTHY,
    "widget-missing": Expect({ACCOUNT: Seen(Outcome.PARTIAL, unreadable=("account.level",), green=False)}),
    "widget-blank": Expect(
        {ACCOUNT: Seen(Outcome.PARTIAL, {"account.level": Level.OK}, ("allegro.sales_quality_score",))}
    ),
    # Nothing of the quality is at its address.
    "redesign": Expect({ACCOUNT: Seen(Outcome.UNKNOWN_PAGE, green=False)}, bounds=PATIENCE),
    "old-layout": Expect(
        {
            ACCOUNT: Seen(
                Outcome.PARTIAL,
                reads={"account.level": (Level.OK, "Super"), "allegro.dispatch_in_time": 34},
                unreadable=("allegro.sales_quality_score",),
            )
        },
        bounds=PATIENCE,
    ),
    "polish-red": Expect(
        {
            ACCOUNT: Seen(
                Outcome.PARTIAL, reads={"account.level": (Level.CRITICAL, "Nieakceptowalny")}, green=False
            )
        },
        bounds=PATIENCE,
    ),
    "session-expired-midway": HEALTHY,
    # Without the answer the page's own words are left.
    "http-429": stopped(Outcome.RATE_LIMITED),
    "answers-500": Expect(
        {ACCOUNT: Seen(Outcome.PARTIAL, unreadable=("allegro.sales_quality_score",))}, passwords=1
    ),
    "answers-never-come": Expect(
        {ACCOUNT: Seen(Outcome.PARTIAL, unreadable=("allegro.sales_quality_score",))},
        passwords=1,
        bounds=PATIENCE,
    ),
    "decoys": RED,
    "guard-vectors": Expect({ACCOUNT: Seen(reads={"account.level": Level.CRITICAL})}),
}
ELSEWHERE = {**PLAYED_ELSEWHERE, "other-account": "nothing of the answer names the account"}
WIDGETS = {
    "grade": ("account.level",),
    "score": ("allegro.sales_quality_score",),
    "dispatch": ("allegro.dispatch_in_time", "allegro.metric_*"),
}
LIST = {"days": ("account.level", "allegro.*")}
# A metric need not be there: which ones an account has is not known.
OPTIONAL = ("allegro.dispatch_in_time", "allegro.metric_*")
# One key twice spoils the whole answer, and the page's own words are left.
SPOILT = {"grade": ("allegro.*",), "score": ("allegro.*",)}


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in ABOUT_SIGNING_IN])
def test_every_scenario_comes_to_what_it_must(allegro: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(allegro, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in ABOUT_SIGNING_IN])
def test_every_sign_in_comes_to_what_it_must(allegro: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(allegro, scenario, EXPECTED[scenario]) == []


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    assert not set(replicas()["allegro"].scenarios()) - set(EXPECTED) - set(ELSEWHERE)


@pytest.mark.parametrize("how", HOWS)
def test_nothing_broken_is_ever_green(allegro: Driver, how: How) -> None:
    """Each widget deleted, renamed, blanked, doubled, contradicted: never ok for it, the others as before."""
    coupled, optional = (SPOILT, ("allegro.*",)) if how == "double" else ({}, OPTIONAL)
    # "Quality level (new)" is a quality level still, and one that stands there twice is one.
    hidden = how not in ("rename", "double")
    with mutants(allegro, "healthy", ACCOUNT, WIDGETS, coupled, optional) as broken:
        found = [
            problem for group in apart(WIDGETS) for problem in broken.problems(group, how, hidden=hidden)
        ]
    assert found == []


@pytest.mark.parametrize("how", HOWS)
def test_a_broken_list_of_days_is_not_made_up_for(allegro: Driver, how: How) -> None:
    """Without the days of the answer the page alone is left, and says what it said before or nothing."""
    with mutants(allegro, "healthy", ACCOUNT, LIST, optional=("allegro.*",)) as broken:
        assert broken.problems("days", how, hidden=False) == []
