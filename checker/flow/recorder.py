"""How a flow writes records: what is the same for all of a visit's readings lives here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from checker.model import (
    Comparator,
    Cycle,
    DecidedBy,
    Decision,
    Key,
    Kind,
    Level,
    Origin,
    Presence,
    Reading,
    Scope,
    Site,
    Target,
    Trend,
    Unit,
    decide,
)

__all__ = ["Fields", "Measured", "Recorder", "target"]


class Fields(TypedDict, total=False):
    """What a reading may state beyond its key, presence and level; see `Reading`."""

    scope: Scope
    kind: Kind
    native: str
    language: str
    value: Decimal | None
    unit: Unit | None
    currency: str
    numerator: Decimal | None
    denominator: Decimal | None
    target: Target | None
    trend: Trend | None
    window_days: int | None
    reason: str
    cause: str
    deadline: datetime | None
    link: str
    origin: Origin
    covers: str
    contradicts: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A number as a console gives it, before anybody judged it.

    verdict: the console's own word for it; none where the console has no such field.
    base: how many events it rests on; 0 means there is nothing to rate.
    sane: the range outside of which the number cannot have been read right.
    """

    value: Decimal | None
    verdict: str | None = None
    numerator: Decimal | None = None
    base: Decimal | None = None
    target: Target | None = None
    sane: tuple[Decimal, Decimal] | None = None


def _unknown(_page: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes the readings of one site; `now` is the only clock a flow has.

    structure_of: how the page of that name is built, for the origin of what was read from it.
    """

    marketplace: str
    account: str
    site: Site
    flow: str
    now: Callable[[], datetime]
    language: str = ""
    structure_of: Callable[[str], str] = _unknown

    def key(self, metric: str, variant: str = "", item: str = "", cycle: Cycle = Cycle.CURRENT) -> Key:
        """Return the key of one widget, or of one item of it."""
        return Key(
            self.marketplace, self.account, self.site.code, metric, self.site.shop, variant, cycle, item
        )

    def shown(self, key: Key, decision: Decision, **fields: Unpack[Fields]) -> Reading:
        """Record what was read, with the level that was decided for it."""
        return self._reading(key, Presence.SHOWN, decision, fields)

    def unreadable(self, key: Key, why: str, /, **fields: Unpack[Fields]) -> Reading:
        """Record that the page was right and the widget was not; `why` is for a person."""
        fields["reason"] = why
        return self._reading(key, Presence.UNREADABLE, None, fields)

    def absent(self, key: Key, presence: Presence, **fields: Unpack[Fields]) -> Reading:
        """Record that the console says there is nothing: none, not rated, not registered."""
        return self._reading(key, presence, None, fields)

    def word(self, key: Key, native: str, level: Level | None, /, **fields: Unpack[Fields]) -> Reading:
        """Record a status word; a word nobody knows is unreadable, with the word kept."""
        fields["native"] = native
        if level is None:
            what = f"unknown status word {native!r}" if native else "the status word is empty"
            return self.unreadable(key, what, **fields)
        return self.shown(key, Decision(level, DecidedBy.NATIVE), **fields)

    def measured(
        self, key: Key, number: Measured, verdicts: Mapping[str, Level], **fields: Unpack[Fields]
    ) -> Reading:
        """Record a number: not rated first, then the console's verdict, then the limits.

        A verdict listed with level `unknown` is the console's own word for "no verdict".
        """
        fields["value"] = number.value
        fields["native"] = number.verdict or ""
        fields["numerator"] = number.numerator
        fields["denominator"] = number.base
        fields["target"] = number.target
        if number.base == 0:
            return self._not_rated(key, number, verdicts, fields)
        if number.value is None:
            why = "no value" if number.base is None else f"no value, though it rests on {number.base}"
            return self.unreadable(key, why, **fields)
        if number.sane is not None and not number.sane[0] <= number.value <= number.sane[1]:
            fields["value"] = None
            return self.unreadable(key, f"{number.value} is outside of what it can be", **fields)
        if number.verdict and number.verdict not in verdicts:
            return self.unreadable(key, f"unknown verdict {number.verdict!r}", **fields)
        return self.shown(key, decide(number.verdict, verdicts, number.value, number.target), **fields)

    def _not_rated(
        self, key: Key, number: Measured, verdicts: Mapping[str, Level], fields: Fields
    ) -> Reading:
        """Record a number that rests on nothing: its "0, GOOD" is not green; a red of it is not believed."""
        if number.verdict and verdicts.get(number.verdict, Level.UNKNOWN).is_open:
            return self.unreadable(key, f"{number.verdict!r} of what rests on nothing", **fields)
        if number.value is not None and number.value != 0:
            return self.unreadable(key, f"{number.value} of what rests on nothing", **fields)
        fields["value"] = None
        return self.absent(key, Presence.NOT_RATED, **fields)

    def _reading(self, key: Key, presence: Presence, decision: Decision | None, fields: Fields) -> Reading:
        fields.setdefault("language", self.language)
        origin = fields.get("origin")
        if origin is not None and origin.page and not origin.structure:
            fields["origin"] = replace(origin, structure=self.structure_of(origin.page))
        return Reading(
            key=key,
            presence=presence,
            observed_at=self.now(),
            level=decision.level if decision else Level.UNKNOWN,
            decided_by=decision.by if decision else DecidedBy.NOTHING,
            flow=self.flow,
            **fields,
        )


def target(
    value: Decimal | None, condition: str | None, conditions: Mapping[str, Comparator]
) -> Target | None:
    """Return the target a payload states, or none if it states none that can be understood."""
    if value is None or condition is None or condition not in conditions:
        return None
    return Target(value, conditions[condition])
