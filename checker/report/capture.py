"""What came of capturing a case, or of auditing one, as a JSON document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from checker.report.document import schema_of

__all__ = ["CaptureDocument", "capture_document", "capture_schema"]


class Found(Protocol):
    """Something of the seller that was left in."""

    @property
    def place(self) -> str: ...
    @property
    def kind(self) -> str: ...


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HitModel(_Model):
    """Something of the seller that was left in."""

    place: str = Field(description="Where it stands.")
    kind: str = Field(description="What sort of thing it is; never the thing itself.")


class CaptureDocument(_Model):
    """What `checker capture --json` prints."""

    folder: str | None = Field(description="Where the case lies; null if none was written.")
    parts: int = Field(description="How many parts the case has.")
    same: int | None = Field(description="How many keys are read from it as from the original.")
    other: int | None = Field(description="How many are read otherwise; null for an audit alone.")
    compared_with: int = Field(description="How many kept originals the audit knew.")
    hits: list[HitModel] = Field(description="What of the seller was found in it; empty if nothing.")
    exit_code: int = Field(description="The exit code of the command.")


def capture_document(
    hits: Iterable[Found],
    exit_code: int,
    *,
    folder: str | None,
    parts: int,
    compared_with: int,
    same: int | None = None,
    other: int | None = None,
) -> CaptureDocument:
    """Return what came of a capture, or of an audit, as its JSON document."""
    return CaptureDocument(
        folder=folder,
        parts=parts,
        same=same,
        other=other,
        compared_with=compared_with,
        hits=[HitModel(place=hit.place, kind=hit.kind) for hit in hits],
        exit_code=exit_code,
    )


def capture_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `capture --json`."""
    return schema_of(CaptureDocument)
