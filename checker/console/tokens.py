"""What would be as good as the session, blanked: tokens in pages, addresses and answers; pure."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import simplejson

from checker.flow.documents import MAX_DEPTH
from checker.model.strictjson import BadJson, loads

__all__ = ["address_without_tokens", "body_without_tokens", "is_token", "whole", "without_tokens"]

_TOKEN: Final = re.compile(
    r"(?i)csrf|xsrf|nonce|cookie|passw|secret|(?:access|auth|session|refresh|id|security|bearer)[_-]?token"
    r"|session[_-]?id|^token$"
)
_INSIDE: Final = re.compile(_TOKEN.pattern.replace("^token$", "token"))
_META: Final = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_META_NAME: Final = re.compile(r'\b(?:name|id|property)="([^"]*)"', re.IGNORECASE)
_CONTENT: Final = re.compile(r'\bcontent="[^"]*"', re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r'(?<=\s)([\w:.-]*(?:csrf|xsrf|nonce|token)[\w:.-]*)="[^"]*"', re.IGNORECASE)


def is_token(name: str) -> bool:
    """Tell whether a field, header or cookie of that name holds what would be as good as the session."""
    return _TOKEN.search(name) is not None


def without_tokens(html: str) -> str:
    """Return a snapshot whose session tokens are blank: they are what a cookie would be."""
    html = _META.sub(_blank_meta, whole(html))
    return _ATTRIBUTE.sub(lambda found: f'{found.group(1)}=""', html)


def _blank_meta(found: re.Match[str]) -> str:
    name = _META_NAME.search(found.group())
    if name is None or not (_TOKEN.search(name.group(1)) or "token" in name.group(1).lower()):
        return found.group()
    return _CONTENT.sub('content=""', found.group())


def address_without_tokens(url: str) -> str:
    """Return a path and query in which what is called a token is blank."""
    path, mark, query = url.partition("?")
    if not any(_TOKEN.search(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        return whole(path + mark + query)
    pairs = parse_qsl(query, keep_blank_values=True)
    blank = [(name, "" if _TOKEN.search(name) else value) for name, value in pairs]
    return whole(f"{path}?{urlencode(blank)}")


def body_without_tokens(body: Any) -> Any:
    """Return an answer in which what is called a token is blank, also in strings that hold JSON."""
    if isinstance(body, dict):
        return {
            key: "" if isinstance(value, str) and _TOKEN.search(key) else body_without_tokens(value)
            for key, value in body.items()
        }
    if isinstance(body, list):
        return [body_without_tokens(value) for value in body]
    if isinstance(body, str) and body.lstrip()[:1] in ("{", "[") and _INSIDE.search(body):
        try:
            inner = loads(body, max_depth=MAX_DEPTH)
        except BadJson:
            return body
        return simplejson.dumps(body_without_tokens(inner), use_decimal=True, ensure_ascii=False)
    return body


def whole(text: str) -> str:
    """Return text without half surrogate pairs, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
