"""A performance card, found by its title since class names say nothing; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.flow import Ambiguous, Beside, Element, Missing, Page, SiteToml, amounts_in
from checker.model import Level, Target
from checker.model.numbers import Amount
from flows.walmart.standard import standard_in
from flows.walmart.tables import Kpi, Tables

__all__ = ["Card", "card_of"]


@dataclass(frozen=True, slots=True)
class Card:
    """What one card says. there: whether its title is on the page; problem: why it cannot be believed."""

    there: bool = False
    amount: Amount | None = None
    risk: str = ""
    level: Level | None = None
    target: Target | None = None
    not_enough: bool = False
    problem: str = ""


def card_of(page: Page, kpi: Kpi, locale: str, language: str, toml: SiteToml, tables: Tables) -> Card:
    """Read the card with that title: exactly one number, at most one risk word, at most one standard."""
    found = page.beside(kpi.labels)
    if isinstance(found, Missing):
        return Card()
    if isinstance(found, Ambiguous):
        return Card(there=True, problem=found.reason)
    texts = list(dict.fromkeys(part.text for part in _parts(found) if part.text))
    not_enough = any(phrase in text.casefold() for text in texts for phrase in tables.not_enough)
    amounts = [amount for amount in amounts_in(found, locale) if amount.percent]
    risks = [
        (text, level) for text in texts if (level := toml.level_of_word("risk", text, language)) is not None
    ]
    standards = {target for text in texts if (target := standard_in(text, locale, tables)) is not None}
    problem = ""
    if len(amounts) > 1 or len(risks) > 1 or len(standards) > 1 or (amounts and not_enough):
        problem = "its card says more than one thing"
    elif not amounts and not not_enough:
        problem = "no value on its card"
    risk, level = risks[0] if risks else ("", None)
    return Card(
        there=True,
        amount=amounts[0] if amounts else None,
        risk=risk,
        level=level,
        target=standards.pop() if len(standards) == 1 else None,
        not_enough=not_enough,
        problem=problem,
    )


def _parts(found: Beside) -> Iterator[Element]:
    for element in found.elements:
        yield element
        yield from element.inside("*")
