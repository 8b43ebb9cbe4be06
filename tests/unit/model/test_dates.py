"""A deadline is the one day a sentence names, or it is nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model.dates import deadline_in, moment


@pytest.mark.parametrize(
    ("text", "locale", "zone", "expected"),
    [
        ("Submit an appeal by December 3, 2026", "en_US", "UTC", "2026-12-03T23:59:59+00:00"),
        ("by December 3, 2026", "en_US", "America/Los_Angeles", "2026-12-04T07:59:59+00:00"),
        ("by July 3, 2026", "en_US", "America/Los_Angeles", "2026-07-04T06:59:59+00:00"),
        ("appeal on or before March 21, 2026", "en_US", "UTC", "2026-03-21T23:59:59+00:00"),
        ("before 03/04/2026", "en_US", "UTC", "2026-03-04T23:59:59+00:00"),
        ("before 03/04/2026", "en_GB", "UTC", "2026-04-03T23:59:59+00:00"),
        ("bis zum 3. Dezember 2026", "de_DE", "Europe/Berlin", "2026-12-03T22:59:59+00:00"),
        ("antes del 3 de diciembre de 2026", "es_ES", "UTC", "2026-12-03T23:59:59+00:00"),
        ("请在 2026年12月3日 之前申诉", "zh_CN", "Asia/Shanghai", "2026-12-03T15:59:59+00:00"),
        ("2026年12月3日までに", "ja_JP", "Asia/Tokyo", "2026-12-03T14:59:59+00:00"),
        ("by February 29, 2028", "en_US", "UTC", "2028-02-29T23:59:59+00:00"),
    ],
)
def test_the_end_of_the_day_named(text: str, locale: str, zone: str, expected: str) -> None:
    """The day is over at midnight where the site is, whatever its language and order of parts."""
    assert datetime.fromisoformat(expected) == deadline_in(text, locale, zone)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "as soon as possible",
        "within 3 days",
        "by December 3",
        "December 2026",
        "from March 3, 2026 to March 5, 2026",
        "order 112-2026-889 was late",
        "12,026 orders",
        "by February 30, 2026",
        "x" * 401 + " December 3, 2026",
    ],
)
def test_no_day_or_several_is_no_deadline(text: str) -> None:
    """Nothing is guessed."""
    assert None is deadline_in(text, "en_US", "UTC")


@given(text=st.text(alphabet="2026 /.-,年月日Decmbr:31", max_size=40))
def test_any_text_gives_a_deadline_in_utc_or_nothing(text: str) -> None:
    """Whatever a page says, the answer is a moment in UTC or nothing, never a fault."""
    found = deadline_in(text, "en_US", "UTC")

    assert found is None or timedelta(0) == found.utcoffset()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-12-03T10:00:00Z", "2026-12-03T10:00:00+00:00"),
        ("2026-12-03T10:00:00+09:00", "2026-12-03T01:00:00+00:00"),
        ("2026-12-03T10:00:00", None),
        ("2026-12-03", None),
        ("soon", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        (1_796_292_000, "2026-12-03T10:00:00+00:00"),
        (1_796_292_000_000, "2026-12-03T10:00:00+00:00"),
        (0, None),
        (-5, None),
        (10**30, None),
        (True, None),
        (1.5, None),
        (None, None),
        ([], None),
    ],
)
def test_a_moment_of_a_payload(value: object, expected: str | None) -> None:
    """ISO text with a zone, or Unix time; what has no zone or no meaning is nothing."""
    assert (None if expected is None else datetime.fromisoformat(expected)) == moment(value)


@given(value=st.text() | st.integers() | st.datetimes().map(str) | st.none() | st.booleans() | st.floats())
def test_any_value_gives_a_moment_in_utc_or_nothing(value: object) -> None:
    """No value of a payload is a fault."""
    found = moment(value)

    assert found is None or UTC is found.tzinfo
