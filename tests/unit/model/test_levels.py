"""Levels have one order, and unknown has no place in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Level

ORDER = [Level.OK, Level.WARNING, Level.CRITICAL, Level.DEACTIVATED]


@pytest.mark.parametrize("mine", ORDER)
@pytest.mark.parametrize("theirs", ORDER)
def test_the_order(mine: Level, theirs: Level) -> None:
    """Ok < warning < critical < deactivated, strictly."""
    assert (ORDER.index(mine) > ORDER.index(theirs)) is mine.worse_than(theirs)


@given(level=st.sampled_from(Level))
def test_unknown_compares_with_nothing(level: Level) -> None:
    """Unknown is neither better nor worse than anything, itself included."""
    assert not Level.UNKNOWN.worse_than(level)
    assert not level.worse_than(Level.UNKNOWN)


@pytest.mark.parametrize(
    ("level", "rank", "is_open", "is_red"),
    [
        (Level.OK, 0, False, False),
        (Level.WARNING, 1, True, False),
        (Level.CRITICAL, 2, True, True),
        (Level.DEACTIVATED, 3, True, True),
        (Level.UNKNOWN, None, False, False),
    ],
)
def test_what_a_level_means(level: Level, rank: int | None, is_open: bool, is_red: bool) -> None:
    """A finding is open at warning and above, red at critical and above; unknown is neither."""
    assert (rank, is_open, is_red) == (level.rank, level.is_open, level.is_red)


def test_every_level_is_in_the_order_or_unknown() -> None:
    """A level added later has to find its place."""
    assert {*ORDER, Level.UNKNOWN} == set(Level)
