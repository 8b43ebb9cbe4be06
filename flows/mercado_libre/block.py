"""One variable as the page prints it, found by its label and never by its place; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from checker.flow import Ambiguous, Beside, Missing, Page, amounts_in
from checker.model import Comparator, Target
from checker.model.numbers import Amount, as_fraction, parse_number
from flows.mercado_libre.tables import Block, Tables

__all__ = ["Printed", "printed_block"]

_PERCENT: Final = re.compile(r"\d[\d.,]*\s?%|%\s?\d[\d.,]*")
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Printed:
    """What one block says. there: whether its label is on the page; problem: why it cannot be believed."""

    there: bool = False
    amount: Amount | None = None
    count: Decimal | None = None
    limit: Target | None = None
    problem: str = ""


def printed_block(page: Page, block: Block, locale: str, tables: Tables) -> Printed:
    """Read a block: exactly one percentage, at most one count of sales and one limit."""
    found = page.beside(block.labels)
    if isinstance(found, Missing):
        return Printed()
    if isinstance(found, Ambiguous):
        return Printed(there=True, problem=found.reason)
    texts = [text for text in dict.fromkeys(_texts(found)) if 0 < len(text) <= _LONGEST]
    amounts = [amount for amount in amounts_in(found, locale) if amount.percent]
    counts = {count for text in texts if (count := _count_in(text, locale, tables)) is not None}
    limits = {limit for text in texts if (limit := _limit_in(text, locale, tables)) is not None}
    if len(amounts) > 1 or len(counts) > 1 or len(limits) > 1:
        return Printed(there=True, problem="its block says more than one thing")
    if not amounts:
        return Printed(there=True, problem="no value in its block")
    limit = limits.pop() if limits else None
    if limit is not None and not limit.met_by(as_fraction(amounts[0])):
        said = found.text.casefold()
        if any(words in said for words in tables.below):
            return Printed(there=True, problem="its block says that it is below a limit which it is not")
    return Printed(there=True, amount=amounts[0], count=counts.pop() if counts else None, limit=limit)


def _texts(found: Beside) -> Iterator[str]:
    for element in found.elements:
        yield element.text
        yield from (part.text for part in element.inside("*"))


def _count_in(text: str, locale: str, tables: Tables) -> Decimal | None:
    said = re.fullmatch(tables.count, text, re.IGNORECASE)
    amount = None if said is None else parse_number(said[1], locale)
    return None if amount is None or amount.percent or amount.bound != "exact" else amount.value


def _limit_in(text: str, locale: str, tables: Tables) -> Target | None:
    """Return the limit a sentence prints: what is allowed is what lies below it."""
    numbers = _PERCENT.findall(text)
    if len(numbers) != 1 or not any(words in text.casefold() for words in tables.allowed):
        return None
    amount = parse_number(numbers[0].strip(), locale)
    return None if amount is None else Target(as_fraction(amount), Comparator.LT)
