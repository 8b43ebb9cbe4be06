"""The Etsy flow against every scenario of its replica, and with each widget broken."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checker.model import Level, Outcome, Presence, Registration
from checker.testing import (
    ABOUT_SIGNING_IN,
    HOWS,
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

SHOP = "ETSY"
WELL: dict[str, Said | tuple[Said, ...]] = {
    "etsy.service_standards": Level.OK,
    "account.badge@star_seller": Level.OK,
    "service.response_rate@minimum": (Level.OK, Decimal("0.985")),
    # What only costs a badge is judged by nobody.
    "service.response_rate@star_seller": (Level.UNKNOWN, Decimal("0.96")),
    "orders.on_time_shipment_rate": (Level.OK, Decimal("0.99")),
    "etsy.on_time_shipping_tracking_rate": (Level.UNKNOWN, Decimal("0.97")),
    "feedback.positive_rate": (Level.OK, Decimal("0.943")),
    "feedback.average_rating": (Level.UNKNOWN, Decimal("4.9")),
    # Of few orders it is a count.
    "etsy.case_rate": (Level.OK, 1),
}
WELL_SEEN = Seen(reads=WELL, unreadable=(), lacks=("etsy.order_*",), registration=Registration.ACTIVE)
HEALTHY = Expect({SHOP: WELL_SEEN}, listed=(SHOP,), passwords=1)
RED = Seen(
    reads={
        "etsy.service_standards": Level.CRITICAL,
        "account.badge@star_seller": Presence.NONE,
        "service.response_rate@minimum": (Level.CRITICAL, Decimal("0.71")),
        "orders.on_time_shipment_rate": (Level.OK, Decimal("0.91")),
        "feedback.positive_rate": (Level.CRITICAL, Decimal("0.86")),
        "etsy.case_rate": (Level.CRITICAL, Decimal("0.025")),
        "etsy.order_dissatisfaction_rate": (Level.CRITICAL, Decimal("0.018")),
        # What only costs a badge is no red, and no green either.
        "service.response_rate@star_seller": (Level.UNKNOWN, Decimal("0.62")),
        "etsy.on_time_shipping_tracking_rate": (Level.UNKNOWN, Decimal("0.88")),
        "feedback.average_rating": (Level.UNKNOWN, Decimal("4.3")),
    },
    unreadable=(),
    registration=Registration.ACTIVE,
)
OF_THE_STANDARD = ("service.response_rate@minimum", "orders.on_time_shipment_rate", "feedback.positive_rate")
CARDS = ("service.*", "orders.*", "feedback.*", "etsy.case_rate", "etsy.on_time_shipping_tracking_rate")


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that stops at the statistics must come to: nothing was read."""
    return Expect({SHOP: Seen(outcome, green=False, lacks=("*",))}, passwords=1)


EXPECTED = {
    **common(HEALTHY, stopped),
    "healthy": HEALTHY,
    "red": Expect({SHOP: RED}),
    "red-second-store": Expect({SHOP: RED}),
    "never-registered": Expect(
        {
            SHOP: Seen(
                reads={"etsy.service_standards": Presence.NOT_REGISTERED},
                unreadable=(),
                green=False,
                lacks=CARDS,
                registration=Registration.NOT_REGISTERED,
            )
        }
    ),
    "not-rated": Expect(
        {
            SHOP: Seen(
                reads={
                    "etsy.service_standards": Presence.NOT_RATED,
                    "etsy.order_dissatisfaction_rate": Presence.NOT_RATED,
                    **dict.fromkeys(CARDS, Presence.NOT_RATED),
                },
                unreadable=(),
                green=False,
                registration=Registration.UNKNOWN,
            )
        }
    ),
    "no-badge": Expect(
        {
            SHOP: Seen(
                reads={
                    "etsy.service_standards": Level.OK,
                    "account.badge@star_seller": Presence.NONE,
                    "etsy.on_time_shipping_tracking_rate": (Level.UNKNOWN, Decimal("0.93")),
                },
                unreadable=(),
            )
        }
    ),
    "unmarked": Expect(
        {
            SHOP: Seen(
                reads={
                    "service.response_rate@minimum": (Level.WARNING, Decimal("0.79")),
                    "service.response_rate@star_seller": (Level.UNKNOWN, Decimal("0.6")),
                    "orders.on_time_shipment_rate": (Level.OK, Decimal("0.8")),
                    "etsy.on_time_shipping_tracking_rate": (Level.UNKNOWN, Decimal("0.95")),
                    "etsy.case_rate": (Level.OK, 1),
                },
                unreadable=(),
            )
        }
    ),
    "british": HEALTHY,
    "no-orders": Expect({SHOP: Seen(reads={"etsy.case_rate": Presence.NOT_RATED}, unreadable=())}),
    "value-zero": Expect(
        {
            SHOP: Seen(
                reads={
                    "service.response_rate@minimum": (Level.CRITICAL, 0),
                    "orders.on_time_shipment_rate": (Level.CRITICAL, 0),
                    "feedback.positive_rate": (Level.OK, 1),
                    "feedback.average_rating": (Level.UNKNOWN, 0),
                    "etsy.case_rate": (Level.OK, 0),
                },
                unreadable=(),
            )
        }
    ),
    "contradiction": Expect(
        {
            SHOP: Seen(
                reads={
                    "orders.on_time_shipment_rate": Level.OK,
                    # A mark that the public rule contradicts is disputed, whichever of the two is worse.
                    "service.response_rate@minimum": (Level.WARNING, Decimal("0.41")),
                    "etsy.case_rate": (Level.CRITICAL, 1, "Not met"),
                },
                unreadable=(),
            )
        }
    ),
    "german": HEALTHY,
    "other-language": Expect({SHOP: Seen(Outcome.PARTIAL, green=False)}),
    "unknown-word": Expect(
        {
            SHOP: Seen(
                Outcome.PARTIAL,
                reads={"service.response_rate@minimum": Level.OK},
                unreadable=("etsy.service_standards", "orders.on_time_shipment_rate"),
            )
        }
    ),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": HEALTHY,
    "widget-missing": Expect({SHOP: Seen(Outcome.PARTIAL, unreadable=("etsy.case_rate",))}),
    "widget-blank": Expect({SHOP: Seen(Outcome.PARTIAL, unreadable=("service.response_rate@minimum",))}),
    # Nothing of the statistics is at its address.
    "redesign": Expect({SHOP: Seen(Outcome.UNKNOWN_PAGE, green=False)}),
    "old-layout": Expect(
        {
            SHOP: Seen(
                Outcome.PARTIAL,
                reads={
                    "etsy.service_standards": Level.OK,
                    "service.response_rate@star_seller": (Level.UNKNOWN, Decimal("0.96")),
                    "etsy.on_time_shipping_tracking_rate": (Level.UNKNOWN, Decimal("0.97")),
                    "feedback.average_rating": (Level.UNKNOWN, Decimal("4.9")),
                    "etsy.case_rate": (Level.OK, 1),
                },
                # No card names a program: whether the standards are met was not read.
                unreadable=OF_THE_STANDARD,
            )
        }
    ),
    "old-layout-red": Expect(
        {
            SHOP: Seen(
                reads={
                    "etsy.service_standards": Level.CRITICAL,
                    "service.response_rate@star_seller": (Level.UNKNOWN, Decimal("0.62")),
                    "etsy.case_rate": (Level.CRITICAL, Decimal("0.025")),
                },
                green=False,
            )
        }
    ),
    # One health page, and no calls behind it.
    "session-expired-midway": HEALTHY,
    "http-429": stopped(Outcome.RATE_LIMITED),
    "answers-500": HEALTHY,
    "answers-never-come": HEALTHY,
    "page-404": stopped(Outcome.UNKNOWN_PAGE),
    "refused-in-other-words": Expect(ended=Outcome.ACTION_NEEDED, passwords=1),
    "decoys": Expect({SHOP: RED}),
    "guard-vectors": Expect({SHOP: Seen(reads={"etsy.service_standards": Level.CRITICAL})}),
}
ELSEWHERE = {**PLAYED_ELSEWHERE, "other-account": "nothing public says where a page names the account"}
COVERS = {
    "overview": ("etsy.service_standards",),
    "badge": ("account.badge@star_seller",),
    "response-standard": ("service.response_rate@minimum",),
    "response-star": ("service.response_rate@star_seller",),
    "shipping-standard": ("orders.on_time_shipment_rate",),
    "shipping-star": ("etsy.on_time_shipping_tracking_rate",),
    "reviews-standard": ("feedback.positive_rate",),
    "reviews-star": ("feedback.average_rating",),
    "cases-card": ("etsy.case_rate",),
}


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in ABOUT_SIGNING_IN])
def test_every_scenario_comes_to_what_it_must(etsy: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(etsy, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in ABOUT_SIGNING_IN])
def test_every_sign_in_comes_to_what_it_must(etsy: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(etsy, scenario, EXPECTED[scenario]) == []


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    assert not set(replicas()["etsy"].scenarios()) - set(EXPECTED) - set(ELSEWHERE)


@pytest.mark.parametrize("how", HOWS)
def test_no_broken_widget_is_ever_green(etsy: Driver, how: How) -> None:
    """Each widget deleted, renamed, blanked, doubled, contradicted: never ok for it, the others as before."""
    # Whether the page speaks of the badge is the console's affair, and of the overview beside cards.
    optional = ("account.badge@star_seller", "etsy.service_standards")
    with mutants(etsy, "healthy", SHOP, COVERS, optional=optional) as broken:
        assert [problem for group in apart(COVERS) for problem in broken.problems(group, how)] == []
