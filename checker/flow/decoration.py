"""What is coloured for its looks: brand and bell in the head of a page, links in a console's own red; pure.

A colour alone says of such a part that it is pretty, and not that anything is wrong. What one says in words
counts wherever it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from checker.flow.outline import Outline, Part

__all__ = ["is_decoration"]

_HOMES: Final = frozenset({"", "/", "/home", "/index", "/index.html"})
# A head within one of these is that of a card.
_SECTIONS: Final = frozenset({"main", "article", "section", "aside", "li", "td", "dd", "dialog"})
# The head of a page leads somewhere; that of a card seldom does.
_LEAST_LINKS: Final = 2
# So many links in red, and red is the colour this console gives its links.
_MANY_LINKS: Final = 3
_FEW: Final = 10
_RED: Final = "red"


def is_decoration(outline: Outline, part: Part) -> bool:
    """Tell whether the colour of a part says nothing of what the part says.

    Args:
        outline: The page.
        part: What is distinctly coloured.
    """
    around = (part, *outline.around(part))
    whole = (inner for inner in outline.inside(part, _FEW) if outline.length(inner) >= outline.length(part))
    link = next((each for each in (*around, *whole) if each.tag == "a"), None)
    if link is not None and (_leads_home(link) or _links_are_red(outline)):
        return True
    for place, outer in enumerate(around):
        if outer.tag == "header" or outer.role == "banner":
            return _is_head_of_page(outline, outer) and not any(
                beyond.tag in _SECTIONS for beyond in around[place + 1 :]
            )
    return False


def _leads_home(link: Part) -> bool:
    address = link.attributes.get("href")
    if address is None:
        return False
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return not parts.query and not parts.fragment and parts.path.rstrip("/") in _HOMES


def _links_are_red(outline: Outline) -> bool:
    """Tell whether red is the colour of most of a page's links."""
    return outline.kept(("red links", 0), lambda: _most_are_red([p for p in outline.parts if p.tag == "a"]))


def _most_are_red(links: Sequence[Part]) -> bool:
    red = sum(link.tone == _RED for link in links)
    return red >= _MANY_LINKS and red * 2 >= len(links)


def _is_head_of_page(outline: Outline, head: Part) -> bool:
    links = sum(part.tag == "a" for part in outline.inside(head))
    return links >= _LEAST_LINKS or any(part.tag == "nav" for part in outline.inside(head))
