"""Each widget of a console broken on purpose: never ok for it, and the others are still read.

This is what guards "never a false green" for widgets nobody has thought of yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from checker.model import Level, Presence, Reading, Visit
from checker.testing.driving import Driver, Session
from checker.testing.replica import How, Where
from checker.testing.rules import broken_rules
from checker.testing.story import name_of

__all__ = ["Mutants", "mutants"]


@dataclass
class Mutants:
    """A signed-in account whose healthy site is read again with one widget broken at a time.

    covers: which readings rest on each widget, as names or patterns: none of them may be ok.
    coupled: which others may become unreadable with it; if they say something, it is what they said before.
    """

    driver: Driver
    session: Session
    place: str
    covers: Mapping[str, Collection[str]]
    coupled: Mapping[str, Collection[str]] = field(default_factory=dict)
    healthy: Mapping[str, Reading] = field(init=False)

    def __post_init__(self) -> None:
        self.healthy = _by_name(self.session.visit(self.place))

    def problems(
        self, widget: str, how: How, where: tuple[Where, ...] = ("pages", "answers"), *, hidden: bool = True
    ) -> list[str]:
        """Break a widget, read the site, and return what is not as it must be.

        hidden: whether the mutation hides the widget from every source. Where it does not, what rests on
        the widget may still be read from another one, and must then say what it said before.
        """
        story = self.session.story
        story.visits.clear()
        self.driver.replica.mutate(widget, how, where)
        try:
            visit = self.session.visit(self.place)
        finally:
            self.driver.replica.mend()
        rules = broken_rules(story, self.session.flow.toml, self.driver.replica.url)
        return [*rules, *self._judged(widget, visit, hidden=hidden)]

    def _judged(self, widget: str, visit: Visit, *, hidden: bool) -> Iterator[str]:
        now = _by_name(visit)
        own, coupled = self.covers[widget], self.coupled.get(widget, ())
        for name in sorted({*self.healthy, *now}):
            before, after = self.healthy.get(name), now.get(name)
            if _fits(name, own):
                if after is not None and after.level is Level.OK and (hidden or not _same(before, after)):
                    yield f"{name} is still ok: {after.value} {after.native!r}"
            elif _fits(name, coupled) and (after is None or after.presence is Presence.UNREADABLE):
                continue
            elif not _same(before, after):
                yield f"{name} is {_told(after)}, and was {_told(before)} ({visit.outcome} {visit.detail})"


@contextmanager
def mutants(
    driver: Driver,
    scenario: str,
    place: str,
    covers: Mapping[str, Collection[str]],
    coupled: Mapping[str, Collection[str]] | None = None,
) -> Iterator[Mutants]:
    """Sign in to a healthy console once, for all the mutations of it."""
    with driver.session(scenario) as session:
        yield Mutants(driver, session, place, covers, coupled or {})


def _by_name(visit: Visit) -> Mapping[str, Reading]:
    return {name_of(reading.key): reading for reading in visit.readings}


def _same(before: Reading | None, after: Reading | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.presence, before.level, before.value) == (after.presence, after.level, after.value)


def _fits(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _told(reading: Reading | None) -> str:
    if reading is None:
        return "not recorded"
    reason = f" ({reading.reason})" if reading.reason else ""
    return f"{reading.presence}/{reading.level} {reading.value}{reason}"
