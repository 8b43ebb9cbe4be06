"""What passes between the supervisor and a worker: one job in, events out, one JSON document a line.

No secret is in either: the worker reads the settings itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from checker.model import Outcome

__all__ = [
    "EVENT",
    "Ended",
    "Event",
    "Examined",
    "Job",
    "Latched",
    "Said",
    "Sending",
    "SignedIn",
    "SitesListed",
    "Took",
    "Unlatched",
    "UsedStep",
    "Visited",
    "Warned",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Latched(_Strict):
    """What keeps the account from being signed in to.

    told: for a person. salt, fingerprint: of the secrets it was latched with, where others lift it.
    """

    outcome: Outcome
    told: str
    salt: str = ""
    fingerprint: str = ""


class Job(_Strict):
    """One account to visit.

    sites: only these site codes; empty means every site the account wants. expected: the sites seen
    in earlier runs. visits: where visits are kept; none to keep none. owners: the console's own ids of
    whose shops those were. last_step: the last authenticator step used. latch: why the account is not
    signed in to. unanswered: how many runs in a row sent a password and never heard whether it was right.
    known: by key, the fingerprint of what is open already, or `unreadable`: what need not be looked at
    twice. judged: the keys that had a level when they were last read. pictured: by key, how the page was
    built of which there is a close-up; none to take no close-up of what is well. dry_run: keep nothing of
    what is made: no key, no session, no sealed evidence. examine: note what each chain of the flow's data
    finds. clock_offset: seconds added to the clock of records, for a story that is told faster than it
    happens.
    """

    run_id: str
    alias: str
    config: Path | None
    browser: Path
    headless_only: bool
    evidence: Path
    visits: Path | None = None
    sites: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    latch: Latched | None = None
    unanswered: int = 0
    last_step: int | None = None
    known: dict[str, str] = {}
    judged: tuple[str, ...] = ()
    pictured: dict[str, str] | None = None
    dry_run: bool = False
    examine: bool = False
    clock_offset: float = 0.0


class Said(_Strict):
    """Progress, for a person."""

    type: Literal["said"] = "said"
    text: str
    done: int = 0
    total: int = 0


class Warned(_Strict):
    """Something the operator should know; said once a run.

    news: no later run says it again, so that even one that is silent otherwise tells it.
    """

    type: Literal["warned"] = "warned"
    text: str
    news: bool = False


class SitesListed(_Strict):
    """Every site the console named, each in its wire form."""

    type: Literal["sites"] = "sites"
    sites: tuple[str, ...]


class Visited(_Strict):
    """One visit, in its wire form."""

    type: Literal["visit"] = "visit"
    visit: str


class UsedStep(_Strict):
    """An authenticator step whose code was typed, and must not be typed again."""

    type: Literal["used_step"] = "used_step"
    step: int


class Sending(_Strict):
    """A password is about to be sent, and counts as sent from now on."""

    type: Literal["sending"] = "sending"


class SignedIn(_Strict):
    """The console has let the account in: what was sent before was right."""

    type: Literal["signed_in"] = "signed_in"


class Unlatched(_Strict):
    """The secret the account was latched for is another one now."""

    type: Literal["unlatched"] = "unlatched"


class Took(_Strict):
    """One reading of the visit under way, in its wire form: told at once, should the visit not end well."""

    type: Literal["took"] = "took"
    reading: str


class Examined(_Strict):
    """What the chains of the flow's data found, in its wire form; see `checker.run.examined`."""

    type: Literal["examined"] = "examined"
    seen: str


class Ended(_Strict):
    """The last event: how the account's part of the run ended, and how many pictures failed.

    latched: it was not even tried, because of an earlier run. asked_to_wait: for how many seconds the
    console asked to be left alone. salt, fingerprint: of the secrets used.
    """

    type: Literal["ended"] = "ended"
    outcome: Outcome
    detail: str = ""
    pictures_missed: int = 0
    latched: bool = False
    asked_to_wait: float = 0.0
    salt: str = ""
    fingerprint: str = ""


Event = Annotated[
    Said
    | Warned
    | SitesListed
    | Visited
    | Took
    | UsedStep
    | Sending
    | SignedIn
    | Unlatched
    | Examined
    | Ended,
    Field(discriminator="type"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
