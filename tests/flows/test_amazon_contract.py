"""The Amazon flow in every scenario of its replica."""

from __future__ import annotations

import pytest

from checker.testing import Driver, Profile, contract_problems
from fixtures.amazon.replica import SPEC
from tests.flows.amazon_expected import EXPECTED, FAULTS, FURNITURE, HEALTH, PAGES

# Signing in is played by test_signin_states; what stalls needs a worker of its own (tests/faults); one is
# what a mended flow reads again (test_replay), one is told of (test_page_signs).
_ELSEWHERE = (
    "frozen",
    "stalls",
    "sign-in-stalls",
    "redesign-red",
    "incident-notice",
)


def test_no_scenario_is_left_out() -> None:
    """Every scenario of the replica has its expectation, but for those that are played elsewhere."""
    assert set(SPEC.scenarios()) == {*EXPECTED, *_ELSEWHERE}


@pytest.mark.parametrize("scenario", [*FAULTS, *FURNITURE, *HEALTH, *PAGES])
def test_scenario(amazon: Driver, profile: Profile, scenario: str) -> None:
    """What is expected comes, what must not be said is not, and no rule of the contract is broken."""
    assert contract_problems(amazon, scenario, EXPECTED[scenario], profile) == []
