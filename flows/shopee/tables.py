"""The `[data]` part of site.toml, checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from checker.flow import SiteToml, UnitRow

__all__ = ["Metric", "Tables", "tables_of"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Metric(_Strict):
    """What one metric id means. better: which way is good; a target the other way round is not believed."""

    metric: str
    variant: str = ""
    better: Literal["lower", "higher"]
    stars: bool = False


class Tables(_Strict):
    """Everything of `[data]`.

    required: of each group one metric must be there. tier_starts: the points at which we warn.
    groups: the field that counts the missed targets of a metric type, and our word for the type.
    """

    shop: tuple[str, ...]
    region: tuple[str, ...]
    shops: tuple[str, ...]
    points: Mapping[str, tuple[str, ...]]
    tier_starts: Decimal
    required: tuple[tuple[int, ...], ...]
    groups: Mapping[str, tuple[str, str]]
    units: Mapping[str, UnitRow]
    metrics: Mapping[str, Metric]


def tables_of(toml: SiteToml) -> Tables:
    """Return the checked tables; raises pydantic's ValidationError for an override that breaks them."""
    return Tables.model_validate(toml.data)
