"""A standard as the console words it ("Above 90%", "2% or less"), made a target; pure."""

from __future__ import annotations

import re
from typing import Final

from checker.model import Comparator, Target
from checker.model.numbers import as_fraction, parse_number
from flows.walmart.tables import Tables

__all__ = ["standard_in"]

_NUMBER: Final = re.compile(r"\d[\d.,\N{NO-BREAK SPACE}]*\s?%|%\s?\d[\d.,]*")
_LONGEST: Final = 200
# What turns a phrase into its opposite, or into another one, where no longer phrase has used it.
_TURNING: Final = frozenset({"not", "no", "never", "equal", "except", "unless"})


def standard_in(text: str, locale: str, tables: Tables) -> Target | None:
    """Return the limit a text states, or none if it states no single one that can be understood.

    The limit is read from the console's text and never taken from a list of ours: two versions of the
    public page disagree.
    """
    numbers = _NUMBER.findall(text[:_LONGEST])
    if len(numbers) != 1 or len(text) > _LONGEST:
        return None
    amount = parse_number(numbers[0].strip(), locale)
    comparator = _comparator(text.casefold(), tables)
    if amount is None or not amount.percent or comparator is None:
        return None
    return Target(as_fraction(amount), comparator)


def _comparator(text: str, tables: Tables) -> Comparator | None:
    """Return the one comparator a text states; what a longer phrase has used says nothing again."""
    found = set()
    for phrase, comparator in tables.phrases:
        if phrase in text:
            found.add(comparator)
            text = text.replace(phrase, " ")
    turned = any(word in _TURNING for word in text.split())
    return found.pop() if len(found) == 1 and not turned else None
