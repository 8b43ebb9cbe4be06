"""The Amazon flow in every scenario of its replica."""

from __future__ import annotations

import pytest

from checker.testing import Driver, Profile, contract_problems
from fixtures.amazon.replica import SPEC
from tests.flows.amazon_expected import EXPECTED, FAULTS, FURNITURE, HEALTH, PAGES, SIGN_IN

# Those that stall need a worker of their own (tests/faults); one refuses the sign-in itself
# (test_signin_states); one is what a mended flow reads again (test_replay), one is told of (test_page_signs).
_ELSEWHERE = (
    "frozen",
    "stalls",
    "sign-in-stalls",
    "too-many-requests-everywhere",
    "redesign-red",
    "incident-notice",
)


def test_no_scenario_is_left_out() -> None:
    """Every scenario of the replica has its expectation, but for those that are played elsewhere."""
    assert set(SPEC.scenarios()) == {*EXPECTED, *_ELSEWHERE}


@pytest.mark.parametrize("scenario", [*FURNITURE, *HEALTH, *PAGES])
def test_scenario(amazon: Driver, profile: Profile, scenario: str) -> None:
    """What is expected comes, what must not be said is not, and no rule of the contract is broken."""
    assert contract_problems(amazon, scenario, EXPECTED[scenario], profile) == []


@pytest.mark.parametrize("scenario", [*SIGN_IN, *FAULTS])
def test_sign_in(amazon: Driver, scenario: str) -> None:
    """Nobody has signed in yet, or the session ends: one password at most, and never past a person."""
    assert contract_problems(amazon, scenario, EXPECTED[scenario]) == []
