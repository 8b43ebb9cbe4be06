"""The first half of the page: findings, and sites that were not read, as strings ready to be escaped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checker.evidence.vault import ENCRYPTED
from checker.model import FACTS, Actor, Known
from checker.report._parts import Badge, Table, Voice, safe_link
from checker.report._pictures import Gallery, Shown, Subject
from checker.report.facts import (
    Fact,
    facts,
    item_name,
    last_known,
    level_text,
    measured,
    site_name,
    title,
    where,
)
from checker.report.findings import Finding
from checker.report.formats import format_age, format_moment
from checker.report.overview import (
    each_widget,
    others_text,
    sites_text,
    standing_of,
    unread_title,
    unread_word,
)
from checker.report.rollup import Standing
from checker.report.safe import printable
from checker.report.unread import Unread

__all__ = ["FindingView", "UnreadView", "finding_subject", "finding_view", "unread_subject", "unread_view"]


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding as the page shows it; `parts` are the other words on the same account.

    banner: title and sentence of the event this finding is the first of.
    locked: whether its pictures are encrypted, so that none can be shown.
    """

    anchor: str
    badge: Badge
    verb: str
    site: str
    account: str
    title: str
    age: str
    due: str
    facts: tuple[Fact, ...]
    parts: tuple[str, ...]
    items: Table | None
    links: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    pictures: Shown
    banner: tuple[str, str] | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True)
class UnreadView:
    """One cause for which something was not read; `states` are name, where, and what was last known."""

    anchor: str
    badge: Badge
    title: str
    account: str
    detail: tuple[str, ...]
    who: str
    advice: str
    states: tuple[tuple[str, str, str], ...]
    rest: str
    pictures: Shown


def finding_subject(voice: Voice, finding: Finding, anchor: str) -> Subject:
    """Return what the pictures of a finding show, in words."""
    site, _ = where(finding.place, finding, voice.words)
    at = None if finding.reading is None else finding.reading.observed_at
    return _subject(voice, anchor, title(finding, voice.words), site, at, finding.evidence)


def unread_subject(voice: Voice, entry: Unread, anchor: str) -> Subject:
    """Return what the pictures of a site that was not read show, in words."""
    names = tuple(dict.fromkeys(name for state in entry.named for name in state.last.evidence))
    at = max((state.last.observed_at for state in entry.named), default=None)
    name = voice.words.name(entry.named[0].key) if entry.named else ""
    what = printable(name, 120) or voice.words.word("sections", "unread")
    return _subject(voice, anchor, what, site_name(entry.place, voice.words), at, names)


def _subject(
    voice: Voice, anchor: str, metric: str, site: str, at: datetime | None, names: tuple[str, ...]
) -> Subject:
    moment = "" if at is None else format_moment(at, "UTC", voice.language)
    told = {"metric": metric, "site": site, "moment": moment}
    say = voice.words.say
    return Subject(anchor, say("pictured", **told), say("page_pictured", **told), names)


def finding_view(voice: Voice, finding: Finding, anchor: str, gallery: Gallery) -> FindingView:
    """Return a finding as the page shows it."""
    words = voice.words
    site, account = where(finding.place, finding, words)
    told = facts(finding, voice.now, voice.language)
    due = next((fact.text for fact in told if fact.name == "deadline" and finding.deadline is not None), "")
    readings = [part.reading for part in finding.whole if part.reading is not None]
    links = dict.fromkeys(reading.link for reading in readings if reading.link)
    return FindingView(
        anchor,
        voice.badge(standing_of(finding.level), level_text(finding, words)),
        words.word("verbs", finding.verb.value) if finding.verb is not None else "",
        site,
        account,
        title(finding, words),
        format_age(finding.since, voice.now, voice.language) if finding.since is not None else "",
        due,
        tuple(fact for fact in told if not due or fact.name != "deadline"),
        tuple(_part(voice, part) for part in finding.items if not part.key.item),
        voice.items(readings),
        tuple((safe_link(link), printable(link)) for link in links),
        tuple(printable(name) for name in (*finding.evidence, *finding.bundles)),
        gallery.places[anchor],
        locked=any(name.endswith(ENCRYPTED) for name in finding.evidence),
    )


def _part(voice: Voice, part: Finding) -> str:
    reading = part.reading
    told = () if reading is None else (measured(reading, voice.language), printable(reading.native))
    return voice.words.colon(item_name(part, voice.words), voice.words.join(text for text in told if text))


def unread_view(voice: Voice, entry: Unread, anchor: str, gallery: Gallery) -> UnreadView:
    """Return a site that was not read in full as the page shows it."""
    words = voice.words
    outcome = entry.outcome
    drift = words.word("verb_why", "drift") if entry.drift else ""
    actor = FACTS[outcome].actor
    return UnreadView(
        anchor,
        voice.badge(Standing.UNKNOWN, unread_word(entry, words)),
        unread_title(entry, words),
        sites_text(entry.places, words),
        (drift,) if drift else (),
        "" if actor is Actor.NOBODY else words.word("actors", actor.value),
        words.advice(outcome, entry.accounts),
        tuple(_lost(voice, state, len(entry.places) > 1) for state in each_widget(entry.named)),
        others_text(entry.rest, voice.now, voice.language) if entry.rest else "",
        gallery.places[anchor],
    )


def _lost(voice: Voice, state: Known, many: bool) -> tuple[str, str, str]:
    name = printable(f"{voice.words.name(state.key)} {state.key.item}".strip(), 160)
    where_ = f"{state.key.account} {state.key.site}" if many and state.is_open else ""
    return name, printable(where_, 120), last_known(state, voice.now, voice.words, voice.language)
