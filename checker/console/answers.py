"""The answers a page fetches by itself, caught as they come in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import Request, Response

from checker.flow import Answer
from checker.flow.site_toml import AnswerSpec
from checker.model.strictjson import BadJson, loads

__all__ = ["CaughtAnswers", "parse_answer"]

_MAX_BYTES = 10_000_000


def parse_answer(name: str, url: str, status: int, body: bytes) -> Answer:
    """Return an answer with its JSON read strictly; what is no JSON has a problem instead of a body."""
    parts = urlsplit(url)
    query = _query(parts.query)
    try:
        return Answer(name, parts.path, status, query, loads(body, max_bytes=_MAX_BYTES))
    except BadJson as error:
        return Answer(name, parts.path, status, query, None, problem=str(error))


class CaughtAnswers:
    """Catches the answers that site.toml names, for the page that is open.

    An answer counts once all of it is there: the body of one that never ends cannot be waited for.
    """

    def __init__(self, page: BrowserPage, specs: Mapping[str, AnswerSpec]) -> None:
        self._specs = specs
        self._coming: dict[Request, tuple[str, Response]] = {}
        self._caught: list[tuple[str, Response]] = []
        self._read: dict[int, Answer] = {}
        self._bodies: dict[int, bytes] = {}
        self.labels: dict[str, str] = {}
        page.on("response", self._begun)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def forget(self) -> None:
        """Begin afresh for the next page; learnt labels stay."""
        self._coming.clear()
        self._caught.clear()
        self._read.clear()
        self._bodies.clear()

    def count(self, name: str) -> int:
        """Return how many answers of that name came in whole, or broke off, since the page was opened."""
        return sum(caught == name for caught, _ in self._caught)

    def named(self, name: str) -> Sequence[Answer]:
        """Return the answers of that name, in the order they came."""
        return [self._answer(place) for place, (caught, _) in enumerate(self._caught) if caught == name]

    def raw(self) -> Iterator[tuple[Answer, bytes]]:
        """Yield every answer with its body as it came, byte for byte; one whose body was lost has none."""
        for place in range(len(self._caught)):
            yield self._answer(place), self._bodies.get(place, b"")

    def learn_labels(self) -> None:
        """Take the words out of the label files that came in."""
        for name in {caught for caught, _ in self._caught if self._specs[caught].labels}:
            for answer in self.named(name):
                if isinstance(answer.body, dict):
                    self.labels |= {k: v for k, v in answer.body.items() if isinstance(v, str)}

    def _begun(self, response: Response) -> None:
        request = response.request
        path = urlsplit(request.url).path
        for name, spec in self._specs.items():
            if spec.method == request.method and re.fullmatch(spec.path, path):
                self._coming[request] = (name, response)
                return

    def _ended(self, request: Request) -> None:
        caught = self._coming.pop(request, None)
        if caught is not None:
            self._caught.append(caught)

    def _answer(self, place: int) -> Answer:
        if place not in self._read:
            name, response = self._caught[place]
            try:
                body = response.body()
            except BrowserError:
                self._read[place] = _lost(name, response)
            else:
                self._bodies[place] = body
                self._read[place] = parse_answer(name, response.url, response.status, body)
        return self._read[place]


def _lost(name: str, response: Response) -> Answer:
    parts = urlsplit(response.url)
    return Answer(name, parts.path, response.status, _query(parts.query), None, "the body was lost")


def _query(query: str) -> dict[str, str]:
    return dict(parse_qsl(query, keep_blank_values=True))
