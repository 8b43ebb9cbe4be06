"""What came of looking after the store, as a JSON document."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from checker.report.document import schema_of
from checker.report.evidence_files import Moment
from checker.store.upkeep import Checked

__all__ = ["StoreDocument", "store_document", "store_schema"]


class StoreDocument(BaseModel):
    """What `checker store ... --json` prints."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    did: Literal["check", "backup", "restore", "init"] = Field(description="The command.")
    store: str = Field(description="The store, without credentials.")
    step: str = Field(description="The migration it was last brought to.")
    old: bool = Field(description="Whether the next run upgrades it, which makes a backup first.")
    runs: int = Field(description="How many runs are recorded; 0 for an old one, which is not looked into.")
    last_run: Moment | None = Field(description="When the newest of them began.")
    open_findings: int = Field(description="How many findings are open.")
    file: str | None = Field(description="backup, restore: the copy.")
    set_aside: str | None = Field(description="restore, init: where what was there before lies now.")


def store_document(
    did: Literal["check", "backup", "restore", "init"],
    checked: Checked,
    *,
    file: Path | None = None,
    aside: Path | None = None,
) -> StoreDocument:
    """Return what came of a command on the store as its document."""
    last = checked.last_run
    return StoreDocument(
        did=did,
        store=checked.name,
        step=checked.step,
        old=checked.is_old,
        runs=checked.runs,
        last_run=None if last is None else last.isoformat().replace("+00:00", "Z"),
        open_findings=checked.open_findings,
        file=None if file is None else str(file),
        set_aside=None if aside is None else str(aside),
    )


def store_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `checker store --json`."""
    return schema_of(StoreDocument)
