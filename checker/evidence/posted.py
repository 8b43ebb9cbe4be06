"""What a page sent in order to read, as web archives look it up: a JSON body flattened into a query; pure.

    as_query('{"site": {"id": 7}, "widgets": ["a", "b"]}')      "id=7&widgets=a&widgets.2_=b"

The rule is the viewers' own (warcio.js, `jsonToQueryParams`): names without their path, repeated ones
numbered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote_plus

__all__ = ["LONGEST", "as_query", "is_json"]

LONGEST: Final = 100_000
"""A body that is longer is not kept, in bytes."""


def is_json(text: str) -> bool:
    """Tell whether a body is a JSON object or list."""
    return text.lstrip()[:1] in ("{", "[")


def as_query(text: str) -> str:
    """Return a JSON body as the query viewers add to its address; nothing for what is no JSON."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    seen: dict[str, int] = {}
    pairs = []
    for name, value in _leaves(document, ""):
        seen[name] = seen.get(name, 0) + 1
        key = name if seen[name] == 1 else f"{name}.{seen[name]}_"
        pairs.append(f"{_quoted(key)}={_quoted(value)}")
    return "&".join(pairs)


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _leaves(inner, key)
        case list():
            for inner in value:
                yield from _leaves(inner, name)
        case bool():
            yield name, "true" if value else "false"
        case None:
            yield name, "null"
        case float() if value.is_integer():
            yield name, str(int(value))
        case "":
            return
        case _:
            yield name, str(value)


def _quoted(text: str) -> str:
    # As browsers write form data: they differ from us in two marks.
    return quote_plus(text, safe="*", errors="replace").replace("~", "%7E")
