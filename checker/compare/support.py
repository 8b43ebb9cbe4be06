"""What bears out that reds are not the seller's: S2 to S6 of them, as far as what was read shows it; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from checker.compare.signals import disagrees, is_implausible, is_s2, moved, same_everywhere
from checker.model import Change, Key, Known, Place, Presence, Reading, Reread, Scope, Signal, Visit

__all__ = ["Support"]


class Support:
    """What was known and what one run saw, looked up once."""

    def __init__(self, known: Mapping[Key, Known], visits: Sequence[Visit]) -> None:
        self._known = known
        self._notices = {visit.place: visit.notice for visit in visits if visit.notice}
        self._widgets: dict[Place, int] = defaultdict(int)
        for visit in visits:
            shown = (r for r in visit.readings if not r.key.item and r.presence is Presence.SHOWN)
            self._widgets[visit.place] += sum(1 for _ in shown)

    def widgets(self, site: Place) -> int:
        """Return how many widgets a site showed."""
        return self._widgets[site]

    def is_most_of(self, site: Place, reds: Iterable[Change]) -> bool:
        """S2: tell whether most of what the site shows turned bad, on pages that do not belong together."""
        turned = [red.reading for red in reds if red.reading is not None and self._was_known(red.key)]
        return is_s2(turned, self.widgets(site))

    def of(self, reds: Sequence[Change], alarms: Iterable[Change] = ()) -> tuple[Signal, ...]:
        """Return S2, S3, S5 and S6 of these reds, as far as they hold; `alarms` are all of the run."""
        readings = [red.reading for red in reds if red.reading is not None]
        by_site: dict[Place, list[Change]] = defaultdict(list)
        for alarm in alarms:
            if not alarm.key.item:
                by_site[alarm.key.place].append(alarm)
        sites = {red.key.place for red in reds}
        holds = {
            Signal.MANY_WIDGETS: any(self.is_most_of(site, by_site[site]) for site in sites),
            Signal.IMPLAUSIBLE: any(map(is_implausible, readings))
            or same_everywhere(reading for reading in readings if reading.scope is not Scope.ITEM),
            Signal.SOURCES_DISAGREE: any(self._disagrees(reading) for reading in readings),
            Signal.INCIDENT_NOTICE: self.notice(reds) != "",
        }
        return tuple(signal for signal, held in holds.items() if held)

    def of_one(self, red: Change) -> tuple[Signal, ...]:
        """Return S3 to S6 of one red by itself."""
        if red.reading is None:
            return ()
        page_changed = (Signal.PAGE_CHANGED,) if moved(self._known, red.reading) else ()
        return (*page_changed, *self.of([red]))

    def notice(self, reds: Iterable[Change]) -> str:
        """Return what the console itself said of trouble on a site of one of the reds, if anything."""
        return next((said for red in reds if (said := self._notices.get(red.key.place, ""))), "")

    def _disagrees(self, reading: Reading) -> bool:
        return reading.reread is Reread.DISAGREES or disagrees(self._known, reading)

    def _was_known(self, key: Key) -> bool:
        state = self._known.get(key)
        return state is not None and state.good is not None
