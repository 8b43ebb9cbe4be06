"""Values, targets and times as a person reads them; percent exists here only.

    format_value(reading, "en")                      0.35%
    format_target(target, Unit.FRACTION, "en")       < 1%
    format_when(deadline, "Asia/Tokyo", now, "en")   9 Dec 2025, 16:59 GMT+9 (9 Dec, 07:59 UTC), in 9 days

Digits are never rounded across a limit: what was read is shown to its last digit.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta, get_timezone_name
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from checker.model import Comparator, Reading, Target, Unit
from checker.report.words import words_for

__all__ = [
    "format_age",
    "format_amount",
    "format_counts",
    "format_moment",
    "format_number",
    "format_target",
    "format_value",
    "format_when",
]

_SIGNS: Final = {
    Comparator.LT: "<",
    Comparator.LTE: "≤",
    Comparator.GT: ">",
    Comparator.GTE: "≥",
    Comparator.EQ: "=",
}
# Where the second step begins: a value that must stay under a limit is critical from it on, one that must
# not fall below a limit is critical under it.
_SECOND_STEPS: Final = {
    Comparator.LT: "target_two",
    Comparator.LTE: "target_two_beyond",
    Comparator.GT: "target_two_floor_at",
    Comparator.GTE: "target_two_floor",
    Comparator.EQ: "target_two_beyond",
}
_DURATIONS: Final = {
    Unit.MINUTES: "duration-minute",
    Unit.HOURS: "duration-hour",
    Unit.DAYS: "duration-day",
}
_EVERY_DIGIT: Final = "#,##0.####################"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_HOURS_UNTIL: Final = timedelta(hours=48)
# Babel goes to the next unit below this share of a unit: with it, always to the one asked for.
_NO_OTHER_UNIT: Final = 1e9


def format_number(value: Decimal, language: str) -> str:
    """Return a number with the language's separators and every digit it has."""
    return format_decimal(
        value, format=_EVERY_DIGIT, locale=words_for(language).locale, decimal_quantization=False
    )


def format_amount(value: Decimal, unit: Unit | None, language: str, currency: str = "") -> str:
    """Return a value in its unit; a fraction becomes a percentage."""
    locale = words_for(language).locale
    if unit is Unit.FRACTION:
        return f"{format_number(value * 100, language)}%"
    if unit is Unit.CURRENCY and currency:
        return format_currency(value, currency, locale=locale, decimal_quantization=False)
    if unit in _DURATIONS:
        return format_unit(value, _DURATIONS[unit], length="short", format=_EVERY_DIGIT, locale=locale)
    if unit is Unit.STARS:
        return f"{format_number(value, language)} ★"
    return format_number(value, language)


def format_value(reading: Reading, language: str) -> str:
    """Return the value of a reading, or nothing if it has none; zero is a value."""
    if reading.value is None:
        return ""
    return format_amount(reading.value, reading.unit, language, reading.currency)


def format_target(target: Target | None, unit: Unit | None, language: str, currency: str = "") -> str:
    """Return the limit with its sign, its second step, and whether it is ours; nothing without a target."""
    if target is None:
        return ""
    words = words_for(language)
    text = f"{_SIGNS[target.comparator]} {format_amount(target.value, unit, language, currency)}"
    if target.critical is not None:
        critical = format_amount(target.critical, unit, language, currency)
        text = words.say(_SECOND_STEPS[target.comparator], target=text, critical=critical)
    return words.say("target_table", target=text) if target.origin.value == "table" else text


def format_counts(reading: Reading, language: str) -> str:
    """Return the numerator and denominator as the console counts them, e.g. `7 of 2,000`."""
    whole = reading.denominator
    part = reading.numerator
    if part is None:
        return ""
    if whole is None:
        return format_number(part, language)
    words = words_for(language)
    return words.say("of", part=format_number(part, language), whole=format_number(whole, language))


def format_moment(moment: datetime, zone: str, language: str) -> str:
    """Return a moment in the site's own time and in UTC."""
    words, where = words_for(language), _zone(zone)
    formats = words.tables["formats"]
    if where is UTC:
        return formats["utc"].format(time=_at(moment, UTC, formats["moment"], words.locale))
    local = _at(moment, where, formats["moment"], words.locale)
    name = get_timezone_name(moment.astimezone(where), width="short", locale=words.locale)
    return formats["both"].format(
        local=formats["zone"].format(time=local, zone=_zone_name(name)),
        utc=_at(moment, UTC, formats["short"], words.locale),
    )


def format_when(moment: datetime, zone: str, now: datetime, language: str) -> str:
    """Return a moment in the site's own time and in UTC, and how far it is from now."""
    words = words_for(language)
    return words.tables["formats"]["relative"].format(
        moment=format_moment(moment, zone, language), relative=format_age(moment, now, language)
    )


def format_age(moment: datetime, now: datetime, language: str) -> str:
    """Return how far a moment is from now, e.g. `in 9 days`; never more than is really left."""
    delta = moment - now
    size, direction = abs(delta), 1 if delta > timedelta() else -1
    if size < timedelta(minutes=1):
        return words_for(language).say("just_now")
    if size < _HOUR:
        unit, step = "minute", timedelta(minutes=1)
    elif size < _HOURS_UNTIL:
        unit, step = "hour", _HOUR
    else:
        unit, step = "day", _DAY
    whole = step * (size // step) * direction
    return format_timedelta(
        whole,
        granularity=unit,  # type: ignore[arg-type] # one of Babel's literal words
        threshold=_NO_OTHER_UNIT,
        add_direction=True,
        locale=words_for(language).locale,
    )


def _at(moment: datetime, zone: tzinfo, pattern: str, locale: str) -> str:
    return format_datetime(moment, pattern, tzinfo=zone, locale=locale)


def _zone(name: str) -> tzinfo:
    """Return the zone, UTC for a name nobody knows: the name may come from a settings file."""
    if name in ("", "UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found, not a name, a folder
        return UTC


def _zone_name(name: str) -> str:
    """Babel writes `+0900` where a zone has no short name; people write UTC+9."""
    if name[:1] not in ("+", "-") or not name[1:].isdigit():
        return name
    hours, minutes = name[1:3].lstrip("0") or "0", name[3:]
    return f"UTC{name[0]}{hours}" + (f":{minutes}" if minutes != "00" else "")
