"""The Mercado Libre flow against every scenario of its replica, and with each widget broken."""

from __future__ import annotations

from datetime import UTC, datetime
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

BR, MX, MX_FULL, CL = "BR", "MX/remote", "MX/fulfillment", "CL/remote"
WELL: dict[str, Said | tuple[Said, ...]] = {
    "account.level": (Level.OK, "5_green"),
    "account.level@protected": (Level.OK, "not protected"),
    "account.badge": (Level.OK, "platinum"),
    "account.status": (Level.OK, "active"),
    "orders.claim_rate": (Level.OK, Decimal("0.005")),
    "mercado_libre.mediation_rate": (Level.OK, Decimal("0.002")),
    "orders.cancellation_rate": (Level.OK, Decimal("0.001")),
    "orders.late_shipment_rate": (Level.OK, Decimal("0.0345")),
    "orders.total": 1204,
    "orders.total@historic": 18233,
    "policy.list@infractions": Presence.NONE,
}
WELL_ONE = Seen(reads=WELL, unreadable=(), registration=Registration.ACTIVE)
HEALTHY = Expect({BR: WELL_ONE}, listed=(BR,), passwords=1)
RED_READS: dict[str, Said | tuple[Said, ...]] = {
    "account.level": (Level.CRITICAL, "1_red"),
    "account.status": (Level.DEACTIVATED, "deactive"),
    "account.badge": Presence.NONE,
    "orders.claim_rate": (Level.WARNING, Decimal("0.091")),
    "orders.claim_rate@real": (Level.WARNING, Decimal("0.12")),
    "mercado_libre.mediation_rate": (Level.WARNING, Decimal("0.03")),
    "orders.cancellation_rate": Level.OK,
    "orders.late_shipment_rate": (Level.WARNING, Decimal("0.25")),
    "policy.violations.listing:MOD-1": (Level.WARNING, "Your listing breaks the brand policy."),
    "policy.violations.listing:MOD-2": Level.WARNING,
    "policy.list@infractions": 2,
}
RED = Seen(reads=RED_READS, unreadable=())
# What no page says is unreadable, never ok.
ONLY_ANSWERED = ("account.level@protected", "account.status", "orders.total", "policy.list@infractions")
BY_PAGE = Seen(
    Outcome.PARTIAL,
    reads={
        "account.level": (Level.OK, "5_green"),
        "account.badge": (Level.OK, "platinum"),
        "orders.claim_rate": (Level.OK, Decimal("0.005")),
        "mercado_libre.mediation_rate": (Level.OK, Decimal("0.002")),
        "orders.cancellation_rate": (Level.OK, Decimal("0.001")),
        "orders.late_shipment_rate": (Level.OK, Decimal("0.0345")),
    },
    unreadable=ONLY_ANSWERED,
)
ELSEWHERE_IN_THE_WORLD = dict.fromkeys(("BR", "AR", "CO", "UY", "PE", "EC"), Registration.NOT_REGISTERED)


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that stops at the reputation page must come to."""
    return Expect({BR: Seen(outcome, lacks=("*",))}, passwords=1)


EXPECTED = {
    **common(HEALTHY, stopped, one_form=False),
    "healthy": HEALTHY,
    "red": Expect({BR: RED}),
    "protected": Expect(
        {
            BR: Seen(
                reads={
                    "account.level": (Level.OK, "5_green"),
                    "account.level@protected": (Level.CRITICAL, "red"),
                    "orders.claim_rate": (Level.OK, 0),
                    "orders.claim_rate@real": (Level.WARNING, Decimal("0.0912")),
                },
                unreadable=(),
            )
        }
    ),
    "orange": Expect({BR: Seen(reads={"account.level": (Level.CRITICAL, "2_orange")}, unreadable=())}),
    "yellow": Expect(
        {
            BR: Seen(
                reads={
                    "account.level": (Level.WARNING, "3_yellow"),
                    "orders.late_shipment_rate": (Level.WARNING, Decimal("0.11")),
                },
                unreadable=(),
            )
        }
    ),
    "no-selling": Expect({BR: Seen(reads={"account.status": Level.CRITICAL}, unreadable=())}),
    "no-medal": Expect({BR: Seen(reads={"account.badge": Presence.NONE}, unreadable=())}),
    "mexico": Expect(
        {
            "MX": Seen(
                reads={**WELL, "mercado_libre.incorrect_shipment_rate": (Level.OK, Decimal("0.012"))},
                unreadable=(),
            )
        },
        listed=("MX",),
    ),
    "argentina": Expect({"AR": Seen(reads=WELL, unreadable=())}, listed=("AR",)),
    # A country that is in no table of ours is a site all the same; what its codes say is read.
    "venezuela": Expect({"MLV": Seen(reads={"account.level": (Level.OK, "5_green")})}, listed=("MLV",)),
    "action-required": Expect({BR: Seen(reads={"account.status": Level.CRITICAL}, unreadable=())}),
    "cross-border": Expect(
        {shop: Seen(reads=WELL, unreadable=()) for shop in (MX, MX_FULL, CL)},
        listed=(MX, MX_FULL, CL, *ELSEWHERE_IN_THE_WORLD),
        registered=ELSEWHERE_IN_THE_WORLD,
        passwords=1,
    ),
    "red-second-store": Expect({MX: Seen(reads=WELL, unreadable=()), MX_FULL: RED}),
    "never-registered": Expect(
        {
            MX: WELL_ONE,
            "CL": Seen(
                reads={"account.level": Presence.NOT_REGISTERED},
                green=False,
                registration=Registration.NOT_REGISTERED,
            ),
        }
    ),
    # The list says colour and variables of each shop; what the page of another shop says counts nowhere.
    "wrong-shop": Expect(
        {
            MX: Seen(
                Outcome.PARTIAL,
                reads={"account.level": (Level.OK, "5_green"), "orders.claim_rate": Level.OK},
                unreadable=("account.status", "mercado_libre.mediation_rate", "policy.list@infractions"),
            )
        }
    ),
    "cross-border-expired-midway": Expect(
        {MX: Seen(reads=WELL), MX_FULL: Seen(Outcome.SESSION_EXPIRED)}, passwords=1
    ),
    "not-rated": Expect(
        {
            BR: Seen(
                reads={
                    "account.level": Presence.NOT_RATED,
                    "account.level@protected": Presence.NOT_RATED,
                    "account.status": Level.OK,
                    "orders.*_rate": Presence.NOT_RATED,
                    "mercado_libre.mediation_rate": Presence.NOT_RATED,
                },
                unreadable=(),
            )
        }
    ),
    "value-zero": Expect(
        {
            BR: Seen(
                reads={
                    "orders.claim_rate": (Level.OK, 0),
                    "mercado_libre.mediation_rate": (Level.OK, 0),
                    "orders.cancellation_rate": (Level.OK, 0),
                },
                unreadable=(),
            )
        }
    ),
    "contradiction": Expect(
        {
            BR: Seen(
                # Disputed: each contradicts the other.
                reads={"account.level": (Level.CRITICAL, "1_red"), "orders.claim_rate": Level.WARNING},
                unreadable=(),
            )
        }
    ),
    "german": HEALTHY,
    # The answers say it in codes; what only the page has stands under labels nobody knows.
    "other-language": Expect({BR: Seen(Outcome.PARTIAL, unreadable=("mercado_libre.mediation_rate",))}),
    "unknown-word": Expect(
        {BR: Seen(Outcome.PARTIAL, unreadable=("account.level", "account.level@protected", "account.status"))}
    ),
    "infractions": Expect(
        {
            BR: Seen(
                reads={
                    "account.level": Level.OK,
                    "policy.violations.listing:MOD-9": (Level.WARNING, "Forbidden item"),
                    "policy.list@infractions": 1,
                },
                unreadable=(),
            )
        }
    ),
    # What was read is told, and the list proves nothing gone.
    "list-cut": Expect(
        {
            BR: Seen(
                Outcome.PARTIAL,
                reads={"policy.violations.listing:MOD-9": Level.WARNING},
                unreadable=("policy.list@infractions",),
            )
        }
    ),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": Expect({BR: Seen(Outcome.PARTIAL, unreadable=("policy.list@infractions",))}),
    "widget-missing": Expect(
        {BR: Seen(Outcome.PARTIAL, unreadable=("orders.claim_rate",), lacks=("orders.claim_rate@real",))}
    ),
    "widget-blank": Expect(
        # One place says that there is no level yet, the other that it is green: that is no green.
        {
            BR: Seen(
                reads={
                    "account.level": Presence.NOT_RATED,
                    "account.level@protected": Presence.NOT_RATED,
                }
            )
        }
    ),
    # Neither of its addresses has anything of it.
    "redesign": Expect({BR: Seen(Outcome.UNKNOWN_PAGE, green=False)}, bounds=PATIENCE),
    "old-layout": Expect({BR: BY_PAGE}, listed=(BR,), bounds=PATIENCE),
    "old-layout-red": Expect(
        {
            BR: Seen(
                Outcome.PARTIAL,
                reads={
                    "account.level": (Level.CRITICAL, "1_red"),
                    "orders.claim_rate": Level.WARNING,
                    "orders.late_shipment_rate": Level.WARNING,
                },
                unreadable=ONLY_ANSWERED,
            )
        },
        bounds=PATIENCE,
    ),
    # What goes wrong...
    # One page is read, and the session ends after it; see cross-border-expired-midway.
    "session-expired-midway": HEALTHY,
    # The first call of the first page says so already.
    "http-429": Expect(ended=Outcome.RATE_LIMITED, passwords=1),
    "answers-never-come": Expect({BR: BY_PAGE}, listed=(BR,), bounds=PATIENCE),
    "answers-500": Expect(
        {
            BR: Seen(
                Outcome.PARTIAL,
                # What the page has is still read.
                reads={
                    "account.level": (Level.OK, "5_green"),
                    "mercado_libre.mediation_rate": (Level.OK, Decimal("0.002")),
                },
                unreadable=(
                    "account.level@protected",
                    "account.status",
                    "orders.total",
                    "policy.list@infractions",
                ),
            )
        },
        listed=(BR,),
    ),
    # ... and what gets in the way.
    "decoys": Expect({BR: RED}),
    "guard-vectors": Expect({BR: RED}),
}
ELSEWHERE = {
    "session-short": "moves the clock",
    "frozen": "needs a worker that can be killed",
    "flood": "as on every console: the snapshot's own bound",
    "other-account": "the pages name the account in no way that is known",
}
COVERS = {
    "level": ("account.level",),
    "badge": ("account.badge",),
    "claims": ("orders.claim_rate",),
    "mediations": ("mercado_libre.mediation_rate",),
    "cancellations": ("orders.cancellation_rate",),
    "delayed_handling_time": ("orders.late_shipment_rate",),
    "status": ("account.status",),
    "infractions": ("policy.list@infractions",),
}
ON_THE_PAGE_ALONE = {"mediations"}
# Of an answer that gives one key twice nothing is believed: what only it says is unreadable then.
ANSWERED = ("account.*", "orders.*")


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in ABOUT_SIGNING_IN])
def test_every_scenario_comes_to_what_it_must(mercado_libre: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(mercado_libre, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in ABOUT_SIGNING_IN])
def test_every_sign_in_comes_to_what_it_must(mercado_libre: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(mercado_libre, scenario, EXPECTED[scenario]) == []


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    assert not set(replicas()["mercado_libre"].scenarios()) - set(EXPECTED) - set(ELSEWHERE)


@pytest.mark.parametrize("how", HOWS)
def test_no_broken_widget_is_ever_green(mercado_libre: Driver, how: How) -> None:
    """Each widget deleted, renamed, blanked, doubled, contradicted: never ok for it, the others as before."""
    # Whether there is a medal is the seller's affair: not to have one is no trouble.
    # That nothing is hidden is said beside a level that can be read, a red one too.
    own = COVERS | ({} if how == "contradict" else {"level": ("account.level", "account.level@protected")})
    # What spoils its whole answer is doubled alone; one medal for another is no less well.
    alone = [*COVERS] if how == "double" else ["badge"]
    groups = [*apart([widget for widget in COVERS if widget not in alone], 4), *((one,) for one in alone)]
    with mutants(mercado_libre, "healthy", BR, own, optional=("account.badge",)) as broken:
        problems = [
            problem
            for group in groups
            for problem in broken.problems(
                group,
                how,
                hidden=(group, how) != (("badge",), "contradict"),
                coupled=ANSWERED if how == "double" and ON_THE_PAGE_ALONE.isdisjoint(group) else (),
            )
        ]

    assert problems == []


@pytest.mark.parametrize("how", HOWS)
def test_a_broken_real_level_is_never_no_protection(mercado_libre: Driver, how: How) -> None:
    """A protected seller's red, deleted, renamed, blanked, doubled or contradicted, is not green for it."""
    covers = {"real-level": ("account.level@protected",)}
    # What a rate would be without what was left out comes with the answer, or not at all.
    with mutants(mercado_libre, "protected", BR, covers, optional=("orders.*@real",)) as broken:
        coupled = ANSWERED if how == "double" else ()

        assert broken.problems("real-level", how, coupled=coupled) == []


def test_the_end_of_a_protection_is_its_deadline(mercado_libre: Driver) -> None:
    """The day the protection ends is when the red becomes everybody's to see."""
    reading = mercado_libre.play("protected").reading(BR, "account.level@protected")

    assert reading.deadline == datetime(2026, 12, 27, 4, tzinfo=UTC)


def test_every_country_is_opened_on_its_own_host(mercado_libre: Driver) -> None:
    """A stand-in console is told which country's host was meant."""
    story = mercado_libre.play("cross-border", {MX, CL})

    asked = {r.headers.get("x-forwarded-host") for r in story.requests if r.path == "/reputacion"}
    assert asked == {"www.mercadolibre.com.mx", "www.mercadolibre.cl"}
