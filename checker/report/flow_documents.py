"""The JSON documents of `flows check` and `flows doctor`, and their schemas."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from checker.model import Level, Outcome, Presence

__all__ = [
    "CheckDocument",
    "DoctorDocument",
    "GapModel",
    "LookModel",
    "RemarkModel",
    "SightModel",
    "check_schema",
    "doctor_schema",
]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RemarkModel(_Model):
    """One thing to look at in a site.toml."""

    where: str = Field(description="Where it stands in the file.")
    text: str = Field(description="What is the matter.")
    problem: bool = Field(description="Whether something is read wrong or never; else it is advice.")


class GapModel(_Model):
    """Something no scenario exercised."""

    kind: Literal["state", "chain", "code", "word"]
    where: str
    what: str


class CheckDocument(_Model):
    """What `flows check --json` prints."""

    marketplace: str
    flow: str = Field(description="The flow and its version.")
    remarks: tuple[RemarkModel, ...]
    replica: bool = Field(description="Whether a replica is installed to play the flow against.")
    played: tuple[str, ...] = Field(description="The scenarios that were played.")
    failed: dict[str, str] = Field(description="Scenarios in which the flow raised, and where.")
    not_played: tuple[str, ...] = Field(description="The replica's scenarios that were not.")
    gaps: tuple[GapModel, ...] = Field(description="What no scenario played exercised.")


class SightModel(_Model):
    """What one chain found on one page."""

    chain: Literal["widget", "sign-in", "control", "overlay"]
    name: str
    site: str = Field(description="The site's code; empty before the first site.")
    page: str
    rules: tuple[str, ...] = Field(description="The chain, newest layout first.")
    place: int | None = Field(description="Which rule decided, from 0; null if none found anything.")
    count: int = Field(description="How many elements it found; what is not one is no single status.")
    text: str = Field(description="What a person reads there, shortened.")
    picture: str | None = Field(description="The picture of the page, beside the report.")
    drawn: tuple[float, float, float, float] | None = Field(
        description="Where on the picture: left, top, width, height."
    )


class LookModel(_Model):
    """One reading, and where it came from."""

    key: str
    presence: Presence
    level: Level
    native: str | None
    value: str | None
    page: str | None
    rule: str | None = Field(description="The answer or rule that gave it.")
    place: int = Field(description="The rule's place in its chain; above 0 it is a fallback.")
    reason: str | None


class DoctorDocument(_Model):
    """What `flows doctor --json` prints."""

    account: str
    marketplace: str
    flow: str
    outcomes: dict[str, Outcome] = Field(description="How each site's visit ended.")
    details: dict[str, str] = Field(description="Why, where it did not end well.")
    states: tuple[str, ...] = Field(description="The page states recognised, in order.")
    unknown: tuple[str, ...] = Field(description="Pages that were none the flow knows.")
    sights: tuple[SightModel, ...]
    readings: tuple[LookModel, ...]


def check_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `flows check --json`."""
    return _schema(CheckDocument)


def doctor_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `flows doctor --json`."""
    return _schema(DoctorDocument)


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"$schema": _DIALECT, **model.model_json_schema(mode="serialization")}
