"""The `[data]` part of site.toml, checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from checker.flow import SiteToml
from checker.model import Comparator

__all__ = ["Kpi", "Tables", "tables_of"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kpi(_Strict):
    """One performance metric.

    summary: its name in the address of the summary answer; graphql: its path in the KPI answer.
    own, overall: the metric that counts what is the seller's fault, and the one that counts everything,
        where the console has both; `card` says which of the two the card and the KPI answer show.
    """

    summary: str
    labels: frozenset[str]
    own: str
    overall: str = ""
    card: str
    graphql: tuple[str, ...] = ()
    required: bool = False


class Tables(_Strict):
    """Everything of `[data]`.

    standards: phrases of a standard's text and the comparator each means, the longest fitting one counts.
    """

    not_enough: tuple[str, ...]
    not_launched: tuple[str, ...]
    standards: Mapping[str, Comparator]
    kpis: tuple[Kpi, ...]

    @cached_property
    def phrases(self) -> tuple[tuple[str, Comparator], ...]:
        """The phrases, the longest first."""
        rows = ((phrase.casefold(), comparator) for phrase, comparator in self.standards.items())
        return tuple(sorted(rows, key=lambda row: (-len(row[0]), row[0])))


def tables_of(toml: SiteToml) -> Tables:
    """Return the checked tables; raises pydantic's ValidationError for an override that breaks them."""
    return Tables.model_validate(toml.data)
