"""The verdict of a run or of what is stored, in one line at the top and one at the bottom; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from checker.model import Event, EventKind, Known, Level, Outcome, Reading, Run
from checker.report.facts import last_known, site_name, title
from checker.report.findings import Finding, Sections, Tally
from checker.report.formats import format_age, format_value
from checker.report.rollup import Place, SiteStanding, Standing, count_standings
from checker.report.safe import printable
from checker.report.unread import Unread
from checker.report.words import Words, words_for

__all__ = [
    "NO_ENTRY",
    "SYMBOLS",
    "bottom_line",
    "coverage_text",
    "covered_text",
    "each_widget",
    "headline",
    "left_out_texts",
    "no_entry_text",
    "others_text",
    "rating_text",
    "rest_line",
    "sites_text",
    "standing_of",
    "tally_text",
    "unread_title",
    "unread_word",
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
# The ways in which nobody got as far as the account's first page.
NO_ENTRY: Final = frozenset(
    {
        Outcome.CREDENTIALS_REFUSED,
        Outcome.UNKNOWN_USER,
        Outcome.PASSWORD_EXPIRED,
        Outcome.LOCKED,
        Outcome.CODE_NEEDED,
        Outcome.CODE_REFUSED,
        Outcome.APPROVAL_NEEDED,
        Outcome.CAPTCHA,
        Outcome.ACTION_NEEDED,
        Outcome.STEP_UP,
        Outcome.SECRET_MISSING,
    }
)
_NAMED: Final = 3
_ACCOUNTS: Final = 8
_NEUTRAL: Final = (Standing.OK, Standing.NO_RATING)
_TO_STANDING: Final = {level: Standing(level.value) for level in Level}


def standing_of(level: Level | None) -> Standing:
    """Return the standing a level is drawn as; none, not rated, is drawn as no rating."""
    return Standing.NO_RATING if level is None else _TO_STANDING[level]


def headline(found: Sections, language: str) -> str:
    """Return the first line: what is newly red, what is open in all, and what could not be read.

    It speaks for everything known, whatever part of it the run looked at; `covered_text` says which.
    """
    words = words_for(language)
    if found.red:
        parts = [_red(found.red, words, found.events)]
    elif found.news:
        parts = [words.many("news", found.news)]
    else:
        parts = [words.say("no_news_unread" if found.unread else "no_news")]
    if found.tally.total and not _is_all(found.red, found.tally):
        parts.append(tally_text(found.tally, language))
    shut = [entry for entry in found.unread if entry.outcome in NO_ENTRY]
    parts += dict.fromkeys(no_entry_text(entry, words) for entry in shut)
    places = {place.id for entry in found.unread if entry not in shut for place in entry.places}
    if places:
        parts.append(words.many("unread_sites", len(places)))
    new = sum(entry.widgets for entry in found.unavailable if not entry.accepted)
    if new:
        parts.append(words.many("unavailable_new", new))
    return words.join(parts)


def _is_all(red: Sequence[Finding], tally: Tally) -> bool:
    return len(red) == tally.total and not tally.muted


def tally_text(tally: Tally, language: str) -> str:
    """Return how much is open in all and how bad, e.g. `5 open (critical 4, warning 1)`."""
    words = words_for(language)
    counts = [f"{words.level(level).lower()} {count}" for level, count in tally.counts]
    if tally.muted:
        counts.append(words.many("muted", tally.muted))
    text = words.many("in_all", tally.total)
    return words.tables["formats"]["split"].format(name=text, split=words.join(counts)) if counts else text


def no_entry_text(entry: Unread, words: Words) -> str:
    """Return that an account could not be signed in to, and why, e.g. because the password was refused."""
    outcome = words.word("outcomes", entry.outcome.value)
    return words.say(
        "no_entry", account=printable(entry.place.account, 60), outcome=outcome[:1].lower() + outcome[1:]
    )


def unread_word(entry: Unread, words: Words) -> str:
    """Return how the visits ended, or that a widget was unreadable."""
    if entry.outcome is Outcome.READ:
        return words.word("presences", "unreadable")
    return words.word("outcomes", entry.outcome.value)


def unread_title(entry: Unread, words: Words) -> str:
    """Return a cause with how much it is about, e.g. `not in the answer: 3 widgets on 7 sites`."""
    cause = printable(entry.detail, 240)
    count = len(entry.places)
    sites = words.many("on_sites", count) if count > 1 else _one_place(entry.place, words)
    widgets = words.many("widgets", entry.widgets)
    if not cause:
        return sites
    if entry.widgets == 0 or entry.outcome is not Outcome.READ:
        return words.say("unread_line", cause=cause, sites=sites)
    if entry.widgets == 1:
        widgets = printable(words.name(entry.states[0].key), 120)
    return words.say("unread_matter", cause=cause, widgets=widgets, sites=sites)


def _one_place(place: Place, words: Words) -> str:
    return printable(f"{site_name(place, words)}, {place.marketplace} · {place.account}", 160)


def sites_text(places: Sequence[Place], words: Words) -> str:
    """Return places by account, e.g. `amazon · main: CA, MX`."""
    by_account: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place in places:
        code = f"{place.site.code}/{place.site.shop}" if place.site.shop else place.site.code
        by_account[place.marketplace, place.account].append(printable(code, 40))
    named = [
        words.colon(printable(" · ".join(account), 120), words.join(codes))
        for account, codes in list(by_account.items())[:_ACCOUNTS]
    ]
    more = len(by_account) - _ACCOUNTS
    return "; ".join([*named, *([words.say("more_items", count=more)] if more > 0 else [])])


def each_widget(states: Sequence[Known]) -> list[Known]:
    """Return one state for each widget, the worst; what is red is named on every site."""
    found: dict[object, Known] = {}
    for state in sorted(states, key=lambda state: -(state.level.rank or 0)):
        key = state.key
        place = key.place if state.is_open else None
        found.setdefault((key.metric, key.variant, key.cycle, key.item, place), state)
    return list(found.values())


def left_out_texts(
    places: Iterable[Place], standings: Iterable[SiteStanding], words: Words
) -> dict[tuple[str, str], str]:
    """Return which sites the settings leave out, by marketplace and account; nothing where it is none."""
    shown = {line.place.id for line in standings}
    codes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place in places:
        if not place.asked and place.id not in shown:
            codes[place.marketplace, place.account].append(printable(place.site.code, 40))
    return {account: words.say("left_out", sites=words.join(left)) for account, left in codes.items()}


def covered_text(run: Run, standings: Sequence[SiteStanding], language: str) -> str:
    """Return what of all that is known this run looked at."""
    words = words_for(language)
    read = sum(line.outcome is not None and line.read > 0 for line in standings)
    visited = [line.place for line in standings if line.outcome is not None]
    told = {"read": read, "all": len(standings)}
    if not run.visits or len(visited) == len(standings):
        return words.say("covered", **told)
    named = [f"{printable(place.account, 60)} {site_name(place, words)}" for place in visited]
    accounts = {(place.marketplace, place.account) for place in visited}
    what = words.join(named)
    if len(named) > _NAMED:
        sites, owners = words.many("on_sites", len(named)), words.many("accounts", len(accounts))
        what = words.say("sites_of_accounts", sites=sites, accounts=owners)
    return words.say("covered_part", what=what, **told)


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
    disputed = sum(finding.is_disputed for finding in findings)
    if disputed:
        parts.append(words.say("red_disputed", count=disputed))
    shared = {event.id for event in events.values() if event.kind is not EventKind.INVENTORY}
    for event in dict.fromkeys(finding.event for finding in findings if finding.event in shared):
        told = sum(finding.event == event for finding in findings)
        parts.append(words.say("in_event", count=told))
    return words.join(parts)
