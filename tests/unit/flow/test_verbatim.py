"""A payload's value as the console said it, and the rule that catches a flow which says it otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from checker.flow import Document, Recorder, verbatim
from checker.model import Level, Site
from checker.testing.rules import _of_reading
from flows.amazon.standing import risk_claims
from tests.unit.compare.seen import START, key, shown, visit


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        ("", ""),
        ("NORMAL", "NORMAL"),
        ('"quoted"', '"quoted"'),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (Decimal("0.90"), "0.90"),
        (["A", None, 1], '["A",null,1]'),
        ({"rate": Decimal("0.0140"), "atRisk": False}, '{"atRisk":false,"rate":0.0140}'),
        ({"wort": "Überschritten"}, '{"wort":"Überschritten"}'),
    ],
)
def test_a_word_is_itself_and_the_rest_is_json(value: Any, said: str) -> None:
    """Digits as they were sent, keys in order, nothing for null."""
    assert verbatim(value) == said


def test_what_is_too_long_says_that_it_was_cut() -> None:
    """Never longer than asked for."""
    assert verbatim("x" * 300) == "x" * 300
    assert verbatim("x" * 301) == "x" * 299 + "…"
    assert verbatim(list(range(9)), 6) == "[0,1,…"


def test_the_risk_of_a_metric_is_what_the_console_sent() -> None:
    """Its inside is not public: it is kept as JSON, not as a program prints it."""
    body = {
        "riskData": {"sellerStatus": "NORMAL", "odrRiskData": {"rate": Decimal("0.010"), "atRisk": False}}
    }
    recorder = Recorder("amazon", "main", Site("US", "A", "US"), "amazon 1", lambda: START)

    (claim,) = risk_claims(recorder, [Document("risk_banner", body, (), "", {}, 200, "")])

    assert (claim.key.metric, claim.key.variant) == ("amazon.metric_risk", "odr")
    assert claim.details == (("raw", '{"atRisk":false,"rate":0.010}'),)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("{'atRisk': False}", True),
        ("Decimal('0.9')", True),
        ("['A', 'B']", True),
        ("True", True),
        ('{"atRisk":false}', False),
        ("None", False),
        ("It's true", False),
        ("Seller's [own] {words}", False),
    ],
)
def test_no_console_writes_as_this_program_does(text: str, *, broken: bool) -> None:
    """The contract every flow is held to names the reading that shows a program's own notation."""
    said = shown(key(), Level.UNKNOWN, details=(("raw", text),))

    problems = list(_of_reading(said, visit(said), START, START))

    assert any("no console writes" in problem for problem in problems) is broken
