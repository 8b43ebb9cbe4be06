"""Every state of the sign-in (facts 1.2) ends in its own outcome, with who must act, and harms nobody."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from checker.errors import Stop
from checker.model import FACTS, Actor, Outcome
from checker.testing import Driver, contract_problems
from fixtures.amazon.accounts import PERSON_CODE
from fixtures.common import Replica
from tests.flows.amazon_expected import EXPECTED, SIGN_IN

# How many codes each sends (what it comes to besides stands in amazon_expected and is held by the contract).
CODES = {
    **dict.fromkeys(("no-otp", "enrol-2sv"), 0),
    **dict.fromkeys(
        ("otp", "unified", "unified-passkey-offer", "invisible-captcha", "add-phone", "add-phone-newer"), 1
    ),
    **dict.fromkeys(("passkey-nudge", "passkey-nudge-newer", "terms"), 1),
    **dict.fromkeys(("otp-refused-once", "otp-refused-always"), 2),
    **dict.fromkeys(("otp-by-sms", "otp-choose-device", "cvf-code", "approval"), 0),
    **dict.fromkeys(("captcha", "captcha-old", "captcha-widget", "waf"), 0),
    **dict.fromkeys(
        ("wrong-password", "wrong-password-unified", "unknown-email", "unknown-email-classic"), 0
    ),
    **dict.fromkeys(("locked", "password-expired", "password-reverification", "switch-accounts"), 0),
    **dict.fromkeys(("form-elsewhere", "form-insecure"), 0),
    **dict.fromkeys(("http-503-everywhere", "maintenance", "too-many-requests-everywhere"), 0),
}
# Who must act when a sign-in ends so.
ACTORS = {
    Outcome.CODE_REFUSED: Actor.OPERATOR,
    Outcome.CREDENTIALS_REFUSED: Actor.OPERATOR,
    Outcome.UNKNOWN_USER: Actor.OPERATOR,
    Outcome.UNSAFE_PAGE: Actor.OPERATOR,
    Outcome.CODE_NEEDED: Actor.SELLER,
    Outcome.APPROVAL_NEEDED: Actor.SELLER,
    Outcome.CAPTCHA: Actor.SELLER,
    Outcome.LOCKED: Actor.SELLER,
    Outcome.PASSWORD_EXPIRED: Actor.SELLER,
    Outcome.ACTION_NEEDED: Actor.SELLER,
    Outcome.SITE_DOWN: Actor.PLATFORM,
    Outcome.RATE_LIMITED: Actor.PLATFORM,
}


class AtTerminal:
    """A person who types what was sent to the phone."""

    patience = 20.0

    def __init__(self, replica: Replica, *codes: str) -> None:
        self.asked: list[str] = []
        self._replica = replica
        self._codes = list(codes)

    def code(self, asked: str, wait: object) -> SecretStr | None:  # noqa: ARG002 - nobody to wait for
        """Type the next code."""
        self.asked.append(asked)
        return SecretStr(self._codes.pop(0)) if self._codes else None

    def told(self, text: str) -> None:
        """Approve on the phone."""
        self.asked.append(text)
        self._replica.state.approved = True


@pytest.mark.parametrize("scenario", sorted({*SIGN_IN, *CODES}))
def test_a_state_ends_in_its_outcome(amazon: Driver, amazon_replica: Replica, scenario: str) -> None:
    """Each is told apart; a password is sent at most once, a code at most twice, nothing is accepted."""
    assert contract_problems(amazon, scenario, EXPECTED[scenario]) == []
    if scenario in CODES:
        assert len(amazon_replica.log.otp_posts()) == CODES[scenario]
    assert amazon_replica.state.forbidden == []


def test_each_end_says_who_must_act() -> None:
    """The operator who set it up, the seller whose account it is, or nobody but the platform."""
    ends = {EXPECTED[scenario].ended for scenario in CODES} - {Outcome.READ}

    assert ends == set(ACTORS)
    assert {outcome: FACTS[outcome].actor for outcome in ACTORS} == ACTORS


@pytest.mark.parametrize(
    ("scenario", "codes"),
    [("cvf-code", (PERSON_CODE,)), ("otp-by-sms", ("000000", PERSON_CODE)), ("approval", ())],
)
def test_a_person_who_is_there_clears_it(
    amazon: Driver, amazon_replica: Replica, scenario: str, codes: tuple[str, ...]
) -> None:
    """With a person at the terminal the same states are passed; only the form it is about is sent."""
    person = AtTerminal(amazon_replica, *codes)

    with amazon.opened(scenario, attended=True) as session:
        amazon.sign_in(session, person)

    assert amazon_replica.state.sign_ins == 1
    assert len(person.asked) == max(1, len(codes))
    assert amazon_replica.state.forbidden == []


def test_nobody_at_the_terminal_is_the_same_as_nobody(amazon: Driver, amazon_replica: Replica) -> None:
    """A question that is not answered ends as it would have without a person."""
    with amazon.opened("cvf-code", attended=True) as session, pytest.raises(Stop) as stop:
        amazon.sign_in(session, AtTerminal(amazon_replica))

    assert stop.value.outcome is Outcome.CODE_NEEDED
    assert amazon_replica.log.otp_posts() == []
