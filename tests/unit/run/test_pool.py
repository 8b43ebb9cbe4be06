"""How many at once, and when a marketplace is left alone for the rest of a run."""

from __future__ import annotations

import pytest

from checker.model import Outcome
from checker.run.job import Ended
from checker.run.pool import Circuit, workers_borne

GIB = 1 << 30


@pytest.mark.parametrize(
    ("wanted", "cores", "free", "count"),
    [
        (1, 8, 16 * GIB, 1),
        (4, 2, 16 * GIB, 2),
        (4, 8, GIB, 1),
        (4, 8, 2 * GIB, 3),
        (4, 8, 0, 1),
        (3, 8, 8 * GIB, 3),
    ],
)
def test_settings_cores_and_memory_bound_the_pool(wanted: int, cores: int, free: int, count: int) -> None:
    """The smallest of the three counts, and one always goes."""
    assert workers_borne(wanted, cores, free) == count


def _ended(*outcomes: Outcome) -> Circuit:
    circuit = Circuit()
    for outcome in outcomes:
        circuit.note("amazon", Ended(outcome=outcome))
    return circuit


@pytest.mark.parametrize(
    ("outcomes", "opened"),
    [
        ((Outcome.TIMEOUT,) * 2, None),
        ((Outcome.TIMEOUT,) * 3, Outcome.TIMEOUT),
        ((Outcome.TIMEOUT, Outcome.TIMEOUT, Outcome.READ, Outcome.TIMEOUT), None),
        ((Outcome.TIMEOUT, Outcome.TIMEOUT, Outcome.CAPTCHA), None),
        ((Outcome.READ,) * 5, None),
        ((Outcome.CAPTCHA, Outcome.CAPTCHA, Outcome.SKIPPED, Outcome.CAPTCHA), Outcome.CAPTCHA),
    ],
)
def test_three_equal_failures_in_a_row_open_the_circuit(
    outcomes: tuple[Outcome, ...], opened: Outcome | None
) -> None:
    """Two do not, nor three different ones, nor three with a good one between."""
    circuit = _ended(*outcomes)

    assert circuit.opened_by("amazon") is opened
    assert circuit.opened_by("ebay") is None


def test_an_account_that_was_not_tried_says_nothing() -> None:
    """What an earlier run latched is no failure of the marketplace in this one."""
    circuit = Circuit()
    for _ in range(3):
        circuit.note("amazon", Ended(outcome=Outcome.CREDENTIALS_REFUSED, latched=True))

    assert circuit.opened_by("amazon") is None
