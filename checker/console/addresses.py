"""What a path comes to once a server has tidied it up; pure.

Servers, proxies and frameworks decode, fold and strip paths, each a little differently. A path is denied
if any form of it is denied; it is on a list only if it needs no tidying up at all.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, unquote_plus

__all__ = ["decodings", "forms", "is_bottomless", "is_plain"]

# Decoding `%25...` again and again is how a filter is got round. What is not plain after so many times is
# turned away: see `is_bottomless`.
_DECODINGS: Final = 12
_PARAMETERS: Final = re.compile(r";[^/]*")
_CONTROLS: Final = re.compile(r"[\x00-\x20\x7f]+")
# What `escape()` of a script writes, and some servers read.
_WIDE: Final = re.compile(r"%u([0-9a-fA-F]{4})")


def forms(path: str) -> Iterator[str]:
    """Yield the path and everything a server could take it for, the path itself first."""
    seen: set[str] = set()
    for text in decodings(path):
        for form in (text, _tidied(text)):
            if form not in seen:
                seen.add(form)
                yield form


def decodings(text: str, *, plus: bool = False) -> Iterator[str]:
    """Yield a text and what it comes to once it is decoded, again and again; plus: `+` is a space."""
    for _ in range(_DECODINGS + 1):
        yield text
        decoded = _decoded(text, plus=plus)
        if decoded == text:
            return
        text = decoded


def is_bottomless(text: str) -> bool:
    """Tell whether a text is encoded more often than anybody needs: what it comes to was not looked at."""
    *_, last = decodings(text)
    return _decoded(last, plus=False) != last


def is_plain(path: str) -> bool:
    """Tell whether a path has one form only, so that no server takes it for another."""
    return path.isascii() and list(forms(path)) == [path]


def _decoded(text: str, *, plus: bool) -> str:
    plain = (unquote_plus if plus else unquote)(text)
    return _WIDE.sub(lambda found: chr(int(found[1], 16)), plain) if "%u" in plain else plain


def _tidied(path: str) -> str:
    """Return the path without parameters, controls, back slashes, dots, and doubled or trailing slashes."""
    text = _CONTROLS.sub("", _PARAMETERS.sub("", path.replace("\\", "/")))
    text = posixpath.normpath("/" + text.lstrip("/"))
    return text if not path.endswith("/") or text == "/" else f"{text}/"
