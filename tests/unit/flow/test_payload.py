"""Following paths into JSON, and taking exactly what stands there."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checker.flow import NOT_THERE, Answer, body_of, dig, number, scaled, there, unanswered, words_in
from checker.flow.payload import at, details_in, earliest_in, first
from checker.model import Outcome


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b", 1),
        ("a.c", NOT_THERE),
        ("l.1", 3),
        ("l.7", NOT_THERE),
        ("l.x", NOT_THERE),
        ("l.-1", NOT_THERE),
        ("a.b.c", NOT_THERE),
        ("n", None),
        ("n.x", NOT_THERE),
        ("late_rate", 4),
        ("LateRate", 4),
        ("s.0", NOT_THERE),
    ],
)
def test_a_path_leads_to_a_value_or_nowhere(path: str, found: Any) -> None:
    """Keys in any spelling, places in lists, and nothing past the end; a null is there."""
    value = {"a": {"b": 1}, "l": [2, 3], "n": None, "lateRate": 4, "s": "text"}

    assert at(value, path) == found
    assert dig(value, path) == (None if found is NOT_THERE else found)


def test_an_empty_path_is_the_value_itself() -> None:
    """A document may be the entry."""
    assert at({"a": 1}, "") == {"a": 1}


def test_the_very_name_goes_before_another_spelling() -> None:
    """Whichever stands first."""
    assert at({"lateRate": 1, "late_rate": 2}, "late_rate") == 2


def test_of_several_paths_the_first_that_is_there_decides() -> None:
    """A null that is there is there."""
    assert there({"a": None, "b": 2}, ["x", "a", "b"]) is None
    assert there({"b": 2}, ["a", "b"]) == 2
    assert first({"a": None}, ["a"]) is None
    assert first({}, ["a"]) is NOT_THERE
    assert there({}, ["a"]) is None


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1, "1"),
        (Decimal("1.5"), "1.5"),
        ("1.5", "1.5"),
        (" -2 ", "-2"),
        ("1,5", None),
        ("1 000", None),
        (True, None),
        (None, None),
        ("", None),
        ("1e9", None),
        ("NaN", None),
        ([1], None),
    ],
)
def test_a_number_is_exact_or_none(value: Any, found: str | None) -> None:
    """Text is a number only where it is plain digits with a point; a truth value never is."""
    assert number(value) == (None if found is None else Decimal(found))


@pytest.mark.parametrize(
    ("value", "how", "found"),
    [
        (125, {}, "125"),
        (125, {"scale": "percent"}, "1.25"),
        ("1.5 %", {"scale": "percent"}, "0.015"),
        ("1.5%", {"scale": "fraction"}, "0.015"),
        ("5 %", {"shift": -2}, "0.05"),
        (3500, {"scale": "millionth"}, "0.0035"),
        (5, {"shift": -2}, "0.05"),
        (90, {"per": 60}, "1.5"),
        (Decimal("0.1234567890123456789012345678901234567890"), {"scale": "percent"}, None),
        ("5 %%", {}, False),
        (True, {}, False),
    ],
)
def test_a_number_is_scaled_exactly(value: Any, how: dict[str, Any], found: Any) -> None:
    """A percent sign of its own says that it is a percent; no digit is lost."""
    if found is None:
        assert scaled(value, **how) == Decimal("0.001234567890123456789012345678901234567890")
    else:
        assert scaled(value, **how) == (Decimal(found) if found else None)


@pytest.mark.parametrize(
    ("value", "text"),
    [("GOOD", "GOOD"), (7, "7"), (True, "true"), (False, "false"), (None, ""), (["a"], ""), ({}, "")],
)
def test_codes_come_as_text_numbers_or_truth_values(value: Any, text: str) -> None:
    """What is none of these is no code."""
    assert words_in(value) == text


def test_details_are_verbatim_and_bounded() -> None:
    """What is not there is left out."""
    told = details_in({"a": "x" * 900, "b": {"c": 1}, "d": []}, {"A": "a", "C": "b.c", "D": "d", "E": "e"})

    assert told == (("A", "x" * 500), ("C", "1"))


def test_the_earliest_of_several_moments_counts() -> None:
    """What is no moment is passed over."""
    entry = {"a": "2026-03-05T00:00:00Z", "b": "soon", "c": "2026-03-02T00:00:00Z"}

    assert earliest_in(entry, ["a", "b", "c", "d"]) == datetime(2026, 3, 2, tzinfo=UTC)
    assert earliest_in(entry, ["b"]) is None


def test_only_an_answer_that_came_whole_has_a_body() -> None:
    """An error's body is not the answer."""
    assert body_of(None) is None
    assert body_of(Answer("a", "/a", 500, {}, {"x": 1})) is None
    assert body_of(Answer("a", "/a", 200, {}, {"x": 1})) == {"x": 1}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (None, Outcome.UNKNOWN_PAGE),
        (200, Outcome.UNKNOWN_PAGE),
        (404, Outcome.UNKNOWN_PAGE),
        (403, Outcome.BLOCKED),
        (500, Outcome.SITE_DOWN),
        (503, Outcome.SITE_DOWN),
    ],
)
def test_how_a_visit_ends_without_an_answer(status: int | None, outcome: Outcome) -> None:
    """By what the console answered instead."""
    answer = None if status is None else Answer("a", "/a", status, {}, None)

    assert unanswered(answer, "which sites there are").outcome is outcome
