"""What a run has to tell: one digest for each audience, the most urgent first; pure.

For the seller: findings, an item for each, or one for many that are a single event. Red with a deadline comes
first, by the deadline; then other reds; then what is likely the platform's fault; then the rest.
For the operator: what keeps the checker from reading. What only the business can clear is told to both.

Every word of a page went through `chat_text`: in a chat nothing of it is a link, a mention or a layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from checker.model import (
    FACTS,
    Actor,
    CauseKind,
    Event,
    EventKind,
    Exit,
    Key,
    Known,
    Level,
    Outcome,
    Run,
    Verb,
)
from checker.report._pictures import full_page
from checker.report.events import event_text, event_title
from checker.report.facts import cause_text, item_name, level_text, measured, sides, site_name, title
from checker.report.findings import Finding, Sections, sections
from checker.report.formats import format_when
from checker.report.overview import SYMBOLS, sites_text, standing_of, unread_title, unread_word
from checker.report.rollup import Place
from checker.report.safe import chat_text
from checker.report.unread import Unread
from checker.report.words import Words, words_for

__all__ = ["Audience", "Digest", "Item", "News", "digest"]

_SOON: Final = timedelta(days=7)
_ITEMS: Final = 8
_PICTURES: Final = 5
_LINE: Final = 220
_LONGEST: Final = 1800
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_PLATFORM: Final = (EventKind.UNOPENED_SITES, EventKind.ACROSS_ACCOUNTS)
_GOOD: Final = (Verb.RESOLVED, Verb.IMPROVED, Verb.READABLE, Verb.SYNC)


class Audience(StrEnum):
    """Whom a message is for."""

    SELLER = "seller"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class News:
    """A run with all that is known after it.

    names: what an account is called, by alias. reminded: the findings whose reminder may be sent.
    hushed: (marketplace, account, outcome) of visits that failed, where that was told not long ago.
    """

    run: Run
    known: Mapping[Key, Known]
    places: Sequence[Place]
    names: Mapping[str, str]
    reminded: frozenset[Key] = frozenset()
    hushed: frozenset[tuple[str, str, Outcome]] = frozenset()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell; `accounts` are those it is about, `order` is how urgent it is, the lowest first.

    is_urgent: whether it may wake somebody. findings: how many it stands for. pictures: what shows it.
    """

    order: tuple[int, datetime, Key | str]
    text: str
    accounts: frozenset[str]
    level: Level
    is_urgent: bool = False
    pictures: tuple[str, ...] = ()
    findings: int = 1


@dataclass(frozen=True, slots=True)
class Digest:
    """One message: a title, a body of a few lines, and what it is about."""

    title: str
    body: str
    is_urgent: bool
    pictures: tuple[str, ...] = ()


def digest(
    news: News, audience: Audience, language: str, *, accounts: frozenset[str] | None, least: Level
) -> Digest | None:
    """Return what an audience is told of a run, or None if that is nothing.

    Args:
        news: The run and everything known after it.
        audience: Whom it is for.
        language: `en`, `zh`, or `both`: English first and Chinese below it.
        accounts: The aliases the reader answers for; None for every one.
        least: Findings below this level are not told.
    """
    if language == "both":
        parts = [digest(news, audience, one, accounts=accounts, least=least) for one in ("en", "zh")]
        english, chinese = parts
        if english is None or chinese is None:
            return None
        title = f"{english.title} / {chinese.title}"
        body = f"{english.body}\n\n{chinese.body}"
        return Digest(title, body, english.is_urgent, english.pictures)
    found = sections(news.run, news.known, news.places)
    teller = _Teller(news, found, language)
    told = teller.seller() if audience is Audience.SELLER else teller.operator()
    items = sorted(
        (item for item in told if _wanted(item, accounts, least)),
        key=lambda item: (item.order[:2], str(item.order[2])),
    )
    if not items:
        return None
    return _written(items, words_for(language), _title(news, audience, items, language))


def _wanted(item: Item, accounts: frozenset[str] | None, least: Level) -> bool:
    mine = accounts is None or not item.accounts or bool(item.accounts & accounts)
    return mine and (
        item.level is Level.UNKNOWN or not least.worse_than(item.level) or item.level is Level.OK
    )


def _title(news: News, audience: Audience, items: Sequence[Item], language: str) -> str:
    """Return how much there is, and of which account if it is about one only."""
    words = words_for(language)
    if audience is Audience.OPERATOR:
        return words.many("message_operator", len(items))
    red = sum(item.findings for item in items if item.is_urgent and item.level.is_red)
    text = words.many("red", red) if red else words.many("message_news", len(items))
    accounts = {account for item in items for account in item.accounts}
    return words.colon(_called(news, next(iter(accounts))), text) if len(accounts) == 1 else text


def _written(items: Sequence[Item], words: Words, heading: str) -> Digest:
    parts: list[str] = []
    size = 0
    for item in items[:_ITEMS]:
        if parts and size + len(item.text) > _LONGEST:
            break
        parts.append(item.text)
        size += len(item.text)
    if len(parts) < len(items):
        parts.append(words.say("message_more", count=len(items) - len(parts)))
    pictures = tuple(dict.fromkeys(name for item in items for name in item.pictures))
    return Digest(heading, "\n\n".join(parts), any(item.is_urgent for item in items), pictures[:_PICTURES])


def _close_first(names: Iterable[str]) -> tuple[str, ...]:
    """Return pictures with those of a single widget before whole pages, which no phone shows legibly."""
    return tuple(sorted(names, key=lambda name: full_page(name) != ""))


def _called(news: News, alias: str) -> str:
    return chat_text(news.names.get(alias, alias), 60)


class _Teller:
    """Puts one run into items, in one language."""

    def __init__(self, news: News, found: Sections, language: str) -> None:
        self._news = news
        self._found = found
        self._language = language
        self._words = words_for(language)
        self._now = news.run.finished_at
        self._at = {place.id: place for place in news.places}

    def seller(self) -> Iterator[Item]:
        """Yield what the seller is told."""
        found = self._found
        loud = (*found.red, *found.deadlines, *found.worsened, *found.warnings)
        told: set[str] = set()
        for finding in loud:
            event = found.events.get(finding.event)
            if event is not None and event.kind is not EventKind.INVENTORY:
                if event.id not in told:
                    told.add(event.id)
                    yield self._event(event, [one for one in loud if one.event == event.id])
            else:
                yield self._finding(finding, rank=1)
        for finding in (*found.vanished, *found.better, *found.sites):
            yield self._finding(finding, rank=5)
        for finding in found.still_open:
            if any(part.key in self._news.reminded for part in finding.whole):
                yield self._finding(finding, rank=4)
        for entry in self._trouble():
            if FACTS[entry.outcome].actor is Actor.SELLER:
                yield self._unread(entry, rank=3)

    def operator(self) -> Iterator[Item]:
        """Yield what the operator is told."""
        for entry in self._trouble():
            yield self._unread(entry, rank=2)
        code = self._news.run.exit_code
        if code in (Exit.STORE, Exit.EVIDENCE, Exit.SAFETY, Exit.BUG):
            text = self._tagged(Actor.OPERATOR, [self._words.word("exits", str(int(code)))])
            yield Item(
                (0, _NEVER, str(code)), text, frozenset(), Level.UNKNOWN, is_urgent=code == Exit.SAFETY
            )

    def _trouble(self) -> Iterator[Unread]:
        """Yield what could not be read and was not told before, or long ago."""
        fresh = {
            change.key
            for change in self._news.run.changes
            if change.verb is Verb.UNREADABLE and change.tell.value != "not"
        }
        for entry in (*self._found.unread, *self._found.unavailable):
            place = entry.place
            if entry.outcome in (Outcome.READ, Outcome.PARTIAL) and entry.states:
                if not entry.accepted and any(state.key in fresh for state in entry.states):
                    yield entry
            elif (place.marketplace, place.account, entry.outcome) not in self._news.hushed:
                yield entry

    def _finding(self, finding: Finding, rank: int) -> Item:
        words, level = self._words, finding.level
        verb = "" if finding.verb is None else f" · {words.word('verbs', finding.verb.value)}"
        if finding.key in self._news.reminded and finding.verb is None:
            verb = f" · {words.word('labels', 'still_open')}"
        lines = [
            f"{SYMBOLS[standing_of(level)]} {level_text(finding, words)}{verb} · {self._where(finding)}",
            self._says(finding),
        ]
        if finding.is_disputed:
            lines.append(chat_text(words.semicolon(sides(finding, self._language)), _LINE))
            lines.append(words.say("disputed_why"))
        platform = finding.cause is not None and finding.cause.kind is CauseKind.PLATFORM_SUSPECTED
        if finding.cause is not None and finding.cause.kind is not CauseKind.UNKNOWN:
            lines.append(chat_text(cause_text(finding.cause, finding, words), _LINE))
        due = finding.deadline if level.is_open else None
        if due is not None:
            lines.append(self._due(due, finding.place))
        actor = Actor.PLATFORM if platform else Actor.SELLER
        actor = Actor.NOBODY if finding.verb in _GOOD else actor
        return Item(
            (self._rank(rank, level, due, platform), due or _NEVER, finding.key),
            self._tagged(actor, lines),
            frozenset({finding.key.account}),
            Level.OK if finding.verb in _GOOD else level,
            is_urgent=level.is_red and finding.verb not in _GOOD and rank < 4,  # noqa: PLR2004 - reminders wait
            pictures=_close_first(finding.evidence),
        )

    def _event(self, event: Event, findings: Sequence[Finding]) -> Item:
        """Return many findings that are one event as one item, with the nearest of their deadlines."""
        words = self._words
        level = words.level(event.level)
        disputed = [finding for finding in findings if finding.is_disputed]
        level = words.say("disputed", level=level) if disputed else level
        lines = [
            f"{SYMBOLS[standing_of(event.level)]} {level} · {event_title(event, words)}",
            chat_text(event_text(event, words, self._at), 400),
        ]
        if disputed:
            lines.append(chat_text(words.semicolon(sides(disputed[0], self._language)), _LINE))
            lines.append(words.say("disputed_why"))
        with_due = [finding for finding in findings if finding.deadline is not None]
        nearest = min(with_due, key=lambda finding: finding.deadline or _NEVER, default=None)
        due = None if nearest is None else nearest.deadline
        if nearest is not None and due is not None:
            lines.append(self._due(due, nearest.place))
        platform = event.kind in _PLATFORM
        actor = Actor.PLATFORM if platform else Actor.SELLER
        return Item(
            (self._rank(1, event.level, due, platform), due or _NEVER, event.id),
            self._tagged(actor, lines),
            frozenset(place.account for place in event.places),
            event.level,
            is_urgent=event.level.is_red,
            pictures=_close_first(name for finding in findings for name in finding.evidence),
            findings=len(findings),
        )

    def _rank(self, rank: int, level: Level, due: datetime | None, platform: bool) -> int:
        """Return how urgent it is: a deadline goes before a fault that is likely the platform's."""
        if due is not None and due - self._now <= _SOON and level.is_red:
            return 0
        if rank == 1 and (platform or not level.is_red):
            return 2 if platform else 3
        return rank

    def _unread(self, entry: Unread, rank: int) -> Item:
        words = self._words
        outcome = entry.outcome
        lines = [f"? {unread_word(entry, words)} · {chat_text(unread_title(entry, words), _LINE)}"]
        if len(entry.places) > 1:
            lines.append(chat_text(sites_text(entry.places, words), _LINE))
        advice = (
            words.say("unavailable_short") if entry.unavailable else words.advice(outcome, entry.accounts)
        )
        if advice:
            lines.append(chat_text(advice, _LINE))
        actor = FACTS[outcome].actor
        if outcome in (Outcome.READ, Outcome.PARTIAL):
            actor = Actor.OPERATOR
        return Item(
            (rank, _NEVER, f"{outcome}{entry.detail}"),
            self._tagged(actor, lines),
            frozenset(place.account for place in entry.places),
            Level.UNKNOWN,
            is_urgent=any(state.is_open and state.level.is_red for state in entry.states),
        )

    def _where(self, finding: Finding) -> str:
        site = finding.key.site if finding.place is None else site_name(finding.place, self._words)
        account = _called(self._news, finding.key.account)
        return chat_text(f"{finding.key.marketplace} {account} · {site}", 160)

    def _says(self, finding: Finding) -> str:
        """Return what it is about, and what the console says of it."""
        reading, words = finding.reading, self._words
        name = title(finding, words)
        if finding.items and finding.items[0].key.item:
            names = [item_name(item, words) for item in finding.items[:3]]
            more = len(finding.items) - len(names)
            names += [words.say("more_items", count=more)] if more > 0 else []
            name = words.colon(name, words.join(names))
        said = "" if reading is None else measured(reading, self._language) or reading.native
        return chat_text(words.colon(name, said) if said else name, _LINE)

    def _due(self, due: datetime, place: Place | None) -> str:
        zone = "UTC" if place is None else place.site.zone
        label = self._words.label("deadline")
        return self._words.colon(label, format_when(due, zone, self._now, self._language))

    def _tagged(self, actor: Actor, lines: Iterable[str]) -> str:
        words = self._words
        return "\n".join(
            [*(line for line in lines if line), f"→ {words.word('message_actors', actor.value)}"]
        )
