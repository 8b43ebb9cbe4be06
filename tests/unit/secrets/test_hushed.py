"""A record without the secrets a page brought into it: what is told stays, and which record it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from checker.model import Key, Level, Outcome, Presence, Reading, Site, Statement, Visit
from checker.model.wire import dump_reading, dump_site, dump_visit, load_visit
from checker.run.hushing import without_secrets
from checker.run.job import Ended, Event, Said, SitesListed, Took, Visited, Warned
from checker.secrets import MASK, Scrubber
from checker.secrets.hushed import hushed

SECRET = 'a "quoted" <secret> 7'
SECRETS = Scrubber([SecretStr(SECRET)])
AT = datetime(2026, 1, 2, tzinfo=UTC)
READING = Reading(
    Key("local", "main", "X", "account.status", item=f"case {SECRET}"),
    Presence.SHOWN,
    AT,
    level=Level.CRITICAL,
    native=f"{SECRET} is suspended",
    reason=SECRET,
    link=f"https://console.example/?p={SECRET}",
    contradicts=SECRET,
    details=(("buyer", SECRET),),
    claims=(Statement(native=SECRET, level=Level.CRITICAL, reason=SECRET),),
)
SITE = Site("X", SECRET, f"{SECRET} Ltd", handles=(("id", SECRET),))
VISIT = Visit("local", "main", SITE, Outcome.READ, detail=SECRET, readings=(READING,), notice=SECRET)


def test_nothing_of_a_record_repeats_a_secret() -> None:
    """Words, reasons, links, details, what each source said, the item of a key: and the level stays."""
    clean = hushed(VISIT, SECRETS)

    assert not SECRETS.found_in(dump_visit(clean).encode())
    assert load_visit(dump_visit(clean)) == clean
    assert clean.readings[0].level is Level.CRITICAL
    assert clean.readings[0].native == f"{MASK} is suspended"


def test_what_names_a_record_stays() -> None:
    """A password that is a word of ours takes no reading from its place and changes no level."""
    words = Scrubber(SecretStr(word) for word in ("local", "main", "status", "critical", "shown"))
    plain = replace(READING, native="critical: see main", link="", details=())

    clean = hushed(plain, words)

    assert (clean.key, clean.level, clean.presence) == (plain.key, plain.level, plain.presence)
    assert clean.native == f"{MASK}: see {MASK}"


@pytest.mark.parametrize(
    "event",
    [
        Said(text=f"main: {SECRET} Ltd", done=1, total=2),
        Warned(text=SECRET),
        SitesListed(sites=(dump_site(SITE),)),
        Visited(visit=dump_visit(VISIT)),
        Took(reading=dump_reading(READING)),
        Ended(outcome=Outcome.READ, detail=f"met /x which says {SECRET!r}"),
    ],
    ids=lambda event: event.type,
)
def test_no_event_of_a_worker_repeats_a_secret(event: Event) -> None:
    """It stays an event of its kind, and one without a secret stays as it is."""
    told = without_secrets(event, SECRETS)

    assert type(told) is type(event)
    assert not SECRETS.found_in(told.model_dump_json().encode())
    assert without_secrets(event, Scrubber([SecretStr("another one")])) is event
