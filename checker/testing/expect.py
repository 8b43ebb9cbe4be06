"""What a scenario must come to, as a table a person can check against the scenario's description."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fnmatch import fnmatchcase

from checker.console import Bounds
from checker.model import Level, Outcome, Presence, Reading, Registration
from checker.testing.driving import Driver, Profile
from checker.testing.rules import broken_rules
from checker.testing.story import Story, place_of

__all__ = ["Expect", "Said", "Seen", "contract_problems", "unmet"]

Said = Level | Presence | Decimal | int | str
"""A level (shown with it), a presence, a value, or the console's own word."""


@dataclass(frozen=True)
class Seen:
    """What one visit must come to. A name may be a pattern (`policy.*`); it must fit something.

    reads: what each reading must say, one thing or several. unreadable: exactly what must be unreadable, and
    disputed: exactly the reds that must be disputed; None leaves it open. lacks: what must have no reading at
    all. green: whether anything may be ok.
    outcome: how it ends; several where that is a race of the console's own.
    """

    outcome: Outcome | tuple[Outcome, ...] = Outcome.READ
    reads: Mapping[str, Said | tuple[Said, ...]] = field(default_factory=dict)
    unreadable: Collection[str] | None = None
    disputed: Collection[str] | None = None
    lacks: Collection[str] = ()
    green: bool = True
    registration: Registration | None = None
    detail: str = ""


@dataclass(frozen=True)
class Expect:
    """What an account must come to.

    sites: what each visit must come to; these sites are visited, and those of `also`.
    ended: how the sign-in and the listing must end. listed: exactly the sites that must be listed.
    detail: words the detail of the ending must have. passwords: how often the password must be sent.
    bounds: other bounds than the driver's. registered: how far each listed site is opened.
    led_to: denied paths the console itself leads to, by a redirect no routing sees.
    """

    sites: Mapping[str, Seen] = field(default_factory=dict)
    ended: Outcome = Outcome.READ
    listed: Collection[str] | None = None
    also: Collection[str] = ()
    registered: Mapping[str, Registration] = field(default_factory=dict)
    detail: str = ""
    passwords: int | None = None
    bounds: Bounds | None = None
    led_to: Collection[str] = ()


def contract_problems(
    driver: Driver, scenario: str, expect: Expect, profile: Profile | None = None
) -> list[str]:
    """Play a scenario and return everything that is not as the contract and `expect` want it.

    profile: in which to play what is not about signing in; it may be signed in already, so that the
    password need not be sent.
    """
    if profile is not None:
        expect = replace(expect, passwords=None)
    story = driver.play(scenario, {*expect.sites, *expect.also}, bounds=expect.bounds, profile=profile)
    broken = broken_rules(story, driver.flow().toml, driver.replica.url, expect.led_to)
    problems = [*broken, *unmet(story, expect)]
    return [f"{scenario}: {problem}" for problem in problems]


def unmet(story: Story, expect: Expect) -> list[str]:
    """Return everything of `expect` that a story does not fulfil."""
    return list(_unmet(story, expect))


def _unmet(story: Story, expect: Expect) -> Iterator[str]:
    if story.ended is not expect.ended:
        yield f"ended as {story.ended} ({story.detail}), not {expect.ended}"
    if expect.detail not in story.detail:
        yield f"the detail {story.detail!r} does not say {expect.detail!r}"
    sent = sum(request.posted_password for request in story.requests)
    if expect.passwords is not None and sent != expect.passwords:
        yield f"the password was sent {sent} times, not {expect.passwords}"
    listed = {place_of(site) for site in story.sites}
    if expect.listed is not None and listed != set(expect.listed):
        yield f"listed {sorted(listed)}, not {sorted(expect.listed)}"
    for place, registration in expect.registered.items():
        found = [site.registration for site in story.sites if place_of(site) == place]
        if found != [registration]:
            yield f"{place} is listed as {', '.join(found) or 'nothing'}, not {registration}"
    visited = story.outcomes
    for place, seen in expect.sites.items():
        if place not in visited:
            yield f"{place} was not visited"
        else:
            yield from (f"{place}: {problem}" for problem in _of_visit(story, place, seen))


def _of_visit(story: Story, place: str, seen: Seen) -> Iterator[str]:
    visit, readings = story.visit(place), story.readings(place)
    wanted_ends = seen.outcome if isinstance(seen.outcome, tuple) else (seen.outcome,)
    if visit.outcome not in wanted_ends:
        yield f"{visit.outcome} ({visit.detail}), not {' or '.join(wanted_ends)}"
    if seen.detail not in visit.detail:
        yield f"the detail {visit.detail!r} does not say {seen.detail!r}"
    if seen.registration is not None and visit.site.registration is not seen.registration:
        yield f"registered as {visit.site.registration}, not {seen.registration}"
    if not seen.green and (green := story.green(place)):
        yield f"green: {', '.join(sorted(green))}"
    for name, wanted in seen.reads.items():
        fitting = {own: reading for own, reading in readings.items() if fnmatchcase(own, name)}
        if not fitting:
            yield f"{name} was not recorded"
        for own, reading in fitting.items():
            for said in wanted if isinstance(wanted, tuple) else (wanted,):
                if not _says(reading, said):
                    yield f"{own} is {_told(reading)}, not {said}"
    yield from (f"{own} was recorded" for own in readings if _fits(own, seen.lacks))
    if seen.disputed is not None:
        disputed = {own for own, reading in readings.items() if reading.disputed}
        yield from (f"{own} is disputed" for own in sorted(disputed) if not _fits(own, seen.disputed))
        yield from (
            f"{name} is not disputed"
            for name in seen.disputed
            if not any(fnmatchcase(own, name) for own in disputed)
        )
    if seen.unreadable is not None:
        unread = story.unreadable(place)
        for own in sorted(unread):
            if not _fits(own, seen.unreadable):
                yield f"{own} is unreadable: {readings[own].reason}"
        for name in seen.unreadable:
            if not any(fnmatchcase(own, name) for own in unread):
                yield f"{name} is not unreadable"


def _fits(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _says(reading: Reading, said: Said) -> bool:
    match said:
        case Level():
            return reading.presence is Presence.SHOWN and reading.level is said
        case Presence():
            return reading.presence is said
        case Decimal() | int():
            return reading.value == said
        case str():
            return reading.native == said


def _told(reading: Reading) -> str:
    value = "" if reading.value is None else f" {reading.value}"
    reason = f": {reading.reason}" if reading.reason else ""
    return f"{reading.presence}/{reading.level}{value} {reading.native!r}{reason}"
