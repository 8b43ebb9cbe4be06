"""Visiting every site of one account in turn, with a console that is already signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from checker.errors import Stop
from checker.evidence import Camera, Watch, slug
from checker.flow import Console, Flow
from checker.model import (
    ENDS_ACCOUNT,
    DecidedBy,
    Level,
    Outcome,
    Presence,
    Reading,
    Registration,
    Site,
    Visit,
)
from checker.run.reread import confirmed, wants_second_look

__all__ = ["ENDS_ACCOUNT", "ShownConsole", "not_listed", "once", "visit_sites"]


class _Counting(Protocol):
    @property
    def total(self) -> int: ...


class _Seen(Protocol):
    def notice(self) -> str: ...
    def forget(self) -> None: ...


class ShownConsole(Console, Protocol):
    """A console that is shown to somebody: live in a browser, or a visit that was kept."""

    @property
    def guard(self) -> _Counting:
        """What counts the requests turned away."""

    @property
    def seen(self) -> _Seen:
        """The pages seen since the visit began."""

    @property
    def displayed(self) -> tuple[str, int]:
        """The name of the page that is open, and a number that changes with what it displays."""

    def begin_site(self) -> None:
        """Begin another site: pages are loaded anew, and there is patience again for what does not come."""

    def begin_look(self) -> None:
        """Begin another look at the same site: pages are loaded anew."""

    def picture(self, css: str = "") -> bytes | None:
        """Return a PNG of the whole page, or of the element `css` finds; none if it cannot be drawn."""


_UNOPENED: Final = (Registration.PENDING, Registration.NOT_REGISTERED)
_CLOSED_TO_US: Final = (Outcome.FORBIDDEN, Outcome.NOT_REACHABLE)


def visit_sites(
    flow: Flow,
    console: ShownConsole,
    account: str,
    sites: Iterable[Site],
    evidence: Path,
    folder: Path,
    now: Callable[[], datetime],
    *,
    settled: Mapping[str, str] | None = None,
    has_time: Callable[[], bool] = lambda: True,
    heard: Callable[[Reading], None] = lambda _reading: None,
    watch: Callable[[Camera], Watch] = lambda camera: camera,
) -> Iterator[tuple[Visit, int]]:
    """Yield each visit as it ends, with how many pictures of it failed; the rest are skipped after a stop.

    settled: what is open or unreadable already, and need not be read twice. has_time: whether there is
    time to read anything twice. heard: told each reading as it is taken.
    watch: what keeps the evidence of a visit around its camera; without it there are pictures only.
    """
    ended: Visit | None = None
    for site in sites:
        if ended is not None:
            detail = f"ended by {ended.outcome.value} on {ended.site.code}"
            yield Visit(flow.marketplace, account, site, Outcome.SKIPPED, detail), 0
            continue
        place = folder / slug(f"{site.code}{site.shop}")
        camera = Camera(evidence, place, console.picture, lambda: console.displayed)
        watcher = watch(camera)
        visit = _visit(
            flow,
            console,
            account,
            site,
            watcher,
            now,
            settled=lambda: (settled or {}) if has_time() else None,
            heard=heard,
        )
        visit = watcher.sealed(visit)
        yield visit, watcher.missed
        if visit.outcome in ENDS_ACCOUNT:
            ended = visit


def _visit(
    flow: Flow,
    console: ShownConsole,
    account: str,
    site: Site,
    camera: Watch,
    now: Callable[[], datetime],
    *,
    settled: Callable[[], Mapping[str, str] | None],
    heard: Callable[[Reading], None],
) -> Visit:
    started, blocked = now(), console.guard.total
    console.seen.forget()
    console.begin_site()
    readings: list[Reading] = []
    outcome, detail = Outcome.READ, ""
    try:
        site = flow.enter(console, site)
        for reading in flow.read(console, site):
            readings.append(camera.with_pictures(reading))
            heard(readings[-1])
        readings = list(once(readings))
        known = settled()
        if known is not None and wants_second_look(readings, known):
            readings = _read_again(flow, console, site, camera, readings)
    except Stop as stop:
        outcome, detail = stop.outcome, stop.detail
    site = flow.settled(site, readings)
    if outcome is Outcome.WRONG_PLACE:
        # What was read may belong to another shop: none of it is stored.
        readings.clear()
    if outcome in _CLOSED_TO_US and site.registration in _UNOPENED:
        outcome = Outcome.NOT_REACHABLE
    if outcome is Outcome.READ and any(reading.presence is Presence.UNREADABLE for reading in readings):
        outcome = Outcome.PARTIAL
    return replace(
        Visit(flow.marketplace, account, site, outcome, detail),
        readings=tuple(once(readings)),
        started_at=started,
        finished_at=now(),
        blocked=console.guard.total - blocked,
        notice="" if outcome is Outcome.WRONG_PLACE else console.seen.notice(),
    )


def _read_again(
    flow: Flow, console: ShownConsole, site: Site, camera: Watch, first: Sequence[Reading]
) -> list[Reading]:
    """Open the site afresh, read it once more, and return what both looks come to.

    What was pictured is not pictured again: a picture shows what the first look saw.
    """
    console.begin_look()
    pictured = {reading.key for reading in first if reading.evidence}
    site = flow.enter(console, site)
    second = [
        reading if reading.key in pictured else camera.with_pictures(reading)
        for reading in flow.read(console, site)
    ]
    return confirmed(first, list(once(second)))


def once(readings: Iterable[Reading]) -> Iterable[Reading]:
    """Return each key's last reading; two that disagree within one visit are unreadable, not a choice."""
    latest: dict[str, Reading] = {}
    for reading in readings:
        key = str(reading.key)
        before = latest.get(key)
        if before is not None and (before.presence, before.level) != (reading.presence, reading.level):
            reading = _disagreeing(before, reading)  # noqa: PLW2901 - the disagreement takes its place
        latest[key] = reading
    return latest.values()


def _disagreeing(first: Reading, second: Reading) -> Reading:
    return replace(
        second,
        presence=Presence.UNREADABLE,
        level=Level.UNKNOWN,
        decided_by=DecidedBy.NOTHING,
        reason="read twice in one visit, with two results",
        contradicts=f"{first.presence}/{first.level}, then {second.presence}/{second.level}",
    )


def not_listed(marketplace: str, account: str, code: str) -> Visit:
    """Return the visit of a site that was asked for, or seen before, and is not listed now."""
    site = Site(code, code, code)
    return Visit(marketplace, account, site, Outcome.NOT_REACHABLE, "the console does not list this site")
