"""Finding the one date a sentence of a console states; never a guess between two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

__all__ = ["Named", "days_in", "deadline_in", "end_of", "moment"]

_MAX = 400
# A date in figures needs a year that reads as one; without it a page's "3.12" could be a price.
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
# The library takes it for part of a relative date ("three days before") and loses the day that follows.
_BEFORE: Final = re.compile(r"\bbefore\b", re.IGNORECASE)
# Of days written like this the library finds the first, or none where no blank stands around it.
_UNSPACED_DAY: Final = re.compile(r"(20\d\d)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
# Thai pages count years so.
_BUDDHIST: Final = re.compile(r"(?<!\d)25[6-9]\d(?!\d)")
_BUDDHIST_ERA: Final = 543
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


def days_in(text: str, locale: str, around: date | None = None) -> list[Named]:
    """Return the days that a text names, in its order; none of a long text.

    Args:
        text: What a console says.
        locale: In which dates are written, such as `en_US`: it says which of day and month comes first.
        around: The day on which it says so, which "December 3" is nearest to; without it only days with
            their years are named. A month in figures alone is none: nobody can tell which of the two it is.
    """
    if len(text) > _MAX:
        return []
    if locale.startswith("th"):
        text = _BUDDHIST.sub(lambda year: str(int(year.group()) - _BUDDHIST_ERA), text)
    named = _with_years(text, locale) if _YEAR.search(text) else []
    for day in _in_words(text, locale, around):
        # What the library has found it reads better: with its weekday, say.
        if not any(len(known.before) <= len(day.before) < len(known.before + known.words) for known in named):
            named.append(day)
    return sorted(named, key=lambda day: len(day.before))


def _with_years(text: str, locale: str) -> list[Named]:
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


def _in_words(text: str, locale: str, around: date | None) -> Iterator[Named]:
    """Yield the days whose month is called by its name; those without a year where `around` is known."""
    language = locale.partition("_")[0]
    for found in _days(language).finditer(text):
        said = found.groupdict()
        name = said["first"] or said["last"]
        month = int(said["month"]) if name is None else _months(language)[name.casefold()]
        number, year = int(said["of_sign"] or said["after"] or said["ahead"]), said["y1"] or said["y2"]
        day = _nearest(month, number, [int(year)] if year else [], around)
        if day is not None:
            yield Named(day, text[: found.start()], found.group(), text[found.end() :])


def _nearest(month: int, day: int, years: Sequence[int], around: date | None) -> date | None:
    """Return the day of that month, without a year the one nearest to another; None where there is none."""
    if not years and around is not None:
        years = range(max(around.year - 1, 1), min(around.year + 2, 9999))
    days = []
    for year in years:
        with suppress(ValueError):
            days.append(date(year, month, day))
    return min(days, key=lambda one: abs(one - (around or one)), default=None)


@cache
def _months(language: str) -> Mapping[str, int]:
    """Return what months are called in a language and in English, in small letters."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - only what names a day needs it
    from babel.dates import get_month_names  # noqa: PLC0415

    names: dict[str, int] = {}
    for spoken in ("en", language):
        with suppress(UnknownLocaleError, ValueError):
            known = Locale.parse(spoken)
            for width in ("wide", "abbreviated"):
                for month, name in get_month_names(width, locale=known).items():
                    plain = name.casefold().rstrip(".")
                    if any(map(str.isalpha, plain)):
                        names[plain] = month
    return names


@cache
def _days(language: str) -> re.Pattern[str]:
    """Return what finds a day with its month, and its year if it has one: "3 de diciembre", "12月3日"."""
    names = "|".join(re.escape(name) for name in sorted(_months(language), key=len, reverse=True))
    year = r"(?:,?\s?(?:de\s|del\s|năm\s)?(?P<{}>20\d\d)(?!\d))?"
    return re.compile(
        r"(?<![\d年년./-])(?<!年 )(?<!년 )(?P<month>\d{1,2})\s?[月월]\s?(?P<of_sign>\d{1,2})\s?[日일]"
        r"|(?<![\d.,:])(?P<after>\d{1,2})(?:st|nd|rd|th|er|[.º°])?(?:\s?de|\s?of)?\s?"
        rf"\b(?P<last>{names})\b\.?"
        + year.format("y1")
        + rf"|\b(?P<first>{names})\.?\s(?P<ahead>\d{{1,2}})(?:st|nd|rd|th)?(?![.:]?\d|\s?[%٪％])"
        + year.format("y2"),
        re.IGNORECASE,
    )


def _unspaced_days(text: str) -> list[Named]:
    days = []
    for found in _UNSPACED_DAY.finditer(text):
        with suppress(ValueError):
            day = date(*map(int, found.groups()))
            days.append(Named(day, text[: found.start()], found.group(), text[found.end() :]))
    return days


def deadline_in(text: str, locale: str, zone: str, around: date | None = None) -> datetime | None:
    """Return the end of the one day a sentence names, in UTC; none if it names no day, or several.

    A day is over where the site is: `by December 3, 2026` ends at midnight of the site's zone. Without its
    year it is the one nearest to `around`.
    """
    several = len(_YEAR.findall(text)) > 1
    days = set() if several else {named.day for named in days_in(text, locale, around)}
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
