"""The `[data]` part of site.toml, checked: the metric map and the few marks that vary."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from checker.flow import SiteToml
from checker.model import Comparator, Target, TargetOrigin

__all__ = ["Policy", "Rate", "Tables", "dig", "number", "tables_of"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rate(_Strict):
    """One rate: its path in the console's summary, its names in the SP-API report, its dashboard row."""

    metric: str
    variant: str = ""
    table: tuple[Comparator, Decimal] | None = None
    summary: tuple[str, ...] = ()
    summary_numerator: tuple[str, ...] = ()
    summary_base: tuple[str, ...] = ()
    report: tuple[str, ...] = ()
    report_numerator: tuple[str, ...] = ()
    report_base: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    picture: str = ""
    optional: bool = False

    @property
    def fallback(self) -> Target | None:
        """Our own copy of the public limit, which gives at most a warning."""
        return None if self.table is None else Target(self.table[1], self.table[0], TargetOrigin.TABLE)


class Policy(_Strict):
    """One policy counter: its key in the summary, its names in the report, the tab that lists it."""

    metric: str
    variant: str = ""
    summary: str = ""
    report: tuple[str, ...] = ()
    tab: str = ""
    picture: str = ""


class Tables(_Strict):
    """Everything of `[data]`."""

    pending_marks: tuple[str, ...]
    current_marks: tuple[str, ...]
    panel_title_label: str
    pending_label: str
    identity_labels: tuple[str, ...]
    low_volume: Decimal
    rating_bands: Mapping[str, Decimal]
    conditions: Mapping[str, Comparator]
    rates: tuple[Rate, ...]
    policies: tuple[Policy, ...]


def tables_of(toml: SiteToml) -> Tables:
    """Return the checked tables; raises pydantic's ValidationError for an override that breaks them."""
    return Tables.model_validate(toml.data)


def dig(value: Any, path: tuple[str, ...]) -> Any:
    """Follow a path of keys into JSON; none where it ends early."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def number(value: Any) -> Decimal | None:
    """Return a JSON number exactly; text, booleans and null are no numbers."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    return Decimal(value)
