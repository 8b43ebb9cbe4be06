"""The `[data]` part of site.toml, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, field_validator

from checker.flow import SiteToml
from checker.model import Comparator, Target, TargetOrigin
from checker.model.numbers import Amount, as_fraction

__all__ = ["Block", "Tables", "tables_of"]

Bands = tuple[Decimal, Decimal, Decimal, Decimal]
"""Upper edges of leader, green, yellow and orange, in percent; above the last is red."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Block(_Strict):
    """One variable of the reputation.

    field: its name in `seller_reputation.metrics`, nothing for one that only the page has.
    labels: what the page calls it, case folded; required: whether every seller has it.
    """

    metric: str
    field: str = ""
    labels: frozenset[str]
    required: bool = False


class Tables(_Strict):
    """Everything of `[data]`.

    colours: the thermometer's fills and the level each means. badges: what the page calls a medal.
    allowed, below: words of the sentence that prints a limit, and those of them that say it is kept.
    count: the sentence that prints how many sales it were.
    """

    blocks: tuple[Block, ...]
    limits: Mapping[str, Mapping[str, Bands]]
    colours: Mapping[str, str]
    badges: Mapping[str, str]
    allowed: tuple[str, ...]
    below: tuple[str, ...]
    count: str

    @field_validator("count")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            if re.compile(value).groups != 1:
                raise ValueError("it needs one group, the number")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        return value

    @field_validator("colours")
    @classmethod
    def _folded(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        return {colour.casefold(): level for colour, level in value.items()}

    def limit(self, site: str, field: str) -> Target | None:
        """Return the green edge of a variable in a country, from our copy of the public table."""
        bands = self.limits.get(site, {}).get(field)
        if bands is None:
            return None
        edge = as_fraction(Amount(bands[1], percent=True, bound="exact"))
        return Target(edge, Comparator.LTE, TargetOrigin.TABLE)


def tables_of(toml: SiteToml) -> Tables:
    """Return the checked tables; raises pydantic's ValidationError for an override that breaks them."""
    return Tables.model_validate(toml.data)
