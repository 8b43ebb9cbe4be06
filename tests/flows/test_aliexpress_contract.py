"""The AliExpress flow against every scenario of its replica, and with each widget broken."""

from __future__ import annotations

from decimal import Decimal

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

ONE, TWO = "GLOBAL/244001", "GLOBAL/244002"
POINTS: dict[str, Said | tuple[Said, ...]] = {
    "account.penalty_points@listing": (Level.OK, 0),
    "account.penalty_points@ip": (Level.OK, 2),
    "account.penalty_points@transaction": (Level.OK, 0),
    "account.penalty_points@ip_serious": (Level.OK, 0),
}
# No line of any score is public: they are shown, and judged by nobody.
SCORES: dict[str, Said | tuple[Said, ...]] = {
    "aliexpress.sold_not_shipped_rate": (Level.UNKNOWN, Decimal("0.005")),
    "orders.item_not_received_rate": (Level.UNKNOWN, Decimal("0.0047")),
    "orders.not_as_described_rate": (Level.UNKNOWN, Decimal("0.0063")),
    "orders.fast_dispatch_rate": (Level.UNKNOWN, Decimal("0.962")),
    "aliexpress.dsr.item": (Level.UNKNOWN, Decimal("4.8")),
    "aliexpress.dsr.service": (Level.UNKNOWN, Decimal("4.9")),
    "aliexpress.dsr.logistics": (Level.UNKNOWN, Decimal("4.7")),
}
TOTAL = {"aliexpress.service_score": (Level.UNKNOWN, Decimal("92.4"))}
WELL_ONE = Seen(reads={**SCORES, **TOTAL, **POINTS}, unreadable=())
HEALTHY = Expect({ONE: WELL_ONE}, listed=(ONE, TWO), passwords=1)
RED = Seen(
    reads={
        "aliexpress.sold_not_shipped_rate": (Level.UNKNOWN, Decimal("0.098")),
        "orders.item_not_received_rate": (Level.UNKNOWN, Decimal("0.061")),
        "aliexpress.dsr.logistics": (Level.UNKNOWN, Decimal("3.1")),
        "aliexpress.service_score": (Level.UNKNOWN, Decimal("31.5")),
        "account.penalty_points@listing": (Level.WARNING, 24),
        "account.penalty_points@ip": (Level.WARNING, 36),
        "account.penalty_points@transaction": (Level.OK, 0),
        "account.penalty_points@ip_serious": (Level.WARNING, 2),
    },
    unreadable=(),
)
NOT_RATED = Seen(
    reads={
        **dict.fromkeys(SCORES, Presence.NOT_RATED),
        "account.penalty_points@*": (Level.OK, 0),
    },
    unreadable=(),
    lacks=("aliexpress.service_score",),
)


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that stops at the scores must come to: nothing was read."""
    return Expect({ONE: Seen(outcome, green=False, lacks=("*",))}, passwords=1)


EXPECTED = {
    **common(HEALTHY, stopped),
    "healthy": Expect({ONE: WELL_ONE, TWO: WELL_ONE}, listed=(ONE, TWO), passwords=1),
    "red": Expect({ONE: RED}),
    "red-second-store": Expect({ONE: WELL_ONE, TWO: RED}),
    "never-registered": Expect({TWO: NOT_RATED}),
    "not-rated": Expect({ONE: NOT_RATED}),
    "value-zero": Expect(
        {
            ONE: Seen(
                reads={
                    "orders.item_not_received_rate": (Presence.SHOWN, 0),
                    "aliexpress.dsr.item": (Presence.SHOWN, 0),
                    "aliexpress.service_score": (Presence.SHOWN, 0),
                    "account.penalty_points@*": (Level.OK, 0),
                },
                unreadable=(),
            )
        }
    ),
    "below-zero": Expect(
        {ONE: Seen(reads={"aliexpress.service_score": (Presence.SHOWN, Decimal("-42.5"))}, unreadable=())}
    ),
    "chinese": Expect({ONE: RED}),
    "german": HEALTHY,
    # The answer needs no label; the points are on the page alone.
    "other-language": Expect(
        {ONE: Seen(Outcome.PARTIAL, SCORES, unreadable=("account.penalty_points@*",), green=False)}
    ),
    "unknown-word": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("account.penalty_points@ip",))}),
    "contradiction": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("orders.item_not_received_rate",))}),
    "one-channel": Expect({ONE: WELL_ONE}, listed=(ONE,)),
    "wrong-channel": Expect({ONE: Seen(Outcome.WRONG_PLACE, green=False)}),
    "no-points": Expect(
        {ONE: Seen(reads={**SCORES, **TOTAL}, unreadable=(), lacks=("account.penalty_points*",))}
    ),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": HEALTHY,
    "widget-missing": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("aliexpress.sold_not_shipped_rate",))}),
    "widget-blank": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("account.penalty_points@listing",))}),
    # Nothing of the scores is at their address.
    "redesign": Expect({ONE: Seen(Outcome.UNKNOWN_PAGE, green=False)}, bounds=PATIENCE),
    # Without any answer the pages' own words are enough.
    "old-layout": Expect({ONE: RED}, bounds=PATIENCE),
    "session-expired-midway": Expect({ONE: Seen(Outcome.SESSION_EXPIRED)}, passwords=1),
    "http-429": Expect(ended=Outcome.RATE_LIMITED, passwords=1),
    "answers-500": HEALTHY,
    "answers-never-come": Expect({ONE: WELL_ONE}, listed=(ONE, TWO), passwords=1, bounds=PATIENCE),
    "decoys": Expect({ONE: RED}),
    "guard-vectors": Expect({ONE: Seen(reads={"account.penalty_points@listing": Level.WARNING})}),
}
ELSEWHERE = {**PLAYED_ELSEWHERE, "other-account": "the answers name channels, not the account"}
WIDGETS = {
    "sold-not-shipped": ("aliexpress.sold_not_shipped_rate",),
    "not-received": ("orders.item_not_received_rate",),
    "not-described": ("orders.not_as_described_rate",),
    "fast-dispatch": ("orders.fast_dispatch_rate",),
    "dsr-item": ("aliexpress.dsr.item",),
    "dsr-service": ("aliexpress.dsr.service",),
    "dsr-logistics": ("aliexpress.dsr.logistics",),
    "total": ("aliexpress.service_score",),
    "points-listing": ("account.penalty_points@listing",),
    "points-ip": ("account.penalty_points@ip",),
    "points-transaction": ("account.penalty_points@transaction",),
    "points-ip_serious": ("account.penalty_points@ip_serious",),
}


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in ABOUT_SIGNING_IN])
def test_every_scenario_comes_to_what_it_must(aliexpress: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(aliexpress, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in ABOUT_SIGNING_IN])
def test_every_sign_in_comes_to_what_it_must(aliexpress: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(aliexpress, scenario, EXPECTED[scenario]) == []


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    assert not set(replicas()["aliexpress"].scenarios()) - set(EXPECTED) - set(ELSEWHERE)


@pytest.mark.parametrize("how", HOWS)
def test_nothing_broken_is_ever_green(aliexpress: Driver, how: How) -> None:
    """Each widget deleted, renamed, blanked, doubled, contradicted: never ok for it, the others as before."""
    # "Listing quality violations (new)" are such violations still, and one row twice says the same twice.
    hidden = how not in ("rename", "double")
    with mutants(aliexpress, "one-channel", ONE, WIDGETS, optional=("aliexpress.service_score",)) as broken:
        found = [
            problem for group in apart(WIDGETS) for problem in broken.problems(group, how, hidden=hidden)
        ]
    assert found == []
