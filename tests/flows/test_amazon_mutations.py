"""Each widget of the Amazon replica deleted, renamed, blanked, doubled and contradicted.

Widgets that have nothing in common are broken together, which asks the same of each at a seventh of the cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import pytest

from checker.model import Level, Reading
from checker.testing import HOWS, Driver, How, Mutants, mutants, name_of
from fixtures.amazon.widgets import WIDGETS

_ODR: Final = ("orders.claims_part", "orders.chargebacks_part", "orders.negative_feedback_part")
_COUNTERS: Final = {
    "policy-brand-protection": "policy.violations.ip@suspected",
    "policy-intel": "policy.violations.ip@received",
    "policy-auth": "policy.violations.authenticity",
    "policy-condition": "policy.violations.condition",
    "policy-food-safety": "policy.violations.safety@food",
    "policy-safe": "policy.violations.safety@product",
    "policy-list": "policy.violations.listing",
    "policy-restricted": "policy.violations.prohibited",
    "policy-abuse": "policy.violations.reviews",
    "policy-regulatory-compliance": "policy.violations.regulatory@compliance",
    "policy-repeat-violator": "amazon.repeat_violator",
    "policy-positive-customer-experience": "amazon.positive_customer_experience",
}

COVERS: Final[dict[str, set[str]]] = {
    "odr-mfn": {"orders.defect_rate@mfn", *(f"{part}@mfn" for part in _ODR)},
    "odr-afn": {"orders.defect_rate@afn", *(f"{part}@afn" for part in _ODR)},
    "late-shipment": {"orders.late_shipment_rate"},
    "cancellation": {"orders.cancellation_rate"},
    "valid-tracking": {"orders.valid_tracking_rate"},
    "on-time": {"orders.on_time_delivery_rate"},
    **{widget: {counter} for widget, counter in _COUNTERS.items()},
    # The replica calls its row by the words of another category.
    "policy-positive-customer-experience": {
        "amazon.positive_customer_experience",
        "policy.violations.other",
    },
    "risk-status": {"account.status"},
    "status-pill": {"account.health_rating"},
    "ahr-number": {"account.health_rating"},
    "home-panel": {"amazon.breakdown_status", "amazon.breakdown_rating"},
}
COUPLED: Final[dict[str, set[str]]] = {
    # The rating's code is one of its sources.
    "risk-status": {"account.health_rating"},
    # What has no tab of its own is listed only as its counter says.
    **{widget: {"policy.list@*"} for widget in _COUNTERS},
    "dormancy": {"account.status"},
}
WITHOUT_A_READING: Final = {
    # Where the store stands: proved by several sources, and nothing is read from them.
    *("header-store", "marketplace-id", "selection", "store-list"),
    # Shown only when something is wrong.
    *("banner", "dormancy", "odr-breakdown"),
    # Of a list that is empty; see the scenarios of lists.
    *("violation-empty", "violation-list", "violation-pager", "violation-subtitle"),
}
_GROUPS: Final = [tuple(WIDGETS[place::4]) for place in range(4)]
# A number of the panel is all that its contradiction changes, and no level rests on it; dormancy has a test.
_UNJUDGED: Final = {"contradict": {"home-panel", "dormancy"}}
# What is renamed keeps its words, and what stands twice says the same twice: the page is read all the same.
_STILL_THERE: Final = ("rename", "double")
# What has a row on the dashboard beside its answer (the parts of a rate stand elsewhere).
_ROWS: Final = {
    "odr-mfn": {"orders.defect_rate@mfn"},
    "odr-afn": {"orders.defect_rate@afn"},
    "ahr-number": {"account.health_rating"},
    "status-pill": {"account.health_rating"},
    **{
        widget: COVERS[widget]
        for widget in (
            *("late-shipment", "cancellation", "valid-tracking", "on-time"),
            *("policy-brand-protection", "policy-intel", "policy-list", "policy-restricted"),
        )
    },
}
# The same key twice in one object: the whole answer is refused, and what it alone says with it.
_OF_ONE_ANSWER: Final = {"account.*", "amazon.*", "orders.*", "policy.*"}


@pytest.fixture(scope="module")
def healthy(amazon: Driver) -> Iterator[Mutants]:
    """An account that is signed in to the healthy console."""
    with mutants(amazon, "healthy", "US", COVERS, COUPLED, {"policy.violations.other"}) as broken:
        yield broken


def test_every_widget_is_broken() -> None:
    """No widget of the replica is without a word on what rests on it."""
    assert set(WIDGETS) == {*COVERS, *WITHOUT_A_READING}
    assert sorted(widget for group in _GROUPS for widget in group) == sorted(WIDGETS)


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("group", _GROUPS, ids="+".join)
def test_never_ok_for_it_and_the_others_still_read(
    healthy: Mutants, group: tuple[str, ...], how: How
) -> None:
    """A widget broken on the page and in the answer is not ok, and nothing else is read otherwise."""
    broken = [widget for widget in group if widget not in _UNJUDGED.get(how, ())]

    problems = healthy.problems(broken, how, coupled=_OF_ONE_ANSWER if how == "double" else ())
    (visit,) = healthy.session.story.visits
    # What contradicts something is red and disputed, with the words of both sides.
    right = {
        name_of(reading.key)
        for reading in visit.readings
        if (how in _STILL_THERE and _is_as_printed(reading, healthy))
        or (how == "contradict" and reading.disputed and reading.level.is_open)
    }
    assert [problem for problem in problems if problem.partition(" ")[0] not in right] == []


def _is_as_printed(reading: Reading, healthy: Mutants) -> bool:
    """Tell whether a reading is what it was before, rounded as the page prints it."""
    before = healthy.healthy.get(name_of(reading.key))
    if before is None or (before.presence, before.level) != (reading.presence, reading.level):
        return False
    if before.value is None or reading.value is None:
        return before.value is reading.value
    return abs(before.value - reading.value) < Decimal("0.0001")


@pytest.mark.parametrize("group", _GROUPS, ids="+".join)
def test_doubled_on_the_page_alone(healthy: Mutants, group: tuple[str, ...]) -> None:
    """What stands twice on the page is read from its answer or not at all, and the others still are."""
    assert healthy.problems(group, "double", ("pages",), hidden=False) == []


@pytest.mark.parametrize("group", _GROUPS, ids="+".join)
def test_contradicted_on_the_page_alone(healthy: Mutants, group: tuple[str, ...]) -> None:
    """A row of the dashboard that stands on the other side of the target than its answer is not ok."""
    problems = healthy.problems(group, "contradict", ("pages",), hidden=False)
    (visit,) = healthy.session.story.visits
    green = {name_of(reading.key) for reading in visit.readings if reading.level is Level.OK}

    assert problems == []
    assert green.isdisjoint(name for widget in group for name in _ROWS.get(widget, ()))


def test_a_dormancy_that_contradicts_the_status(healthy: Mutants) -> None:
    """An account that is normal and suspended for dormancy at once is red, and disputed."""
    healthy.problems("dormancy", "contradict")
    status = {reading.key.metric: reading for reading in healthy.session.story.visits[0].readings}

    assert (status["account.status"].level, status["account.status"].disputed) == (Level.DEACTIVATED, True)
