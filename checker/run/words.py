"""Words of a console that nobody knows yet: each is told to the operator once, not once a site and run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker.model import Presence, Reading, Visit
from checker.store import Store

__all__ = ["untold_words"]


def untold_words(store: Store, visits: Iterable[Visit]) -> Iterator[tuple[str, str]]:
    """Yield (account, what to say) for each unknown word that no earlier run of the store met.

    History is searched only for a word that was not there the last time, which is seldom.
    """
    met: set[tuple[str, str]] = set()
    for visit in visits:
        for reading in visit.readings:
            word = (visit.marketplace, reading.native)
            if not _is_unknown_word(reading) or word in met:
                continue
            met.add(word)
            last = store.known(visit.marketplace, visit.account, [visit.site.code]).get(reading.key)
            again = last is not None and _is_unknown_word(last.last) and last.last.native == reading.native
            if not again and not store.met_unreadable(visit.marketplace, reading.native):
                yield visit.account, _told(visit.marketplace, reading)


def _is_unknown_word(reading: Reading) -> bool:
    unread = reading.presence is Presence.UNREADABLE
    return unread and reading.native != "" and reading.reason.startswith("unknown ")


def _told(marketplace: str, reading: Reading) -> str:
    language = f" ({reading.language})" if reading.language else ""
    return (
        f"{reading.native!r}{language} is a word no table of {marketplace} knows; it was met first as"
        f" {reading.key.metric} on {reading.key.site}. Find out what it means, then add it to [words] or"
        f" [codes] of overrides/{marketplace}.toml. This is said once."
    )
