"""What a flow declares of a console's JSON answers in its site.toml, so that no code has to say it.

    [[metrics]]
    metric = "orders.late_shipment_rate"
    answer = "profile"
    rows = "metrics"
    where = { metricKey = "SHIPPING_MISS_RATE" }
    value = ["value.value"]
    numbers = "text"
    scale = "percent"
    verdict = "level"

Paths are keys joined by dots; a part that is a number is a place in a list. Of several paths the first
that is there decides. What these mean is read by `checker.flow.payload`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from checker.model import Comparator, Cycle, Kind, Level, Scope, Target, TargetOrigin, Unit

__all__ = ["ItemRows", "MetricRow", "StatusRow"]

Paths = Annotated[tuple[str, ...], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StatusRow(_Strict):
    """One code or word of an answer that says how the whole account, or one thing of it, stands.

    codes: the table of `[codes]` it is looked up in; a code that is not there is unreadable.
    null: what a null means: nothing was rated yet, or it could not be read.
    """

    metric: str
    variant: str = ""
    cycle: Cycle = Cycle.CURRENT
    answer: str
    path: Paths
    codes: str
    null: Literal["unreadable", "not_rated", "none"] = "unreadable"
    scope: Scope = Scope.ACCOUNT
    deadline: tuple[str, ...] = ()
    optional: bool = False
    picture: str = ""


class MetricRow(_Strict):
    """One number of an answer.

    rows, where: the entry of a list (or the object) at `rows` that says all of `where`.
    value, numerator, base, target, critical: paths within that entry; `critical` is a second limit.
    numbers: whether numbers come as JSON numbers, or as text with a point for decimals.
    scale: what is done to the number: a percent is a hundredth, a millionth a millionth.
    verdict: the path of the console's own word for it, looked up in `[codes]` under `codes`.
    comparator, condition: how value stands to target; `condition` is a path whose word is in `[conditions]`.
    table: our own copy of a public limit, which says at most a warning.
    sane: the range outside of which the number cannot have been read right, after scaling.
    window_days: how far back it looks, where that never changes; window: paths of its first and last moment.
    null: what a null value means, where the console says nothing of a base.
    low_volume: under so many events a verdict may disagree with its number; otherwise that is unreadable.
    optional: not every account has it; where it is not there, nothing is said.
    """

    metric: str
    variant: str = ""
    cycle: Cycle = Cycle.CURRENT
    answer: str
    rows: str = ""
    where: dict[str, str | int] = {}
    value: Paths
    numerator: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    comparator: Comparator | None = None
    condition: tuple[str, ...] = ()
    table: tuple[Comparator, Decimal] | None = None
    verdict: tuple[str, ...] = ()
    codes: str = "verdict"
    numbers: Literal["json", "text"] = "json"
    scale: Literal["bare", "fraction", "percent", "millionth"] = "bare"
    kind: Kind = Kind.RATE
    unit: Unit | None = Unit.FRACTION
    currency: tuple[str, ...] = ()
    sane: tuple[Decimal, Decimal] | None = None
    window_days: int | None = None
    window: tuple[str, str] | None = None
    trend: tuple[str, ...] = ()
    trends: str = "trend"
    null: Literal["unreadable", "not_rated"] = "unreadable"
    low_volume: int = 0
    scope: Scope = Scope.METRIC
    deadline: tuple[str, ...] = ()
    optional: bool = False
    picture: str = ""

    @property
    def fallback(self) -> Target | None:
        """Our own copy of the public limit."""
        return None if self.table is None else Target(self.table[1], self.table[0], TargetOrigin.TABLE)


class ItemRows(_Strict):
    """A list of single things an answer holds: violations, punishments, notices, late orders.

    id: the paths that together name one entry; an entry without is unreadable.
    by: the path that splits the list into metrics: `kinds` maps its value to a metric, or `metric@variant`;
        what is not in it is `metric`.
    level: of an open entry; `state` is the path of a code looked up in `[codes]` under `codes`: what it
        calls ok is closed, and left out.
    total, more: paths in the answer: how many there are in all, and whether (or where) there are more.
    proves_empty: whether an empty list may be believed that has no `total` of 0 and no `more` that is false.
    details: more of an entry, verbatim, by name.
    """

    metric: str
    list: str
    answer: str
    rows: str
    id: Paths
    by: str = ""
    kinds: dict[str, str] = {}
    level: Level = Level.CRITICAL
    state: str = ""
    codes: str = ""
    reason: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    deadline: tuple[str, ...] = ()
    details: dict[str, str] = {}
    total: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    proves_empty: bool = False
    optional: bool = False
    picture: str = ""
