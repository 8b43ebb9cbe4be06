"""What holds for every flow in every scenario, in words where it does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from checker.browser.launch import AGENT
from checker.console.acting import says_signing_in
from checker.flow import SiteToml
from checker.model import DecidedBy, Level, Outcome, Presence, Reading, Visit
from checker.model.wire import dump_visit
from checker.testing.story import Story, name_of, place_of

__all__ = ["broken_rules", "secrets_in"]

_READS: Final = ("GET", "HEAD", "OPTIONS")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+")
# How this program's language, and no console, writes a number, a table, a list or a truth.
_OURS: Final = re.compile(r"Decimal\('|datetime\.|[{\[]'|: (?:True|False|None)[,}\]]|^(?:True|False)$")
_COMPLETE: Final = (Outcome.READ, Outcome.PARTIAL, Outcome.DRIFT)


def broken_rules(story: Story, toml: SiteToml, url: str, led_to: Collection[str] = ()) -> list[str]:
    """Return every rule a story broke, nothing if it broke none.

    url: where the replica answers. led_to: denied paths the console itself leads to.
    """
    return [*_sent(story, toml, url, led_to), *_said(story), *_leaked(story)]


def _sent(story: Story, toml: SiteToml, url: str, led_to: Collection[str]) -> Iterator[str]:
    """Yield what was sent that no reader may send."""
    passwords = sum(request.posted_password for request in story.requests)
    if passwords > 1:
        yield f"the password was sent {passwords} times"
    home = urlsplit(url).netloc
    posts = [*toml.signin.posts, *(read.path for read in toml.reads)]
    for request in story.requests:
        what = f"{request.method} {request.path}"
        denied = any(re.search(pattern, request.path) for pattern in toml.deny)
        if denied and request.path not in led_to:
            yield f"a denied path was asked for: {what}"
        declared = any(re.fullmatch(post, request.path) for post in posts)
        if request.method not in _READS and not declared and not says_signing_in(request.path):
            yield f"sent without being declared: {what}"
        if request.host != home:
            yield f"the console was called {request.host}: {what}"
        if AGENT not in request.headers.get("user-agent", ""):
            yield f"sent without saying that a program sends it: {what}"
    yield from (f"somebody else answered: {url}" for url in story.foreign)
    yield from (f"forbidden: {deed}" for deed in story.forbidden)
    if story.windows != 1:
        yield f"{story.windows} windows were open at the end"


def _said(story: Story) -> Iterator[str]:
    """Yield what was said that nobody read."""
    for visit in story.visits:
        place = place_of(visit.site)
        yield from (f"{place}: {problem}" for problem in _of_visit(visit))
        ended = visit.finished_at or datetime.now(UTC)
        for reading in visit.readings:
            yield from (
                f"{place}/{name_of(reading.key)}: {problem}"
                for problem in _of_reading(reading, visit, story.began, ended)
            )


def _of_visit(visit: Visit) -> Iterator[str]:
    unread = any(reading.presence is Presence.UNREADABLE for reading in visit.readings)
    if visit.outcome is Outcome.READ and unread:
        yield "called read though something was unreadable"
    if visit.outcome is Outcome.READ and not visit.readings:
        yield "called read though nothing was read"
    if visit.outcome not in _COMPLETE and not visit.detail:
        yield f"ended as {visit.outcome} without saying why"
    if visit.outcome is Outcome.WRONG_PLACE and visit.readings:
        yield "readings of a place that is not the one asked for"
    twice = [str(key) for key, times in Counter(r.key for r in visit.readings).items() if times > 1]
    yield from (f"{key} was recorded more than once" for key in twice)


def _of_reading(reading: Reading, visit: Visit, began: datetime, ended: datetime) -> Iterator[str]:
    own = (visit.marketplace, visit.account, visit.site.code, visit.site.shop)
    key = reading.key
    if (key.marketplace, key.account, key.site, key.shop) != own:
        yield f"it is of {key}, the visit was of {'/'.join(own)}"
    if not began <= reading.observed_at <= ended:
        yield f"observed at {reading.observed_at.isoformat()}, which is not in this visit"
    judged = reading.level is not Level.UNKNOWN
    if judged and (reading.decided_by is DecidedBy.NOTHING or not reading.origin.source):
        yield f"{reading.level} without saying what decided it and where it was read"
    if reading.presence is Presence.UNREADABLE and not reading.reason:
        yield "unreadable without a reason"
    said = (reading.native, reading.contradicts, *(text for _, text in reading.details))
    yield from (f"no console writes {text!r}" for text in said if _OURS.search(text))
    if not reading.flow:
        yield "it does not say which flow read it"


def _leaked(story: Story) -> Iterator[str]:
    """Yield where a secret was written or told; which one it was is not said."""
    told = [story.detail, *(dump_visit(visit) for visit in story.visits)]
    # A moment's digits are no code.
    text = _MOMENT.sub("", "\n".join(told)).encode("utf-8", "surrogatepass")
    if any(_holds(text, secret) for secret in story.secrets):
        yield "a secret is in what was told"
    yield from (f"a secret is in {path}" for path in secrets_in(story.folder, story.secrets))


def secrets_in(folder: Path, secrets: Collection[str]) -> list[Path]:
    """Return every file under `folder` that holds one of the secrets, in its content or its name."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder)).encode("utf-8", "surrogateescape")
        data = path.read_bytes() if path.is_file() else b""
        if any(_holds(data, secret) or _holds(name, secret) for secret in secrets):
            found.append(path)
    return found


def _holds(data: bytes, secret: str) -> bool:
    if not secret.isdigit():
        return secret.encode() in data
    # A code of a few digits is itself only where nothing else runs on with it.
    return re.search(rb"(?<![0-9A-Za-z])" + secret.encode() + rb"(?![0-9A-Za-z])", data) is not None
