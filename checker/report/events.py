"""What many changes are told as: one event in one sentence, in the reader's language; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checker.model import Event, EventKind, Outcome
from checker.model import Place as PlaceId
from checker.report.facts import site_name
from checker.report.rollup import Place
from checker.report.safe import printable
from checker.report.words import Words

__all__ = ["event_text", "event_title"]

_SHOWN = 12


def event_title(event: Event, words: Words) -> str:
    """Return what sort of event it is, e.g. `One event: sites never opened`."""
    return words.word("events", event.kind.value)


def event_text(event: Event, words: Words, places: Mapping[PlaceId, Place]) -> str:
    """Return the event as a sentence that names every site."""
    sites = _sites(event, words, places)
    if event.kind is EventKind.NOT_OBSERVED:
        return words.colon(_outcome(event, words), sites)
    spared = words.join(_spared(event, places, words))
    accounts = len({place.account for place in event.places})
    said = words.tables["event_why"][event.kind.value].format(
        sites=sites, count=len(event.keys), accounts=accounts, all=event.total
    )
    said = f"{said} {words.say('event_spared', sites=spared)}" if spared else said
    return " ".join([said, *_signs(event, words)])


def _signs(event: Event, words: Words) -> Iterable[str]:
    """Yield what speaks against believing it, each as a sentence; the console's own words last."""
    signs = words.tables["event_signs"]
    yield from (signs[signal.value] for signal in event.signals if signal.value in signs)
    if event.notice:
        yield words.say("event_notice", notice=printable(event.notice, 200))


def _outcome(event: Event, words: Words) -> str:
    name = event.detail.partition(":")[0]
    known = {outcome.value for outcome in Outcome}
    return words.word("outcomes", name) if name in known else printable(name, 60)


def _sites(event: Event, words: Words, places: Mapping[PlaceId, Place]) -> str:
    named = dict.fromkeys(_name(event, place, places, words) for place in event.places)
    text = words.join(list(named)[:_SHOWN])
    more = len(named) - _SHOWN
    return f"{text} {words.say('more_items', count=more)}" if more > 0 else text


def _name(event: Event, at: PlaceId, places: Mapping[PlaceId, Place], words: Words) -> str:
    place = places.get(at)
    name = printable(at.site, 60) if place is None else site_name(place, words)
    accounts = {one.account for one in event.places}
    return name if len(accounts) == 1 else f"{printable(at.account, 60)} {name}"


def _spared(event: Event, places: Mapping[PlaceId, Place], words: Words) -> Iterable[str]:
    accounts = {place.account for place in event.places}
    for site in event.untouched:
        place = next((p for p in places.values() if p.account in accounts and p.site.code == site), None)
        yield printable(site, 60) if place is None else site_name(place, words)
