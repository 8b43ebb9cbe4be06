"""Links of a page and the places its switches lead to, found by what they say and carry; pure.

    switches(page, {"shop_region"})          # [Switch("Malaysia", "MY", "/homepage?shop_region=MY"), ...]
    links_named(page, ("Account Health",))   # [Link("Account Health", "/portal/health"), ...]

A closed menu is out of sight and still a menu, so what a person could not see is looked at as well, after
what can be seen. What is found is what the page says and no more: an address is judged before it is opened.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from checker.flow.page import HIDDEN, Page

__all__ = [
    "Link",
    "Switch",
    "labelled_links",
    "links_named",
    "offered_addresses",
    "shops_offered",
    "switches",
]

_MOST: Final = 2_000
_LONGEST: Final = 120
_SPACE: Final = re.compile(r"\s+")
_SEPARATORS: Final = re.compile(r"[\W_]+")
_SKIPPED: Final = ("javascript:", "mailto:", "tel:", "data:", "#")
_ITEMS: Final = "a[href], option"
_OF_A_SHOP: Final = re.compile(
    r"(?i)(?:shop|store|seller|partner|merchant|company|cabinet|account|mall)_?-?id$"
)
_SWITCHING: Final = re.compile(
    r"(?i)switch|/(?:select|choose|change)-?_?(?:shop|store|seller|company|account)?/?$"
)
_OF_LANGUAGE: Final = re.compile(r"(?i)lang|locale|^hl$|currency")


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a person reads it, and its address as the page writes it; visible: whether it is in sight."""

    label: str
    href: str
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Switch:
    """One place a console offers to switch to.

    value: what the switch is set to: a parameter of an address, a host, or a data attribute. href: the
    address, where it is a link; nothing for an item that script acts on. current: marked as the chosen one.
    """

    label: str
    value: str
    href: str = ""
    current: bool = False


def links_named(page: Page, words: Collection[str]) -> tuple[Link, ...]:
    """Return the links whose text or accessible name is one of the words, then those that contain one.

    Of each kind, those in sight come first; one address counts once.
    """
    wanted = [_folded(word) for word in words if word.strip()]
    ranked: list[tuple[int, bool, int, int, Link]] = []
    for node, hidden in _nodes(page, "a[href]"):
        href = (node.attributes.get("href") or "").strip()
        if not href or href.lower().startswith(_SKIPPED):
            continue
        for label in _labels(node):
            rank = _rank(_folded(label), wanted)
            if rank is not None:
                ranked.append((rank, hidden, len(label), len(ranked), Link(label, href, not hidden)))
    found: dict[str, Link] = {}
    for *_, link in sorted(ranked, key=lambda row: row[:4]):
        found.setdefault(link.href, link)
    return tuple(found.values())


def switches(page: Page, names: Collection[str], hosts: Collection[str] = ()) -> tuple[Switch, ...]:
    """Return the places a page offers by the console's documented switch.

    Args:
        page: the page with the selector, open or closed.
        names: what the switch is called: a parameter of an address, the name of a selector, a data attribute
            (`shop_region` is also `data-shop-region`).
        hosts: the hosts of the console's sites, where the host is the switch.
    """
    wanted = {_joined(name) for name in names}
    found: dict[tuple[str, str], Switch] = {}
    called = _called(names)
    for node, _ in _nodes(page, ", ".join([_ITEMS, *map(_data, names)])):
        for value, href in (*_carried(node, wanted, hosts), *_said_in_words(node, called)):
            label = next(iter(_labels(node)), "")
            switch = Switch(label, value, href, _is_current(node))
            known = found.get((value, href))
            if known is None or (switch.label and not known.label):
                found[value, href] = switch
    with_link = {switch.value for switch in found.values() if switch.href}
    return tuple(switch for switch in found.values() if switch.href or switch.value not in with_link)


def shops_offered(page: Page) -> tuple[Switch, ...]:
    """Return the entries of a menu that leads to one address with another value for each shop or account.

    Whatever the console calls it: `/app/switch?c=1` and `?c=2`, `?store_id=10` and `?store_id=11`.
    """
    menus: dict[tuple[str, str], dict[str, Switch]] = {}
    for href, label in offered_addresses(page):
        try:
            parts = urlsplit(href)
        except ValueError:
            continue
        pairs = parse_qsl(parts.query)
        is_switch = len(pairs) == 1 and _SWITCHING.search(parts.path) is not None
        for name, value in pairs:
            if (is_switch or _OF_A_SHOP.search(name)) and not _OF_LANGUAGE.search(name):
                switch = Switch(label, value[:_LONGEST], href)
                menus.setdefault((parts.path, name), {}).setdefault(value, switch)
    return next((tuple(menu.values()) for menu in menus.values() if len(menu) > 1), ())


def offered_addresses(page: Page) -> Iterator[tuple[str, str]]:
    """Yield every address that a link, a tab or an entry of a selector leads to, each with what it says."""
    return _addresses(node for node, _ in _nodes(page, _ITEMS))


def labelled_links(page: Page) -> Iterator[tuple[str, str]]:
    """Yield the address of every link in sight, each with what it says."""
    return _addresses(node for node, hidden in _nodes(page, "a[href]") if not hidden)


def _addresses(nodes: Iterable[LexborNode]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        own = (node.attributes.get("value") or "").strip()
        href = (node.attributes.get("href") or "").strip() or (own if "/" in own or "?" in own else "")
        if href and not href.lower().startswith(_SKIPPED):
            for label in _labels(node):
                yield href, label


def _carried(node: LexborNode, wanted: Collection[str], hosts: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each value a node carries for the switch, with the address it leads to, if it does."""
    attributes = node.attributes
    own = (attributes.get("value") or "").strip()
    for href in {attributes.get("href") or "", own if "/" in own or "?" in own else ""} - {""}:
        if href.lower().startswith(_SKIPPED):
            continue
        try:
            parts = urlsplit(href)
            host = parts.hostname
        except ValueError:
            continue
        for name, value in parse_qsl(parts.query):
            if _joined(name) in wanted and value:
                yield value[:_LONGEST], href
        if host is not None and host in hosts:
            yield host, href
    for name, said in attributes.items():
        if name.startswith("data-") and said and _joined(name.removeprefix("data-")) in wanted:
            yield said[:_LONGEST], ""
    if node.tag == "option" and own and any(_joined(name) in wanted for name in _selector(node)):
        yield own[:_LONGEST], ""


def _selector(option: LexborNode) -> tuple[str, ...]:
    node = option.parent
    while node is not None and node.tag in ("optgroup", "select"):
        if node.tag == "select":
            return tuple(node.attributes.get(key) or "" for key in ("name", "id", "aria-label", "title"))
        node = node.parent
    return ()


def _called(names: Collection[str]) -> re.Pattern[str] | None:
    """Return how an entry says in words what the switch is set to: of `partnerId`, "Partner ID 10001"."""
    spoken = {" ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)).casefold() for name in names}
    phrases = "|".join(re.escape(phrase) for phrase in sorted(spoken) if " " in phrase)
    return re.compile(rf"(?i)(?:^|\W)(?:{phrases})\b\s*[:#№]?\s*(\w{{3,40}})") if phrases else None


def _said_in_words(node: LexborNode, called: re.Pattern[str] | None) -> Iterator[tuple[str, str]]:
    if called is None or node.tag not in ("option", "a"):
        return
    href = (node.attributes.get("href") or "").strip()
    if href.lower().startswith(_SKIPPED):
        href = ""
    numbers = {found for label in _labels(node) for found in called.findall(label)}
    if len(numbers) == 1:
        yield numbers.pop(), href


def _is_current(node: LexborNode) -> bool:
    marks = node.attributes
    return (
        "selected" in marks
        or any((marks.get(name) or "") == "true" for name in ("aria-selected", "aria-checked"))
        or (marks.get("aria-current") or "false") != "false"
    )


def _nodes(page: Page, css: str) -> list[tuple[LexborNode, bool]]:
    tree = LexborHTMLParser(page.html)
    hidden = {node.mem_id for node in tree.css(f"[{HIDDEN}], [{HIDDEN}] *")}
    return [(node, node.mem_id in hidden) for node in tree.css(css)[:_MOST]]


def _labels(node: LexborNode) -> Iterator[str]:
    for said in (
        node.text(deep=True, separator=" "),
        node.attributes.get("aria-label"),
        node.attributes.get("title"),
    ):
        label = _SPACE.sub(" ", said or "").strip()
        if label and len(label) <= _LONGEST:
            yield label


def _rank(label: str, wanted: Collection[str]) -> int | None:
    if label in wanted:
        return 0
    if any(word in label for word in wanted):
        return 1
    return None


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()


def _joined(name: str) -> str:
    return _SEPARATORS.sub("", name).casefold()


def _data(name: str) -> str:
    words = [word for word in _SEPARATORS.split(name) if word]
    return f"[data-{'-'.join(words).lower()}]" if words else "a[href]"
