"""Units as a site.toml states them: a number is scaled as declared, exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from checker.flow import UnitRow


def unit(**changes: object) -> UnitRow:
    """Return a unit with these changes."""
    return UnitRow.model_validate({"kind": "rate", "unit": "fraction", "sane": [0, 1], **changes})


@pytest.mark.parametrize(
    ("changes", "value", "expected"),
    [
        ({}, "0.97", "0.97"),
        ({"shift": -2}, "97.5", "0.975"),
        ({"shift": -2}, "0", "0"),
        ({"shift": -2}, "123456789012345678901234567890.5", "1234567890123456789012345678.905"),
        ({"kind": "duration", "unit": "minutes", "per": 60}, "1800", "30"),
        ({"kind": "score", "unit": None}, "1.01", "1.01"),
    ],
)
def test_a_number_is_scaled_as_declared(changes: dict[str, object], value: str, expected: str) -> None:
    """A shift moves the point and rounds nothing; what has no unit stays as it is."""
    assert unit(**changes).scaled(Decimal(value)) == Decimal(expected)


def test_no_number_stays_none() -> None:
    """None is not zero."""
    assert unit().scaled(None) is None


@pytest.mark.parametrize("changes", [{"per": 0}, {"per": -60}, {"unit": "percent"}, {"colour": "red"}])
def test_what_cannot_be_meant_is_refused(changes: dict[str, object]) -> None:
    """Nothing is divided by nothing, and nothing is silently ignored."""
    with pytest.raises(ValidationError):
        unit(**changes)
