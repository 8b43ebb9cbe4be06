"""Every state of the sign-in (facts 1.2) ends in its own outcome, with who must act, and harms nobody."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from checker.errors import Stop
from checker.model import FACTS, Actor, Outcome
from checker.testing import Driver
from fixtures.amazon.accounts import PERSON_CODE
from fixtures.common import Replica

# Scenario, how the sign-in ends (none: it arrives), who must act, how many codes were sent.
STATES = [
    ("no-otp", None, None, 0),
    ("otp", None, None, 1),
    ("unified", None, None, 1),
    ("unified-passkey-offer", None, None, 1),
    ("otp-refused-once", None, None, 2),
    ("invisible-captcha", None, None, 1),
    ("add-phone", None, None, 1),
    ("add-phone-newer", None, None, 1),
    ("passkey-nudge", None, None, 1),
    ("passkey-nudge-newer", None, None, 1),
    ("enrol-2sv", None, None, 0),
    ("otp-refused-always", Outcome.CODE_REFUSED, Actor.OPERATOR, 2),
    ("otp-by-sms", Outcome.CODE_NEEDED, Actor.SELLER, 0),
    ("otp-choose-device", Outcome.CODE_NEEDED, Actor.SELLER, 0),
    ("cvf-code", Outcome.CODE_NEEDED, Actor.SELLER, 0),
    ("approval", Outcome.APPROVAL_NEEDED, Actor.SELLER, 0),
    ("captcha", Outcome.CAPTCHA, Actor.SELLER, 0),
    ("captcha-old", Outcome.CAPTCHA, Actor.SELLER, 0),
    ("captcha-widget", Outcome.CAPTCHA, Actor.SELLER, 0),
    ("waf", Outcome.CAPTCHA, Actor.SELLER, 0),
    ("wrong-password", Outcome.CREDENTIALS_REFUSED, Actor.OPERATOR, 0),
    ("wrong-password-unified", Outcome.CREDENTIALS_REFUSED, Actor.OPERATOR, 0),
    ("unknown-email", Outcome.UNKNOWN_USER, Actor.OPERATOR, 0),
    ("unknown-email-classic", Outcome.UNKNOWN_USER, Actor.OPERATOR, 0),
    ("locked", Outcome.LOCKED, Actor.SELLER, 0),
    ("password-expired", Outcome.PASSWORD_EXPIRED, Actor.SELLER, 0),
    ("password-reverification", Outcome.PASSWORD_EXPIRED, Actor.SELLER, 0),
    ("terms", Outcome.ACTION_NEEDED, Actor.SELLER, 1),
    ("switch-accounts", Outcome.ACTION_NEEDED, Actor.SELLER, 0),
    ("form-elsewhere", Outcome.UNSAFE_PAGE, Actor.OPERATOR, 0),
    ("form-insecure", Outcome.UNSAFE_PAGE, Actor.OPERATOR, 0),
    ("http-503-everywhere", Outcome.SITE_DOWN, Actor.PLATFORM, 0),
    ("maintenance", Outcome.SITE_DOWN, Actor.PLATFORM, 0),
    ("too-many-requests-everywhere", Outcome.RATE_LIMITED, Actor.PLATFORM, 0),
]


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


def _ended(amazon: Driver, scenario: str) -> Outcome | None:
    with amazon.opened(scenario) as session:
        try:
            amazon.sign_in(session)
        except Stop as stop:
            return stop.outcome
    return None


@pytest.mark.parametrize(("scenario", "outcome", "actor", "codes"), STATES)
def test_a_state_ends_in_its_outcome(
    amazon: Driver,
    amazon_replica: Replica,
    scenario: str,
    outcome: Outcome | None,
    actor: Actor | None,
    codes: int,
) -> None:
    """Each is told apart; a password is sent at most once, a code at most twice, nothing is accepted."""
    ended = _ended(amazon, scenario)

    assert ended is outcome
    assert outcome is None or FACTS[outcome].actor is actor
    assert len(amazon_replica.log.password_posts()) <= 1
    assert len(amazon_replica.log.otp_posts()) == codes
    assert amazon_replica.state.forbidden == []


def test_locked_is_seen_before_wrong_password(amazon: Driver, amazon_replica: Replica) -> None:
    """The page that shows both alerts is a locked account: the password is not called wrong."""
    ended = _ended(amazon, "locked")

    assert ended is Outcome.LOCKED
    assert len(amazon_replica.log.password_posts()) == 1


@pytest.mark.parametrize(
    ("scenario", "outcome"),
    [
        ("login-200", Outcome.SESSION_EXPIRED),
        ("step-up", Outcome.STEP_UP),
        ("too-many-requests-200", Outcome.RATE_LIMITED),
        ("session-expired-midway", Outcome.SESSION_EXPIRED),
        ("not-authorized", Outcome.FORBIDDEN),
    ],
)
def test_what_stands_where_a_page_should_be_is_told_apart(
    amazon: Driver, amazon_replica: Replica, scenario: str, outcome: Outcome
) -> None:
    """Under status 200 too: the visit ends with it, and the password is not sent a second time."""
    story = amazon.play(scenario, sites=("US", "CA"))

    assert outcome in story.outcomes.values()
    assert len(amazon_replica.log.password_posts()) == 1


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
