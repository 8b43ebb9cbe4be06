r"""A secret however its characters are escaped: each by itself, some of them, again and again; pure.

The usual forms of a whole secret are known beforehand (`checker.secrets.scrub`). A page is not bound to them:
`%70ass`, `&#112;ass` and `\u0070ass` are the same word to whoever reads it, and so is one in capitals.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

__all__ = ["hides", "spans"]

_SHORTEST: Final = 4
_ROUNDS: Final = 4
_ANY_CASE: Final = 8
"""From this length on a secret in other capitals is no word that stands there by chance."""
_ESCAPE: Final = re.compile(
    r"((?:%[0-9a-fA-F]{2})+)|%u([0-9a-fA-F]{4})|(&#?\w{1,31};?)"
    r"|\\+(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))",
    re.DOTALL,
)
_NAMED: Final = {'"': "quot", "&": "amp", "<": "lt", ">": "gt", "'": "apos"}
_LAST: Final = 0x10FFFF


def hides(text: str, secrets: Collection[str]) -> bool:
    """Tell whether a text is, or comes to once it is read, one that holds any of these secrets."""
    if not secrets:
        return False
    known = {form for secret in secrets for form in _read_forms(secret)}
    return any(_holds(reading, known) for reading in _readings(text))


@lru_cache(maxsize=256)
def _read_forms(secret: str) -> tuple[str, ...]:
    """Return a secret and what it comes to where it is read itself: it may look like an escape."""
    # A mark at its end takes the next character of the text with it.
    forms = (form for reading in _readings(secret) for form in (reading, reading.rstrip("\\")))
    return tuple(form for form in dict.fromkeys(forms) if len(form) >= min(len(secret), _SHORTEST))


def spans(text: str, secret: str) -> Iterator[tuple[int, int]]:
    """Yield where a secret stands in a text, however its characters are escaped."""
    for found in _pattern(secret).finditer(text):
        yield found.span()


def _holds(text: str, secrets: Collection[str]) -> bool:
    folded = text.casefold()
    spaced = folded.replace("+", " ")
    for secret in secrets:
        if secret in text:
            return True
        known = secret.casefold()
        if len(secret) >= _ANY_CASE and (known in folded or known.replace("+", " ") in spaced):
            return True
    return False


def _readings(text: str) -> Iterator[str]:
    """Yield a text and what it comes to once it is read, again and again."""
    for _ in range(_ROUNDS + 1):
        yield text
        read = _ESCAPE.sub(_read, text)
        if read == text:
            return
        # Two escapes may stand for one character.
        text = read.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _read(found: re.Match[str]) -> str:
    if found[1]:
        return unquote(found[1], errors="replace")
    if found[3]:
        return html.unescape(found[3])
    if code := found[2] or found[4] or found[5] or found[6]:
        return chr(min(int(code, 16), _LAST))
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}.get(found[7], found[7])


def _pattern(secret: str) -> re.Pattern[str]:
    flags = re.IGNORECASE if len(secret) >= _ANY_CASE else re.NOFLAG
    return re.compile("".join(f"(?:{'|'.join(_ways(char))})" for char in secret), flags)


def _ways(char: str) -> Iterator[str]:
    """Yield patterns for each way in which a character may be written, the longest first."""
    cases = dict.fromkeys((char, char.lower(), char.upper(), char.casefold()))
    for one in filter(None, cases):
        data = one.encode("utf-8", "surrogatepass")
        yield "".join(rf"%(?:25)*(?i:{byte:02x})" for byte in data)
        yield "".join(_units(one))
        for number in (ord(letter) for letter in one if len(one) == 1):
            yield rf"&(?:amp;)*#0*{number}(?:;|(?!\d))"
            yield rf"&(?:amp;)*#[xX]0*(?i:{number:x})(?:;|(?![0-9a-fA-F]))"
            yield rf"\\+u\{{0*(?i:{number:x})\}}"
            if number <= 0xFF:  # noqa: PLR2004 - the last that two hexadecimal digits can say
                yield rf"\\+x(?i:{number:02x})"
    if char in _NAMED:
        yield rf"&(?:amp;)*{_NAMED[char]};"
    yield rf"\\*{re.escape(char)}"
    if char == " ":
        yield r"\+"


def _units(text: str) -> Iterator[str]:
    """Yield what matches the UTF-16 units of a text as scripts and JSON escape them."""
    data = text.encode("utf-16-be", "surrogatepass")
    for place in range(0, len(data), 2):
        yield rf"(?:\\+|%)u(?i:{data[place : place + 2].hex()})"
