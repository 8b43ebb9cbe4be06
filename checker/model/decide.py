"""What a number comes to against its limit; every other decision is made in `checker.model.settling`."""

from __future__ import annotations

from decimal import Decimal

from checker.model.levels import Level, TargetOrigin
from checker.model.records import Target

__all__ = ["from_limits"]


def from_limits(value: Decimal, target: Target) -> Level:
    """Return the level a value has against a console's limits: one step warns, the second is critical.

    Our own table never says more than a warning, unless the platform itself acts at its second step.
    """
    if target.met_by(value):
        return Level.OK
    danger = target.critical
    if danger is not None and (target.origin is TargetOrigin.CONSOLE or target.enforced):
        past = not Target(danger, target.comparator).met_by(value)
        return Level.CRITICAL if past else Level.WARNING
    return Level.WARNING
