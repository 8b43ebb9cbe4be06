"""What the flow wants to see of a page, and what of it was waited for in vain on this console before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checker.flow import Missing, Page, SiteToml
from checker.flow.site_toml import PageSpec

__all__ = ["Seen", "Wanted"]


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of what is wanted is there.

    missing: what is not; news: what of that is worth waiting for. some: whether anything is there at all.
    drawn: whether anything that can be seen was wanted, and is there.
    """

    missing: frozenset[str]
    news: frozenset[str]
    some: bool
    drawn: bool


class Wanted:
    """Knows what is wanted of each page: its answers, its signs, its widgets, the labels of its cards.

    What was waited for in vain once is not waited for again on the next page of that name, until it is seen.
    """

    def __init__(self, toml: SiteToml, has_answer: Callable[[str], bool]) -> None:
        self._toml = toml
        self._has_answer = has_answer
        self._vain: set[tuple[str, str]] = set()

    def look(self, page: Page, spec: PageSpec | None, *, whole: bool) -> Seen:
        """Tell what of a page is there; whole: its widgets and labels too, and not its own signs alone."""
        missing, some, drawn = set(), False, False
        for name, there in self._all(page, spec, whole=whole):
            if there:
                some = True
                drawn = drawn or not name.startswith("answer ")
                self._vain.discard((page.name, name))
            else:
                missing.add(name)
        news = {name for name in missing if (page.name, name) not in self._vain}
        return Seen(frozenset(missing), frozenset(news), some, drawn)

    def give_up(self, page: str, names: frozenset[str]) -> None:
        """Note what did not come while it was waited for."""
        self._vain |= {(page, name) for name in names}

    def is_vain(self, page: str, answer: str) -> bool:
        """Tell whether an answer was waited for in vain on a page of that name."""
        return (page, f"answer {answer}") in self._vain

    def _all(self, page: Page, spec: PageSpec | None, *, whole: bool) -> Iterator[tuple[str, bool]]:
        if spec is None:
            return
        for answer in spec.answers:
            yield f"answer {answer}", self._has_answer(answer)
        for css in spec.ready:
            yield f"sign {css}", page.has(css, visible=False)
        if spec.ready_text:
            said = page.text.casefold()
            yield "words", any(text.casefold() in said for text in spec.ready_text)
        if not whole:
            return
        for name, widget in self._toml.widgets.items():
            if widget.page == page.name and not widget.optional:
                yield f"widget {name}", not isinstance(page.find(widget.chain), Missing)
        for labels in self._toml.labels_on(page.name):
            said = page.text.casefold()
            yield f"label {min(labels)}", any(label in said for label in labels)
