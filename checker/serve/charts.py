"""A key over time as a drawing, with its limit, and the same as lines of a table; pure.

What has a number is drawn by its number; what has only a level, by how bad it was. What could not be read
is a mark at the foot of the drawing, never a point on the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final

from babel.dates import format_datetime

from checker.model import Level, Presence, Reading
from checker.report.facts import measured
from checker.report.formats import format_amount, format_moment, format_target
from checker.report.overview import standing_of
from checker.report.pages import Badge, Voice
from checker.report.rollup import Standing, is_information
from checker.report.safe import printable

__all__ = ["Chart", "Dot", "Limit", "Line", "chart", "lines"]

WIDTH: Final = 480
HEIGHT: Final = 220
_LEFT: Final = 14
_RIGHT: Final = 466
_TOP: Final = 30
_BOTTOM: Final = 172
_FOOT: Final = 188
_MOST: Final = 400
_LABEL: Final = 20
_TWO: Final = 2
_RANKS: Final = (Level.OK, Level.WARNING, Level.CRITICAL, Level.DEACTIVATED)
_LOST: Final = (Presence.UNREADABLE, Presence.NOT_OBSERVED)


@dataclass(frozen=True, slots=True)
class Dot:
    """One reading; `kind` is one of our own few, and so safe as a class."""

    x: float
    y: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit, across the drawing; `lane` keeps two labels apart."""

    y: float
    text: str
    kind: str
    label_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of a key over time.

    paths: the points of each unbroken line. high, low: what its upper and lower edge stand for.
    first, last: what its left and right edge stand for.
    """

    dots: tuple[Dot, ...]
    paths: tuple[str, ...]
    limits: tuple[Limit, ...]
    high: str
    low: str
    first: str
    last: str
    title: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Line:
    """One reading as a line of the table beside the drawing."""

    moment: str
    badge: Badge
    value: str
    target: str
    native: str
    note: str


def chart(voice: Voice, readings: Sequence[Reading], zone: tzinfo, title: str) -> Chart | None:
    """Return the drawing of readings, the oldest first; None where there are not two to draw."""
    drawn = readings[-_MOST:]
    if len(drawn) < _TWO:
        return None
    by_number = any(reading.value is not None for reading in drawn)
    values = [_value(reading, by_number) for reading in drawn]
    known = [value for value in values if value is not None]
    if not known:
        return None
    limits = list(_limits(drawn)) if by_number else []
    low, high = _span([*known, *(value for value, _ in limits)], by_number)
    times = [reading.observed_at.timestamp() for reading in drawn]

    def across(at: float) -> float:
        whole = times[-1] - times[0]
        return round(_LEFT + (at - times[0]) / whole * (_RIGHT - _LEFT), 1) if whole else float(_LEFT)

    def up(value: Decimal) -> float:
        return round(_BOTTOM - float((value - low) / (high - low)) * (_BOTTOM - _TOP), 1)

    dots = [
        Dot(across(at), _FOOT if value is None else up(value), _kind(reading), _said(voice, reading, zone))
        for at, value, reading in zip(times, values, drawn, strict=True)
    ]
    drawn_limits = tuple(_limit(voice, up(value), kind, drawn[-1], value) for value, kind in limits)
    return Chart(
        tuple(dots),
        tuple(_paths(dots, values)),
        drawn_limits,
        "" if _is_near(drawn_limits, _TOP) else _edge(voice, high, drawn, by_number),
        "" if _is_near(drawn_limits, _BOTTOM) else _edge(voice, low, drawn, by_number),
        _day(drawn[0].observed_at, zone, voice),
        _day(drawn[-1].observed_at, zone, voice),
        title,
    )


def lines(voice: Voice, readings: Iterable[Reading], site_zone: str) -> list[Line]:
    """Return the readings as lines of a table, the newest first."""
    return [
        Line(
            format_moment(reading.observed_at, site_zone, voice.language),
            _badge(voice, reading),
            measured(reading, voice.language),
            format_target(reading.target, reading.unit, voice.language, reading.currency),
            printable(reading.native),
            voice.words.join(
                text
                for text in (
                    printable(reading.reason),
                    voice.words.say("repaired") if reading.repaired else "",
                )
                if text
            ),
        )
        for reading in reversed(list(readings))
    ]


def _value(reading: Reading, by_number: bool) -> Decimal | None:
    if reading.presence is not Presence.SHOWN:
        return None
    if by_number:
        return reading.value
    return Decimal(_RANKS.index(reading.level)) if reading.level in _RANKS else None


def _limits(readings: Sequence[Reading]) -> Iterable[tuple[Decimal, str]]:
    """Yield the limits of the last reading that has one."""
    target = next((reading.target for reading in reversed(readings) if reading.target is not None), None)
    if target is not None:
        yield target.value, "target"
        if target.critical is not None and target.critical != target.value:
            yield target.critical, "critical"


def _span(values: Sequence[Decimal], by_number: bool) -> tuple[Decimal, Decimal]:
    if not by_number:
        return Decimal(0), Decimal(len(_RANKS) - 1)
    low, high = min(values), max(values)
    if low == high:
        room = abs(high) / 2 or Decimal(1)
        low, high = (Decimal(0) if low == 0 else low - room), high + room
    return low, high


def _limit(voice: Voice, y: float, kind: str, reading: Reading, value: Decimal) -> Limit:
    amount = format_amount(value, reading.unit, voice.language, reading.currency)
    name = voice.words.label("target") if kind == "target" else voice.words.level(Level.CRITICAL)
    return Limit(y, f"{name} {amount}", kind, y - 5 if y > _TOP + 10 else y + 15)


def _is_near(limits: Iterable[Limit], y: float) -> bool:
    """Tell whether a limit is written where an edge would be."""
    return any(abs(limit.y - y) < _LABEL for limit in limits)


def _edge(voice: Voice, value: Decimal, readings: Sequence[Reading], by_number: bool) -> str:
    if not by_number:
        return voice.words.level(_RANKS[int(value)])
    last = readings[-1]
    return format_amount(value, last.unit, voice.language, last.currency)


def _paths(dots: Sequence[Dot], values: Sequence[Decimal | None]) -> Iterable[str]:
    """Yield each unbroken line: what could not be read parts it."""
    points: list[str] = []
    for dot, value in zip(dots, values, strict=True):
        if value is not None:
            points.append(f"{dot.x},{dot.y}")
            continue
        if len(points) > 1:
            yield " ".join(points)
        points = []
    if len(points) > 1:
        yield " ".join(points)


def _kind(reading: Reading) -> str:
    if reading.presence in _LOST:
        return "unknown"
    if reading.presence is not Presence.SHOWN or is_information(reading):
        return "no-rating"
    return standing_of(reading.level).value.replace("_", "-")


def _badge(voice: Voice, reading: Reading) -> Badge:
    if reading.presence is Presence.SHOWN and not is_information(reading):
        return voice.badge(standing_of(reading.level))
    lost = reading.presence in _LOST
    return voice.badge(
        Standing.UNKNOWN if lost else Standing.NO_RATING,
        voice.words.word("presences", reading.presence.value),
    )


def _said(voice: Voice, reading: Reading, zone: tzinfo) -> str:
    level, value = _badge(voice, reading).text, measured(reading, voice.language)
    told = (_day(reading.observed_at, zone, voice), level, value)
    return voice.words.join(text for text in told if text)


def _day(moment: datetime, zone: tzinfo, voice: Voice) -> str:
    formats = voice.words.tables["formats"]
    return format_datetime(moment.astimezone(zone), formats["short"], locale=voice.words.locale)
