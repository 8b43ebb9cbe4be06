"""Every way a visit can end has its consequences."""

from __future__ import annotations

import pytest

from checker.model import FACTS, Actor, Exit, Outcome


def test_every_outcome_has_facts() -> None:
    """None is missing, none is left over."""
    assert set(Outcome) == set(FACTS)


@pytest.mark.parametrize("outcome", Outcome)
def test_what_latches_names_who_must_act(outcome: Outcome) -> None:
    """An account is not kept shut without somebody who can open it."""
    facts = FACTS[outcome]

    assert not facts.latch or facts.actor in (Actor.SELLER, Actor.OPERATOR)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.READ])
def test_there_is_advice(outcome: Outcome) -> None:
    """Whatever went wrong, the reader is told what to do next."""
    assert FACTS[outcome].advice.strip() != ""


def test_only_read_is_without_advice_and_without_fault() -> None:
    """A visit that read everything asks nothing of anybody."""
    facts = FACTS[Outcome.READ]

    assert (facts.advice, facts.actor, facts.exit, facts.latch) == ("", Actor.NOBODY, Exit.OK, False)


@pytest.mark.parametrize("outcome", Outcome)
def test_nothing_but_read_and_not_reachable_may_exit_zero(outcome: Outcome) -> None:
    """A visit that failed is never silent; a site never opened may be out of reach (see model.run)."""
    calm = outcome in (Outcome.READ, Outcome.NOT_REACHABLE)

    assert calm is (FACTS[outcome].exit is Exit.OK)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.DRIFT, Exit.INCOMPLETE),
        (Outcome.CREDENTIALS_REFUSED, Exit.CREDENTIALS),
        (Outcome.CAPTCHA, Exit.PERSON),
        (Outcome.RATE_LIMITED, Exit.BLOCKED),
        (Outcome.STOPPED, Exit.BLOCKED),
        (Outcome.WRONG_PLACE, Exit.SAFETY),
        (Outcome.UNSAFE_PAGE, Exit.SAFETY),
        (Outcome.TIMEOUT, Exit.INCOMPLETE),
        (Outcome.BUSY, Exit.BUSY),
    ],
)
def test_the_exit_code_of_an_outcome(outcome: Outcome, code: Exit) -> None:
    """The classes the design names have the codes it names."""
    assert code is FACTS[outcome].exit


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.CREDENTIALS_REFUSED,
        Outcome.UNKNOWN_USER,
        Outcome.PASSWORD_EXPIRED,
        Outcome.LOCKED,
        Outcome.CODE_NEEDED,
        Outcome.APPROVAL_NEEDED,
        Outcome.CAPTCHA,
        Outcome.ACTION_NEEDED,
        Outcome.WRONG_PLACE,
        Outcome.UNSAFE_PAGE,
    ],
)
def test_what_would_do_harm_if_repeated_latches(outcome: Outcome) -> None:
    """Trying again by itself could lock the seller out, or send a secret astray."""
    assert FACTS[outcome].latch
