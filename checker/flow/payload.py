"""Following paths into JSON, and taking numbers, names and words from it exactly; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from checker.errors import Stop
from checker.flow.contract import Answer
from checker.flow.documents import NOT_THERE, same_name
from checker.model import Outcome
from checker.model.dates import moment

__all__ = [
    "at",
    "body_of",
    "details_in",
    "dig",
    "earliest_in",
    "first",
    "number",
    "outcome_of",
    "scaled",
    "texts_in",
    "there",
    "unanswered",
    "words_in",
]

_PLAIN: Final = re.compile(r"\s*[-+]?\d{1,18}(\.\d{1,18})?\s*\Z")
_PERCENT: Final = re.compile(r"\s*([-+]?\d{1,18}(?:\.\d{1,18})?)\s*%\s*\Z")
_SHIFT: Final = {"bare": 0, "fraction": 0, "percent": -2, "millionth": -6}
_LONGEST: Final = 500


def body_of(answer: Answer | None) -> Any:
    """Return an answer's JSON if it came with status 200; None otherwise."""
    return answer.body if answer is not None and answer.status == HTTPStatus.OK else None


def unanswered(answer: Answer | None, what: str) -> Stop:
    """Return what ends a visit that cannot go on without an answer; `what` was asked, for a person."""
    if answer is None or answer.status == HTTPStatus.OK:
        return Stop(Outcome.UNKNOWN_PAGE, f"the console does not say {what}")
    outcome = outcome_of(answer.status) or Outcome.UNKNOWN_PAGE
    return Stop(outcome, f"the console answers {answer.status} when asked {what}")


def outcome_of(status: int) -> Outcome | None:
    """Return how a visit ends whose calls are answered with a status; None where that says nothing."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome.SITE_DOWN
    return Outcome.BLOCKED if status == HTTPStatus.FORBIDDEN else None


def at(value: Any, path: str) -> Any:
    """Follow a dotted path into JSON; `NOT_THERE` where it ends early, the value itself for an empty path.

    A key is found as it is written, and else in another spelling of the same words.
    """
    for part in path.split(".") if path else ():
        if isinstance(value, dict):
            if part in value:
                value = value[part]
                continue
            other = next((key for key in value if same_name(key, part)), None)
            if other is None:
                return NOT_THERE
            value = value[other]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return NOT_THERE
    return value


def dig(value: Any, path: str) -> Any:
    """Follow a dotted path into JSON; None where it ends early."""
    found = at(value, path)
    return None if found is NOT_THERE else found


def first(value: Any, paths: Iterable[str]) -> Any:
    """Return what stands at the first of several paths that is there at all; `NOT_THERE` if none is."""
    for path in paths:
        found = at(value, path)
        if found is not NOT_THERE:
            return found
    return NOT_THERE


def there(value: Any, paths: Iterable[str]) -> Any:
    """Return what stands at the first of several paths that is there at all; None if none is."""
    found = first(value, paths)
    return None if found is NOT_THERE else found


def number(value: Any) -> Decimal | None:
    """Return a JSON number exactly, also one written as text with a point; None for all else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if isinstance(value, str) and _PLAIN.match(value):
        return Decimal(value.strip())
    return None


def scaled(value: Any, scale: str = "bare", *, shift: int = 0, per: int = 1) -> Decimal | None:
    """Return a number of an answer as records hold it; a percent sign of its own says that it is a percent.

    Args:
        value: A JSON number, or a text that holds one.
        scale: What the number is where nothing beside it says: bare, fraction, percent or millionth; of a
            `proven` one only what is above 1 is known to be a percent.
        shift: How many places the point moves besides.
        per: What it is divided by.

    Returns:
        The number; None for what is none.
    """
    places = _SHIFT.get(scale, -2) + shift
    if isinstance(value, str) and (percent := _PERCENT.match(value)):
        value, places, scale = percent.group(1), -2, "percent"
    exact = number(value)
    if exact is None or (scale == "proven" and exact != 0 and exact <= 1):
        return None
    # Built from its digits, not divided: a division would round to the precision that happens to be set.
    sign, digits, exponent = (exact / per if per > 1 else exact).as_tuple()
    return Decimal((sign, digits, int(exponent) + places)) if isinstance(exponent, int) else None


def words_in(value: Any) -> str:
    """Return text, or a number or truth as text: codes come as any of these; empty for all else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, Decimal)) else ""


def details_in(entry: Any, paths: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what an entry says at each path, verbatim, by the name it is told under."""
    found = ((name, words_in(dig(entry, path))) for name, path in paths.items())
    return tuple((name, text[:_LONGEST]) for name, text in found if text)


def earliest_in(entry: Any, paths: Iterable[str]) -> datetime | None:
    """Return the first of several moments: the earliest is the one that must not be missed."""
    moments = (moment(dig(entry, path)) for path in paths)
    return min((when for when in moments if when is not None), default=None)


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value, in its order; a depth the strict reader allowed is safe to walk."""
    stack = [value]
    while stack:
        inner = stack.pop()
        if isinstance(inner, str):
            yield inner
        elif isinstance(inner, (dict, list)):
            stack.extend(reversed([*inner.values()] if isinstance(inner, dict) else inner))
