"""The `[data]` part of site.toml, checked."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from checker.flow import SiteToml
from checker.model import Comparator, Kind, Target, TargetOrigin, Unit

__all__ = ["Indicator", "Tables", "tables_of"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Indicator(_Strict):
    """One performance indicator.

    contains: what its native name holds, any case; the first row that fits counts.
    scale: `proven` takes a bare number for a percent or a fraction only where format, range or page prove
        which; `percent` and `fraction` say it outright, for a seller who has compared it.
    table: our own copy of a public limit, which says at most a warning.
    required: it must be there, or what `instead` names.
    """

    contains: str
    metric: str
    variant: str = ""
    kind: Kind = Kind.RATE
    unit: Unit = Unit.FRACTION
    scale: Literal["proven", "percent", "fraction", "bare"] = "proven"
    table: tuple[Comparator, Decimal] | None = None
    required: bool = False
    instead: str = ""

    @property
    def target(self) -> Target | None:
        """Our own copy of the public limit."""
        return None if self.table is None else Target(self.table[1], self.table[0], TargetOrigin.TABLE)


class Tables(_Strict):
    """Everything of `[data]`.

    rated: regions that have an Account Health Rating; rating_ok: from here on our copy of its public bands
        calls it fine. groups: endings of the keys of violation points and the metric each is.
    id_label: what stands before a record's number. appealable: states in which the time beside is a deadline.
    """

    rated: frozenset[str]
    rating_ok: Decimal
    groups: dict[str, str]
    not_opened: tuple[str, ...]
    not_rated: frozenset[str]
    id_label: str
    appealable: frozenset[str]
    indicators: tuple[Indicator, ...]


def tables_of(toml: SiteToml) -> Tables:
    """Return the checked tables; raises pydantic's ValidationError for an override that breaks them."""
    return Tables.model_validate(toml.data)
