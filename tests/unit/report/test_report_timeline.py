"""A key over time: its levels and its values as small curves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checker.model import Level, Presence, Reading
from checker.report.timeline import level_line, sparkline
from tests.unit.report.samples import reading


def _with(value: int | str | None) -> Reading:
    return reading("US", "m", value=None if value is None else Decimal(value))


def test_each_level_has_a_sign_and_what_was_lost_a_question_mark() -> None:
    """Height for how bad, a dot for nothing there; plain letters where the terminal has no more."""
    points = [reading("US", "m", level=level) for level in Level]
    points += [
        reading("US", "m", presence=presence) for presence in Presence if presence is not Presence.SHOWN
    ]

    assert level_line(points) == "▁▄▆█····??"
    assert level_line(points, ascii_only=True) == "_wCD....??"


@pytest.mark.parametrize(
    ("values", "curve", "plain"),
    [
        ([], "", ""),
        ([5], "", ""),
        ([5, 5, 5], "", ""),
        ([0, 7], "▁█", "_@"),
        ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█", "_.-=+*#@"),
        ([1, None, "0.5"], "█ ▁", "@ _"),
        ([-3, 3, 0], "▁█▅", "_@+"),
    ],
)
def test_values_are_drawn_from_the_lowest_to_the_highest(
    values: list[int | str | None], curve: str, plain: str
) -> None:
    """A gap where there is none; nothing where nothing changes."""
    points = [_with(value) for value in values]

    assert sparkline(points) == curve
    assert sparkline(points, ascii_only=True) == plain
