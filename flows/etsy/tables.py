"""The `[data]` part of site.toml, checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

from checker.flow import SiteToml
from checker.model import Comparator, Kind, Target, TargetOrigin, Unit

__all__ = ["Card", "Few", "Row", "Tables", "tables_of"]

Program = Literal["standard", "star_seller"]
"""Whose rule a number is held against: the standard every shop must meet, or what earns a badge."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Few(_Strict):
    """The rule at low volume: with fewer than `under` events, at most `most` of them may be bad."""

    under: int
    most: int


class Row(_Strict):
    """One number of a card. limit: our copy of the public rule; few: what it is at low volume."""

    metric: str
    variant: str = ""
    kind: Kind = Kind.RATE
    unit: Unit = Unit.FRACTION
    limit: tuple[Comparator, Decimal] | None = None
    few: Few | None = None
    sane: tuple[Decimal, Decimal] = (Decimal(0), Decimal(1))

    @property
    def target(self) -> Target | None:
        """The public rule as a target."""
        return None if self.limit is None else Target(self.limit[1], self.limit[0], TargetOrigin.TABLE)


class Card(_Strict):
    """One card of the statistics page.

    labels: its title, in any case. alone: whose number it is where the card names no program.
    required: whether every shop with sales has it.
    """

    labels: frozenset[str]
    rows: Mapping[Program, Row]
    alone: Program
    required: bool = True

    @field_validator("labels")
    @classmethod
    def _folded(cls, value: frozenset[str]) -> frozenset[str]:
        return frozenset(label.casefold() for label in value)


class Tables(_Strict):
    """Everything of `[data]`.

    programs: what a card calls each program. not_enough, no_shop: phrases by which the page says that there
    is nothing to rate, or no shop. badge, no_badge: sentences that say whether the badge is held this month.
    """

    programs: Mapping[Program, frozenset[str]]
    not_enough: tuple[str, ...]
    no_shop: tuple[str, ...]
    badge: tuple[str, ...]
    no_badge: tuple[str, ...]
    cards: tuple[Card, ...]


def tables_of(toml: SiteToml) -> Tables:
    """Return the checked tables; raises pydantic's ValidationError for an override that breaks them."""
    return Tables.model_validate(toml.data)
