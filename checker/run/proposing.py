"""Proposing a rule for a widget that was read wrongly, and what it reads before anybody keeps it.

    python -m checker.run.proposing     one question on standard input, one proposal on standard output

A process of its own: it loads a flow, which is code that somebody else may have written, and reads a page
that was kept; whatever becomes of it, the pages that ask go on. It is given no settings and no secret. It
keeps nothing: the flow reads the kept visit again with the rule over its own data, in a folder that goes.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from checker.errors import CheckerError, ConfigError, Stop, UsageError
from checker.flow import Flow, flow_named, override_of
from checker.flow.page_words import fold
from checker.model import Key, Level, Presence, Reading, Visit
from checker.model.wire import dump_reading
from checker.run.kept_place import KeptVisit, at_point, kept_of, labels_near, page_of, saying
from checker.run.replay import replay
from checker.run.rule_text import rule_text
from checker.run.rules import Rule, Spot, candidates, known_level

__all__ = ["Asked", "Proposal", "Why", "propose", "whitewashes"]

_MOST_TRIED: Final = 8
_MOST_CHANGED: Final = 40
_UNREAD: Final = (Presence.UNREADABLE, Presence.NOT_OBSERVED)

Why = Literal["", "kept", "page", "nothing", "several", "same", "level", "milder", "none", "flow"]
"""Why there is no rule: the visit, or the page, is not kept any more; nothing stands there, or it stands at
several places; it is read so already; nobody knows what the words mean; the flow knows them as worse; none
that was tried reads it; the flow cannot be used."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Asked(_Strict):
    """What a person says of a reading: where it stands, by a point of the page or by its words.

    observed_at: of the reading. level: what the words there mean, if they say so.
    """

    visits: Path
    overrides: Path
    allow: tuple[str, ...] | None
    key: str
    observed_at: datetime
    x: int = -1
    y: int = -1
    text: str = ""
    level: Literal["", "ok", "warning", "critical", "deactivated"] = ""


class Proposal(_Strict):
    """What came of it.

    text, box: what stands there, and where. rule: the rule as TOML; empty where there is none, and then why.
    before, now: the reading without and with it, in wire form. changed: both, of every other widget that is
    read otherwise with it; empty on the side that has none.
    """

    why: Why = ""
    detail: str = ""
    text: str = ""
    box: tuple[int, int, int, int] | None = None
    is_word: bool = False
    rule: str = ""
    before: str = ""
    now: str = ""
    changed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Tried:
    rule: Rule
    visit: Visit


def propose(asked: Asked) -> Proposal:
    """Return the first rule with which the kept visit reads what a person says, or why there is none."""
    key = Key.parse(asked.key)
    kept = kept_of(asked.visits, key, asked.observed_at)
    if kept is None:
        return Proposal(why="kept")
    page = page_of(kept, kept.reading.origin.page, asked.text if asked.x < 0 else "")
    if page is None:
        return Proposal(why="page")
    if asked.x < 0:
        found = saying(page, asked.text)
        place = found[0] if len(found) == 1 else None
    else:
        place = at_point(page, asked.x, asked.y)
        found = [] if place is None else [place]
    if place is None:
        return Proposal(why="several" if found else "nothing", text=asked.text)
    text, box = page.outline.text(place).strip(), page.outline.element(place).box
    shown = Proposal(text=text, box=None if box is None else (*box,))
    try:
        flow = flow_named(key.marketplace, asked.overrides, asked.allow)
        recorder = flow.recorder(key.account, kept.visit.then.site, page, lambda: asked.observed_at)
        level = Level(asked.level) if asked.level else None
        spot = Spot(page, recorder, text, tuple(labels_near(page, place)), level)
        return _proposed(asked, kept, flow, spot, shown)
    except ConfigError as error:
        return shown.model_copy(update={"why": "flow", "detail": error.message})


def _proposed(asked: Asked, kept: KeptVisit, flow: Flow, spot: Spot, shown: Proposal) -> Proposal:
    key, toml = kept.reading.key, flow.toml
    before = _read(kept, flow)
    is_word = spot.quantity is None
    shown = shown.model_copy(update={"is_word": is_word, "before": _dumped(_of(before, key))})
    if _says(_of(before, key), spot):
        return shown.model_copy(update={"why": "same"})
    if is_word:
        known = known_level(toml, key, spot)
        if known is None and spot.level is None:
            return shown.model_copy(update={"why": "level"})
        if known is not None and spot.level is not None and known.worse_than(spot.level):
            return shown.model_copy(update={"why": "milder"})
    tried = (
        one
        for rule in islice(_each_once(candidates(toml, kept.reading, spot)), _MOST_TRIED)
        if (one := _tried(asked, kept, rule)) is not None
    )
    for one in tried:
        if _says(_of(one.visit, key), spot, by_code="codes" in one.rule) and not whitewashes(
            before, one.visit, key
        ):
            return shown.model_copy(
                update={
                    "rule": rule_text(one.rule),
                    "now": _dumped(_of(one.visit, key)),
                    "changed": tuple(_changed(before, one.visit, key))[:_MOST_CHANGED],
                }
            )
    return shown.model_copy(update={"why": "none"})


def _each_once(rules: Iterable[Rule]) -> Iterator[Rule]:
    seen: list[Rule] = []
    for rule in rules:
        if rule not in seen:
            seen.append(rule)
            yield rule


def _tried(asked: Asked, kept: KeptVisit, rule: Rule) -> _Tried | None:
    """Return what the visit comes to with a rule over the user's own; None if the rule does not fit."""
    marketplace = kept.reading.key.marketplace
    with tempfile.TemporaryDirectory(prefix="rule-") as name:
        folder = Path(name) / "overrides"
        mine = override_of(marketplace, asked.overrides)
        there = folder / mine.name
        folder.mkdir()
        if mine.is_file():
            shutil.copyfile(mine, there)
        if mine.with_suffix("").is_dir():
            shutil.copytree(mine.with_suffix(""), there.with_suffix(""))
        there.with_suffix("").mkdir(exist_ok=True)
        try:
            # After all others: where the kept one will lie, as its name begins with the day.
            text = rule_text(rule)
            (there.with_suffix("") / "9999-proposed.toml").write_text(text, encoding="utf-8")
            flow = flow_named(marketplace, folder, asked.allow)
            return _Tried(rule, _read(kept, flow))
        except (ConfigError, UsageError):
            return None


def _read(kept: KeptVisit, flow: Flow) -> Visit:
    (again,) = replay([kept.sites, kept.visit], flow)
    return again.now


def _of(visit: Visit, key: Key) -> Reading | None:
    return next((reading for reading in visit.readings if reading.key == key), None)


def _says(reading: Reading | None, spot: Spot, *, by_code: bool = False) -> bool:
    """Tell whether a reading says what stands at the spot, and nothing speaks against it.

    by_code: whether it may say so by a code of an answer, in other words than the page's.
    """
    if reading is None or reading.presence is not Presence.SHOWN:
        return False
    # A red that another source speaks against is told as one; nothing else is believed against it.
    if reading.disputed and (spot.level is None or not spot.level.is_open):
        return False
    if spot.level is not None and reading.level is not spot.level:
        return False
    quantity = spot.quantity
    if quantity is not None:
        return reading.value is not None and reading.value in _values(quantity.value, quantity.fraction)
    said = {fold(one.native) for one in reading.claims} | {fold(reading.native)}
    return by_code or fold(spot.text) in said


def _values(*numbers: Decimal | None) -> tuple[Decimal, ...]:
    return tuple(number for number in numbers if number is not None)


def whitewashes(before: Visit, now: Visit, key: Key) -> bool:
    """Tell whether a rule makes anything else fine, or lets it go, that was open or could not be read."""
    was = {r.key: r for r in before.readings if r.level.is_open or r.presence in _UNREAD}
    is_now = {reading.key: reading for reading in now.readings}
    for other, old in was.items():
        new = is_now.get(other)
        gone = new is None or (new.presence not in _UNREAD and not new.level.is_open)
        if other != key and gone and (old.level.is_open or (new is not None and new.level is Level.OK)):
            return True
    return False


def _changed(before: Visit, now: Visit, key: Key) -> Iterator[tuple[str, str]]:
    """Yield every other widget that is read otherwise: without the rule, and with it."""
    old = {reading.key: reading for reading in before.readings}
    new = {reading.key: reading for reading in now.readings}
    for other in sorted(old | new):
        pair = old.get(other), new.get(other)
        if other != key and _gist(pair[0]) != _gist(pair[1]):
            yield _dumped(pair[0]), _dumped(pair[1])


def _gist(reading: Reading | None) -> object:
    if reading is None:
        return None
    return reading.presence, reading.level, reading.value, reading.native, reading.reason


def _dumped(reading: Reading | None) -> str:
    return "" if reading is None else dump_reading(reading)


def main() -> int:
    """Answer one question."""
    os.umask(0o077)
    asked = Asked.model_validate_json(sys.stdin.buffer.read())
    # What a flow prints has no place in the answer.
    answer = os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    try:
        proposal = propose(asked)
    except (CheckerError, Stop) as error:
        proposal = Proposal(why="flow", detail=str(error))
    with os.fdopen(answer, "w", encoding="utf-8") as out:
        out.write(proposal.model_dump_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
