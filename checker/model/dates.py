"""Finding the one date a sentence of a console states; never a guess between two."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

__all__ = ["Named", "days_in", "deadline_in", "end_of", "moment"]

_MAX = 400
# A date needs a year that reads as one; without it a page's "3.12" could be a price.
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
# The library takes it for part of a relative date ("three days before") and loses the day that follows.
_BEFORE: Final = re.compile(r"\bbefore\b", re.IGNORECASE)
# Of days written like this the library finds the first, or none where no blank stands around it.
_UNSPACED_DAY: Final = re.compile(r"(20\d\d)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_MILLISECONDS_FROM: Final = 100_000_000_000
_SETTINGS: Final[dict[str, Any]] = {
    "REQUIRE_PARTS": ["day", "month", "year"],
    "STRICT_PARSING": True,
    "PARSERS": ["absolute-time"],
    "RETURN_AS_TIMEZONE_AWARE": False,
}


class Named(NamedTuple):
    """A day that a text names.

    Attributes:
        day: The day.
        before: What the text says before it.
        words: How it names it, with a word or two that belong to it.
        after: What it says after it.
    """

    day: date
    before: str
    words: str
    after: str


def days_in(text: str, locale: str) -> list[Named]:
    """Return the days that a text names with their years, in its order; none of a long text.

    Args:
        text: What a console says.
        locale: In which dates are written, such as `en_US`: it says which of day and month comes first.
    """
    if len(text) > _MAX or not _YEAR.search(text):
        return []
    if days := _unspaced_days(text):
        return days
    plain = _BEFORE.sub("by", text)
    order = "MDY" if locale in ("en_US", "en_CA") else "DMY"
    # Loaded here: it takes longer to load than all that reads no date.
    from dateparser.search import search_dates  # noqa: PLC0415

    settings = {**_SETTINGS, "DATE_ORDER": "YMD" if locale[:2] in ("zh", "ja", "sv") else order}
    languages = sorted({locale.partition("_")[0] or "en", "en"})
    try:
        found = search_dates(plain, languages=languages, settings=settings) or ()
    except (ValueError, OverflowError, RecursionError):
        return []
    named, place = [], 0
    for words, when in found:
        if not _YEAR.search(words):
            continue
        start = plain.find(words, place)
        if start < 0:
            continue
        place = start + len(words)
        named.append(Named(when.date(), plain[:start], words, plain[place:]))
    return named


def _unspaced_days(text: str) -> list[Named]:
    days = []
    for found in _UNSPACED_DAY.finditer(text):
        with suppress(ValueError):
            day = date(*map(int, found.groups()))
            days.append(Named(day, text[: found.start()], found.group(), text[found.end() :]))
    return days


def deadline_in(text: str, locale: str, zone: str) -> datetime | None:
    """Return the end of the one day a sentence names, in UTC; none if it names no day, or several.

    A day is over where the site is: `by December 3, 2026` ends at midnight of the site's zone.
    """
    days = {named.day for named in days_in(text, locale)} if len(_YEAR.findall(text)) == 1 else set()
    return end_of(days.pop(), zone) if len(days) == 1 else None


def end_of(day: date, zone: str) -> datetime:
    """Return when a day is over where the site is, in UTC."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(zone)).astimezone(UTC)


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
