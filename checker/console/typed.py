"""What was typed into a sign-in box, found again in whatever leaves the browser, however written; pure."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, unquote_plus

from pydantic import SecretStr

__all__ = ["Typed"]

_SHORTEST: Final = 4
"""Less than this is in every text there is."""
_SHORTEST_CODED: Final = 6
_DECODINGS: Final = 3
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)


@dataclass
class Typed:
    """The secrets that were typed since the browser was opened."""

    _texts: set[str] = field(default_factory=set, repr=False)
    _written: set[str] = field(default_factory=set, repr=False)

    def __bool__(self) -> bool:
        """Tell whether anything was typed that is looked for."""
        return bool(self._texts)

    def add(self, secret: SecretStr) -> None:
        """Look for a secret from now on, whichever way it is written."""
        text = secret.get_secret_value()
        if len(text) >= _SHORTEST:
            self._texts.add(text)
            self._written |= set(_encoded(text))

    def is_in(self, *texts: str) -> bool:
        """Tell whether one of these texts carries a secret: raw, escaped, in percents, base 64 or hex."""
        if not self._texts:
            return False
        return any(self._found(reading) for text in texts if text for reading in _readings(text))

    def _found(self, text: str) -> bool:
        if any(code in text for code in self._written):
            return True
        lower = text.lower()
        return any(
            # A code of six digits is in many a longer number by chance.
            re.search(rf"(?<!\d){secret}(?!\d)", text) is not None
            if secret.isascii() and secret.isdigit()
            else secret in text or secret.encode().hex() in lower
            for secret in self._texts
        )


def _encoded(text: str) -> Iterator[str]:
    """Yield the parts of a base 64 text that a secret makes, wherever in it the secret begins."""
    for raw in (text.encode(), text.encode("utf-16-le")):
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + raw).decode()
            # What the neighbours take part in is cut off at both ends.
            first = -(-shift * 8 // 6)
            last = (shift + len(raw)) * 8 // 6
            part = coded[first:last]
            if len(part) >= _SHORTEST_CODED:
                yield part
                yield part.replace("+", "-").replace("/", "_")


def _readings(text: str) -> Iterator[str]:
    """Yield a text and what it comes to once it is decoded, again and again."""
    seen: set[str] = set()
    todo = [text, text.replace("\0", "")]
    for _ in range(_DECODINGS + 1):
        todo = [form for form in dict.fromkeys(todo) if form not in seen]
        seen.update(todo)
        yield from todo
        todo = [
            decoded
            for form in todo
            for decoded in (unquote(form), unquote_plus(form), _unescaped(form), html.unescape(form))
        ]


def _unescaped(text: str) -> str:
    """Return a text without the escapes of JSON and of scripts."""
    if "\\" not in text:
        return text

    def plain(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code:
            return chr(int(code, 16))
        return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}.get(found[3], found[3])

    unescaped = _ESCAPE.sub(plain, text)
    # Two escapes may stand for one character.
    return unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
