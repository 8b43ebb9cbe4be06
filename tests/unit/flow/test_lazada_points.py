"""Lazada's penalty points under a label that nobody wrote down: they are not taken to be absent."""

from __future__ import annotations

import pytest

from checker.flow.red_words import red_word
from checker.model import Says
from flows.lazada.flow import _OUT_OF, _points
from tests.unit.flow.declaring import recorder


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("คะแนนร้านค้า 10 / 10", True),
        ("Puntos 3/10", True),
        ("12 / 100", False),
        ("01/10/2026", False),
        ("2026/10", False),
        ("0.5 / 10 %", False),
        ("NCP 0", False),
    ],
)
def test_a_number_out_of_their_limit_is_one_of_points(text: str, is_there: bool) -> None:
    """A day of a month and a share of something else are none."""
    assert (_OUT_OF.search(text) is not None) is is_there


@pytest.mark.parametrize("out_of", [True, False])
def test_older_points_do_not_speak_for_those_the_page_prints(out_of: bool) -> None:
    """Where the older ones are counted and nothing is printed out of ten, there are no others."""
    writes = recorder("th")
    older = writes.absent(writes.key("account.penalty_points", "ncp"), Says.NONE)
    claims = list(_points(writes, {"account.penalty_points@ncp": older}, out_of=out_of))

    assert [claim.says for claim in claims] == ([Says.UNREADABLE] if out_of else [])


def test_penalty_points_are_a_red_word_in_thai() -> None:
    """With a number over nothing."""
    assert red_word("คะแนนโทษ 3", "th")
    assert not red_word("คะแนนโทษ 0", "th")
