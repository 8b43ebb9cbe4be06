"""The answers a page is given, caught as they come in and held until the next page is opened.

Every JSON counts, from whatever address of the console and by whatever method: which of them an answer of
site.toml is, its address says or its shape. JSON that lies in the document itself counts as the page's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import Request, Response

from checker.errors import Stop
from checker.flow import Answer, SiteToml
from checker.flow.documents import MAX_DEPTH, Document, Heard, documents_of, plain_json
from checker.flow.payload import outcome_of
from checker.flow.specs import PageSpec
from checker.model import Outcome
from checker.model.strictjson import BadJson, loads

__all__ = ["WAITS", "Caught", "CaughtAnswers", "answers_of", "blocked_for", "heard_of", "parse_answer"]

WAITS: Final = "a call of {} answers 429: Too Many Requests"

_MAX_BYTES: Final = 10_000_000
_MAX_PAGE_BYTES: Final = 60_000_000
_MAX_ANSWERS: Final = 600
_MAX_EMBEDDED: Final = 60
_SUCCESS: Final = range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES)
_MOVED: Final = range(HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.BAD_REQUEST)

# What is fetched by script may be JSON whatever it is called; anything else only if it says so.
_FETCHED: Final = ("xhr", "fetch")
_NEVER: Final = re.compile(r"(?i)^(?:image|audio|video|font)/|protobuf|/(?:pdf|zip|wasm|css)\b|event-stream")

# JSON that lies in the document: in a script of that type, or what a script calls by a name, as most consoles
# hand the first state of a page over ("window.__INITIAL_STATE__ = {...}").
_EMBEDDED: Final = r"""
([most, largest]) => {
  const texts = [];
  // The end of what begins at a place, strings and what is nested in it included; -1 where it has none.
  const end = (text, start) => {
    let depth = 0;
    for (let at = start, quoted = false; at < text.length; at++) {
      const sign = text[at];
      if (quoted) {
        if (sign === '\\') at++;
        else if (sign === '"') { quoted = false; if (!depth) return at + 1; }
      } else if (sign === '"') quoted = true;
      else if (sign === '{' || sign === '[') depth++;
      else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1;
    }
    return -1;
  };
  const part = String.raw`\.[\w$]+|\[["'][\w$]+["']\]`;
  const name = String.raw`(?:window|self|globalThis)(?:${part})|(?:var|let|const)\s+[\w$]+`;
  const given = new RegExp(String.raw`(?:${name})\s*=\s*(JSON\.parse\(\s*(?=")|(?=[{[]))`, 'g');
  for (const script of document.querySelectorAll('script:not([src])')) {
    if (texts.length >= most) break;
    const type = (script.getAttribute('type') || '').trim(), text = script.textContent;
    if (text.length > largest) continue;
    if (/^application\/(?:[\w.+-]*\+)?json$/i.test(type)) texts.push(text);
    else if (!type || /javascript|^module$/i.test(type)) {
      given.lastIndex = 0;
      for (let found; texts.length < most && (found = given.exec(text));) {
        const start = given.lastIndex, stop = end(text, start);
        if (stop < 0) break;
        given.lastIndex = stop;
        let held = text.slice(start, stop);
        try { if (found[1]) held = JSON.parse(held); } catch { continue; }
        texts.push(held);
      }
    }
  }
  return texts;
}
"""


@dataclass(eq=False)
class Caught:
    """One answer that came in: as a flow sees it, with its body as it came, byte for byte.

    name: which answer of site.toml it is by its address; nothing if it is none. embedded: it lay in the
    document. asked: we asked for it.
    """

    name: str
    method: str
    url: str
    answer: Answer
    body: bytes
    heard: Heard
    embedded: bool = False
    asked: bool = False

    @property
    def is_json(self) -> bool:
        """Tell whether it holds anything to be read."""
        return not self.answer.problem


@dataclass(eq=False, slots=True)
class _Come:
    """An answer of which everything is there but nothing was read yet."""

    name: str
    method: str
    response: Response
    caught: Caught | None = None
    dropped: bool = False


def parse_answer(name: str, url: str, status: int, body: bytes) -> Answer:
    """Return an answer with its JSON read strictly; what is no JSON has a problem instead of a body."""
    parts = urlsplit(url)
    query = _query(parts.query)
    try:
        holds = loads(plain_json(body), max_bytes=_MAX_BYTES, max_depth=MAX_DEPTH)
    except BadJson as error:
        return Answer(name, parts.path, status, query, None, problem=str(error))
    return Answer(name, parts.path, status, query, holds)


def heard_of(answer: Answer, url: str, *, name: str = "", asked: bool = False) -> Heard:
    """Return an answer as something that shapes are held against."""
    return Heard(answer.url, answer.query, answer.status, url, answer.body, name=name, asked=asked)


def answers_of(documents: Sequence[Document]) -> list[Answer]:
    """Return documents as answers, for what knows those alone."""
    return [Answer(one.name, one.path, one.status, one.query, one.value) for one in documents]


def blocked_for(toml: SiteToml, name: str, blocked: Sequence[str]) -> tuple[str, ...]:
    """Return the requests turned away that could have brought an answer; telemetry is none of them.

    They are known by the address of the answer, or, where that is not known, by the words that name it.
    """
    spec = toml.answers[name]
    return tuple(entry for entry in blocked if _is_for(spec.path, spec.near, entry))


def _is_for(pattern: str, near: Sequence[str], entry: str) -> bool:
    method, _, address = entry.partition(" ")
    if method not in ("GET", "POST"):
        return False
    path = "/" + address.partition("?")[0].partition("/")[2]
    if pattern and any(re.fullmatch(pattern, form) for form in (path, path.rstrip("/"))):
        return True
    plain = re.sub(r"[\W_]+", "", path).casefold()
    return any(re.sub(r"[\W_]+", "", word).casefold() in plain for word in near)


class CaughtAnswers:
    """Catches the answers of the page that is open.

    An answer counts once all of it is there: the body of one that never ends cannot be waited for. Bodies
    are read when they are first asked after, for nothing can be asked of a browser while it tells of one.
    """

    def __init__(self, page: BrowserPage, toml: SiteToml) -> None:
        self._page = page
        self._toml = toml
        self._coming: dict[Request, _Come] = {}
        self._come: list[_Come] = []
        self._order: list[_Come | Caught] = []
        self._texts: set[str] = set()
        self._size = 0
        self._statuses = set[int]()
        self._ours = ""
        self._is_looked_into = False
        self.labels: dict[str, str] = {}
        page.on("response", self._begun)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def forget(self) -> None:
        """Begin afresh for the next page; learnt labels stay."""
        self._is_looked_into = False
        self._coming.clear()
        self._come.clear()
        self._order.clear()
        self._texts.clear()
        self._size = 0
        self._statuses.clear()

    @property
    def told_off(self) -> bool:
        """Whether any call of the page was answered 429 since it was opened."""
        return HTTPStatus.TOO_MANY_REQUESTS in self._statuses

    @property
    def refused(self) -> int | None:
        """The worst status the page's calls were answered with, if not one of them was answered well."""
        return None if any(map(_is_well, self._statuses)) else max(self._statuses, default=None)

    @property
    def number(self) -> int:
        """How many came in whole since the page was opened: a mark to tell later ones by."""
        return len(self._order)

    def count(self, name: str) -> int:
        """Return how many answers came from the address of that name, or broke off, since the page opened."""
        return sum(come.name == name for come in self._come)

    def has(self, name: str) -> bool:
        """Tell whether an answer of that name came, by its address or by its shape."""
        if self.count(name):
            return True
        form = self._toml.answers[name].form
        return form is not None and any(caught.heard.fitting(name, form) for caught in self._readable())

    def has_own(self, spec: PageSpec | None) -> bool:
        """Tell whether an answer of a page came in that only who is signed in gets."""
        names = spec.answers if spec is not None else ()
        return any(answer.status in _SUCCESS for name in names for answer in self.named(name))

    def named(self, name: str, since: int = 0) -> Sequence[Answer]:
        """Return the answers from the address of that name, in the order they came."""
        here = (one for one in self._order[since:] if one.name == name)
        return [one.answer if isinstance(one, Caught) else self._read(one).answer for one in here]

    def documents(self, name: str, since: int = 0) -> tuple[Document, ...]:
        """Return every object that fits the answer of that name, whatever brought it."""
        form = self._toml.answers[name].form
        return documents_of(name, form, [caught.heard for caught in self._readable(since)])

    def heard(self) -> Sequence[Heard]:
        """Return all the JSON that came in, in order."""
        return [caught.heard for caught in self._readable()]

    def everything(self) -> Sequence[Caught]:
        """Return all that came in, in order; what is no JSON only where its address has a name."""
        return [caught for caught in map(self._caught, self._order) if caught is not None]

    def is_named(self, caught: Caught) -> bool:
        """Tell whether an answer is one of site.toml, by its address or its shape."""
        return bool(caught.name or self._name_by_shape(caught))

    def raw(self) -> Iterator[tuple[Answer, bytes]]:
        """Yield every answer that has a name, by address or shape, byte for byte; a lost one has no body."""
        for caught in self.everything():
            name = caught.name or self._name_by_shape(caught)
            if name and not caught.asked:
                given = caught.answer
                yield (
                    Answer(name, given.url, given.status, given.query, given.body, given.problem),
                    caught.body,
                )

    def expect(self, url: str) -> None:
        """Leave out the next call to an address: it is ours, and noted by `note_asked`."""
        self._ours = url

    def note_asked(self, answer: Answer, url: str, body: bytes) -> None:
        """Hold what we asked for beside what the page was given."""
        self._ours = ""
        heard = heard_of(answer, _bare(url), name=answer.name, asked=True)
        self._order.append(Caught(answer.name, "GET", _bare(url), answer, body, heard, asked=True))

    def let_change(self) -> None:
        """Note that the page goes on working: what lies in it may be another thing now."""
        self._is_looked_into = False

    def look_inside(self, status: int) -> None:
        """Read the JSON that lies in the document itself; what was read before is not read again."""
        if self._is_looked_into or not any(spec.shape for spec in self._toml.answers.values()):
            return
        self._is_looked_into = True
        try:
            texts = self._page.evaluate(_EMBEDDED, [_MAX_EMBEDDED, _MAX_BYTES])
            url = self._page.url
        except BrowserError:
            return
        for text in texts if isinstance(texts, list) else ():
            if not isinstance(text, str) or text in self._texts or len(self._texts) >= _MAX_EMBEDDED:
                continue
            self._texts.add(text)
            body = text.encode("utf-8", "replace")
            self._size += len(body)
            answer = parse_answer("", url, status, body)
            if not answer.problem and self._size <= _MAX_PAGE_BYTES:
                heard = heard_of(answer, _bare(url))
                self._order.append(Caught("", "GET", _bare(url), answer, body, heard, embedded=True))

    def why_blank(self, page: str) -> Stop | None:
        """Return what a page that nobody knows stayed blank for: its calls were turned away, each of them."""
        if self.told_off:
            return Stop(Outcome.RATE_LIMITED, WAITS.format(page))
        status = self.refused
        outcome = None if status is None else outcome_of(status)
        return None if outcome is None else Stop(outcome, f"the calls of {page} answer {status}")

    def learn_labels(self) -> None:
        """Take the words out of the label files that came in."""
        for name in {come.name for come in self._come if come.name}:
            for answer in self.named(name) if self._toml.answers[name].labels else ():
                if isinstance(answer.body, dict):
                    self.labels |= {k: v for k, v in answer.body.items() if isinstance(v, str)}

    def _begun(self, response: Response) -> None:
        request = response.request
        if self._ours and request.url == self._ours:
            return
        name = self._toml.named_at(request.method, urlsplit(request.url).path)
        if request.resource_type in _FETCHED:
            self._statuses.add(response.status)
        if name or (len(self._come) + len(self._coming) < _MAX_ANSWERS and _may_be_json(response)):
            self._coming[request] = _Come(name, request.method, response)

    def _ended(self, request: Request) -> None:
        come = self._coming.pop(request, None)
        if come is not None:
            self._come.append(come)
            self._order.append(come)

    def _name_by_shape(self, caught: Caught) -> str:
        for name, spec in self._toml.answers.items():
            if spec.form is not None and caught.heard.fitting(name, spec.form):
                return name
        return ""

    def _readable(self, since: int = 0) -> Iterator[Caught]:
        for come in self._order[since:]:
            caught = self._caught(come)
            if caught is not None and caught.is_json:
                yield caught

    def _caught(self, come: _Come | Caught) -> Caught | None:
        if isinstance(come, Caught):
            return come
        if come.dropped or (not come.name and self._size > _MAX_PAGE_BYTES):
            return None
        caught = self._read(come)
        if not come.name and not caught.is_json:
            come.dropped, come.caught = True, None
            return None
        return caught

    def _read(self, come: _Come) -> Caught:
        if come.caught is None:
            answer, body = self._answer(come)
            self._size += len(body)
            url = _bare(come.response.url)
            heard = heard_of(answer, url, name=come.name)
            come.caught = Caught(come.name, come.method, url, answer, body, heard)
        return come.caught

    def _answer(self, come: _Come) -> tuple[Answer, bytes]:
        response = come.response
        try:
            if _length(response) > _MAX_BYTES:
                return _lost(come.name, response, f"larger than {_MAX_BYTES:,} bytes"), b""
            body = response.body()
        except BrowserError:
            return _lost(come.name, response, "the body was lost"), b""
        return parse_answer(come.name, response.url, response.status, body), body


def _is_well(status: int) -> bool:
    return status < HTTPStatus.BAD_REQUEST


def _may_be_json(response: Response) -> bool:
    if response.request.method not in ("GET", "POST") or response.status in _MOVED:
        return False
    media = response.headers.get("content-type", "")
    if "json" in media.lower():
        return response.request.resource_type != "document"
    return response.request.resource_type in _FETCHED and _NEVER.search(media) is None


def _length(response: Response) -> int:
    told = response.headers.get("content-length", "")
    return int(told) if told.isdecimal() and len(told) < 20 else 0  # noqa: PLR2004 - no number is longer


def _lost(name: str, response: Response, why: str) -> Answer:
    parts = urlsplit(response.url)
    return Answer(name, parts.path, response.status, _query(parts.query), None, why)


def _bare(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def _query(query: str) -> dict[str, str]:
    return dict(parse_qsl(query, keep_blank_values=True))
