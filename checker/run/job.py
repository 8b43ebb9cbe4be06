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
    "Said",
    "SitesListed",
    "UsedStep",
    "Visited",
    "Warned",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Job(_Strict):
    """One account to visit.

    sites: only these site codes; empty means every site the account wants. expected: the sites seen
    in earlier runs. last_step: the last authenticator step used. examine: note what each chain of the
    flow's data found. clock_offset: seconds added to the
    clock of records, for a story that is told faster than it happens.
    """

    run_id: str
    alias: str
    config: Path | None
    browser: Path
    headless_only: bool
    evidence: Path
    sites: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    last_step: int | None = None
    examine: bool = False
    clock_offset: float = 0.0


class Said(_Strict):
    """Progress, for a person."""

    type: Literal["said"] = "said"
    text: str
    done: int = 0
    total: int = 0


class Warned(_Strict):
    """Something the operator should know; said once a run."""

    type: Literal["warned"] = "warned"
    text: str


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


class Examined(_Strict):
    """What the chains of the flow's data found, in its wire form; see `checker.run.examined`."""

    type: Literal["examined"] = "examined"
    seen: str


class Ended(_Strict):
    """The last event: how the account's part of the run ended, and how many pictures failed."""

    type: Literal["ended"] = "ended"
    outcome: Outcome
    detail: str = ""
    pictures_missed: int = 0


Event = Annotated[
    Said | Warned | SitesListed | Visited | UsedStep | Examined | Ended, Field(discriminator="type")
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
