"""The units an answer names beside its numbers, as a flow's site.toml states them; pure.

[data.units]
PERCENT = { kind = "rate", unit = "fraction", shift = -2, sane = [0, 1] }
"""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from checker.model import Kind, Unit

__all__ = ["UnitRow"]


class UnitRow(BaseModel):
    """One of the units answers name; a number whose unit is not listed is not read.

    shift: how many places the point moves; per: what it is divided by; sane: what it can be after that.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    unit: Unit | None = None
    shift: int = 0
    per: int = Field(default=1, ge=1)
    sane: tuple[Decimal, Decimal]

    def scaled(self, value: Decimal | None) -> Decimal | None:
        """Return a number as records hold it; none of none."""
        if value is None:
            return None
        # Built from its digits where it can be: a division rounds to the precision that happens to be set.
        sign, digits, exponent = (value / self.per if self.per > 1 else value).as_tuple()
        return Decimal((sign, digits, int(exponent) + self.shift))
