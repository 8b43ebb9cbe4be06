"""Visiting every site of one account in turn, with a console that is already signed in.

A visit collects claims. What is newly red or unreadable is looked at once more, after a fresh load, in the
same visit; the second look adds its claims to those of the first and takes none away. A look that could not
be made changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from checker.compare.signals import is_rebuilt
from checker.errors import PagesUnread, Stop
from checker.evidence import Camera, Watch, slug
from checker.flow import UNREAD, Console, Flow, Heard, Page, account_code_claims, whole_page_claims
from checker.flow.parts import further_parts, stands_at
from checker.model import (
    ENDS_ACCOUNT,
    Claim,
    Key,
    Outcome,
    Presence,
    Reading,
    Registration,
    Says,
    Scope,
    Site,
    Visit,
    settle,
    settle_all,
)
from checker.model.records import Origin

__all__ = ["ENDS_ACCOUNT", "ShownConsole", "not_listed", "visit_sites", "wants_second_look"]


class _Counting(Protocol):
    @property
    def total(self) -> int: ...


class _Seen(Protocol):
    leaving: Callable[[Page], None]

    def notice(self) -> str: ...
    def forget(self) -> None: ...
    def leave(self) -> None: ...


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

    def heard(self) -> Sequence[Heard]:
        """Return all the JSON the open page was given since it was opened."""

    def leave(self) -> None:
        """Pause as between two pages, and tell `seen` that the open page is left."""

    def begin_site(self) -> None:
        """Begin another site: pages are loaded anew, and there is patience again for what does not come."""

    def begin_look(self) -> None:
        """Begin another look at the same site: pages are loaded anew."""

    def picture(self, css: str = "") -> bytes | None:
        """Return a PNG of the whole page, or of the element `css` finds; none if it cannot be drawn."""


_UNREADABLE: Final = Presence.UNREADABLE.value
_UNOPENED: Final = (Registration.PENDING, Registration.NOT_REGISTERED)
_MOST_PARTS: Final = 4
_ANSWERED: Final = frozenset({Says.SHOWN, Says.NONE, Says.NOT_RATED, Says.NOT_REGISTERED})
# What a part of a page met is no news of the account, but for what says that we must stop.
_MEANT_FOR_US: Final = frozenset({Outcome.RATE_LIMITED, Outcome.CRASHED, Outcome.BLOCKED, Outcome.STOPPED})
_CLOSED_TO_US: Final = (Outcome.FORBIDDEN, Outcome.NOT_REACHABLE)


@dataclass(frozen=True, slots=True)
class Before:
    """What was known of an account before its visits.

    Attributes:
        open: By written key, the fingerprint of what is open, or `unreadable`: it need not be read twice.
        judged: The written keys that had a level when they were last read.
        pictured: By written key, how the page was built of which there is a close-up; None to take no picture
            but of what may have to be proven.
    """

    open: Mapping[str, str] = field(default_factory=dict)
    judged: Collection[str] = ()
    pictured: Mapping[str, str] | None = None

    def lacks_picture(self, claim: Claim) -> bool:
        """Tell whether nobody has seen yet what a widget looks like on the layout it is read from."""
        if self.pictured is None or claim.key.item or claim.scope not in (Scope.ACCOUNT, Scope.METRIC):
            return False
        layout = self.pictured.get(str(claim.key))
        is_there = claim.says in (Says.SHOWN, Says.NOT_RATED) and bool(claim.origin.page)
        return is_there and (layout is None or is_rebuilt(layout, claim.origin.structure))


def visit_sites(
    flow: Flow,
    console: ShownConsole,
    account: str,
    sites: Iterable[Site],
    evidence: Path,
    folder: Path,
    now: Callable[[], datetime],
    *,
    before: Before | None = None,
    has_time: Callable[[], bool] = lambda: True,
    heard: Callable[[Reading], None] = lambda _reading: None,
    watch: Callable[[Camera], Watch] = lambda camera: camera,
) -> Iterator[tuple[Visit, int]]:
    """Visit sites in turn.

    Args:
        flow: The flow of the console.
        console: The console, already signed in.
        account: The account's alias.
        sites: The sites to visit, in order.
        evidence: The root that evidence is kept under.
        folder: The folder of this account's evidence, relative to `evidence`.
        now: The clock.
        before: What was known before; without it nothing is.
        has_time: Tells whether there is time to read anything twice.
        heard: Told what is known of a key each time a claim about it was made.
        watch: Returns what keeps the evidence of a visit; without it there are pictures only.

    Yields:
        Each visit as it ends, with how many pictures of it failed; the rest are skipped after a stop that
        ends the account.
    """
    ended: Visit | None = None
    for site in sites:
        if ended is not None:
            detail = f"ended by {ended.outcome.value} on {ended.site.code}"
            yield Visit(flow.marketplace, account, site, Outcome.SKIPPED, detail), 0
            continue
        place = folder / slug(f"{site.code}{site.shop}")
        camera = Camera(evidence, place, console.picture, lambda: console.displayed)
        camera.wants = _lacking(before or Before(), has_time)
        watcher = watch(camera)
        visiting = _Visiting(flow, console, account, watcher, now, before or Before(), has_time, heard)
        visit = watcher.sealed(visiting.visit(site))
        yield visit, watcher.missed
        if visit.outcome in ENDS_ACCOUNT:
            ended = visit


def _lacking(before: Before, has_time: Callable[[], bool]) -> Callable[[Claim], bool]:
    """Return what tells whether a widget is photographed to be compared: only while there is time for it."""
    return lambda claim: before.lacks_picture(claim) and has_time()


@dataclass
class _Visiting:
    """One visit under way, and the claims it has collected."""

    flow: Flow
    console: ShownConsole
    account: str
    watch: Watch
    now: Callable[[], datetime]
    before: Before
    has_time: Callable[[], bool]
    heard: Callable[[Reading], None]
    claims: list[Claim] = field(default_factory=list)
    _been: set[str] = field(default_factory=set)
    _parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    _pictured: set[Key] = field(default_factory=set)

    def visit(self, site: Site) -> Visit:
        """Visit one site and settle what was claimed there."""
        started, blocked = self.now(), self.console.guard.total
        self.console.seen.forget()
        self.console.begin_site()
        outcome, detail = Outcome.READ, ""
        try:
            site = self._look(site, 1)
            if self.has_time() and wants_second_look(self._settled(), self.before.open):
                self._look_again(site)
        except Stop as stop:
            outcome, detail = stop.outcome, stop.detail
        if outcome is Outcome.WRONG_PLACE:
            # What was read may belong to another shop: none of it is stored.
            self.claims.clear()
        readings = self._settled()
        site = self.flow.settled(site, readings)
        if outcome in _CLOSED_TO_US and site.registration in _UNOPENED:
            outcome = Outcome.NOT_REACHABLE
        if outcome is Outcome.READ and any(reading.presence is Presence.UNREADABLE for reading in readings):
            outcome = Outcome.PARTIAL
        return replace(
            Visit(self.flow.marketplace, self.account, site, outcome, detail),
            readings=readings,
            started_at=started,
            finished_at=self.now(),
            blocked=self.console.guard.total - blocked,
            notice="" if outcome is Outcome.WRONG_PLACE else self.console.seen.notice(),
        )

    def _look(self, site: Site, look: int) -> Site:
        site = self.flow.enter(self.console, site)
        # What was pictured is not pictured again: a picture shows what the first look saw.
        self._pictured = {claim.key for claim in self.claims if claim.evidence}
        self.console.seen.leave()
        self.console.seen.leaving = lambda page: self._read_whole(page, site, look)
        self._been.clear()
        self._parts.clear()
        try:
            for claim in self.flow.read(self.console, site):
                self._took(replace(claim, look=look))
            self.console.leave()
            self._read_further_parts(site, look)
        except PagesUnread:
            # The page that is open was read: what it shows besides counts as well.
            self.console.leave()
            raise
        finally:
            self.console.seen.leaving = _nobody
        return site

    def _read_further_parts(self, site: Site, look: int) -> None:
        """Read what the health pages keep behind links of their own and the flow did not open.

        What is declared of a page is read there too, as far as no other part has it: a number that stands
        nowhere else. A part that cannot be opened says nothing, and ends no visit.
        """
        opened = 0
        while opened < _MOST_PARTS and self.has_time():
            where = next((one for one in self._parts if one not in self._been), None)
            if where is None:
                return
            self._been.add(where)
            opened += 1
            try:
                page = self.console.follow(*self._parts[where])
                known = {claim.key for claim in self.claims if claim.look == look and claim.says in _ANSWERED}
                for claim in self.console.claims(site, page):
                    if claim.says is Says.SHOWN and claim.key not in known:
                        self._took(replace(claim, look=look))
                self.console.leave()
            except Stop as stop:
                if stop.outcome in _MEANT_FOR_US:
                    raise
                if stop.outcome in ENDS_ACCOUNT:
                    return

    def _read_whole(self, page: Page, site: Site, look: int) -> None:
        """Claim what a page that is about to be left shows besides what was read of it."""
        toml = self.flow.toml
        spec = toml.pages.get(page.name)
        if spec is not None and not spec.covered:
            return
        if page.name not in toml.read_pages and not any(c.origin.page == page.name for c in self.claims):
            return
        self._been.add(stands_at(page.url))
        for address in further_parts(page, toml):
            self._parts[stands_at(address)] = page.name, address
        page = self._once_more(page)
        recorder = self.console.recorder(site, page)
        # What another look found that no rule reads is read by no rule now either.
        known = [claim for claim in self.claims if claim.look == look or claim.origin.source != UNREAD]
        for claim in whole_page_claims(recorder, toml, page, known):
            self._took(replace(claim, look=look))
        for claim in account_code_claims(recorder, toml, page, known, self.console.heard()):
            self._took(replace(claim, look=look))

    def _once_more(self, page: Page) -> Page:
        """Look at a page that is about to be left once more: a banner may have been drawn meanwhile."""
        try:
            now = self.console.page()
        except Stop:
            return page
        same = (now.name, now.url) == (page.name, page.url)
        return now if same and now.ready >= page.ready else page

    def _took(self, claim: Claim) -> None:
        if claim.key not in self._pictured:
            claim = self.watch.with_pictures(claim)
        self.claims.append(claim)
        self.heard(settle([other for other in self.claims if other.key == claim.key]))

    def _look_again(self, site: Site) -> None:
        """Open the site afresh and read it once more; what was red and is not named now is disputed."""
        first = self._settled()
        self.console.begin_look()
        try:
            self._look(site, 2)
        except Stop as stop:
            if stop.outcome in ENDS_ACCOUNT:
                raise
            return
        named = {claim.key for claim in self.claims if claim.look > 1}
        for reading in first:
            if reading.level.is_open and reading.key not in named:
                self._took(_gone(reading, self.now()))

    def _settled(self) -> tuple[Reading, ...]:
        return settle_all(self.claims, self.before.judged)


def _nobody(_page: Page) -> None:
    """Do nothing: nobody wants to know that a page is left."""


def _gone(reading: Reading, at: datetime) -> Claim:
    """Return the claim of a second look that no longer shows what the first one saw."""
    return Claim(
        reading.key,
        Says.NONE,
        at,
        look=2,
        scope=reading.scope,
        kind=reading.kind,
        reason="not there at the second look",
        origin=Origin(reading.origin.page, "the page after a fresh load"),
        flow=reading.flow,
    )


def wants_second_look(readings: Iterable[Reading], known: Mapping[str, str]) -> bool:
    """Tell whether anything is red or unreadable that was not before.

    Args:
        readings: What the first look came to.
        known: By written key, the fingerprint of what is open already, or `unreadable`.
    """
    return any(_is_news(reading, known) for reading in readings)


def _is_news(reading: Reading, known: Mapping[str, str]) -> bool:
    if reading.level.is_open:
        return known.get(str(reading.key)) != reading.fingerprint
    return reading.presence is Presence.UNREADABLE and known.get(str(reading.key)) != _UNREADABLE


def not_listed(marketplace: str, account: str, code: str) -> Visit:
    """Return the visit of a site that was asked for, or seen before, and is not listed now."""
    site = Site(code, code, code)
    return Visit(marketplace, account, site, Outcome.NOT_REACHABLE, "the console does not list this site")
