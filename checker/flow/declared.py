"""What a flow declares of a console in its site.toml, so that no code has to say it.

    [[statuses]]                          # a code or word that says how something stands
    [[metrics]]                           # a number, its counts, its limit, its verdict
    [[coded]]                             # a list of numbers told apart by a code
    [[items]]                             # a list of single things: violations, punishments, late orders
    [[cards]]                             # what stands beside a label on the page, and in no answer

    [[metrics]]
    metric = "orders.late_shipment_rate"
    answer = "profile"
    rows = "metrics"
    where = { metricKey = "SHIPPING_MISS_RATE" }
    value = ["value.value"]
    scale = "percent"
    verdict = ["level"]
    labels = ["late shipment rate"]

Paths are keys joined by dots within a document of the answer; a part that is a number is a place in a list.
Of several paths the first that is there decides. `labels` are the words the page has for the same thing, in
any language: what stands beside one of them is a claim of its own. What these mean is read by
`checker.flow.engine`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from checker.flow.specs import compiles
from checker.model import Cause, Comparator, Cycle, Kind, Level, Scope, Target, TargetOrigin, Unit

__all__ = [
    "BannerRow",
    "CardRow",
    "CodedMetric",
    "CodedRows",
    "ItemRows",
    "MetricRow",
    "Quantity",
    "StatusRow",
]

Paths = Annotated[tuple[str, ...], Field(min_length=1)]
Scale = Literal["bare", "fraction", "percent", "millionth", "proven"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Widget(_Strict):
    """What every declared row has.

    page: the page it stands on, where its answer does not say it.
    labels: what the page calls it. words: the topic of `[words]` for a status word that stands beside it.
    required: whether it must be there: where no source speaks of it, it is unreadable.
    columns: where several stand beside one label, what the head of each column may say, in the order known
        for a page without heads; column: which of them this is.
    """

    metric: str
    variant: str = ""
    cycle: Cycle = Cycle.CURRENT
    page: str = ""
    scope: Scope = Scope.METRIC
    labels: tuple[str, ...] = ()
    columns: tuple[tuple[str, ...], ...] = ()
    column: int = 0
    words: str = ""
    required: bool = True
    picture: str = ""


class Quantity(_Strict):
    """What sort of number a row has.

    unit: of the number as records hold it; `any` where only the answer says which it is.
    scale: what is done to the number: a percent is a hundredth, a millionth a millionth. Of a `proven` one
        nobody knows whether it is a fraction or a percent: a sign of its own says it, being over 1, or the
        percentage that the page prints beside its label; where none does, it is unreadable.
    table: our own copy of a public limit, which says at most a warning; tables: by a site's code, where sites
        differ; critical: its second step where the platform itself suspends or blocks at that line.
    sane: the range outside of which the number cannot have been read right, after scaling.
    bare: whether a duration that a page prints without a unit is in `unit`; not where answers are in another.
    better: the side on which a limit must lie; one that lies on the other cannot have been read right.
    low_volume: under so many events a verdict may disagree with its number.
    """

    kind: Kind = Kind.RATE
    unit: Unit | None = Unit.FRACTION
    scale: Scale = "bare"
    table: tuple[Comparator, Decimal] | None = None
    tables: dict[str, tuple[Comparator, Decimal]] = {}
    critical: Decimal | None = None
    sane: tuple[Decimal, Decimal] | None = None
    bare: bool = True
    better: Literal["", "lower", "higher"] = ""
    low_volume: int = 0
    window_days: int | None = None

    @field_validator("unit", mode="before")
    @classmethod
    def _any(cls, value: Any) -> Any:
        return None if value == "any" else value

    @property
    def fallback(self) -> Target | None:
        """Our own copy of the public limit."""
        if self.table is None:
            return None
        comparator, limit = self.table
        enforced = self.critical is not None
        return Target(limit, comparator, TargetOrigin.TABLE, critical=self.critical, enforced=enforced)

    def at(self, code: str) -> Self:
        """Return the row as it is on a site: with the limit of that one, where sites differ."""
        own = self.tables.get(code)
        return self if own is None else self.model_copy(update={"table": own})


class Numbers(_Strict):
    """Where an entry keeps its number and what belongs to it.

    value, numerator, base, target: paths within the entry; second: the path of a second, graver limit.
    A limit may be worded: "Above 90%".
    verdict: the paths of the console's own words for it, looked up in `[codes]` under `codes`; each that is
        there speaks.
    comparator, condition: how value stands to target; `condition` is a path whose word is in `[conditions]`;
        without either the side on which the metric is better says it.
    unit_of: the path of the name of its unit in `[units]`; target_unit_of: that of its target's, the last
        part of `LOWER_THAN_MINUTES`; a target in a unit of another sort is not believed.
    window: paths of its first and last moment; days: of how many days it is about. null: what a null means.
    rank: `other` for a second source, whose values count where the first has none.
    """

    numerator: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    comparator: Comparator | None = None
    condition: tuple[str, ...] = ()
    verdict: tuple[str, ...] = ()
    codes: str = "verdict"
    unit_of: tuple[str, ...] = ()
    target_unit_of: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()
    window: tuple[str, str] | None = None
    days: tuple[str, ...] = ()
    trend: tuple[str, ...] = ()
    trends: str = "trend"
    null: Literal["unreadable", "not_rated"] = "unreadable"
    deadline: tuple[str, ...] = ()
    details: dict[str, str] = {}
    rank: Literal["answer", "other"] = "answer"


class StatusRow(_Widget):
    """One code or word of an answer that says how the whole account, or one thing of it, stands.

    codes: the table of `[codes]` it is looked up in; a code that is not there is unknown, and never fine.
    filled, empty: what a list, text, object or number that holds something means, and one that holds nothing;
        for facts that are bad by their own name, such as a reason for suspension. `empty = "none"` says that
        there is none: a badge whose loss is no trouble.
    null: what a null means; `silent` says nothing. quiet: codes that say nothing either.
    unrated: a list of what it is made of: beside an empty one a null means that nothing was rated yet.
    flag: whether it is a yes or a no: what is neither is not understood.
    each: a list within the answer, every entry of which is read; all paths are then within the entry.
    cause: what best explains a red of it.
    """

    answer: str
    path: Paths
    codes: str = ""
    flag: bool = False
    each: str = ""
    quiet: tuple[str, ...] = ()
    cause: Cause | None = None
    filled: Level | None = None
    empty: Level | Literal["none"] | None = None
    null: Literal["unreadable", "not_rated", "none", "silent", "empty"] = "unreadable"
    unrated: tuple[str, ...] = ()
    scope: Scope = Scope.ACCOUNT
    reason: tuple[str, ...] = ()
    deadline: tuple[str, ...] = ()
    details: dict[str, str] = {}


class MetricRow(_Widget, Quantity, Numbers):
    """One number of an answer.

    rows, where: the entry at `rows` that says all of `where`. empty: what an empty list at `rows` means.
    """

    answer: str
    rows: str = ""
    where: dict[str, str | int] = {}
    empty: Literal["", "not_rated"] = ""
    value: Paths


class CodedMetric(_Widget, Quantity):
    """What one code of a `[[coded]]` list means.

    aka: other codes and names of the same. like: a regular expression for whole codes that mean it, where
    they have a window or a prefix in them. instead: codes that may stand in its place: where one of them is,
    it need not be there, and is not looked for on the page.
    """

    aka: tuple[str, ...] = ()
    like: Annotated[str, AfterValidator(compiles)] = ""
    instead: tuple[str, ...] = ()


class CodedRows(Numbers):
    """A list (or a map) of numbers told apart by a code.

    rows: where the entries are in a document of the answer; empty where each document is one.
    code: paths of what names an entry; of a map its key counts as well. The first that is known decides.
    label_of: paths of what the page calls an entry: what stands beside that is a claim as well.
    by_address: whether the parts of the call's address, from the last, may name the entry too.
    others: whether a code that is not in the table is told here; of several rows over one list, one does.
    map: the table of `[metric_maps]` that says what each code means; they are compared without regard to case
        and separators. cycle: of all of them.
    empty: what a list without any entry means.
    unknown: the metric (or `metric@variant`) of a code that is not there, `{code}` in it; it is told with
        what is known of it.
    whole: whether the list, where it comes, names all that is required: for one that need not come.
    skip: a regular expression for codes that are headlines of groups, or another list's: left out.
    days_in: a regular expression whose group is over how many days an entry is, looked for in its code.
    """

    answer: str
    page: str = ""
    rows: str = ""
    code: Paths
    value: Paths
    words: str = ""
    map: str
    cycle: Cycle = Cycle.CURRENT
    empty: Literal["", "not_rated"] = ""
    label_of: tuple[str, ...] = ()
    by_address: bool = False
    others: bool = True
    unknown: str = ""
    skip: str = ""
    days_in: Annotated[str, AfterValidator(compiles)] = ""
    required: bool = True
    whole: bool = False


class BannerRow(_Strict):
    """A banner known by the key of its label; see `checker.flow.label_files`.

    keys: a regular expression for whole keys. texts: what the label says where no label file was loaded.
    widget: the widget that is such a banner whatever it says, for one without a label of its own.
    metric: what it is about, `metric@variant`; the account status by default. level: what it means; none for
        a notice that concerns nothing here. cause: what best explains a red of it.
    """

    keys: str = ""
    widget: str = ""
    metric: str = ""
    level: Level | None = None
    cause: Cause | None = None
    texts: tuple[str, ...] = ()


class CardRow(_Widget, Quantity):
    """What stands beside a label on the page and is in no answer.

    says: whether a number or a status word is looked for.
    under: the titles of a part of the page, only in which `labels` are looked for: "Star Seller" stands in
        every card of a page. alone: whether it is what stands beside the title where the part names none of
        the labels that any card has under it. named: what else tells in a text of the card, or in a heading
        over it, that it is this one's: "Minimum standard: 80 %" stands beside a limit.
    few: with fewer events than the first number, at most as many as the second may be bad, whatever the rate.
    judged: whether it can be red or fine; what only costs a badge is told with its value and no level.
    """

    page: str
    says: Literal["number", "word"] = "number"
    under: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    alone: bool = False
    few: tuple[int, int] | None = None
    judged: bool = True


class ItemRows(_Strict):
    """A list of single things an answer holds: violations, punishments, notices, late orders.

    within: a list in each entry whose members are the single things; each takes the list's place.
    id: the paths that together name one entry; an entry without is unreadable.
    by: the path that splits the list into metrics: `kinds` maps its value to a metric, or `metric@variant`;
        what is not in it is `metric`.
    level: of an open entry; `state` is the path of a code looked up in `[codes]` under `codes`: what it
        calls ok is closed, and left out.
    ends: paths of the moment it ends: an entry whose end has passed is closed.
    total, more: paths in the answer: how many there are in all, and whether (or where) there are more.
    proves_empty: whether an empty list may be believed that has no `total` of 0 and no `more` that is false.
    details: more of an entry, verbatim, by name.
    """

    metric: str
    list: str
    answer: str
    page: str = ""
    rows: str
    within: str = ""
    id: Paths
    by: str = ""
    kinds: dict[str, str] = {}
    level: Level = Level.CRITICAL
    state: str = ""
    codes: str = ""
    reason: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    deadline: tuple[str, ...] = ()
    details: dict[str, str] = {}
    total: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    proves_empty: bool = False
    required: bool = True
    picture: str = ""
