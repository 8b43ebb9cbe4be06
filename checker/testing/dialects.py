"""What comes of a console that is built otherwise than our replica, against what is true of it.

The truth of a scenario stands beside it, per site and widget (`truth.toml`), whatever the dialect. A story is
held against it and counted::

    right       says what is true
    unreadable  says that it could not be read, or nothing could be: an operator's matter, never a danger
    wrong       says another value, or red where all is well
    false green   called ok what is not
    missed red    said nothing of a red, in a visit that calls itself read
    shut out      a sign-in that failed though a person could have made it with the same secrets

`false green` and `missed red` count as wrong besides.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from checker.model import Level, Outcome, Presence, Reading
from checker.testing.driving import Driver
from checker.testing.replica import ReplicaHandle
from checker.testing.story import Story, place_of

__all__ = [
    "Dialects",
    "Played",
    "Tally",
    "Truth",
    "Truths",
    "play_dialect",
    "scenarios_of",
    "tally",
    "truths_of",
]

Verdict = Literal["right", "unreadable", "wrong", "false green", "missed red"]

_DOUBT: Final = "doubt"
_READ: Final = (Outcome.READ, Outcome.DRIFT)
_OPEN: Final = (Level.WARNING, Level.CRITICAL, Level.DEACTIVATED)


class SpokenDialect(Protocol):
    """What a seed chose."""

    @property
    def answers(self) -> str:
        """Whether the pages fetch the documented answers, or some of the console's own: `its own`."""

    def told(self) -> Mapping[str, str]:
        """Return what was chosen, in words."""


class Dialects(ReplicaHandle, Protocol):
    """A replica that can be built otherwise."""

    def speak(self, seed: int, pace: float = ..., parts: Collection[str] = ...) -> SpokenDialect:
        """Build what the facts leave open as this seed has it; 0 is the replica as it is."""


@dataclass(frozen=True)
class Truth:
    """What is true of one widget: a level, a presence or doubt; its value, where it has one."""

    says: Level | Presence | Literal["doubt"] | None
    value: Decimal | None = None

    @property
    def is_red(self) -> bool:
        """Tell whether a seller must hear of it."""
        return isinstance(self.says, Level) and self.says in _OPEN


@dataclass(frozen=True)
class Truths:
    """What is true of one scenario.

    sites: the widgets of each site. signs_in: whether whoever has the secrets is let in. drawn: names of
    what the pages say by themselves.
    """

    sites: Mapping[str, Mapping[str, Truth]]
    signs_in: bool = True
    drawn: tuple[str, ...] = ()

    @property
    def is_red(self) -> bool:
        """Tell whether there is anything a seller must hear of."""
        return any(truth.is_red for widgets in self.sites.values() for truth in widgets.values())


@dataclass
class Tally:
    """How often what came of it; `told` has a line for all that was not right."""

    right: int = 0
    unreadable: int = 0
    wrong: int = 0
    false_greens: int = 0
    missed_reds: int = 0
    shut_out: int = 0
    told: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            self.right + other.right,
            self.unreadable + other.unreadable,
            self.wrong + other.wrong,
            self.false_greens + other.false_greens,
            self.missed_reds + other.missed_reds,
            self.shut_out + other.shut_out,
            [*self.told, *other.told],
        )

    @property
    def share_right(self) -> float:
        """The share of all widgets that was read as it is; 1 where there were none."""
        whole = self.right + self.unreadable + self.wrong
        return self.right / whole if whole else 1.0

    @property
    def dangers(self) -> int:
        """Everything that must never be: false greens and missed reds are wrong besides."""
        return self.wrong

    def count(self, verdict: Verdict) -> None:
        """Count one widget."""
        match verdict:
            case "right":
                self.right += 1
            case "unreadable":
                self.unreadable += 1
            case _:
                self.wrong += 1
                self.false_greens += verdict == "false green"
                self.missed_reds += verdict == "missed red"


@dataclass(frozen=True)
class Played:
    """One scenario in one dialect: what was chosen, what came of it, and a picture of the last page."""

    seed: int
    scenario: str
    chosen: Mapping[str, str]
    tally: Tally
    picture: Path | None

    def __str__(self) -> str:
        chosen = "; ".join(f"{name}: {what}" for name, what in self.chosen.items())
        picture = "" if self.picture is None else f"\n  picture: {self.picture}"
        told = "".join(f"\n  {line}" for line in self.tally.told)
        return f"seed {self.seed}, scenario {self.scenario} ({chosen}){told}{picture}"


def truths_of(file: Path) -> dict[str, Truths]:
    """Return what is true of each scenario a truth file names.

    Args:
        file: `truth.toml` beside the scenarios. A table per scenario, in it one per site; `like` in
            either takes over what another scenario has there, `stopped` says that nobody is let in.

    Returns:
        The truths by scenario.
    """
    tables: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    drawn = tuple(tables.pop("drawn", ()))
    return {
        name: Truths(_sites(name, tables), not table.get("stopped"), drawn) for name, table in tables.items()
    }


def scenarios_of(truths: Mapping[str, Truths], seed: int, others_every: int = 1) -> list[str]:
    """Return which scenarios a seed plays: a red one, and besides, every so many seeds, another one.

    Args:
        truths: The scenarios there are.
        seed: The seed; neighbours play different scenarios, so that all come round.
        others_every: How many seeds share one scenario that is not red.

    Returns:
        One or two names.
    """
    reds = [name for name in truths if truths[name].is_red]
    others = [name for name in truths if not truths[name].is_red]
    turn, rest = divmod(seed, others_every)
    return [reds[seed % len(reds)], *([] if rest else [others[turn % len(others)]])]


def play_dialect(
    driver: Driver,
    replica: Dialects,
    seed: int,
    scenario: str,
    truths: Truths,
    *,
    pace: float = 1.0,
    parts: Collection[str] | None = None,
) -> Played:
    """Play one scenario in one dialect and count what came of it.

    Args:
        driver: Drives the flow; its replica is `replica`.
        replica: The console; it speaks its own dialect again afterwards.
        seed: What chooses the dialect.
        scenario: What is played.
        truths: What is true of it.
        pace: How slow the dialect is; 1 draws up to four seconds late.
        parts: What is chosen at all, as the replica names its parts; None for all.

    Returns:
        What was chosen and what came of it.
    """
    spoken = replica.speak(seed, pace) if parts is None else replica.speak(seed, pace, parts)
    try:
        names = {name for place in truths.sites for name in _names(place, truths)}
        # A console that names no shops shows its country alone.
        story = driver.play(scenario, names | {place.partition("/")[0] for place in truths.sites})
    finally:
        replica.speak(0)
    own_answers = spoken.answers == "its own" and (parts is None or "answers" in parts)
    counted = tally(story, truths, pages_only=own_answers and bool(truths.drawn))
    return Played(seed, scenario, spoken.told(), counted, story.picture)


def tally(story: Story, truths: Truths, *, pages_only: bool = False) -> Tally:
    """Hold a story against what is true.

    Args:
        story: What came of the scenario.
        truths: What is true of it.
        pages_only: Whether only what the pages draw could be read at all.

    Returns:
        The count.
    """
    counted = Tally()
    if not truths.signs_in:
        if story.ended is Outcome.READ:
            counted.count("wrong")
            counted.told.append("it was let in where nobody is")
        return counted
    if story.ended is not Outcome.READ:
        counted.shut_out += not story.visits
        counted.told.append(f"ended as {story.ended}: {story.detail}")
    for place, widgets in truths.sites.items():
        seen = next((name for name in _names(place, truths) if name in story.outcomes), place)
        readings = story.readings(seen) if seen in story.outcomes else {}
        whole = story.outcomes.get(seen) in _READ or _unmentioned(story, _names(place, truths))
        if seen not in story.outcomes or not whole:
            counted.told.append(f"{place}: {_how(story, seen)}")
        for name, truth in widgets.items():
            if pages_only and not any(fnmatchcase(name, pattern) for pattern in truths.drawn):
                continue
            verdict, why = _judge(name, truth, readings, whole=whole)
            if pages_only and truth.says is Presence.NONE and verdict == "unreadable":
                # What there is none of, a page draws by leaving it out: nobody can tell that from a page.
                continue
            counted.count(verdict)
            if verdict != "right":
                counted.told.append(f"{place}/{name}: {verdict}: {why}")
    return counted


def _names(place: str, truths: Truths) -> tuple[str, ...]:
    """Return what a site may be listed as: a console that lists no shops may still show its only one."""
    code = place.partition("/")[0]
    alone = sum(other.partition("/")[0] == code for other in truths.sites) == 1
    return (place, code) if alone and code != place else (place,)


def _unmentioned(story: Story, names: Collection[str]) -> bool:
    """Tell whether an account that calls itself read never named a site: then nobody hears of its reds.

    A visit to the country of a shop that the console does not name, and that says itself that it is not all,
    is loud.
    """
    listed = {place_of(site) for site in story.sites}
    country = story.outcomes.get(next(iter(names), "").partition("/")[0], Outcome.READ)
    return story.ended is Outcome.READ and not listed & set(names) and country is Outcome.READ


def _how(story: Story, place: str) -> str:
    if place not in story.outcomes:
        return "never visited" if story.ended is not Outcome.READ else "listed nowhere, or never visited"
    visit = story.visit(place)
    return f"{visit.outcome}: {visit.detail}" if visit.detail else str(visit.outcome)


def _judge(name: str, truth: Truth, readings: Mapping[str, Reading], *, whole: bool) -> tuple[Verdict, str]:
    fitting = [reading for own, reading in readings.items() if fnmatchcase(own, name)]
    if not fitting:
        if truth.says == _DOUBT and whole:
            return "right", ""
        return ("missed red" if truth.is_red and whole else "unreadable"), "nothing was recorded"
    # Of several that one pattern fits, the worst is told.
    judged = [_of_reading(truth, reading) for reading in fitting]
    return max(judged, key=lambda verdict: _BADNESS[verdict[0]])


_BADNESS: Final[Mapping[Verdict, int]] = {
    "right": 0,
    "unreadable": 1,
    "wrong": 2,
    "missed red": 3,
    "false green": 4,
}


def _of_reading(truth: Truth, reading: Reading) -> tuple[Verdict, str]:
    why = f"{reading.presence}/{reading.level} {reading.value} {reading.native!r} {reading.reason}".strip()
    unreadable = reading.presence is Presence.UNREADABLE
    green = reading.level is Level.OK
    if truth.says == _DOUBT:
        return ("false green" if green else "right"), why
    if unreadable:
        return "unreadable", why
    if isinstance(truth.says, Presence):
        return ("right" if reading.presence is truth.says else "false green" if green else "wrong"), why
    if reading.presence is not Presence.SHOWN:
        return ("missed red" if truth.is_red else "wrong"), why
    if truth.value is not None and reading.value != truth.value:
        return ("false green" if green and truth.is_red else "wrong"), f"{why}, not {truth.value}"
    return _of_level(truth, reading), why


def _of_level(truth: Truth, reading: Reading) -> Verdict:
    level = reading.level
    if truth.is_red:
        return "right" if level in _OPEN else "false green" if level is Level.OK else "missed red"
    if truth.says is Level.UNKNOWN:
        return "false green" if level is Level.OK else "wrong" if level in _OPEN else "right"
    if level in _OPEN and truth.says is not None:
        return "wrong"
    # A value that is right and that nobody judged is told as such: no green was lost that anybody relies on.
    judged = truth.says is None or level is Level.OK or truth.value is not None
    return "right" if judged else "unreadable"


def _sites(name: str, tables: Mapping[str, Any]) -> dict[str, dict[str, Truth]]:
    own = {key: table for key, table in tables[name].items() if isinstance(table, dict)}
    like = tables[name].get("like")
    sites = _sites(like, tables) if like else {}
    for place, table in own.items():
        other = table.get("like")
        known = _sites(other, tables)[place] if other else {}
        sites[place] = {**known, **dict(_widgets(table))}
    return sites


def _widgets(table: Mapping[str, Any]) -> Iterator[tuple[str, Truth]]:
    for name, given in table.items():
        if name == "like":
            continue
        stated = given if isinstance(given, dict) else {"says": given}
        value = None if "value" not in stated else Decimal(stated["value"])
        yield name, Truth(_said(stated.get("says")), value)


def _said(word: str | None) -> Level | Presence | Literal["doubt"] | None:
    if word is None:
        return None
    if word == "doubt":
        return "doubt"
    return Level(word) if word in _LEVELS else Presence(word)


_LEVELS: Final[Collection[str]] = frozenset(level.value for level in Level)
