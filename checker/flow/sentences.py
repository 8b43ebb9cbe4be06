"""Running text that says the reader's own account or shop is stopped, whatever it is drawn as; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from checker.flow.outline import Outline, Part
from checker.flow.statements import stopped

__all__ = ["sentences"]

_LONGEST: Final = 600
_MOST: Final = 5_000
_PRESSED: Final = frozenset({"a", "button", "kat-button", "kat-link", "input", "select", "summary"})
_PRESSED_ROLES: Final = frozenset({"button", "link", "switch", "checkbox", "radio"})


def sentences(outline: Outline, language: str) -> Iterator[tuple[Part, str]]:
    """Yield each paragraph that says so, and the red word by which it does; out of menus, links and buttons.

    Args:
        outline: The page.
        language: Its language.
    """
    place = seen = 0
    while place < len(outline.parts) and seen < _MOST:
        part = outline.parts[place]
        if part.chrome or part.tag in _PRESSED or part.role in _PRESSED_ROLES:
            place = part.end
            continue
        one = part.tag != "body" and outline.is_short(part, _LONGEST)
        if not one or ("\n" in outline.lines(part) and not part.is_text):
            place += 1
            continue
        seen += 1
        place = part.end
        word = stopped(outline.stated(part), language)
        if word:
            yield part, word
