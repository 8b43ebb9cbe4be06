"""A console that notes which rule of each chain found what: for the doctor, and for a flow's coverage.

It opens, reads and presses exactly what the flow asks for, and looks at the same snapshots besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

from playwright.sync_api import Error as BrowserError

from checker.console.guard import Phase
from checker.console.live import LiveConsole, located
from checker.errors import Stop
from checker.flow import Ambiguous, Found, Page
from checker.flow.site_toml import Box, Rule, State
from checker.model import Outcome, Site

__all__ = ["Album", "Chain", "Drawn", "Sight", "WatchedConsole"]

Chain = Literal["widget", "sign-in", "control", "overlay"]
Album = Callable[[str, bytes], str]
"""Keeps a picture under a name; returns its file name, nothing if it could not be kept."""

_EXCERPT: Final = 80


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where an element stands on the picture of its page, in CSS pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sight:
    """What one chain found on one page.

    place: which rule decided, counted from 0; none if no rule found anything a person could see.
    count: how many elements that rule found; what is not exactly one is no status.
    picture: the picture of the page; drawn: where on it the element stands.
    """

    chain: Chain
    name: str
    site: str
    page: str
    rules: tuple[str, ...]
    place: int | None
    count: int
    text: str = ""
    picture: str = ""
    drawn: Drawn | None = None


class WatchedConsole(LiveConsole):
    """A live console; see `checker.flow.contract.Console`."""

    def __init__(
        self,
        *arguments: Any,
        album: Album | None = None,
        on_page: Callable[[Page], None] = lambda _page: None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.states: list[str] = []
        self.unknown: list[str] = []
        self.matched: set[tuple[str, str, int]] = set()
        self._sights: dict[tuple[str, str, str], Sight] = {}
        self._album = album
        self._on_page = on_page
        self._site = ""
        self._pictures: dict[tuple[str, str], str] = {}

    @property
    def sights(self) -> Sequence[Sight]:
        """The best sight of each chain on each site, in the order in which they were first looked for."""
        return tuple(self._sights.values())

    def entering(self, sites: Iterable[Site]) -> Iterator[Site]:
        """Yield each site as it is visited, so that what is seen from then on is known to be its own."""
        for site in sites:
            self._site = f"{site.code}/{site.shop}" if site.shop else site.code
            yield site
        self._site = ""

    def open(self, page: str, /, **query: str) -> Page:
        """Open a page and look for its widgets."""
        return self._looked(super().open(page, **query))

    def page(self) -> Page:
        """Return the open page and look for its widgets once more."""
        return self._looked(super().page())

    def press(self, control: str, nth: int = 0, *, awaits: str = "") -> Page:
        """Press a control and note which rule found it."""
        self._note_live("control", control, self.toml.controls[control])
        return self._looked(super().press(control, nth, awaits=awaits))

    def settle(self) -> tuple[State, Page]:
        """Wait for a known state and note it; a page that is none is kept as a picture."""
        try:
            state, page = super().settle()
        except Stop as stop:
            if stop.outcome is Outcome.UNKNOWN_PAGE:
                # No picture while a sign-in form may be there.
                picture = self._picture("unknown") if self.guard.phase is Phase.READ else ""
                self.unknown.append(" ".join(filter(None, (stop.detail, picture, self._nearly()))))
            raise
        self.states.append(state.name)
        for name, box in self._boxes(state):
            self._note_live("sign-in", f"{name}.box", box.box)
            self._note_live("sign-in", f"{name}.submit", box.submit)
        if state.press:
            self._note_live("sign-in", state.name, state.press)
        return state, page

    def _refuse(self, state: State, page: Page) -> tuple[State, Page]:
        for overlay in self.toml.overlays:
            if state.act == "arrived" and overlay.refuse and page.has(overlay.css):
                self._note_live("overlay", overlay.name, overlay.refuse)
        return super()._refuse(state, page)

    def _nearly(self) -> str:
        """Name the states the open page would be in if what is out of sight counted."""
        with suppress(Stop):
            page = self._tab.take(self._name, ready=False)
            near = [
                f"{state.name!r} by {marker.css}"
                for state in self.toml.states
                for marker in state.markers
                if marker.css and marker.visible and page.has(marker.css, visible=False)
            ]
            if near:
                return f"(there, but out of sight: {', '.join(near)}; `visible = false` would count it)"
        return ""

    def _boxes(self, state: State) -> Iterator[tuple[str, Box]]:
        """Yield the boxes a state is about to be answered with."""
        signin = self.toml.signin
        asked = {"credentials": ("user", "password")}.get(state.act, (state.act,))
        for name, box in (("user", signin.user), ("password", signin.password), ("code", signin.code)):
            # A form known by what it is has no chains to watch.
            if name in asked and box is not None:
                yield name, box

    def _looked(self, page: Page) -> Page:
        self._on_page(page)
        for name, widget in self.toml.widgets.items():
            if widget.page != page.name:
                continue
            found = page.find(widget.chain)
            rules = tuple(str(rule) for rule in widget.chain)
            match found:
                case Found():
                    text = found.text[:_EXCERPT]
                    seen = self._sight("widget", name, page.name, rules, found.place, 1, text)
                case Ambiguous():
                    place = rules.index(found.rule)
                    text = " | ".join(found.texts)[:_EXCERPT]
                    seen = self._sight("widget", name, page.name, rules, place, len(found.texts), text)
                case _:
                    seen = self._sight("widget", name, page.name, rules, None, 0)
            self._keep(seen)
        return page

    def _note_live(self, chain: Chain, name: str, rules: Sequence[Rule]) -> None:
        """Note a chain that is pressed or typed into: it may name roles and labels, which no snapshot has."""
        place, count = None, 0
        with suppress(BrowserError):
            found = located(self.raw, rules)
            if found is not None:
                place, count = found[0], found[1].count()
        names = tuple(str(rule) for rule in rules)
        self._keep(self._sight(chain, name, self.displayed[0], names, place, count))

    def _sight(
        self,
        chain: Chain,
        name: str,
        page: str,
        rules: tuple[str, ...],
        place: int | None,
        count: int,
        text: str = "",
    ) -> Sight:
        # No picture while a sign-in form may be there.
        if self._album is None or chain == "sign-in":
            return Sight(chain, name, self._site, page, rules, place, count, text)
        widget = self.toml.widgets[name].chain if chain == "widget" else ()
        drawn = None if place is None or not widget else self._drawn(widget[place])
        return Sight(chain, name, self._site, page, rules, place, count, text, self._picture(page), drawn)

    def _drawn(self, rule: Rule) -> Drawn | None:
        with suppress(BrowserError):
            found = located(self.raw, [rule])
            box = found[1].first.bounding_box(timeout=1_000) if found is not None else None
            if box is not None:
                return Drawn(box["x"], box["y"], box["width"], box["height"])
        return None

    def _picture(self, page: str) -> str:
        if self._album is None:
            return ""
        place = (self._site, page)
        if place not in self._pictures:
            data = self.picture()
            self._pictures[place] = "" if data is None else self._album(f"{self._site}-{page}", data)
        return self._pictures[place]

    def _keep(self, seen: Sight) -> None:
        """Keep the better of two sights of a chain: one element beats several, several beat none."""
        if seen.place is not None:
            self.matched.add((seen.chain, seen.name, seen.place))
        key = (seen.site, seen.chain, seen.name)
        before = self._sights.get(key)
        if before is None or _rank(seen) > _rank(before):
            self._sights[key] = seen


def _rank(seen: Sight) -> int:
    return 0 if seen.place is None else 1 if seen.count > 1 else 2
