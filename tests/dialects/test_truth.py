"""What is true of a scenario is said in one place; whoever says it again must say the same."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module

import pytest

from checker.model import Level, Outcome
from checker.testing import Expect
from checker.testing.dialects import Truth, scenarios_of
from fixtures.common import replicas
from tests.dialects.consoles import CONSOLES, truths


def expected(console: str) -> dict[str, Expect]:
    """Return what the contract of a console's flow demands of each scenario."""
    table: dict[str, Expect] = import_module(f"tests.flows.test_{console}_contract").EXPECTED
    return table


def disagreements(console: str) -> Iterator[str]:
    """Yield where the contract demands another level or value than is true."""
    for scenario, expect in expected(console).items():
        known = truths(console).get(scenario)
        for place, seen in expect.sites.items():
            for name, said in seen.reads.items():
                truth = known.sites.get(place, {}).get(name) if known else None
                for one in said if isinstance(said, tuple) else (said,):
                    if truth is not None and not agrees(truth, one):
                        yield f"{scenario} {place} {name}: {one!r}, not {truth}"


def agrees(truth: Truth, said: object) -> bool:
    """Tell whether what is demanded is true: how bad, of what value; words are the console's own affair."""
    if isinstance(said, Level) and isinstance(truth.says, Level):
        return (said is Level.OK) == (truth.says is Level.OK) and (said.is_open == truth.says.is_open)
    if isinstance(said, Decimal | int) and not isinstance(said, bool) and truth.value is not None:
        return truth.value == said
    return True


@pytest.mark.parametrize("console", CONSOLES)
def test_the_contract_demands_what_is_true(console: str) -> None:
    """A level or value in a contract's table and beside the scenario is the same."""
    assert list(disagreements(console)) == []


@pytest.mark.parametrize("console", CONSOLES)
def test_what_is_true_is_said_of_scenarios_there_are(console: str) -> None:
    """No truth is left of a scenario that went; whoever is let in nowhere is expected nowhere."""
    told = truths(console)

    assert set(told) <= set(replicas()[console].scenarios())
    for scenario, expect in expected(console).items():
        if scenario in told:
            assert told[scenario].signs_in == (expect.ended is Outcome.READ), scenario


@pytest.mark.parametrize("console", CONSOLES)
def test_every_scenario_comes_round(console: str) -> None:
    """Each seed plays a red, and no scenario with a truth is never played."""
    told = truths(console)
    rounds = [scenarios_of(told, seed) for seed in range(1, 100)]

    assert all(told[row[0]].is_red for row in rounds)
    assert {name for row in rounds for name in row} == set(told)


@pytest.mark.parametrize("console", CONSOLES)
def test_what_pages_say_by_themselves_is_named_where_they_suffice(console: str) -> None:
    """Where a dialect may keep the documented answers back, it is said what can then be read."""
    drawn = next(iter(truths(console).values())).drawn
    blueprint = import_module(f"fixtures.{console}.replica").BLUEPRINT

    assert bool(drawn) == blueprint.fixed.pages_suffice
