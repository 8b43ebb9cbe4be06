"""The deadlines of everything open, over all marketplaces: as a page, and as a feed for calendar programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from babel.dates import format_datetime
from icalendar import Alarm, Calendar, Event

from checker import __version__
from checker.compare import key_id
from checker.report.facts import item_name, site_name, title
from checker.report.findings import Finding
from checker.report.formats import format_age, format_moment
from checker.report.lists import short_id
from checker.report.overview import standing_of
from checker.report.pages import Badge, Voice
from checker.report.safe import printable
from checker.serve.desk import Desk
from checker.serve.shops import account_text

__all__ = ["Day", "Due", "days", "feed"]

_ALARMS: Final = (timedelta(hours=-72), timedelta(hours=-24))
_REFRESH: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline as a line; `hour` is the reader's, `site_time` the site's own with UTC beside it."""

    address: str
    badge: Badge
    hour: str
    site_time: str
    left: str
    is_late: bool
    site: str
    account: str
    title: str
    known_to: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the reader's, with its weekday."""

    name: str
    dues: tuple[Due, ...]


def days(desk: Desk, voice: Voice) -> tuple[Day, ...]:
    """Return every deadline by day, the nearest first."""
    words, zone = voice.words, desk.zone
    formats = words.tables["serve"]

    def day(entry: tuple[datetime, Finding, Finding]) -> str:
        return format_datetime(entry[0].astimezone(zone), formats["day_format"], locale=words.locale)

    found = sorted(_entries(desk.look().findings), key=lambda entry: (entry[0], entry[1].key))
    return tuple(
        Day(name, tuple(_due(desk, voice, *entry) for entry in group)) for name, group in groupby(found, day)
    )


def _entries(findings: Iterable[Finding]) -> Iterator[tuple[datetime, Finding, Finding]]:
    """Yield each deadline with the part it is of and the finding that is a part of."""
    for finding in findings:
        for part in finding.parts:
            if part.reading is not None and part.reading.deadline is not None:
                yield part.reading.deadline, part, finding


def _due(desk: Desk, voice: Voice, at: datetime, part: Finding, whole: Finding) -> Due:
    words, key = voice.words, part.key
    zone = "UTC" if whole.place is None else whole.place.site.zone
    return Due(
        f"/finding/{short_id(key)}",
        voice.badge(standing_of(part.level), words.level(part.level)),
        format_datetime(at.astimezone(desk.zone), "HH:mm", locale=words.locale),
        format_moment(at, zone, voice.language),
        format_age(at, voice.now, voice.language),
        at < voice.now,
        _site(part, whole, voice),
        account_text(desk, key.marketplace, key.account),
        _name(part, voice),
        "" if part.ack is None else printable(part.ack.by, 60),
    )


def _site(part: Finding, whole: Finding, voice: Voice) -> str:
    place = part.place or whole.place
    return printable(part.key.site, 60) if place is None else site_name(place, voice.words)


def _name(part: Finding, voice: Voice) -> str:
    name = title(part, voice.words)
    item = item_name(part, voice.words) if part.key.item else ""
    return name if item in name else voice.words.colon(name, item)


def feed(desk: Desk, voice: Voice, address: str) -> bytes:
    """Return every deadline as iCalendar (RFC 5545).

    Args:
        desk: What is known.
        voice: The language it is told in.
        address: The address of the page, which each event leads to.
    """
    words = voice.words
    calendar = Calendar()
    calendar.add("prodid", f"-//marketplace-health-checker//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words.page("deadlines"))
    calendar.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    for at, part, whole in sorted(_entries(desk.look().findings), key=lambda entry: (entry[0], entry[1].key)):
        calendar.add_component(_event(desk, voice, at, part, whole, address))
    return bytes(calendar.to_ical())


def _event(desk: Desk, voice: Voice, at: datetime, part: Finding, whole: Finding, address: str) -> Event:
    due = _due(desk, voice, at, part, whole)
    summary = voice.words.page(
        "due_of", level=due.badge.text, site=due.site, account=due.account, title=due.title
    )
    link = f"{address}{due.address}"
    event = Event()
    # The same for the same deadline, so that a program moves an event and does not add another.
    event.add("uid", f"{key_id(part.key)}@marketplace-health-checker")
    event.add("dtstamp", voice.now)
    event.add("dtstart", at)
    event.add("summary", summary)
    event.add("description", f"{due.site_time}\n{link}")
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    for before in _ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", before)
        event.add_component(alarm)
    return event
