"""A console that keeps what it was asked and what it answered, so that the visit can be read again.

It passes every call on and notes what came back; what a flow sees is the same with it and without it.
Session tokens are blanked before anything is kept: CSRF fields, and whatever is called a token.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from checker.console.answers import Caught
from checker.console.finding import path_of
from checker.console.kept import Asked, Display, KeptAnswer, KeptStop, Look
from checker.console.live import LiveConsole
from checker.console.tokens import (
    address_without_tokens,
    body_without_tokens,
    is_token,
    whole,
    without_tokens,
)
from checker.errors import NotOffered, Stop
from checker.flow import Answer, Document, Page, Recorder, SiteToml, page_claims
from checker.model import Claim, Outcome, Site

__all__ = ["KeepingConsole", "Stretch", "is_token", "without_tokens"]

# A page that asks for more than this by itself is not kept whole: what the flow names always is.
_MAX_OTHERS: Final = 60
_MAX_OTHER_BYTES: Final = 2_000_000


@dataclass
class _Open:
    """A display that is still on the screen."""

    at: datetime
    by: Literal["start", "open", "press"]
    name: str
    page: str
    path: str = ""
    ready: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)
    host: str = ""
    nth: int = 0
    after: int | None = None
    looks: list[Look] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    waited: dict[str, list[int]] = field(default_factory=dict)
    counted: dict[str, list[int]] = field(default_factory=dict)
    heard: dict[str, list[int]] = field(default_factory=dict)
    stops: dict[str, KeptStop] = field(default_factory=dict)
    labelled: list[int] = field(default_factory=list)


@dataclass
class Stretch:
    """What was kept since the last part ended."""

    displays: list[Display] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    answers: list[KeptAnswer] = field(default_factory=list)
    labels: list[tuple[str, str]] = field(default_factory=list)


class KeepingConsole:
    """A live console whose answers are noted; see `checker.flow.contract.Console`."""

    def __init__(self, live: LiveConsole, now: Callable[[], datetime]) -> None:
        self._live = live
        self._now = now
        self._known: dict[str, str] = {}
        self._host = ""
        self._root_answers: dict[int, tuple[int, Caught]] = {}
        self._begin()

    def __getattr__(self, name: str) -> Any:
        # Pictures, counts and whatever else the run sees besides: the live console's own.
        return getattr(self._live, name)

    # What a flow sees...

    @property
    def toml(self) -> SiteToml:
        """The flow's own data."""
        return self._live.toml

    @property
    def host(self) -> str:
        """The host of site.toml that pages are opened on; empty where the account names none."""
        return self._live.host

    @property
    def labels(self) -> Mapping[str, str]:
        """The words of the console's own label files."""
        labels = self._live.labels
        self._learn(labels)
        self._shown.labelled.append(len(self._stretch.labels))
        return labels

    @property
    def blocked(self) -> Sequence[str]:
        """What the guard turned away since the page was opened."""
        return self._live.blocked

    def at(self, host: str) -> None:
        """Open pages on this host from now on; see the contract."""
        self._live.at(host)
        self._host = host

    @property
    def notes(self) -> Sequence[str]:
        """What the operator is told of this console."""
        return self._live.notes

    def open(self, page: str, /, **query: str) -> Page:
        """Open a page; see the contract."""
        if self._live.is_open(page, query):
            return self._looked(lambda: self._live.open(page, **query))
        # Here, so that a last look at the page that is left is one of its own.
        self._live.leave()
        self._close()
        self._root_answers = {}
        spec = self._live.toml.pages[page]
        self._shown = _Open(
            self._now(), "open", page, page, spec.path, spec.ready, spec.busy, dict(query), self._host
        )
        return self._looked(lambda: self._live.open(page, **query))

    def reopen(self, page: str, /, **query: str) -> Page:
        """Open a page and load it again; see the contract."""
        self._live.begin_look()
        return self.open(page, **query)

    def offered(self, page: str, **query: str) -> Page | None:
        """Open a page that a console need not have; see the contract."""
        try:
            return self.open(page, **query)
        except NotOffered:
            return None

    def leave(self) -> None:
        """Pause, and tell that the open page is left."""
        self._live.leave()

    def follow(self, page: str, address: str) -> Page:
        """Open an address that the open page offers; see the contract."""
        self._close()
        spec = self._live.toml.pages[page]
        led = {"followed": path_of(address)}
        self._shown = _Open(
            self._now(), "open", page, page, spec.path, spec.ready, spec.busy, led, self._host
        )
        return self._looked(lambda: self._live.follow(page, address))

    def page(self) -> Page:
        """Return the open page as it is now; see the contract."""
        return self._looked(self._live.page)

    def documents(self, name: str) -> Sequence[Document]:
        """Return what fits an answer; see the contract."""
        with self._stopped_by(name):
            documents = self._live.documents(name)
        self._shown.heard.setdefault(name, []).append(len(self._worth_keeping()))
        return documents

    def blocked_for(self, name: str) -> Sequence[str]:
        """Return the requests blocked that could have brought an answer; see the contract."""
        return self._live.blocked_for(name)

    def answer(self, name: str) -> Answer | None:
        """Return the latest answer of that name; see the contract."""
        with self._stopped_by(name):
            answer = self._live.answer(name)
        self._shown.waited.setdefault(name, []).append(len(self._live.answers(name)))
        return answer

    def answers(self, name: str) -> Sequence[Answer]:
        """Return every answer of that name; see the contract."""
        with self._stopped_by(name):
            answers = self._live.answers(name)
        self._shown.counted.setdefault(name, []).append(len(answers))
        return answers

    def ask(self, name: str, **query: str) -> Answer | None:
        """GET an answer that may be asked for; see the contract."""
        try:
            answer = self._live.ask(name, **query)
        except Stop as stop:
            self._asked(name, query, None, KeptStop.of(stop))
            raise
        place = None if answer is None else self._keep_answer("GET", answer)
        self._asked(name, query, place, None)
        return answer

    def press(self, control: str, nth: int = 0, *, awaits: str = "") -> Page:
        """Press a control; see the contract."""
        before = self._shown
        self._close()
        self._shown = _Open(
            self._now(),
            "press",
            control,
            before.page,
            before.path,
            before.ready,
            before.busy,
            nth=nth,
            after=len(self._stretch.displays) - 1,
        )
        return self._looked(lambda: self._live.press(control, nth, awaits=awaits))

    def recorder(self, site: Site, page: Page | None = None) -> Recorder:
        """Return what writes the claims of a page of `site`."""
        return self._live.recorder(site, page)

    def claims(self, site: Site, page: Page) -> Iterator[Claim]:
        """Yield everything that site.toml declares of an open page."""
        return page_claims(self.recorder(site, page), self.toml, page, self.documents)

    # ... and what the run takes.

    def take(self) -> Stretch:
        """Return what was kept since the last time, and begin the next part on the page that is open."""
        self._close()
        taken, last = self._stretch, self._shown
        self._begin()
        self._shown.page, self._shown.path = last.page, last.path
        self._shown.ready, self._shown.busy = last.ready, last.busy
        return taken

    def _begin(self) -> None:
        self._stretch = Stretch()
        self._places: dict[str, int] = {}
        self._root_answers = {}
        # A part stands by itself: the words learnt before it are its own as well.
        self._stretch.labels = list(self._known.items())
        self._shown = _Open(self._now(), "start", "", "")

    def _looked(self, look: Callable[[], Page]) -> Page:
        try:
            page = look()
        except Stop as stop:
            self._shown.looks.append(self._failed(stop))
            raise
        self._shown.looks.append(self._look(page))
        return page

    def _failed(self, stop: Stop) -> Look:
        """Note a look that ended the visit; a page that was not recognised is kept, for it may be one day."""
        # What stands on the screen after a search through paths and links is another page.
        if stop.outcome is Outcome.UNKNOWN_PAGE and not (self._live.strayed or isinstance(stop, NotOffered)):
            with contextlib.suppress(Stop):
                seen = self._look(self._live.page())
                return seen.model_copy(update={"ready": False, "stop": KeptStop.of(stop)})
        return Look(at=self._now(), stop=KeptStop.of(stop))

    def _look(self, page: Page) -> Look:
        html = without_tokens(page.html)
        place = self._places.setdefault(html, len(self._stretch.documents))
        if place == len(self._stretch.documents):
            self._stretch.documents.append(html)
        return Look(
            at=self._now(),
            url=address_without_tokens(page.url),
            status=page.status,
            title=whole(page.title),
            ready=page.ready,
            document=place,
        )

    def _close(self) -> None:
        """End the display that is on the screen: take in everything that came to it."""
        shown = self._shown
        self._learn(self._live.labels)
        for name in self._live.toml.answers:
            try:
                self._live.answers(name)
            except Stop as stop:
                shown.stops.setdefault(name, KeptStop.of(stop))
        for caught in self._worth_keeping():
            self._root(caught)
        self._stretch.displays.append(
            Display(
                at=shown.at,
                by=shown.by,
                name=shown.name,
                query=shown.query,
                host=shown.host,
                nth=shown.nth,
                after=shown.after,
                page=shown.page,
                path=shown.path,
                ready=shown.ready,
                busy=shown.busy,
                looks=tuple(shown.looks),
                answers=tuple(place for place, _ in self._root_answers.values()),
                asked=tuple(shown.asked),
                waited={name: tuple(counts) for name, counts in shown.waited.items()},
                counted={name: tuple(counts) for name, counts in shown.counted.items()},
                heard={name: tuple(counts) for name, counts in shown.heard.items()},
                stops=shown.stops,
                labels=len(self._stretch.labels),
                labelled=tuple(shown.labelled),
                blocked=tuple(self._live.blocked),
            )
        )

    def _worth_keeping(self) -> list[Caught]:
        """Return what came in and is kept: all that has a name, and of the rest a bounded part.

        What stands in it stays in its place when more comes in.
        """
        kept, others = [], 0
        for caught in self._live.given.everything():
            if caught.asked:
                continue
            if not self._live.given.is_named(caught):
                if others >= _MAX_OTHERS or len(caught.body) > _MAX_OTHER_BYTES:
                    continue
                others += 1
            kept.append(caught)
        return kept

    def _root(self, caught: Caught) -> None:
        if id(caught) not in self._root_answers:
            place = self._keep_answer(caught.method, caught.answer, caught.url, embedded=caught.embedded)
            # The answer is held on to, so that its place in memory stays its own.
            self._root_answers[id(caught)] = (place, caught)

    def _keep_answer(self, method: str, answer: Answer, url: str = "", *, embedded: bool = False) -> int:
        self._stretch.answers.append(
            KeptAnswer(
                name=answer.name,
                method=method,
                host=urlsplit(url).hostname or "",
                embedded=embedded,
                path=answer.url,
                status=answer.status,
                query={name: "" if is_token(name) else value for name, value in answer.query.items()},
                body=body_without_tokens(answer.body),
                problem=whole(answer.problem),
            )
        )
        return len(self._stretch.answers) - 1

    def _asked(self, name: str, query: Mapping[str, str], place: int | None, stop: KeptStop | None) -> None:
        self._shown.asked.append(Asked(at=self._now(), name=name, query=dict(query), answer=place, stop=stop))

    @contextlib.contextmanager
    def _stopped_by(self, name: str) -> Any:
        try:
            yield
        except Stop as stop:
            self._shown.stops[name] = KeptStop.of(stop)
            raise

    def _learn(self, labels: Mapping[str, str]) -> None:
        for key, words in labels.items():
            if self._known.get(key) != words:
                self._known[key] = words
                self._stretch.labels.append((whole(key), whole(words)))
