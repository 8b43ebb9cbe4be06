"""The Shopee flow against every scenario of its replica, and with each widget broken."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from checker.console import LiveConsole
from checker.model import Level, Outcome, Presence, Registration
from checker.testing import (
    ABOUT_SIGNING_IN,
    HOWS,
    PATIENCE,
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

ONE, TWO = "MY/20001", "SG/20002"
WELL: dict[str, Said | tuple[Said, ...]] = {
    "account.level": (Level.OK, "3"),
    "account.penalty_points": (Level.OK, 0),
    "account.penalty_tier": (Level.OK, "0"),
    "orders.late_shipment_rate": (Level.OK, Decimal("0.0225")),
    "shopee.non_fulfilment_rate": (Level.OK, Decimal("0.015")),
    "orders.cancellation_rate": (Level.OK, Decimal("0.012")),
    "shopee.preparation_time": (Level.OK, Decimal("1.1")),
    "service.response_rate": (Level.OK, Decimal("0.93")),
    "service.response_time@average": (Level.OK, 9),
    "feedback.average_rating": (Level.OK, Decimal("4.8")),
    "shopee.severe_listing_violations": (Level.OK, 0),
    "shopee.metric_9099": (Level.OK, 3),
    "shopee.missed_targets@*": (Level.OK, 0),
    "policy.list@*": Presence.NONE,
}
WELL_ONE = Seen(reads=WELL, unreadable=(), lacks=("shopee.metric_-1",), registration=Registration.ACTIVE)
HEALTHY = Expect({ONE: WELL_ONE}, listed=(ONE, TWO), passwords=1)
RED = Seen(
    reads={
        "account.level": (Level.CRITICAL, "1"),
        "account.penalty_points": (Level.WARNING, 10),
        "account.penalty_tier": (Level.CRITICAL, "3"),
        "orders.late_shipment_rate": (Level.WARNING, Decimal("0.145")),
        "orders.refund_rate": Level.OK,
        "shopee.missed_targets@fulfilment": (Level.WARNING, 2),
        "account.restrictions:990001-104": (Level.CRITICAL, "104"),
        "account.restrictions:990001-107": (Level.WARNING, "107"),
        "shopee.penalty_records@fulfilment:880001": (Level.WARNING, 6),
        "shopee.penalty_records@prohibited:880002": (Level.WARNING, 4),
        "policy.violations.prohibited:300001": Level.CRITICAL,
        "policy.violations.listing:300002": Level.WARNING,
        "shopee.late_orders:260301ABCDE1": Level.WARNING,
        "policy.list@punishments": 2,
        "policy.list@late-orders": 1,
    },
    unreadable=(),
    # What has ended, was taken back or belongs to a quarter that is over.
    lacks=("account.restrictions:990002-*", "*:880003", "*:880004"),
)
NOT_RATED = Seen(
    reads={
        "account.level": Presence.NOT_RATED,
        "orders.*": Presence.NOT_RATED,
        "service.*": Presence.NOT_RATED,
        "account.penalty_points": (Level.OK, 0),
    },
    unreadable=(),
    registration=Registration.UNKNOWN,
)


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that stops at the health page must come to: nothing was read."""
    return Expect({ONE: Seen(outcome, green=False, lacks=("*",))}, passwords=1)


EXPECTED = {
    **common(HEALTHY, stopped),
    "healthy": Expect({ONE: WELL_ONE, TWO: Seen(reads=WELL, unreadable=())}, listed=(ONE, TWO), passwords=1),
    "red": Expect({ONE: RED}),
    "red-second-store": Expect({ONE: WELL_ONE, TWO: RED}),
    "suspended": Expect(
        {
            ONE: Seen(
                reads={
                    "account.restrictions:990009-109": (Level.DEACTIVATED, "109"),
                    "account.penalty_tier": (Level.DEACTIVATED, "5"),
                },
                unreadable=(),
            )
        }
    ),
    "needs-improvement": Expect(
        {
            ONE: Seen(
                reads={
                    "account.level": (Level.WARNING, "2"),
                    "account.penalty_points": (Level.WARNING, 4),
                    "account.penalty_tier": (Level.WARNING, "1"),
                    "account.restrictions:990011-107": Level.WARNING,
                },
                unreadable=(),
            )
        }
    ),
    "exempt": Expect(
        {
            ONE: Seen(
                reads={"orders.late_shipment_rate": (Presence.SHOWN, Decimal("0.145"))},
                unreadable=(),
            )
        }
    ),
    "never-registered": Expect({TWO: NOT_RATED}),
    "not-rated": Expect({ONE: NOT_RATED}),
    "value-zero": Expect(
        {
            ONE: Seen(
                reads={
                    "orders.late_shipment_rate": (Level.OK, 0),
                    "service.response_time@average": (Level.OK, 0),
                    "account.penalty_points": (Level.OK, 0),
                },
                unreadable=(),
            )
        }
    ),
    "contradiction": Expect(
        {
            ONE: Seen(
                reads={
                    "account.penalty_tier": (Level.CRITICAL, "3"),
                    "shopee.missed_targets@fulfilment": Level.WARNING,
                },
                unreadable=(),
                disputed=("account.penalty_tier", "shopee.missed_targets@fulfilment"),
            )
        }
    ),
    "german": HEALTHY,
    "other-language": HEALTHY,
    "unknown-word": Expect(
        {ONE: Seen(Outcome.PARTIAL, unreadable=("account.level", "account.restrictions:990012-4711"))}
    ),
    "unknown-country": Expect({"PL/20002": Seen(reads=WELL, unreadable=())}, listed=(ONE, "PL/20002")),
    "one-shop": Expect({ONE: WELL_ONE}, listed=(ONE,)),
    "wrong-shop": Expect({ONE: Seen(Outcome.WRONG_PLACE, green=False)}),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": Expect(
        {ONE: Seen(Outcome.PARTIAL, reads={"account.level": Level.OK}, unreadable=("policy.list@*",))}
    ),
    "widget-missing": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("orders.late_shipment_rate",))}),
    "widget-blank": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("account.penalty_points",))}),
    "doubled": Expect(
        {
            ONE: Seen(
                Outcome.PARTIAL,
                reads={
                    "account.penalty_points": Level.OK,
                    "policy.list@*": Presence.NONE,
                    # The page prints these without their targets: a number that nobody calls fine.
                    "feedback.average_rating": (Level.UNKNOWN, Decimal("4.8")),
                    "shopee.severe_listing_violations": (Level.UNKNOWN, 0),
                    "policy.violations.listing": (Level.UNKNOWN, 0),
                },
                unreadable=(
                    "account.level",
                    "orders.late_shipment_rate",
                    "shopee.non_fulfilment_rate",
                    "service.response_rate",
                    "shopee.missed_targets@*",
                ),
                lacks=("shopee.metric_9099",),
            )
        }
    ),
    "redesign": Expect({ONE: Seen(Outcome.UNKNOWN_PAGE, green=False)}, bounds=PATIENCE),
    "old-layout": Expect(
        {ONE: Seen(Outcome.PARTIAL, reads={"account.penalty_points": (Level.WARNING, 12)}, green=False)},
        bounds=PATIENCE,
    ),
    # The sign-in...
    "session-expired-midway": Expect({ONE: WELL_ONE, TWO: Seen(Outcome.SESSION_EXPIRED)}, passwords=1),
    # ... what goes wrong; without its answers the console says not even which shop it shows...
    "blocked-403": Expect(ended=Outcome.BLOCKED, passwords=1),
    "http-429": Expect(ended=Outcome.RATE_LIMITED, passwords=1),
    "http-500": Expect(ended=Outcome.SITE_DOWN, passwords=1),
    "never-loads": Expect(ended=Outcome.UNKNOWN_PAGE, passwords=1),
    "answers-never-come": Expect(ended=Outcome.UNKNOWN_PAGE, passwords=1, bounds=PATIENCE),
    "answers-500": Expect(ended=Outcome.SITE_DOWN, passwords=1),
    # ... and what gets in the way.
    "decoys": Expect({ONE: RED}),
    "guard-vectors": Expect({ONE: Seen(reads={"account.level": Level.CRITICAL})}),
}
ELSEWHERE = {
    "session-short": "moves the clock",
    "frozen": "needs a worker that can be killed",
    "flood": "as on every console: the snapshot's own bound",
    "other-account": "the answers name shops, not the account",
}
METRICS = {
    "rating": ("account.level",),
    "late-shipment": ("orders.late_shipment_rate",),
    "non-fulfilment": ("shopee.non_fulfilment_rate",),
    "response-rate": ("service.response_rate",),
    "shop-rating": ("feedback.average_rating",),
    "severe": ("shopee.severe_listing_violations",),
    "missed-targets": ("shopee.missed_targets@service",),
    "points": ("account.penalty_points",),
}
LISTS = {
    "tier": ("account.penalty_tier",),
    "punishment-list": ("policy.list@punishments", "account.restrictions*"),
    "record-list": ("policy.list@penalty-records*", "shopee.penalty_records*"),
    "listing-list": ("policy.list@listings*", "policy.violations.*:*"),
    "late-order-list": ("policy.list@late-orders", "shopee.late_orders*"),
}
# How many targets are missed is held against the metrics, the tier against the punishments.
COUPLED = {
    **dict.fromkeys(
        ("late-shipment", "non-fulfilment", "response-rate", "shop-rating", "severe"),
        ("shopee.missed_targets@*",),
    ),
    "points": ("account.penalty_tier", "account.penalty_points@*"),
    "punishment-list": ("account.penalty_tier",),
}
# Given twice, they spoil the whole answer: the scenario `doubled` says what is left then.
SPOILING = ("rating", "missed-targets")


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in ABOUT_SIGNING_IN])
def test_every_scenario_comes_to_what_it_must(shopee: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(shopee, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in ABOUT_SIGNING_IN])
def test_every_sign_in_comes_to_what_it_must(shopee: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(shopee, scenario, EXPECTED[scenario]) == []


def test_a_countrys_own_console_is_that_countrys_shop_alone(shopee: Driver) -> None:
    """With `home` the visit begins on that country's host, which lists no other shops."""
    singapore = replace(shopee, console=partial(LiveConsole, home=shopee.flow().toml.host_of("SG")))
    expect = Expect({TWO: Seen(reads=WELL, unreadable=())}, listed=(TWO,), passwords=1)

    assert contract_problems(singapore, "healthy", expect) == []


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    assert not set(replicas()["shopee"].scenarios()) - set(EXPECTED) - set(ELSEWHERE)


@pytest.mark.parametrize("how", HOWS)
def test_no_broken_metric_is_ever_green(shopee: Driver, how: How) -> None:
    """Each metric deleted, renamed, blanked, doubled, contradicted: never ok for it, the others as before."""
    widgets = [widget for widget in METRICS if how != "double" or widget not in SPOILING]
    # Of two penalty answers none is believed; the punishments say nothing of a tier where none runs.
    with mutants(shopee, "one-shop", ONE, METRICS, COUPLED, ("account.penalty_tier",)) as broken:
        assert [problem for group in apart(widgets) for problem in broken.problems(group, how)] == []


@pytest.mark.parametrize("how", HOWS)
def test_no_broken_list_is_ever_green(shopee: Driver, how: How) -> None:
    """Each list of a red shop broken in every way: nothing of it turns ok, the rest stays as it was."""
    with mutants(shopee, "red", ONE, LISTS, COUPLED) as broken:
        assert [problem for group in apart(LISTS, 2) for problem in broken.problems(group, how)] == []
