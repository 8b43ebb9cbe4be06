"""The `[data]` part of site.toml, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from checker.flow import SiteToml, UnitRow

__all__ = ["Indicator", "Points", "Tables", "tables_of"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Indicator(_Strict):
    """What one indicator type means.

    formats: the score formats it may come in; another one is not believed.
    better: which way is good; a target the other way round is not believed.
    points: whether a bare number is one of penalty points.
    """

    metric: str
    variant: str = ""
    formats: tuple[str, ...]
    better: Literal["lower", "higher"]
    points: bool = False
    window_days: int | None = None


class Points(_Strict):
    """What the page calls the penalty points in all, and those of each group; case folded."""

    labels: frozenset[str]
    groups: Mapping[str, frozenset[str]]


class Tables(_Strict):
    """Everything of `[data]`.

    required: metrics every shop has. formats: what each score format is. causes: what a status may mean.
    """

    required: tuple[str, ...]
    formats: Mapping[str, UnitRow]
    indicators: Mapping[str, Indicator]
    points: Points
    causes: Mapping[str, str]


def tables_of(toml: SiteToml) -> Tables:
    """Return the checked tables; raises pydantic's ValidationError for an override that breaks them."""
    return Tables.model_validate(toml.data)
