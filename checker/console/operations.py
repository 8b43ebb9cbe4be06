"""What a GraphQL call would do, by its parsed operations; pure.

Neither the name of an operation nor the first word of its text says whether it writes: only the
parsed document does. What cannot be parsed, or is known to the server alone, is not a read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, unquote_plus

from checker.model.strictjson import BadJson, loads

__all__ = ["asks_only", "changes", "fields_of", "may_write"]

_MAX_TOKENS: Final = 20_000
_MAX_FIELDS: Final = 5_000
_MULTIPART: Final = re.compile(
    r'content-disposition:[^\r\n]*?[; ]name="?([^"\r\n;]+)"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([^\r\n]*)',
    re.IGNORECASE,
)
_UNNAMED: Final = "#0"
"""The first operation of a document, where it has no name."""


def asks_only(body: str | None, query: str, operation: str) -> bool:
    """Tell whether a call runs nothing but queries of that name; a batch goes all or nothing.

    body: of a POST; query: of the address, used where there is no body. A call that gives the hash of
    a document in place of it is none: what the hash stands for is known to the server alone.
    """
    calls = _calls(body) if body else [_from_address(query)]
    return bool(calls) and all(_is_query(call, operation) for call in calls)


def fields_of(body: str | None) -> Iterator[tuple[str, str]]:
    """Yield the names and texts a body is made of, at any depth, whichever way it is written.

    As JSON, as a form, as a form in parts: a body of which nothing is known is read in each way.
    """
    if not body:
        return
    try:
        parsed = loads(body)
    except BadJson:
        yield from _MULTIPART.findall(body)
        yield from parse_qsl(body, keep_blank_values=True, max_num_fields=None)
        return
    todo: list[Any] = [parsed]
    for _ in range(_MAX_FIELDS):
        if not todo:
            return
        part = todo.pop()
        if isinstance(part, Mapping):
            yield from ((str(name), value) for name, value in part.items() if isinstance(value, str))
            todo += [value for value in part.values() if isinstance(value, Mapping | list)]
        elif isinstance(part, list):
            todo += [value for value in part if isinstance(value, Mapping | list)]


def changes(body: str | None) -> str:
    """Return the name of what a GraphQL body writes, nothing if it is no GraphQL or writes nothing."""
    for call in _calls(body) if body else []:
        text = call.get("query") if isinstance(call, Mapping) else None
        if not isinstance(text, str):
            continue
        for name, asks in (_kinds(text) or {}).items():
            if not asks:
                return name
    return ""


def may_write(query: str) -> bool:
    """Tell whether an address carries GraphQL that is anything but queries, whatever its path is."""
    words = unquote_plus(query)
    if "mutation" not in words and "subscription" not in words:
        return False
    text = _from_address(query)["query"]
    kinds = _kinds(text)
    # Words that are no GraphQL at all are somebody's search.
    return kinds is not None and not (kinds and all(kinds.values()))


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
    except (GraphQLError, RecursionError):
        return None
    found = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return {
        node.name.value if node.name else f"#{place}": node.operation is OperationType.QUERY
        for place, node in enumerate(found)
    }
