"""Each widget of a console broken on purpose: never ok for it, and the others are still read.

This is what guards "never a false green" for widgets nobody has thought of yet.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from checker.flow.whole_page import NOT_UNDERSTOOD
from checker.model import Level, Reading, Visit
from checker.testing.driving import Driver, Profile, Session
from checker.testing.replica import How, Where
from checker.testing.rules import broken_rules
from checker.testing.story import name_of

__all__ = ["Mutants", "apart", "mutants"]


@dataclass
class Mutants:
    """A signed-in account whose healthy site is read again with one widget broken at a time.

    covers: which readings rest on each widget, as names or patterns: none of them may be ok.
    coupled: which others may lose their level with it; if they are judged, then as before, or worse.
    optional: what the console may leave out, so that the flow cannot know that it is missing: broken, it may
    go unrecorded, and is then never shown as read.
    """

    driver: Driver
    session: Session
    place: str
    covers: Mapping[str, Collection[str]]
    coupled: Mapping[str, Collection[str]] = field(default_factory=dict)
    optional: Collection[str] = ()
    healthy: Mapping[str, Reading] = field(init=False)

    def __post_init__(self) -> None:
        self.healthy = _by_name(self.session.first_visit(self.place))

    def problems(
        self,
        widgets: str | Sequence[str],
        how: How,
        where: tuple[Where, ...] = ("pages", "answers"),
        *,
        hidden: bool = True,
        coupled: Collection[str] = (),
    ) -> list[str]:
        """Break a widget, or several that have nothing in common, read the site, and tell what is wrong.

        hidden: whether the mutation hides the widget from every source. Where it does not, what rests on
        the widget may still be read from another one, and must then say what it said before.
        coupled: what else may become unreadable this time.
        """
        names = (widgets,) if isinstance(widgets, str) else widgets
        # What is renamed or doubled is still there to be read, and must say what it said before.
        hidden = hidden and how not in ("rename", "double")
        story, replica = self.session.story, self.driver.replica
        story.visits.clear()
        before = len(tuple(replica.log))
        for widget in names:
            replica.mutate(widget, how, where)
        try:
            visit = self.session.visit(self.place)
        finally:
            replica.mend()
        story.requests = tuple(replica.log)[before:]
        rules = broken_rules(story, self.session.flow.toml, replica.url)
        shutil.rmtree(story.folder, ignore_errors=True)
        unseen = [] if story.requests else [f"nothing was asked of the console with {names} broken"]
        return [*unseen, *rules, *self._judged(names, visit, coupled, hidden=hidden)]

    def _judged(
        self, widgets: Sequence[str], visit: Visit, also: Collection[str], *, hidden: bool
    ) -> Iterator[str]:
        now = _by_name(visit)
        own = {name for widget in widgets for name in self.covers.get(widget, ())}
        coupled = {*also, *(name for widget in widgets for name in self.coupled.get(widget, ()))}
        for name, before in self.healthy.items():
            after = now.get(name)
            if after is None and before.key.metric == NOT_UNDERSTOOD:
                # What nobody understood is gone with the widget that showed it.
                continue
            if after is None:
                # An item goes with its list; what was never judged, or is optional, may go with its source.
                loose = before.key.item or before.level is Level.UNKNOWN or _fits(name, self.optional)
                if not (loose and _fits(name, {*own, *coupled})):
                    yield f"{name} is not recorded, and was {_told(before)}"
            elif _fits(name, own):
                if after.level is Level.OK and (hidden or not _same(before, after)):
                    yield f"{name} is still ok: {_told(after)}"
            elif not _same(before, after) and not (_fits(name, coupled) and _follows(before, after)):
                yield f"{name} is {_told(after)}, and was {_told(before)} ({visit.outcome} {visit.detail})"
        for name in now.keys() - self.healthy.keys():
            if now[name].level is Level.OK:
                yield f"{name} came up and is ok: {_told(now[name])}"


def apart(widgets: Collection[str], at_once: int = 5) -> list[tuple[str, ...]]:
    """Return widgets in groups to break in one visit each, neighbours not together: they share the least.

    Args:
        widgets: The widgets, in the order of the page.
        at_once: How many to break in one visit, at most.
    """
    names, groups = tuple(widgets), -(-len(widgets) // at_once)
    return [names[place::groups] for place in range(groups)]


@contextmanager
def mutants(
    driver: Driver,
    scenario: str,
    place: str,
    covers: Mapping[str, Collection[str]],
    coupled: Mapping[str, Collection[str]] | None = None,
    optional: Collection[str] = (),
    profile: Profile | None = None,
) -> Iterator[Mutants]:
    """Sign in to a healthy console once, for all the mutations of it; see `Driver.left_open`."""
    with driver.resumed(scenario, profile=profile) as session:
        yield Mutants(driver, session, place, covers, coupled or {}, optional)


def _by_name(visit: Visit) -> Mapping[str, Reading]:
    return {name_of(reading.key): reading for reading in visit.readings}


def _same(before: Reading, after: Reading) -> bool:
    return (before.presence, before.level, before.value) == (after.presence, after.level, after.value)


def _follows(before: Reading, after: Reading) -> bool:
    """Tell whether what is coupled to a broken widget has no level now, is judged as before, or worse."""
    return after.level in (Level.UNKNOWN, before.level) or after.level.worse_than(before.level)


def _fits(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _told(reading: Reading) -> str:
    reason = f" ({reading.reason})" if reading.reason else ""
    return f"{reading.presence}/{reading.level} {reading.value}{reason}"
