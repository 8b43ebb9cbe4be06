"""JSON from outside: one strict reading of it, or a refusal that says where.

    loads(b'{"rate": 0.0035}')    {"rate": Decimal("0.0035")}
    loads('{"a": 1, "a": 2}')     BadJson: the key "a" stands twice in one object (line 1, column 10)

Stricter than ``json.loads``: no key twice, no NaN or Infinity, UTF-8 only, bounded size, depth and numbers.
Fractions are Decimals, whole numbers ints. Case D8.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

__all__ = ["BadJson", "loads"]

MAX_BYTES = 10_000_000
MAX_DEPTH = 100
# No double is beyond 1e309. Written out, 1e999999999 would be a gigabyte of zeros.
MAX_MAGNITUDE = 400
_SHOWN = 40

# A string, ended or not, so that the search never starts twice inside one: possessive, hence linear.
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_BRACKETS = re.compile(rf"{_STRING}|([\[{{]+)|([\]}}]+)", re.DOTALL)
_TOKENS = re.compile(rf"({_STRING})\s*(:?)|([\[{{])|([\]}}])", re.DOTALL)
# In JSON that parsed, a backslash is always inside a string: pairs go by, what is left over is a lone half.
_SURROGATES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)


class BadJson(ValueError):  # noqa: N818 - it names what came in, as the reader of the message sees it
    """The document is not JSON as we accept it; the message tells what is wrong, and where."""

    def __init__(self, reason: str, *, line: int, column: int) -> None:
        super().__init__(f"{reason} (line {line}, column {column})")
        self.reason = reason
        self.line = line
        self.column = column


class _LiteralError(Exception):
    """A number or constant the decoder came upon; it does not tell us where."""

    def __init__(self, literal: str, reason: str) -> None:
        super().__init__(reason)
        self.literal = literal
        self.reason = reason


class _KeyTwiceError(Exception):
    """An object named one key twice; the decoder does not tell us where."""


def loads(data: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """Return what the document holds: Decimals for fractions, ints for whole numbers.

    Raises:
        BadJson: it is no JSON, or is JSON that two readers could understand differently, or that is too
            large, too deep, or too big a number to be handled safely. Nothing else is raised for any input.
    """
    text = _decode(data, max_bytes)
    _check_depth(text, max_depth)
    try:
        document = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        _refuse(text, error.pos, f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}")
    except _LiteralError as error:
        _refuse(text, _find_literal(text, error.literal), error.reason)
    except _KeyTwiceError:
        position, key = _find_key_twice(text)
        _refuse(text, position, f"the key {_shown(key)} stands twice in one object")
    _check_surrogates(text)
    return document


def _decode(data: bytes | str, max_bytes: int) -> str:
    # Characters are never more than bytes: the cheap count first, so that a huge text is not encoded at all.
    if len(data) > max_bytes:
        raise BadJson(f"larger than {max_bytes:,} bytes", line=1, column=1)
    try:
        if isinstance(data, bytes):
            text = data.decode("utf-8")
        else:
            text = data
            if len(data.encode("utf-8")) > max_bytes:
                raise BadJson(f"larger than {max_bytes:,} bytes", line=1, column=1)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        _refuse(before, len(before), "not UTF-8")
    except UnicodeEncodeError as error:
        _refuse(error.object, error.start, "half of a surrogate pair, which is no character")
    if text.startswith("\ufeff"):
        _refuse(text, 0, "a byte order mark before the document")
    return text


def _check_depth(text: str, max_depth: int) -> None:
    """Refuse deep nesting before the decoder, which recurses, meets it."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        opened, closed = match.group(1, 2)
        if opened is not None:
            if depth + len(opened) > max_depth:
                _refuse(text, match.start() + max_depth - depth, f"nested deeper than {max_depth} levels")
            depth += len(opened)
        elif closed is not None:
            depth = max(depth - len(closed), 0)


def _check_surrogates(text: str) -> None:
    if "\\u" not in text:
        return
    for match in _SURROGATES.finditer(text):
        if match.group(1) is not None:
            _refuse(text, match.start(), "half of a surrogate pair, which is no character")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _KeyTwiceError
    return found


def _constant(literal: str) -> NoReturn:
    raise _LiteralError(literal, f"{literal} is not a JSON number")


def _whole(literal: str) -> int:
    if len(literal) > MAX_MAGNITUDE:
        raise _LiteralError(literal, f"a number of {len(literal)} characters")
    return int(literal)


def _fraction(literal: str) -> Decimal:
    if len(literal) > MAX_MAGNITUDE:
        raise _LiteralError(literal, f"a number of {len(literal)} characters")
    # The exponent is looked at as text: one beyond Decimal's own limits could not even be built.
    exponent = literal.lower().partition("e")[2]
    if exponent and abs(int(exponent)) > MAX_MAGNITUDE:
        raise _LiteralError(literal, f"the number {_shown(literal)} is out of range")
    return Decimal(literal)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=_fraction,
    parse_int=_whole,
    parse_constant=_constant,
)


def _find_literal(text: str, literal: str) -> int:
    """Return where the literal first stands outside strings, as a whole word."""
    word = re.compile(rf"{_STRING}|(?<![\w.+-])({re.escape(literal)})(?![\w.])", re.DOTALL)
    return next((match.start(1) for match in word.finditer(text) if match.group(1) is not None), 0)


def _find_key_twice(text: str) -> tuple[int, str]:
    """Return where the first repeated key stands, and its name."""
    seen: list[set[str]] = []
    for match in _TOKENS.finditer(text):
        name, colon, opened, closed = match.groups()
        if opened is not None:
            seen.append(set())
        elif closed is not None:
            seen.pop()
        elif colon:
            key = json.loads(name)
            if key in seen[-1]:
                return match.start(1), key
            seen[-1].add(key)
    return 0, ""


def _shown(text: str) -> str:
    """Return the text quoted, with nothing a terminal obeys, and short."""
    cut = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return '"' + "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in cut) + '"'


def _refuse(text: str, position: int, reason: str) -> NoReturn:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    # From None: the decoder's own error holds the whole document, and so whatever a page said.
    raise BadJson(reason, line=line, column=column) from None
