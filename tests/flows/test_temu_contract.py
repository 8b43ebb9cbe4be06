"""The Temu flow against every scenario of its replica, and with each widget broken."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from checker.console import LiveConsole
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

ONE, TWO = "GLOBAL/634001", "GLOBAL/634002"
WELL: dict[str, Said | tuple[Said, ...]] = {
    "account.restrictions": (Level.OK, "0"),
    "policy.violations.total": (Level.UNKNOWN, 0),
    "policy.list@violations": Presence.NONE,
}
WELL_ONE = Seen(reads=WELL, unreadable=(), lacks=("policy.violations.other*",))
HEALTHY = Expect({ONE: WELL_ONE}, listed=(ONE, TWO), passwords=1)
ITEMS: dict[str, Said | tuple[Said, ...]] = {
    "policy.violations.other:7001-501": (Level.WARNING, "Knives may not be advertised in the EU"),
    "policy.violations.other:7001-502": Level.WARNING,
    "policy.violations.other:7003-504": (Level.WARNING, "Certificate is missing"),
    "policy.list@violations": 3,
}
RED = Seen(
    reads={"account.restrictions": (Level.CRITICAL, "1"), "policy.violations.total": 3, **ITEMS},
    unreadable=(),
    # What has ended.
    lacks=("*:7002-*",),
)
NO_ANSWERS = Expect({"GLOBAL": Seen(Outcome.PARTIAL, green=False, unreadable=("policy.list@violations",))})


def stopped(outcome: Outcome) -> Expect:
    """Return what a visit that stops at the violations must come to: nothing was read."""
    return Expect({ONE: Seen(outcome, green=False, lacks=("*",))}, passwords=1)


EXPECTED = {
    **common(HEALTHY, stopped),
    "healthy": Expect({ONE: WELL_ONE, TWO: WELL_ONE}, listed=(ONE, TWO), passwords=1),
    "red": Expect({ONE: RED}),
    "red-second-store": Expect({ONE: WELL_ONE, TWO: RED}),
    "over": Expect(
        {
            ONE: Seen(
                reads={"account.restrictions": Level.OK, "policy.list@violations": Presence.NONE},
                unreadable=(),
                lacks=("policy.violations.other*",),
            )
        }
    ),
    "not-over": Expect({ONE: Seen(reads={"policy.violations.other:7004-505": Level.WARNING}, unreadable=())}),
    "page-2-missing": Expect(
        {
            ONE: Seen(
                Outcome.PARTIAL,
                reads={"policy.violations.other:7001-501": Level.WARNING},
                unreadable=("policy.list@violations",),
            )
        }
    ),
    "unpunished": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("policy.list@violations",))}),
    "truths": Expect(
        {
            ONE: Seen(reads={"account.restrictions": (Level.CRITICAL, "true")}),
            TWO: Seen(reads={"account.restrictions": (Level.OK, "false")}),
        }
    ),
    "never-registered": Expect({TWO: WELL_ONE}),
    "value-zero": HEALTHY,
    "german": HEALTHY,
    "other-language": Expect({ONE: RED}),
    "unknown-word": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("account.restrictions",))}),
    "one-mall": Expect({ONE: WELL_ONE}, listed=(ONE,)),
    "wrong-mall": Expect({ONE: Seen(Outcome.WRONG_PLACE, green=False)}),
    "unauthorised": Expect(ended=Outcome.ACTION_NEEDED, detail="authorised"),
    "list-zero-marker": HEALTHY,
    "list-zero-no-marker": Expect(
        {
            ONE: Seen(
                Outcome.PARTIAL,
                reads={"account.restrictions": Level.OK},
                unreadable=("policy.list@violations",),
            )
        }
    ),
    "widget-missing": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("policy.list@violations",))}),
    "widget-blank": Expect({ONE: Seen(Outcome.PARTIAL, unreadable=("account.restrictions",))}),
    # Nothing of the violations is at their address.
    "redesign": Expect({ONE: Seen(Outcome.UNKNOWN_PAGE, green=False)}, bounds=PATIENCE),
    # Nothing names the malls: what was held against the one that is shown is told of the region.
    "old-layout": Expect(
        {"GLOBAL": Seen(reads=ITEMS, unreadable=(), lacks=("account.restrictions",), green=False)},
        listed=("GLOBAL",),
        bounds=PATIENCE,
    ),
    "session-expired-midway": Expect({ONE: WELL_ONE, TWO: Seen(Outcome.SESSION_EXPIRED)}, passwords=1),
    # Where the answers go with the page, nothing names the malls.
    "blocked-403": Expect({"GLOBAL": Seen(Outcome.BLOCKED, green=False, lacks=("*",))}, passwords=1),
    "http-500": Expect({"GLOBAL": Seen(Outcome.SITE_DOWN, green=False, lacks=("*",))}, passwords=1),
    "never-loads": Expect(
        {"GLOBAL": Seen(Outcome.TIMEOUT, green=False, lacks=("*",))}, passwords=1, bounds=PATIENCE
    ),
    "http-429": Expect(ended=Outcome.RATE_LIMITED, passwords=1),
    "answers-500": NO_ANSWERS,
    # An empty list that no answer came for is nothing of the violations: too little to call it their page.
    "answers-never-come": Expect({"GLOBAL": Seen(Outcome.UNKNOWN_PAGE, green=False)}, bounds=PATIENCE),
    "decoys": Expect({ONE: RED}),
    "guard-vectors": Expect({ONE: Seen(reads=ITEMS)}),
}
ELSEWHERE = {**PLAYED_ELSEWHERE, "other-account": "the answers name malls, not the account"}
WIDGETS = {
    "limit": ("account.restrictions",),
    "count": ("policy.violations.total",),
    "violation-list": ("policy.list@violations", "policy.violations.other*"),
}
# Given twice, one spoils the whole answer they stand in.
COUPLED = {
    "limit": ("policy.violations.total",),
    "count": ("account.restrictions",),
}
# The page need not ask for the summary.
OPTIONAL = ("account.restrictions", "policy.violations.total")


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name not in ABOUT_SIGNING_IN])
def test_every_scenario_comes_to_what_it_must(temu: Driver, profile: Profile, scenario: str) -> None:
    """The outcome, what was read, what was sent and what was written are all as the contract wants them."""
    assert contract_problems(temu, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [name for name in EXPECTED if name in ABOUT_SIGNING_IN])
def test_every_sign_in_comes_to_what_it_must(temu: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(temu, scenario, EXPECTED[scenario]) == []


def test_a_regions_own_console_is_read_under_its_name(temu: Driver) -> None:
    """With `home` the visit begins on that region's host: without a mall of that region the region alone."""
    europe = replace(temu, console=partial(LiveConsole, home=temu.flow().toml.host_of("EU")))
    story = europe.play("healthy", set())

    assert {site.code for site in story.sites} == {"EU"}


def test_what_another_mall_shows_is_not_told_of_this_one(temu: Driver) -> None:
    """The console opens the first mall's page and is switched: of that page nothing is kept."""
    story = temu.play("red", {TWO})

    noted = [r for r in story.readings(TWO).values() if r.key.metric == "coverage.not_understood"]
    assert "Kitchen knife" not in str([reading.details for reading in noted])


def test_every_scenario_of_the_replica_is_expected_or_named_here() -> None:
    """A scenario added to the replica must be added here, or say why it is not."""
    assert not set(replicas()["temu"].scenarios()) - set(EXPECTED) - set(ELSEWHERE)


@pytest.mark.parametrize("how", HOWS)
def test_nothing_broken_of_a_healthy_mall_is_ever_green(temu: Driver, how: How) -> None:
    """Each widget deleted, renamed, blanked, contradicted, doubled: never ok for it, the others as before."""
    # A list of nothing has nothing in it to contradict or to double.
    widgets = [w for w in WIDGETS if w != "violation-list" or how not in ("contradict", "double")]
    coupled = COUPLED if how == "double" else {}
    with mutants(temu, "one-mall", ONE, WIDGETS, coupled, OPTIONAL) as broken:
        assert [problem for group in apart(widgets) for problem in broken.problems(group, how)] == []


@pytest.mark.parametrize("how", HOWS)
def test_no_broken_list_is_ever_green(temu: Driver, how: How) -> None:
    """The list of a punished mall broken in every way: nothing of it turns ok, the rest stays as it was."""
    with mutants(temu, "red", ONE, {"violation-list": WIDGETS["violation-list"]}) as broken:
        assert broken.problems("violation-list", how) == []
