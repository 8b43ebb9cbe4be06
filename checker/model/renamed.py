"""Marketplaces that had another name in earlier versions: what settings and files may still call them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["RENAMED", "old_names"]

RENAMED: Final[Mapping[str, str]] = MappingProxyType({"mercadolibre": "mercado_libre"})
"""The name of today, by the one of before."""


def old_names(marketplace: str) -> tuple[str, ...]:
    """Return what a marketplace was called before."""
    return tuple(old for old, new in RENAMED.items() if new == marketplace)
