"""The second half of the page: every account and site, with everything that was read there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

from checker.model import Key, Known, Presence, Reading, Scope
from checker.model import Place as PlaceId
from checker.report._parts import Badge, Table, Voice, language_tag
from checker.report.confirmed import confirmed_in_all, confirmed_text
from checker.report.facts import last_known, site_name
from checker.report.formats import format_counts, format_target, format_value
from checker.report.overview import coverage_text, left_out_texts, rating_text, standing_of, worst_text
from checker.report.rollup import (
    STATUS,
    Fresh,
    Place,
    SiteStanding,
    Standing,
    level_now,
    worst_standing,
)
from checker.report.safe import printable

__all__ = ["AccountView", "Row", "SiteView", "account_views"]

_LOST: Final = (Presence.UNREADABLE, Presence.NOT_OBSERVED)


@dataclass(frozen=True, slots=True)
class Row:
    """One widget as a line of a table; `is_old` if its numbers are from an earlier run."""

    name: str
    badge: Badge
    native: str
    language: str
    value: str
    counts: str
    target: str
    window: str
    note: str
    is_old: bool


@dataclass(frozen=True)
class SiteView:
    """One site: its line in the overview and, once somebody asks for it, everything read there."""

    badge: Badge
    name: str
    registration: str
    rating: str
    worst: str
    open: str
    read: str
    standing: Standing
    voice: Voice
    states: Sequence[Known]
    fresh: Fresh

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every widget as a line of a table."""
        widgets = sorted((state for state in self.states if not state.key.item), key=_in_order)
        return tuple(_row(self.voice, state, self.fresh(state)) for state in widgets)

    @cached_property
    def items(self) -> Table | None:
        """The open items of all lists as a table."""
        items = (state for state in self.states if state.key.item and state.is_open)
        told = [_told(state) for state in sorted(items, key=lambda state: state.key)]
        return self.voice.items(told, metric=True)


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account with its sites; `badge` is how the worst of them stands.

    confirmed: how much of it somebody compared with the console.
    """

    name: str
    badge: Badge
    read: str
    confirmed: str
    left_out: str
    sites: tuple[SiteView, ...]


def account_views(
    voice: Voice,
    standings: Sequence[SiteStanding],
    states: Mapping[Key, Known],
    fresh: Fresh,
    places: Sequence[Place],
) -> Iterator[AccountView]:
    """Yield every account with its sites; `fresh` tells what was looked at recently enough."""
    by_site: dict[PlaceId, list[Known]] = defaultdict(list)
    for key, state in states.items():
        by_site[key.place].append(state)
    ordered = sorted(standings, key=_account)
    left_out = left_out_texts(places, standings, voice.words)
    for (marketplace, account), group in groupby(ordered, _account):
        lines = tuple(group)
        count = sum(line.read > 0 for line in lines)
        yield AccountView(
            printable(f"{marketplace} · {account}", 120),
            voice.badge(worst_standing(lines) or Standing.UNKNOWN),
            voice.words.say("sites_read", read=count, all=len(lines)),
            confirmed_in_all(
                (state for line in lines for state in by_site[line.place.id]), voice.confirmed, voice.words
            ),
            left_out.get((marketplace, account), ""),
            tuple(_site(voice, line, by_site[line.place.id], fresh) for line in lines),
        )


def _account(line: SiteStanding) -> tuple[str, str]:
    return line.place.marketplace, line.place.account


def _site(voice: Voice, line: SiteStanding, states: Sequence[Known], fresh: Fresh) -> SiteView:
    return SiteView(
        voice.badge(line.standing),
        site_name(line.place, voice.words),
        voice.words.word("registrations", line.place.site.registration.value),
        rating_text(line, voice.language),
        worst_text(line, voice.language),
        str(line.open) if line.open else "",
        coverage_text(line, voice.now, voice.language),
        line.standing,
        voice,
        states,
        fresh,
    )


def _in_order(state: Known) -> tuple[bool, bool, bool, Key]:
    """Put the account's own words first, its status in front of them, and the lists last."""
    scope = state.last.scope
    return scope is not Scope.ACCOUNT, scope is Scope.LIST, state.key.metric != STATUS, state.key


def _row(voice: Voice, state: Known, fresh: bool) -> Row:
    last, language = state.last, voice.language
    lost = last.presence in _LOST
    told = _told(state) if lost else last
    is_old = lost or not fresh
    known = last_known(state, voice.now, voice.words, language) if is_old else ""
    value = format_value(told, language)
    said = voice.confirmed.get(state.key)
    confirmed = "" if said is None else confirmed_text(said, last, voice.words)
    return Row(
        printable(voice.words.name(state.key), 120),
        _badge(voice, state, fresh),
        printable(told.native),
        language_tag(told.language),
        f"{value}?" if value and is_old else value,
        format_counts(told, language),
        format_target(told.target, told.unit, language, told.currency),
        "" if told.window_days is None else voice.words.say("window", days=told.window_days),
        voice.words.join(text for text in (printable(last.reason), known, confirmed) if text),
        is_old,
    )


def _badge(voice: Voice, state: Known, fresh: bool) -> Badge:
    """Return the level that may be shown, in the words of what the last look found."""
    level = level_now(state, fresh=fresh)
    presence = state.last.presence
    if level is not None and level.is_open:
        return voice.badge(standing_of(level), voice.words.level(level))
    if presence is not Presence.SHOWN or level is None:
        standing = Standing.NO_RATING if level is None else standing_of(level)
        return voice.badge(standing, voice.words.word("presences", presence.value))
    return voice.badge(standing_of(level))


def _told(state: Known) -> Reading:
    return state.last if state.good is None else state.good
