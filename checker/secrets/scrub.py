"""Takes secrets out of everything that is written, and finds them in what already was.

The forms a secret may hide in: as it is, base64 (both alphabets, at each of the three offsets it
can have inside something longer), percent-encoded, JSON- and HTML-escaped, Python's repr, hex; in
bytes also each of these as UTF-16. Besides, a text is read as a browser would: any of a secret's characters
may be escaped, and it may stand in capitals. What is compressed or encrypted cannot be searched.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from pydantic import SecretStr

from checker.secrets.escapes import hides
from checker.secrets.escapes import spans as escaped_spans

__all__ = ["MASK", "SHORTEST", "Scrubber"]

MASK: Final = "[secret]"
# Shorter ones occur in any text by chance: taking them out would ruin every line and hide nothing.
SHORTEST: Final = 4
# A shorter piece of base64 occurs by chance in any picture.
_SHORTEST_PIECE: Final = 7


class Scrubber:
    """Knows this process's secrets; secrets of fewer than four characters are left alone."""

    def __init__(self, secrets: Iterable[SecretStr] = ()) -> None:
        self._known: frozenset[str] = frozenset()
        self._forms: tuple[str, ...] = ()
        self._needles: tuple[bytes, ...] = ()
        self.add(*secrets)

    def __repr__(self) -> str:
        return f"Scrubber({len(self._known)} secrets)"

    def add(self, *secrets: SecretStr) -> None:
        """Know these secrets as well, from now on."""
        texts = (secret.get_secret_value().strip() for secret in secrets)
        known = self._known | {text for text in texts if len(text) >= SHORTEST}
        forms = {form for text in known for form in _forms(text)}
        self._known = known
        self._forms = tuple(sorted(forms, key=lambda form: (-len(form), form)))
        self._needles = tuple(dict.fromkeys(needle for form in self._forms for needle in _encoded(form)))

    def scrub(self, text: str) -> str:
        """Return the text with every form of every secret replaced by `[secret]`."""
        spans = [span for form in self._forms for span in _spans(text, form)]
        if hides(text, self._known):
            spans += [span for secret in self._known for span in escaped_spans(text, secret)]
        if not spans:
            return text
        spans.sort()
        parts: list[str] = []
        done = 0
        for start, end in _merged(spans):
            parts += [text[done:start], MASK]
            done = end
        return "".join([*parts, text[done:]])

    def found_in(self, data: bytes) -> bool:
        """Tell whether any form of any secret is in the bytes of an artefact."""
        if not self._known:
            return False
        if any(needle in data for needle in self._needles):
            return True
        wide = ("utf-16-le", "utf-16-be") if b"\0" in data else ()
        return any(hides(data.decode(encoding, "replace"), self._known) for encoding in ("utf-8", *wide))


def _spans(text: str, form: str) -> Iterator[tuple[int, int]]:
    start = text.find(form)
    while start >= 0:
        yield start, start + len(form)
        # One step, not one length: a secret may overlap itself, and its rest would stay.
        start = text.find(form, start + 1)


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans in order, those that overlap as one: secrets may overlap each other."""
    first, last = -1, -1
    for start, end in spans:
        if start >= last:
            if last >= 0:
                yield first, last
            first, last = start, end
        last = max(last, end)
    if last >= 0:
        yield first, last


def _forms(text: str) -> Iterator[str]:
    raw = text.encode("utf-8", "surrogatepass")
    yield text
    yield from _escaped(text)
    for data in (raw, text.encode("utf-16-le", "surrogatepass"), text.encode("utf-16-be", "surrogatepass")):
        yield data.hex()
        yield data.hex().upper()
        yield from _base64(data)


def _escaped(text: str) -> Iterator[str]:
    # "/" is what Python leaves alone, the other marks what encodeURIComponent does.
    for safe in ("", "/", "!'()*"):
        percent = quote(text, safe=safe, errors="replace")
        yield percent
        yield re.sub("%..", lambda code: code[0].lower(), percent)
        yield percent.replace("%20", "+")
    for ascii_only in (True, False):
        inside = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield inside
        # A document in a document: once more escaped.
        yield json.dumps(inside, ensure_ascii=ascii_only)[1:-1]
    yield repr(text)[1:-1]
    named = html.escape(text)
    yield named
    yield html.escape(text, quote=False)
    yield named.replace("&#x27;", "&#39;")
    yield named.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


def _base64(data: bytes) -> Iterator[str]:
    whole = base64.b64encode(data).decode()
    pieces = [whole, whole.rstrip("="), *(_piece(data, offset) for offset in range(3))]
    for piece in pieces[:2] + [piece for piece in pieces[2:] if len(piece) >= _SHORTEST_PIECE]:
        yield piece
        yield piece.replace("+", "-").replace("/", "_")


def _piece(data: bytes, offset: int) -> str:
    """Return the base64 characters that depend on `data` alone when `offset` bytes stand before it."""
    text = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
    first = -(-offset * 8 // 6)
    return text[first : (offset + len(data)) * 8 // 6]


def _encoded(form: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        yield form.encode(encoding, "surrogatepass")
