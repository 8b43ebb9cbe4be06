"""What ends a visit when another page stands where the console's should be."""

from __future__ import annotations

import pytest

from checker.console.states import stop_for
from checker.flow.site_toml import State
from checker.model import Outcome


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ({"act": "arrived"}, None),
        ({"act": "user"}, Outcome.SESSION_EXPIRED),
        ({"act": "credentials"}, Outcome.SESSION_EXPIRED),
        # The console knows who we are and wants a secret again: a person must act.
        ({"act": "password"}, Outcome.STEP_UP),
        ({"act": "code"}, Outcome.STEP_UP),
        # A step of the sign-in that is pressed away: the next run does.
        ({"act": "press", "press": ["#later"]}, Outcome.SESSION_EXPIRED),
        ({"act": "stop", "outcome": "captcha"}, Outcome.CAPTCHA),
    ],
)
def test_each_state_ends_a_visit_by_its_own_name(state: dict[str, object], outcome: Outcome | None) -> None:
    """Only the page itself ends nothing; every other state says what stood there."""
    stop = stop_for(State.model_validate({"name": "seen", "markers": ["#it"], **state}), "health")

    assert (None if stop is None else stop.outcome) == outcome
    assert stop is None or stop.detail
