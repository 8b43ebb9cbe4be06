"""The JSON documents of `checker notify`, and their schemas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from checker.report.document import schema_of
from checker.report.safe import well_formed

__all__ = [
    "DeliveryModel",
    "answers_document",
    "answers_schema",
    "deliveries_document",
    "deliveries_schema",
    "sent_document",
    "sent_schema",
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AnswerModel(_Model):
    """What the far end of one route said to a test message."""

    route: str = Field(description="The name of the route in the settings.")
    taken: bool = Field(description="Whether it took the message.")
    answer: str = Field(description="What it said; no secret is in it.")


class AnswersDocument(_Model):
    """What `notify test --json` prints."""

    routes: list[AnswerModel]


class SentDocument(_Model):
    """What `notify send --json` prints."""

    delivered: int = Field(description="How many messages were taken.")
    failed: list[str] = Field(description="The route and the answer of each that was not, and waits.")
    held: int = Field(description="How many wait for the end of the quiet hours.")
    given_up: list[str] = Field(description="The route and the answer of each that waited too long.")


class DeliveryModel(_Model):
    """One line of the log of deliveries."""

    at: datetime = Field(description="When, in UTC.")
    name: str = Field(description="The name of the message: the same news on the same route has the same.")
    route: str = Field(description="The name of the route.")
    title: str = Field(description="The title of the message.")
    what: Literal["delivered", "failed", "given_up"] = Field(description="What became of it then.")
    attempts: int = Field(description="How often it was tried so far.")
    answer: str = Field(description="What the far end said.")


class DeliveriesDocument(_Model):
    """What `notify log --json` prints: the last deliveries, the newest first."""

    deliveries: list[DeliveryModel]


def answers_document(answers: Iterable[tuple[str, bool, str]]) -> AnswersDocument:
    """Return what the far ends said as its JSON document."""
    return AnswersDocument(
        routes=[
            AnswerModel(route=name, taken=taken, answer=well_formed(said)) for name, taken, said in answers
        ]
    )


def sent_document(delivered: int, failed: Sequence[str], held: int, given_up: Sequence[str]) -> SentDocument:
    """Return what became of what waited as its JSON document."""
    return SentDocument(
        delivered=delivered,
        failed=[well_formed(text) for text in failed],
        held=held,
        given_up=[well_formed(text) for text in given_up],
    )


def deliveries_document(rows: Iterable[DeliveryModel]) -> DeliveriesDocument:
    """Return deliveries as their JSON document."""
    return DeliveriesDocument(deliveries=list(rows))


def answers_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `notify test --json`."""
    return schema_of(AnswersDocument)


def sent_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `notify send --json`."""
    return schema_of(SentDocument)


def deliveries_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `notify log --json`."""
    return schema_of(DeliveriesDocument)
