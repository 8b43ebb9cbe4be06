"""The Lazada flow against every scenario of its replica, and with each widget broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from checker.console import LiveConsole, Phase, Policy
from checker.console.policy import Verdict
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
    common,
    contract_problems,
    mutants,
)
from checker.testing.expect import Said
from fixtures.common import replicas
from flows.lazada import LazadaFlow

SIX = ("MY", "SG", "ID", "PH", "TH", "VN")
WELL: dict[str, Said | tuple[Said, ...]] = {
    "account.status": (Level.OK, "ACTIVE"),
    "account.penalty_points": (Level.OK, 0),
    "lazada.points.fulfilment": (Presence.SHOWN, 0),
    "lazada.points.others": (Presence.SHOWN, 0),
    "feedback.positive_rate": (Level.OK, Decimal("0.92"), '"true"'),
    # 84.997 %, printed as 85 %: what is printed is what the console judges.
    "lazada.product_rating_coverage": (Level.OK, Decimal("0.85")),
    "orders.on_time_shipment_rate": (Level.OK, Decimal("0.9825")),
    "orders.cancellation_rate": (Level.OK, Decimal("0.004")),
    "orders.return_rate": (Level.OK, Decimal("0.0075")),
    "service.response_rate": (Level.OK, Decimal("0.96")),
    "service.response_time": (Level.OK, 12),
    "lazada.basket_size": (Level.OK, Decimal("1.8")),
}
WELL_ONE = Seen(reads=WELL, unreadable=(), registration=Registration.ACTIVE)
HEALTHY = Expect({"MY": WELL_ONE}, listed=SIX, passwords=1)
RED = Seen(
    reads={
        "account.status": Level.OK,
        "account.penalty_points": (Level.CRITICAL, 10),
        "lazada.points.fulfilment": 6,
        "feedback.positive_rate": (Level.WARNING, Decimal("0.615"), "false"),
        "orders.on_time_shipment_rate": (Level.WARNING, Decimal("0.8")),
        "orders.cancellation_rate": (Level.WARNING, Decimal("0.032")),
        "orders.return_rate": Level.OK,
        "service.response_rate": (Level.WARNING, Decimal("0.6")),
        "service.response_time": (Level.WARNING, 3),
    },
    unreadable=(),
)
BY_PAGE: dict[str, Said | tuple[Said, ...]] = {
    "account.penalty_points": (Level.OK, 0),
    "feedback.positive_rate": (Level.OK, Decimal("0.92")),
    "orders.cancellation_rate": (Level.OK, Decimal("0.004")),
    "service.response_time": (Level.OK, 12),
}
NEVER_OPENED = Seen(
    reads={"account.status": Presence.NOT_REGISTERED},
    unreadable=(),
    green=False,
    registration=Registration.NOT_REGISTERED,
)


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that stops at the health page must come to: nothing was read."""
    return Expect({"MY": Seen(outcome, green=False, lacks=("*",))}, passwords=1)


def partly(*unreadable: str, **reads: Said | tuple[Said, ...]) -> Expect:
    """Return what a visit must come to of which exactly this cannot be read."""
    return Expect({"MY": Seen(Outcome.PARTIAL, reads=reads, unreadable=unreadable)})


# Of two that nobody has described a red is told, and that one is fine is not believed.
UNDESCRIBED: Mapping[str, Said | tuple[Said, ...]] = {
    "lazada.indicator_grime_rate": (Level.WARNING, "false"),
    "lazada.indicator_glitter_rate": (Level.UNKNOWN, '"true"'),
    "lazada.basket_size": Level.OK,
}
EXPECTED = {
    **common(HEALTHY, stopped),
    "healthy": Expect({"MY": WELL_ONE, "VN": Seen(reads=WELL, unreadable=())}, listed=SIX, passwords=1),
    "red": Expect({"MY": RED}),
    "red-second-store": Expect({"MY": WELL_ONE, "SG": RED}),
    # Our own table warns at most; where the page prints its limit, reaching that is red.
    "some-points": Expect(
        {
            "MY": Seen(reads={"account.penalty_points": (Level.WARNING, 3), "lazada.points.listing": 3}),
            "SG": Seen(reads={"account.penalty_points": (Level.WARNING, 12)}),
        }
    ),
    "inactive": Expect(
        {
            "MY": Seen(reads={"account.status": (Level.DEACTIVATED, "INACTIVE")}, unreadable=()),
            "SG": Seen(reads={"account.status": (Level.DEACTIVATED, "DELETED")}, unreadable=()),
        }
    ),
    "local-seller": Expect({"MY": WELL_ONE}, listed=("MY",)),
    "unsaid-border": Expect({"MY": WELL_ONE, "SG": NEVER_OPENED}, listed=SIX),
    "never-registered": Expect({"MY": WELL_ONE, "TH": NEVER_OPENED, "VN": Seen(reads=WELL)}, listed=SIX),
    # A host that wants the password is told loudly, and ends nothing but its own visit.
    "asks-again": Expect(
        {"SG": Seen(Outcome.UNKNOWN_PAGE, green=False, detail="home"), "ID": Seen(reads=WELL)}
    ),
    "register-first": HEALTHY,
    "moved": stopped(Outcome.UNKNOWN_PAGE),
    "too-many-pages": stopped(Outcome.RATE_LIMITED),
    "wrong-country": Expect({"MY": Seen(Outcome.WRONG_PLACE, green=False)}),
    "two-shops": Expect({"MY": Seen(Outcome.WRONG_PLACE, green=False, detail="two shops")}),
    "unknown-code": Expect({"MY": WELL_ONE}, listed=SIX),
    "not-rated": Expect(
        {
            "MY": Seen(
                reads={
                    "account.status": Level.OK,
                    "feedback.positive_rate": Presence.NOT_RATED,
                    "orders.on_time_shipment_rate": Presence.NOT_RATED,
                },
                unreadable=(),
            )
        }
    ),
    "value-zero": Expect(
        {
            "MY": Seen(
                reads={
                    "feedback.positive_rate": (Level.WARNING, 0),
                    "orders.cancellation_rate": (Level.OK, 0),
                    "service.response_time": (Level.OK, 0),
                    "account.penalty_points": (Level.OK, 0),
                },
                unreadable=(),
            )
        }
    ),
    # What says two things of itself is told with both where one of them is red, and is unreadable otherwise.
    "contradiction": Expect(
        {
            "MY": Seen(
                Outcome.PARTIAL,
                reads={
                    "lazada.basket_size": Level.OK,
                    "feedback.positive_rate": Level.WARNING,
                    "orders.on_time_shipment_rate": Level.WARNING,
                    # Its target is on the wrong side, and the console calls it missed.
                    "orders.cancellation_rate": (Level.WARNING, "false"),
                    "account.penalty_points": Level.WARNING,
                },
                disputed=("feedback.positive_rate", "orders.on_time_shipment_rate", "account.penalty_points"),
                unreadable=("orders.return_rate", "service.response_rate", "service.response_time"),
            )
        }
    ),
    "german": HEALTHY,
    # The page has the points alone, under labels that are known.
    "other-language": Expect(
        {
            "MY": Seen(
                reads={"orders.cancellation_rate": Decimal("0.004"), "account.penalty_points": (Level.OK, 0)},
                unreadable=(),
            )
        }
    ),
    "unknown-word": partly(
        "account.status",
        "orders.return_rate",
        "service.response_rate",
        **UNDESCRIBED,
    ),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": HEALTHY,
    "widget-missing": partly("orders.on_time_shipment_rate", **{"feedback.positive_rate": Level.OK}),
    "widget-blank": partly("account.penalty_points", **{"lazada.points.listing": 0}),
    "redesign": replace(stopped(Outcome.UNKNOWN_PAGE), bounds=PATIENCE, passwords=None),
    "old-layout": Expect(
        {
            "MY": Seen(
                reads={
                    "account.penalty_points@ncp": (Level.OK, 0),
                    "orders.on_time_shipment_rate": (Level.OK, Decimal("0.9825")),
                },
                unreadable=(),
                lacks=("account.penalty_points", "lazada.points.*"),
            )
        }
    ),
    "old-layout-red": Expect(
        {"MY": Seen(reads={"account.penalty_points@ncp": (Level.WARNING, 16)}, unreadable=())}
    ),
    "session-expired-midway": Expect(
        {"MY": WELL_ONE, "SG": Seen(Outcome.SESSION_EXPIRED, green=False)}, passwords=1
    ),
    # The first call of the first page says so already.
    "http-429": Expect(ended=Outcome.RATE_LIMITED, passwords=1),
    # The page prints each indicator with its target.
    "answers-500": partly("account.status", **BY_PAGE),
    "answers-never-come": replace(partly("account.status", **BY_PAGE), bounds=PATIENCE),
    "decoys": Expect({"MY": RED}),
    "guard-vectors": Expect({"MY": RED}),
}
ELSEWHERE = {
    **PLAYED_ELSEWHERE,
    "other-account": "the pages name the shop in no way that is compared",
}
COVERS = {
    "status": ("account.status",),
    "rating": ("feedback.positive_rate",),
    "ship-on-time": ("orders.on_time_shipment_rate",),
    "cancellations": ("orders.cancellation_rate",),
    "response-time": ("service.response_time",),
    "basket-size": ("lazada.basket_size",),
    "points": ("account.penalty_points",),
    "points-listing": ("lazada.points.listing",),
}
# What is broken in one visit: things that have nothing in common.
AT_ONCE = (
    ("status", "ship-on-time", "cancellations", "points"),
    ("rating", "response-time", "basket-size", "points-listing"),
)
# Which indicators a shop has besides the two of the public samples is the console's affair.
OPTIONAL = ("orders.cancellation_rate", "service.response_time", "lazada.basket_size")
# The points in all must be at least those of each group.
COUPLED = {"points-listing": ("account.penalty_points",)}


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in ABOUT_SIGNING_IN])
def test_every_scenario_comes_to_what_it_must(lazada: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(lazada, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("how", HOWS)
def test_no_broken_widget_is_ever_green(lazada: Driver, profile: Profile, how: How) -> None:
    """Each widget deleted, renamed, blanked, doubled, contradicted: never ok for it, the others as before."""
    with mutants(lazada, "local-seller", "MY", COVERS, COUPLED, OPTIONAL, profile) as broken:
        assert [problem for group in AT_ONCE for problem in broken.problems(group, how)] == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in ABOUT_SIGNING_IN])
def test_every_sign_in_comes_to_what_it_must(lazada: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(lazada, scenario, EXPECTED[scenario]) == []


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    assert not set(replicas()["lazada"].scenarios()) - set(EXPECTED) - set(ELSEWHERE)


def test_a_country_that_signs_in_on_a_host_of_its_own_begins_there(lazada: Driver) -> None:
    """With `home` sign-in and list are those of that country's host; no other host is asked."""
    singapore = replace(lazada, console=partial(LiveConsole, home=lazada.flow().toml.host_of("SG")))

    story = singapore.play("healthy", {"SG"})

    assert story.reading("SG", "account.status").level is Level.OK
    assert {request.headers.get("x-forwarded-host") for request in story.requests} == {
        "sellercenter.lazada.sg"
    }


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        ("/h5/mtop.lazada.seller.order.query.list/1.0/", Verdict.ALLOW),
        ("/h5/mtop.lazada.seller.performance.get/1.0/", Verdict.ALLOW),
        ("/h5/mtop.lazada.seller.address.query/1.0/", Verdict.ALLOW),
        ("/h5/mtop.lazada.seller.violation.appeal.submit/1.0/", Verdict.BLOCK),
        ("/h5/mtop.lazada.seller.profile.updateHoliday/1.0/", Verdict.BLOCK),
        ("/h5/mtop.lazada.seller.notice.accept/1.0/", Verdict.BLOCK),
        ("/apps/seller/logout", Verdict.BLOCK),
    ],
)
def test_a_call_that_acts_is_denied_though_it_is_a_get(path: str, verdict: Verdict) -> None:
    """The console's calls are GETs whatever they do: their names say which of them only read."""
    policy = Policy(LazadaFlow().toml)

    assert policy.judge(Phase.READ, "GET", f"https://acs-m.lazada.com.my{path}?data=%7B%7D") is verdict
