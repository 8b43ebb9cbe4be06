"""Where a wrongly read widget really stands: the page's picture, a proposed rule, a case for the project.

Both the proposal and the case are made by programs of their own, one at a time: what a flow does, and what a
page holds, stays away from the pages of `serve`.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import ValidationError

from checker.compare.confirmed import asks
from checker.errors import UsageError
from checker.evidence import slug
from checker.evidence.showing import shown_file
from checker.model import BadKeyError, Key, Known, Reading
from checker.model.confirmed import Answer, Confirmation
from checker.model.exits import Exit
from checker.model.wire import WireError, load_reading
from checker.report.facts import measured, site_name
from checker.report.pages import Badge, Voice, full_page
from checker.report.safe import printable
from checker.run.close_ups import CloseUps, pictures_of
from checker.run.confirming import Confirmations
from checker.run.kept_place import run_of
from checker.run.proposing import Asked, Proposal
from checker.run.rule_text import digest_of, keep
from checker.serve.confirming import badge_of
from checker.serve.desk import Desk
from checker.serve.forms import who
from checker.serve.proof import picture
from checker.settings import PREFIX

__all__ = [
    "LEVELS",
    "Change",
    "PlacePage",
    "Proposed",
    "Saved",
    "keep_rule",
    "place_page",
    "proposed",
    "save_case",
]

LEVELS: Final = ("", "ok", "warning", "critical", "deactivated")
_LONGEST_SAYS: Final = 300
_PROPOSING_SECONDS: Final = 120
_CAPTURE_SECONDS: Final = 300
_LARGEST_ANSWER: Final = 5_000_000
_FARTHEST: Final = 100_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a page: its address, and its size in its own pixels and in those of the page."""

    address: str
    width: int
    height: int
    ratio: float


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One widget, what was read of it, and the picture of its page, if one was kept."""

    key: str
    mark: str
    name: str
    site: str
    back: str
    at: str
    badge: Badge
    read: str
    picture: Picture | None
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One other widget that a rule would have read otherwise: without it, and with it."""

    name: str
    before: str
    before_badge: Badge | None
    now: str
    now_badge: Badge | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of pointing at a place.

    problem: why there is no rule. asks: whether only what the words mean is wanting. rect: the place on the
    picture. fields: what a form sends again so that the same is proposed.
    """

    text: str
    problem: str
    asks: bool
    rect: tuple[float, float, float, float] | None
    rule: str
    digest: str
    before: str
    before_badge: Badge | None
    now: str
    now_badge: Badge | None
    changed: tuple[Change, ...]
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving a case: the folder, or what an audit found in it, so that nothing was written."""

    folder: str
    problem: str


def place_page(desk: Desk, voice: Voice, text: str) -> PlacePage:
    """Return the page of one widget; UsageError if nothing is known of it that could be compared."""
    snapshot, state = desk.look(), _state(desk, voice, text)
    key, last = state.key, state.last
    place = snapshot.by_place.get(key.place)
    return PlacePage(
        str(key),
        last.observed_at.isoformat(),
        printable(voice.words.name(key), 120),
        printable(key.site, 60) if place is None else site_name(place, voice.words),
        f"/confirm?{urlencode({'at': str(key.place)})}",
        str(key.place),
        badge_of(voice, last),
        _read(voice, last),
        _picture(desk, state),
        bool(run_of(desk.settings.paths.visits_dir, key.account, last.observed_at)),
    )


def proposed(desk: Desk, voice: Voice, text: str, fields: Mapping[str, str]) -> Proposed:
    """Return what comes of the place a form points at; UsageError if it points at none."""
    state = _unchanged(desk, voice, text, fields)
    shot = _picture(desk, state)
    spot = _spot(voice, fields, 1.0 if shot is None else shot.ratio)
    asked = Asked.model_validate(
        {
            "visits": desk.settings.paths.visits_dir,
            "overrides": desk.settings.folder / "overrides",
            "allow": desk.settings.flows.allow,
            "key": str(state.key),
            "observed_at": state.last.observed_at,
            **spot,
        }
    )
    return _told(voice, _asked(asked, voice), spot, shot)


def keep_rule(desk: Desk, voice: Voice, text: str, fields: Mapping[str, str]) -> tuple[str, str]:
    """Keep the rule a form shows, and that the widget was read wrongly; return the file, and who kept it.

    Raises:
        UsageError: It does not say who, or the rule is not the one that was shown.
        ConfigError: It could not be written.
    """
    by = who(fields, voice.words)
    state = _unchanged(desk, voice, text, fields)
    made = proposed(desk, voice, text, fields)
    if not made.rule or made.digest != fields.get("digest", ""):
        raise UsageError(voice.words.page("rule_since"))
    path = keep(desk.settings.folder / "overrides", state.key, made.rule, by, voice.now)
    said = Confirmation.of(state.last, Answer.WRONG, by, voice.now, made.text[:_LONGEST_SAYS])
    Confirmations(desk.settings.paths.data_dir).add([said])
    return str(path), by


def save_case(desk: Desk, voice: Voice, text: str) -> Saved:
    """Save a redacted copy of the visit a widget was read on, as `checker capture` does it.

    Raises:
        UsageError: The visit is not kept any more, or the program that makes the copy did not end well.
    """
    words, state = voice.words, _state(desk, voice, text)
    settings, key = desk.settings, state.key
    runs = run_of(settings.paths.visits_dir, key.account, state.last.observed_at)
    if not runs:
        raise UsageError(words.page("why_kept"))
    folder = (
        settings.paths.data_dir / "cases" / f"{slug(runs[0])}-{slug(key.site)}-{voice.now:%Y%m%dT%H%M%SZ}"
    )
    given = ["capture", key.account, "--run", runs[0], "--site", key.site, "--out", str(folder), "--json"]
    given += [] if settings.file is None else ["--config", str(settings.file)]
    done = _ran([sys.executable, "-m", "checker", *given], "", dict(os.environ), _CAPTURE_SECONDS, voice)
    if done.returncode == Exit.OK:
        return Saved(str(folder), "")
    if done.returncode == Exit.SAFETY:
        return Saved("", words.page("case_unsafe", count=_hits(done.stdout)))
    raise UsageError(words.page("case_failed"))


def _hits(document: str) -> int:
    try:
        return len(json.loads(document)["hits"])
    except (ValueError, KeyError, TypeError):
        return 0


def _state(desk: Desk, voice: Voice, text: str) -> Known:
    try:
        state = desk.look().known.get(Key.parse(text))
    except BadKeyError:
        state = None
    if state is None or not asks(state):
        raise UsageError(voice.words.page("no_key"), hint=voice.words.page("no_shop_hint"))
    return state


def _unchanged(desk: Desk, voice: Voice, text: str, fields: Mapping[str, str]) -> Known:
    state = _state(desk, voice, text)
    if fields.get("mark", "") != state.last.observed_at.isoformat():
        raise UsageError(voice.words.page("read_since", name=voice.words.name(state.key)))
    return state


def _spot(voice: Voice, fields: Mapping[str, str], ratio: float) -> dict[str, Any]:
    """Return the place a form points at, in pixels of the page, or the words it says stand there."""
    level, says = fields.get("level", ""), fields.get("says", "").strip()
    if level not in LEVELS or len(says) > _LONGEST_SAYS:
        raise UsageError(voice.words.page("refused_form"))
    x, y = (fields.get(name, "") for name in ("at.x", "at.y"))
    if x.isascii() and y.isascii() and x.isdigit() and y.isdigit() and max(len(x), len(y)) <= len("99999"):
        return {"x": int(int(x) / ratio), "y": int(int(y) / ratio), "level": level}
    if not says:
        raise UsageError(voice.words.page("place_missing"))
    return {"text": says, "level": level}


def _asked(asked: Asked, voice: Voice) -> Proposal:
    """Ask the program that proposes rules; it is given no secret of ours."""
    environ = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    command = [sys.executable, "-m", "checker.run.proposing"]
    done = _ran(command, asked.model_dump_json(), environ, _PROPOSING_SECONDS, voice)
    try:
        return Proposal.model_validate_json(done.stdout)
    except ValidationError:
        return Proposal(why="flow")


def _ran(
    command: Sequence[str], question: str, environ: Mapping[str, str], seconds: int, voice: Voice
) -> subprocess.CompletedProcess[str]:
    if not _one_at_a_time.acquire(timeout=seconds):
        raise UsageError(voice.words.page("place_busy"))
    try:
        done = subprocess.run(
            command,
            input=question,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise UsageError(voice.words.page("place_late")) from None
    finally:
        _one_at_a_time.release()
    if len(done.stdout) > _LARGEST_ANSWER:
        raise UsageError(voice.words.page("place_late"))
    return done


def _told(voice: Voice, made: Proposal, spot: Mapping[str, Any], shot: Picture | None) -> Proposed:
    words = voice.words
    problem = words.page(f"why_{made.why}", text=printable(made.text, 120)) if made.why else ""
    if made.detail:
        problem = words.colon(problem, printable(made.detail, 300))
    ratio = 1.0 if shot is None else shot.ratio
    rect = None
    if made.box is not None:
        x, y, width, height = (side * ratio for side in made.box)
        rect = (x, y, width, height)
    before, now = _loaded(made.before), _loaded(made.now)
    fields = {"level": str(spot["level"])}
    if "x" in spot:
        fields |= {"at.x": str(int(spot["x"] * ratio)), "at.y": str(int(spot["y"] * ratio))}
    else:
        fields["says"] = str(spot["text"])
    return Proposed(
        printable(made.text, 300),
        problem,
        made.why == "level" or (made.is_word and bool(spot["level"])),
        rect,
        made.rule,
        digest_of(made.rule) if made.rule else "",
        "" if before is None else _read(voice, before),
        None if before is None else badge_of(voice, before),
        "" if now is None else _read(voice, now),
        None if now is None else badge_of(voice, now),
        tuple(_change(voice, *pair) for pair in made.changed),
        fields,
    )


def _change(voice: Voice, before_text: str, now_text: str) -> Change:
    before, now = _loaded(before_text), _loaded(now_text)
    key = next((one.key for one in (now, before) if one is not None), None)
    name = "" if key is None else f"{voice.words.name(key)} {key.item}".strip()
    return Change(
        printable(name, 160),
        "" if before is None else _read(voice, before),
        None if before is None else badge_of(voice, before),
        "" if now is None else _read(voice, now),
        None if now is None else badge_of(voice, now),
    )


def _loaded(text: str) -> Reading | None:
    try:
        return load_reading(text) if text else None
    except WireError:
        return None


def _read(voice: Voice, reading: Reading) -> str:
    texts = (measured(reading, voice.language), printable(reading.native), printable(reading.reason))
    return voice.words.join(dict.fromkeys(text for text in texts if text))


def _picture(desk: Desk, state: Known) -> Picture | None:
    """Return the sealed picture of the whole page a widget stands on."""
    page = slug(state.last.origin.page)
    close_ups = CloseUps(desk.settings.paths.data_dir, state.key.account).read()
    here = [one for key, one in desk.look().known.items() if key.place == state.key.place]
    own = pictures_of(state.last, close_ups)
    names = (*own, *(name for one in here for name in pictures_of(one.last, close_ups)))
    for name in dict.fromkeys(name for name in names if full_page(name) == page):
        found = picture(desk, name)
        size = None if found is None else _size(found[0])
        if size is not None:
            address = f"/picture?{urlencode({'name': name}, errors='replace')}"
            return Picture(address, *size, _ratio(desk, name))
    return None


def _size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height of a PNG."""
    if not data.startswith(_PNG) or len(data) < 24:  # noqa: PLR2004 - its first piece ends there
        return None
    width, height = struct.unpack(">II", data[16:24])
    return (width, height) if 0 < width < _FARTHEST and 0 < height < _FARTHEST else None


def _ratio(desk: Desk, name: str) -> float:
    """Return how many pixels of the picture are one of the page, as the bundle says of its browser."""
    about = Path(name).with_name("provenance.json").as_posix()
    data = shown_file(desk.evidence, about, desk.ledger.trusted())
    try:
        ratio = float(json.loads(data or b"{}")["browser"]["pixel_ratio"])
    except (ValueError, KeyError, TypeError):
        return 1.0
    return ratio if 0.25 <= ratio <= 8 else 1.0  # noqa: PLR2004 - what screens have
