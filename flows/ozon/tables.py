"""The `[data]` part of site.toml, checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from checker.flow import SiteToml, UnitRow

__all__ = ["Metric", "Tables", "tables_of"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Metric(_Strict):
    """What one rating code means; one that is not listed is recorded as `ozon.CODE`."""

    metric: str
    variant: str = ""
    window_days: int | None = None


class Tables(_Strict):
    """Everything of `[data]`.

    companies: paths of the list of cabinets; company, name: of one's number and name; selected: of the one
    shown. required: ratings every cabinet with sales has. seller_ships: those of one that ships by itself.
    error_index_warns: the percentage of errors above which we warn.
    """

    companies: tuple[str, ...]
    company: tuple[str, ...]
    name: tuple[str, ...]
    selected: tuple[str, ...]
    required: tuple[str, ...]
    seller_ships: frozenset[str]
    error_index_warns: Decimal
    units: Mapping[str, UnitRow]
    metrics: Mapping[str, Metric]


def tables_of(toml: SiteToml) -> Tables:
    """Return the checked tables; raises pydantic's ValidationError for an override that breaks them."""
    return Tables.model_validate(toml.data)
