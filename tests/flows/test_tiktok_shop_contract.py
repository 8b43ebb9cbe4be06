"""The TikTok Shop flow against every scenario of its replica, and with each widget broken."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import cast

import pytest

from checker.console import LiveConsole
from checker.errors import Stop
from checker.flow import Console, Document, Page
from checker.model import Level, Outcome, Presence, Reading, Registration
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
    name_of,
)
from checker.testing.expect import Said
from fixtures.common import replicas
from flows.tiktok_shop import TiktokShopFlow

US, MY = "US", "MY"
RATE = "orders.late_shipment_rate"
RECORD = "policy.violations.other:"
LIST = "policy.list@records"
# The console has no word for an account that is well: `account.status` is there where something speaks of it.
WELL: dict[str, Said | tuple[Said, ...]] = {
    "account.health_rating": (Level.OK, 480),
    "account.penalty_points": (Level.OK, 2, "Low risk"),
    "account.restrictions": (Level.OK, "false"),
    "tiktok_shop.violations.order_fulfillment": 2,
    RATE: (Level.OK, Decimal("0.021")),
    "orders.cancellation_rate": Decimal("0.004"),
    "feedback.negative_rate": Decimal("0.002"),
    "service.response_rate@12h": Decimal("0.94"),
    "tiktok_shop.after_sales_handling_time": 7,
    LIST: Presence.NONE,
}
WELL_US = Seen(reads=WELL, unreadable=(), lacks=("account.status",), registration=Registration.ACTIVE)
WELL_MY = Seen(
    reads={
        "account.penalty_points": (Level.OK, 0),
        "orders.fast_dispatch_rate": Decimal("0.96"),
    },
    unreadable=(),
    lacks=("account.health_rating", "account.status", RATE),
)
ALL = (US, "UK", MY, "VN", "TH", "SG", "PH", "ID", "BR", "MX")
NOT_OURS = Seen(
    reads={"account.status": Presence.NOT_REGISTERED},
    green=False,
    registration=Registration.NOT_REGISTERED,
)
HEALTHY = Expect({US: WELL_US}, listed=(US, MY), passwords=1)
RED = Seen(
    reads={
        "account.status": (Level.DEACTIVATED, "0"),
        "account.health_rating": (Level.DEACTIVATED, 0),
        "account.penalty_points": (Level.CRITICAL, 30, "High risk"),
        "account.restrictions": (Level.CRITICAL, "true"),
        RATE: (Level.WARNING, Decimal("0.115")),
        f"{RECORD}7300001": (Level.CRITICAL, "Not appealed"),
        f"{RECORD}7300002": (Level.CRITICAL, "Appealing"),
        LIST: 2,
    },
    unreadable=(),
)
NO_ANSWERS = ("account.penalty_points", "account.restrictions")


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that stops at the health page must come to: nothing was read."""
    return Expect({US: Seen(outcome, lacks=("*",))}, passwords=1)


EXPECTED = {
    **common(HEALTHY, stopped),
    "healthy": Expect({US: WELL_US, MY: WELL_MY}, listed=(US, MY), passwords=1),
    "red": Expect({US: RED}),
    "red-second-store": Expect({US: WELL_US, MY: RED}),
    "low-rating": Expect(
        {
            US: Seen(
                reads={
                    # At 150 the platform blocks new listings.
                    "account.health_rating": (Level.CRITICAL, 120),
                    # Two risk bands meet at 24, and nothing says which of them it is in: both speak.
                    "account.penalty_points": (Level.CRITICAL, 24, "High risk"),
                    "account.restrictions": Level.CRITICAL,
                },
                disputed=("account.penalty_points",),
                lacks=("account.status",),
                unreadable=(),
            )
        }
    ),
    "violations": Expect(
        {
            US: Seen(
                reads={f"{RECORD}73000{n}": Level.CRITICAL for n in (11, 12, 14, 15)} | {LIST: 4},
                lacks=(f"{RECORD}7300013",),
                unreadable=(),
            )
        }
    ),
    "unproven-unit": Expect({US: Seen(Outcome.PARTIAL, unreadable=("service.response_rate@12h",))}),
    "united-kingdom": Expect({"UK": WELL_US}, listed=("UK",)),
    "never-registered": Expect(
        {
            MY: Seen(
                reads={"account.status": Presence.NOT_REGISTERED},
                green=False,
                registration=Registration.NOT_REGISTERED,
            )
        },
        registered={US: Registration.ACTIVE, MY: Registration.NOT_REGISTERED},
    ),
    "value-zero": Expect(
        {US: Seen(reads={"account.penalty_points": (Level.OK, 0), RATE: (Level.OK, 0)}, unreadable=())}
    ),
    # 2.1 % is within the limit, 9 % is not: both are told.
    "contradiction": Expect({US: Seen(reads={RATE: Level.WARNING}, disputed=(RATE,), unreadable=())}),
    "german": HEALTHY,
    "other-language": Expect(
        {
            US: Seen(
                Outcome.PARTIAL,
                reads={RATE: Level.OK, LIST: 1},
                unreadable=(f"{RECORD}7300021",),
            )
        }
    ),
    "unknown-word": Expect({US: Seen(Outcome.PARTIAL, unreadable=("account.penalty_points",))}),
    "wrong-market": Expect({US: Seen(Outcome.WRONG_PLACE, green=False)}),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": Expect({US: Seen(Outcome.PARTIAL, unreadable=(LIST,))}),
    "widget-missing": Expect({US: Seen(Outcome.PARTIAL, unreadable=(RATE,))}),
    "widget-blank": Expect({US: Seen(Outcome.PARTIAL, unreadable=("account.health_rating",))}),
    "redesign": replace(stopped(Outcome.UNKNOWN_PAGE), bounds=PATIENCE, passwords=None),
    # A console that lists no markets is asked for each; one that shows another instead is none of this login.
    "old-layout": Expect({US: WELL_US, MY: WELL_MY, "BR": NOT_OURS}, listed=ALL, bounds=PATIENCE),
    # What goes wrong...
    "session-expired-midway": Expect({US: WELL_US, MY: Seen(Outcome.SESSION_EXPIRED)}, passwords=1),
    # The first call of the first page says so already.
    "http-429": Expect(ended=Outcome.RATE_LIMITED, passwords=1),
    # What the document alone says: the rating, the indicators it prints, the records.
    "answers-never-come": Expect(
        {
            US: Seen(
                Outcome.PARTIAL,
                reads={"account.health_rating": (Level.OK, 480), RATE: (Level.OK, Decimal("0.021"))},
                unreadable=NO_ANSWERS,
            )
        },
        bounds=PATIENCE,
    ),
    "answers-500": Expect(
        {US: Seen(Outcome.PARTIAL, reads={"account.health_rating": 480}, unreadable=NO_ANSWERS)}
    ),
    # ... and what gets in the way.
    "decoys": Expect({US: RED}),
    "guard-vectors": Expect({US: Seen(reads={"account.status": Level.DEACTIVATED})}),
}
ELSEWHERE = {
    "session-short": "moves the clock",
    "frozen": "needs a worker that can be killed",
    "flood": "as on every console: the snapshot's own bound",
    "other-account": "the pages name shops, not the account",
}
COVERS = {
    "rating": ("account.health_rating",),
    "violation-score": ("account.penalty_points",),
    "violation-bands": ("account.penalty_points",),
    "limit": ("account.restrictions",),
    "late": (RATE,),
    "cancel": ("orders.cancellation_rate",),
    "review": ("feedback.negative_rate",),
    "reply": ("service.response_rate@12h",),
    "violation-table": (LIST, f"{RECORD}*"),
}
# The points of the groups stand in the answer that has the score.
COUPLED = {
    "violation-score": ("tiktok_shop.violations.*",),
    "violation-bands": ("tiktok_shop.violations.*",),
}


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in ABOUT_SIGNING_IN])
def test_every_scenario_comes_to_what_it_must(tiktok_shop: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(tiktok_shop, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in ABOUT_SIGNING_IN])
def test_every_sign_in_comes_to_what_it_must(tiktok_shop: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(tiktok_shop, scenario, EXPECTED[scenario]) == []


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    assert not set(replicas()["tiktok_shop"].scenarios()) - set(EXPECTED) - set(ELSEWHERE)


@pytest.mark.parametrize("how", HOWS)
def test_no_broken_widget_is_ever_green(tiktok_shop: Driver, how: How) -> None:
    """Each widget deleted, renamed, blanked, doubled, contradicted: never ok for it, the others as before."""
    with mutants(tiktok_shop, "violations", US, COVERS, COUPLED) as broken:
        assert [problem for group in apart(COVERS) for problem in broken.problems(group, how)] == []


def test_a_home_begins_on_the_countrys_own_host(tiktok_shop: Driver) -> None:
    """There the console knows that country alone; its calls carry the host that was meant."""
    at_home = replace(tiktok_shop, console=partial(LiveConsole, home="seller-my.tiktok.com"))

    assert contract_problems(at_home, "healthy", Expect({MY: WELL_MY}, listed=(MY,))) == []


def test_a_record_that_can_be_appealed_carries_its_deadline(tiktok_shop: Driver) -> None:
    """The time beside any other state may be of an appeal already made: it is kept, and no deadline."""
    story = tiktok_shop.play("violations", {US})
    found: dict[str, Reading] = {name.rpartition(":")[2]: r for name, r in story.readings(US).items()}
    appealable, pending = found["7300011"], found["7300012"]

    assert name_of(appealable.key).startswith(RECORD)
    assert appealable.deadline is not None
    assert appealable.reason == "Orders were handed over too late"
    assert set(dict(appealable.details)) == {"name", "reason", "date", "status", "appeal_time"}
    assert pending.deadline is None
    assert dict(pending.details)["appeal_time"].startswith("Appeal by")


@pytest.mark.parametrize(("listed", "is_believed"), [(True, True), (False, False)])
def test_a_call_that_repeats_the_question_proves_no_market_that_is_only_tried(
    listed: bool, is_believed: bool
) -> None:
    """One that the console lists itself may be believed by it; no browser is needed to see that."""

    class Asked:
        """A console one of whose calls repeats what it was asked."""

        def documents(self, name: str) -> list[Document]:
            """Return that call's answer."""
            query = {"shop_region": "MY"}
            return [Document(name, {"score": 4}, (), "/x", query, 200, "/x")] if name == "overview" else []

    flow = TiktokShopFlow()
    flow._several, flow._listed = True, frozenset({"MY"} if listed else ())
    (site,) = [row.site() for row in flow.toml.sites if row.native_id == "MY"]
    page = Page("health", "/", 200, "<body><h1>Account health</h1></body>")

    if is_believed:
        assert not flow._never_opened(cast("Console", Asked()), page, site)
    else:
        with pytest.raises(Stop, match="nothing on the page says"):
            flow._never_opened(cast("Console", Asked()), page, site)
