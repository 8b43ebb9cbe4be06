"""What the flow wants to see of a page, how long it is waited for, and what never came on this console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from checker.console.finding import GONE, says_something
from checker.console.quiet import LOOKS, STILL_FOR, Network, Waiting, is_busy
from checker.console.tab import Bounds
from checker.flow import Missing, Page, SiteToml
from checker.flow.specs import PageSpec

__all__ = ["Readiness", "Seen", "Wanted", "is_drawn"]

# How long nothing changes on a page that shows all that is wanted of it.
_DRAWN_FOR: Final = 0.1
# How much of the time for an answer is given to what is missing where other things are there.
_FOR_THE_REST: Final = 0.6
# What a page that never stops saying that it is not done was waited for.
_DONE: Final = "done"
# What a page whose answers came and that says nothing yet is waited for.
_TEXT: Final = "text"


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

    def unless_vain(self, page: str, name: str, *, there: bool) -> frozenset[str]:
        """Return a name if it is not there and was not waited for in vain since it was."""
        if there:
            self._vain.discard((page, name))
        return frozenset() if there or self.is_vain(page, name) else frozenset({name})

    def is_vain(self, page: str, name: str) -> bool:
        """Tell whether something was waited for in vain on a page of that name."""
        return (page, name) in self._vain

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


class Readiness:
    """Decides when a page is ready to be read, and how long is waited for what it lacks.

    What was waited for in vain is remembered once the wait is over, see `end`.
    spent: how many seconds of this site were waited for what did not come.
    """

    def __init__(self, wanted: Wanted, network: Network, bounds: Bounds) -> None:
        self.wanted = wanted
        self.spent = 0.0
        self._vain: tuple[str, frozenset[str], float] | None = None
        self._network = network
        self._bounds = bounds

    def judge(self, waiting: Waiting, page: Page, spec: PageSpec | None, *, reading: bool) -> bool | None:
        """Tell whether a page is ready, is not and will not be, or is to be looked at again.

        reading: whether all that is wanted counts and what does not come is remembered, and not, as while
        signing in, the page's own signs alone.
        """
        self._vain = None
        here = self.wanted.look(page, spec, whole=reading)
        waiting.now_missing(len(here.missing))
        news = here.news | self._unsaid(page, spec, reading=reading)
        busy = _is_busy(page, spec) and not self.wanted.is_vain(page.name, _DONE)
        if waiting.looks >= LOOKS and not busy:
            still = _DRAWN_FOR if here.drawn else STILL_FOR
            if here.some and not here.missing and not news and waiting.sight.is_still(still, LOOKS):
                return True
            if self._is_at_rest(waiting):
                wait = self._bounds.answer * (_FOR_THE_REST if here.some else 1.0)
                if not news or waiting.rested() >= self.patience(wait, page.status):
                    self._give_up(page, news, waiting.rested(), reading=reading)
                    return is_drawn(page, spec)
        long = busy and waiting.lasted() >= self.patience(self._bounds.page, page.status)
        if long or waiting.waited() >= self._bounds.page:
            names = news | {_DONE} if busy else news
            self._give_up(page, names, waiting.lasted(), reading=reading)
            return False
        return None

    def _unsaid(self, page: Page, spec: PageSpec | None, *, reading: bool) -> frozenset[str]:
        """Return the page's own text, where answers are wanted of a page that says nothing beside its menus.

        What came in is drawn next: a banner that nothing but the page says is among it.
        """
        if not reading or spec is None or not spec.answers:
            return frozenset()
        return self.wanted.unless_vain(page.name, _TEXT, there=says_something(page))

    def is_lost(self, waiting: Waiting, page: Page) -> bool:
        """Tell whether a page that is nothing known is done, and will not become anything."""
        self._vain = None
        if waiting.waited() >= self._bounds.page:
            return True
        if is_busy(page) or not self._is_at_rest(waiting):
            return False
        lost = waiting.rested() >= max(0.0, min(self._bounds.answer, self._bounds.site - self.spent))
        if lost:
            self._vain = page.name, frozenset(), waiting.rested()
        return lost or page.status in GONE

    def end(self) -> None:
        """Remember what was waited for in vain: the wait is over."""
        if self._vain is not None:
            page, names, waited = self._vain
            self.wanted.give_up(page, names)
            self.spent += waited

    def patience(self, seconds: float, status: int) -> float:
        """Return how long may still be waited at this site, at most so long; not at all on an error page."""
        if status >= HTTPStatus.BAD_REQUEST:
            return 0.0
        return max(0.0, min(seconds, self._bounds.site - self.spent))

    def begin_site(self) -> None:
        """Have patience again."""
        self.spent = 0.0

    def _is_at_rest(self, waiting: Waiting) -> bool:
        return waiting.is_at_rest(self._network.is_quiet(self._bounds.answer), self._bounds.answer)

    def _give_up(self, page: Page, names: frozenset[str], waited: float, *, reading: bool) -> None:
        if names and reading and page.status < HTTPStatus.BAD_REQUEST:
            self._vain = page.name, names, waited


def is_drawn(page: Page, spec: PageSpec | None) -> bool:
    """Tell whether a page has its signs, and nothing on it says that it is not done."""
    signs = spec.ready if spec else ()
    return not _is_busy(page, spec) and all(page.has(css, visible=False) for css in signs)


def _is_busy(page: Page, spec: PageSpec | None) -> bool:
    return is_busy(page) or any(page.has(css) for css in (spec.busy if spec else ()))
