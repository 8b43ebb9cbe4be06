"""Further parts of a health page: what a console keeps behind links beside the page that is read; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from checker.flow.documents import name_words
from checker.flow.page import Page
from checker.flow.site_toml import SiteToml
from checker.flow.switches import labelled_links

__all__ = ["further_parts", "stands_at"]

_WORDS: Final = "health_part"
# Where a console explains things: what stands there in red is an example.
_HELP: Final = frozenset(
    {"help", "learn", "learning", "university", "academy", "faq", "edu", "education", "guide", "guides"}
    | {"support", "docs", "knowledge", "article", "articles", "blog", "news", "forum", "forums", "community"}
)


def stands_at(url: str) -> str:
    """Return what tells the address of one part from that of another: its path and query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path.rstrip('/')}?{parts.query}"


def further_parts(page: Page, toml: SiteToml) -> Iterator[str]:
    """Yield the addresses of what a health page links to by a name that parts of such pages have.

    Args:
        page: The page, as it was seen.
        toml: The flow's data: what is a page of its own there is read by the flow, or left alone by it.
    """
    words = toml.words_of(_WORDS)
    here = stands_at(page.url)
    for href, label in labelled_links(page):
        if not words.is_name(label):
            continue
        try:
            url = urljoin(page.url, href).partition("#")[0]
            path = urlsplit(url).path
        except ValueError:
            continue
        if _HELP & {word for step in path.split("/") for word in name_words(step)}:
            continue
        known = [name for name, spec in toml.pages.items() if spec.stands_at(path)]
        # A tab of the page itself: the same path, asked otherwise.
        is_tab = known == [page.name] and urlsplit(url).query != ""
        if stands_at(url) != here and (not known or is_tab):
            yield url
