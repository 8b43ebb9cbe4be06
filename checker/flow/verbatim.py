"""A payload's own value as text, as the console said it: never as this program's language writes it.

verbatim("NORMAL")                         'NORMAL'
verbatim({"rate": Decimal("0.90")})        '{"rate":0.90}'
verbatim(None)                             ''
"""

from __future__ import annotations

from typing import Any, Final

import simplejson

__all__ = ["verbatim"]

_CUT: Final = "…"


def verbatim(value: Any, longest: int = 300) -> str:
    """Return a word as it is, anything else as canonical JSON: keys in order, digits as they were sent.

    No more than `longest` characters; what was cut ends in an ellipsis. Null is nothing.
    """
    if value is None:
        return ""
    text = value if isinstance(value, str) else _json(value)
    return text if len(text) <= longest else text[: longest - 1] + _CUT


def _json(value: Any) -> str:
    written: str = simplejson.dumps(
        value, use_decimal=True, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return written
