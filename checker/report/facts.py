"""One finding as lines of label and text, the same for the terminal and the page.

Everything in a line is safe to show to a person: what came from a page went through `printable`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final

from babel import Locale

from checker.model import Ack, Cause, CauseKind, Known, Presence, Reading, Scope, Verb
from checker.model.records import Statement
from checker.report.findings import Finding
from checker.report.formats import (
    format_age,
    format_counts,
    format_moment,
    format_number,
    format_target,
    format_value,
    format_when,
)
from checker.report.rollup import Place
from checker.report.safe import printable
from checker.report.words import Words, words_for

__all__ = [
    "Fact",
    "ack_text",
    "cause_text",
    "detail_text",
    "facts",
    "item_name",
    "last_known",
    "level_text",
    "measured",
    "sides",
    "site_name",
    "source_text",
    "spoken",
    "stated_cause",
    "title",
    "where",
]

_SHORT: Final = 120
# How readings call an answer of the console, by its name in site.toml.
_ANSWER: Final = re.compile(r"the (\w+) answer")
_METRIC: Final = re.compile(r"\b[a-z_]+(?:\.[a-z_]+)+\b")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)")
# What consoles call countries whose code is another one.
_TERRITORIES: Final = {"UK": "GB"}
# What is told of these is what happened, beside what was read.
_TELLING: Final = (Verb.DEADLINE, Verb.RELEASED)
# What these rest on is said in the reader's language rather than in the comparison's English.
_OWN_WORDS: Final = (
    CauseKind.NEVER_OPENED,
    CauseKind.DORMANT,
    CauseKind.PLATFORM_SUSPECTED,
    CauseKind.UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and a text; `name` says which fact it is, `language` which one a native word is in."""

    name: str
    label: str
    text: str
    language: str = ""


def title(finding: Finding, words: Words) -> str:
    """Return the name of what the finding is about, with its item."""
    name = printable(words.name(finding.key), _SHORT)
    return words.colon(name, item_name(finding, words)) if finding.key.item else name


def level_text(finding: Finding, words: Words, level: str = "") -> str:
    """Return the word for a finding's level, marked where it is disputed."""
    text = level or words.level(finding.level)
    return words.say("disputed", level=text) if finding.is_disputed else text


def sides(finding: Finding, language: str) -> tuple[str, ...]:
    """Return what each source said of a disputed finding, in words: both sides, the graver first."""
    words = words_for(language)
    told = (part.reading for part in finding.whole if part.reading is not None and part.reading.disputed)
    said = spoken(claim for reading in told for claim in reading.claims)
    return tuple(dict.fromkeys(_side(claim, looks, words, language) for claim, looks in said))


def spoken(claims: Iterable[Statement]) -> list[tuple[Statement, frozenset[int]]]:
    """Return what sources said, the gravest first, each with the looks in which it said just that."""
    looks: dict[Statement, set[int]] = {}
    for claim in claims:
        looks.setdefault(replace(claim, look=1), set()).add(claim.look)
    ordered = sorted(looks, key=lambda claim: (-(claim.level.rank or 0), min(looks[claim])))
    return [(claim, frozenset(looks[claim])) for claim in ordered]


def source_text(claim: Statement, looks: Collection[int], words: Words) -> str:
    """Return which place of the console spoke, and in which looks, in the reader's language."""
    page, found, source = claim.source.partition(": ")
    page, source = (page, source) if found else ("", page)
    answer = _ANSWER.fullmatch(source)
    if answer is not None:
        text = words.say("source_answer", name=printable(answer[1], _SHORT))
    else:
        text = words.tables["sources"].get(source, "") or printable(source, _SHORT)
    if page and text:
        text = words.say("source_on", page=printable(page, _SHORT), source=text)
    if not text or max(looks, default=1) == 1:
        return text
    return words.say("both_looks" if len(looks) > 1 else "second_look", source=text)


def _side(claim: Statement, looks: Collection[int], words: Words, language: str) -> str:
    native = printable(claim.native, _SHORT)
    number = "" if claim.value is None else format_number(claim.value, language)
    said = words.join(
        dict.fromkeys(text for text in (native, number, printable(claim.reason, _SHORT)) if text)
    )
    level = words.level(claim.level)
    text = words.tables["formats"]["split"].format(name=level, split=said) if said else level
    source = source_text(claim, looks, words)
    return words.colon(source, text) if source else text


def item_name(finding: Finding, words: Words) -> str:
    """Return the name of a part: the product an item is about, else its own id; a metric's own name."""
    if not finding.key.item:
        return title(finding, words)
    details = dict(finding.reading.details) if finding.reading is not None else {}
    return printable(details.get("asin") or details.get("sku") or finding.key.item, _SHORT)


def where(place: Place | None, finding: Finding, words: Words) -> tuple[str, str]:
    """Return the site's name with its code, and the account with the site's registration."""
    account = printable(f"{finding.key.marketplace} · {finding.key.account}", _SHORT)
    if place is None:
        return printable(finding.key.site, _SHORT), account
    registration = words.word("registrations", place.site.registration.value)
    return site_name(place, words), f"{account} · {registration}"


def site_name(place: Place, words: Words | None = None) -> str:
    """Return a site's name and code, and its shop where it has several.

    A country is called as the reader's language calls it; what else a console names a site stays as it is.
    """
    site = place.site
    label = site.label if words is None else _country(site.label, site.code, words.locale)
    name = site.code if label in ("", site.code) else f"{label} ({site.code})"
    return printable(f"{name} / {site.shop}" if site.shop else name, _SHORT)


@cache
def _country(label: str, code: str, locale: str) -> str:
    territory = _TERRITORIES.get(code, code)
    if Locale("en").territories.get(territory, "").casefold() != label.casefold():
        return label
    return str(Locale.parse(locale).territories.get(territory, label))


def measured(reading: Reading, language: str) -> str:
    """Return value, counts, target and window in one line, e.g. `1.4% (7 of 500), target < 1%, 60 days`."""
    words = words_for(language)
    value = format_value(reading, language)
    counts = format_counts(reading, language)
    if value and counts:
        value = f"{value} ({counts})"
    target = format_target(reading.target, reading.unit, language, reading.currency)
    text = words.say("value_target", value=value, target=target) if value and target else value
    if text and reading.window_days is not None:
        text = f"{text} · {words.say('window', days=reading.window_days)}"
    return printable(text)


def cause_text(cause: Cause | None, finding: Finding, words: Words) -> str:
    """Return the best supported cause with what supports it."""
    if cause is None:
        return ""
    stated = finding.reading.cause if finding.reading is not None else None
    support = cause.support
    if cause.kind in _OWN_WORDS and stated is None:
        support = words.word("cause_why", cause.kind.value)
    elif cause.kind is CauseKind.PERFORMANCE and stated is None:
        support = words.name(finding.key)
    elif _is_said(support, finding.reading):
        support = ""
    return stated_cause(replace(cause, support=support), words)


def stated_cause(cause: Cause, words: Words) -> str:
    """Return a cause with what supports it; a metric is called as people call it."""
    label = words.word("causes", cause.kind.value)
    support = _METRIC.sub(lambda found: words.metric(found[0]), cause.support)
    return words.colon(label, printable(support)) if support else label


def detail_text(value: str, zone: str, language: str) -> str:
    """Return what a console said besides, safe to show: a moment as people write it, in a site's zone."""
    if _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return printable(value)
        if moment.tzinfo is not None:
            return format_moment(moment, zone, language)
    return printable(value)


def _is_said(support: str, reading: Reading | None) -> bool:
    """Tell whether the finding's other lines say the same already."""
    return reading is not None and support in (reading.native, reading.reason)


def facts(finding: Finding, now: datetime, language: str) -> tuple[Fact, ...]:
    """Return everything worth saying of a finding, in the order of reading."""
    words = words_for(language)
    return tuple(
        Fact(name, words.label(name), text, tongue)
        for name, text, tongue in _lines(finding, now, language, words)
        if text
    )


def last_known(state: Known, now: datetime, words: Words, language: str) -> str:
    """Return the last level that was really read, and its age."""
    if state.good is None:
        return words.say("never_read")
    age = format_age(state.good.observed_at, now, language)
    return words.say("last_level", level=words.level(state.level), age=age)


def ack_text(ack: Ack, zone: str, now: datetime, language: str) -> str:
    """Return who acknowledged a finding, why, when, and until when."""
    words = words_for(language)
    who = words.say("acked_by", by=printable(ack.by, _SHORT), age=format_age(ack.at, now, language))
    text = words.colon(who, printable(ack.reason))
    if ack.until is None:
        return text
    return words.join((text, words.say("until", moment=format_moment(ack.until, zone, language))))


_Line = tuple[str, str, str]


def _lines(finding: Finding, now: datetime, language: str, words: Words) -> Iterator[_Line]:
    zone = finding.place.site.zone if finding.place is not None else "UTC"
    yield from _what_it_says(finding, language, words)
    if finding.cause is not None:
        yield "cause", cause_text(finding.cause, finding, words), ""
    if finding.since is not None:
        yield "since", format_when(finding.since, zone, now, language), ""
    if finding.ack is not None:
        yield "ack", ack_text(finding.ack, zone, now, language), ""
    if finding.level.is_open:
        yield "deadline", _deadline(finding, zone, now, language), ""
    if finding.level.is_open and finding.verb is not None:
        yield "todo", words.todo(finding.cause.kind if finding.cause else CauseKind.UNKNOWN), ""


def _what_it_says(finding: Finding, language: str, words: Words) -> Iterator[_Line]:
    reading = finding.reading
    if finding.level_before is not None:
        yield "before", words.level(finding.level_before), ""
    if finding.verb in _TELLING and finding.detail:
        yield "why", printable(words.word("steps", finding.detail)), ""
    if reading is None or reading.presence is not Presence.SHOWN:
        verb = finding.verb.value if finding.verb is not None else ""
        yield "why", words.tables["verb_why"].get(verb) or printable(finding.detail), ""
        return
    yield "native", printable(reading.native), reading.language
    yield "value", measured(reading, language), ""
    yield "why", printable(reading.reason), ""
    if finding.is_disputed:
        yield "contradicts", words.semicolon(sides(finding, language)) or printable(reading.contradicts), ""
        yield "doubt", words.say("disputed_why"), ""
    else:
        yield "contradicts", printable(reading.contradicts), ""


def _deadline(finding: Finding, zone: str, now: datetime, language: str) -> str:
    deadline = finding.deadline
    if deadline is None:
        # Rates have no last day; only where somebody must answer is a missing one worth a word.
        asks = finding.scope in (Scope.ACCOUNT, Scope.ITEM) or finding.items
        return words_for(language).say("no_deadline") if asks else ""
    text = format_when(deadline, zone, now, language)
    return f"{text} – {words_for(language).say('is_late')}" if deadline < now else text
