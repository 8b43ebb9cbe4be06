"""A visit as it is kept: what the console answered to each call, in a strict JSON form.

A kept part holds the displays of one stretch of an account's run: of listing its sites, or of one site.
A display is what `open` or `press` led to, with every look at it (a snapshot), the answers that had come
in, what was asked, and the words learnt. Texts that occur often (snapshots, answers) stand once, in
tables of the part. Sign-in is never in it: a part begins when the console is signed in.

    part = load_part(data)                 # or KeptError: what is wrong with it, and where
    dump_part(part) == data

What could be two things is refused, as in every JSON from outside (checker.model.strictjson).
"""

from __future__ import annotations

import gzip
import io
import zlib
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

import simplejson
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationError,
    model_validator,
)

from checker.errors import NotOffered, Stop
from checker.flow.documents import MAX_DEPTH
from checker.model import Outcome, Site, Visit
from checker.model.strictjson import BadJson, loads
from checker.model.wire import WireError, load_site, load_visit

__all__ = [
    "FORM",
    "MAX_BYTES",
    "Asked",
    "Display",
    "KeptAnswer",
    "KeptError",
    "KeptPart",
    "KeptStop",
    "Look",
    "dump_part",
    "load_part",
]

FORM: Final = "marketplace-health-checker kept visit 2"
"""The form's name and version: 2 has every answer and what was found in it by shape; 1 is read as well.

A part of another version is refused, never guessed at.
"""

MAX_BYTES: Final = 64_000_000
"""The largest part, written out; larger ones are not kept, and not read."""

# An answer may nest as deep as one is looked into, and stands a few levels deep in its part.
_MAX_DEPTH: Final = MAX_DEPTH + 20
_MAGIC: Final = b"\x1f\x8b"


class KeptError(ValueError):
    """What should be a kept visit is none; the message says what is wrong with it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


_Natural = Annotated[StrictInt, Field(ge=0)]


class KeptStop(_Strict):
    """A call that ended the visit instead of returning."""

    outcome: Outcome
    detail: str
    not_offered: StrictBool = False

    @classmethod
    def of(cls, stop: Stop) -> Self:
        """Return it in its kept form."""
        return cls(outcome=stop.outcome, detail=stop.detail, not_offered=isinstance(stop, NotOffered))

    @property
    def stop(self) -> Stop:
        """What was raised then."""
        return (NotOffered if self.not_offered else Stop)(self.outcome, self.detail)


class KeptAnswer(_Strict):
    """One JSON answer of the console.

    name: what the flow called it then, nothing if it had no name for it. What it is called now, today's
    flow says, by its address or its shape. host: where it came from; embedded: it lay in the document.
    """

    name: str = ""
    method: Annotated[str, StringConstraints(pattern=r"^[A-Z]+$")]
    host: str = ""
    path: str
    status: _Natural
    query: dict[str, str] = {}
    body: Any = None
    problem: str = ""
    embedded: StrictBool = False


class Look(_Strict):
    """One look at the open page; `document` is the place of its snapshot in the part's table.

    A look that failed has a `stop`, and may still have the snapshot of what stood there.
    """

    at: AwareDatetime
    url: str = ""
    status: _Natural = 0
    title: str = ""
    ready: StrictBool = False
    document: _Natural | None = None
    stop: KeptStop | None = None


class Asked(_Strict):
    """One answer that was asked for; `answer` is its place in the part's table, none if none came."""

    at: AwareDatetime
    name: str
    query: dict[str, str] = {}
    answer: _Natural | None = None
    stop: KeptStop | None = None


class Display(_Strict):
    """What one call led to.

    by, name, query, host, nth: the call: `start` is the page that was open when the part began. after: the
    place of the display a control was pressed on. page, path, ready, busy: the page of site.toml, as it was
    looked for then. answers: what had come in by the end, in order. waited, counted: by answer name, how
    many each call of `answer` and of `answers` was given; heard: how many of all answers had come when its
    documents were looked for. labels, labelled: how many of the part's words
    were learnt by the end, and by each time they were looked at.
    """

    at: AwareDatetime
    by: Literal["start", "open", "press"]
    name: str
    query: dict[str, str] = {}
    host: str = ""
    nth: _Natural = 0
    after: _Natural | None = None
    page: str = ""
    path: str = ""
    ready: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    looks: tuple[Look, ...] = ()
    answers: tuple[_Natural, ...] = ()
    asked: tuple[Asked, ...] = ()
    waited: dict[str, tuple[_Natural, ...]] = {}
    counted: dict[str, tuple[_Natural, ...]] = {}
    heard: dict[str, tuple[_Natural, ...]] = {}
    stops: dict[str, KeptStop] = {}
    labels: _Natural = 0
    labelled: tuple[_Natural, ...] = ()
    blocked: tuple[str, ...] = ()


class KeptPart(_Strict):
    """One stretch of an account's run, and what was made of it then.

    visit: the visit with its readings in wire form, for a part of a site; sites: the sites listed, for
    the part that lists them. redacted: whether it was made fit to be shared.
    """

    form: Literal["marketplace-health-checker kept visit 1", "marketplace-health-checker kept visit 2"] = FORM
    program: str
    flow: str
    marketplace: str
    account: str
    run_id: str
    number: _Natural
    part: Literal["sites", "visit"]
    redacted: StrictBool = False
    started_at: AwareDatetime
    finished_at: AwareDatetime
    sites: tuple[str, ...] = ()
    visit: str = ""
    stop: KeptStop | None = None
    displays: Annotated[tuple[Display, ...], Field(min_length=1)]
    documents: tuple[str, ...] = ()
    answers: tuple[KeptAnswer, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()

    @model_validator(mode="after")
    def _places_exist(self) -> Self:
        for number, display in enumerate(self.displays):
            documents = [look.document for look in display.looks if look.document is not None]
            answers = [*display.answers, *(ask.answer for ask in display.asked if ask.answer is not None)]
            if any(place >= len(self.documents) for place in documents):
                raise ValueError(f"display {number} shows a snapshot that is not there")
            if any(place >= len(self.answers) for place in answers):
                raise ValueError(f"display {number} names an answer that is not there")
            if any(count > len(self.labels) for count in (display.labels, *display.labelled)):
                raise ValueError(f"display {number} knows more words than there are")
            if (display.by == "press") != (display.after is not None) or (display.after or 0) > number:
                raise ValueError(f"display {number} follows no display")
        if (self.part == "visit") != bool(self.visit):
            raise ValueError("the part of a site has a visit, and no other part has")
        return self

    @property
    def then(self) -> Visit:
        """The visit as it was read then; KeptError if that is no record."""
        try:
            return load_visit(self.visit)
        except WireError as error:
            raise KeptError(f"its visit is {error}") from None

    @property
    def listed(self) -> list[Site]:
        """The sites as they were listed then; KeptError if one is no record."""
        try:
            return [load_site(text) for text in self.sites]
        except WireError as error:
            raise KeptError(f"one of its sites is {error}") from None

    @property
    def loads_again(self) -> bool:
        """Whether a page asked for twice was loaded twice then, as consoles of the first form did."""
        return self.form != FORM

    def until(self, moment: datetime) -> bool:
        """Tell whether the part began before `moment`."""
        return self.started_at < moment


def dump_part(part: KeptPart, *, compressed: bool = True) -> bytes:
    """Return a part as a file holds it, exact numbers and all; KeptError if it is too large to be kept."""
    plain = part.model_dump()
    text = simplejson.dumps(
        plain, use_decimal=True, allow_nan=False, default=_moment, indent=None if compressed else 1
    )
    if len(text) > MAX_BYTES:
        raise KeptError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    data = text.encode("ascii")
    return gzip.compress(data, 6, mtime=0) if compressed else data + b"\n"


def load_part(data: bytes) -> KeptPart:
    """Return the part a file holds, compressed or not; KeptError says what else it is."""
    try:
        plain = loads(_unpacked(data), max_bytes=MAX_BYTES, max_depth=_MAX_DEPTH)
        return KeptPart.model_validate(plain)
    except BadJson as error:
        raise KeptError(f"not a kept visit: {error}") from None
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(step) for step in problem["loc"])[:80]
        raise KeptError(f"not a kept visit: {where}: {problem['msg']}".replace(": : ", ": ")) from None


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(_MAGIC):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as file:
            # One byte more than may be, so that a small file that unpacks to a huge one is not unpacked.
            plain = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise KeptError("not a kept visit: it is cut short or damaged") from None
    if len(plain) > MAX_BYTES:
        raise KeptError(f"not a kept visit: larger than {MAX_BYTES // 1_000_000} MB when unpacked")
    return plain
