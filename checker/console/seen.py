"""The pages a visit has seen, each as it was seen last: how they are built, and what they say of trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from checker.flow import Page, notice_on

__all__ = ["SeenPages"]


class SeenPages:
    """What was seen under each name a page has in site.toml.

    leaving: told the open page before another one is opened.
    own_words: what makes a banner of this console a notice of trouble, besides the common words.
    """

    def __init__(self, own_words: Iterable[str] = ()) -> None:
        self._own_words = tuple(own_words)
        self._pages: dict[str, Page] = {}
        self._open: Page | None = None
        self.leaving: Callable[[Page], None] = lambda _page: None

    def note(self, page: Page) -> Page:
        """Remember a page in place of what was seen under its name before, and return it."""
        self._pages[page.name] = self._open = page
        return page

    def leave(self) -> None:
        """Tell that the open page is about to be left, while it is still there to be drawn."""
        page, self._open = self._open, None
        if page is not None:
            self.leaving(page)
            # Whoever was told may have looked at it once more.
            self._open = None

    def drop(self) -> None:
        """Leave the open page without telling anybody: it turned out to be of another place."""
        self._open = None

    def structure_of(self, name: str) -> str:
        """Return how the page of that name is built; nothing if it was not seen."""
        return self._pages[name].structure if name in self._pages else ""

    def notice(self) -> str:
        """Return what the console says of trouble of its own on any of them, nothing if on none."""
        said = (notice_on(page, self._own_words) for page in self._pages.values())
        return next((text for text in said if text), "")

    def forget(self) -> None:
        """Begin anew, as another visit does."""
        self._open = None
        self._pages.clear()
