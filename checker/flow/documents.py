"""Documents: the JSON objects that fit a declared shape, wherever the page's calls brought them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Document"]


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON object that fits a declared shape."""

    name: str
    value: Any
    keys: tuple[str, ...] = ()
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    url: str = ""
    asked: bool = False
