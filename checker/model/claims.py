"""What each source said of a key: one claim a source, and what that claim alone says of how the key stands.

A claim with a word and a number with its limit says two things; what all claims of a key come to is decided
by `checker.model.settling`, and only there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from checker.model.decide import from_limits
from checker.model.levels import (
    DecidedBy,
    Kind,
    Level,
    Presence,
    Rank,
    Says,
    Scope,
    TargetOrigin,
    Trend,
    Unit,
)
from checker.model.records import Cause, Key, Origin, Statement, Target

__all__ = ["NOTHINGS", "Claim", "Verdict", "believable", "is_low_volume", "verdicts_of", "worst_of"]

NOTHINGS: Final = {
    Says.NONE: Presence.NONE,
    Says.NOT_RATED: Presence.NOT_RATED,
    Says.NOT_REGISTERED: Presence.NOT_REGISTERED,
}
"""The presences of what a source says is not there."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source said of one key in one look.

    Attributes:
        key: What it speaks of.
        says: Whether it showed something, said that there is nothing, or could not be understood.
        observed_at: When it was read, with a zone.
        level: The verdict of the source's own code, class or word; `unknown` where it gives none.
        rank: How far it is trusted for values and details; see `Rank`.
        look: 1 for the first look of a visit, 2 for the second.
        required: Whether the reading must not be green while this source is unreadable.
        doubtful: Whether it may not be about this key at all: a red of it is disputed.
        native: The console's own word or code, verbatim, in `language`.
        sane: The range outside of which `value` cannot have been read right.
        low_volume: Under so many events a verdict may disagree with its number.
        no_verdict: The console's word is that it gives no verdict: a limit can make it worse, never green.
        reason: Why it could not be read, or the console's own reason code.
        evidence: Names of pictures that show it.

    The other attributes are those of `Reading`.
    """

    key: Key
    says: Says
    observed_at: datetime
    level: Level = Level.UNKNOWN
    rank: Rank = Rank.ANSWER
    look: int = 1
    required: bool = True
    doubtful: bool = False
    scope: Scope = Scope.METRIC
    kind: Kind = Kind.STATUS
    native: str = ""
    language: str = ""
    value: Decimal | None = None
    unit: Unit | None = None
    currency: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    target: Target | None = None
    sane: tuple[Decimal, Decimal] | None = None
    low_volume: int = 0
    no_verdict: bool = False
    trend: Trend | None = None
    window_days: int | None = None
    reason: str = ""
    cause: Cause | None = None
    deadline: datetime | None = None
    link: str = ""
    origin: Origin = Origin()  # noqa: RUF009 - frozen
    covers: str = ""
    details: tuple[tuple[str, str], ...] = ()
    flow: str = ""
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a claim that says two things at once."""
        if self.says is not Says.SHOWN and self.level is not Level.UNKNOWN:
            raise ValueError(f"{self.key}: only a claim that shows something has a level, not {self.says}")

    @property
    def source(self) -> str:
        """Which place of the console spoke, e.g. `health: the status answer`."""
        page, source = self.origin.page, self.origin.source
        return f"{page}: {source}" if page and source else page or source

    @property
    def statement(self) -> Statement:
        """What a reading keeps of it; a value that is no number can be kept nowhere."""
        value = self.value
        return Statement(
            source=self.source,
            rule=self.origin.rule,
            rank=self.rank,
            look=self.look,
            says=self.says,
            level=worst_of(verdict.level for verdict in verdicts_of(self)),
            native=self.native,
            value=value if value is not None and value.is_finite() else None,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing a claim says of how it stands; a claim with a word and a limit says two.

    weak: it is red, and something of its own speaks against it.
    """

    claim: Claim
    says: Says
    level: Level = Level.UNKNOWN
    by: DecidedBy = DecidedBy.NOTHING
    reason: str = ""
    weak: bool = False


def verdicts_of(claim: Claim) -> list[Verdict]:
    """Return everything a claim says of how the key stands."""
    if claim.says is not Says.SHOWN:
        return [Verdict(claim, claim.says, reason=claim.reason)]
    if claim.denominator == 0:
        return [_resting_on_nothing(claim)]
    found: list[Verdict] = []
    value, why = believable(claim)
    if why:
        found.append(Verdict(claim, Says.UNREADABLE, reason=why))
    by_word = claim.level
    if by_word is not Level.UNKNOWN:
        found.append(Verdict(claim, Says.SHOWN, by_word, DecidedBy.NATIVE, weak=_is_weak(claim, value)))
    by_limit = _by_limit(claim, value)
    if by_limit is not None and (by_word is Level.UNKNOWN or by_limit.level.is_open):
        found.append(by_limit)
    if not found:
        found.append(Verdict(claim, Says.SHOWN))
    return found


def _resting_on_nothing(claim: Claim) -> Verdict:
    """Judge a number of zero events: its "0, GOOD" is not green, a red of it is disputed."""
    if claim.level.is_open:
        return Verdict(claim, Says.SHOWN, claim.level, DecidedBy.NATIVE, weak=True)
    if claim.value not in (None, Decimal(0)):
        return Verdict(claim, Says.UNREADABLE, reason=f"{claim.value} of what rests on nothing")
    return Verdict(claim, Says.NOT_RATED)


def believable(claim: Claim) -> tuple[Decimal | None, str]:
    """Return the value if it can have been read right, and otherwise why it cannot."""
    value = claim.value
    if value is None:
        return None, ""
    if not value.is_finite():
        return None, f"{value} is no number"
    if claim.sane is not None and not claim.sane[0] <= value <= claim.sane[1]:
        return None, f"{value} is outside of what it can be"
    if claim.sane is not None and claim.target is not None and claim.target.value > claim.sane[1]:
        # A rate of 0.9 against a limit of 5 is a fraction held against percents.
        return None, f"{value} is held against {claim.target.value}, which is outside of what it can be"
    return value, ""


def _by_limit(claim: Claim, value: Decimal | None) -> Verdict | None:
    """Judge a value by its limit; where it rests on few events a verdict of the console stands alone."""
    if value is None or claim.target is None:
        return None
    if claim.level is not Level.UNKNOWN and is_low_volume(claim):
        return None
    level = from_limits(value, claim.target)
    if level is Level.OK and claim.no_verdict:
        return None
    by = DecidedBy.PAYLOAD if claim.target.origin is TargetOrigin.CONSOLE else DecidedBy.TABLE
    return Verdict(claim, Says.SHOWN, level, by)


def _is_weak(claim: Claim, value: Decimal | None) -> bool:
    """Tell whether a red word stands beside a number that is within the console's own limit."""
    target = claim.target
    if not claim.level.is_red or value is None or target is None or is_low_volume(claim):
        return False
    return target.origin is TargetOrigin.CONSOLE and target.met_by(value)


def is_low_volume(claim: Claim) -> bool:
    """Tell whether a number rests on so few events that a verdict may disagree with it."""
    return claim.low_volume > 0 and (claim.denominator is None or claim.denominator < claim.low_volume)


def worst_of(levels: Iterable[Level]) -> Level:
    """Return the worst level, `unknown` only if there is no other."""
    return max(levels, key=lambda level: -1 if level.rank is None else level.rank, default=Level.UNKNOWN)
