"""How often a thing must be seen before it is believed, and when silence is too long."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from checker.model import Rules

__all__ = ["Findings"]

_Count = Annotated[int, Field(ge=1, le=20)]
_Minutes = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
_Hours = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)]
_Grace = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]


class Findings(BaseModel):
    """When a finding counts as better, gone or stale.

    good_reads: a red is over once it was read well this often, `good_minutes_apart` minutes apart.
    absent_reads: looks that did not find it before it counts as vanished.
    period_hours, grace_hours: how often runs are planned; what was not read for two periods and the grace
    is stale. reminder_hours: how often an open finding nobody acknowledged is mentioned again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True)

    good_reads: _Count = 2
    good_minutes_apart: _Minutes = 30
    absent_reads: _Count = 2
    period_hours: _Hours = 24
    grace_hours: _Grace = 2
    reminder_hours: _Hours = 24

    @property
    def rules(self) -> Rules:
        """The same as the comparison wants it."""
        return Rules(
            self.good_reads,
            timedelta(minutes=self.good_minutes_apart),
            self.absent_reads,
            timedelta(hours=self.period_hours),
            timedelta(hours=self.grace_hours),
            timedelta(hours=self.reminder_hours),
        )
