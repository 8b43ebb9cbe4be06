"""How long a console asks to be left alone, in its Retry-After header; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

__all__ = ["seconds_asked"]

_MOST: Final = 7 * 86_400.0
"""Nobody is left alone for longer than a week by one header."""


def seconds_asked(header: str, now: datetime) -> float:
    """Return the seconds a Retry-After asks for (RFC 9110 10.2.3); 0 for one that says nothing."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _MOST)
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        # An hour or a zone with more digits than a number of the calendar holds is no date.
        return 0.0
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), _MOST)
