"""The names and texts that a query or a body is made of, at any depth, however they are written; pure.

As JSON, as a form, as a form in parts, and each of these inside a text of another, in base 64 or not: what
wraps a deed must not hide it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from checker.console.addresses import decodings
from checker.model.strictjson import BadJson, loads

__all__ = ["fields_of", "fields_of_query", "name_of", "pairs_of"]

_MAX_FIELDS: Final = 5_000
_DEEPEST: Final = 4
"""Texts within texts within texts: nobody needs more."""
_MULTIPART: Final = re.compile(
    r'content-disposition:[^\r\n]*?[; ]name="?([^"\r\n;]+)"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([^\r\n]*)',
    re.IGNORECASE,
)
_STRING: Final = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
# What almost is JSON: a name given twice, a comment, two documents. A lenient server reads that.
_ALMOST_JSON: Final = re.compile(rf"{_STRING}\s*:\s*(?:{_STRING}|(true|false|-?\d+))", re.DOTALL)
_CODED: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_PART: Final = re.compile(r"[^\[\]().:/$]+")
_NUMBER: Final = re.compile(r"\d+")


def fields_of(body: str | None) -> Iterator[tuple[str, str]]:
    """Yield the names and texts a body is made of; a body of which nothing is known is read in each way."""
    if body:
        yield from _bounded(_in_body(body, 0))


def fields_of_query(query: str) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of a query, in each form a server could take it for."""
    yield from _bounded(
        pair for key, value in pairs_of(query) for pair in (((key, value)), *_within(value, 1))
    )


def pairs_of(query: str) -> Iterator[tuple[str, str]]:
    """Yield the keys and values of a query, in each form a server could take it for, as they stand."""
    for text in decodings(query, plus=True):
        for pair in re.split(r"[&;?]", text):
            key, _, value = pair.partition("=")
            if key or value:
                yield key.strip(), value


def name_of(key: str) -> str:
    """Return the innermost name of a key: `data[op]`, `op[]`, `data.op` and `data.op[0]` are an `op`."""
    parts = [part for part in _PART.findall(key) if not _NUMBER.fullmatch(part)]
    return (parts[-1] if parts else key).strip().casefold()


def _bounded(pairs: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for number, pair in enumerate(pairs):
        if number >= _MAX_FIELDS:
            return
        yield pair


def _in_body(body: str, depth: int) -> Iterator[tuple[str, str]]:
    try:
        parsed = loads(body)
    except BadJson:
        yield from _almost_json(body)
        yield from _MULTIPART.findall(body)
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=None)
        for key, value in (*pairs, *_MULTIPART.findall(body)):
            yield key, value
            yield from _within(value, depth + 1)
        return
    yield from _in_json(parsed, depth)


def _almost_json(text: str) -> Iterator[tuple[str, str]]:
    for name, value, literal in _ALMOST_JSON.findall(text):
        yield _plain(name), literal or _plain(value)


def _plain(text: str) -> str:
    try:
        return str(loads(f'"{text}"'))
    except BadJson:
        return text


def _in_json(parsed: Any, depth: int) -> Iterator[tuple[str, str]]:
    todo: list[tuple[str, Any]] = [("", parsed)]
    for _ in range(_MAX_FIELDS):
        if not todo:
            return
        name, part = todo.pop()
        if isinstance(part, Mapping):
            todo += [(str(key), value) for key, value in part.items()]
        elif isinstance(part, list):
            todo += [(name, value) for value in part]
        elif isinstance(part, str):
            yield name, part
            yield from _within(part, depth + 1)
        elif part is not None:
            yield name, str(part).lower()


def _within(text: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield what a text holds that is a document of its own, as it stands or in base 64."""
    if depth > _DEEPEST:
        return
    for form in (text, _uncoded(text)):
        if form.lstrip()[:1] in ("{", "["):
            yield from _in_body(form, depth)


def _uncoded(text: str) -> str:
    """Return what a text is in base 64, nothing if it is none or none of a document."""
    text = text.strip()
    if not _CODED.fullmatch(text):
        return ""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
