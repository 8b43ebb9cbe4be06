"""What came of reading kept visits again: as a JSON document, and for a person.

print_document(replay_document(replayed, flow="amazon 1.1"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console
from rich.table import Table
from rich.text import Text

from checker.model import Key, Level, Outcome, Presence, Reading, Visit
from checker.report._models import Number, ReadingModel, RunDocument
from checker.report.document import reading_model, schema_of
from checker.report.safe import printable, well_formed

__all__ = ["ReplayDocument", "print_replay", "replay_document", "replay_schema"]

_ROWS = 60


class Differing(Protocol):
    """One key that is read otherwise than it was."""

    @property
    def key(self) -> Key: ...
    @property
    def then(self) -> Reading | None: ...
    @property
    def now(self) -> Reading | None: ...
    @property
    def is_mended(self) -> bool: ...


class Again(Protocol):
    """One visit that was read again."""

    @property
    def run_id(self) -> str: ...
    @property
    def then(self) -> Visit: ...
    @property
    def now(self) -> Visit: ...
    @property
    def differences(self) -> Sequence[Differing]: ...


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SideModel(_Model):
    """What was made of a key on one of the two occasions."""

    presence: Presence = Field(description="Whether the widget said anything.")
    level: Level = Field(description="How bad it was.")
    native: str | None = Field(description="The console's own word, verbatim.")
    value: Number | None = Field(description="The exact number as a string.")
    reason: str | None = Field(description="Why it was unreadable, or the console's own reason code.")


class DifferenceModel(_Model):
    """One key that is read otherwise than it was."""

    key: str = Field(description="The written form of the key.")
    mended: bool = Field(description="Whether it could not be read then, and can be now.")
    then: SideModel | None = Field(description="What was read then; null if nothing was.")
    now: SideModel | None = Field(description="What today's flow reads; null if nothing.")


class ReplayedModel(_Model):
    """One kept visit, read again."""

    run_id: str = Field(description="The run the visit was part of.")
    account: str = Field(description="The alias the account had.")
    marketplace: str = Field(description="The marketplace.")
    site: str = Field(description="The site's code.")
    at: datetime | None = Field(description="When the visit began, in UTC.")
    outcome_then: Outcome = Field(description="How the visit ended then.")
    outcome: Outcome = Field(description="How it ends for today's flow.")
    detail: str | None = Field(description="What happened, for a person.")
    readings: list[ReadingModel] = Field(description="What today's flow reads.")
    differences: list[DifferenceModel] = Field(description="What is read otherwise than it was.")


class ReplayDocument(_Model):
    """What `checker replay --json` prints."""

    visits: list[ReplayedModel] = Field(description="The visits read again, the oldest first.")
    repair: RunDocument | None = Field(description="The run that holds what was mended; null if none does.")
    left: int = Field(description="How many readings still cannot be read.")
    exit_code: int = Field(description="The exit code of the command.")


def replay_document(
    visits: Iterable[Again], exit_code: int, repair: RunDocument | None = None
) -> ReplayDocument:
    """Return the visits read again as one JSON document."""
    again = [_visit(visit) for visit in visits]
    unread = (Presence.UNREADABLE, Presence.NOT_OBSERVED)
    left = sum(reading.presence in unread for visit in again for reading in visit.readings)
    return ReplayDocument(visits=again, repair=repair, left=left, exit_code=exit_code)


def replay_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `replay --json`."""
    return schema_of(ReplayDocument)


def print_replay(visits: Iterable[Again], console: Console, moment: Callable[[datetime], str]) -> None:
    """Print each visit read again, and what is read otherwise than it was."""
    for visit in visits:
        site, now = visit.now.site, visit.now
        when = "" if visit.then.started_at is None else f", {moment(visit.then.started_at)}"
        heading = Text(printable(f"{site.label} ({site.code}){when}", 120), "bold")
        heading.append(f"  {visit.then.outcome.value} then, {now.outcome.value} now", "not bold")
        console.print(heading, soft_wrap=True)
        if now.detail:
            console.print(Text(f"  {printable(now.detail)}", "dim"), soft_wrap=True)
        console.print(Text(f"  {_counts(now.readings, visit.differences)}"), soft_wrap=True)
        if visit.differences:
            console.print(_table(visit.differences))
        if len(visit.differences) > _ROWS:
            console.print(Text(f"  and {len(visit.differences) - _ROWS} more; --json has them all", "dim"))


def _counts(readings: Sequence[Reading], differences: Sequence[Differing]) -> str:
    if not differences:
        return f"{len(readings)} readings, all as they were read then"
    mended = sum(difference.is_mended for difference in differences)
    rest = len(differences) - mended
    return f"{len(readings)} readings: {mended} mended, {rest} otherwise than then"


def _table(differences: Sequence[Differing]) -> Table:
    table = Table("key", "then", "now", box=None, padding=(0, 2))
    for difference in differences[:_ROWS]:
        key = difference.key
        whole = f"{key.site}/{str(key).partition(f'/{key.site}/')[2]}"
        table.add_row(Text(printable(whole, 120)), _side(difference.then), _side(difference.now))
    return table


def _side(reading: Reading | None) -> Text:
    if reading is None:
        return Text("–", "dim")
    if reading.presence is not Presence.SHOWN:
        return Text(printable(f"{reading.presence.value} {reading.reason}".strip(), 80))
    value = "" if reading.value is None else format(reading.value, "f")
    return Text(printable(f"{reading.level.value} {reading.native} {value}".strip(), 80))


def _visit(visit: Again) -> ReplayedModel:
    return ReplayedModel(
        run_id=well_formed(visit.run_id),
        account=well_formed(visit.then.account),
        marketplace=well_formed(visit.then.marketplace),
        site=well_formed(visit.then.site.code),
        at=visit.then.started_at,
        outcome_then=visit.then.outcome,
        outcome=visit.now.outcome,
        detail=well_formed(visit.now.detail) or None,
        readings=[reading_model(reading) for reading in visit.now.readings],
        differences=[_difference(difference) for difference in visit.differences],
    )


def _difference(difference: Differing) -> DifferenceModel:
    return DifferenceModel(
        key=str(difference.key),
        mended=difference.is_mended,
        then=_side_model(difference.then),
        now=_side_model(difference.now),
    )


def _side_model(reading: Reading | None) -> SideModel | None:
    if reading is None:
        return None
    whole = reading_model(reading)
    return SideModel(
        presence=whole.presence,
        level=whole.level,
        native=whole.native,
        value=whole.value,
        reason=whole.reason,
    )
