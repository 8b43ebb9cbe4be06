"""The Walmart flow against every scenario of its replica, and with each widget broken."""

from __future__ import annotations

from decimal import Decimal

import pytest

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

ONE, TWO = "US/10001", "US/10002"
WELL: dict[str, Said | tuple[Said, ...]] = {
    "account.status": (Level.OK, "Active"),
    "orders.on_time_delivery_rate": (Level.OK, Decimal("0.964"), "GOOD"),
    "orders.valid_tracking_rate": (Level.OK, Decimal("0.996")),
    "service.response_rate": (Level.OK, Decimal("0.981")),
    "orders.refund_rate": (Level.OK, Decimal("0.032")),
    "orders.cancellation_rate": (Level.OK, Decimal("0.008")),
    "walmart.cancellation_rate_overall": (Level.OK, Decimal("0.014")),
    "orders.return_rate": (Level.OK, Decimal("0.055")),
    "orders.item_not_received_rate": Level.OK,
    "feedback.negative_rate": Level.OK,
    "orders.late_shipment_rate": Presence.NOT_RATED,
}
WELL_ONE = Seen(reads=WELL, unreadable=(), registration=Registration.ACTIVE)
HEALTHY = Expect({ONE: WELL_ONE}, listed=(ONE, TWO), passwords=1)
RED = Seen(
    reads={
        "account.status": (Level.DEACTIVATED, "Suspended"),
        "orders.on_time_delivery_rate": (Level.CRITICAL, Decimal("0.812"), "URGENT REVIEW"),
        "orders.valid_tracking_rate": (Level.WARNING, "MONITOR"),
        "service.response_rate": Level.OK,
        "orders.refund_rate": Level.WARNING,
        "orders.cancellation_rate": (Level.CRITICAL, Decimal("0.039")),
    },
    unreadable=(),
)
WELL_BY_CARD = Seen(
    reads={
        "orders.on_time_delivery_rate": (Level.OK, Decimal("0.964")),
        "walmart.cancellation_rate_overall": (Level.OK, Decimal("0.014")),
        "orders.return_rate": (Level.OK, Decimal("0.055")),
    },
    unreadable=(),
)
RED_BY_CARD = Seen(
    reads={
        "account.status": (Level.DEACTIVATED, "Suspended"),
        "orders.on_time_delivery_rate": (Level.CRITICAL, Decimal("0.812"), "Urgent review"),
        "orders.valid_tracking_rate": (Level.WARNING, "Monitor"),
        "walmart.cancellation_rate_overall": (Level.CRITICAL, Decimal("0.052")),
    },
    unreadable=(),
)


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that stops at the performance page must come to: the status was read before."""
    return Expect({ONE: Seen(outcome, reads={"account.status": Level.OK}, lacks=("orders.*",))}, passwords=1)


EXPECTED = {
    **common(HEALTHY, stopped),
    "healthy": Expect({ONE: WELL_ONE, TWO: Seen(reads=WELL, unreadable=())}, listed=(ONE, TWO), passwords=1),
    "red": Expect({ONE: RED}),
    "red-second-store": Expect({ONE: WELL_ONE, TWO: RED}),
    "suppressed": Expect(
        {ONE: Seen(reads={"account.status": (Level.CRITICAL, "Suppressed")}, unreadable=())}
    ),
    "monitor": Expect(
        {ONE: Seen(reads={"orders.on_time_delivery_rate": (Level.WARNING, "MONITOR")}, unreadable=())}
    ),
    "never-registered": Expect(
        {
            TWO: Seen(
                reads={"account.status": Presence.NOT_REGISTERED, "orders.*": Presence.NOT_RATED},
                green=False,
                registration=Registration.NOT_REGISTERED,
            )
        }
    ),
    "not-rated": Expect(
        {
            ONE: Seen(
                reads={
                    "account.status": Level.OK,
                    "orders.*": Presence.NOT_RATED,
                    "service.*": Presence.NOT_RATED,
                },
                unreadable=(),
            )
        }
    ),
    "value-zero": Expect(
        {
            ONE: Seen(
                reads={"orders.cancellation_rate": (Level.OK, 0), "orders.return_rate": (Level.OK, 0)},
                unreadable=(),
            )
        }
    ),
    # Disputed: the console says Good, and its own standard is missed.
    "contradiction": Expect(
        {
            ONE: Seen(
                reads={
                    "orders.cancellation_rate": (Level.WARNING, Decimal("0.095")),
                    "walmart.cancellation_rate_overall": (Level.WARNING, Decimal("0.095")),
                },
                unreadable=(),
            )
        }
    ),
    "german": HEALTHY,
    # The answers say it in codes and English; the status is a word of the page alone.
    "other-language": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("account.status",))}),
    "unknown-word": Expect(
        {ONE: Seen(Outcome.PARTIAL, unreadable=("account.status", "orders.on_time_delivery_rate"))}
    ),
    "one-partner": Expect({ONE: WELL_ONE}, listed=(ONE,)),
    # The console did not switch: that one alone is out of reach, and nothing of the other is stored for it.
    "wrong-partner": Expect({ONE: Seen(Outcome.NOT_REACHABLE, green=False)}),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": HEALTHY,
    "widget-missing": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("orders.on_time_delivery_rate",))}),
    "widget-blank": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("account.status",))}),
    "redesign": Expect({ONE: Seen(Outcome.PARTIAL, green=False)}, bounds=PATIENCE),
    "old-layout": Expect({ONE: WELL_BY_CARD}, listed=(ONE,), bounds=PATIENCE),
    "old-layout-red": Expect({ONE: RED_BY_CARD}, bounds=PATIENCE),
    # What goes wrong...
    "session-expired-midway": Expect({ONE: WELL_ONE, TWO: Seen(Outcome.SESSION_EXPIRED)}, passwords=1),
    # The first call of the first page says so already.
    "http-429": Expect(ended=Outcome.RATE_LIMITED, passwords=1),
    "answers-never-come": Expect({ONE: WELL_BY_CARD}, listed=(ONE, TWO), bounds=PATIENCE),
    # Its cards say it all the same.
    "answers-500": Expect({ONE: WELL_BY_CARD}, listed=(ONE, TWO)),
    # ... and what gets in the way.
    "decoys": Expect({ONE: RED}),
    # A mutation, one that borrows the name of the read, and a batch with one in it: none of them leaves.
    "guard-vectors": Expect({ONE: Seen(reads={"account.status": Level.DEACTIVATED})}),
}
# What a console that shows another partner than the one it was asked for remembers is nobody else's affair.
ALONE = {*ABOUT_SIGNING_IN, "wrong-partner"}
ELSEWHERE = {
    "session-short": "moves the clock",
    "frozen": "needs a worker that can be killed",
    "flood": "as on every console: the snapshot's own bound",
    "other-account": "the pages name partners, not the account",
}
COVERS = {
    "otd": ("orders.on_time_delivery_rate",),
    "vtr": ("orders.valid_tracking_rate",),
    "srr": ("service.response_rate",),
    "refunds": ("orders.refund_rate", "walmart.refund_rate_overall"),
    "cancellations": ("walmart.cancellation_rate_overall",),
    "returns": ("orders.return_rate", "walmart.return_rate_overall"),
    "account-status": ("account.status",),
}


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in ALONE])
def test_every_scenario_comes_to_what_it_must(walmart: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(walmart, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in ALONE])
def test_every_sign_in_comes_to_what_it_must(walmart: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(walmart, scenario, EXPECTED[scenario]) == []


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    assert not set(replicas()["walmart"].scenarios()) - set(EXPECTED) - set(ELSEWHERE)


@pytest.mark.parametrize("how", HOWS)
def test_no_broken_widget_is_ever_green(walmart: Driver, how: How) -> None:
    """Each widget deleted, renamed, blanked, doubled, contradicted: never ok for it, the others as before."""
    # Which rates a partner is shown besides its own is the console's affair.
    optional = (
        *("walmart.refund_rate_overall", "orders.cancellation_rate", "walmart.return_rate_overall"),
        # One is being retired, the other is new: a console need not have them.
        *("orders.refund_rate", "orders.return_rate"),
    )
    # A risk word stands beside it in a card of its own: where the number is lost, the word alone is told.
    coupled = {"cancellations": ("orders.cancellation_rate",)}
    with mutants(walmart, "one-partner", ONE, COVERS, optional=optional, coupled=coupled) as broken:
        assert [problem for group in apart(COVERS) for problem in broken.problems(group, how)] == []
