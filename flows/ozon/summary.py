"""What the summary says beside its ratings: subscriptions, their penalties, localization; pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from checker.flow import Recorder, dig, number
from checker.model import DecidedBy, Decision, Kind, Level, Origin, Presence, Reading, Unit

__all__ = ["summary_readings"]

_SUMMARY: Final = "the summary answer"
_UNJUDGED: Final = Decision(Level.UNKNOWN, DecidedBy.NOTHING)
_BADGES: Final = ("premium", "premium_plus")


def summary_readings(recorder: Recorder, summary: Any) -> Iterator[Reading]:
    """Yield the subscriptions, what a premium seller is charged a day, and the localization index."""
    yield from _badges(recorder, summary)
    yield from _penalties(recorder, summary)
    yield _localization(recorder, summary)


def _badges(recorder: Recorder, summary: Any) -> Iterator[Reading]:
    """Yield each subscription the answer speaks of: one that is not there is information, and no red."""
    for name in _BADGES:
        if not isinstance(summary, dict) or name not in summary:
            continue
        key, origin = recorder.key("account.badge", name), Origin("ratings", _SUMMARY, name)
        if summary[name] is True:
            yield recorder.word(key, "true", Level.OK, origin=origin)
        elif summary[name] is False:
            yield recorder.absent(key, Presence.NONE, native="false", origin=origin)
        else:
            yield recorder.unreadable(key, "neither yes nor no", origin=origin)


def _penalties(recorder: Recorder, summary: Any) -> Iterator[Reading]:
    rows = dig(summary, "premium_scores")
    codes = [str(dig(row, "rating")) for row in rows] if isinstance(rows, list) else []
    for code in dict.fromkeys(codes):
        row = rows[codes.index(code)]
        key = recorder.key("ozon.premium_penalty", code[:60])
        origin = Origin("ratings", _SUMMARY, f"premium_scores[rating={code[:60]}]")
        points = number(dig(row, "penalty_score_per_day"))
        if points is None or codes.count(code) > 1:
            why = "no points" if points is None else f"{codes.count(code)} entries for it"
            yield recorder.unreadable(key, why, kind=Kind.POINTS, origin=origin)
            continue
        details = tuple((n, str(dig(row, n))[:80]) for n in ("value", "scope") if dig(row, n) is not None)
        yield recorder.shown(
            key,
            _UNJUDGED,
            kind=Kind.POINTS,
            value=points,
            unit=Unit.POINTS,
            details=details,
            origin=origin,
        )


def _localization(recorder: Recorder, summary: Any) -> Reading:
    key = recorder.key("ozon.localization_index")
    origin = Origin("ratings", _SUMMARY, "localization_index")
    rows = dig(summary, "localization_index")
    if rows == []:
        # No sales in the last fourteen days.
        return recorder.absent(key, Presence.NOT_RATED, kind=Kind.RATE, origin=origin)
    percent = number(dig(rows, "0.localization_percentage")) if _is_one(rows) else None
    if percent is None or not 0 <= percent <= 100:  # noqa: PLR2004 - a percentage
        return recorder.unreadable(key, "no single percentage", kind=Kind.RATE, origin=origin)
    day = dig(rows, "0.calculation_date")
    return recorder.shown(
        key,
        _UNJUDGED,
        kind=Kind.RATE,
        value=percent * Decimal("0.01"),
        unit=Unit.FRACTION,
        details=() if day is None else (("calculation_date", str(day)[:80]),),
        origin=origin,
    )


def _is_one(rows: Any) -> bool:
    return isinstance(rows, list) and len(rows) == 1
