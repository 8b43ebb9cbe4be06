"""What a path comes to once a server has tidied it up; pure.

Servers, proxies and frameworks decode, fold and strip paths, each a little differently. A path is denied
if any form of it is denied; it is on a list only if it needs no tidying up at all.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

__all__ = ["forms", "is_plain"]

# Decoding `%25...` again and again is how a filter is got round; nobody needs more than this.
_DECODINGS: Final = 4
_PARAMETERS: Final = re.compile(r";[^/]*")
_CONTROLS: Final = re.compile(r"[\x00-\x20\x7f]+")


def forms(path: str) -> Iterator[str]:
    """Yield the path and everything a server could take it for, the path itself first."""
    seen: set[str] = set()
    text = path
    for _ in range(_DECODINGS + 1):
        for form in (text, _tidied(text)):
            if form not in seen:
                seen.add(form)
                yield form
        text = unquote(text)


def is_plain(path: str) -> bool:
    """Tell whether a path has one form only, so that no server takes it for another."""
    return path.isascii() and list(forms(path)) == [path]


def _tidied(path: str) -> str:
    """Return the path without parameters, controls, back slashes, dots, and doubled or trailing slashes."""
    text = _CONTROLS.sub("", _PARAMETERS.sub("", path.replace("\\", "/")))
    text = posixpath.normpath("/" + text.lstrip("/"))
    return text if not path.endswith("/") or text == "/" else f"{text}/"
