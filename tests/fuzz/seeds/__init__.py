"""Inputs to begin with, and those that once broke a target: a JSON list for each, a character for a byte."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

__all__ = ["MOST", "by_length", "keep", "seeds_of"]

MOST: Final = 40
"""How many of what one run learnt are kept."""

_LARGEST: Final = 1500
_FOLDER: Final = Path(__file__).parent


def by_length(data: bytes) -> tuple[int, bytes]:
    """Order inputs by their length."""
    return len(data), data


def seeds_of(target: str) -> list[bytes]:
    """Return the inputs that are kept for a target."""
    file = _FOLDER / f"{target}.json"
    if not file.exists():
        return []
    texts: list[str] = json.loads(file.read_text(encoding="ascii"))
    return [text.encode("latin-1") for text in texts]


def keep(target: str, inputs: Iterable[bytes]) -> None:
    """Add inputs to those of a target, in the order of their length; large ones are not kept."""
    known = {*seeds_of(target), *(one for one in inputs if len(one) <= _LARGEST)}
    texts = [one.decode("latin-1") for one in sorted(known, key=by_length)]
    (_FOLDER / f"{target}.json").write_text(json.dumps(texts, indent=0) + "\n", encoding="ascii")
