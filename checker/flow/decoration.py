"""What is coloured for its looks: brand and bell in a page's head, red links, a chat's window; pure.

A colour alone says of such a part that it is pretty, and not that anything is wrong. What one says in words
counts wherever it stands, and so does a number that is not how much is unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from checker.flow.element import FRAME
from checker.flow.outline import Outline, Part, name_words
from checker.flow.surroundings import context_of

__all__ = ["is_decoration"]

_HOMES: Final = frozenset({"/", "/home", "/index", "/index.html"})
# A head within one of these is that of a card.
_SECTIONS: Final = frozenset(
    {"main", "article", "section", "aside", "li", "td", "th", "dd", "dialog", "form"}
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# The head of a page leads somewhere; that of a card seldom does.
_LEAST_LINKS: Final = 2
# So many links in red, and red is the colour this console gives its links.
_MANY_LINKS: Final = 3
_FEW: Final = 10
_LONGEST_BRAND: Final = 40
_MOST_UNREAD: Final = 3
_RED: Final = "red"
# What counts what nobody has read yet.
_BELLS: Final = frozenset(
    {"bell", "notification", "notifications", "message", "messages", "inbox", "mail", "unread", "cart"}
)
# A window in which somebody, or something, offers to talk, and what else such a one is called.
_CHATS: Final = frozenset(
    {"chat", "livechat", "chatbot", "chatbox", "intercom", "zendesk", "zopim", "tawk", "freshchat", "crisp"}
)
_OF_CHATS: Final = _CHATS | frozenset(
    {"live", "widget", "window", "frame", "iframe", "box", "launcher", "messenger", "bot", "button", "to"}
    | {"container", "with", "us", "web", "client", "root", "app", "wrapper", "embed", "embedded"}
)


def is_decoration(outline: Outline, part: Part) -> bool:
    """Tell whether the colour of a part says nothing of what the part says.

    Args:
        outline: The page.
        part: What is distinctly coloured.
    """
    around = (part, *outline.around(part))
    if any(map(str.isdecimal, outline.text(part))):
        return _is_bell(outline, around)
    if _is_brand(outline, part, around):
        return True
    if any(map(str.isdecimal, context_of(outline, part))):
        return False
    link = _whole_link(outline, part, around)
    return (link is not None and _is_of_red_links(outline, part, link)) or any(map(_is_chat, around))


def _whole_link(outline: Outline, part: Part, around: Sequence[Part]) -> Part | None:
    """Return the link that a part wholly is, and that says no more than the part."""
    length = outline.length(part)
    inside = (inner for inner in outline.inside(part, _FEW) if outline.length(inner) >= length)
    outside = (outer for outer in around if outline.length(outer) <= length + 2)
    return next((each for each in (*outside, *inside) if each.tag == "a"), None)


# Links...


def _is_of_red_links(outline: Outline, part: Part, link: Part) -> bool:
    """Tell whether a link is one of many that are red, leads somewhere, and stands beside no name."""
    address = (link.attributes.get("href") or "").strip()
    alone = context_of(outline, part) == outline.text(part)
    leads = bool(address) and not address.startswith(("#", "javascript:"))
    return leads and alone and _links_are_red(outline)


def _links_are_red(outline: Outline) -> bool:
    """Tell whether red is the colour of most of a page's links."""
    return outline.kept(("red links", 0), lambda: _most_are_red([p for p in outline.parts if p.tag == "a"]))


def _most_are_red(links: Sequence[Part]) -> bool:
    red = sum(link.tone == _RED for link in links)
    return red >= _MANY_LINKS and red * 2 > len(links)


# ...the brand and the bell in the head of a page...


def _is_brand(outline: Outline, part: Part, around: Sequence[Part]) -> bool:
    """Tell whether a part is the console's name: what leads home above all headings, or its first letters."""
    if outline.length(part) > _LONGEST_BRAND or any(each.tag in _SECTIONS for each in around):
        return False
    link = next((each for each in around if each.tag == "a"), None)
    link = link or next((each for each in outline.inside(part, _FEW) if each.tag == "a"), None)
    if link is not None and _leads_home(link) and outline.length(link) <= _LONGEST_BRAND:
        return not any(each.tag in _HEADINGS and each.end <= part.index for each in outline.parts)
    head = _head_of_page(outline, around)
    return head is not None and _begins(outline, head, part) and _is_piece_of_a_word(outline, part)


def _leads_home(link: Part) -> bool:
    try:
        parts = urlsplit((link.attributes.get("href") or "").strip())
    except ValueError:
        return False
    path = parts.path.rstrip("/") or ("/" if parts.path or parts.netloc else "")
    return not parts.query and not parts.fragment and path in _HOMES


def _begins(outline: Outline, head: Part, part: Part) -> bool:
    """Tell whether nothing is said in a head before a part."""
    return not any(each.is_text and outline.length(each) for each in outline.parts[head.index : part.index])


def _is_piece_of_a_word(outline: Outline, part: Part) -> bool:
    """Tell whether what comes after a part goes on with its word: "A" and "cme"."""
    outer = outline.parent(part)
    while outer is not None and outline.length(outer) <= outline.length(part):
        outer = outline.parent(outer)
    if outer is None:
        return False
    said, whole = outline.lines(part), outline.lines(outer)
    return whole.startswith(said) and whole[len(said) : len(said) + 1].isalpha() and said[-1:].isalpha()


def _is_bell(outline: Outline, around: Sequence[Part]) -> bool:
    """Tell whether a part is how much is unread: a small number in the head of a page, called so."""
    part = around[0]
    said = outline.text(part).strip().removesuffix("+")
    if not said.isdecimal() or len(said) > _MOST_UNREAD or _head_of_page(outline, around) is None:
        return False
    for outer in around:
        if outline.text(outer) != outline.text(part):
            return False
        names = (outer.attributes.get(name) or "" for name in ("class", "id", "aria-label", "title", "href"))
        if not _BELLS.isdisjoint(name_words(" ".join(names))):
            return True
    return False


def _head_of_page(outline: Outline, around: Sequence[Part]) -> Part | None:
    """Return the head of the page that a part stands in; that of a card is none."""
    for place, outer in enumerate(around):
        if outer.tag == "header" or outer.role == "banner":
            inside = outline.inside(outer)
            leads = sum(each.tag == "a" for each in inside) >= _LEAST_LINKS
            card = any(beyond.tag in _SECTIONS for beyond in around[place + 1 :])
            return outer if not card and (leads or any(each.tag == "nav" for each in inside)) else None
    return None


# ...and windows that offer to talk.


def _is_chat(part: Part) -> bool:
    """Tell whether a part was taken from a frame that is called a chat, and nothing else."""
    words = {word for word in name_words(part.attributes.get(FRAME) or "") if not word.isdecimal()}
    return bool(words & _CHATS) and words <= _OF_CHATS
