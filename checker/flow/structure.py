"""How a page is built, as a short mark that pages built alike nearly share; pure.

    structure(tree)         '9c2f60b1d7e48a35'

What counts is which element stands in which, with its role, id or test id: not how often, not the words, not
the classes (a red badge has another class than a green one), no number. A list that grew, a banner that came
or a widget that turned red moves a few bits; another page design moves half of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser

__all__ = ["structure"]

_BITS: Final = 64
_MOST_NODES: Final = 50_000
# Enough to tell two designs apart; always the same choice of the same features.
_MOST_FEATURES: Final = 400
_NAMES: Final = ("data-testid", "role", "id")
_NUMBER: Final = re.compile(r"\d+")
# Made up at every build or display by the tools pages are made with.
_RANDOM: Final = re.compile(r"[0-9a-f]{8,}|:r\w+:", re.IGNORECASE)


def structure(tree: LexborHTMLParser) -> str:
    """Return the mark of a page, sixteen hexadecimal digits; nothing for a page without a body."""
    body = tree.body
    if body is None:
        return ""
    features = sorted({_digest(feature) for feature in _features(tree)})[:_MOST_FEATURES]
    if not features:
        return ""
    mark = 0
    for bit in range(_BITS):
        ones = sum(feature >> bit & 1 for feature in features)
        mark |= (2 * ones > len(features)) << bit
    return f"{mark:016x}"


def _features(tree: LexborHTMLParser) -> Iterator[str]:
    body = tree.body
    if body is None:
        return
    for number, node in enumerate(body.traverse()):
        if number >= _MOST_NODES:
            return
        parent = node.parent
        outer = parent.parent if parent is not None else None
        tags = (outer.tag if outer is not None else "", parent.tag if parent is not None else "", node.tag)
        yield ">".join(tag or "" for tag in tags)
        for name in _NAMES:
            value = node.attributes.get(name)
            if value and not _RANDOM.search(value):
                yield f"{node.tag}[{name}={_NUMBER.sub('#', value)}]"


def _digest(feature: str) -> int:
    data = feature.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=_BITS // 8).digest())
