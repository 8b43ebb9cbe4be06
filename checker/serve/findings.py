"""One finding: what each source said, its pictures, its past, and what a person may do about it.

What is done from the page goes through the functions of `checker ack`, `snooze` and `unack`; each needs a
name and a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from checker.errors import UsageError
from checker.model import Key
from checker.report.facts import item_name, source_text, spoken, title
from checker.report.findings import Finding
from checker.report.formats import format_number, format_when
from checker.report.lists import short_id
from checker.report.overview import standing_of
from checker.report.pages import Badge, FindingView, Voice, full_page, view_of_finding
from checker.report.safe import printable
from checker.run.acting import Doing, acknowledging, moment_meant, snoozing, taking_back
from checker.run.knowledge import moments_of
from checker.serve.charts import Chart, Line, chart, lines
from checker.serve.desk import Desk
from checker.serve.forms import who, why
from checker.serve.shops import account_text, address_of

__all__ = ["ACTS", "UNTIL", "FindingPage", "History", "Said", "act", "finding_page", "history"]

ACTS: Final = ("ack", "snooze", "unack")
UNTIL: Final = ("", "24h", "3d", "7d", "14d", "30d")
_READINGS: Final = 120
_MOMENTS: Final = 60
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")


@dataclass(frozen=True, slots=True)
class Said:
    """What one source said, as one side of a dispute or the only one."""

    badge: Badge
    source: str
    native: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of sealed evidence: its address, what it shows, whether it is a whole page."""

    address: str
    caption: str
    is_page: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to the findings of a key."""

    moment: str
    badge: Badge
    what: str
    detail: str
    by: str


@dataclass(frozen=True, slots=True)
class History:
    """One key over time."""

    name: str
    key: str
    shop: tuple[str, str]
    account: str
    chart: Chart | None
    lines: tuple[Line, ...]
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class FindingPage:
    """Everything about one finding.

    todo: what a seller should do. left: how long there is, in words; `is_late` if there is none left.
    keys: the parts it is made of: id and name. is_muted: whether there is something to take back.
    """

    id: str
    view: FindingView
    shop: tuple[str, str]
    account: str
    todo: str
    left: str
    is_late: bool
    is_disputed: bool
    said: tuple[Said, ...]
    pictures: tuple[Picture, ...]
    bundles: tuple[tuple[str, str], ...]
    history: History
    history_address: str
    keys: tuple[tuple[str, str], ...]
    is_muted: bool


def found(desk: Desk, voice: Voice, name: str) -> Finding:
    """Return the finding of a short id; UsageError if nothing of that id is open."""
    snapshot = desk.look()
    finding = snapshot.by_id.get(name)
    if finding is None:
        raise UsageError(voice.words.page("no_finding"), hint=voice.words.page("no_finding_hint"))
    return snapshot.with_cause(finding)


def finding_page(desk: Desk, voice: Voice, name: str) -> FindingPage:
    """Return everything about one finding; UsageError if nothing of that id is open."""
    finding = found(desk, voice, name)
    words, due = voice.words, finding.deadline
    key = finding.parts[0].key
    return FindingPage(
        short_id(key),
        view_of_finding(voice, finding, "finding"),
        (address_of(key.place), view_of_finding(voice, finding, "finding").site),
        account_text(desk, key.marketplace, key.account),
        words.todo(finding.cause.kind) if finding.cause is not None else "",
        "" if due is None else _left(voice, due),
        due is not None and due < voice.now,
        finding.is_disputed,
        tuple(_said(voice, finding)),
        tuple(_pictures(voice, finding)),
        _bundles(finding),
        history(desk, voice, key),
        f"/history?{urlencode({'key': str(key)})}",
        tuple((short_id(part.key), item_name(part, words)) for part in finding.parts),
        any(part.ack is not None or part.snoozed_until is not None for part in finding.parts),
    )


def act(desk: Desk, voice: Voice, name: str, fields: Mapping[str, str]) -> Doing:
    """Do to a finding what a form asks for, to all of its parts or to none, and return what was done.

    Raises:
        UsageError: The form does not say who, why or until when, or it cannot be done.
    """
    words = voice.words
    what, until = fields.get("act", ""), fields.get("until", "")
    if what not in ACTS or until not in UNTIL:
        raise UsageError(words.page("refused_form"))
    by, reason = who(fields, words), why(fields, words)
    end = moment_meant(until or None, voice.now)
    if what == "snooze":
        if end is None:
            raise UsageError(words.page("until_missing"))
        doing = snoozing(by, reason, voice.now, end)
    elif what == "ack":
        doing = acknowledging(by, reason, voice.now, end)
    else:
        doing = taking_back(by, reason, voice.now)
    desk.act([part.key for part in found(desk, voice, name).parts], doing)
    return doing


def history(desk: Desk, voice: Voice, key: Key) -> History:
    """Return one key over time."""
    snapshot = desk.look()
    with desk.store() as store:
        readings = [entry.reading for entry in store.history(key, _READINGS)]
        moments = moments_of(store, key, _MOMENTS)
    place = snapshot.by_place.get(key.place)
    zone = "UTC" if place is None else place.site.zone
    name = printable(f"{voice.words.name(key)} {key.item}".strip(), 160)
    words = voice.words
    told = (
        Moment(
            format_when(moment.at, zone, voice.now, voice.language),
            voice.badge(standing_of(moment.level), words.level(moment.level)),
            words.tables["verbs"].get(moment.what) or words.word("acts", moment.what),
            printable(moment.detail, 300),
            printable(moment.by, 80),
        )
        for moment in reversed(moments)
    )
    return History(
        name,
        printable(str(key), 300),
        (address_of(key.place), printable(key.site, 60)),
        account_text(desk, key.marketplace, key.account),
        chart(voice, readings, desk.zone, name),
        tuple(lines(voice, readings, zone)),
        tuple(told),
    )


def _said(voice: Voice, finding: Finding) -> Iterable[Said]:
    """Yield what each source said, the gravest first; of what rests on several keys, of each."""
    readings = [part.reading for part in finding.whole if part.reading is not None]
    words = voice.words
    told = (
        Said(
            voice.badge(standing_of(claim.level), words.level(claim.level)),
            source_text(claim, looks, words) or "–",
            printable(claim.native, 300),
            "" if claim.value is None else format_number(claim.value, voice.language),
            printable(claim.reason, 300),
        )
        for claim, looks in spoken(claim for reading in readings for claim in reading.claims)
    )
    yield from dict.fromkeys(told)


def _left(voice: Voice, due: datetime) -> str:
    """Return how long there is until a deadline, by days and hours; never more than is really left."""
    words = voice.words
    if due <= voice.now:
        return words.page("passed")
    hours = int((due - voice.now).total_seconds()) // 3600
    return words.page("left", days=hours // 24, hours=hours % 24)


def _pictures(voice: Voice, finding: Finding) -> Iterable[Picture]:
    """Yield the pictures of a finding, close-ups first, each with what it shows."""
    names = [name for name in finding.evidence if name.lower().endswith(_PICTURES)]
    shown = title(finding, voice.words)
    for name in sorted(names, key=lambda name: bool(full_page(name))):
        page = full_page(name)
        caption = (
            voice.words.colon(voice.words.say("full_page"), printable(page, 60))
            if page
            else f"{voice.words.say('close_up')} · {shown}"
        )
        yield Picture(f"/picture?{urlencode({'name': name}, errors='replace')}", caption, bool(page))


def _bundles(finding: Finding) -> tuple[tuple[str, str], ...]:
    """Return the bundles a finding rests on: address and name."""
    folders = (name.rpartition("/")[0] for name in finding.evidence)
    named = dict.fromkeys(folder for folder in folders if folder)
    return tuple(
        (f"/bundle?{urlencode({'name': folder}, errors='replace')}", printable(folder, 160))
        for folder in named
    )
