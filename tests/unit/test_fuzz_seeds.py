"""Whatever fuzzing began with or found is tried again: `tests/fuzz` says what holds for any input."""

from __future__ import annotations

import pytest

from tests.fuzz.seeds import seeds_of
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_what_once_broke_a_reader_breaks_it_no_more(target: str) -> None:
    """Each seed is read, or refused with the one error that is documented."""
    seeds = seeds_of(target)
    assert seeds

    for seed in seeds:
        TARGETS[target](seed)
