"""The Ozon flow against every scenario of its replica, and with each widget broken."""

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

ONE, TWO = "RU/700101", "RU/700102"
WELL: dict[str, Said | tuple[Said, ...]] = {
    "ozon.on_time": (Level.OK, Decimal("0.975"), "OK"),
    "feedback.average_rating": (Level.OK, Decimal("4.7")),
    "orders.cancellation_rate@fbs": (Level.OK, Decimal("0.005")),
    "orders.late_shipment_rate@fbs": (Level.OK, Decimal("0.012")),
    "service.response_rate": (Level.OK, Decimal("0.96")),
    "service.response_time": (Level.OK, 30),
    "ozon.price_index@red": (Level.OK, Decimal("0.03")),
    "ozon.supply.on_time_delivery": (Level.OK, Decimal("0.92")),
    "ozon.rating_ssl": (Level.OK, 12),
    # Nobody has described it: that it is fine is not believed.
    "ozon.rating_of_tomorrow": (Presence.SHOWN, Decimal("1.01")),
    "ozon.premium_penalty": (Level.OK, "false"),
    "ozon.localization_index": (Presence.SHOWN, Decimal("0.61")),
    "ozon.fbs_error_index": (Level.OK, Decimal("0.012")),
    "account.badge@premium": Level.OK,
    "account.badge@premium_plus": Presence.NONE,
    "policy.list@error-orders": Presence.NONE,
}
WELL_SEEN = Seen(reads=WELL, unreadable=(), registration=Registration.ACTIVE)
# The code went to a person: no password is sent at all.
HEALTHY = Expect({ONE: WELL_SEEN}, listed=(ONE, TWO), passwords=0)
RED_READS: dict[str, Said | tuple[Said, ...]] = {
    "ozon.on_time": (Level.CRITICAL, Decimal("0.74")),
    "orders.cancellation_rate@fbs": (Level.CRITICAL, Decimal("0.031")),
    "orders.late_shipment_rate@fbs": (Level.WARNING, Decimal("0.044")),
    "feedback.average_rating": (Level.OK, Decimal("4.6")),
    # The console says that it has no status for it: shown, and never green.
    "ozon.reaction_time": (Presence.SHOWN, Decimal("1.5"), "UNKNOWN_STATUS"),
    "service.response_rate": Presence.NOT_RATED,
    "ozon.premium_penalty": (Level.CRITICAL, "true"),
    "account.badge@premium": Presence.NONE,
}
RED = Seen(
    reads={
        **RED_READS,
        "ozon.fbs_error_index": (Level.WARNING, Decimal("12.5")),
        "ozon.error_orders:10000001-0001-1-CANCELLATION": Level.WARNING,
        "ozon.error_orders:10000001-0001-1-DELAY": Level.WARNING,
        "ozon.error_orders:10000002-0001-1-DELAY": Level.WARNING,
        "policy.list@error-orders": 3,
    },
    unreadable=(),
)


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that stops at the ratings page must come to: nothing was read."""
    return Expect({ONE: Seen(outcome, green=False, lacks=("*",))}, passwords=0)


EXPECTED = {
    **{name: replace(expect, passwords=0) for name, expect in common(HEALTHY, stopped).items()},
    "healthy": Expect({ONE: WELL_SEEN, TWO: WELL_SEEN}, listed=(ONE, TWO), passwords=0),
    "red": Expect({ONE: RED}),
    "red-second-store": Expect({ONE: WELL_SEEN, TWO: RED}),
    "never-registered": Expect(
        {
            TWO: Seen(
                reads={
                    "ozon.on_time": Presence.NOT_RATED,
                    "feedback.average_rating": Presence.NOT_RATED,
                    "ozon.localization_index": Presence.NOT_RATED,
                    "account.badge@premium": Presence.NONE,
                    "ozon.premium_penalty": Level.OK,
                },
                unreadable=(),
                registration=Registration.UNKNOWN,
            )
        }
    ),
    "supplier": Expect(
        {
            ONE: Seen(
                reads={"ozon.on_time": Level.OK, "feedback.average_rating": Level.OK},
                unreadable=(),
                lacks=("ozon.fbs_error_index", "policy.list@*"),
            )
        }
    ),
    "value-zero": Expect(
        {
            ONE: Seen(
                reads={
                    "ozon.on_time": (Level.CRITICAL, 0),
                    "feedback.average_rating": (Presence.SHOWN, 0),
                    "orders.cancellation_rate@fbs": (Level.OK, 0),
                    "service.response_time": (Level.OK, 0),
                    "ozon.localization_index": (Presence.SHOWN, 0),
                    "ozon.fbs_error_index": (Level.OK, 0),
                },
                unreadable=(),
            )
        }
    ),
    # Disputed: the summary calls both OK, the thresholds and the history do not.
    "contradiction": Expect(
        {
            ONE: Seen(
                reads={
                    "ozon.on_time": Level.OK,
                    "orders.cancellation_rate@fbs": (Level.CRITICAL, Decimal("0.031")),
                    "orders.late_shipment_rate@fbs": (Level.CRITICAL, Decimal("0.012")),
                },
                unreadable=(),
            )
        }
    ),
    "german": HEALTHY,
    "other-language": HEALTHY,
    "unknown-word": Expect(
        {ONE: Seen(Outcome.PARTIAL, unreadable=("ozon.on_time", "feedback.average_rating"))}
    ),
    "one-company": Expect({ONE: WELL_SEEN}, listed=(ONE,)),
    "unlisted": Expect({"RU": WELL_SEEN}, listed=("RU",)),
    "same-names": Expect({ONE: WELL_SEEN, TWO: Seen(Outcome.NOT_REACHABLE, lacks=("*",))}, listed=(ONE, TWO)),
    "second-chosen": Expect({ONE: WELL_SEEN, TWO: WELL_SEEN}),
    "wrong-company": Expect({ONE: WELL_SEEN, TWO: Seen(Outcome.WRONG_PLACE, green=False, lacks=("*",))}),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": Expect(
        {ONE: Seen(Outcome.PARTIAL, reads={"ozon.on_time": Level.OK}, unreadable=("policy.list@*",))}
    ),
    "list-cut": Expect(
        {
            ONE: Seen(
                Outcome.PARTIAL,
                reads={"ozon.error_orders:10000001-0001-1-DELAY": Level.WARNING},
                unreadable=("policy.list@error-orders",),
            )
        }
    ),
    "widget-missing": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("ozon.on_time",))}),
    "widget-blank": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("orders.late_shipment_rate@fbs",))}),
    "doubled": Expect(
        {
            ONE: Seen(
                Outcome.PARTIAL,
                reads={
                    "ozon.fbs_error_index": Level.OK,
                    "policy.list@error-orders": Presence.NONE,
                    # The page shows the number, and nobody judges it.
                    "feedback.average_rating": (Presence.SHOWN, Decimal("4.7")),
                },
                unreadable=("ozon.on_time", "ozon.premium_penalty", "ozon.localization_index"),
                lacks=("orders.*", "account.badge@*"),
            )
        }
    ),
    "redesign": Expect({ONE: Seen(Outcome.PARTIAL, green=False)}),
    # That the page asks for the error index is inferred: a console that does not is read without.
    "old-layout": Expect(
        {ONE: Seen(reads=RED_READS, unreadable=(), lacks=("ozon.fbs_error_index", "policy.list@*"))}
    ),
    # Where a password is asked for...
    "with-password": Expect({ONE: WELL_SEEN}, passwords=1),
    "wrong-password": Expect(ended=Outcome.CREDENTIALS_REFUSED, passwords=1),
    "locked": Expect(ended=Outcome.LOCKED, passwords=1),
    "refused-in-other-words": Expect(ended=Outcome.ACTION_NEEDED, passwords=1),
    # ... a code is not, or the person's codes are refused...
    "otp-refused-always": Expect(ended=Outcome.CODE_NEEDED, passwords=0),
    "session-expired-midway": Expect({ONE: WELL_SEEN, TWO: Seen(Outcome.SESSION_EXPIRED)}, passwords=0),
    # ... without its answers the console says not even which cabinet it shows.
    "blocked-403": Expect(ended=Outcome.BLOCKED, passwords=0),
    "http-429": Expect(ended=Outcome.RATE_LIMITED, passwords=0),
    "http-500": Expect(ended=Outcome.SITE_DOWN, passwords=0),
    "never-loads": Expect(
        {"RU": Seen(Outcome.TIMEOUT, green=False, lacks=("*",))}, listed=("RU",), passwords=0, bounds=PATIENCE
    ),
    "answers-never-come": Expect(
        {"RU": Seen(Outcome.UNKNOWN_PAGE, green=False, lacks=("ozon.*", "feedback.*"))},
        listed=("RU",),
        passwords=0,
        bounds=PATIENCE,
    ),
    "answers-500": Expect(ended=Outcome.SITE_DOWN, passwords=0),
    "page-403": stopped(Outcome.BLOCKED),
    "page-404": stopped(Outcome.UNKNOWN_PAGE),
    "page-429": stopped(Outcome.RATE_LIMITED),
    "decoys": Expect({ONE: RED}),
    "guard-vectors": Expect({ONE: Seen(reads={"ozon.on_time": Level.CRITICAL})}),
}
# Chinese is spoken at the door of the sign-in already.
SIGN_INS = {*ABOUT_SIGNING_IN, "with-password", "other-language"}
ELSEWHERE = {**PLAYED_ELSEWHERE, "other-account": "the answers name cabinets, not the account"}
COVERS = {
    "on-time": ("ozon.on_time",),
    "reviews": ("feedback.average_rating",),
    "cancelled": ("orders.cancellation_rate@fbs",),
    "late": ("orders.late_shipment_rate@fbs",),
    "answered": ("service.response_rate",),
    "response-time": ("service.response_time",),
    "price": ("ozon.price_index@red",),
    "supply": ("ozon.supply.on_time_delivery",),
    "penalty": ("ozon.premium_penalty",),
    "premium": ("account.badge@premium",),
    "localization": ("ozon.localization_index",),
    "thresholds": (),
    "error-index": ("ozon.fbs_error_index",),
    "error-orders": ("policy.list@error-orders", "ozon.error_orders*"),
}
# Thresholds that contradict a status make it unreadable.
COUPLED = {"thresholds": ("orders.*", "service.*", "feedback.*", "ozon.*")}
# Which ratings and subscriptions a cabinet has is the console's affair.
OPTIONAL = (
    "orders.*",
    "ozon.fbs_error_index",
    "service.*",
    "ozon.price_index@red",
    "ozon.supply.*",
    "account.badge@premium",
)
# Given twice, they spoil the whole answer: the scenario `doubled` says what is left then.
SPOILING = ("penalty", "premium", "error-index")


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in SIGN_INS])
def test_every_scenario_comes_to_what_it_must(ozon: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(ozon, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in SIGN_INS])
def test_every_sign_in_comes_to_what_it_must(ozon: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(ozon, scenario, EXPECTED[scenario]) == []


def test_nobody_there_means_no_code_and_no_secret_sent(ozon: Driver) -> None:
    """In a run that nobody watches the sign-in stops where the code is asked for, and says what to do."""
    alone = replace(ozon, login=replace(ozon.login, attended=False))
    expect = Expect(ended=Outcome.CODE_NEEDED, passwords=0, detail="checker login")

    assert contract_problems(alone, "healthy", expect) == []


def test_the_cabinet_the_seller_had_chosen_is_chosen_again(ozon: Driver) -> None:
    """What a run looks at leaves no trace in what the seller sees next."""
    ozon.play("second-chosen")

    assert set(ozon.replica.state.selections.values()) <= {"700102", None}


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    assert not set(replicas()["ozon"].scenarios()) - set(EXPECTED) - set(ELSEWHERE)


@pytest.mark.parametrize("how", HOWS)
def test_no_broken_widget_is_ever_green(ozon: Driver, how: How) -> None:
    """Each widget deleted, renamed, blanked, doubled, contradicted: never ok for it, the others as before."""
    widgets = [widget for widget in COVERS if how != "double" or widget not in SPOILING]
    with mutants(ozon, "one-company", ONE, COVERS, COUPLED, OPTIONAL) as broken:
        assert [problem for group in apart(widgets) for problem in broken.problems(group, how)] == []
