"""What `checker doctor` found, as lines for a person and as a JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from checker.report.document import schema_of
from checker.report.safe import printable, well_formed
from checker.report.words import words_for

__all__ = [
    "checkup_document",
    "checkup_schema",
    "print_checkup",
    "schedule_document",
    "schedule_schema",
]

_STYLES = {"ok": "green", "warned": "yellow", "failed": "bold red"}
_SIGNS = {"ok": "state_ok", "warned": "state_warned", "failed": "state_failed"}


class _Check(Protocol):
    """One thing that was looked at."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def fix(self) -> str: ...


class CheckModel(BaseModel):
    """One thing that was looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="What was looked at.")
    state: Literal["ok", "warned", "failed"] = Field(description="How it went.")
    text: str = Field(description="What was found.")
    fix: str | None = Field(description="What to type or do; null where nothing is wrong.")


class CheckupDocument(BaseModel):
    """What `doctor --json` prints."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    checks: list[CheckModel]
    exit_code: int = Field(description="The gravest exit code a run would end in for what failed.")


def checkup_document(checks: Iterable[_Check], exit_code: int) -> CheckupDocument:
    """Return what was found as its JSON document."""
    models = [
        CheckModel(
            name=well_formed(one.name),
            state=_state(one.state),
            text=well_formed(one.text),
            fix=well_formed(one.fix) or None,
        )
        for one in checks
    ]
    return CheckupDocument(checks=models, exit_code=exit_code)


def _state(state: str) -> Literal["ok", "warned", "failed"]:
    return "ok" if state == "ok" else "warned" if state == "warned" else "failed"


class ScheduleDocument(BaseModel):
    """What `schedule show --json`, `install` and `remove` print."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["systemd", "cron", "none"] = Field(description="What starts the runs.")
    installed: bool = Field(description="Whether it is installed exactly as these settings say.")
    files: dict[str, str] = Field(description="Each unit by its name, or the block of the `crontab`.")


def schedule_document(
    kind: Literal["systemd", "cron", "none"], made: Mapping[str, str], *, installed: bool
) -> ScheduleDocument:
    """Return a schedule as its JSON document."""
    files = {name: well_formed(text) for name, text in made.items()}
    return ScheduleDocument(kind=kind, installed=installed, files=files)


def schedule_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `schedule show --json`."""
    return schema_of(ScheduleDocument)


def checkup_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `doctor --json`."""
    return schema_of(CheckupDocument)


def print_checkup(checks: Iterable[_Check], out: Console, language: str) -> None:
    """Print a line for each check, and under what is wrong the next step; one cause is said once."""
    words = words_for(language)
    signs = {state: words.text("doctor", sentence) for state, sentence in _SIGNS.items()}
    width = max(cell_len(sign) for sign in signs.values())
    said: set[tuple[str, str]] = set()
    for one in checks:
        cause = (one.text, one.fix)
        if one.fix and cause in said:
            continue
        said.add(cause)
        sign = signs[one.state]
        line = Text(sign + " " * (width - cell_len(sign)), _STYLES[one.state])
        line.append("  ").append(words.colon(printable(one.label, 60), ""), "bold").append(
            printable(one.text)
        )
        out.print(line, soft_wrap=True)
        if one.fix:
            out.print(Text(f"{' ' * width}    -> {printable(one.fix)}"), soft_wrap=True)
