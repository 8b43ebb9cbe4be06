"""A kept visit as a console: what the pages said then, read by the flow of today, without a browser.

A mended flow may look in another order, elsewhere, or more often. So a call is looked up by what it
asks for (a page and its query, a control pressed on a display, an answer's address), not by its number;
asked more often than then, the last of it stands. What was not kept is never made up: `not_kept` ends
the visit, as any other stop does. Only another tab of a page that was kept (the same page, asked for with
another query) leaves the rest readable: it stands empty and unfinished, and whatever a flow makes of it
is unreadable. Pages are recognised anew, by the states of today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus

from checker.console.answers import answers_of, blocked_for
from checker.console.finding import path_of
from checker.console.kept import Display, KeptAnswer, KeptPart, Look
from checker.console.seen import SeenPages
from checker.console.states import recognise, stop_for
from checker.errors import NotOffered, Stop
from checker.flow import (
    Ambiguous,
    Answer,
    Document,
    Flow,
    Heard,
    Missing,
    Page,
    Recorder,
    SiteToml,
    documents_of,
    page_claims,
)
from checker.model import Claim, Outcome, Site

__all__ = ["RecordedConsole"]


@dataclass
class _Unguarded:
    """What a guard counts; nothing is sent, so nothing is turned away."""

    total: int = 0
    blocked: list[str] = field(default_factory=list)


class RecordedConsole:
    """Plays kept parts back, one after the other; see `checker.flow.contract.Console`."""

    def __init__(self, flow: Flow, account: str, part: KeptPart) -> None:
        self.guard = _Unguarded()
        self._flow = flow
        self._account = account
        self._host = ""
        self.seen = SeenPages(flow.toml.notices)
        self._display: Display
        self._asked: list[Heard] = []
        self.turn_to(part)

    def turn_to(self, part: KeptPart) -> None:
        """Go on to the next part, on the page that was open when it began."""
        self._part = part
        self._used: set[int] = set()
        self._calls: Counter[tuple[int, str, str]] = Counter()
        self._standing: tuple[object, ...] = ()
        self._stand_on(0)

    # What a flow sees...

    @property
    def toml(self) -> SiteToml:
        """The data of today's flow."""
        return self._flow.toml

    @property
    def host(self) -> str:
        """The host of site.toml that pages are opened on; empty where the account names none."""
        return self._host

    @property
    def labels(self) -> Mapping[str, str]:
        """The words of the console's own label files, as far as they had been learnt."""
        count = self._nth("labels", "", self._display.labelled, self._display.labels)
        return dict(self._part.labels[:count])

    @property
    def blocked(self) -> Sequence[str]:
        """What the guard had turned away by the end of the display."""
        return self._display.blocked

    def at(self, host: str) -> None:
        """Look for pages of this host from now on."""
        if host not in self.toml.allowed_hosts:
            raise ValueError(f"{host} is no host of {self._flow.marketplace}")
        self._host = host

    @property
    def notes(self) -> Sequence[str]:
        """Nothing: what was said of the console then was told then."""
        return ()

    def open(self, page: str, /, **query: str) -> Page:
        """Return the page as it was opened then; raise Stop where today's states say so, or `not_kept`."""
        asked = (page, tuple(sorted(query.items())), self._host)
        if self._standing == asked and not self._part.loads_again:
            return self.page()
        self.seen.leave()
        call = ("open", page, query, self.toml.pages[page].path, self._host)
        place = self._find(
            lambda display: (display.by, display.name, display.query, display.path, display.host) == call
        )
        if place is None and self._is_tab(page):
            return self._stand_on_nothing(page)
        if place is None:
            raise _not_kept(f"the page {page}{_shown(query)}")
        self._stand_on(place)
        seen = self._arrived(self._next_look(f"the page {page}"))
        self._standing = asked
        return seen

    def reopen(self, page: str, /, **query: str) -> Page:
        """Open a page and load it again; see the contract."""
        self.begin_look()
        return self.open(page, **query)

    def offered(self, page: str, **query: str) -> Page | None:
        """Return the page as it was opened then, none where it was not offered."""
        try:
            return self.open(page, **query)
        except NotOffered:
            return None

    def leave(self) -> None:
        """Tell that the open page is left."""
        self.seen.leave()

    def begin_site(self) -> None:
        """Begin another site: a page is not the one that was open before."""
        self._standing = ()

    def begin_look(self) -> None:
        """Begin another look: a page is the one that was loaded for it."""
        self._standing = ()

    def page(self) -> Page:
        """Return the next look at the open page, the last one again once there are no more."""
        if self._lost:
            return self._nothing()
        look = self._next_look("another look at the page")
        if look.stop is not None:
            raise look.stop.stop
        return self._page_of(look)

    def answer(self, name: str) -> Answer | None:
        """Return the latest answer of that name, as it had come by then."""
        there = self._named(name)
        self._heed(name, there)
        count = self._nth("waited", name, self._calls_then(self._display.waited, name), len(there))
        return there[min(count, len(there)) - 1] if count and there else None

    def answers(self, name: str) -> Sequence[Answer]:
        """Return every answer of that name, as they had come by then."""
        there = self._named(name)
        self._heed(name, there)
        kept = self._calls_then(self._display.counted, name)
        return there[: self._nth("counted", name, kept, len(there))]

    def documents(self, name: str) -> Sequence[Document]:
        """Return what fits an answer of today's flow, in what had come by then."""
        if name in self._display.stops:
            raise self._display.stops[name].stop
        heard = [heard_by(self.toml, self._part.answers[place]) for place in self._display.answers]
        count = self._nth("heard", name, self._display.heard.get(name, ()), len(heard))
        return documents_of(name, self.toml.answers[name].form, [*heard[:count], *self._asked])

    def heard(self) -> Sequence[Heard]:
        """Return all the JSON that had come by then, and what was asked for."""
        return [
            heard_by(self.toml, self._part.answers[place]) for place in self._display.answers
        ] + self._asked

    def blocked_for(self, name: str) -> Sequence[str]:
        """Return the requests blocked then that could have brought an answer."""
        return blocked_for(self.toml, name, self.blocked)

    def ask(self, name: str, **query: str) -> Answer | None:
        """Return what was answered then; raise Stop `not_kept` where it was not asked on this display."""
        if self.toml.answers[name].ask is None or self._lost:
            return None
        same = [asked for asked in self._display.asked if (asked.name, asked.query) == (name, query)]
        if not same:
            raise _not_kept(f"the answer {name}")
        # Told apart by its query as well: what one account was asked is not another's.
        mark = f"{name}?{sorted(query.items())}"
        asked = same[min(self._call("asked", mark), len(same) - 1)]
        self._at = asked.at
        if asked.stop is not None:
            raise asked.stop.stop
        if asked.answer is None:
            return None
        kept = self._part.answers[asked.answer]
        if not self._part.loads_again:
            self._asked.append(heard_by(self.toml, kept, asked=name))
        return _answer(name, kept)

    def follow(self, page: str, address: str) -> Page:
        """Return the page that an address led to then; raise Stop `not_kept` if it was not followed."""
        self.seen.drop()
        return self.open(page, followed=path_of(address))

    def press(self, control: str, nth: int = 0, *, awaits: str = "") -> Page:
        """Return what pressing it led to then; raise Stop `not_kept` if it was not pressed here."""
        del awaits
        place = self._find(
            lambda display: (
                (display.by, display.name, display.nth, display.after) == ("press", control, nth, self._place)
            )
        )
        if place is not None:
            self._stand_on(place)
            return self.page()
        if self._is_missing(control):
            return self.page()
        raise _not_kept(f"pressing {control}")

    def recorder(self, site: Site, page: Page | None = None) -> Recorder:
        """Return what writes the claims of a page of `site`, at the time it was seen."""
        recorder = self._flow.recorder(self._account, site, page, self.now, self.seen.structure_of)
        return replace(recorder, doubt=lambda: "its page was not kept" if self._lost else "")

    def claims(self, site: Site, page: Page) -> Iterator[Claim]:
        """Yield everything that site.toml declares of an open page; nothing is read of one not kept."""
        return page_claims(self.recorder(site, page), self.toml, page, self.documents)

    # ... and what the run sees besides.

    @property
    def displayed(self) -> tuple[str, int]:
        """The name of the page that is open, and the number of its display."""
        return self._display.page, self._place

    def picture(self, css: str = "") -> bytes | None:
        """Return nothing: there is no page to draw, and what was drawn then is evidence already."""
        del css
        return None

    def now(self) -> datetime:
        """Return the moment of what was seen last."""
        return self._at

    def _is_tab(self, page: str) -> bool:
        """Tell whether a page was kept, though not as it is asked for now; listing sites has no tabs."""
        path = self.toml.pages[page].path
        return self._part.part == "visit" and any(
            (display.by, display.name, display.path, display.host) == ("open", page, path, self._host)
            and any(look.document is not None for look in display.looks)
            for display in self._part.displays
        )

    def _stand_on_nothing(self, page: str) -> Page:
        self._lost = True
        self._standing = ()
        self._asked = []
        self._place = len(self._part.displays) + len(self._calls)
        spec = self.toml.pages[page]
        self._display = Display(
            at=self._at, by="open", name=page, page=page, path=spec.path, labels=self._display.labels
        )
        return self._nothing()

    def _nothing(self) -> Page:
        return Page(self._display.page, self._display.path, 0, "", ready=False)

    def _stand_on(self, place: int) -> None:
        self._lost = False
        self._standing = ()
        self._asked = []
        self._place = place
        self._display = self._part.displays[place]
        self._used.add(place)
        self._at = self._display.at

    def _find(self, fits: Callable[[Display], bool]) -> int | None:
        """Return the next display that fits and was not shown yet, else any such, else the last."""
        places = [place for place, display in enumerate(self._part.displays) if fits(display)]
        ahead = [place for place in places if place not in self._used and place > self._place]
        fresh = [place for place in places if place not in self._used]
        return next(iter(ahead or fresh or places[-1:]), None)

    def _call(self, kind: str, name: str) -> int:
        mark = (self._place, kind, name)
        self._calls[mark] += 1
        return self._calls[mark] - 1

    def _nth(self, kind: str, name: str, kept: Sequence[int], whole: int) -> int:
        """Return how many this call was given then, or all where there was no such call."""
        number = self._call(kind, name)
        return kept[number] if number < len(kept) else whole

    def _next_look(self, what: str) -> Look:
        looks = self._display.looks
        if not looks:
            raise _not_kept(what)
        look = looks[min(self._call("looks", ""), len(looks) - 1)]
        self._at = look.at
        return look

    def _arrived(self, look: Look) -> Page:
        if look.document is None:
            raise _not_kept("the page") if look.stop is None else look.stop.stop
        page = self._page_of(look)
        state = recognise(page, self.toml)
        if state is None or state.act == "wait":
            raise _not_kept("a page anybody knows") if look.stop is None else look.stop.stop
        stop = stop_for(state, self._display.page)
        if stop is not None:
            raise stop
        if page.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) and look.stop is not None:
            raise look.stop.stop
        return page

    def _page_of(self, look: Look) -> Page:
        if look.document is None:
            raise _not_kept("a look at the page")
        html = self._part.documents[look.document]
        page = Page(self._display.page, look.url, look.status, html, look.title, look.ready)
        spec = self.toml.pages.get(self._display.page)
        if spec is None or (spec.ready, spec.busy) == (self._display.ready, self._display.busy):
            return self.seen.note(page)
        # What was ready by the old signs is not so by the new ones, and the other way round.
        drawn = all(page.has(css, visible=False) for css in spec.ready)
        drawn = drawn and not any(page.has(css) for css in spec.busy)
        return self.seen.note(Page(page.name, page.url, page.status, html, page.title, drawn))

    def _named(self, name: str) -> list[Answer]:
        asked = [
            Answer(name, one.path, one.status, one.query, one.body)
            for one in self._asked
            if one.name == name and one.body is not None
        ]
        return [_answer(name, kept) for kept in self._there(name)] + asked or self._by_shape(name)

    def _by_shape(self, name: str) -> list[Answer]:
        form = self.toml.answers[name].form
        if form is None:
            return []
        heard = [heard_by(self.toml, self._part.answers[place]) for place in self._display.answers]
        return answers_of(documents_of(name, form, heard))

    def _there(self, name: str) -> list[KeptAnswer]:
        kept = [self._part.answers[place] for place in self._display.answers]
        return [answer for answer in kept if _name_of(answer, self.toml) == name]

    def _calls_then(self, calls: Mapping[str, Sequence[int]], name: str) -> Sequence[int]:
        """Return how many each call was given then, unless it was others that had the name."""
        same = all(answer.name == name for answer in self._there(name))
        return calls.get(name, ()) if same else ()

    def _heed(self, name: str, there: Sequence[Answer]) -> None:
        if name in self._display.stops:
            raise self._display.stops[name].stop
        if any(answer.status == HTTPStatus.TOO_MANY_REQUESTS for answer in there):
            raise Stop(Outcome.RATE_LIMITED, f"{name} answers 429: Too Many Requests")

    def _is_missing(self, control: str) -> bool:
        """Tell whether the page shows no such control, as far as that can be told without a browser."""
        chain = self.toml.controls[control]
        looks = [look for look in self._display.looks if look.document is not None]
        if not looks or any(rule.role or rule.label for rule in chain):
            return False
        found = self._page_of(looks[-1]).find(chain)
        return isinstance(found, Missing) and not isinstance(found, Ambiguous)


def heard_by(toml: SiteToml, kept: KeptAnswer, *, asked: str = "") -> Heard:
    """Return a kept answer as something that shapes are held against; asked: the name it was asked for by."""
    return Heard(
        kept.path,
        kept.query,
        kept.status,
        f"https://{kept.host}{kept.path}" if kept.host else kept.path,
        kept.body,
        name=asked or _name_of(kept, toml),
        asked=bool(asked),
    )


def _name_of(kept: KeptAnswer, toml: SiteToml) -> str:
    """Return the name today's flow has for an answer: the first that fits, as when it is caught."""
    return "" if kept.embedded else toml.named_at(kept.method, kept.path)


def _answer(name: str, kept: KeptAnswer) -> Answer:
    return Answer(name, kept.path, kept.status, kept.query, kept.body, kept.problem)


def _shown(query: Mapping[str, str]) -> str:
    return f" ({', '.join(f'{name}={value}' for name, value in query.items())})" if query else ""


def _not_kept(what: str) -> Stop:
    return Stop(Outcome.NOT_KEPT, f"{what} was not kept, or not in this order")
