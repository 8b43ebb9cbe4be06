"""The eBay flow against every scenario of its replica, and with each widget broken."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from checker.model import Level, Outcome, Presence, Registration
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

NOT_OPENED = Seen(
    reads={"account.level": Presence.NOT_REGISTERED}, green=False, registration=Registration.NOT_REGISTERED
)
WELL: dict[str, Said | tuple[Said, ...]] = {
    "account.level": (Level.OK, "TOP_RATED"),
    "account.level+projected": (Level.OK, "TOP_RATED"),
    "ebay.transaction_defect_rate": (Level.OK, Decimal("0.0021")),
    "ebay.transaction_defect_rate+projected": (Level.OK, Decimal("0.0021")),
    "orders.unresolved_case_rate": (Level.OK, Decimal("0.0007")),
    "orders.late_shipment_rate": (Level.OK, Decimal("0.0126")),
    "ebay.tracking_on_time_validated_rate": (Level.OK, Decimal("0.9783")),
    "orders.total": (Level.OK, 1431),
    "ebay.sales_amount": Decimal("48210.55"),
    "orders.not_as_described_rate@11700": (Level.OK, "AVERAGE", Decimal("0.0084")),
    "orders.not_as_described_rate@220": (Level.OK, "LOW"),
    "orders.item_not_received_rate@DOMESTIC": (Level.OK, "AVERAGE"),
    "policy.violations.total": (Level.OK, 0),
    "policy.list@listings": Presence.NONE,
}
US = Seen(reads=WELL, unreadable=(), registration=Registration.ACTIVE)
HEALTHY = Expect({"US": US}, listed=("US", "UK", "DE", "GLOBAL"), passwords=1)
# What the page says without its calls: words and rates, the latter judged by our own table.
BY_PAGE = Seen(
    reads={
        "account.level": (Level.OK, "Top Rated"),
        "account.level+projected": (Level.OK, "Top Rated"),
        "ebay.transaction_defect_rate": (Level.OK, Decimal("0.0021")),
        "orders.late_shipment_rate": Decimal("0.0126"),
        # Two categories, each fine; of the missing items only the region's name stands where a word would.
        "orders.not_as_described_rate": Level.OK,
    },
    outcome=Outcome.PARTIAL,
    unreadable=("orders.total", "orders.item_not_received_rate"),
)


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that never gets to read must come to."""
    return Expect({"US": Seen(outcome, green=False)}, passwords=1)


EXPECTED = {
    **common(HEALTHY, stopped, one_form=False),
    "healthy": Expect({"US": US, "DE": NOT_OPENED}, listed=("US", "UK", "DE", "GLOBAL"), passwords=1),
    "red": Expect(
        {
            "US": Seen(
                reads={
                    "account.level": (Level.CRITICAL, "BELOW_STANDARD"),
                    "account.level+projected": (Level.WARNING, "BELOW_STANDARD"),
                    "ebay.transaction_defect_rate": (Level.CRITICAL, Decimal("0.0266")),
                    "orders.unresolved_case_rate": Level.CRITICAL,
                    "orders.late_shipment_rate": Level.OK,
                    "orders.not_as_described_rate@11700": (Level.CRITICAL, "VERY_HIGH"),
                    "orders.item_not_received_rate@DOMESTIC": (Level.WARNING, "HIGH"),
                    "policy.violations.total": (Level.WARNING, 2),
                    "policy.violations.listing@RETURNS_POLICY": (Level.WARNING, 1),
                    "policy.violations.listing:RETURNS_POLICY-140000000001-*": Level.CRITICAL,
                    "policy.violations.listing:ASPECTS_ADOPTION-140000000002-*": Level.WARNING,
                    "policy.list@listings": 2,
                },
                unreadable=(),
            )
        }
    ),
    "red-second-store": Expect(
        {"US": US, "UK": Seen(reads={"account.level": (Level.CRITICAL, "BELOW_STANDARD")}, unreadable=())}
    ),
    "projected-red": Expect(
        {
            "US": Seen(
                reads={
                    "account.level": Level.OK,
                    "account.level+projected": Level.WARNING,
                    "ebay.transaction_defect_rate": Level.OK,
                    "ebay.transaction_defect_rate+projected": (Level.WARNING, Decimal("0.0231")),
                },
                unreadable=(),
            )
        }
    ),
    "above-standard": Expect(
        {"US": Seen(reads={"account.level": (Level.OK, "ABOVE_STANDARD")}, unreadable=())}
    ),
    "never-registered": Expect({"DE": NOT_OPENED, "GLOBAL": NOT_OPENED}),
    "not-rated": Expect(
        {
            "UK": Seen(
                reads={"account.level": Presence.NOT_RATED, "orders.*": Presence.NOT_RATED}, lacks=("x",)
            )
        }
    ),
    "value-zero": Expect(
        {
            "US": Seen(
                reads={"ebay.transaction_defect_rate": (Level.OK, 0), "orders.late_shipment_rate": 0},
                unreadable=(),
            )
        }
    ),
    "low-volume": Expect(
        {"US": Seen(reads={"orders.late_shipment_rate": (Level.OK, Decimal("0.0556"))}, unreadable=())}
    ),
    "german": Expect({"US": US}),
    "other-language": Expect({"US": US}),
    "unknown-word": Expect({"US": Seen(Outcome.PARTIAL, unreadable=("account.level*",))}),
    # The page says Below Standard where the answer says Top Rated.
    "contradiction": Expect(
        {"US": Seen(reads={"account.level": Level.CRITICAL}, unreadable=(), disputed=("account.level",))}
    ),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": Expect(
        {"US": Seen(Outcome.PARTIAL, unreadable=("policy.violations.total", "policy.list@listings"))}
    ),
    "widget-missing": Expect({"US": Seen(Outcome.PARTIAL, unreadable=("orders.late_shipment_rate*",))}),
    "widget-blank": Expect({"US": Seen(Outcome.PARTIAL, unreadable=("account.level",))}),
    "redesign": Expect({"US": Seen(Outcome.PARTIAL, green=False)}, bounds=PATIENCE),
    "old-layout": Expect({"US": BY_PAGE}, bounds=PATIENCE),
    "old-layout-red": Expect(
        {
            "US": Seen(
                Outcome.PARTIAL,
                reads={
                    "account.level": (Level.CRITICAL, "Below Standard"),
                    "account.level+projected": Level.WARNING,
                    "ebay.transaction_defect_rate": Level.WARNING,
                    "orders.not_as_described_rate": (Level.CRITICAL, "Very High"),
                },
            )
        },
        bounds=PATIENCE,
    ),
    # What goes wrong...
    # What was read before stays read.
    "session-expired-midway": Expect(
        {"US": Seen(Outcome.SESSION_EXPIRED, reads={"account.level": Level.OK}, lacks=("policy.*",))},
        passwords=1,
    ),
    # The first call of the first page says so already.
    "http-429": Expect(ended=Outcome.RATE_LIMITED, passwords=1),
    # No page shows what only the violation answers say.
    "answers-never-come": Expect(
        {"US": replace(BY_PAGE, unreadable=(*(BY_PAGE.unreadable or ()), "policy.*"))}, bounds=PATIENCE
    ),
    # The same of calls that were refused.
    "answers-500": Expect(
        {
            "US": Seen(
                Outcome.PARTIAL,
                reads={
                    "account.level": (Level.OK, "Top Rated"),
                    "orders.late_shipment_rate": Decimal("0.0126"),
                },
                unreadable=("orders.total", "orders.item_not_received_rate", "policy.*"),
            )
        }
    ),
    # ... and what gets in the way.
    "decoys": Expect({"US": Seen(reads={"account.level": Level.CRITICAL}, unreadable=())}),
    "guard-vectors": Expect({"US": Seen(reads={"account.level": Level.CRITICAL})}),
}
COVERS = {
    "level": ("account.level",),
    "projected-level": ("account.level+projected",),
    "defects": ("ebay.transaction_defect_rate", "ebay.transaction_defect_rate+projected"),
    "cases": ("orders.unresolved_case_rate", "orders.unresolved_case_rate+projected"),
    "late": ("orders.late_shipment_rate", "orders.late_shipment_rate+projected"),
    "tracking": ("ebay.tracking_on_time_validated_rate", "ebay.tracking_on_time_validated_rate+projected"),
    "transactions": ("orders.total", "orders.total+projected"),
    "not-as-described": ("orders.not_as_described_rate", "orders.not_as_described_rate@11700"),
    "not-received": ("orders.item_not_received_rate", "orders.item_not_received_rate@DOMESTIC"),
    "violation-counts": ("policy.violations.total",),
    "violation-list": ("policy.list@listings",),
    "next-evaluation": ("ebay.next_evaluation",),
    "header-store": (),
}
# An answer that gives one key twice is no answer at all, and all it said is lost with it.
CYCLE = ("ebay.*", "orders.[!ni]*", "account.level*")
# Which of these a program or a category has is the console's own affair.
OPTIONAL = (
    "orders.unresolved_case_rate*",
    "ebay.tracking_on_time_validated_rate*",
    "ebay.transaction_defect_count*",
    "ebay.unresolved_case_count*",
    "ebay.sales_amount*",
    "ebay.days_on_site*",
    "orders.not_as_described_rate@*",
    "orders.item_not_received_rate@*",
    # A day that nobody judges.
    "ebay.next_evaluation",
)


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in ABOUT_SIGNING_IN])
def test_every_scenario_comes_to_what_it_must(ebay: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(ebay, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in ABOUT_SIGNING_IN])
def test_every_sign_in_comes_to_what_it_must(ebay: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(ebay, scenario, EXPECTED[scenario]) == []


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    elsewhere = {
        **PLAYED_ELSEWHERE,
        "other-account": "the console has no id of its account",
    }

    assert not set(replicas()["ebay"].scenarios()) - set(EXPECTED) - set(elsewhere)


@pytest.mark.parametrize("how", HOWS)
def test_no_broken_widget_is_ever_green(ebay: Driver, how: How) -> None:
    """Each widget deleted, renamed, blanked, doubled, contradicted: never ok for it, the others as before."""
    coupled = {"level": CYCLE, "projected-level": CYCLE} if how == "double" else {}
    # Nothing says any more that what cannot be read was the projection; a run knows it by what it knew.
    optional = (*OPTIONAL, "*+projected") if how == "double" else OPTIONAL
    with mutants(ebay, "healthy", "US", COVERS, coupled, optional) as broken:
        # A list of nothing has nothing in it to contradict or to double.
        hidden = how not in ("contradict", "double")
        found = broken.problems("violation-counts", how, hidden=hidden)
        for group in apart([widget for widget in COVERS if widget != "violation-counts"]):
            found += broken.problems(group, how)
    assert found == []
