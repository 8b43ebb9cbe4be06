"""Which shops came, went, or stand otherwise with the console than they did; each is itself a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from checker.compare.places import CAME_IN
from checker.model import Change, Level, Outcome, Place, Registration, Site, Tell, Verb, Visit

__all__ = ["compare_sites", "is_lost", "settled_sites"]

_APPEARED: Final = "the console lists a site it did not list before"
_GONE: Final = "the console no longer lists this site; what was known of it stays"
_OPENED: Final = (Registration.ACTIVE, Registration.DORMANT)


def settled_sites(
    before: Mapping[Place, Site], listed: Mapping[Place, Site], visits: Iterable[Visit]
) -> dict[Place, Site]:
    """Return the sites listed, each with the registration that its visit came to.

    Args:
        before: The sites as they were listed last.
        listed: The sites as a picker lists them now.
        visits: The visits of the run.

    Returns:
        The sites listed now. Where nothing says how far one was opened, and nobody got in to see, it is as
        it was: that a visit failed, or read only a part, is no news of the registration.
    """
    by_visit = {visit.place: visit for visit in visits}
    return {
        place: replace(site, registration=_registration(before.get(place), site, by_visit.get(place)))
        for place, site in listed.items()
    }


def _registration(before: Site | None, listed: Site, visit: Visit | None) -> Registration:
    came_in = visit is not None and visit.outcome in (*CAME_IN, Outcome.NOT_REACHABLE)
    if visit is not None and came_in and visit.site.registration is not Registration.UNKNOWN:
        return visit.site.registration
    whole = visit is not None and visit.outcome in (Outcome.READ, Outcome.NOT_REACHABLE)
    if listed.registration is Registration.UNKNOWN and before is not None and not whole:
        return before.registration
    return listed.registration


def compare_sites(before: Mapping[Place, Site], now: Mapping[Place, Site]) -> tuple[Change, ...]:
    """Compare the sites listed last time with those listed now.

    Args:
        before: The sites of one account as they were listed last; the first listing changes nothing.
        now: The sites as they are listed now; a listing that names none was not read, and changes nothing.

    Returns:
        What came, what went, and what is registered otherwise, in that order.
    """
    if not before or not now:
        return ()
    return (
        *(_change(Verb.SITE_APPEARED, place, _APPEARED) for place in sorted(set(now) - set(before))),
        *(_change(Verb.SITE_GONE, place, _GONE) for place in sorted(set(before) - set(now))),
        *_registrations(before, now),
    )


def is_lost(before: Registration, now: Registration) -> bool:
    """Tell whether a site that was opened, trading or dormant, is none any more, or nobody says so."""
    return before in _OPENED and now not in _OPENED


def _registrations(before: Mapping[Place, Site], now: Mapping[Place, Site]) -> Iterator[Change]:
    for place in sorted(set(before) & set(now)):
        was, is_now = before[place].registration, now[place].registration
        if was in (is_now, Registration.UNKNOWN):
            continue
        lost = is_lost(was, is_now)
        detail = f"the console called this site {was.value}; now it says {is_now.value}"
        yield _change(Verb.REGISTRATION_CHANGED, place, detail, tell=Tell.AT_ONCE if lost else Tell.DIGEST)


def _change(verb: Verb, place: Place, detail: str, tell: Tell = Tell.AT_ONCE) -> Change:
    return Change(verb, place.key("coverage"), Level.UNKNOWN, detail=detail, tell=tell)
