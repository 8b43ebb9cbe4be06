"""The verdict of a run or of what is stored, in one line at the top and one at the bottom; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from checker.model import Event, EventKind, Known, Level, Reading
from checker.report.facts import last_known, title
from checker.report.findings import Finding, Sections
from checker.report.formats import format_age, format_value
from checker.report.rollup import SiteStanding, Standing, count_standings
from checker.report.safe import printable
from checker.report.words import Words, words_for

__all__ = [
    "SYMBOLS",
    "bottom_line",
    "coverage_text",
    "headline",
    "others_text",
    "rating_text",
    "rest_line",
    "standing_of",
    "worst_text",
]

# Shape first, colour second: each reads without the other.
SYMBOLS: Final = {
    Standing.DEACTIVATED: "■",
    Standing.CRITICAL: "✖",
    Standing.UNKNOWN: "?",
    Standing.WARNING: "▲",
    Standing.OK: "✔",
    Standing.NO_RATING: "–",
}
_NEUTRAL: Final = (Standing.OK, Standing.NO_RATING)
_TO_STANDING: Final = {level: Standing(level.value) for level in Level}


def standing_of(level: Level | None) -> Standing:
    """Return the standing a level is drawn as; none, not rated, is drawn as no rating."""
    return Standing.NO_RATING if level is None else _TO_STANDING[level]


def headline(found: Sections, language: str) -> str:
    """Return the first line: what is newly red, or that nothing is, and what else there is."""
    words = words_for(language)
    if found.red:
        return _red(found.red, words, found.events)
    if found.news:
        return words.many("news", found.news)
    parts = [words.say("no_news_unread" if found.unread else "no_news")]
    if found.still_open:
        parts.append(words.many("still", len(found.still_open)))
    if found.unread:
        parts.append(words.many("unread_sites", len(found.unread)))
    return words.join(parts)


def bottom_line(standings: Sequence[SiteStanding], unread: int, language: str) -> str:
    """Return the honest last line: what is not green first, then how much is."""
    words = words_for(language)
    counts = count_standings(standings)
    counted = [
        f"{words.word('standings', standing.value).upper()} {counts[standing]}"
        for standing in Standing
        if standing not in _NEUTRAL and counts[standing]
    ]
    if counts[Standing.NO_RATING]:
        counted.append(f"{words.word('standings', 'no_rating').lower()} {counts[Standing.NO_RATING]}")
    return (
        words.join([*counted, rest_line(standings, unread, language)]) if standings else words.say("no_sites")
    )


def rest_line(standings: Sequence[SiteStanding], unread: int, language: str) -> str:
    """Return what the counts by standing do not say: widgets not read, limits passed, how much is green."""
    words = words_for(language)
    parts = []
    if unread:
        parts.append(words.many("not_read", unread))
    breaches = sum(line.breaches for line in standings)
    if breaches:
        parts.append(words.many("breaches", breaches))
    green = count_standings(standings)[Standing.OK]
    return words.join([*parts, words.say("green", part=green, whole=len(standings))])


def rating_text(line: SiteStanding, language: str) -> str:
    """Return the number of the account's rating as last shown, with a question mark if that is not now."""
    state = line.rating
    if state is None:
        return ""
    if state.last.value is not None and state.last.level is not Level.UNKNOWN:
        return format_value(state.last, language)
    if state.good is not None and state.last.presence.value in ("unreadable", "not_observed"):
        return f"{format_value(state.good, language)}?"
    return ""


def worst_text(line: SiteStanding, language: str) -> str:
    """Return the worst open finding below the account's level, with its value."""
    if line.worst is None:
        return ""
    words = words_for(language)
    reading = _told(line.worst)
    name = title(Finding(line.worst.key, line.worst.level, reading=reading), words)
    value = format_value(reading, language) or printable(reading.native, 60)
    return words.colon(name, value) if value else name


def coverage_text(line: SiteStanding, now: datetime, language: str) -> str:
    """Return how many widgets answered of those known, or how the visit ended instead."""
    words = words_for(language)
    if line.outcome is not None and line.outcome.value != "read" and not line.read:
        return words.word("outcomes", line.outcome.value)
    coverage = f"{line.read}/{line.expected}"
    if line.outcome is not None:
        return coverage
    if line.seen_at is None:
        return words.say("never_read")
    return words.say("seen", coverage=coverage, age=format_age(line.seen_at, now, language))


def others_text(states: Sequence[Known], now: datetime, language: str) -> str:
    """Return the widgets never reached and in order when last known, in one line."""
    words = words_for(language)
    what = words.join(dict.fromkeys(last_known(state, now, words, language) for state in states))
    one = len(states) == 1
    return words.say("others_one" if one else "others", count=len(states), what=what)


def _told(state: Known) -> Reading:
    return state.last if state.good is None else state.good


def _red(red: Iterable[Finding], words: Words, events: Mapping[str, Event]) -> str:
    findings = tuple(red)
    shops = {f.key.place for f in findings}
    parts = [words.many("red", len(findings)), words.many("red_shops", len(shops))]
    shared = {event.id for event in events.values() if event.kind is not EventKind.INVENTORY}
    for event in dict.fromkeys(finding.event for finding in findings if finding.event in shared):
        told = sum(finding.event == event for finding in findings)
        parts.append(words.say("in_event", count=told))
    return words.join(parts)
