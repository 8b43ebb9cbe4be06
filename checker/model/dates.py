"""Finding the one date a sentence of a console states; never a guess between two."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

__all__ = ["deadline_in", "moment"]

_MAX = 400
# A date needs a year that reads as one; without it a page's "3.12" could be a price.
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
# The library takes it for part of a relative date ("three days before") and loses the day that follows.
_BEFORE: Final = re.compile(r"\bbefore\b", re.IGNORECASE)
_MILLISECONDS_FROM: Final = 100_000_000_000
_SETTINGS: Final[dict[str, Any]] = {
    "REQUIRE_PARTS": ["day", "month", "year"],
    "STRICT_PARSING": True,
    "PARSERS": ["absolute-time"],
    "RETURN_AS_TIMEZONE_AWARE": False,
}


def deadline_in(text: str, locale: str, zone: str) -> datetime | None:
    """Return the end of the one day a sentence names, in UTC; none if it names no day, or several.

    A day is over where the site is: `by December 3, 2026` ends at midnight of the site's zone.
    """
    if len(text) > _MAX or len(_YEAR.findall(text)) != 1:
        return None
    order = "MDY" if locale in ("en_US", "en_CA") else "DMY"
    # Loaded here: it takes longer to load than all that reads no date.
    from dateparser.search import search_dates  # noqa: PLC0415

    settings = {**_SETTINGS, "DATE_ORDER": "YMD" if locale[:2] in ("zh", "ja", "sv") else order}
    languages = sorted({locale.partition("_")[0], "en"})
    try:
        found = search_dates(_BEFORE.sub("by", text), languages=languages, settings=settings)
    except (ValueError, OverflowError, RecursionError):
        return None
    days = {when.date() for _, when in found or () if _YEAR.search(str(when.year))}
    if len(days) != 1:
        return None
    end = datetime.combine(days.pop(), time(23, 59, 59), tzinfo=ZoneInfo(zone))
    return end.astimezone(UTC)


def moment(value: object) -> datetime | None:
    """Return the time a payload states as ISO 8601 text with a zone, or as Unix seconds or milliseconds."""
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value)
            return parsed.astimezone(UTC) if parsed.tzinfo is not None else None
        except (ValueError, OverflowError):
            return None
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, ValueError, OSError):
            return None
    return None
