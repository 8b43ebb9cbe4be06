"""A limit as a console words it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checker.flow.limits import breaks_its_own_limit, is_a_step, worded_limit
from checker.model import Comparator


@pytest.mark.parametrize(
    ("text", "locale", "limit"),
    [
        ("Above 99%", "en_US", ("0.99", Comparator.GT)),
        ("Standard: 2% or less", "en_US", ("0.02", Comparator.LTE)),
        ("≤ 2 %", "en_US", ("0.02", Comparator.LTE)),
        ("< 6%", "en_US", ("0.06", Comparator.LT)),
        ("less than or equal to 2.5%", "en_US", ("0.025", Comparator.LTE)),
        ("not below 90%", "en_US", ("0.9", Comparator.GTE)),
        ("must not be below 90%", "en_US", None),
        ("equal to or greater than 90%", "en_US", ("0.9", Comparator.GTE)),
        ("equal to or above 90%", "en_US", None),
        ("95% or more within 48 hours", "en_US", ("0.95", Comparator.GTE)),
        ("At least 90%", "en_US", ("0.9", Comparator.GTE)),
        ("no more than 1,5 %", "de_DE", ("0.015", Comparator.LTE)),
        ("Above 90% and below 95%", "en_US", None),
        ("above or below 95%", "en_US", None),
        ("90%", "en_US", None),
        ("Above ninety", "en_US", None),
        ("Above 90", "en_US", None),
        ("", "en_US", None),
        ("above 9%" + "x" * 300, "en_US", None),
    ],
)
def test_a_limit_is_read_whole_or_not_at_all(
    text: str, locale: str, limit: tuple[str, Comparator] | None
) -> None:
    """One percentage and one way to compare; anything else is no limit."""
    found = worded_limit(text, locale)

    assert (None if found is None else (found.value, found.comparator)) == (
        None if limit is None else (Decimal(limit[0]), limit[1])
    )


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("Late dispatch rate 6.2% Target: < 4%", True),
        ("Late dispatch rate 1.2% Target: < 4%", False),
        ("On time 80% Standard: 90% or more", True),
        ("On time 96% Standard: 90% or more", False),
        ("On time 80% Target ≥ 95%", True),
        ("Target < 4% now 6.2%", False),
        ("Late dispatch rate 6.2%", False),
        ("Growth 6.2% up from 4%", False),
        ("6.2% of 4% of more than 2%", False),
        ("", False),
    ],
)
def test_a_rate_is_held_against_the_limit_printed_after_it(text: str, broken: bool) -> None:
    """Only a percentage, and only where one limit stands after it."""
    assert breaks_its_own_limit(text, "en_US") is broken


@pytest.mark.parametrize(
    ("text", "better", "limit"),
    [
        ("不超过1%", "lower", ("0.01", Comparator.LTE)),
        ("tối thiểu 90%", "higher", ("0.9", Comparator.GTE)),
        ("less than 1%", "lower", ("0.01", Comparator.LT)),
        ("1% - 2%", "lower", None),
        ("不超过1", "lower", None),
    ],
)
def test_where_words_say_nothing_the_metric_does(
    text: str, better: str, limit: tuple[str, Comparator] | None
) -> None:
    """A limit in a language whose words are not looked up is on the side on which the metric is better."""
    found = worded_limit(text, "en_US", better)

    assert (None if found is None else (found.value, found.comparator)) == (
        None if limit is None else (Decimal(limit[0]), limit[1])
    )


@pytest.mark.parametrize(
    ("text", "language", "step"),
    [
        ("Bei 100 bis 199 Punkten ist Ihr Konto gefährdet.", "de", True),
        ("Ab 200 Punkten ist Ihr Konto gesund", "de", True),
        ("At risk: 100-199", "en", True),
        ("200 or more: healthy", "en", True),
        ("Healthy (200+ points)", "en", True),
        ("良好：200分以上", "zh", True),
        ("100到199分：有风险", "zh", True),
        ("Entre 100 y 199 puntos", "es", True),
        ("เสี่ยง 100 ถึง 199", "th", True),
        ("リスクあり 100〜199", "ja", True),
        ("Có nguy cơ: 100 đến 199", "vi", True),
        ("Healthy as of 20 Oct 2026", "en", False),
        ("At risk since 2026-10-20", "en", False),
        ("Top Rated 10-20-2026", "en", False),
        ("Below Standard", "en", False),
        ("Above Standard as of 20 October 2026", "en", False),
        ("At risk", "en", False),
        ("Score 1000: Healthy", "en", False),
        ("Critical, 3 violations", "en", False),
        ("健康 200", "zh", False),
    ],
)
def test_a_step_of_a_scale_is_no_status(text: str, language: str, step: bool) -> None:
    """It says who would be at risk, not that anybody is."""
    assert is_a_step(text, language) is step
