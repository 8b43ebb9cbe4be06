"""The day by which a red text says that something must be done; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from checker.flow.page_words import fold, is_unspaced, page_words, words_in
from checker.flow.red_words import red_words
from checker.model.dates import Named, days_in, end_of

__all__ = ["due_day"]

_SENTENCE: Final = re.compile(r"[.!?。！？;；，、\n]")
_FIRST_FIGURE: Final = re.compile(r"\d")
_LAST_FIGURE: Final = re.compile(r".*\d", re.DOTALL)
_WORDS_BETWEEN: Final = 2
_WORDS_AFTER: Final = 3
_WORDS_STOPPED: Final = 3
# Of a script that puts no blanks between words.
_SIGNS: Final = 12


def due_day(
    texts: Iterable[str], language: str, locale: str, zone: str, now: datetime | None = None
) -> datetime | None:
    """Return the end of the earliest day by which something must be done, in UTC; None if none is named.

    "Suspended on December 1, 2026. Appeal by December 9, 2026" names one; the day on which something
    happened is none, nor is the one until which an account is stopped.

    Args:
        texts: What the console says of one thing.
        language: The language they are in.
        locale: In which their dates are written.
        zone: The site's time zone: a day is over where the site is.
        now: When they say so: "December 9" is the nearest one, "3 days left" are counted from it. Without
            it neither names a day.
    """
    today = None if now is None else now.astimezone(ZoneInfo(zone))
    # Looking for days takes long, and most texts with one say nothing of a deadline.
    words = [page_words(topic, language) for topic in ("due", "due_after")]
    days, around = [], None if today is None else today.date()
    for text in texts:
        if today is not None:
            days += [(today + left).date() for left in _left(text, language)]
        if any(topic.found_in(fold(text)) for topic in words):
            days += [named.day for named in days_in(text, locale, around) if _is_due(named, language)]
    return end_of(min(days), zone) if days else None


def _left(text: str, language: str) -> Iterator[timedelta]:
    """Yield how long a text says there still is: "3 days left", "还剩 2 天 5 小时"."""
    if not any(map(str.isdecimal, text)):
        return
    folded, is_days = fold(text), False
    for found in _time_left("left_days", language).finditer(folded):
        is_days = True
        yield timedelta(days=_number(found))
    if not is_days:
        for found in _time_left("left_hours", language).finditer(folded):
            yield timedelta(hours=_number(found))


def _number(found: re.Match[str]) -> int:
    return int(next(group for group in found.groups() if group))


@cache
def _time_left(topic: str, language: str) -> re.Pattern[str]:
    """Return what finds one of the phrases, with or without blanks around its number."""
    phrases = []
    for phrase in words_in("pagewords.toml", topic, language):
        before, after = (re.escape(fold(part)).replace(r"\ ", r"\s?") for part in phrase.split("#"))
        number = r"\s?(?<!\d)(\d{1,3})(?!\d)\s?"
        ends = ("", "") if is_unspaced(phrase) else (r"(?<!\w)", r"(?!\w)")
        phrases.append(f"{ends[0]}{before}{number}{after}{ends[1]}")
    return re.compile("|".join(phrases))


def _is_due(named: Named, language: str) -> bool:
    """Tell whether a sentence says right before or after a day that it is the last one for something."""
    # What the day is named by may have words at its ends that are none of it.
    head, tail = _FIRST_FIGURE.split(named.words)[0], _LAST_FIGURE.split(named.words)[-1]
    before = fold(_SENTENCE.split(named.before)[-1] + head)
    after = fold(tail + _SENTENCE.split(named.after)[0])
    following = after[:_SIGNS] if is_unspaced(after[:_SIGNS]) else " ".join(after.split()[:_WORDS_AFTER])
    if page_words("due_after", language).found_in(following):
        return not _stopped(before, language)
    for found in reversed(page_words("due", language).all_in(before)):
        between = before[found.end() :]
        # A weekday and a month may stand between.
        if len(between) <= _SIGNS if is_unspaced(between) else len(between.split()) <= _WORDS_BETWEEN:
            # "Restricted until December 9, 2026" is its end, and nobody's deadline.
            return not _stopped(before[: found.start()], language)
    return False


def _stopped(text: str, language: str) -> bool:
    near = text[-_SIGNS:] if is_unspaced(text) else " ".join(text.split()[-_WORDS_STOPPED:])
    return bool(red_words("account", language).found_in(near))
