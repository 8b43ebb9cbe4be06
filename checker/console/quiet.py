"""Whether a page has come to rest: what it still fetches, and whether what a person sees still changes.

A page that polls never falls silent. So what does not count as unrest: sockets, event streams, beacons,
pictures and fonts; a call the page has made before and made again after the answer came; a call that
stays open longer than anybody waits for an answer, here or on an earlier page.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import Request

from checker.flow import Page
from checker.flow.site_toml import State

__all__ = ["LOOKS", "STILL_FOR", "Network", "Sight", "Waiting", "is_busy"]

STILL_FOR: Final = 0.25
"""For how many seconds nothing changes on a page that has come to rest."""
LOOKS: Final = 2
"""How many looks must be alike."""

# After how many seconds a page is looked at again that looked the same once, twice, ... in a row.
_LOOK_AGAIN: Final = (0.1, 0.15, 0.15, 0.25)
_UNREST: Final = ("document", "script", "stylesheet", "xhr", "fetch")
_STAMP: Final = re.compile(r"\d{9,}|0\.\d{6,}")
_SAME_ADDRESS: Final = 2

_BUSY: Final = (
    "[aria-busy=true], [role=progressbar]:not([aria-valuenow]), [class*=skeleton i], [class*=spinner i],"
    " [class*=shimmer i], [class*=loading i], [class*=loader i]"
)
_BUSY_WORDS: Final = frozenset({"skeleton", "spinner", "shimmer", "loading", "loader"})
# A picture that is loaded when it comes into sight says so in the same words.
_NOT_BUSY: Final = frozenset({"lazy", "lazyload", "lazyloading"})
_CLASS_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# A box that says more than this is the page itself, whatever its class promises.
_SAYS_LITTLE: Final = 40


class Network:
    """Follows the requests of a page that has been opened."""

    def __init__(self, page: BrowserPage, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._open: dict[Request, tuple[str, float]] = {}
        self._ended: Counter[tuple[str, str]] = Counter()
        self._paths: Counter[str] = Counter()
        self._hanging: set[str] = set()
        page.on("request", self._begun)
        page.on("requestfinished", self._over)
        page.on("requestfailed", self._over)

    def forget(self) -> None:
        """Begin afresh for the next page; which calls stay open is remembered."""
        self._open.clear()
        self._ended.clear()
        self._paths.clear()

    def is_quiet(self, patience: float) -> bool:
        """Tell whether nothing is under way that might still bring something; patience: for one call."""
        now = self._now()
        for path, began in self._open.values():
            if now - began > patience:
                self._hanging.add(path)
        return all(path in self._hanging for path, _ in self._open.values())

    def _begun(self, request: Request) -> None:
        if request.resource_type not in _UNREST:
            return
        path, call = _marks(request)
        again = self._ended[path, call] or (request.method == "GET" and self._paths[path] >= _SAME_ADDRESS)
        if not again:
            self._open[request] = (path, self._now())

    def _over(self, request: Request) -> None:
        self._open.pop(request, None)
        if request.resource_type in _UNREST:
            path, call = _marks(request)
            self._ended[path, call] += 1
            self._paths[path] += 1


class Sight:
    """Follows what a person sees of a page, look by look."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._html = ""
        self._text: str | None = None
        self._since = now()
        self._alike = 0

    def look(self, page: Page) -> None:
        """Take another look at the page."""
        if page.html == self._html or page.text == self._text:
            self._alike += 1
        else:
            self.stir()
        self._html, self._text = page.html, page.text

    def stir(self) -> None:
        """Note that something came in which may be drawn next."""
        self._since = self._now()
        self._alike = 1

    @property
    def alike(self) -> int:
        """How many looks were alike, the last one included."""
        return self._alike

    def is_still(self, seconds: float, looks: int) -> bool:
        """Tell whether nothing has changed for a while, in so many looks."""
        return self._alike >= looks and self._now() - self._since >= seconds


class Waiting:
    """What has been seen of a page that is waited for.

    steady: see `Bounds.steady`.
    """

    def __init__(self, steady: float = 1.0) -> None:
        self.steady = steady
        self.began = time.monotonic()
        self.sight = Sight()
        self.looks = 0
        self._missing = 0
        self._state = ""
        self._since = self.began
        self._rested: float | None = None

    def look(self, page: Page, state: State | None) -> None:
        """Take another look."""
        self.sight.look(page)
        name = "" if state is None else state.name
        if name != self._state:
            self._since, self._rested, self.looks = time.monotonic(), None, 0
        self._state = name
        self.looks += 1

    def now_missing(self, count: int) -> None:
        """Note how much of what is wanted is missing; what has just come in may be drawn next."""
        if count < self._missing:
            self.sight.stir()
        self._missing = count

    def until_next_look(self) -> float:
        """Return for how many seconds to wait: the longer the page has been the same, the longer."""
        return _LOOK_AGAIN[min(self.sight.alike, len(_LOOK_AGAIN)) - 1]

    def waited(self) -> float:
        """Return for how many seconds the page has been waited for."""
        return time.monotonic() - self.began

    def is_at_rest(self, quiet: bool, longest: float) -> bool:
        """Tell whether nothing moves any more, or has not stopped moving for as long as anybody waits."""
        rest = quiet and self.sight.is_still(STILL_FOR, LOOKS)
        if rest or self.lasted() >= longest:
            self._rested = self._rested or time.monotonic()
            return True
        return False

    def rested(self) -> float:
        """Return for how many seconds the page has been at rest, once it was."""
        return 0.0 if self._rested is None else time.monotonic() - self._rested

    def lasted(self) -> float:
        """Return for how many seconds the page has been in its state."""
        return time.monotonic() - self._since


def is_busy(page: Page) -> bool:
    """Tell whether something on the page says, for a person to see, that it is not done."""
    for element in page.all(_BUSY):
        marks = element.attributes
        said = marks.get("aria-busy") == "true" or marks.get("role") == "progressbar"
        words = {word.casefold() for word in _CLASS_WORDS.findall(marks.get("class", ""))}
        shown = bool(words & _BUSY_WORDS) and not words & _NOT_BUSY
        if said or (shown and len(element.excerpt) <= _SAYS_LITTLE):
            return True
    return False


def _marks(request: Request) -> tuple[str, str]:
    """Return the address of a call, and what makes it this call: query and body without times and chance."""
    parts = urlsplit(request.url)
    try:
        body = request.post_data or ""
    except (BrowserError, UnicodeDecodeError):
        body = ""
    query = [(name, value) for name, value in parse_qsl(parts.query) if _STAMP.fullmatch(value) is None]
    return f"{parts.netloc}{parts.path}", f"{request.method} {sorted(query)} {_STAMP.sub('', body)}"
