"""How a level is decided, in one order for every marketplace.

Not rated first; then the console's own code, class or word; then the limits in the same payload;
then our own table, which gives at most a warning. What none of them decides is `unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from checker.model.levels import DecidedBy, Level, TargetOrigin
from checker.model.records import Target

__all__ = ["Decision", "decide", "from_limits"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A level and what it rests on."""

    level: Level
    by: DecidedBy


_UNDECIDED = Decision(Level.UNKNOWN, DecidedBy.NOTHING)


def from_limits(value: Decimal, target: Target) -> Level:
    """Return the level a value has against a console's limits: one step warns, the second is critical.

    Our own table never says more than a warning, whatever its second step.
    """
    if target.met_by(value):
        return Level.OK
    danger = target.critical
    if target.origin is TargetOrigin.CONSOLE and danger is not None:
        past = not Target(danger, target.comparator).met_by(value)
        return Level.CRITICAL if past else Level.WARNING
    return Level.WARNING


def decide(
    native: str | None,
    words: Mapping[str, Level],
    value: Decimal | None = None,
    target: Target | None = None,
) -> Decision:
    """Decide a level; a native word that is present but unknown decides nothing at all.

    An unknown word beside a good number is still an unknown word: the number must not make it green.
    """
    if native:
        known = words.get(native)
        return _UNDECIDED if known is None else Decision(known, DecidedBy.NATIVE)
    if value is None or target is None:
        return _UNDECIDED
    by = DecidedBy.PAYLOAD if target.origin is TargetOrigin.CONSOLE else DecidedBy.TABLE
    return Decision(from_limits(value, target), by)
