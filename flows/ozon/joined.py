"""Summary and history of ratings put beside one another: one has values, the other their limits; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from checker.flow import Document, dig, number, words_in

__all__ = ["with_limits", "with_units"]

_LIMITS: Final = {
    "warning": "warning_threshold",
    "danger": "danger_threshold",
    "premium": "premium_threshold",
}
_NEITHER_WAY: Final = ("", "NEUTRAL", "UNKNOWN_DIRECTION")


def with_limits(summary: Document, histories: Sequence[Document]) -> Document:
    """Return a summary, each rating with the thresholds that the history has for it."""
    history = {code: row for doc in histories for code, row in _by_code(dig(doc.value, "ratings")).items()}
    groups = [
        {**group, "items": [_limited(row, history) for row in _rows(dig(group, "items"))]}
        if isinstance(group, dict) and isinstance(group.get("items"), list)
        else group
        for group in _rows(dig(summary.value, "groups"))
    ]
    return replace(summary, value={**summary.value, "groups": groups}) if groups else summary


def with_units(history: Document, summaries: Sequence[Document]) -> Document:
    """Return a history, each rating with what the summary says of its unit and direction, and its last day.

    What its last day was called counts where it is of the number the summary shows: another number is that of
    another day. Of a rating that the summary does not have nobody says the unit, so its day alone speaks.
    """
    shown: dict[str, Any] = {}
    for doc in summaries:
        for group in _rows(dig(doc.value, "groups")):
            shown |= _by_code(dig(group, "items"))
    rows = [
        _dated(row, shown.get(words_in(dig(row, "rating")))) for row in _rows(dig(history.value, "ratings"))
    ]
    return replace(history, value={**history.value, "ratings": rows})


def _limited(row: Any, history: Mapping[str, Any]) -> Any:
    found = history.get(words_in(dig(row, "rating")))
    if not isinstance(row, dict) or found is None:
        return row
    return {**row, "limit": _limit(found, words_in(dig(row, "rating_direction")))}


def _limit(row: Any, direction: str) -> dict[str, Any]:
    """Return the thresholds of a rating; one without any has zeros, or nothing, in their place."""
    found = {name: value for name, path in _LIMITS.items() if (value := dig(row, path)) is not None}
    lines = {name: found[name] for name in ("warning", "danger") if name in found}
    if direction in _NEITHER_WAY or not any(number(value) for value in lines.values()):
        lines = {}
    elif "warning" not in lines:
        lines["warning"] = lines["danger"]
    premium = {"premium": found["premium"]} if "premium" in found else {}
    return dict(lines) | premium


def _dated(row: Any, shown: Any) -> Any:
    if not isinstance(row, dict):
        return row
    last = max(_rows(row.get("values")), key=lambda day: words_in(dig(day, "date_to")), default=None)
    if last is None:
        return row
    value, now = number(dig(last, "value")), number(dig(shown, "current_value"))
    if shown is not None and (value is None or value != now):
        return row
    flags = [name for name in ("danger", "warning") if dig(last, f"status.{name}") is True]
    told = any(dig(last, f"status.{name}") is not None for name in ("danger", "warning"))
    direction = words_in(dig(shown, "rating_direction"))
    return {
        **row,
        "rating_direction": direction,
        "value_type": words_in(dig(shown, "value_type")),
        "limit": _limit(row, direction),
        "day": {
            "status": (*flags, "neither")[0] if told else "",
            **({} if shown is None else {"value": value}),
        },
    }


def _by_code(rows: Any) -> dict[str, Any]:
    return {code: row for row in _rows(rows) if (code := words_in(dig(row, "rating")))}


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
