"""No secret leaves a worker: what a page repeated of it is taken out of every event before it is told.

Only the worker knows what it typed: in the store, in reports, messages and logs nobody could tell.
"""

from __future__ import annotations

from checker.model.wire import dump_reading, dump_site, dump_visit, load_reading, load_site, load_visit
from checker.run.examined import dump_examination_of, load_examination
from checker.run.job import Event, Examined, SitesListed, Took, Visited
from checker.secrets import Scrubber
from checker.secrets.hushed import hushed

__all__ = ["without_secrets"]


def without_secrets(event: Event, secrets: Scrubber) -> Event:
    """Return an event in which nothing that a console said holds any of these secrets."""
    if not secrets.found_in(event.model_dump_json().encode()):
        return event
    match event:
        case Visited():
            return Visited(visit=dump_visit(hushed(load_visit(event.visit), secrets)))
        case Took():
            return Took(reading=dump_reading(hushed(load_reading(event.reading), secrets)))
        case SitesListed():
            return SitesListed(
                sites=tuple(dump_site(hushed(load_site(site), secrets)) for site in event.sites)
            )
        case Examined():
            return Examined(seen=dump_examination_of(hushed(load_examination(event.seen), secrets)))
        case _:
            texts = {name: value for name, value in event if type(value) is str and name != "type"}
            return event.model_copy(update={name: secrets.scrub(text) for name, text in texts.items()})
