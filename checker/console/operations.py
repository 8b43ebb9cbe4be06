"""What a GraphQL call would do, by its parsed operations; pure.

Neither the name of an operation nor the first word of its text says whether it writes: only the
parsed document does. What cannot be parsed, or is known to the server alone, is not a read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from checker.console.fields import fields_of_query
from checker.model.strictjson import BadJson, loads

__all__ = ["asks_only", "changes", "may_write"]

_MAX_TOKENS: Final = 20_000
_WRITES: Final = re.compile(r"\b(?:mutation|subscription)\b")
_UNNAMED: Final = "#0"
"""The first operation of a document, where it has no name."""
_UNTOLD: Final = "something too long or too deep to be told"


def asks_only(body: str | None, query: str, operation: str) -> bool:
    """Tell whether a call runs nothing but queries of that name; a batch goes all or nothing.

    body: of a POST; query: of the address, used where there is no body. A call that gives the hash of
    a document in place of it is none: what the hash stands for is known to the server alone.
    """
    calls = _calls(body) if body else [_from_address(query)]
    return bool(calls) and all(_is_query(call, operation) for call in calls)


def changes(texts: Iterable[str]) -> str:
    """Return the name of what the first of these texts writes that is GraphQL and more than queries.

    texts: of a body or of a query, each by itself, under whatever name it was sent.
    """
    for text in texts:
        if _WRITES.search(text) is None:
            continue
        # Words that are no GraphQL at all are somebody's search.
        kinds = _kinds(text)
        if kinds is None and len(text) > _MAX_TOKENS:
            return _UNTOLD
        for name, asks in (kinds or {}).items():
            if not asks:
                return name
    return ""


def may_write(query: str) -> bool:
    """Tell whether an address carries GraphQL that is anything but queries, whatever its path is."""
    texts = [_from_address(query)["query"], *(value for _, value in fields_of_query(query))]
    return bool(changes(texts))


def _calls(body: str) -> list[Any]:
    try:
        # Strictly: of a name given twice, one reader takes the first and another the last.
        parsed = loads(body)
    except BadJson:
        return []
    return parsed if isinstance(parsed, list) else [parsed]


def _from_address(query: str) -> dict[str, str]:
    given = parse_qs(query, keep_blank_values=True)
    # A name given twice is kept as two lines, which is no document any more.
    return {name: "\n".join(given.get(name, [])) for name in ("query", "operationName")}


def _is_query(call: Any, operation: str) -> bool:
    if not isinstance(call, Mapping) or call.get("operationName") != operation:
        return False
    text = call.get("query")
    kinds = _kinds(text) if isinstance(text, str) else None
    # Without a name of its own it still is the one operation there is, and a query.
    return kinds in ({operation: True}, {_UNNAMED: True})


def _kinds(text: str) -> dict[str, bool] | None:
    """Return for each operation of a document whether it is a query; none if it is no GraphQL."""
    # Loaded here: most consoles speak no GraphQL, and the library takes longer to load than a page to judge.
    from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse  # noqa: PLC0415

    try:
        document = parse(text, no_location=True, max_tokens=_MAX_TOKENS)
    except GraphQLError:
        return None
    except RecursionError:
        return {_UNTOLD: False}
    found = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return {
        node.name.value if node.name else f"#{place}": node.operation is OperationType.QUERY
        for place, node in enumerate(found)
    }
