"""The soak in small: whoever changes what it is made of learns of it before the next long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import Held, Soak, grown


def test_two_runs_tell_what_the_model_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two accounts, two runs, each with something new: told as specified, by a message that came."""
    soak = Soak(tmp_path, seed=3)

    soak.play(2)

    assert soak.wrong == []
    assert soak.verbs == {"new": 2}
    assert sum(soak.outcomes.values()) == 4
    assert [held.runs for held in soak.held] == [1, 2]
    assert capsys.readouterr().out.count("descriptors") == 2


@pytest.mark.parametrize(
    ("last", "what"),
    [
        ({}, ""),
        ({"processes": 3}, "3 processes"),
        ({"descriptors": 40}, "descriptors"),
        ({"temporary": 40}, "temporary files"),
        ({"megabytes": 140.0}, "memory"),
    ],
)
def test_what_goes_on_growing_is_named(last: dict[str, float], what: str) -> None:
    """Ten tenths alike are fine; one thing more at the end is not."""
    fields = {"megabytes": 100.0, "descriptors": 10, "threads": 3, "processes": 0, "temporary": 0}
    held = [Held(number, **(fields | (last if number == 10 else {})), disk={}) for number in range(1, 11)]  # type: ignore[arg-type]  # by name

    found = grown(held)

    assert len(found) == bool(what)
    assert what in "".join(found)
