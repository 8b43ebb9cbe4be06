"""What came of one account in one scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from checker.model import Key, Level, Outcome, Presence, Reading, Site, Visit
from checker.testing.replica import RequestSeen

__all__ = ["Story", "name_of", "place_of"]


def name_of(key: Key) -> str:
    """Return a reading's name within its site, e.g. `orders.defect_rate@mfn`."""
    return str(key).rpartition("/")[2]


def place_of(site: Site) -> str:
    """Return a site's name within its account: `US`, or `MY/123` where the login has several shops there."""
    return f"{site.code}/{site.shop}" if site.shop else site.code


@dataclass
class Story:
    """How an account's part of a run ended, which sites were listed, every visit, and what was sent.

    opened: the addresses the browser stood on, in order. foreign: what answered that was not the console.
    windows: how many windows were open at the end. folder: what was written. picture: the page the account
    stood on at the end, where its driver takes one.
    """

    scenario: str
    began: datetime
    folder: Path
    ended: Outcome = Outcome.READ
    detail: str = ""
    sites: list[Site] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    windows: int = 1
    picture: Path | None = None
    secrets: set[str] = field(default_factory=set, repr=False)
    requests: Sequence[RequestSeen] = ()
    forbidden: Sequence[str] = ()

    def site(self, place: str) -> Site:
        """Return the one site of that name that was listed."""
        (found,) = [site for site in self.sites if place_of(site) == place]
        return found

    def visit(self, place: str) -> Visit:
        """Return the one visit of that site."""
        (found,) = [visit for visit in self.visits if place_of(visit.site) == place]
        return found

    def readings(self, place: str) -> Mapping[str, Reading]:
        """Return a site's readings by name."""
        return {name_of(reading.key): reading for reading in self.visit(place).readings}

    def reading(self, place: str, name: str) -> Reading:
        """Return one reading."""
        return self.readings(place)[name]

    def items(self, place: str) -> Mapping[str, Reading]:
        """Return a site's single violations, orders or cases by the console's own number."""
        return {reading.key.item: reading for reading in self.visit(place).readings if reading.key.item}

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        """How each visit ended, by site."""
        return {place_of(visit.site): visit.outcome for visit in self.visits}

    def green(self, place: str) -> set[str]:
        """Return the names of what a visit called ok."""
        return {name for name, reading in self.readings(place).items() if reading.level is Level.OK}

    def unreadable(self, place: str) -> set[str]:
        """Return the names of what a visit could not read."""
        readings = self.readings(place).items()
        return {name for name, reading in readings if reading.presence is Presence.UNREADABLE}
