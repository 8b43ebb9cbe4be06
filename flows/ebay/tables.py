"""The `[data]` part of site.toml, checked."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, field_validator

from checker.flow import SiteToml

__all__ = ["Service", "Tables", "tables_of"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Service(_Strict):
    """One service metric: the answer that gives it, and the labels the page has for it."""

    metric: str
    answer: str
    labels: frozenset[str]


class Tables(_Strict):
    """Everything of `[data]`; labels are given in any case, in every language they are known in.

    labels: what the page calls a metric; marketplaces: those whose service metrics belong to a program.
    """

    labels: Mapping[str, frozenset[str]]
    current_level: frozenset[str]
    projected_level: frozenset[str]
    next_evaluation: frozenset[str]
    no_level: tuple[str, ...]
    top_rated_plus: frozenset[str]
    marketplaces: Mapping[str, tuple[str, ...]]
    services: tuple[Service, ...]

    @field_validator("labels")
    @classmethod
    def _folded_labels(cls, value: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
        return {metric: _folded(labels) for metric, labels in value.items()}

    @field_validator("current_level", "projected_level", "next_evaluation", "top_rated_plus")
    @classmethod
    def _folded_words(cls, value: frozenset[str]) -> frozenset[str]:
        return _folded(value)


def _folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


def tables_of(toml: SiteToml) -> Tables:
    """Return the checked tables; raises pydantic's ValidationError for an override that breaks them."""
    return Tables.model_validate(toml.data)
