"""The one contract every flow fulfils, ours and a stranger's, against a replica of its console.

    replica    what a replica must offer: a Protocol, for this package imports none
    login      the replica's account as a seller's credentials
    driving    a flow driven through sign-in, sites and visits in one shared browser
    rules      what holds for every flow in every scenario
    expect     what a scenario must come to, as a table
    expected   that table for the scenarios every replica of the kit has
    dialects   what comes of the same console built otherwise, counted against what is true
    coverage   which states, chains and words of a site.toml the scenarios exercise, and which none does
    mutation   each widget broken on purpose: never ok for it, the others still read

    with contract_browser() as browser:
        driver = Driver(browser, ShopFlow, replica, Login("me", "secret"), tmp_path)
        healthy = Expect({"MY": Seen(reads={"account.status": Level.OK})})
        assert contract_problems(driver, "healthy", healthy) == []

What is wrong is returned in words and never raised, so that any test runner can be used.
"""

from checker.testing.coverage import Coverage, Gap, cover
from checker.testing.driving import (
    CONTRACT_BOUNDS,
    Driver,
    LeftOpen,
    Profile,
    Session,
    contract_browser,
    found_browser,
)
from checker.testing.expect import Expect, Said, Seen, contract_problems, unmet
from checker.testing.expected import ABOUT_SIGNING_IN, OF_THE_KIT, PATIENCE, PLAYED_ELSEWHERE, common, refused
from checker.testing.login import Login
from checker.testing.mutation import Mutants, apart, mutants
from checker.testing.replica import HOWS, How, ReplicaHandle, ReplicaOffer, RequestSeen, Where
from checker.testing.rules import broken_rules, secrets_in
from checker.testing.story import Story, name_of, place_of

__all__ = [
    "ABOUT_SIGNING_IN",
    "CONTRACT_BOUNDS",
    "HOWS",
    "OF_THE_KIT",
    "PATIENCE",
    "PLAYED_ELSEWHERE",
    "Coverage",
    "Driver",
    "Expect",
    "Gap",
    "How",
    "LeftOpen",
    "Login",
    "Mutants",
    "Profile",
    "ReplicaHandle",
    "ReplicaOffer",
    "RequestSeen",
    "Said",
    "Seen",
    "Session",
    "Story",
    "Where",
    "apart",
    "broken_rules",
    "common",
    "contract_browser",
    "contract_problems",
    "cover",
    "found_browser",
    "mutants",
    "name_of",
    "place_of",
    "refused",
    "secrets_in",
    "unmet",
]
