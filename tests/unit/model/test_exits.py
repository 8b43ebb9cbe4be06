"""Case E1: all exit codes, and which of two wins."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Exit, gravest

# As design.md states it, the gravest first; 64 and 78 stand side by side there.
PRECEDENCE = [1, 64, 78, 30, 24, 10, 32, 31, 22, 21, 23, 20, 11, 12, 75, 0]
SIGNALS = [129, 130, 137, 143, 192]


def test_e1_every_pair() -> None:
    """The graver of two codes wins whichever was met first."""
    pairs = list(combinations([*SIGNALS[:1], *PRECEDENCE], 2))

    won = [(gravest([graver, lesser]), gravest([lesser, graver])) for graver, lesser in pairs]
    assert won == [(graver, graver) for graver, _ in pairs]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("OK", 0),
        ("BUG", 1),
        ("NEW", 10),
        ("CRITICAL", 11),
        ("WARNING", 12),
        ("INCOMPLETE", 20),
        ("PERSON", 21),
        ("CREDENTIALS", 22),
        ("BLOCKED", 23),
        ("SAFETY", 24),
        ("STORE", 30),
        ("EVIDENCE", 31),
        ("QUEUED", 32),
        ("USAGE", 64),
        ("BUSY", 75),
        ("CONFIG", 78),
    ],
)
def test_e1_the_numbers(name: str, number: int) -> None:
    """Each meaning has the number the documentation promises."""
    assert number == Exit[name]


def test_e1_every_code_has_its_rank() -> None:
    """No code is without a place in the order."""
    assert sorted(PRECEDENCE) == sorted(Exit)


def test_nothing_at_all_is_zero() -> None:
    """No code asked for means all is well; whoever calls has to have asked."""
    assert gravest([]) == Exit.OK


@pytest.mark.parametrize("signal", SIGNALS)
def test_e1_a_signal_wins_over_all(signal: int) -> None:
    """128+n beats a bug, and the first signal is the one told."""
    assert signal == gravest([1, 10, signal, 130, 0])


@pytest.mark.parametrize("code", [-1, 2, 13, 99, 127, 128, 193, 255, 999])
def test_a_code_nobody_knows_is_a_bug(code: int) -> None:
    """An unknown number is never passed on, least of all as success."""
    assert gravest([0, code]) == Exit.BUG


@given(codes=st.lists(st.sampled_from(PRECEDENCE), max_size=6))
def test_order_does_not_matter(codes: list[int]) -> None:
    """Any order of the same codes gives the same one, and it is one of them."""
    result = gravest(codes)

    assert {result} == {gravest(order) for order in list(permutations(codes))[:24]}
    assert result in (codes or [0])
    assert isinstance(result, int)
