"""Recognising what a page is before reading anything from it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from checker.console.boxes import is_sign_in_path
from checker.console.forms import Sketch
from checker.console.policy import Policy
from checker.console.quiet import LOOKS, Waiting
from checker.errors import Stop
from checker.flow import Page, SiteToml
from checker.flow.site_toml import Marker, State
from checker.model import Outcome

__all__ = [
    "Look",
    "Moment",
    "is_steady",
    "led_elsewhere",
    "look_again",
    "may_end_at",
    "nearest",
    "recognise",
    "stop_for",
]

_WORD: Final = re.compile(r"""[#.]([\w-]+)|=\s*['"]?([\w/.:-]+)""")
_SUCCESS: Final = range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES)
_LEAST: Final = 12
# How much longer a page must be unchanged where its address is one of the sign-in, and how long one that
# never stops changing is looked at.
_AT_SIGN_IN: Final = 2.5
_NEVER_STILL: Final = 3.0
_BUSY: Final = (
    "[aria-busy=true], [role=progressbar], [class*=spinner i], [class*=skeleton i], [class*=loading i]"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a sign-in has got to.

    sent: what was sent so far, of user and password. stood: the texts that stood on the page before, which
    answer nothing that was sent. by_mail: whether the user name is an e-mail address.
    """

    sent: frozenset[str] = frozenset()
    stood: frozenset[str] = frozenset()
    by_mail: bool = False


# As many links as no page has that only offers something.
_A_MENU: Final = 5
_DIALOGS: Final = "[role=dialog], [role=alertdialog], dialog[open], [aria-modal=true]"
_HEADINGS: Final = "h1, h2, h3, [role=heading]"


class Look:
    """One page held against the states it may be in."""

    def __init__(self, page: Page, toml: SiteToml, moment: Moment) -> None:
        self.page = page
        self.moment = moment
        self._toml = toml
        self._states: dict[bool, State | None] = {}

    @cached_property
    def sketch(self) -> Sketch:
        """The forms of the page."""
        return Sketch(self.page, self._toml)

    @property
    def new_errors(self) -> tuple[str, ...]:
        """What the page shows as an error that did not stand there before."""
        return tuple(text for text in self.sketch.errors if text not in self.moment.stood)

    @property
    def is_refused(self) -> bool:
        """Whether the page says that it did not take what was sent: as an error, or beside the form."""
        words = self._toml.words_of("wrong_code")
        fresh = (text for text in self.sketch.around if text not in self.moment.stood)
        return bool(self.new_errors) or any(words.found_in(text) for text in fresh)

    def state(self, *, reading: bool = False) -> State | None:
        """Return the first state one of whose markers holds and none of whose exceptions does.

        Args:
            reading: Whether the sign-in is over: an offer on a page with the console's own menu, or in a
                dialog before one, lies over that page then, and is no step of the sign-in.
        """
        if reading not in self._states:
            self._states[reading] = next(self._fitting(reading=reading), None)
        return self._states[reading]

    def _fitting(self, *, reading: bool) -> Iterator[State]:
        for state in self._toml.states:
            if reading and state.act == "press" and self._is_behind_offers:
                continue
            if any(self.holds(marker) for marker in state.markers) and not any(
                self.holds(marker) for marker in state.unless
            ):
                yield state

    @cached_property
    def _is_behind_offers(self) -> bool:
        """Whether what the page offers lies over it: it has a menu, or goes on around the dialog."""
        page, offers = self.page, self._toml.words_of("offer")
        if len(page.all("a[href]")) >= _A_MENU:
            return True
        dialogs = page.all(_DIALOGS)
        over = [heading.text for dialog in dialogs for heading in dialog.inside(_HEADINGS)]
        said = (page.title, *(heading.text for heading in page.all(_HEADINGS)))
        offered = {text for text in said if offers.found_in(text)}
        around = len(page.text) - sum(len(dialog.text) for dialog in dialogs)
        return bool(offered) and offered <= set(over) and around >= _LEAST * 2

    def holds(self, marker: Marker) -> bool:
        """Tell whether everything a marker states is so."""
        return all(held for _, held in self.parts(marker))

    def parts(self, marker: Marker) -> Iterator[tuple[str, bool]]:
        """Yield each thing a marker states, and whether it is so; what is cheap to tell comes first."""
        page = self.page
        if marker.status is not None:
            yield "status", page.status == marker.status
        if marker.sent:
            yield "sent", marker.sent in self.moment.sent
        if marker.url:
            yield "url", re.search(marker.url, page.url) is not None
        if marker.title:
            yield "title", marker.title.casefold() in page.title.casefold()
        if marker.css:
            may = self._may_have(marker.css)
            yield "css", may and page.has(marker.css, visible=marker.visible)
        if marker.says:
            seen = page.all(marker.says) if self._may_have(marker.says) else ()
            yield "says", any(element.text for element in seen)
        if marker.most is not None:
            yield "most", len(page.text) <= marker.most
        if marker.signin:
            yield "signin", self.sketch.is_sign_in
        if marker.form:
            yield "form", self._has_form(marker.form)
        if marker.text:
            yield "text", any(marker.text.casefold() in text.casefold() for text in self._texts(marker))
        if marker.words:
            words = self._toml.words_of(marker.words)
            yield "words", any(words.found_in(text) for text in self._texts(marker))
        if marker.error:
            yield "error", self.error_in(marker.error) != ""
        if marker.button:
            yield "button", self.sketch.shows(marker.button)
        if marker.content:
            yield "content", self._has_content()

    def error_in(self, table: str) -> str:
        """Return the text shown as an error that has one of a table's phrases; of `*`, that answers us."""
        if table == "*":
            return next(iter(self.new_errors), "") if self._asks_again() else ""
        words = self._toml.words_of(table)
        marked = next((text for text in self.sketch.errors if words.found_in(text)), "")
        if marked or not self.moment.sent:
            return marked
        fresh = (text for text in self.sketch.around if text not in self.moment.stood)
        return next((text for text in fresh if words.found_in(text)), "")

    @cached_property
    def _folded(self) -> str:
        return self.page.html.casefold()

    def _may_have(self, css: str) -> bool:
        """Tell whether a selector can find anything: looking for its words is far cheaper."""
        return any(all(word in self._folded for word in words) for words in _words_of(css))

    def _has_form(self, kind: str) -> bool:
        if kind == "door":
            return self.sketch.door is not None
        form = self.sketch.form
        if kind == "phone":
            return form is not None and form.by_phone and self.moment.by_mail
        return form is not None and form.kind == kind

    def _asks_again(self) -> bool:
        """Tell whether the page asks for what was sent already, or is a sign-in that asks for nothing."""
        form = self.sketch.form
        if form is None:
            return self.sketch.is_sign_in
        asked = {"credentials": {"user", "password"}, "code": set[str]()}.get(form.kind, {form.kind})
        # Where only the user name was sent, a form that has both boxes may be waiting for the other one.
        return bool(asked) and asked <= self.moment.sent

    def _texts(self, marker: Marker) -> Iterator[str]:
        """Yield the texts in which a marker's words are looked for."""
        if marker.within:
            yield from (element.text for element in self.page.all(marker.within))
            if "title" in marker.within:
                yield self.page.title
        elif marker.form and self.sketch.form is not None:
            yield self.sketch.form.text
        else:
            yield self.page.text

    def _has_content(self) -> bool:
        page = self.page
        text = page.text
        if page.status not in _SUCCESS or len(text) < _LEAST or self.sketch.has_password:
            return False
        short = len(text) <= _LEAST * 10
        return not (short and (self._toml.words_of("loading").found_in(text) or page.has(_BUSY)))


@cache
def _words_of(css: str) -> tuple[tuple[str, ...], ...]:
    """Return for each alternative of a selector the ids, classes and values an element must have to be it."""
    if re.search(r"\([^)]*,", css) or "\\" in css:
        return ((),)
    alternatives = re.sub(r":not\([^)]*\)", "", css).split(",")
    return tuple(
        tuple((name or value).casefold() for name, value in _WORD.findall(alternative))
        for alternative in alternatives
    )


def recognise(page: Page, toml: SiteToml, moment: Moment | None = None) -> State | None:
    """Return the state a page is in, none if nobody can tell."""
    return Look(page, toml, moment or Moment()).state()


def may_end_at(state: State, policy: Policy, url: str) -> bool:
    """Tell whether a sign-in may end with `state` at an address: not on a host only for signing in."""
    if state.act != "arrived" or not state.steady or policy.origin:
        return True
    toml, host = policy.toml, urlsplit(url).hostname or ""
    consoles = {toml.hosts.start, *(row.host for row in toml.sites)}
    return host in consoles or host not in toml.sign_in_hosts


def look_again(last: Look | None, page: Page, toml: SiteToml, moment: Moment) -> Look:
    """Return the last look where nothing has changed since, with all that was worked out; else a new one."""
    if last is not None and last.page is page and last.moment == moment:
        return last
    return Look(page, toml, moment)


def is_steady(state: State, page: Page, waiting: Waiting, proven: bool) -> bool:
    """Tell whether a state has held, unchanged, as long as it must; proven: an answer says one is in."""
    if proven or not state.steady:
        return True
    long = waiting.steady * state.steady * (_AT_SIGN_IN if is_sign_in_path(page.url) else 1.0)
    still = waiting.sight.is_still(long, LOOKS) or waiting.lasted() >= long * _NEVER_STILL
    return still and waiting.lasted() >= long


def nearest(look: Look, toml: SiteToml) -> str:
    """Say which state a page came closest to being in, and what of its marker was missing."""
    best: tuple[float, str] = (0.0, "")
    for state in toml.states:
        for marker in state.markers:
            parts = list(look.parts(marker))
            held = [name for name, is_so in parts if is_so]
            missing = [name for name, is_so in parts if not is_so]
            share = len(held) / len(parts)
            if held and missing and share > best[0] and set(held) - {"most", "signin", "sent"}:
                best = (share, f"nearest to {state.name!r}: {', '.join(held)} fits, {', '.join(missing)} not")
    return best[1]


def stop_for(state: State, page: str) -> Stop | None:
    """Return what ends a visit when `page` turns out to be in `state`; none where it is the page itself."""
    if state.act == "arrived":
        return None
    if state.act in ("user", "credentials", "open"):
        return Stop(Outcome.SESSION_EXPIRED, f"the sign-in form stood where {page} should be")
    if state.act in ("password", "code"):
        # It knows who we are and asks for the secret alone: the session lives, and a person must act.
        return Stop(Outcome.STEP_UP, f"the console asks for the {state.name} again before {page}")
    if state.act == "press":
        # A step of the sign-in, which the next run takes.
        return Stop(Outcome.SESSION_EXPIRED, f"the sign-in ({state.name}) stood where {page} should be")
    return Stop(state.outcome or Outcome.UNKNOWN_PAGE, state.detail or state.name)


def led_elsewhere(url: str, meant: str, toml: SiteToml) -> Stop | None:
    """Return what ends a visit where one site's host led to another site's; none where it did not."""
    stands = urlsplit(url).hostname or ""
    others = {row.host for row in toml.sites} - {meant, ""}
    if not meant or stands not in others:
        return None
    return Stop(Outcome.WRONG_PLACE, f"asked for {meant}, the console led to {stands}")
